#include "engine/workspace/migrations.h"

#include <fmt/format.h>
#include <system_error>

namespace engine::workspace {

namespace {

constexpr const char* kMigrations[] = {
    // 1: connections, tabs, history, settings
    R"(
CREATE TABLE connections (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    cluster TEXT NOT NULL,
    contact_points TEXT NOT NULL,
    local_datacenter TEXT NOT NULL,
    user TEXT NOT NULL,
    secret_reference TEXT NOT NULL,
    tls INTEGER NOT NULL,
    settings TEXT NOT NULL,
    last_used INTEGER NOT NULL
) STRICT;
CREATE TABLE tabs (
    id INTEGER PRIMARY KEY,
    connection INTEGER REFERENCES connections(id) ON DELETE SET NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    caret INTEGER NOT NULL,
    anchor INTEGER NOT NULL,
    keyspace TEXT NOT NULL,
    consistency INTEGER NOT NULL,
    serial_consistency INTEGER NOT NULL,
    page_size INTEGER NOT NULL,
    tracing INTEGER NOT NULL,
    file TEXT NOT NULL
) STRICT;
CREATE INDEX tabs_connection ON tabs(connection);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER REFERENCES connections(id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    keyspace TEXT NOT NULL,
    statement TEXT NOT NULL,
    rows INTEGER,
    duration INTEGER NOT NULL,
    node TEXT NOT NULL,
    error TEXT NOT NULL
) STRICT;
CREATE INDEX history_connection ON history(connection, id);
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
)",
    // 2: the task log
    R"(
CREATE TABLE tasks (
    task TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_started ON tasks(started);
CREATE TABLE task_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task TEXT NOT NULL REFERENCES tasks(task) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX task_log_task ON task_log(task, id);
)",
    // 3: models and their history
    R"(
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    file TEXT NOT NULL,
    stage TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    saved INTEGER NOT NULL
) STRICT;
CREATE TABLE model_edits (
    model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    description TEXT NOT NULL,
    at INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (model, sequence)
) STRICT, WITHOUT ROWID;
)",
};

Result<void> copyBefore(Database& database, const std::filesystem::path& file, std::int64_t version)
{
    std::filesystem::path copy = file;
    copy += fmt::format(".v{}.bak", version);
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    RW_ASSIGN(Query query, database.queryOnce("VACUUM INTO ?"));
    query.bind(copy.string());
    return query.run();
}

} // namespace

std::span<const char* const> migrations() noexcept
{
    return kMigrations;
}

Result<void> migrate(Database& database, const std::filesystem::path& file)
{
    RW_ASSIGN(const std::int64_t magic, database.number("PRAGMA application_id"));
    RW_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
    RW_ASSIGN(const std::int64_t tables, database.number("SELECT count(*) FROM sqlite_schema"));
    const auto newest = static_cast<std::int64_t>(std::size(kMigrations));
    const bool fresh = magic == 0 && version == 0 && tables == 0;
    if (!fresh && magic != kWorkspaceMagic)
        return Error{
            ErrorCode::Corrupt,
            fmt::format(
                "{} is a database, but no Ringwright workspace; open another with --workspace.",
                file.string())};
    if (version > newest)
        return Error{ErrorCode::VersionTooNew,
                     fmt::format("The workspace {} was written by a newer Ringwright (version {}, "
                                 "this one knows {}): update Ringwright, or "
                                 "open another with --workspace.",
                                 file.string(), version, newest)};
    if (version == newest)
        return ok();
    if (!fresh)
        RW_TRY(copyBefore(database, file, version));
    // One transaction: a crash in between leaves the old version.
    RW_TRY(database.execute("BEGIN IMMEDIATE"));
    for (std::int64_t step = version; step < newest; ++step) {
        if (auto done = database.execute(kMigrations[step]); !done) {
            (void)database.execute("ROLLBACK");
            return done.error().within(fmt::format("Migrating from version {} failed", step));
        }
    }
    return database.execute(fmt::format(
        "PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kWorkspaceMagic, newest));
}

} // namespace engine::workspace
