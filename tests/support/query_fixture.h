#pragma once

#include "engine/query/query_processor.h"
#include "engine/query/virtual_table.h"
#include "tests/support/manual_runtime.h"
#include "tests/support/memory_coordinator.h"
#include "tests/support/memory_schema_owner.h"

#include <string>
#include <vector>

namespace tests {

/// A node that is alone, for virtual tables.
class LoneNode final : public engine::query::NodeInfo {
public:
    std::string clusterName() const override { return "Test Cluster"; }
    std::string partitioner() const override
    {
        return "org.apache.cassandra.dht.Murmur3Partitioner";
    }
    std::string snitch() const override { return "org.apache.cassandra.locator.SimpleSnitch"; }
    engine::query::NodeRow local() const override;
    std::int32_t gossipGeneration() const override { return 1'700'000'000; }
    std::vector<engine::query::NodeRow> peers() const override { return peerRows; }

    std::vector<engine::query::NodeRow> peerRows;
};

/// A QueryProcessor over memory, with a connection's state.
class QueryFixture {
public:
    QueryFixture();

    /// Runs a statement without values; USE is remembered.
    engine::Result<engine::query::QueryResult> run(std::string_view text);
    engine::Result<engine::query::QueryResult> run(std::string_view text,
                                                   engine::protocol::QueryOptions options);
    engine::Result<engine::query::QueryResult> execute(engine::ByteView id,
                                                       engine::protocol::QueryOptions options);
    /// "void", "CREATED TABLE ks.t", "error Invalid: …", or a header and a line a row with CQL
    /// literals separated by " | "; then the warnings.
    std::string show(std::string_view text);
    static std::string show(const engine::Result<engine::query::QueryResult>& result);

    /// QuerySettings::guardWrite; empty: nothing is refused.
    std::function<engine::Result<void>(std::span<const engine::rows::Mutation>,
                                       std::vector<std::string>&)>
        guardWrite;
    ManualRuntime runtime;
    MemoryCoordinator coordinator;
    MemorySchemaOwner schemaOwner;
    LoneNode node;
    engine::query::VirtualTables virtualTables;
    engine::query::QueryProcessor processor;
    std::string keyspace;
};

/// The statements of a script: separated by ';' at the end of a line, without comment lines.
std::vector<std::string> splitStatements(const std::string& script);

} // namespace tests
