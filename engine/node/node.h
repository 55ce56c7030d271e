#pragma once

#include "engine/base/runtime.h"
#include "engine/coordination/coordination_options.h"
#include "engine/node/node_config.h"
#include "engine/node/node_state.h"
#include "engine/query/node_info.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::storage {
class LocalStore;
}
namespace engine::messaging {
class MessagingService;
}
namespace engine::membership {
class Gossiper;
class RingView;
class SchemaSync;
} // namespace engine::membership
namespace engine::coordination {
class CoordinatorService;
class TimestampSource;
struct RingChangeHooks;
} // namespace engine::coordination

namespace engine::node {

class CompactionHistory;
class DiskUsageGuardrail;
class EventStream;
class SchemaHolder;

/// nodetool's operation modes.
enum class NodeStatus : std::uint8_t {
    New,
    Starting,
    Joining,
    Normal,
    Leaving,
    Decommissioned,
    Draining,
    Drained,
    Failed
};
/// "STARTING", "NORMAL", …
[[nodiscard]] std::string_view nodeStatusName(NodeStatus status) noexcept;

/// One node: storage, messaging, gossip, ring, schema and coordination wired together over a
/// Runtime, real or simulated. What clients and operators connect to (CQL server, admin endpoint)
/// is put on top by the program, because it needs real sockets.
///
/// Owner's duty: the runtime outlives the node; before the node is destroyed, its runtime's tasks
/// must be gone (RealRuntime::end, SimulatedRuntime::kill) or the process ends. Node thread only.
class Node final : public query::NodeInfo {
public:
    Node(Runtime& runtime, NodeConfig config, coordination::CoordinationSwitches switches = {});
    ~Node() override;
    Node(const Node&) = delete;

    /// Opens the folders, replays the commit log, reads the schema, starts to listen and to gossip;
    /// ends when the node is NORMAL. A new node takes initial_token, else random tokens; one that
    /// joins a running cluster (auto_bootstrap, and no seed itself) chooses tokens that even out
    /// the ring, and streams what it will own first. Once.
    /// Failures name the folder, file or port and the way out.
    [[nodiscard]] Task<void> start();
    /// Whether clients can connect: tells the others.
    void setNativeTransportReady(bool ready);
    /// nodetool decommission: see RingChange::decommission. Afterwards the node can only be ended,
    /// and starts again only with empty folders.
    [[nodiscard]] Task<void> decommission(bool force);
    /// nodetool drain, and what SIGTERM does first: tells the others, takes no more requests of
    /// them, flushes everything. The node can only be ended afterwards.
    [[nodiscard]] Task<void> drain();

    [[nodiscard]] NodeStatus status() const noexcept { return m_status; }
    [[nodiscard]] const NodeConfig& config() const noexcept { return m_config; }
    [[nodiscard]] Runtime& runtime() noexcept { return m_runtime; }
    [[nodiscard]] const Uuid& hostId() const noexcept { return m_state.hostId; }
    [[nodiscard]] const NodeState& remembered() const noexcept { return m_state; }

    // ---- the parts; all but events() only after start() has succeeded ----
    [[nodiscard]] EventStream& events() noexcept { return *m_events; }
    [[nodiscard]] storage::LocalStore& store() noexcept { return *m_store; }
    [[nodiscard]] const CompactionHistory& compactionHistory() const noexcept
    {
        return *m_compactionHistory;
    }
    [[nodiscard]] SchemaHolder& schema() noexcept { return *m_schema; }
    [[nodiscard]] const SchemaHolder& schema() const noexcept { return *m_schema; }
    [[nodiscard]] messaging::MessagingService& messaging() noexcept { return *m_messaging; }
    [[nodiscard]] membership::Gossiper& gossiper() noexcept { return *m_gossiper; }
    [[nodiscard]] membership::RingView& ring() noexcept { return *m_ring; }
    [[nodiscard]] membership::SchemaSync& schemaSync() noexcept { return *m_schemaSync; }
    [[nodiscard]] coordination::CoordinatorService& coordinator() noexcept
    {
        return *m_coordinator;
    }
    [[nodiscard]] DiskUsageGuardrail& diskUsage() noexcept { return *m_diskUsage; }
    [[nodiscard]] coordination::TimestampSource& timestamps() noexcept { return *m_timestamps; }

    /// Gives the rows of system_views.clients.
    void setClients(std::function<std::vector<query::ClientRow>()> clients)
    {
        m_clients = std::move(clients);
    }

    // ---- NodeInfo ----
    [[nodiscard]] std::string clusterName() const override { return m_config.clusterName; }
    [[nodiscard]] std::string partitioner() const override { return m_config.partitioner; }
    [[nodiscard]] std::string snitch() const override { return m_config.endpointSnitch; }
    [[nodiscard]] query::NodeRow local() const override;
    [[nodiscard]] std::int32_t gossipGeneration() const override { return m_state.generation; }
    [[nodiscard]] std::vector<query::NodeRow> peers() const override;
    [[nodiscard]] std::vector<query::ClientRow> clients() const override;
    [[nodiscard]] std::vector<query::ThreadPoolRow> threadPools() const override;
    [[nodiscard]] std::vector<query::TableSizeRow> tableSizes() const override;
    [[nodiscard]] std::vector<query::SizeEstimateRow>
    sizeEstimates(bool inDatacenter) const override;
    [[nodiscard]] std::vector<query::GossipRow> gossip() const override;
    [[nodiscard]] std::map<std::string, std::string> settings() const override
    {
        return m_config.settings;
    }

private:
    Task<void> startParts();
    Task<void> prepareState();
    Task<void> openStore();
    void wireMembership();
    void startGossip(bool withPlace);
    Task<void> joinRing();
    Task<void> waitForRing();
    Task<void> resumeLeaving();
    Task<void> rememberOwnPhase(membership::MemberPhase phase, std::vector<ring::Token> tokens);
    Task<void> statePersisted();
    [[nodiscard]] bool mustJoin() const;
    [[nodiscard]] coordination::RingChangeHooks ringChangeHooks();
    void scheduleLoadReport();
    void rememberPeers();
    Task<void> saveState();
    [[nodiscard]] Bytes snapshotForEvents() const;

    Runtime& m_runtime;
    NodeConfig m_config;
    coordination::CoordinationSwitches m_switches;
    NodeStatus m_status = NodeStatus::New;
    NodeState m_state;
    bool m_isSaving = false;
    bool m_mustSaveAgain = false;
    bool m_saveFailed = false;
    std::function<std::vector<query::ClientRow>()> m_clients;

    // In the order of their making; destroyed the other way round.
    struct ReplicaAdapter;
    std::unique_ptr<EventStream> m_events;
    std::unique_ptr<storage::LocalStore> m_store;
    std::unique_ptr<CompactionHistory> m_compactionHistory;
    std::unique_ptr<ReplicaAdapter> m_replica;
    std::unique_ptr<SchemaHolder> m_schema;
    std::unique_ptr<messaging::MessagingService> m_messaging;
    std::unique_ptr<membership::Gossiper> m_gossiper;
    std::unique_ptr<membership::RingView> m_ring;
    std::unique_ptr<membership::SchemaSync> m_schemaSync;
    std::unique_ptr<coordination::TimestampSource> m_timestamps;
    std::unique_ptr<coordination::CoordinatorService> m_coordinator;
    std::unique_ptr<DiskUsageGuardrail> m_diskUsage;
};

} // namespace engine::node
