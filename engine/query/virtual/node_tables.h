#pragma once

#include "engine/query/virtual_table.h"

namespace engine::query {

/// system.local, system.peers, peers_v2 and what of system_views follows from the node. `node`
/// outlives `tables`.
void provideNodeTables(VirtualTables& tables, const NodeInfo& node);
/// system_virtual_schema.*.
void provideSchemaTables(VirtualTables& tables, const schema::SchemaOwner& schemaOwner);

} // namespace engine::query
