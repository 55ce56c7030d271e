#pragma once

// moc stumbles over what these include, and needs none of it.
#ifndef Q_MOC_RUN
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/read_path.h"
#include "engine/coordination/repair.h"
#include "engine/coordination/timestamp_source.h"
#include "engine/membership/schema_sync.h"
#include "engine/messaging/messaging_service.h"
#include "engine/ring/token_allocation.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/engine/coordination/memory_replica_store.h"

#include <memory>
#include <vector>

namespace tests {

/// A machine with everything of a node that coordination needs, and data in memory.
struct SmallNode {
    SmallNode(engine::simulation::SimulatedWorld& world, std::uint32_t index,
              engine::simulation::SimulatedDisk& disk, MemoryData& data,
              engine::schema::SchemaPtr& schema, const engine::ring::RingNode& self,
              const engine::InetEndpoint& seed, std::int32_t generation,
              engine::coordination::CoordinationOptions options);
    ~SmallNode();

    engine::simulation::SimulatedRuntime runtime;
    engine::NullEventSink events;
    engine::messaging::MessagingService messaging;
    engine::membership::Gossiper gossiper;
    engine::membership::RingView ring;
    MemoryReplicaStore store;
    engine::coordination::TimestampSource timestamps;
    engine::coordination::CoordinatorService coordinator;
};

struct SmallClusterOptions {
    std::uint32_t nodes = 3;
    std::uint64_t seed = 1;
    std::uint32_t tokensANode = 4;
    std::uint32_t datacenters = 1; ///< nodes go round over dc1, dc2, …
    engine::coordination::CoordinationOptions coordination;
};

/// A few nodes in a simulated world, all started and knowing each other, with a keyspace "ks" of
/// RF 3 (NetworkTopologyStrategy with RF 2 in each datacenter if there are several) and tables
/// "t" (k int, c int, v text; k partition key, c clustering) and "counts" (k int, n counter).
class SmallCluster {
public:
    explicit SmallCluster(SmallClusterOptions options = {});
    ~SmallCluster();

    SmallNode& operator[](std::size_t index) { return *m_nodes[index]; }
    /// What a node holds, running or not.
    MemoryData& data(std::size_t index) { return *m_data[index]; }
    void start(std::size_t index);
    void kill(std::size_t index);
    /// Until all running nodes see each other up.
    bool converge();

    /// INSERT INTO t (k, c, v) through a node; a null `value` deletes the row.
    engine::Result<void> write(std::size_t through, int k, int c, const char* value,
                               engine::protocol::Consistency consistency);
    /// "c=v c=v …" of one partition, or the error's sentence.
    std::string read(std::size_t through, int k, engine::protocol::Consistency consistency,
                     std::uint32_t limit = UINT32_MAX);
    engine::Result<engine::coordination::ReadOutcome>
    readCommand(std::size_t through, engine::rows::ReadCommand command,
                engine::protocol::Consistency consistency);
    [[nodiscard]] engine::rows::Mutation insertion(std::size_t through, int k, int c,
                                                   const char* value);
    [[nodiscard]] engine::rows::ReadCommand selection(int k) const;
    /// What a node has stored itself, live rows only.
    std::string stored(std::size_t node, int k);
    [[nodiscard]] static std::string text(const engine::rows::Partition& partition);

    engine::simulation::SimulatedWorld world;
    engine::schema::SchemaPtr schema;
    engine::schema::TablePtr table;
    engine::schema::TablePtr counts;

private:
    SmallClusterOptions m_options;
    std::vector<engine::ring::RingNode> m_ring;
    std::vector<std::unique_ptr<engine::simulation::SimulatedDisk>> m_disks;
    std::vector<std::unique_ptr<MemoryData>> m_data;
    std::vector<std::int32_t> m_generations;
    std::vector<std::unique_ptr<SmallNode>> m_nodes;
};

[[nodiscard]] engine::Bytes intBytes(int value);

} // namespace tests
#endif // Q_MOC_RUN
