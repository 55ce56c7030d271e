#include "engine/node/node.h"

#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/replica_store.h"
#include "engine/coordination/ring_change.h"
#include "engine/coordination/timestamp_source.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/membership/schema_sync.h"
#include "engine/messaging/messaging_service.h"
#include "engine/node/compaction_history.h"
#include "engine/node/disk_usage.h"
#include "engine/node/event_stream.h"
#include "engine/node/schema_holder.h"
#include "engine/ring/token_allocation.h"
#include "engine/storage/local_store.h"
#include "engine/system/system_keyspaces.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::node {

namespace {

using membership::ApplicationState;

constexpr Duration kLoadReportInterval = std::chrono::seconds{60};
constexpr Duration kRingPoll = std::chrono::milliseconds{20};
constexpr Duration kRingPatience = std::chrono::seconds{10};

std::vector<schema::TablePtr> systemTables()
{
    std::vector<schema::TablePtr> tables;
    for (const auto& [name, keyspace] : system::localSchema()->keyspaces()) {
        if (keyspace->isVirtual)
            continue;
        for (const auto& [tableName, table] : keyspace->tables)
            tables.push_back(table);
    }
    return tables;
}

/// What the start of a node must do before its store opens; runs on the pool.
Result<NodeState> prepareFolders(Disk& disk, const NodeConfig& config)
{
    for (const std::string& folder :
         {config.store.commitLogFolder, config.hintsFolder, config.stateFolder}) {
        RW_TRY(disk.createDirectories(folder));
        RW_TRY(disk.syncDirectory(folder));
    }
    return loadNodeState(disk, config.stateFolder);
}

} // namespace

struct Node::ReplicaAdapter {
    explicit ReplicaAdapter(storage::LocalStore& store) : replica(store) {}
    coordination::LocalReplicaStore replica;
};

std::string_view nodeStatusName(NodeStatus status) noexcept
{
    switch (status) {
    case NodeStatus::New:
        return "NEW";
    case NodeStatus::Starting:
        return "STARTING";
    case NodeStatus::Normal:
        return "NORMAL";
    case NodeStatus::Joining:
        return "JOINING";
    case NodeStatus::Leaving:
        return "LEAVING";
    case NodeStatus::Decommissioned:
        return "DECOMMISSIONED";
    case NodeStatus::Draining:
        return "DRAINING";
    case NodeStatus::Drained:
        return "DRAINED";
    case NodeStatus::Failed:
        return "FAILED";
    }
    return "UNKNOWN";
}

Node::Node(Runtime& runtime, NodeConfig config, coordination::CoordinationSwitches switches)
    : m_runtime(runtime), m_config(std::move(config)), m_switches(switches)
{
    m_events = std::make_unique<EventStream>(
        m_runtime, EventStream::Options{m_config.internode.toString()},
        [this]() -> std::uint64_t {
            return m_messaging ? m_messaging->clock().tick(m_runtime.wallNow()).value : 0;
        },
        [this] { return snapshotForEvents(); });
}

Node::~Node() = default;

Task<void> Node::start()
{
    m_status = NodeStatus::Starting;
    auto starting = startParts();
    auto started = co_await starting;
    m_status = started ? NodeStatus::Normal : NodeStatus::Failed;
    co_return started;
}

Task<void> Node::startParts()
{
    auto preparing = prepareState();
    RW_CO_TRY(co_await preparing);
    auto opening = openStore();
    RW_CO_TRY(co_await opening);
    wireMembership();
    RW_CO_TRY(m_timestamps->load());
    auto coordinating = m_coordinator->start();
    RW_CO_TRY(co_await coordinating);
    RW_CO_TRY(m_messaging->start());
    startGossip(!mustJoin());
    m_diskUsage->start();
    scheduleLoadReport();
    if (mustJoin()) {
        auto joining = joinRing();
        RW_CO_TRY(co_await joining);
    } else if (m_state.phase == membership::MemberPhase::LeavingRead) {
        auto resuming = resumeLeaving();
        RW_CO_TRY(co_await resuming);
    }
    co_return ok();
}

bool Node::mustJoin() const
{
    using membership::MemberPhase;
    return m_state.phase == MemberPhase::Joining || m_state.phase == MemberPhase::JoiningRead;
}

/// A new node of a running cluster: learns who is there, chooses tokens, streams.
Task<void> Node::joinRing()
{
    m_status = NodeStatus::Joining;
    auto waiting = waitForRing();
    RW_CO_TRY(co_await waiting);
    if (m_state.tokens.empty())
        m_state.tokens = ring::allocateTokensForJoining(
            *m_ring->ring(), {m_config.datacenter, m_config.rack, m_config.tokenCount});
    auto joining = m_coordinator->ringChange().join(m_state.tokens, m_state.phase);
    co_return co_await joining;
}

