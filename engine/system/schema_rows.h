#pragma once

#include "engine/rows/partition.h"
#include "engine/schema/schema.h"

#include <span>
#include <vector>

namespace engine::system {

/// The tables of system_schema whose rows make up a schema: keyspaces, tables, columns,
/// column_masks, dropped_columns, triggers, views, types, functions, aggregates, indexes. In the
/// order in which they are read and compared.
[[nodiscard]] std::span<const schema::TablePtr> schemaTables();

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
/// unchanged columns of changed tables, too. The version is set. Corrupt if a row makes no sense.
[[nodiscard]] Result<schema::SchemaPtr> schemaFromRows(std::span<const rows::Partition> partitions,
                                                       const schema::SchemaPtr& base,
                                                       const schema::SchemaPtr& previous);

/// The digest of these rows as a schema version: equal on two nodes exactly when their rows are
/// (SchemaKeyspace.calculateSchemaDigest). Partitions of local system keyspaces do not count;
/// order does not matter.
[[nodiscard]] Uuid schemaVersion(std::span<const rows::Partition> partitions);

} // namespace engine::system
