#include "tests/engine/coordination/small_cluster.h"

#include "engine/rows/counter_context.h"

namespace tests {

using namespace engine;
using membership::ApplicationState;
using protocol::Consistency;

Bytes intBytes(int value)
{
    Bytes bytes;
    ByteWriter{bytes}.i32(value);
    return bytes;
}

namespace {

coordination::CoordinationOptions withFolders(coordination::CoordinationOptions options,
                                              const Uuid& hostId)
{
    options.hintsFolder = "/node/hints";
    options.batchlogFolder = "/node/batchlog";
    options.hostId = hostId;
    return options;
}

schema::Column columnOf(const char* name, cql::TypeKind type, schema::ColumnKind kind)
{
    schema::Column column;
    column.name = name;
    column.type = cql::Type::native(type);
    column.kind = kind;
    if (kind == schema::ColumnKind::Clustering)
        column.order = schema::ClusteringOrder::Ascending;
    return column;
}

} // namespace

SmallNode::SmallNode(simulation::SimulatedWorld& world, std::uint32_t index,
                     simulation::SimulatedDisk& disk, MemoryData& data, schema::SchemaPtr& schema,
                     const ring::RingNode& self, const InetEndpoint& seed, std::int32_t generation,
                     coordination::CoordinationOptions options)
    : runtime(world, index, disk),
      messaging(runtime, events, {self.endpoint, "test", "secret"}),
      gossiper(runtime, messaging, events, {"test", "Murmur3Partitioner", {seed}, generation}),
      ring(gossiper, {self.endpoint, self.datacenter, self.rack}),
      store(data),
      timestamps(runtime, "/node/timestamps", options.switches.timestampOrder),
      coordinator(runtime, events, messaging, gossiper, ring, store, schema,
                  withFolders(std::move(options), self.hostId))
{
    (void)disk.createDirectories("/node");
    (void)disk.syncDirectory("/node");
    (void)timestamps.load();
    (void)messaging.start();
    (void)world.run(runtime, coordinator.start());
    gossiper.start(
        {{ApplicationState::Dc, self.datacenter},
         {ApplicationState::Rack, self.rack},
         {ApplicationState::HostId, self.hostId.toString()},
         {ApplicationState::Tokens, membership::encodeTokens(self.tokens)},
         {ApplicationState::StatusWithPort, membership::status::normal(self.tokens.front())}});
}

SmallNode::~SmallNode()
{
    runtime.kill(simulation::SimulatedRuntime::Death::Process);
}

SmallCluster::SmallCluster(SmallClusterOptions options)
    : world(options.seed), m_options(std::move(options))
{
    schema::Table::Spec spec;
    spec.id = {Uuid::fromHalves(1, 1)};
    spec.keyspace = "ks";
    spec.name = "t";
    spec.columns = {columnOf("k", cql::TypeKind::Int, schema::ColumnKind::PartitionKey),
                    columnOf("c", cql::TypeKind::Int, schema::ColumnKind::Clustering),
                    columnOf("v", cql::TypeKind::Text, schema::ColumnKind::Regular)};
    table = schema::Table::make(spec);
    schema::Table::Spec counterSpec;
    counterSpec.id = {Uuid::fromHalves(1, 2)};
    counterSpec.keyspace = "ks";
    counterSpec.name = "counts";
    counterSpec.isCounter = true;
    counterSpec.columns = {columnOf("k", cql::TypeKind::Int, schema::ColumnKind::PartitionKey),
                           columnOf("n", cql::TypeKind::Counter, schema::ColumnKind::Regular)};
    counts = schema::Table::make(counterSpec);
    auto keyspace = std::make_shared<schema::Keyspace>();
    keyspace->name = "ks";
    if (m_options.datacenters == 1)
        keyspace->replication = {{"class", "SimpleStrategy"}, {"replication_factor", "3"}};
    else {
        keyspace->replication["class"] = "NetworkTopologyStrategy";
        for (std::uint32_t d = 1; d <= m_options.datacenters; ++d)
            keyspace->replication["dc" + std::to_string(d)] = "2";
    }
    keyspace->tables["t"] = table;
    keyspace->tables["counts"] = counts;
    schema = schema::Schema{}.with(keyspace);

    std::vector<ring::NodePlace> places;
    for (std::uint32_t i = 0; i < m_options.nodes; ++i)
        places.push_back(
            {"dc" + std::to_string(i % m_options.datacenters + 1), "r1", m_options.tokensANode});
    const auto tokens = ring::allocateTokens(places);
    for (std::uint32_t i = 0; i < m_options.nodes; ++i) {
        ring::RingNode node;
        node.endpoint = *InetEndpoint::parse("127.0.0." + std::to_string(i + 1), 7000);
        node.hostId = Uuid::fromHalves(0xabc, i + 1);
        node.datacenter = places[i].datacenter;
        node.rack = places[i].rack;
        node.tokens = tokens[i];
        m_ring.push_back(node);
        m_disks.push_back(std::make_unique<simulation::SimulatedDisk>(m_options.seed * 100 + i));
        m_data.push_back(std::make_unique<MemoryData>());
        m_generations.push_back(0);
        m_nodes.emplace_back();
    }
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        start(i);
    (void)converge();
}

SmallCluster::~SmallCluster()
{
    m_nodes.clear();
}

void SmallCluster::start(std::size_t index)
{
    m_generations[index] = membership::nextGeneration(
        m_generations[index], world.wallClock(static_cast<std::uint32_t>(index)));
    m_nodes[index] = std::make_unique<SmallNode>(
        world, static_cast<std::uint32_t>(index), *m_disks[index], *m_data[index], schema,
        m_ring[index], m_ring[0].endpoint, m_generations[index], m_options.coordination);
    for (const ring::RingNode& member : m_ring) {
        m_nodes[index]->ring.addMember(member);
        m_nodes[index]->gossiper.addSavedEndpoint(member.endpoint);
    }
}

void SmallCluster::kill(std::size_t index)
{
    m_nodes[index].reset();
}

bool SmallCluster::converge()
{
    std::size_t running = 0;
    for (const auto& node : m_nodes)
        running += node ? 1 : 0;
    return world.runUntil(
        [&] {
            for (const auto& node : m_nodes)
                if (node && node->gossiper.live().size() != running - 1)
                    return false;
            return true;
        },
        std::chrono::minutes{2});
}

rows::Mutation SmallCluster::insertion(std::size_t through, int k, int c, const char* value)
{
    const auto timestamp = *m_nodes[through]->timestamps.next(m_nodes[through]->runtime.wallNow());
    rows::PartitionBuilder builder(table, intBytes(k));
    rows::Row row;
    auto clustering = builder.arena().makeArray<ByteView>(1);
    clustering[0] = builder.arena().copy(intBytes(c));
    row.clustering.values = clustering;
    if (value == nullptr) {
        row.deletion = {timestamp, world.wallClock(0).seconds()};
    } else {
        row.liveness.timestamp = timestamp;
        auto cells = builder.arena().makeArray<rows::Cell>(1);
        cells[0].column = table->column("v");
        cells[0].timestamp = timestamp;
        cells[0].value = builder.arena().copy(value);
        row.cells = cells;
    }
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = "ks";
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

Result<void> SmallCluster::write(std::size_t through, int k, int c, const char* value,
                                 Consistency consistency)
{
    rows::Mutations mutations;
    mutations.push_back(insertion(through, k, c, value));
    coordination::RequestOptions options;
    options.consistency = consistency;
    return world.run(m_nodes[through]->runtime,
                     m_nodes[through]->coordinator.write(std::move(mutations), options));
}

rows::ReadCommand SmallCluster::selection(int k) const
{
    rows::ReadCommand command;
    command.table = table;
    command.key = intBytes(k);
    command.nowSeconds = world.wallClock(0).seconds();
    return command;
}

Result<coordination::ReadOutcome>
SmallCluster::readCommand(std::size_t through, rows::ReadCommand command, Consistency consistency)
{
    coordination::RequestOptions options;
    options.consistency = consistency;
    return world.run(m_nodes[through]->runtime,
                     m_nodes[through]->coordinator.read(std::move(command), options));
}

std::string SmallCluster::text(const rows::Partition& partition)
{
    std::string all;
    for (const rows::Unfiltered& unfiltered : partition.unfiltereds) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Row || unfiltered.row.cells.empty())
            continue;
        if (!all.empty())
            all += ' ';
        if (unfiltered.row.clustering.size() != 0)
            all += std::to_string(
                       loadBigEndian<std::int32_t>(unfiltered.row.clustering.values[0].data())) +
                   '=';
        const rows::Cell& cell = unfiltered.row.cells[0];
        all += cell.column->type->isCounter() ? std::to_string(rows::counterTotal(cell.value))
                                              : std::string{cell.value};
    }
    return all;
}

std::string SmallCluster::read(std::size_t through, int k, Consistency consistency,
                               std::uint32_t limit)
{
    rows::ReadCommand command = selection(k);
    command.limits.rows = limit;
    auto outcome = readCommand(through, std::move(command), consistency);
    if (!outcome)
        return outcome.error().detail();
    return outcome->partitions.empty() ? "" : text(outcome->partitions.front());
}

std::string SmallCluster::stored(std::size_t node, int k)
{
    const auto* partition = m_data[node]->find(*table, intBytes(k));
    if (partition == nullptr)
        return "";
    rows::Partition copy = partition->clone();
    rows::purgeForClient(copy, world.wallClock(0).seconds());
    return text(copy);
}

} // namespace tests
