#include "engine/simulation/cluster/simulated_cluster.h"

#include "engine/base/assert.h"
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/repair.h"
#include "engine/coordination/replica_plan.h"
#include "engine/coordination/timestamp_source.h"
#include "engine/coordination/trace_service.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/node/disk_usage.h"
#include "engine/node/schema_holder.h"
#include "engine/ring/token_allocation.h"
#include "engine/rows/serialization.h"
#include "engine/sstable/reader.h"
#include "engine/storage/local_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::simulation {

namespace {

constexpr const char* kKeyspaceName = "sim";
constexpr const char* kTableName = "kv";

InetEndpoint internodeOf(NodeIndex index)
{
    InetEndpoint endpoint;
    endpoint.address.bytes = {10, 0, 0, static_cast<std::uint8_t>(index + 1)};
    endpoint.port = 7000;
    return endpoint;
}

NodeIndex indexOf(const InetEndpoint& endpoint)
{
    return static_cast<NodeIndex>(endpoint.address.bytes[3]) - 1;
}

Bytes keyBytes(std::uint32_t key)
{
    Bytes bytes;
    ByteWriter{bytes}.u32(key);
    return bytes;
}

schema::TablePtr makeKeyValueTable()
{
    schema::Table::Spec spec;
    spec.id = {Uuid::nameFromBytes("ringwright simulation kv")};
    spec.keyspace = kKeyspaceName;
    spec.name = kTableName;
    spec.columns.push_back(
        {"k", cql::Type::native(cql::TypeKind::Blob), schema::ColumnKind::PartitionKey, 0, {}});
    spec.columns.push_back(
        {"v", cql::Type::native(cql::TypeKind::Bigint), schema::ColumnKind::Regular, 0, {}});
    return schema::Table::make(std::move(spec));
}

rows::Mutation makeWrite(const schema::TablePtr& table, std::uint32_t key, std::uint64_t value,
                         WriteTimestamp timestamp)
{
    const Bytes keyText = keyBytes(key);
    rows::PartitionBuilder builder{table, keyText};
    Bytes valueBytes;
    ByteWriter{valueBytes}.u64(value);
    auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = table->column("v");
    cells[0].timestamp = timestamp;
    cells[0].value = builder.arena().copy(valueBytes);
    rows::Row row;
    row.liveness.timestamp = timestamp;
    row.cells = cells;
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = kKeyspaceName;
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

rows::ReadCommand makeRead(const schema::TablePtr& table, std::uint32_t key, WallTime now)
{
    rows::ReadCommand command;
    command.table = table;
    command.key = keyBytes(key);
    command.nowSeconds = now.seconds();
    return command;
}

const rows::Cell* newestCell(const rows::Partitions& partitions)
{
    if (partitions.empty() || partitions.front().unfiltereds.empty())
        return nullptr;
    const auto& cells = partitions.front().unfiltereds.front().row.cells;
    return cells.empty() ? nullptr : &cells.front();
}

Task<void> startNode(node::Node& node, std::shared_ptr<std::optional<Result<void>>> outcome)
{
    auto starting = node.start();
    auto started = co_await starting;
    if (!started)
        node.runtime().log().error("node", started.error().detail());
    outcome->emplace(std::move(started));
    co_return ok();
}

Task<void> runWrite(SimulatedWorld& world, node::Node& node, schema::TablePtr table,
                    ClientOperationPtr operation)
{
    const auto timestamp = node.timestamps().next(node.runtime().wallNow());
    if (!timestamp) {
        operation->error = timestamp.error().detail();
    } else {
        operation->timestamp = timestamp->micros;
        rows::Mutations mutations;
        mutations.push_back(makeWrite(table, operation->key, operation->value, *timestamp));
        coordination::RequestOptions options;
        options.consistency = operation->consistency;
        options.trace = operation->trace;
        Result<void> written = node.diskUsage().check(mutations, operation->warnings);
        if (written) {
            auto writing = node.coordinator().write(std::move(mutations), std::move(options));
            written = co_await writing;
        }
        operation->succeeded = written.has_value();
        if (!written)
            operation->error = written.error().detail();
    }
    operation->hasEnded = true;
    operation->ended = world.now();
    co_return ok();
}

std::vector<NodeIndex> replicasAskedBy(node::Node& node, std::uint32_t key)
{
    auto& planner = node.coordinator().planner();
    std::vector<NodeIndex> nodes;
    if (const auto map = planner.mapOf(kKeyspaceName))
        for (const auto& replica : planner.replicas(**map, ring::murmur3Token(keyBytes(key))))
            nodes.push_back(indexOf(replica.endpoint));
    std::sort(nodes.begin(), nodes.end());
    return nodes;
}

Task<void> runRead(SimulatedWorld& world, node::Node& node, schema::TablePtr table,
                   ClientOperationPtr operation)
{
    coordination::RequestOptions options;
    options.consistency = operation->consistency;
    options.trace = operation->trace;
    operation->replicas = replicasAskedBy(node, operation->key);
    auto reading = node.coordinator().read(
        makeRead(table, operation->key, node.runtime().wallNow()), std::move(options));
    const auto read = co_await reading;
    operation->succeeded = read.has_value();
    if (!read) {
        operation->error = read.error().detail();
    } else if (const rows::Cell* cell = newestCell(read->partitions)) {
        operation->timestamp = cell->timestamp.micros;
        operation->value =
            cell->value.size() == 8 ? loadBigEndian<std::uint64_t>(cell->value.data()) : 0;
    }
    operation->hasEnded = true;
    operation->ended = world.now();
    co_return ok();
}

} // namespace

SimulatedCluster::SimulatedCluster(SimulatedClusterOptions options)
    : m_options(std::move(options)), m_world(m_options.seed), m_table(makeKeyValueTable())
{
    ENGINE_ASSERT(m_options.nodeCount > 0 && m_options.nodeCount < 250,
                  "node i has the address 10.0.0.i+1");
    m_tokens = ring::allocateTokens(std::vector<ring::NodePlace>(
        m_options.nodeCount, ring::NodePlace{"datacenter1", "rack1", m_options.tokensPerNode}));
    for (NodeIndex i = 0; i < m_options.nodeCount; ++i) {
        Machine machine;
        machine.disk = std::make_unique<SimulatedDisk>(m_world.randomFor("disk", i).next());
        machine.disk->faults().ignoreSync = !m_options.fsync;
        m_machines.push_back(std::move(machine));
    }
}

SimulatedCluster::~SimulatedCluster()
{
    for (NodeIndex i = 0; i < nodeCount(); ++i)
        if (m_machines[i].runtime)
            crash(i, SimulatedRuntime::Death::Process);
}

node::NodeConfig SimulatedCluster::configOf(NodeIndex index) const
{
    node::NodeConfig config;
    config.clusterName = "simulated";
    config.internode = internodeOf(index);
    config.native = {config.internode.address, 9042};
    config.admin = {config.internode.address, 8778};
    config.seeds = {internodeOf(0), internodeOf(1 % m_options.nodeCount)};
    // The first nodes are assigned tokens, so that nothing bootstraps; others join.
    config.autoBootstrap = index >= m_tokens.size();
    if (!config.autoBootstrap)
        for (const ring::Token token : m_tokens[index])
            config.initialTokens.push_back(token.value);
    config.tokenCount = m_options.tokensPerNode;
    config.store.dataFolders = {"/node/data"};
    config.store.commitLogFolder = "/node/commitlog";
    config.hintsFolder = "/node/hints";
    config.stateFolder = "/node/saved";
    config.store.commitLogSync = m_options.commitLogSync;
    config.store.commitLogOnLane = index % 2 == 1; // both ways are tried
    config.store.commitLogSegmentBytes = 128 * 1024;
    config.store.memtableBytes = 8 << 20;
    config.store.chunkCacheBytes = 1 << 20;
    if (m_options.seed % 2 == 1)
        config.store.earlyOpenBytes = 0; // at every chance
    config.hintedHandoff = m_options.hintedHandoff;
    config.diskUsage = m_options.diskUsage;
    config.repairs = m_options.repairs;
    return config;
}

bool SimulatedCluster::isServing(NodeIndex index) const
{
    const Machine& machine = m_machines[index];
    return machine.node && !machine.isGone &&
           (machine.node->status() == node::NodeStatus::Normal ||
            (machine.node->status() == node::NodeStatus::Leaving && machine.started->has_value()));
}

NodeIndex SimulatedCluster::addNode()
{
    const NodeIndex index = nodeCount();
    Machine machine;
    machine.disk = std::make_unique<SimulatedDisk>(m_world.randomFor("disk", index).next());
    machine.disk->faults().ignoreSync = !m_options.fsync;
    m_machines.push_back(std::move(machine));
    restart(index);
    return index;
}

bool SimulatedCluster::hasLeft(NodeIndex index) const
{
    const Machine& machine = m_machines[index];
    if (machine.hasLeft || !machine.node)
        return machine.hasLeft;
    const auto phase = machine.node->remembered().phase;
    return machine.node->status() == node::NodeStatus::Decommissioned ||
           (machine.node->status() == node::NodeStatus::Failed &&
            (phase == membership::MemberPhase::Gone ||
             phase == membership::MemberPhase::LeavingRead));
}

bool SimulatedCluster::knowsMember(NodeIndex index, NodeIndex other)
{
    return node(index).ring().find(m_machines[other].hostId) != nullptr;
}

Uuid SimulatedCluster::hostIdOf(NodeIndex index)
{
    return m_machines[index].hostId;
}

bool SimulatedCluster::isUp(NodeIndex index) const
{
    const Machine& machine = m_machines[index];
    return machine.node && machine.node->status() == node::NodeStatus::Normal;
}

void SimulatedCluster::crash(NodeIndex index, SimulatedRuntime::Death death, CrashMode mode)
{
    Machine& machine = m_machines[index];
    if (machine.runtime) {
        machine.hasLeft = hasLeft(index);
        machine.hostId = machine.node->hostId();
        machine.runtime->kill(death);
        machine.node.reset();
        machine.runtime.reset();
    }
    if (death == SimulatedRuntime::Death::Machine)
        machine.disk->crash(mode);
}

void SimulatedCluster::restart(NodeIndex index)
{
    Machine& machine = m_machines[index];
    ENGINE_ASSERT(!machine.runtime, "a running node cannot be started");
    ++machine.lives;
    machine.runtime = std::make_unique<SimulatedRuntime>(m_world, index, *machine.disk);
    machine.node =
        std::make_unique<node::Node>(*machine.runtime, configOf(index), m_options.switches);
    machine.started = std::make_shared<std::optional<Result<void>>>();
    machine.runtime->spawn(Priority::Request, "start", startNode(*machine.node, machine.started));
}

void SimulatedCluster::isolate(const std::vector<NodeIndex>& nodes)
{
    std::vector<NodeIndex> others;
    for (NodeIndex i = 0; i < nodeCount(); ++i)
        if (std::find(nodes.begin(), nodes.end(), i) == nodes.end())
            others.push_back(i);
    m_world.fabric().partition(nodes, others);
}

Result<void> SimulatedCluster::start()
{
    for (NodeIndex i = 0; i < nodeCount(); ++i)
        restart(i);
    RW_TRY(settle());
    RW_TRY(createTable());
    return settle();
}

Result<void> SimulatedCluster::createTable()
{
    auto keyspace = std::make_shared<schema::Keyspace>();
    keyspace->name = kKeyspaceName;
    keyspace->replication = {{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                             {"replication_factor", std::to_string(m_options.replicationFactor)}};
    keyspace->tables.emplace(kTableName, m_table);
    auto changing = node(0).schema().change(
        [keyspace = schema::KeyspacePtr{keyspace}](
            const schema::SchemaPtr& now) -> Result<schema::SchemaTransformation> {
            schema::SchemaTransformation result;
            result.schema = now->with(keyspace);
            result.change = schema::ChangeDescription{schema::ChangeDescription::Change::Created,
                                                      schema::ChangeDescription::Target::Keyspace,
                                                      kKeyspaceName,
                                                      {},
                                                      {}};
            return result;
        });
    RW_TRY(m_world.run(node(0).runtime(), std::move(changing)));
    if (const auto table = node(0).schema().current()->table(m_table->id()))
        m_table = table;
    return ok();
}

ClientOperationPtr SimulatedCluster::begin(ClientOperation operation)
{
    auto begun = std::make_shared<ClientOperation>(std::move(operation));
    begun->begun = m_world.now();
    m_history.push_back(begun);
    if (!isServing(begun->coordinator)) {
        begun->error = "the coordinator is down";
        begun->hasEnded = true;
        begun->ended = begun->begun;
        return begun;
    }
    Machine& machine = m_machines[begun->coordinator];
    machine.runtime->spawn(Priority::Request, begun->isWrite ? "client write" : "client read",
                           begun->isWrite ? runWrite(m_world, *machine.node, m_table, begun)
                                          : runRead(m_world, *machine.node, m_table, begun));
    return begun;
}

ClientOperationPtr SimulatedCluster::beginWrite(NodeIndex coordinator, std::uint32_t key,
                                                protocol::Consistency consistency)
{
    ClientOperation operation;
    operation.isWrite = true;
    operation.key = key;
    operation.coordinator = coordinator;
    operation.consistency = consistency;
    operation.value = m_nextValue++;
    return begin(std::move(operation));
}

ClientOperationPtr SimulatedCluster::beginRead(NodeIndex coordinator, std::uint32_t key,
                                               protocol::Consistency consistency)
{
    ClientOperation operation;
    operation.key = key;
    operation.coordinator = coordinator;
    operation.consistency = consistency;
    return begin(std::move(operation));
}

void SimulatedCluster::finish(const ClientOperationPtr& operation)
{
    m_world.runUntil([&] { return operation->hasEnded; }, std::chrono::minutes{1});
}

ClientOperationPtr SimulatedCluster::write(NodeIndex coordinator, std::uint32_t key,
                                           protocol::Consistency consistency)
{
    auto operation = beginWrite(coordinator, key, consistency);
    finish(operation);
    return operation;
}

ClientOperationPtr SimulatedCluster::read(NodeIndex coordinator, std::uint32_t key,
                                          protocol::Consistency consistency)
{
    auto operation = beginRead(coordinator, key, consistency);
    finish(operation);
    return operation;
}

ClientOperationPtr SimulatedCluster::runTraced(NodeIndex coordinator, std::uint32_t key,
                                               bool isWrite, protocol::Consistency consistency)
{
    ClientOperation operation;
    operation.isWrite = isWrite;
    operation.key = key;
    operation.coordinator = coordinator;
    operation.consistency = consistency;
    operation.value = isWrite ? m_nextValue++ : 0;
    auto& tracing = node(coordinator).coordinator().tracing();
    operation.trace = tracing.begin({.request = "simulated", .parameters = {{"key", "value"}}});
    auto begun = begin(std::move(operation));
    finish(begun);
    tracing.end(begun->trace);
    return begun;
}

std::vector<NodeIndex> SimulatedCluster::replicasOf(std::uint32_t key)
{
    for (NodeIndex i = 0; i < nodeCount(); ++i) {
        if (!isUp(i))
            continue;
        auto& planner = node(i).coordinator().planner();
        const auto map = planner.mapOf(kKeyspaceName);
        if (!map)
            continue;
        std::vector<NodeIndex> replicas;
        for (const auto& replica : planner.replicas(**map, ring::murmur3Token(keyBytes(key))))
            replicas.push_back(indexOf(replica.endpoint));
        return replicas;
    }
    return {};
}

Result<SimulatedCluster::Stored> SimulatedCluster::storedOn(NodeIndex index, std::uint32_t key)
{
    auto reading =
        node(index).store().read(makeRead(m_table, key, node(index).runtime().wallNow()));
    RW_ASSIGN(const storage::LocalRead read,
              m_world.run(node(index).runtime(), std::move(reading)));
    Stored stored;
    if (const rows::Cell* cell = newestCell(read.partitions)) {
        const auto hash = rows::digest(read.partitions.front());
        stored.digest.assign(reinterpret_cast<const char*>(hash.data()), hash.size());
        stored.timestamp = cell->timestamp.micros;
    }
    return stored;
}

Result<std::optional<std::int64_t>> SimulatedCluster::repairedOn(NodeIndex index, std::uint32_t key)
{
    const Bytes wanted = keyBytes(key);
    const auto hash = sstable::KeyHash::of(wanted);
    std::optional<std::int64_t> newest;
    for (const auto& reader : node(index).store().sstables(m_table->id())) {
        if (reader->stats().repairedAt == 0 || !reader->mayContain(hash))
            continue;
        sstable::DirectChunkSource source;
        RW_ASSIGN(const auto found, reader->find(hash, source));
        if (found.step != sstable::Step::Item)
            continue;
        sstable::PartitionCursor cursor{reader, source};
        RW_TRY(cursor.open(found.entry, wanted));
        rows::Unfiltered next;
        while (true) {
            RW_ASSIGN(const auto step, cursor.next(next));
            if (step != sstable::Step::Item)
                break;
            for (const rows::Cell& cell : next.row.cells)
                newest = std::max(newest.value_or(cell.timestamp.micros), cell.timestamp.micros);
        }
    }
    return newest;
}

std::optional<std::string> SimulatedCluster::gossipDisagreement()
{
    std::optional<Uuid> version;
    const auto expected = static_cast<std::size_t>(
        std::count_if(m_machines.begin(), m_machines.end(),
                      [](const Machine& machine) { return !machine.isGone; }));
    // Whoever does not start is the reason for whatever the others lack.
    for (NodeIndex i = 0; i < nodeCount(); ++i) {
        if (!m_machines[i].node || m_machines[i].isGone || isUp(i))
            continue;
        const auto& started = *m_machines[i].started;
        return fmt::format("node {} is not up: {}", i,
                           started && !*started ? started->error().detail()
                                                : std::string{"still starting"});
    }
    for (NodeIndex i = 0; i < nodeCount(); ++i) {
        if (!m_machines[i].node || m_machines[i].isGone)
            continue;
        const Uuid own = node(i).schema().version();
        if (version && *version != own)
            return fmt::format("node {} has another schema", i);
        version = own;
        if (node(i).ring().ring()->nodes().size() != expected ||
            !node(i).ring().otherRings().empty())
            return fmt::format("node {} knows {} ring members{}", i,
                               node(i).ring().ring()->nodes().size(),
                               node(i).ring().otherRings().empty() ? "" : ", and a change");
        for (NodeIndex j = 0; j < nodeCount(); ++j) {
            if (m_machines[j].isGone)
                continue;
            const bool isRunning = m_machines[j].node != nullptr;
            if (isRunning && j != i && !node(i).gossiper().isAlive(internodeOf(j)))
                return fmt::format("node {} sees node {} as down", i, j);
        }
    }
    return std::nullopt;
}

bool SimulatedCluster::hasPendingHints()
{
    for (NodeIndex i = 0; i < nodeCount(); ++i)
        if (isUp(i) && (node(i).coordinator().hints().isDispatching() ||
                        !node(i).coordinator().hints().pending().empty()))
            return true;
    return false;
}

void SimulatedCluster::healLinks()
{
    heal();
    m_world.fabric().defaultCondition() = LinkCondition{};
}

void SimulatedCluster::restartAll()
{
    for (NodeIndex i = 0; i < nodeCount(); ++i)
        if (!isRunning(i))
            restart(i);
}

NodeIndex SimulatedCluster::anyNode(SeededRandom& random) const
{
    return static_cast<NodeIndex>(random.below(nodeCount()));
}

NodeIndex SimulatedCluster::anyUpNode(SeededRandom& random)
{
    NodeIndex node = anyNode(random);
    for (std::uint32_t i = 0; i < nodeCount() && !isUp(node); ++i)
        node = (node + 1) % nodeCount();
    return node;
}

void SimulatedCluster::finishOperations()
{
    static constexpr Duration kLongest = std::chrono::seconds{30};
    m_world.runUntil(
        [this] {
            return std::all_of(m_history.begin(), m_history.end(), [this](const auto& operation) {
                return operation->hasEnded || operation->begun + kLongest < m_world.now();
            });
        },
        kLongest + std::chrono::seconds{1});
}

Result<void> SimulatedCluster::settle(Duration limit)
{
    const Duration end = m_world.now() + limit;
    while (gossipDisagreement() || hasPendingHints()) {
        if (m_world.now() > end)
            return Error{ErrorCode::Timeout,
                         gossipDisagreement().value_or("hints are not delivered")};
        m_world.runFor(std::chrono::milliseconds{250});
    }
    return ok();
}

Result<void> SimulatedCluster::repairAll()
{
    for (NodeIndex i = 0; i < nodeCount(); ++i) {
        if (m_machines[i].isGone)
            continue;
        coordination::RepairOptions options;
        options.keyspace = kKeyspaceName;
        auto repairing = node(i).coordinator().repairs().repair(std::move(options));
        const auto repaired = m_world.run(node(i).runtime(), std::move(repairing));
        if (!repaired)
            return repaired.error().within(fmt::format("repair on node {}", i));
    }
    return ok();
}

} // namespace engine::simulation
