#pragma once

#include "engine/query/node_info.h"
#include "engine/rows/partition.h"
#include "engine/rows/read_command.h"
#include "engine/schema/schema_owner.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::query {

/// Collects the rows of a virtual table by column name.
class VirtualRows {
public:
    explicit VirtualRows(schema::TablePtr table) : m_table(std::move(table)) {}

    /// Starts a row.
    VirtualRows& row();
    /// Sets a column of the row; a column that the table does not have is our mistake. The typed
    /// forms serialize for the column's type; `text` also parses for others (Type::fromString).
    VirtualRows& set(std::string_view column, Bytes serialized);
    VirtualRows& text(std::string_view column, std::string_view value);
    VirtualRows& integer(std::string_view column,
                         std::int64_t value); ///< tinyint … bigint, timestamp
    VirtualRows& boolean(std::string_view column, bool value);
    VirtualRows& real(std::string_view column, double value);
    VirtualRows& uuid(std::string_view column, const Uuid& value);
    VirtualRows& inet(std::string_view column, const InetAddress& value);
    /// A set<text> or list<text>, multi-cell or frozen.
    VirtualRows& texts(std::string_view column, const std::vector<std::string>& values);
    /// A map<text, text>.
    VirtualRows& textMap(std::string_view column, const std::map<std::string, std::string>& values);

    /// The partitions in the order of compareVirtualKeys(), rows sorted.
    [[nodiscard]] rows::Partitions finish() &&;

private:
    using RowValues = std::vector<std::pair<const schema::Column*, Bytes>>;
    schema::TablePtr m_table;
    std::vector<RowValues> m_rows;
};

/// The order of a computed table's partitions: of a virtual keyspace by the values of their keys
/// (Cassandra's LocalPartitioner), of a table that Cassandra stores (system.local) by token.
[[nodiscard]] int compareVirtualKeys(const schema::Table& table, ByteView a, ByteView b);

/// Tables whose rows are computed when they are read: system.local, system.peers, peers_v2,
/// size_estimates and table_estimates (Cassandra writes these every five minutes), system_views.*,
/// system_virtual_schema.*. Node thread only.
class VirtualTables {
public:
    using Provider = std::function<void(VirtualRows& out)>;

    /// Registers the tables that follow from node and schema alone. Both outlive it.
    VirtualTables(const NodeInfo& node, const schema::SchemaOwner& schemaOwner);

    /// Adds or replaces what computes a table.
    void provide(std::string keyspace, std::string table, Provider provider);
    /// A table of a virtual keyspace that nothing provides is an error to read, never empty.
    [[nodiscard]] bool has(const schema::Table& table) const;
    /// Answers a read of a table that it has. `limited`: set to whether a limit ended it.
    [[nodiscard]] rows::Partitions read(const rows::ReadCommand& command, bool& limited) const;

private:
    std::map<std::pair<std::string, std::string>, Provider> m_providers;
};

} // namespace engine::query
