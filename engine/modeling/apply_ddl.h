#pragma once

#include "engine/cql/statements.h"
#include "engine/schema/ddl.h"

#include <set>

/// Applies one DDL statement to a schema as a node would, without a node: internal to modelling.
namespace engine::modeling {

/// Makes table ids from names and spreads replication over `datacenters` and those named already.
[[nodiscard]] schema::DdlContext ddlContext(std::string keyspace,
                                            const std::set<std::string>& datacenters);

/// Everything of applyDdl(), and indexes and views. Invalid for what is no CREATE, ALTER or DROP of
/// keyspace, type, table, index or view.
[[nodiscard]] Result<schema::SchemaPtr> applyStatement(const cql::Statement& statement,
                                                       const schema::SchemaPtr& schema,
                                                       const schema::DdlContext& context,
                                                       std::string_view text);

/// "sai" for each of the names that StorageAttachedIndex has, "" for Cassandra's oldest kind, else
/// the class as written.
[[nodiscard]] std::string canonicalIndexKind(const schema::Index& index);

} // namespace engine::modeling
