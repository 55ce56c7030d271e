#pragma once

#include "engine/schema/keyspace.h"

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace engine::schema {

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

/// Everything a node knows about keyspaces, as of one moment. Immutable; a change makes a new
/// one that shares all keyspaces and tables it leaves alone. Any thread.
class Schema {
public:
    /// Without any keyspace.
    Schema() = default;

    /// nullptr if there is none.
    [[nodiscard]] KeyspacePtr keyspace(std::string_view name) const;
    [[nodiscard]] TablePtr table(std::string_view keyspace, std::string_view name) const;
    [[nodiscard]] TablePtr table(const TableId& id) const;
    /// Ordered by name.
    [[nodiscard]] const std::map<std::string, KeyspacePtr, std::less<>>& keyspaces() const noexcept
    {
        return m_keyspaces;
    }
    /// Equal on two nodes exactly when their rows of system_schema are
    /// (engine/system/schema_rows.h); gossip compares it. Zero until set.
    [[nodiscard]] const Uuid& version() const noexcept { return m_version; }

    [[nodiscard]] SchemaPtr with(KeyspacePtr keyspace) const; ///< added or replaced
    [[nodiscard]] SchemaPtr without(std::string_view keyspace) const;
    [[nodiscard]] SchemaPtr withVersion(const Uuid& version) const;

private:
    void index(const Keyspace& keyspace);

    std::map<std::string, KeyspacePtr, std::less<>> m_keyspaces;
    std::unordered_map<TableId, TablePtr> m_tables; ///< looked up only, never iterated
    Uuid m_version;
};

} // namespace engine::schema
