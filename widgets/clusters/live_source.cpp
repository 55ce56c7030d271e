#include "widgets/clusters/live_source.h"

#include "engine/ring/partitioner.h"
#include "engine/ring/replication_strategy.h"
#include "widgets/clusters/live_run.h"
#include "widgets/clusters/node_task.h"
#include "widgets/clusters/report_reader.h"
#include "widgets/clusters/schema_reader.h"

#include <charconv>

namespace clusters {

using namespace studio;

namespace {

constexpr auto kIdleInterval = std::chrono::milliseconds{1000};
constexpr auto kWatchedInterval = std::chrono::milliseconds{300};
constexpr quint16 kAdminPort = 8778;
constexpr int kRoundsWithoutRingMax = 4;

bool isProcessAction(NodeAction action)
{
    return action == NodeAction::Start || action == NodeAction::Stop ||
           action == NodeAction::Kill || action == NodeAction::Pause ||
           action == NodeAction::Resume;
}

/// A keyspace of the user's, for effective ownership; empty if there is none.
std::string firstUserKeyspace(const engine::schema::Schema& schema)
{
    for (const auto& [name, keyspace] : schema.keyspaces()) {
        if (!engine::schema::isSystemKeyspace(name) && !keyspace->isVirtual)
            return name;
    }
    return {};
}

engine::ring::RingStatePtr ringOf(const ClusterTopology& topology)
{
    std::vector<engine::ring::RingNode> nodes(topology.nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& row = topology.nodes[i];
        if (auto address = engine::InetAddress::parse(row.address.toStdString()))
            nodes[i].endpoint = {*address, 7000};
        nodes[i].datacenter = row.datacenter.toStdString();
        nodes[i].rack = row.rack.toStdString();
    }
    for (const auto& vnode : topology.ring)
        nodes[static_cast<std::size_t>(vnode.node)].tokens.push_back({vnode.token});
    return std::make_shared<engine::ring::RingState>(std::move(nodes));
}

} // namespace

/// Takes the driver's calls from its thread to the GUI thread.
struct LiveSource::Listener final : engine::client::SessionListener {
    std::function<void(engine::client::SessionState)> state;
    std::function<void(engine::client::TopologyPtr)> topology;
    std::function<void(engine::client::SchemaInfoPtr)> schema;