Task<void> Node::waitForRing()
{
    const MonoTime complain = m_runtime.now() + kRingPatience;
    bool complained = false;
    while (m_gossiper->live().empty() || m_ring->ring()->tokens().empty()) {
        if (!complained && m_runtime.now() > complain) {
            complained = true;
            m_runtime.log().warn("node", "No seed answers: this node cannot join. Start the "
                                         "cluster, or correct `seeds` in cassandra.yaml.");
        }
        auto sleeping = m_runtime.sleep(kRingPoll, "wait for the ring");
        RW_CO_TRY(co_await sleeping);
    }
    co_return ok();
}

Task<void> Node::resumeLeaving()
{
    auto waiting = waitForRing();
    RW_CO_TRY(co_await waiting);
    m_status = NodeStatus::Leaving;
    auto leaving = m_coordinator->ringChange().decommission(true, true);
    RW_CO_TRY(co_await leaving);
    co_return Error{ErrorCode::ConfigError,
                    "this node has left the cluster, as it was told before its restart; empty its "
                    "folders to let it join as a new one"};
}

Task<void> Node::rememberOwnPhase(membership::MemberPhase phase, std::vector<ring::Token> tokens)
{
    m_state.phase = phase;
    m_state.tokens = std::move(tokens);
    if (m_isSaving) {
        m_mustSaveAgain = true;
        auto waiting = statePersisted();
        co_return co_await waiting;
    }
    auto saving = saveState();
    co_return co_await saving;
}

Task<void> Node::statePersisted()
{
    while (m_isSaving) {
        auto sleeping = m_runtime.sleep(kRingPoll, "node state");
        RW_CO_TRY(co_await sleeping);
    }
    if (m_saveFailed)
        co_return Error{ErrorCode::Io, "the ring could not be written to " + m_config.stateFolder};
    co_return ok();
}

Task<void> Node::decommission(bool force)
{
    if (m_status != NodeStatus::Normal)
        co_return Error{ErrorCode::Invalid,
                        fmt::format("the node is {}; only a NORMAL one can be decommissioned",
                                    nodeStatusName(m_status))};
    m_status = NodeStatus::Leaving;
    auto leaving = m_coordinator->ringChange().decommission(force, false);
    const auto left = co_await leaving;
    if (!left) {
        m_status = NodeStatus::Normal;
        co_return left.error();
    }
    m_status = NodeStatus::Decommissioned;
    co_return ok();
}

Task<void> Node::prepareState()
{
    auto loading = m_runtime.onPool("node state", [&disk = m_runtime.disk(), config = m_config] {
        return prepareFolders(disk, config);
    });
    RW_CO_ASSIGN(NodeState state, co_await loading);
    m_state = std::move(state);
    if (m_state.isNew()) {
        m_state.clusterName = m_config.clusterName;
        m_state.hostId = Uuid::random(m_runtime.random());
        const bool joins = m_config.autoBootstrap && !m_config.seeds.empty() &&
                           !m_config.seeds.contains(m_config.internode);
        m_state.phase = joins ? membership::MemberPhase::Joining : membership::MemberPhase::Normal;
        for (const std::int64_t token : m_config.initialTokens)
            m_state.tokens.push_back({token});
        while (!joins && m_state.tokens.size() < m_config.tokenCount) {
            const auto token = static_cast<std::int64_t>(m_runtime.random().next());
            if (token != INT64_MIN)
                m_state.tokens.push_back({token});
        }
        std::sort(m_state.tokens.begin(), m_state.tokens.end());
    } else if (m_state.clusterName != m_config.clusterName) {
        co_return Error{
            ErrorCode::ConfigError,
            fmt::format("the data in {} is of the cluster '{}', but cluster_name says '{}'; "
                        "correct one of them",
                        m_config.store.dataFolders.front(), m_state.clusterName,
                        m_config.clusterName)};
    }
    if (m_state.phase == membership::MemberPhase::Gone)
        co_return Error{ErrorCode::ConfigError,
                        fmt::format("the node in {} has left the cluster, or was removed from it; "
                                    "empty its folders to let it join as a new one",
                                    m_config.store.dataFolders.front())};
    m_state.generation = membership::nextGeneration(m_state.generation, m_runtime.wallNow());
    m_events->setGeneration(m_state.generation);
    // The generation must be durable before anyone hears it.
    auto saving = saveState();
    co_return co_await saving;
}

