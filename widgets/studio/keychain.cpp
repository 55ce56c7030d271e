#include "widgets/studio/secret_store.h"

#include <qt6keychain/keychain.h>

namespace studio {

namespace {
constexpr auto kService = "ringwright";
}

Keychain::Keychain(SecretFile fallback, QObject* parent)
    : SecretStore(parent), m_fallback(std::move(fallback))
{
}

void Keychain::read(const QString& reference, std::function<void(const QString&)> done)
{
    auto* job = new QKeychain::ReadPasswordJob(QLatin1String(kService), this);
    job->setKey(reference);
    connect(job, &QKeychain::Job::finished, this, [this, job, reference, done] {
        // Also what was stored while there was no keychain.
        done(job->error() == QKeychain::NoError ? job->textData() : m_fallback.read(reference));
    });
    job->start();
}

void Keychain::write(const QString& reference, const QString& secret,
                     std::function<void(const QString&)> done)
{
    auto* job = new QKeychain::WritePasswordJob(QLatin1String(kService), this);
    job->setKey(reference);
    job->setTextData(secret);
    connect(job, &QKeychain::Job::finished, this, [this, job, reference, secret, done] {
        switch (job->error()) {
        case QKeychain::NoError:
            m_fallback.remove(reference);
            done({});
            break;
        case QKeychain::AccessDenied:
        case QKeychain::AccessDeniedByUser:
            // Somebody said no: a file in its place would be against that.
            done(tr("The keychain did not take the password; it is asked for again next time."));
            break;
        default:
            done(m_fallback.write(reference, secret));
        }
    });
    job->start();
}

void Keychain::remove(const QString& reference)
{
    auto* job = new QKeychain::DeletePasswordJob(QLatin1String(kService), this);
    job->setKey(reference);
    job->start();
    m_fallback.remove(reference);
}

} // namespace studio