    void onState(const engine::client::SessionState& value) override { state(value); }
    void onTopology(const engine::client::TopologyPtr& value) override { topology(value); }
    void onSchema(const engine::client::SchemaInfoPtr& value) override { schema(value); }
};

LiveSource::LiveSource(LiveContext context, Setup setup)
    : m_context(context),
      m_entry(std::move(setup.entry)),
      m_folder(std::move(setup.folder)),
      m_adminAddresses(setup.target.nodes),
      m_listener(std::make_unique<Listener>()),
      m_schema(std::make_shared<SchemaSnapshot>())
{
    if (!m_adminAddresses.empty())
        m_adminTemplate = m_adminAddresses.front();
    auto& bridge = m_context.bridge;
    m_listener->state = bridge.callback(
        this, [this](const engine::client::SessionState& state) { onState(state); });
    m_listener->topology =
        bridge.callback(this, [this](const engine::client::TopologyPtr&) { onTopology(); });
    m_listener->schema = bridge.callback(
        this, [this](const engine::client::SchemaInfoPtr& schema) { onSchema(schema); });
    m_watching.start();
    m_session = std::make_unique<engine::client::Session>(m_context.clientThread, m_context.clock,
                                                          std::move(setup.session), *m_listener);
    m_poller = std::make_unique<ClusterPoller>(
        std::move(setup.target),
        bridge.callback(this, [this](const ClusterReport& report) { onReport(report); }));
}

LiveSource::~LiveSource()
{
    m_poller.reset();
    m_session->close();
}

void LiveSource::onReport(const ClusterReport& report)
{
    // One late answer of a busy machine is no news: the last ring stands for a few rounds.
    const bool isLate =
        !report.ring && m_report.ring && ++m_roundsWithoutRing < kRoundsWithoutRingMax;
    std::optional<engine::admin::RingReport> last;
    if (isLate)
        last = std::move(m_report.ring);
    else
        m_roundsWithoutRing = 0;
    m_report = report;
    if (isLate)
        m_report.ring = std::move(last);
    rebuild();
}

engine::workload::ClusterReach LiveSource::reach() const
{
    if (m_folder) {
        const auto reach = engine::workload::reachOfFolder(*m_folder);
        return reach ? *reach : engine::workload::ClusterReach{};
    }
    engine::workload::ClusterReach reach;
    for (const auto& address : m_adminAddresses)
        reach.nodes.push_back({address.endpoint.address.toString(), address, {}});
    return reach;
}

void LiveSource::onTopology()
{
    // Nodes of a remote cluster are found by the driver; each is asked for its gossip too.
    if (!m_folder) {
        std::vector<engine::admin::JolokiaAddress> nodes;
        if (const auto driver = m_session->topology()) {
            for (const auto& node : driver->nodes) {
                auto address = m_adminTemplate;
                address.endpoint = {node.address.address, m_adminTemplate.endpoint.port != 0
                                                              ? m_adminTemplate.endpoint.port
                                                              : kAdminPort};
                nodes.push_back(std::move(address));
            }
        }
        m_adminAddresses = nodes;
        m_poller->setNodes(std::move(nodes));
    }
    rebuild();
}

void LiveSource::rebuild()
{
    auto driver = m_session->topology();
    if (driver && m_session->state().phase != engine::client::SessionState::Phase::Connected) {
        // Its picture is of when it was connected.
        auto past = std::make_shared<engine::client::Topology>(*driver);
        for (auto& node : past->nodes)
            node.isConnected = false;
        driver = std::move(past);
    }
    ClusterTopology next = toTopology(m_report, driver.get());
    GossipState gossip = toGossip(m_report, next);
    gossip.revision = ++m_revision;
    gossip.elapsed = std::chrono::milliseconds{m_watching.elapsed()};
    next.revision = m_topology.revision;
    const bool same = next.nodes == m_topology.nodes && next.ring == m_topology.ring &&
                      next.clusterName == m_topology.clusterName;
    m_gossip = std::move(gossip);
    if (!same) {
        next.revision = m_revision;
        const ClusterTopology before = std::exchange(m_topology, std::move(next));
        announceChanges(before);
        ClusterEntry entry = m_entry;
        entry.nodeCount = static_cast<int>(m_topology.nodes.size());
        entry.upCount = m_topology.upCount();
        if (!(entry == m_entry)) {
            m_entry = entry;
            emit entryChanged();
        }
        emit topologyChanged();
    }
    emit gossipChanged();
}

void LiveSource::onState(const engine::client::SessionState& state)
{
    m_connectError = state.error;
    using Phase = engine::client::SessionState::Phase;
    ClusterEntry entry = m_entry;
    if (state.phase == Phase::Connected) {
        entry.phase = ClusterPhase::Running;
        m_connectionProblem.clear();
        entry.detail.clear();
        const auto driver = m_session->topology();
        m_protocolText =
            tr("CQL v%1 · %2")
                .arg(static_cast<int>(state.version))
                .arg(entry.kind == ClusterKind::Bundled
                         ? tr("engine 5.0-compatible")
                         : tr("Cassandra %1")
                               .arg(driver ? QString::fromStdString(driver->releaseVersion)
                                           : QString()));
    } else {
        entry.phase =
            state.phase == Phase::Connecting ? ClusterPhase::Starting : ClusterPhase::Unreachable;
        m_connectionProblem = state.error ? QString::fromStdString(state.error->detail())
                                          : tr("The cluster is being connected.");
        // Only a failure: what waits for the connection takes a detail for its end.
        entry.detail = state.error ? m_connectionProblem : QString();
    }
    if (entry.phase != m_entry.phase)
        announceConnection(entry.phase);
    if (!(entry == m_entry)) {
        m_entry = entry;
        emit entryChanged();
    }
    rebuild();
}

void LiveSource::onSchema(const engine::client::SchemaInfoPtr& schema)
{
    const SchemaPtr before = m_schema;
    const bool first = !m_engineSchema;
    m_engineSchema = schema;
    auto next = toSnapshot(*schema->schema, ++m_revision);
    next->definitions = schema->schema;
    next->roles = m_roles;
    next->rolesProblem = m_rolesProblem;
    m_schema = next;
    m_poller->setKeyspace(firstUserKeyspace(*schema->schema));
    if (!first)
        announceSchema(*before);
    emit schemaChanged();
    readRoles();
}

Placement LiveSource::failedPlacement(const QString& why) const
{
    Placement placement;
    placement.problem = why;
    return placement;
}

Placement LiveSource::place(const PlacementQuery& query) const
{
    if (!m_engineSchema || m_topology.ring.empty())
        return failedPlacement(tr("The ring is not known yet."));
    const auto keyspace = m_engineSchema->schema->keyspace(query.keyspace.toStdString());
    const auto table = keyspace ? keyspace->table(query.table.toStdString()) : nullptr;
    if (!table)
        return failedPlacement(tr("There is no table %1.%2.").arg(query.keyspace, query.table));
    const auto key = table->partitionKey();
    if (static_cast<std::size_t>(query.keyValues.size()) != key.size())
        return failedPlacement(
            tr("The partition key has %n column(s).", nullptr, static_cast<int>(key.size())));
    std::vector<engine::Bytes> values;
    for (std::size_t i = 0; i < key.size(); ++i) {
        auto value =
            key[i]->type->fromString(query.keyValues[static_cast<qsizetype>(i)].toStdString());
        if (!value)
            return failedPlacement(
                tr("%1: %2").arg(QString::fromStdString(key[i]->name),
                                 QString::fromStdString(value.error().detail())));
        values.push_back(std::move(*value));
    }
    const std::vector<engine::ByteView> views(values.begin(), values.end());
    const engine::Bytes serialized = table->makePartitionKey(views);
    const auto partitioner =
        engine::ring::Partitioner::byName(m_topology.partitioner.toStdString());
    if (!partitioner ||
        (*partitioner)->className() != engine::ring::Partitioner::murmur3().className())
        return failedPlacement(tr("Only Murmur3Partitioner's tokens can be shown."));
    const std::string tokenText = (*partitioner)->tokenText(serialized);
    Placement placement;
    std::from_chars(tokenText.data(), tokenText.data() + tokenText.size(), placement.token);
    const auto strategy =
        engine::ring::ReplicationStrategy::make(keyspace->name, keyspace->replication);
    if (!strategy)
        return failedPlacement(QString::fromStdString(strategy.error().detail()));
    const auto ring = ringOf(m_topology);
    const engine::ring::ReplicaMap replicas(ring, *strategy);
    for (const auto index : replicas.replicas({placement.token})) {
        // RingState orders nodes by endpoint, as the topology does.
        placement.replicas.push_back(static_cast<int>(index));
    }
    return placement;
}

Ability LiveSource::ability(NodeAction action, int node) const
{
    if (node < 0 || node >= static_cast<int>(m_topology.nodes.size()))
        return {false, tr("Choose a node first.")};
    const NodeRow& row = m_topology.nodes[static_cast<std::size_t>(node)];
    if (isProcessAction(action)) {
        if (!m_folder)
            return {false, tr("Only the processes of bundled clusters belong to the studio.")};
        if (action == NodeAction::Start)
            return row.process == studio::ProcessState::Stopped
                       ? Ability{}
                       : Ability{false, tr("%1 runs already.").arg(row.name)};
        if (row.process == studio::ProcessState::Stopped)
            return {false, tr("%1 is not running.").arg(row.name)};
        if (action == NodeAction::Pause && row.process == studio::ProcessState::Paused)
            return {false, tr("%1 is paused already.").arg(row.name)};
        if (action == NodeAction::Resume && row.process != studio::ProcessState::Paused)
            return {false, tr("%1 is not paused.").arg(row.name)};
        return {};
    }
    if (!m_report.ring)
        return {false,
                tr("Needs Jolokia 2: %1")
                    .arg(m_report.problem.empty() ? tr("no node answers on port %1").arg(kAdminPort)
                                                  : QString::fromStdString(m_report.problem))};
    if (row.process == studio::ProcessState::Stopped ||
        row.process == studio::ProcessState::Paused || row.liveness == Liveness::Down)
        return {false, tr("%1 is not running.").arg(row.name)};
    return {};
}

void LiveSource::perform(const NodeActionRequest& request)
{
    if (!ability(request.action, request.node))
        return;
    const NodeRow& row = m_topology.nodes[static_cast<std::size_t>(request.node)];
    NodeTaskRequest task;
    task.action = request.action;
    task.nodeName = row.name;
    task.clusterName = m_entry.name;
    task.keyspace = request.keyspace;
    task.snapshotName = request.name;
    task.fullRepair = request.fullRepair;
    task.folder = m_folder;
    for (const auto& address : m_adminAddresses) {
        if (QString::fromStdString(address.endpoint.address.toString()) == row.address)
            task.admin = address;
    }
    startNodeTask(m_context, std::move(task), this, [this] { m_poller->pollNow(); });
}

std::unique_ptr<StatementRun> LiveSource::run(const QString& statement,
                                              const StatementOptions& options)
{
    return std::make_unique<LiveRun>(m_session.get(), m_context.bridge, statement, options,
                                     QString());
}

void LiveSource::refreshSchema()
{
    m_session->refresh();
}

void LiveSource::watchGossip(bool watched)
{
    m_watchers += watched ? 1 : -1;
    m_poller->setInterval(m_watchers > 0 ? kWatchedInterval : kIdleInterval);
}

} // namespace clusters
