#pragma once

#include "engine/schema/table.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::schema {

/// A user-defined function: kept, described and sent on; executing it is a later part.
struct Function {
    std::string name;
    std::vector<std::string> argumentNames;
    std::vector<cql::TypePtr> argumentTypes;
    cql::TypePtr returnType;
    bool calledOnNullInput = false;
    std::string language;
    std::string body;
};

/// A user-defined aggregate.
struct Aggregate {
    std::string name;
    std::vector<cql::TypePtr> argumentTypes;
    cql::TypePtr returnType;
    cql::TypePtr stateType;
    std::string stateFunction;
    std::string finalFunction;                   ///< empty: none
    std::optional<std::string> initialCondition; ///< as a CQL literal
};

/// A materialized view: its table (isView) and what it selects.
struct View {
    TablePtr table;
    TableId baseId;
    std::string baseTable;
    bool includesAllColumns = false;
    std::string whereClause;
};

/// One keyspace: a value; shared immutably as KeyspacePtr. Maps are ordered by name bytes.
struct Keyspace {
    std::string name;
    /// Replication options with "class" among them, under its full Java name, as the row of
    /// system_schema.keyspaces has it.
    StringMap replication;
    bool durableWrites = true;
    bool isVirtual = false;
    std::map<std::string, TablePtr, std::less<>> tables;
    std::map<std::string, cql::TypePtr, std::less<>> types; ///< user types, not frozen
    std::vector<Function> functions;
    std::vector<Aggregate> aggregates;
    std::map<std::string, View, std::less<>> views;

    /// nullptr if there is none. `table` also finds views' tables.
    [[nodiscard]] TablePtr table(std::string_view tableName) const;
    [[nodiscard]] cql::TypePtr type(std::string_view typeName) const;
    /// The user types in an order in which each comes after those it uses (Types.sortedStream).
    [[nodiscard]] std::vector<cql::TypePtr> typesInDependencyOrder() const;
    /// "SimpleStrategy": the class of the replication without its package, if that is Cassandra's.
    [[nodiscard]] std::string strategyName() const;
};
using KeyspacePtr = std::shared_ptr<const Keyspace>;

/// Whether a value of `type` may hold a value of the user type of this keyspace and name.
[[nodiscard]] bool refersToType(const cql::Type& type, std::string_view keyspace,
                                std::string_view name);

/// system, system_schema: local to each node (LocalStrategy) and never in the schema version.
[[nodiscard]] bool isLocalSystemKeyspace(std::string_view name) noexcept;
/// Any keyspace that users may not change: the local ones, system_auth, system_distributed,
/// system_traces (which may be altered but not dropped), system_views, system_virtual_schema.
[[nodiscard]] bool isSystemKeyspace(std::string_view name) noexcept;
[[nodiscard]] bool isVirtualKeyspace(std::string_view name) noexcept;

} // namespace engine::schema
