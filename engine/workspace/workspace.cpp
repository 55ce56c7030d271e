#include "engine/workspace/workspace.h"

#include "engine/workspace/database.h"
#include "engine/workspace/file_lock.h"
#include "engine/workspace/migrations.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

namespace engine::workspace {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kHistoryEntriesMax = 100'000;

std::optional<std::int64_t> orNull(std::int64_t id)
{
    return id == 0 ? std::nullopt : std::optional{id};
}

/// Contact points hold no line breaks.
std::string joinLines(const std::vector<std::string>& lines)
{
    std::string out;
    for (const auto& line : lines)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

std::vector<std::string> splitLines(const std::string& text)
{
    std::vector<std::string> out;
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

/// The words of a search as LIKE patterns; LIKE's own characters are taken literally.
std::vector<std::string> likePatterns(std::string_view words)
{
    std::vector<std::string> out;
    std::string pattern;
    for (std::size_t i = 0; i <= words.size(); ++i) {
        const bool blank =
            i == words.size() || words[i] == ' ' || words[i] == '\t' || words[i] == '\n';
        if (!blank) {
            if (words[i] == '%' || words[i] == '_' || words[i] == '\\')
                pattern += '\\';
            pattern += words[i];
        } else if (!pattern.empty()) {
            out.push_back("%" + pattern + "%");
            pattern.clear();
        }
    }
    return out;
}

} // namespace

struct Workspace::Impl {
    std::filesystem::path file;
    std::unique_ptr<FileLock> lock; ///< outlives the database
    std::unique_ptr<Database> database;
};

Workspace::Workspace(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Workspace::~Workspace() = default;

const std::filesystem::path& Workspace::file() const noexcept
{
    return m_impl->file;
}

Database& Workspace::database() noexcept
{
    return *m_impl->database;
}

Result<std::unique_ptr<Workspace>> Workspace::open(const std::filesystem::path& file)
{
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    if (file.has_parent_path()) {
        std::error_code failed;
        std::filesystem::create_directories(file.parent_path(), failed);
        if (failed)
            return Error{ErrorCode::Io, fmt::format("The folder {} cannot be made: {}.",
                                                    file.parent_path().string(), failed.message())};
    }
    RW_ASSIGN(impl->lock, FileLock::take(file));
    RW_ASSIGN(impl->database, Database::open(file));
    // The first statement reads the header: a file that is no database fails here.
    RW_TRY(impl->database->number("PRAGMA user_version"));
    RW_TRY(migrate(*impl->database, file));
    RW_TRY(impl->database->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON"));
    RW_ASSIGN(
        Query prune,
        impl->database->query("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?"));
    RW_TRY(prune.bind(kHistoryEntriesMax).run());
    std::error_code ignored;
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
    return std::unique_ptr<Workspace>{new Workspace{std::move(impl)}};
}

// ---- connections -------------------------------------------------------------------------------

Result<std::vector<Connection>> Workspace::connections() const
{
    RW_ASSIGN(Query query,
              m_impl->database->query(
                  "SELECT id, name, kind, cluster, contact_points, local_datacenter, user, "
                  "secret_reference, tls, settings, last_used FROM connections ORDER BY name"));
    std::vector<Connection> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        Connection made;
        made.id = query.integer(0);
        made.name = query.text(1);
        made.kind = static_cast<ConnectionKind>(query.integer(2));
        made.cluster = query.text(3);
        made.contactPoints = splitLines(query.text(4));
        made.localDatacenter = query.text(5);
        made.user = query.text(6);
        made.secretReference = query.text(7);
        made.tls = query.integer(8) != 0;
        made.settings = query.text(9);
        made.lastUsed = milliseconds{query.integer(10)};
        out.push_back(std::move(made));
    }
}

Result<std::int64_t> Workspace::saveConnection(const Connection& connection)
{
    RW_ASSIGN(
        Query query,
        m_impl->database->query(
            "INSERT INTO connections (id, name, kind, cluster, contact_points, local_datacenter, "
            "user, secret_reference, tls, "
            "settings, last_used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO "
            "UPDATE SET name = excluded.name, "
            "kind = excluded.kind, cluster = excluded.cluster, contact_points = "
            "excluded.contact_points, "
            "local_datacenter = excluded.local_datacenter, user = excluded.user, secret_reference "
            "= excluded.secret_reference, "
            "tls = excluded.tls, settings = excluded.settings, last_used = excluded.last_used"));
    query.bind(orNull(connection.id))
        .bind(connection.name)
        .bind(static_cast<std::int64_t>(connection.kind));
    query.bind(connection.cluster)
        .bind(joinLines(connection.contactPoints))
        .bind(connection.localDatacenter);
    query.bind(connection.user).bind(connection.secretReference).bind(std::int64_t{connection.tls});
    query.bind(connection.settings).bind(connection.lastUsed.count());
    if (auto done = query.run(); !done) {
        if (done.error().code() == ErrorCode::AlreadyExists)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is a connection called {} already.", connection.name)};
        return done.error();
    }
    return connection.id != 0 ? connection.id : m_impl->database->lastInsertId();
}

Result<void> Workspace::removeConnection(std::int64_t id)
{
    RW_ASSIGN(Query query, m_impl->database->query("DELETE FROM connections WHERE id = ?"));
    return query.bind(id).run();
}

Result<void> Workspace::touchConnection(std::int64_t id, milliseconds at)
{
    RW_ASSIGN(Query query,
              m_impl->database->query("UPDATE connections SET last_used = ? WHERE id = ?"));
    return query.bind(std::int64_t{at.count()}).bind(id).run();
}

// ---- tabs --------------------------------------------------------------------------------------

Result<std::vector<Tab>> Workspace::tabs() const
{
    RW_ASSIGN(
        Query query,
        m_impl->database->query(
            "SELECT id, connection, position, title, text, caret, anchor, keyspace, consistency, "
            "serial_consistency, page_size, tracing, file FROM tabs ORDER BY position, id"));
    std::vector<Tab> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        Tab made;
        made.id = query.integer(0);
        made.connection = query.integer(1);
        made.position = static_cast<int>(query.integer(2));
        made.title = query.text(3);
        made.text = query.text(4);
        made.caret = query.integer(5);
        made.anchor = query.integer(6);
        made.keyspace = query.text(7);
        made.consistency = static_cast<std::uint16_t>(query.integer(8));
        made.serialConsistency = static_cast<std::uint16_t>(query.integer(9));
        made.pageSize = static_cast<std::int32_t>(query.integer(10));
        made.tracing = query.integer(11) != 0;
        made.file = query.text(12);
        out.push_back(std::move(made));
    }
}

Result<std::int64_t> Workspace::saveTab(const Tab& tab)
{
    RW_ASSIGN(Query query, m_impl->database->query(
                               "INSERT INTO tabs (id, connection, position, title, text, caret, "
                               "anchor, keyspace, consistency, serial_consistency, "
                               "page_size, tracing, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                               "?, ?) ON CONFLICT (id) DO UPDATE SET "
                               "connection = excluded.connection, position = excluded.position, "
                               "title = excluded.title, text = excluded.text, "
                               "caret = excluded.caret, anchor = excluded.anchor, keyspace = "
                               "excluded.keyspace, consistency = excluded.consistency, "
                               "serial_consistency = excluded.serial_consistency, page_size = "
                               "excluded.page_size, tracing = excluded.tracing, "
                               "file = excluded.file"));
    query.bind(orNull(tab.id))
        .bind(orNull(tab.connection))
        .bind(std::int64_t{tab.position})
        .bind(tab.title)
        .bind(tab.text);
    query.bind(tab.caret).bind(tab.anchor).bind(tab.keyspace).bind(std::int64_t{tab.consistency});
    query.bind(std::int64_t{tab.serialConsistency})
        .bind(std::int64_t{tab.pageSize})
        .bind(std::int64_t{tab.tracing})
        .bind(tab.file);
    RW_TRY(query.run());
    return tab.id != 0 ? tab.id : m_impl->database->lastInsertId();
}

Result<void> Workspace::saveTabText(std::int64_t id, std::string_view text, std::int64_t caret,
                                    std::int64_t anchor)
{
    RW_ASSIGN(Query query, m_impl->database->query(
                               "UPDATE tabs SET text = ?, caret = ?, anchor = ? WHERE id = ?"));
    return query.bind(text).bind(caret).bind(anchor).bind(id).run();
}

Result<void> Workspace::removeTab(std::int64_t id)
{
    RW_ASSIGN(Query query, m_impl->database->query("DELETE FROM tabs WHERE id = ?"));
    return query.bind(id).run();
}

// ---- history -----------------------------------------------------------------------------------

Result<std::int64_t> Workspace::addHistory(const HistoryEntry& entry)
{
    RW_ASSIGN(Query query, m_impl->database->query("INSERT INTO history (connection, at, keyspace, "
                                                   "statement, rows, duration, node, error) "
                                                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    query.bind(orNull(entry.connection))
        .bind(std::int64_t{entry.at.count()})
        .bind(entry.keyspace)
        .bind(entry.statement);
    query.bind(entry.rows)
        .bind(std::int64_t{entry.duration.count()})
        .bind(entry.node)
        .bind(entry.error);
    RW_TRY(query.run());
    return m_impl->database->lastInsertId();
}

Result<std::vector<HistoryEntry>> Workspace::history(const HistoryFilter& filter) const
{
    const auto patterns = likePatterns(filter.words);
    std::string sql = "SELECT id, connection, at, keyspace, statement, rows, duration, node, error "
                      "FROM history WHERE 1";
    if (filter.connection)
        sql += " AND connection = ?";
    if (filter.before > 0)
        sql += " AND id < ?";
    if (filter.errorsOnly)
        sql += " AND error != ''";
    for (std::size_t i = 0; i < patterns.size(); ++i)
        sql += " AND (statement || ' ' || error) LIKE ? ESCAPE '\\'";
    sql += " ORDER BY id DESC LIMIT ?";
    RW_ASSIGN(Query query, m_impl->database->queryOnce(sql));
    if (filter.connection)
        query.bind(*filter.connection);
    if (filter.before > 0)
        query.bind(filter.before);
    for (const auto& pattern : patterns)
        query.bind(pattern);
    query.bind(std::int64_t{std::max(filter.limit, 0)});
    std::vector<HistoryEntry> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        HistoryEntry made;
        made.id = query.integer(0);
        made.connection = query.integer(1);
        made.at = milliseconds{query.integer(2)};
        made.keyspace = query.text(3);
        made.statement = query.text(4);
        made.rows = query.optionalInteger(5);
        made.duration = std::chrono::microseconds{query.integer(6)};
        made.node = query.text(7);
        made.error = query.text(8);
        out.push_back(std::move(made));
    }
}

Result<void> Workspace::clearHistory(std::optional<std::int64_t> connection)
{
    if (!connection)
        return m_impl->database->execute("DELETE FROM history");
    RW_ASSIGN(Query query, m_impl->database->query("DELETE FROM history WHERE connection = ?"));
    return query.bind(*connection).run();
}

// ---- settings and tasks ------------------------------------------------------------------------

Result<std::optional<std::string>> Workspace::setting(std::string_view name) const
{
    RW_ASSIGN(Query query, m_impl->database->query("SELECT value FROM settings WHERE name = ?"));
    query.bind(name);
    RW_ASSIGN(const bool row, query.step());
    return row ? std::optional{query.text(0)} : std::nullopt;
}

Result<void> Workspace::setSetting(std::string_view name, std::string_view value)
{
    RW_ASSIGN(Query query, m_impl->database->query(
                               "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"));
    return query.bind(name).bind(value).run();
}

Result<void> Workspace::removeSetting(std::string_view name)
{
    RW_ASSIGN(Query query, m_impl->database->query("DELETE FROM settings WHERE name = ?"));
    return query.bind(name).run();
}

Result<void> Workspace::saveTask(const TaskRecord& task)
{
    RW_ASSIGN(
        Query query,
        m_impl->database->query(
            "INSERT INTO tasks (task, title, started, ended, outcome) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (task) DO UPDATE SET title = excluded.title, started = excluded.started, "
            "ended = excluded.ended, outcome = excluded.outcome"));
    query.bind(task.task)
        .bind(task.title)
        .bind(std::int64_t{task.started.count()})
        .bind(std::int64_t{task.ended.count()})
        .bind(task.outcome);
    return query.run();
}

Result<void> Workspace::addTaskLog(std::string_view task, milliseconds at, std::string_view text)
{
    RW_ASSIGN(Query query,
              m_impl->database->query("INSERT INTO task_log (task, at, text) VALUES (?, ?, ?)"));
    return query.bind(task).bind(std::int64_t{at.count()}).bind(text).run();
}

Result<std::vector<TaskRecord>> Workspace::tasks(int limit) const
{
    RW_ASSIGN(Query query,
              m_impl->database->query("SELECT task, title, started, ended, outcome FROM tasks "
                                      "ORDER BY started DESC, task LIMIT ?"));
    query.bind(std::int64_t{std::max(limit, 0)});
    std::vector<TaskRecord> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        out.push_back({query.text(0), query.text(1), milliseconds{query.integer(2)},
                       milliseconds{query.integer(3)}, query.text(4)});
    }
}

Result<std::vector<TaskLogEntry>> Workspace::taskLog(std::string_view task) const
{
    RW_ASSIGN(Query query,
              m_impl->database->query(
                  "SELECT id, task, at, text FROM task_log WHERE task = ? ORDER BY id"));
    query.bind(task);
    std::vector<TaskLogEntry> out;
    while (true) {
        RW_ASSIGN(const bool row, query.step());
        if (!row)
            return out;
        out.push_back(
            {query.integer(0), query.text(1), milliseconds{query.integer(2)}, query.text(3)});
    }
}

} // namespace engine::workspace
