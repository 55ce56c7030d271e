#include "engine/workspace/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <utility>

namespace engine::workspace {

namespace {

Error sqliteError(sqlite3* handle, const std::string& file, int code)
{
    const std::string reason = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return {ErrorCode::DiskFull,
                fmt::format("The disk of the workspace {} is full: free some space and try again.",
                            file)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorCode::Corrupt, fmt::format("The workspace {} is damaged or is no workspace "
                                                "({}); open another with --workspace, "
                                                "or restore a copy.",
                                                file, reason)};
    case SQLITE_CONSTRAINT:
        return {(code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
                    ? ErrorCode::AlreadyExists
                    : ErrorCode::Invalid,
                fmt::format("The workspace {} refuses the change: {}.", file, reason)};
    default:
        return {ErrorCode::Io, fmt::format("The workspace {} cannot be used: {}.", file, reason)};
    }
}

} // namespace

Query::~Query()
{
    if (m_statement != nullptr) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    }
}

Query::Query(Query&& other) noexcept
    : m_statement(std::exchange(other.m_statement, nullptr)),
      m_file(std::move(other.m_file)),
      m_bound(other.m_bound)
{
}

Query& Query::bind(std::int64_t value)
{
    sqlite3_bind_int64(m_statement, ++m_bound, value);
    return *this;
}

Query& Query::bind(std::string_view value)
{
    // A null pointer would bind NULL.
    sqlite3_bind_text64(m_statement, ++m_bound, value.data() != nullptr ? value.data() : "",
                        value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Query& Query::bind(std::optional<std::int64_t> value)
{
    if (value)
        return bind(*value);
    sqlite3_bind_null(m_statement, ++m_bound);
    return *this;
}

Result<bool> Query::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return sqliteError(sqlite3_db_handle(m_statement), m_file,
                       sqlite3_extended_errcode(sqlite3_db_handle(m_statement)));
}

Result<void> Query::run()
{
    RW_TRY(step());
    return ok();
}

std::int64_t Query::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string Query::text(int column) const
{
    const auto* bytes = sqlite3_column_text(m_statement, column);
    if (bytes == nullptr)
        return {};
    return {reinterpret_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

std::optional<std::int64_t> Query::optionalInteger(int column) const
{
    if (sqlite3_column_type(m_statement, column) == SQLITE_NULL)
        return std::nullopt;
    return integer(column);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file)
{
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> out{new Database{handle, file.string()}};
    if (code != SQLITE_OK)
        return sqliteError(handle, file.string(), code);
    sqlite3_extended_result_codes(handle, 1);
    return out;
}

Database::~Database()
{
    for (const auto& [sql, statement] : m_cache)
        sqlite3_finalize(statement);
    for (const auto& [sql, statement] : m_dynamic)
        sqlite3_finalize(statement);
    sqlite3_close(m_handle);
}

Result<Query> Database::query(const char* sql)
{
    auto& statement = m_cache[sql];
    if (statement == nullptr) {
        const int code =
            sqlite3_prepare_v3(m_handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK)
            return sqliteError(m_handle, m_file, code);
    }
    return Query{statement, m_file};
}

Result<Query> Database::queryOnce(const std::string& sql)
{
    auto& statement = m_dynamic[sql];
    if (statement == nullptr) {
        const int code = sqlite3_prepare_v3(m_handle, sql.c_str(), -1, 0, &statement, nullptr);
        if (code != SQLITE_OK)
            return sqliteError(m_handle, m_file, code);
    }
    return Query{statement, m_file};
}

Result<void> Database::execute(const std::string& sql)
{
    const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return sqliteError(m_handle, m_file, sqlite3_extended_errcode(m_handle));
    return ok();
}

Result<std::int64_t> Database::number(const char* sql)
{
    RW_ASSIGN(Query query, this->query(sql));
    RW_ASSIGN(const bool row, query.step());
    return row ? query.integer(0) : 0;
}

std::int64_t Database::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

} // namespace engine::workspace
