#pragma once

#include "engine/base/result.h"
#include "engine/cql/statements.h"
#include "engine/schema/schema_owner.h"

#include <functional>
#include <string>

namespace engine::schema {

/// What applying DDL needs from around it.
struct DdlContext {
    std::string keyspace; ///< of the session; empty: none
    /// When columns are dropped, unless the statement says.
    WriteTimestamp now;
    /// The id of a new table that does not say WITH ID.
    std::function<TableId(const std::string& keyspace, const std::string& table)> newTableId;
    /// Checks and completes the replication of a keyspace (ring::prepareReplication);
    /// `previous` is nullptr for a new one.
    std::function<Result<StringMap>(const std::string& keyspace, StringMap given,
                                    const StringMap* previous)>
        prepareReplication;
    /// Whether system keyspaces may be changed: only when a node defines its own.
    bool mayChangeSystem = false;
};

/// Whether applyDdl() takes this kind of statement.
[[nodiscard]] bool isDdl(cql::StatementKind kind) noexcept;

/// CREATE, ALTER, DROP of KEYSPACE, TABLE, TYPE: the schema after the statement and what it did.
/// Fails with Cassandra's codes and sentences; AlreadyExists comes without an extra. Other DDL
/// (indexes, views, functions, aggregates, triggers) is Invalid and named.
[[nodiscard]] Result<SchemaTransformation>
applyDdl(const cql::Statement& statement, const SchemaPtr& schema, const DdlContext& context);

} // namespace engine::schema
