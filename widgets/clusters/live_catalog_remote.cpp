// LiveCatalog's clusters that exist without us: their connections and passwords.
#include "widgets/clusters/live_catalog.h"
#include "widgets/studio/text.h"

#include <QPointer>
#include <QUuid>

namespace clusters {

using namespace studio;

namespace {

constexpr quint16 kCqlPort = 9042;

RemoteAddress addressOf(const engine::workspace::Connection& connection)
{
    RemoteAddress address;
    for (const auto& point : connection.contactPoints)
        address.contactPoints << text(point);
    address.user = text(connection.user);
    address.localDatacenter = text(connection.localDatacenter);
    return address;
}

} // namespace

void LiveCatalog::openRemembered(const QString& id, const engine::workspace::Connection& connection)
{
    const auto known = m_passwords.find(id);
    if (connection.user.empty() || known != m_passwords.end()) {
        openRemote(id, connection, connection.user.empty() ? QString() : known->second);
        return;
    }
    const QPointer<LiveCatalog> guard(this);
    m_secrets.read(text(connection.secretReference),
                   [guard, id, connection](const QString& secret) {
                       if (!guard)
                           return;
                       if (!secret.isEmpty())
                           guard->openRemote(id, connection, secret);
                       else
                           emit guard->credentialsWanted(
                               id, addressOf(connection),
                               tr("The password of %1 for %2 is not stored. Type it once more.")
                                   .arg(text(connection.user), text(connection.name)));
                   });
}

void LiveCatalog::onConnected(const QString& id)
{
    // Only now is it known to be right.
    const auto password = m_passwords.find(id);
    const auto connections = m_workspace.connections();
    if (password == m_passwords.end() || password->second.isEmpty() || !connections)
        return;
    for (const auto& connection : *connections) {
        if (QStringLiteral("remote:%1").arg(connection.id) != id)
            continue;
        auto* tasks = &m_context.tasks;
        const QString scope = text(connection.name);
        m_secrets.write(text(connection.secretReference), password->second,
                        [tasks, scope](const QString& problem) {
                            if (!problem.isEmpty())
                                tasks->finish(tasks->begin(tr("Store password"), scope),
                                              TaskState::Failed, problem);
                        });
    }
}

void LiveCatalog::onRefused(const QString& id, const engine::Error& error)
{
    m_passwords.erase(id);
    const auto connections = m_workspace.connections();
    const bool credentials = error.code() == engine::ErrorCode::BadCredentials ||
                             error.code() == engine::ErrorCode::Unauthorized;
    if (credentials && connections) {
        for (const auto& connection : *connections) {
            if (QStringLiteral("remote:%1").arg(connection.id) != id)
                continue;
            emit credentialsWanted(
                id, addressOf(connection),
                connection.user.empty()
                    ? tr("%1 wants a user and a password. Type them and connect again.")
                          .arg(text(connection.name))
                    : tr("%1 refused the user %2 or the password. Correct them and connect again.")
                          .arg(text(connection.name), text(connection.user)));
            return;
        }
    }
    emit openFailed(id, text(error.detail()));
}

QString LiveCatalog::connectTo(const RemoteAddress& address)
{
    engine::workspace::Connection connection;
    connection.kind = engine::workspace::ConnectionKind::Remote;
    for (const auto& point : address.contactPoints)
        connection.contactPoints.push_back(point.trimmed().toStdString());
    connection.name =
        connection.contactPoints.empty() ? std::string("remote") : connection.contactPoints.front();
    connection.user = address.user.toStdString();
    connection.localDatacenter = address.localDatacenter.toStdString();
    connection.lastUsed = std::chrono::milliseconds{QDateTime::currentMSecsSinceEpoch()};
    if (const auto connections = m_workspace.connections()) {
        for (const auto& known : *connections) {
            if (known.kind == connection.kind && known.name == connection.name) {
                connection.id = known.id;
                connection.secretReference = known.secretReference;
            }
        }
    }
    if (connection.secretReference.empty())
        connection.secretReference =
            "connection/" + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    const auto id = m_workspace.saveConnection(connection);
    if (id)
        connection.id = *id;
    refresh();
    const QString remoteId = QStringLiteral("remote:%1").arg(connection.id);
    if (!address.password.isEmpty())
        m_passwords[remoteId] = address.password;
    openRemote(remoteId, connection, address.password);
    return remoteId;
}

void LiveCatalog::openRemote(const QString& id, const engine::workspace::Connection& connection,
                             const QString& password)
{
    LiveSource::Setup setup;
    setup.entry.id = id;
    setup.entry.kind = ClusterKind::Remote;
    setup.entry.name = text(connection.name);
    setup.entry.phase = ClusterPhase::Starting;
    setup.session.contactPoints = connection.contactPoints;
    setup.session.portDefault = kCqlPort;
    setup.session.localDatacenter = connection.localDatacenter;
    if (!connection.user.empty())
        setup.session.credentials =
            engine::client::Credentials{connection.user, password.toStdString()};
    const auto source = std::make_shared<LiveSource>(m_context, std::move(setup));
    m_open[id] = source;
    waitUntilConnected(source, id);
}

} // namespace clusters
