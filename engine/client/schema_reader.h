#pragma once

#include "engine/client/cluster_info.h"

#include <map>
#include <string>
#include <vector>

namespace engine::client {

/// A row by column name; null columns are absent.
using NamedRow = std::map<std::string, Bytes>;

/// What to ask a cluster for its schema: a SELECT each, and whether every cluster has the table.
struct SchemaQuery {
    const char* table; ///< of system_schema, or with `isVirtual` of system_virtual_schema
    bool isVirtual = false;
    bool isOptional = false; ///< added after Cassandra 3.0
};
[[nodiscard]] const std::vector<SchemaQuery>& schemaQueries();
[[nodiscard]] std::string textOf(const SchemaQuery& query);

/// Makes a schema of the answers to schemaQueries(), in their order. A keyspace that makes no
/// sense is left out and named in `unread`; unchanged tables are shared with `previous`, which
/// may be nullptr. Never fails on any input.
[[nodiscard]] SchemaInfoPtr readSchema(const std::vector<std::vector<NamedRow>>& answers,
                                       const schema::SchemaPtr& previous);

// Serialized values of system tables.
[[nodiscard]] std::vector<std::string> textsOf(const NamedRow& row, const std::string& column);
[[nodiscard]] std::string textOf(const NamedRow& row, const std::string& column);
[[nodiscard]] Uuid uuidOf(const NamedRow& row, const std::string& column);
[[nodiscard]] std::optional<InetAddress> inetOf(const NamedRow& row, const std::string& column);
[[nodiscard]] std::int64_t intOf(const NamedRow& row, const std::string& column);

} // namespace engine::client
