#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"
#include "engine/schema/schema.h"

#include <set>

/// The CQL that creates a model; statements of its queries are in query_cql.h.
namespace engine::modeling {

enum class ObjectKind : std::uint8_t { Keyspace, Type, Table, Index, View };
/// "keyspace", "type", "table", "index", "materialized view".
[[nodiscard]] std::string_view objectKindName(ObjectKind kind) noexcept;

struct CqlOptions {
    bool ifNotExists = false;
    bool comments = true;  ///< "-- Q4. Available rooms by date" above, and beside bucket columns
    bool keyspaces = true; ///< CREATE KEYSPACE too
};

/// One CREATE statement.
struct CqlStatement {
    ObjectKind kind = ObjectKind::Table;
    ElementId element{}; ///< the table of an index
    std::string keyspace;
    std::string name;    ///< "available_rooms_by_hotel_date"; empty for a keyspace
    std::string comment; ///< lines that begin with "-- ", or nothing
    std::string cql;     ///< without ';'
};

/// What creates the model, each after what it needs: keyspaces, types, tables, indexes, views.
[[nodiscard]] std::vector<CqlStatement> cqlStatements(const Model& model,
                                                      const CqlOptions& options = {});
/// The same as a script.
[[nodiscard]] std::string cqlOf(const Model& model, const CqlOptions& options = {});
/// Only this table with its types' use, indexes; or this view.
[[nodiscard]] std::string cqlOf(const Model& model, const ModelTable& table,
                                const CqlOptions& options = {});

/// The schema that the model's CQL makes, by our own DDL. Fails with the server's sentence and the
/// element it is about.
/// `datacenters`: what a replication_factor of NetworkTopologyStrategy is spread over.
[[nodiscard]] Result<schema::SchemaPtr>
schemaOf(const Model& model, const std::set<std::string>& datacenters = {"datacenter1"});
/// The schema that a script of CREATE, ALTER, DROP (and USE) makes of `base`; other statements are
/// Invalid with their line.
[[nodiscard]] Result<schema::SchemaPtr>
schemaOfCql(std::string_view script, const schema::SchemaPtr& base = nullptr,
            const std::set<std::string>& datacenters = {"datacenter1"});

} // namespace engine::modeling
