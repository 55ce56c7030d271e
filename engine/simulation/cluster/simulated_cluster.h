#pragma once

#include "engine/base/trace.h"
#include "engine/coordination/coordination_options.h"
#include "engine/node/node.h"
#include "engine/protocol/consistency.h"
#include "engine/ring/ring_state.h"
#include "engine/schema/table.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"
#include "engine/simulation/simulated_world.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::simulation {

struct SimulatedClusterOptions {
    std::uint32_t nodeCount = 3;
    std::uint64_t seed = 1;
    std::uint32_t tokensPerNode = 4;
    std::uint32_t replicationFactor = 3;
    storage::CommitLogSync commitLogSync = storage::CommitLogSync::Batch;
    bool hintedHandoff = true;       ///< the setting, not the test switch
    node::DiskUsageLimits diskUsage; ///< the guardrail: off
    /// Test-only: false answers fsync without doing it.
    bool fsync = true;
    coordination::RepairTimes repairs;
    coordination::CoordinationSwitches switches;
};

/// What one write or read of a client came to; filled in while the world goes on.
struct ClientOperation {
    bool isWrite = false;
    std::uint32_t key = 0;
    NodeIndex coordinator = 0;
    protocol::Consistency consistency = protocol::Consistency::Quorum;
    Duration begun{};
    Duration ended{};
    bool hasEnded = false; ///< false to the end if the coordinator died
    bool succeeded = false;
    std::string error;
    std::vector<std::string> warnings;
    /// Of the write; of a read what it found, or nothing.
    std::optional<std::int64_t> timestamp;
    std::uint64_t value = 0; ///< unique for each write
    /// Who held the key in the ring that the coordinator read by; sorted. Of reads.
    std::vector<NodeIndex> replicas;
    std::shared_ptr<TraceSession> trace; ///< of a traced operation
};
using ClientOperationPtr = std::shared_ptr<ClientOperation>;

/// N whole nodes in one world, with one table of numbered keys. Nodes are numbered from 0. Node i
/// listens on 10.0.0.(i+1).
class SimulatedCluster {
public:
    explicit SimulatedCluster(SimulatedClusterOptions options);
    ~SimulatedCluster();

    /// Starts all nodes, waits until gossip has converged, creates the table, waits for agreement.
    [[nodiscard]] Result<void> start();

    [[nodiscard]] SimulatedWorld& world() noexcept { return m_world; }
    /// Also those that have been added, and those that have left.
    [[nodiscard]] std::uint32_t nodeCount() const noexcept
    {
        return static_cast<std::uint32_t>(m_machines.size());
    }
    /// Requires isUp(node).
    [[nodiscard]] node::Node& node(NodeIndex index) { return *m_machines[index].node; }
    [[nodiscard]] SimulatedDisk& disk(NodeIndex index) { return *m_machines[index].disk; }
    /// Whether its process runs and is NORMAL.
    [[nodiscard]] bool isUp(NodeIndex index) const;
    /// Whether clients may ask it: NORMAL, or on its way out.
    [[nodiscard]] bool isServing(NodeIndex index) const;
    /// Whether its process runs, in whatever state.
    [[nodiscard]] bool isRunning(NodeIndex index) const
    {
        return m_machines[index].runtime != nullptr;
    }

    // ---- what happens to it ----
    void crash(NodeIndex index, SimulatedRuntime::Death death = SimulatedRuntime::Death::Machine,
               CrashMode mode = CrashMode::Seeded);
    /// Starts the process again; runs on in the background.
    void restart(NodeIndex index);
    /// Adds a machine and starts its node, which joins the ring; runs on in the background.
    NodeIndex addNode();
    /// Nobody is to expect this node any more: it has left, or was removed.
    void setGone(NodeIndex index) { m_machines[index].isGone = true; }
    [[nodiscard]] bool isGone(NodeIndex index) const { return m_machines[index].isGone; }
    /// Whether the node has left the ring by itself, and knows it.
    [[nodiscard]] bool hasLeft(NodeIndex index) const;
    /// Whether `node` has `other` in its ring, in whatever phase. Requires isUp(node).
    [[nodiscard]] bool knowsMember(NodeIndex node, NodeIndex other);
    /// Of the node's last life; zero if it has never been NORMAL.
    [[nodiscard]] Uuid hostIdOf(NodeIndex index);
    /// Counts the starts of a node.
    [[nodiscard]] std::uint64_t lifeOf(NodeIndex index) const { return m_machines[index].lives; }
    /// Separates these nodes from all others.
    void isolate(const std::vector<NodeIndex>& nodes);
    void heal() { m_world.fabric().heal(); }
    /// Heals, and links are as good as at the start.
    void healLinks();
    /// Starts every node that does not run.
    void restartAll();
    [[nodiscard]] NodeIndex anyNode(SeededRandom& random) const;
    /// That or the next one that is up, if any is.
    [[nodiscard]] NodeIndex anyUpNode(SeededRandom& random);

