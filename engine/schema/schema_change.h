#pragma once

#include "engine/schema/schema.h"

#include <string>
#include <vector>

namespace engine::schema {

/// One difference between two schemas, as SCHEMA_CHANGE results and events tell it
/// (protocol::SchemaChange is its wire form). An index or view change is an update of its table.
struct ChangeDescription {
    enum class Change : std::uint8_t { Created, Updated, Dropped };
    enum class Target : std::uint8_t { Keyspace, Table, Type, Function, Aggregate };
    Change change = Change::Created;
    Target target = Target::Keyspace;
    std::string keyspace;
    std::string name;                       ///< not for Keyspace
    std::vector<std::string> argumentTypes; ///< Function and Aggregate
    friend bool operator==(const ChangeDescription&, const ChangeDescription&) = default;
};

/// What changed from one schema to another, in Cassandra's order of events: keyspaces dropped,
/// created, updated; within each types, tables. Everything inside a new or dropped keyspace is
/// listed as well. For events when a schema arrives from another node.
[[nodiscard]] std::vector<ChangeDescription> differences(const Schema& before, const Schema& after);

/// Whether two definitions of a table say the same.
[[nodiscard]] bool sameTable(const TablePtr& a, const TablePtr& b);

} // namespace engine::schema
