#pragma once

#include "engine/schema/schema.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::schema {

/// One row of a DESCRIBE: names are quoted where CQL needs it.
struct Described {
    std::string keyspace;
    std::string type; ///< keyspace, type, function, aggregate, table, index, materialized_view
    std::string name;
    std::string createStatement; ///< empty in lists
};

/// Byte for byte what Cassandra 5.0 prints (SchemaCQLHelper, TableMetadata.toCqlString). With
/// internals: ids and dropped columns too.
[[nodiscard]] std::string describeKeyspaceOnly(const Keyspace& keyspace);
[[nodiscard]] std::string describeTable(const Table& table, bool withInternals);
[[nodiscard]] std::string describeView(const Keyspace& keyspace, const View& view,
                                       bool withInternals);
[[nodiscard]] std::string describeType(const cql::Type& type);
[[nodiscard]] std::string describeIndex(const Table& table, const Index& index);
[[nodiscard]] std::string describeFunction(const Keyspace& keyspace, const Function& function);
[[nodiscard]] std::string describeAggregate(const Keyspace& keyspace, const Aggregate& aggregate);

/// A table with its indexes and views, as DESCRIBE TABLE.
[[nodiscard]] std::vector<Described> describeTableElements(const Keyspace& keyspace,
                                                           const Table& table, bool withInternals);
/// A keyspace with all it holds, as DESCRIBE KEYSPACE; `only`: without what it holds.
[[nodiscard]] std::vector<Described> describeKeyspaceElements(const Keyspace& keyspace, bool only,
                                                              bool withInternals);
/// The whole schema without (or with) the system keyspaces, as DESCRIBE [FULL] SCHEMA.
[[nodiscard]] std::vector<Described> describeSchema(const Schema& schema, bool full,
                                                    bool withInternals);
/// Keyspaces in the order that DESCRIBE lists them: by name, ignoring case.
[[nodiscard]] std::vector<KeyspacePtr> keyspacesInDescribeOrder(const Schema& schema);
/// "plus(int, int)": a function's or aggregate's name in lists.
[[nodiscard]] std::string signatureText(std::string_view name,
                                        const std::vector<cql::TypePtr>& arguments);

} // namespace engine::schema