    // ---- clients; the operations go on while the world runs ----
    ClientOperationPtr
    beginWrite(NodeIndex coordinator, std::uint32_t key,
               protocol::Consistency consistency = protocol::Consistency::Quorum);
    ClientOperationPtr beginRead(NodeIndex coordinator, std::uint32_t key,
                                 protocol::Consistency consistency = protocol::Consistency::Quorum);
    /// The same, run to their end.
    ClientOperationPtr write(NodeIndex coordinator, std::uint32_t key,
                             protocol::Consistency consistency = protocol::Consistency::Quorum);
    ClientOperationPtr read(NodeIndex coordinator, std::uint32_t key,
                            protocol::Consistency consistency = protocol::Consistency::Quorum);
    /// The same, traced as if the client had asked for it; the trace ends with the operation.
    ClientOperationPtr runTraced(NodeIndex coordinator, std::uint32_t key, bool isWrite,
                                 protocol::Consistency consistency);
    /// Runs until every operation has ended, or is older than any timeout.
    void finishOperations();
    /// Every operation, in the order of their beginning.
    [[nodiscard]] const std::vector<ClientOperationPtr>& history() const noexcept
    {
        return m_history;
    }

    // ---- looking ----
    /// The nodes that hold a key, in ring order. Requires that some node is up.
    [[nodiscard]] std::vector<NodeIndex> replicasOf(std::uint32_t key);
    /// The digest of what a node's own store holds of a key, and its newest timestamp.
    struct Stored {
        Bytes digest;
        std::optional<std::int64_t> timestamp;
    };
    [[nodiscard]] Result<Stored> storedOn(NodeIndex index, std::uint32_t key);
    /// The newest timestamp of a key among what is marked as repaired on a node; none: nothing is.
    [[nodiscard]] Result<std::optional<std::int64_t>> repairedOn(NodeIndex index,
                                                                 std::uint32_t key);
    /// Whether every node that is up sees all up nodes as alive, the same ring and one schema; if
    /// not, why.
    [[nodiscard]] std::optional<std::string> gossipDisagreement();
    [[nodiscard]] bool hasPendingHints();
    /// Runs until gossip has converged and no hints wait; an error names what is missing.
    [[nodiscard]] Result<void> settle(Duration limit = std::chrono::minutes{3});
    /// Repairs the table from each node.
    [[nodiscard]] Result<void> repairAll();
    [[nodiscard]] const schema::TablePtr& table() const noexcept { return m_table; }

private:
    struct Machine {
        std::unique_ptr<SimulatedDisk> disk;
        std::unique_ptr<SimulatedRuntime> runtime;
        std::unique_ptr<node::Node> node;
        std::shared_ptr<std::optional<Result<void>>> started;
        Uuid hostId;
        std::uint64_t lives = 0;
        bool isGone = false;
        bool hasLeft = false;
    };
    [[nodiscard]] node::NodeConfig configOf(NodeIndex index) const;
    [[nodiscard]] Result<void> createTable();
    ClientOperationPtr begin(ClientOperation operation);
    void finish(const ClientOperationPtr& operation);

    SimulatedClusterOptions m_options;
    SimulatedWorld m_world;
    std::vector<Machine> m_machines;
    std::vector<std::vector<ring::Token>> m_tokens;
    schema::TablePtr m_table;
    std::vector<ClientOperationPtr> m_history;
    std::uint64_t m_nextValue = 1;
};

} // namespace engine::simulation