Task<void> Node::openStore()
{
    storage::StoreOptions options = m_config.store;
    options.hostId = m_state.hostId;
    options.events = m_events.get();
    auto opening = storage::LocalStore::open(m_runtime, std::move(options), systemTables());
    RW_CO_ASSIGN(m_store, co_await opening);
    m_replica = std::make_unique<ReplicaAdapter>(*m_store);
    m_schema = std::make_unique<SchemaHolder>(m_runtime, *m_store);
    auto loading = m_schema->load();
    RW_CO_TRY(co_await loading);
    auto starting = m_store->start(m_schema->current());
    RW_CO_TRY(co_await starting);
    m_compactionHistory = std::make_unique<CompactionHistory>(m_runtime, *m_store);
    auto remembering = m_compactionHistory->start();
    RW_CO_TRY(co_await remembering);
    m_schema->addListener([this](const schema::SchemaPtr&, const schema::SchemaPtr& after) {
        m_store->setSchema(after);
    });
    co_return ok();
}

void Node::wireMembership()
{
    messaging::HandshakeIdentity identity;
    identity.local = m_config.internode;
    identity.clusterName = m_config.clusterName;
    identity.secret = m_config.secret;
    m_messaging =
        std::make_unique<messaging::MessagingService>(m_runtime, *m_events, std::move(identity));

    membership::GossiperOptions gossip;
    gossip.clusterName = m_config.clusterName;
    gossip.partitioner = m_config.partitioner;
    gossip.seeds = m_config.seeds;
    gossip.generation = m_state.generation;
    gossip.interval = m_config.gossipInterval;
    gossip.phiConvictThreshold = m_config.phiConvictThreshold;
    m_gossiper = std::make_unique<membership::Gossiper>(m_runtime, *m_messaging, *m_events,
                                                        std::move(gossip));

    m_ring = std::make_unique<membership::RingView>(
        *m_gossiper, ring::Snitch{m_config.internode, m_config.datacenter, m_config.rack});
    for (const Uuid& removed : m_state.removed)
        m_ring->addRemoved(removed);
    if (m_state.phase != membership::MemberPhase::Joining)
        m_ring->addMember(
            membership::RingMember{{m_config.internode, m_state.hostId, m_config.datacenter,
                                    m_config.rack, m_state.tokens},
                                   m_state.phase,
                                   false});
    for (const membership::RingMember& peer : m_state.peers)
        m_ring->addMember(peer);
    m_ring->onChanged([this](const ring::RingStatePtr&) { rememberPeers(); });

    m_schemaSync = std::make_unique<membership::SchemaSync>(m_runtime, *m_messaging, *m_gossiper,
                                                            *m_schema, *m_events);
    m_schema->setAnnounce([this](Bytes rows) { m_schemaSync->announce(std::move(rows)); });

    m_timestamps = std::make_unique<coordination::TimestampSource>(
        m_runtime, m_config.stateFolder + "/timestamps", m_switches.timestampOrder);

    coordination::CoordinationOptions options;
    options.hintsFolder = m_config.hintsFolder;
    options.batchlogFolder = m_config.stateFolder + "/batchlog";
    options.hostId = m_state.hostId;
    options.writeTimeout = m_config.writeTimeout;
    options.readTimeout = m_config.readTimeout;
    options.rangeTimeout = m_config.rangeTimeout;
    options.counterTimeout = m_config.counterTimeout;
    options.truncateTimeout = m_config.truncateTimeout;
    options.maxHintWindow = m_config.maxHintWindow;
    options.hintedHandoffThrottleBytes = m_config.hintedHandoffThrottleBytes;
    options.repairs = m_config.repairs;
    options.switches = m_switches;
    options.switches.hints = options.switches.hints && m_config.hintedHandoff;
    m_coordinator = std::make_unique<coordination::CoordinatorService>(
        m_runtime, *m_events, *m_messaging, *m_gossiper, *m_ring, m_replica->replica,
        m_schema->current(), std::move(options), ringChangeHooks());
    m_diskUsage = std::make_unique<DiskUsageGuardrail>(
        m_runtime, *m_store, *m_gossiper, m_coordinator->planner(), m_config.diskUsage);
}

