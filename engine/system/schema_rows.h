#pragma once

#include "engine/rows/partition.h"
#include "engine/schema/schema.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace engine::system {

/// The tables of system_schema whose rows make up a schema: keyspaces, tables, columns,
/// column_masks, dropped_columns, triggers, views, types, functions, aggregates, indexes. In the
/// order in which they are read and compared.
[[nodiscard]] std::span<const schema::TablePtr> schemaTables();

/// Those of schemaTables() whose rows belong to a table or view, named first in their clustering.
[[nodiscard]] bool isPartOfTable(const schema::Table& schemaTable);
/// Whether a row, as merged from all sources, says something; else it only shadows.
[[nodiscard]] bool isLiveRow(const rows::Row& row);

/// Names of tables and views by keyspace.
using TableNames = std::map<std::string, std::set<std::string>, std::less<>>;
/// The tables and views to which these mutations' rows belong; nullopt if other rows of
/// system_schema are among them, or deletions of more than a row.
[[nodiscard]] std::optional<TableNames> touchedTables(std::span<const rows::Mutation> mutations);

/// The rows that lead from one schema to another, all written at `timestamp`: one mutation for
/// each keyspace that differs, with tombstones (deleted at `timestamp` - nothing else shadows
/// them) for what is gone. Mutations are of keyspace "system_schema" and keyed by keyspace name;
/// they merge by timestamp like any other, so they may be applied in any order on any node.
/// Only keyspaces that are replicated as schema: the local and virtual system keyspaces are left
/// out. `nowSeconds` becomes the tombstones' local deletion time.
[[nodiscard]] rows::Mutations schemaDifference(const schema::Schema& before,
                                               const schema::Schema& after,
                                               WriteTimestamp timestamp, std::int64_t nowSeconds);

/// Rows that create `keyspace` with everything in it. For the local system keyspaces too, which
/// each node writes to its own system_schema at start so that drivers find them there.
[[nodiscard]] rows::Mutation keyspaceRows(const schema::Keyspace& keyspace,
                                          WriteTimestamp timestamp);

/// The schema that the rows say, on top of `base` (which has the local and virtual system
/// keyspaces). `partitions` are of the tables of schemaTables(), merged, in any order; those of
/// local system keyspaces are skipped. Tables that are as in `previous` are shared with it, and
/// unchanged columns of changed tables, too. The version is that of `base`: schema_digest.h has the
/// rows'. Corrupt if a row makes no sense.
[[nodiscard]] Result<schema::SchemaPtr> schemaFromRows(std::span<const rows::Partition> partitions,
                                                       const schema::SchemaPtr& base,
                                                       const schema::SchemaPtr& previous);

/// `schema` in which these tables and views of a keyspace, which it has, are as `partitions` say:
/// their rows of schemaTables(), as for schemaFromRows(). Those without rows are gone. Keeps the
/// version, too. Costs those tables and a copy of pointers to the others.
[[nodiscard]] Result<schema::SchemaPtr>
schemaWithTables(const schema::SchemaPtr& schema, const std::string& keyspace,
                 const std::set<std::string>& names, std::span<const rows::Partition> partitions);

} // namespace engine::system
