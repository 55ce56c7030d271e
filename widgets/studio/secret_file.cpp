#include "widgets/studio/secret_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace studio {

namespace {

struct SecretTr {
    Q_DECLARE_TR_FUNCTIONS(studio::SecretFile)
};

constexpr int kKeyBytes = 32;
constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;
constexpr int kSecretFileVersion = 1;
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* bytes(QByteArray& array)
{
    return reinterpret_cast<unsigned char*>(array.data());
}

const unsigned char* bytes(const QByteArray& array)
{
    return reinterpret_cast<const unsigned char*>(array.constData());
}

/// Nonce, tag, text; empty if OpenSSL refuses.
QByteArray seal(const QByteArray& key, const QByteArray& reference, const QByteArray& text)
{
    QByteArray nonce(kNonceBytes, 0);
    QByteArray tag(kTagBytes, 0);
    QByteArray sealed(text.size(), 0);
    int length = 0;
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!cipher || RAND_bytes(bytes(nonce), kNonceBytes) != 1 ||
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(std::as_const(key)),
                           bytes(std::as_const(nonce))) != 1 ||
        EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(reference),
                          static_cast<int>(reference.size())) != 1 ||
        EVP_EncryptUpdate(cipher.get(), bytes(sealed), &length, bytes(text),
                          static_cast<int>(text.size())) != 1 ||
        EVP_EncryptFinal_ex(cipher.get(), bytes(sealed) + length, &length) != 1 ||
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) != 1)
        return {};
    return nonce + tag + sealed;
}

/// False if it was not sealed with this key for this reference.
bool unseal(const QByteArray& key, const QByteArray& reference, const QByteArray& sealed,
            QByteArray& text)
{
    if (sealed.size() < kNonceBytes + kTagBytes)
        return false;
    const QByteArray nonce = sealed.left(kNonceBytes);
    QByteArray tag = sealed.mid(kNonceBytes, kTagBytes);
    const QByteArray content = sealed.mid(kNonceBytes + kTagBytes);
    text.resize(content.size());
    int length = 0;
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    return cipher &&
           EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(nonce)) ==
               1 &&
           EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(reference),
                             static_cast<int>(reference.size())) == 1 &&
           EVP_DecryptUpdate(cipher.get(), bytes(text), &length, bytes(content),
                             static_cast<int>(content.size())) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
           EVP_DecryptFinal_ex(cipher.get(), bytes(text) + length, &length) == 1;
}

bool writeOwnerOnly(const QString& path, const QByteArray& content)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.setPermissions(kOwnerOnly) &&
           file.write(content) == content.size() && file.commit();
}

} // namespace

SecretFile::SecretFile(QString file, QString keyFile)
    : m_file(std::move(file)), m_keyFile(std::move(keyFile))
{
}

QByteArray SecretFile::key(bool create) const
{
    QFile file(m_keyFile);
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray stored = file.readAll();
        return stored.size() == kKeyBytes ? stored : QByteArray();
    }
    if (!create || file.exists())
        return {};
    QByteArray fresh(kKeyBytes, 0);
    if (RAND_bytes(bytes(fresh), kKeyBytes) != 1 || !writeOwnerOnly(m_keyFile, fresh))
        return {};
    return fresh;
}

QHash<QString, QByteArray> SecretFile::load() const
{
    QHash<QString, QByteArray> secrets;
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return secrets;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    if (root.value(QLatin1String("version")).toInt() != kSecretFileVersion)
        return secrets;
    const QJsonObject entries = root.value(QLatin1String("secrets")).toObject();
    for (auto entry = entries.begin(); entry != entries.end(); ++entry)
        secrets.insert(entry.key(), QByteArray::fromBase64(entry.value().toString().toLatin1()));
    return secrets;
}

QString SecretFile::store(const QHash<QString, QByteArray>& secrets) const
{
    QJsonObject entries;
    for (auto entry = secrets.begin(); entry != secrets.end(); ++entry)
        entries.insert(entry.key(), QString::fromLatin1(entry.value().toBase64()));
    const QJsonObject root{{QStringLiteral("version"), kSecretFileVersion},
                           {QStringLiteral("secrets"), entries}};
    if (!writeOwnerOnly(m_file, QJsonDocument(root).toJson()))
        return SecretTr::tr("The password cannot be stored: %1 cannot be written.").arg(m_file);
    return {};
}

QString SecretFile::read(const QString& reference) const
{
    const QByteArray secretKey = key(false);
    QByteArray text;
    if (secretKey.isEmpty() ||
        !unseal(secretKey, reference.toUtf8(), load().value(reference), text))
        return {};
    return QString::fromUtf8(text);
}

QString SecretFile::write(const QString& reference, const QString& secret)
{
    const QByteArray secretKey = key(true);
    if (secretKey.isEmpty())
        return SecretTr::tr("The password cannot be stored: the key in %1 cannot be used.")
            .arg(m_keyFile);
    const QByteArray sealed = seal(secretKey, reference.toUtf8(), secret.toUtf8());
    if (sealed.isEmpty())
        return SecretTr::tr("The password cannot be stored: it could not be encrypted.");
    auto secrets = load();
    secrets.insert(reference, sealed);
    return store(secrets);
}

void SecretFile::remove(const QString& reference)
{
    auto secrets = load();
    if (secrets.remove(reference) > 0)
        (void)store(secrets);
}

} // namespace studio