coordination::RingChangeHooks Node::ringChangeHooks()
{
    coordination::RingChangeHooks hooks;
    hooks.rememberOwn = [this](membership::MemberPhase phase, std::vector<ring::Token> tokens) {
        return rememberOwnPhase(phase, std::move(tokens));
    };
    hooks.persistMembers = [this] { return statePersisted(); };
    hooks.schemaAgreed = [this] { return m_schemaSync->agreed(); };
    hooks.flush = [this](schema::TableId table) { return m_store->flush(table); };
    hooks.onRemoved = [this] {
        if (m_status == NodeStatus::Failed)
            return;
        m_status = NodeStatus::Failed;
        m_runtime.log().error("node",
                              "This node was removed from the cluster while it was down, so it "
                              "serves nothing. Empty its folders to let it join as a new one.");
        m_state.phase = membership::MemberPhase::Gone;
        m_coordinator->stop();
        m_gossiper->stop(false);
        m_messaging->stop();
        rememberPeers();
    };
    return hooks;
}

/// `withPlace`: tells where in the ring the node stands; one that joins does so later.
void Node::startGossip(bool withPlace)
{
    for (const membership::RingMember& peer : m_state.peers)
        m_gossiper->addSavedEndpoint(peer.node.endpoint);
    std::map<ApplicationState, std::string> values{
        {ApplicationState::Dc, m_config.datacenter},
        {ApplicationState::Rack, m_config.rack},
        {ApplicationState::ReleaseVersion, "5.0.4"},
        {ApplicationState::NetVersion, "12"},
        {ApplicationState::HostId, m_state.hostId.toString()},
        {ApplicationState::RpcReady, "false"},
        {ApplicationState::Schema, m_schema->version().toString()},
        {ApplicationState::Load, std::to_string(static_cast<double>(m_store->load()))},
        {ApplicationState::InternalAddressAndPort, m_config.internode.toString()},
        {ApplicationState::NativeAddressAndPort, m_config.native.toString()},
        {ApplicationState::SstableVersions, "big-nb"},
    };
    if (withPlace) {
        const bool isLeaving = m_state.phase == membership::MemberPhase::LeavingRead;
        values[ApplicationState::StatusWithPort] =
            isLeaving ? membership::status::leaving(m_state.tokens.front(), true)
                      : membership::status::normal(m_state.tokens.front());
        values[ApplicationState::Tokens] = membership::encodeTokens(m_state.tokens);
    } else if (m_state.phase == membership::MemberPhase::JoiningRead) {
        values[ApplicationState::StatusWithPort] =
            membership::status::bootstrapping(m_state.tokens.front(), true);
        values[ApplicationState::Tokens] = membership::encodeTokens(m_state.tokens);
    }
    m_gossiper->start(std::move(values));
    m_schemaSync->announceVersion();
}

void Node::scheduleLoadReport()
{
    m_runtime.after(kLoadReportInterval, "load report", [this] {
        if (m_status != NodeStatus::Normal)
            return;
        m_gossiper->setLocalState(ApplicationState::Load,
                                  std::to_string(static_cast<double>(m_store->load())));
        scheduleLoadReport();
    });
}

void Node::setNativeTransportReady(bool ready)
{
    m_gossiper->setLocalState(ApplicationState::RpcReady, ready ? "true" : "false");
}

void Node::rememberPeers()
{
    m_state.peers.clear();
    for (const auto& [endpoint, member] : m_ring->members())
        if (endpoint != m_config.internode)
            m_state.peers.push_back(member);
    m_state.removed.assign(m_ring->removed().begin(), m_ring->removed().end());
    if (m_isSaving) {
        m_mustSaveAgain = true;
        return;
    }
    m_isSaving = true; // the task begins later, and a second one would write the same file
    m_runtime.spawn(Priority::Background, "node state", saveState());
}

Task<void> Node::saveState()
{
    m_isSaving = true;
    Result<void> saved = ok();
    do {
        m_mustSaveAgain = false;
        auto saving = m_runtime.onPool(
            "node state", [&disk = m_runtime.disk(), folder = m_config.stateFolder,
                           state = m_state] { return saveNodeState(disk, folder, state); });
        saved = co_await saving;
    } while (saved && m_mustSaveAgain);
    m_isSaving = false;
    m_saveFailed = !saved;
    co_return saved;
}

Task<void> Node::drain()
{
    if (m_status != NodeStatus::Normal)
        co_return Error{ErrorCode::Invalid,
                        fmt::format("the node is {}; only a NORMAL one can be drained",
                                    nodeStatusName(m_status))};
    m_status = NodeStatus::Draining;
    m_runtime.log().info("node", "Draining: telling the other nodes, then flushing all tables");
    // A node that is still joining must not be taken for one that has shut down as a member.
    m_gossiper->stop(!mustJoin());
    m_coordinator->stop();
    auto draining = m_store->drain();
    auto drained = co_await draining;
    m_messaging->stop();
    m_status = drained ? NodeStatus::Drained : NodeStatus::Failed;
    co_return drained;
}

} // namespace engine::node
