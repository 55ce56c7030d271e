#include "engine/cql/keywords.h"

#include <algorithm>
#include <array>

namespace engine::cql {

namespace {

constexpr std::string_view kReserved[] = {
    "add",      "allow",    "alter",       "and",          "apply",        "asc",      "authorize",
    "batch",    "begin",    "by",          "columnfamily", "create",       "default",  "delete",
    "desc",     "describe", "drop",        "entries",      "execute",      "false",    "from",
    "full",     "grant",    "if",          "in",           "index",        "infinity", "insert",
    "into",     "is",       "keyspace",    "limit",        "materialized", "mbean",    "mbeans",
    "modify",   "nan",      "norecursive", "not",          "null",         "of",       "on",
    "or",       "order",    "primary",     "rename",       "replace",      "revoke",   "schema",
    "select",   "set",      "table",       "to",           "token",        "true",     "truncate",
    "unlogged", "unset",    "update",      "use",          "using",        "view",     "where",
    "with",
};

constexpr std::string_view kUnreserved[] = {
    "access",       "aggregate",     "aggregates",  "all",         "ann",         "any",
    "as",           "ascii",         "bigint",      "blob",        "boolean",     "called",
    "cast",         "cidrs",         "cluster",     "clustering",  "columns",     "compact",
    "contains",     "count",         "counter",     "custom",      "datacenters", "date",
    "decimal",      "distinct",      "double",      "duration",    "exists",      "filtering",
    "finalfunc",    "float",         "frozen",      "function",    "functions",   "generated",
    "group",        "hashed",        "identity",    "inet",        "initcond",    "input",
    "int",          "internals",     "json",        "key",         "keys",        "keyspaces",
    "language",     "like",          "list",        "login",       "map",         "masked",
    "maxwritetime", "nologin",       "nosuperuser", "only",        "options",     "partition",
    "password",     "per",           "permission",  "permissions", "returns",     "role",
    "roles",        "select_masked", "sfunc",       "smallint",    "static",      "storage",
    "stype",        "superuser",     "superusers",  "tables",      "text",        "time",
    "timestamp",    "timeuuid",      "tinyint",     "trigger",     "ttl",         "tuple",
    "type",         "types",         "unmask",      "user",        "users",       "uuid",
    "values",       "varchar",       "varint",      "vector",      "writetime",
};

} // namespace

std::span<const std::string_view> reservedWords() noexcept
{
    return kReserved;
}

std::span<const std::string_view> unreservedWords() noexcept
{
    return kUnreserved;
}

bool isReservedWord(std::string_view word) noexcept
{
    return std::binary_search(std::begin(kReserved), std::end(kReserved), word);
}

bool isKeyword(std::string_view word) noexcept
{
    char lower[16];
    if (word.size() > sizeof lower)
        return false;
    std::transform(word.begin(), word.end(), lower,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const std::string_view key{lower, word.size()};
    return isReservedWord(key) ||
           std::binary_search(std::begin(kUnreserved), std::end(kUnreserved), key);
}

} // namespace engine::cql
