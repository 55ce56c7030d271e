#pragma once

#include "engine/cql/token.h"

#include <cstdint>
#include <string_view>

namespace engine::cql {

/// Where a keyword may stand as a name, as Parser.g sorts them.
enum class KeywordClass : std::uint8_t {
    None,
    Reserved, ///< nowhere
    Basic,    ///< anywhere: basic_unreserved_keyword
    Native,   ///< a native type: any name but that of a user type
    Special,  ///< any name but that of a function: ttl, count, key, …
};

// clang-format off
/// All words that the grammar knows, with their class. One list for parser, editor and quoting.
#define RW_CQL_KEYWORDS(K)                                                                         \
    K(Access, "access", Basic) K(Add, "add", Reserved) K(Aggregate, "aggregate", Basic)            \
    K(Aggregates, "aggregates", Basic) K(All, "all", Basic) K(Allow, "allow", Reserved)            \
    K(Alter, "alter", Reserved) K(And, "and", Reserved) K(Ann, "ann", Basic)                       \
    K(Apply, "apply", Reserved) K(As, "as", Basic) K(Asc, "asc", Reserved)                         \
    K(Ascii, "ascii", Native) K(Authorize, "authorize", Reserved) K(Batch, "batch", Reserved)      \
    K(Begin, "begin", Reserved) K(Bigint, "bigint", Native) K(Blob, "blob", Native)                \
    K(BooleanType, "boolean", Native) K(By, "by", Reserved) K(Called, "called", Basic)             \
    K(Cast, "cast", Special) K(Cidrs, "cidrs", Basic) K(Cluster, "cluster", Basic)                 \
    K(Clustering, "clustering", Basic) K(ColumnFamilies, "columnfamilies", Basic)                  \
    K(ColumnFamily, "columnfamily", Reserved) K(Compact, "compact", Basic)                         \
    K(Contains, "contains", Basic) K(Count, "count", Special) K(Counter, "counter", Native)        \
    K(Create, "create", Reserved) K(Custom, "custom", Basic) K(Datacenters, "datacenters", Basic)  \
    K(Date, "date", Native) K(Decimal, "decimal", Native) K(Default, "default", Basic)             \
    K(Delete, "delete", Reserved) K(Desc, "desc", Reserved) K(Describe, "describe", Reserved)      \
    K(Distinct, "distinct", Special) K(Double, "double", Native) K(Drop, "drop", Reserved)         \
    K(DurationType, "duration", Native) K(Entries, "entries", Reserved)                            \
    K(Execute, "execute", Reserved) K(Exists, "exists", Basic) K(False, "false", Reserved)         \
    K(Filtering, "filtering", Basic) K(FinalFunc, "finalfunc", Basic) K(FloatType, "float", Native)\
    K(From, "from", Reserved) K(Frozen, "frozen", Basic) K(Full, "full", Reserved)                 \
    K(Function, "function", Basic) K(Functions, "functions", Basic) K(Grant, "grant", Reserved)    \
    K(Group, "group", Basic) K(Hashed, "hashed", Basic) K(Identity, "identity", Basic)             \
    K(If, "if", Reserved) K(In, "in", Reserved) K(Index, "index", Reserved)                        \
    K(Inet, "inet", Native) K(InfinityWord, "infinity", Reserved) K(InitCond, "initcond", Basic)   \
    K(Input, "input", Basic) K(Insert, "insert", Reserved) K(Int, "int", Native)                   \
    K(Internals, "internals", Basic) K(Into, "into", Reserved) K(Is, "is", Reserved)               \
    K(Json, "json", Special) K(Key, "key", Special) K(Keys, "keys", Basic)                         \
    K(Keyspace, "keyspace", Reserved) K(Keyspaces, "keyspaces", Basic)                             \
    K(Language, "language", Basic) K(Like, "like", Basic) K(Limit, "limit", Reserved)              \
    K(List, "list", Basic) K(Login, "login", Basic) K(Map, "map", Basic)                           \
    K(Masked, "masked", Basic) K(Materialized, "materialized", Reserved)                           \
    K(MaxWriteTime, "maxwritetime", Special) K(Mbean, "mbean", Basic) K(Mbeans, "mbeans", Basic)   \
    K(Modify, "modify", Reserved) K(Nan, "nan", Reserved) K(NoLogin, "nologin", Basic)             \
    K(NoRecursive, "norecursive", Reserved) K(NoSuperuser, "nosuperuser", Basic)                   \
    K(Not, "not", Reserved) K(Null, "null", Reserved) K(Of, "of", Reserved) K(On, "on", Reserved)  \
    K(Only, "only", Basic) K(Options, "options", Basic) K(Or, "or", Reserved)                      \
    K(Order, "order", Reserved) K(Partition, "partition", Basic) K(Password, "password", Basic)    \
    K(Per, "per", Basic) K(Permission, "permission", Basic) K(Permissions, "permissions", Basic)   \
    K(Primary, "primary", Reserved) K(Rename, "rename", Reserved) K(Replace, "replace", Basic)     \
    K(Returns, "returns", Basic) K(Revoke, "revoke", Reserved) K(Role, "role", Basic)              \
    K(Roles, "roles", Basic) K(Schema, "schema", Reserved) K(Select, "select", Reserved)           \
    K(SelectMasked, "select_masked", Basic) K(Set, "set", Reserved) K(SFunc, "sfunc", Basic)       \
    K(Smallint, "smallint", Native) K(Static, "static", Basic) K(Storage, "storage", Basic)        \
    K(SType, "stype", Basic) K(Superuser, "superuser", Basic) K(Superusers, "superusers", Basic)   \
    K(Table, "table", Reserved) K(Tables, "tables", Basic) K(TextType, "text", Native)             \
    K(Time, "time", Native) K(Timestamp, "timestamp", Native) K(Timeuuid, "timeuuid", Native)      \
    K(Tinyint, "tinyint", Native) K(To, "to", Reserved) K(TokenWord, "token", Reserved)            \
    K(Trigger, "trigger", Basic) K(True, "true", Reserved) K(Truncate, "truncate", Reserved)       \
    K(Ttl, "ttl", Special) K(Tuple, "tuple", Basic) K(Type, "type", Basic)                         \
    K(Types, "types", Basic) K(Unlogged, "unlogged", Reserved) K(Unmask, "unmask", Basic)          \
    K(Unset, "unset", Basic) K(Update, "update", Reserved) K(Use, "use", Reserved)                 \
    K(User, "user", Basic) K(Users, "users", Basic) K(Using, "using", Reserved)                    \
    K(UuidType, "uuid", Native) K(Values, "values", Basic) K(Varchar, "varchar", Native)           \
    K(Varint, "varint", Native) K(Vector, "vector", Basic) K(View, "view", Reserved)               \
    K(Where, "where", Reserved) K(With, "with", Reserved) K(WriteTime, "writetime", Special)
// clang-format on

enum class Keyword : std::uint8_t {
    None,
#define RW_ENUM(name, text, cls) name,
    RW_CQL_KEYWORDS(RW_ENUM)
#undef RW_ENUM
        Count_ ///< how many there are
};

/// None if `word` (any case of letters) is no keyword.
[[nodiscard]] Keyword findKeyword(std::string_view word) noexcept;
[[nodiscard]] KeywordClass keywordClass(Keyword keyword) noexcept;
/// Lower case.
[[nodiscard]] std::string_view keywordText(Keyword keyword) noexcept;
/// The native type that a keyword of class Native names; varchar is text.
[[nodiscard]] TypeKind nativeTypeOf(Keyword keyword) noexcept;

} // namespace engine::cql
