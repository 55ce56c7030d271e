#include "app/sqlite_store.h"

#include "engine/base/error.h"

#include <QCoreApplication>
#include <QFile>

namespace app {

using engine::protocol::Consistency;
namespace ws = engine::workspace;

namespace {

constexpr auto kCurrentTab = "tabs/current";

struct StoreTr {
    Q_DECLARE_TR_FUNCTIONS(app::SqliteStore)
};

/// Whether the text differs from the file that it came from.
bool differsFromFile(const QString& path, const std::string& text)
{
    QFile file(path);
    return !file.open(QIODevice::ReadOnly) || file.readAll() != QByteArray::fromStdString(text);
}

QString outcomeText(const ws::HistoryEntry& entry)
{
    if (!entry.error.empty())
        return QString::fromStdString(entry.error);
    if (entry.rows)
        return StoreTr::tr("%n row(s)", nullptr, static_cast<int>(*entry.rows));
    return StoreTr::tr("done");
}

} // namespace

SqliteStore::SqliteStore(ws::Workspace& workspace, std::function<void(const QString&)> problem)
    : m_workspace(workspace), m_problem(std::move(problem))
{
}

QList<studio::SavedTab> SqliteStore::tabs()
{
    QList<studio::SavedTab> saved;
    const auto stored = m_workspace.tabs();
    if (!m_problem.good(stored))
        return saved;
    const auto current = m_workspace.setting(kCurrentTab);
    if (current && *current)
        m_current = QByteArray::fromStdString(**current).toLongLong();
    for (const ws::Tab& tab : *stored) {
        studio::SavedTab out;
        out.id = tab.id;
        out.position = tab.position;
        out.title = QString::fromStdString(tab.title);
        out.filePath = QString::fromStdString(tab.file);
        out.text = QString::fromStdString(tab.text);
        out.cursor = static_cast<int>(tab.caret);
        out.modified = !out.filePath.isEmpty() && differsFromFile(out.filePath, tab.text);
        out.current = tab.id == m_current;
        out.options.keyspace = QString::fromStdString(tab.keyspace);
        out.options.consistency = static_cast<Consistency>(tab.consistency);
        out.options.serialConsistency = static_cast<Consistency>(tab.serialConsistency);
        out.options.pageSize = tab.pageSize;
        out.options.tracing = tab.tracing;
        saved.append(out);
    }
    return saved;
}

qint64 SqliteStore::saveTab(const studio::SavedTab& tab)
{
    ws::Tab out;
    out.id = tab.id;
    out.position = tab.position;
    out.title = tab.title.toStdString();
    out.file = tab.filePath.toStdString();
    out.text = tab.text.toStdString();
    out.caret = out.anchor = tab.cursor;
    out.keyspace = tab.options.keyspace.toStdString();
    out.consistency = static_cast<std::uint16_t>(tab.options.consistency);
    out.serialConsistency = static_cast<std::uint16_t>(tab.options.serialConsistency);
    out.pageSize = tab.options.pageSize;
    out.tracing = tab.options.tracing;
    const auto id = m_workspace.saveTab(out);
    if (!m_problem.good(id))
        return tab.id;
    if (tab.current && m_current != *id) {
        m_current = *id;
        (void)m_problem.good(m_workspace.setSetting(kCurrentTab, std::to_string(*id)));
    }
    return *id;
}

void SqliteStore::removeTab(qint64 id)
{
    (void)m_problem.good(m_workspace.removeTab(id));
}

void SqliteStore::readConnections()
{
    const auto connections = m_workspace.connections();
    if (!connections)
        return;
    for (const ws::Connection& connection : *connections) {
        const QString name = QString::fromStdString(connection.name);
        m_connections[name] = connection.id;
        m_names[connection.id] = name;
    }
}

std::int64_t SqliteStore::connectionOf(const QString& cluster, studio::ClusterKind kind)
{
    if (cluster.isEmpty())
        return 0;
    if (!m_connections.contains(cluster))
        readConnections();
    if (const auto found = m_connections.find(cluster); found != m_connections.end())
        return found->second;
    // A remote cluster's row is made where it is connected to, and goes when it is forgotten.
    if (kind == studio::ClusterKind::Remote)
        return 0;
    ws::Connection connection;
    connection.kind = kind == studio::ClusterKind::Simulated ? ws::ConnectionKind::Simulated
                                                             : ws::ConnectionKind::Bundled;
    connection.name = cluster.toStdString();
    connection.cluster = connection.name;
    const auto id = m_workspace.saveConnection(connection);
    if (!m_problem.good(id))
        return 0;
    m_connections[cluster] = *id;
    m_names[*id] = cluster;
    return *id;
}

void SqliteStore::addHistory(const studio::HistoryEntry& entry)
{
    ws::HistoryEntry out;
    out.connection = connectionOf(entry.cluster, entry.clusterKind);
    out.at = std::chrono::milliseconds(entry.at.toMSecsSinceEpoch());
    out.keyspace = entry.keyspace.toStdString();
    out.statement = entry.statement.toStdString();
    if (entry.rows >= 0)
        out.rows = entry.rows;
    out.duration = std::chrono::microseconds(entry.elapsedUs);
    out.node = entry.node.toStdString();
    if (entry.failed)
        out.error = entry.outcome.toStdString();
    (void)m_problem.good(m_workspace.addHistory(out));
}

QList<studio::HistoryEntry> SqliteStore::searchHistory(const QString& words, int limit)
{
    ws::HistoryFilter filter;
    filter.words = words.toStdString();
    filter.limit = limit;
    QList<studio::HistoryEntry> found;
    const auto entries = m_workspace.history(filter);
    if (!m_problem.good(entries))
        return found;
    readConnections();
    for (const ws::HistoryEntry& entry : *entries) {
        studio::HistoryEntry out;
        out.id = entry.id;
        out.at = QDateTime::fromMSecsSinceEpoch(entry.at.count());
        if (const auto name = m_names.find(entry.connection); name != m_names.end())
            out.cluster = name->second;
        out.keyspace = QString::fromStdString(entry.keyspace);
        out.statement = QString::fromStdString(entry.statement);
        out.outcome = outcomeText(entry);
        out.failed = !entry.error.empty();
        out.elapsedUs = entry.duration.count();
        out.node = QString::fromStdString(entry.node);
        out.rows = entry.rows ? static_cast<qint64>(*entry.rows) : -1;
        found.append(out);
    }
    return found;
}

void SqliteStore::clearHistory()
{
    (void)m_problem.good(m_workspace.clearHistory(std::nullopt));
}

} // namespace app
