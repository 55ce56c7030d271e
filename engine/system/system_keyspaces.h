#pragma once

#include "engine/schema/schema.h"

namespace engine::system {

/// The keyspaces that every node has without being told, with Cassandra 5.0.4's columns and
/// options: system, system_schema (local), system_views, system_virtual_schema (virtual).
/// Table ids are Cassandra's name-based ones, the same on every node.
[[nodiscard]] const schema::SchemaPtr& localSchema();

/// system_auth, system_distributed and system_traces as a new cluster gets them. They are
/// ordinary rows of schema from then on, written with timestamp 0 so that any ALTER wins.
[[nodiscard]] std::span<const schema::KeyspacePtr> distributedKeyspaces();

/// localSchema() with distributedKeyspaces(): where a node starts that has no rows yet.
[[nodiscard]] schema::SchemaPtr initialSchema();

} // namespace engine::system
