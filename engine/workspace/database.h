#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace engine::workspace {

/// A prepared statement on its way from binding to the last row; gives the statement back to the
/// Database's cache when it goes. Parameters and columns count from the left.
class Query {
public:
    Query(sqlite3_stmt* statement, std::string file)
        : m_statement(statement), m_file(std::move(file))
    {
    }
    ~Query();
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;

    Query& bind(std::int64_t value);
    Query& bind(std::string_view value);
    /// Null if there is none.
    Query& bind(std::optional<std::int64_t> value);

    /// True while there is a row to read; an error otherwise.
    [[nodiscard]] Result<bool> step();
    /// For statements without rows.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optionalInteger(int column) const;

private:
    sqlite3_stmt* m_statement;
    std::string m_file;
    int m_bound = 0;
};

/// One SQLite connection with its cache of prepared statements. One thread.
class Database {
public:
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// `sql` must be a literal: the cache knows it by its address.
    [[nodiscard]] Result<Query> query(const char* sql);
    /// Any text, not cached.
    [[nodiscard]] Result<Query> queryOnce(const std::string& sql);
    /// Several statements without parameters.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    [[nodiscard]] Result<std::int64_t> number(const char* sql);
    [[nodiscard]] std::int64_t lastInsertId() const;

private:
    Database(sqlite3* handle, std::string file) : m_handle(handle), m_file(std::move(file)) {}

    sqlite3* m_handle;
    std::string m_file;
    std::map<const char*, sqlite3_stmt*> m_cache;
    std::map<std::string, sqlite3_stmt*> m_dynamic;
};

} // namespace engine::workspace
