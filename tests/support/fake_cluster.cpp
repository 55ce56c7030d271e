#include "tests/support/fake_cluster.h"

#include "engine/base/random.h"
#include "engine/cql/type_elements.h"

#include <QHash>

#include <algorithm>

namespace tests {

using namespace studio;
using engine::Bytes;
using engine::ByteView;
using engine::ByteWriter;
using engine::cql::Type;
using engine::cql::TypeKind;
using engine::cql::TypePtr;

FakePage::FakePage(ResultColumns columns, std::vector<Row> rows)
    : m_columns(std::move(columns)), m_rows(std::move(rows))
{
}

bool FakePage::cell(int row, int column, ByteView& value) const
{
    const auto& cell =
        m_rows.at(static_cast<std::size_t>(row)).at(static_cast<std::size_t>(column));
    if (cell)
        value = *cell;
    return cell.has_value();
}

qint64 FakePage::byteSize() const
{
    qint64 size = 0;
    for (const Row& row : m_rows)
        for (const auto& cell : row)
            size += 4 + static_cast<qint64>(cell ? cell->size() : 0);
    return size;
}

void FakeRun::cancel()
{
    StatementOutcome outcome;
    outcome.kind = StatementOutcome::Kind::Cancelled;
    emit answered(outcome);
}

void FakeRun::answer(const std::vector<ResultPagePtr>& pages, const StatementOutcome& outcome)
{
    for (const ResultPagePtr& page : pages)
        emit pageArrived(page);
    emit answered(outcome);
}

FakeSource::FakeSource(int nodeCount, int vnodes, int datacenters) : m_schema(hotelSchema())
{
    m_entry.id = QStringLiteral("bundled:workshop");
    m_entry.name = QStringLiteral("workshop");
    m_entry.phase = ClusterPhase::Running;
    m_entry.nodeCount = m_entry.upCount = nodeCount;
    m_entry.detail = QStringLiteral("%1 nodes, 31 MB on disk").arg(nodeCount);
    m_topology.revision = 1;
    m_topology.clusterName = m_entry.name;
    m_topology.partitioner = QStringLiteral("org.apache.cassandra.dht.Murmur3Partitioner");
    engine::SeededRandom random{42};
    for (int i = 0; i < nodeCount; ++i) {
        NodeRow node;
        node.number = i + 1;
        node.name = QStringLiteral("n%1").arg(i + 1);
        node.hostId = QStringLiteral("8d5ed9f4-7764-4dbd-95ba-b8b15a83%1")
                          .arg(i + 1, 4, 10, QLatin1Char('0'));
        node.address = QStringLiteral("127.0.0.%1").arg(i + 1);
        node.cqlPort = 9042;
        node.adminPort = 8778;
        node.datacenter = datacenters == 1 ? QStringLiteral("datacenter1")
                                           : QStringLiteral("dc%1").arg(i % datacenters + 1);
        node.rack = QStringLiteral("rack%1").arg(i / datacenters % 3 + 1);
        node.liveness = Liveness::Up;
        node.process = ProcessState::Running;
        node.pid = 41870 + i;
        node.phi = 0.3 + 0.1 * i;
        node.loadBytes = (10 + i) * 1'048'576LL;
        node.memoryBytes = (22 + i) * 1'048'576LL;
        node.owns = 1.0 * std::min(3, nodeCount) / nodeCount;
        node.tokenCount = vnodes;
        node.uptime = std::chrono::seconds(135 + i);
        node.generation = 1762948803 + i;
        node.schemaVersion = QStringLiteral("6a1f0c3e-0000-3000-8000-000000000000");
        node.releaseVersion = QStringLiteral("5.0.4");
        m_topology.nodes.push_back(node);
        for (int v = 0; v < vnodes; ++v)
            m_topology.ring.push_back({static_cast<qint64>(random.next()), i});
    }
    std::sort(m_topology.ring.begin(), m_topology.ring.end(),
              [](const VnodeOwner& a, const VnodeOwner& b) { return a.token < b.token; });
    m_gossip.revision = 1;
    m_gossip.elapsed = std::chrono::seconds(60);
    for (int observer = 0; observer < nodeCount; ++observer)
        for (int subject = 0; subject < nodeCount; ++subject) {
            EndpointView view;
            view.observer = observer;
            view.subject = subject;
            view.alive = true;
            view.generation = 1762948803 + subject;
            view.version = 340 + 13 * subject + observer;
            if (observer != subject)
                view.phi = 0.2 + 0.13 * ((observer * 3 + subject * 5) % 6);
            view.states = {
                {QStringLiteral("STATUS_WITH_PORT"), QStringLiteral("NORMAL,-9071800"), 38},
                {QStringLiteral("LOAD"), QStringLiteral("3.21e7"), 341},
                {QStringLiteral("SCHEMA"), QStringLiteral("6a1f0c3e"), 44},
                {QStringLiteral("DC"), QStringLiteral("datacenter1"), 6},
                {QStringLiteral("RACK"), QStringLiteral("rack1"), 8},
                {QStringLiteral("RELEASE_VERSION"), QStringLiteral("5.0.4"), 4}};
            for (int i = 0; i < 24; ++i)
                view.intervalsMs.push_back(950 + static_cast<float>((i * 37 + subject * 11) % 120));
            m_gossip.views.push_back(view);
        }
}

Placement FakeSource::place(const PlacementQuery& query) const
{
    ++placed;
    Placement placement;
    const TableInfo* table = m_schema->table(query.keyspace, query.table);
    if (!table || query.keyValues.size() != static_cast<qsizetype>(table->partitionKey().size())) {
        placement.problem = QStringLiteral("Type a value for each column of the partition key.");
        return placement;
    }
    placement.token =
        static_cast<qint64>(qHash(query.keyValues.join(u'|'), 7) * 0x9e3779b97f4a7c15ULL);
    const int range = m_topology.rangeOf(placement.token);
    for (std::size_t i = 0; i < m_topology.ring.size() && placement.replicas.size() < 3; ++i) {
        const int node =
            m_topology.ring[(static_cast<std::size_t>(range) + i) % m_topology.ring.size()].node;
        if (std::find(placement.replicas.begin(), placement.replicas.end(), node) ==
            placement.replicas.end())
            placement.replicas.push_back(node);
    }
    return placement;
}

Ability FakeSource::ability(NodeAction action, int node) const
{
    if (node < 0)
        return {false, QStringLiteral("Select a node first")};
    const bool running =
        m_topology.nodes[static_cast<std::size_t>(node)].process == ProcessState::Running;
    switch (action) {
    case NodeAction::Start:
        return {!running, running ? QStringLiteral("It runs already") : QString()};
    case NodeAction::Resume:
        return {false, QStringLiteral("It is not paused")};
    default:
        return {running, running ? QString() : QStringLiteral("The node is not running")};
    }
}

std::unique_ptr<StatementRun> FakeSource::run(const QString& statement, const StatementOptions&)
{
    statements.append(statement);
    auto run = std::make_unique<FakeRun>();
    lastRun = run.get();
    if (onRun)
        QMetaObject::invokeMethod(
            lastRun, [this, run = lastRun, statement] { onRun(run, statement); },
            Qt::QueuedConnection);
    return run;
}

void FakeSource::setNode(int index, const NodeRow& row)
{
    m_topology.nodes[static_cast<std::size_t>(index)] = row;
    ++m_topology.revision;
    m_entry.upCount = m_topology.upCount();
    emit topologyChanged();
    emit entryChanged();
}

void FakeSource::setLiveness(int index, Liveness liveness)
{
    NodeRow row = m_topology.nodes[static_cast<std::size_t>(index)];
    row.liveness = liveness;
    row.process = liveness == Liveness::Up ? ProcessState::Running : ProcessState::Stopped;
    if (liveness != Liveness::Up) {
        row.uptime.reset();
        row.memoryBytes.reset();
    }
    setNode(index, row);
}

void FakeSource::setPhi(int subject, double phi)
{
    for (EndpointView& view : m_gossip.views)
        if (view.subject == subject && view.observer != subject) {
            view.phi = phi;
            view.alive = phi < m_gossip.phiThreshold;
        }
    ++m_gossip.revision;
    emit gossipChanged();
}

void FakeSource::setSchema(SchemaPtr schema)
{
    m_schema = std::move(schema);
    emit schemaChanged();
}

QString FakeCatalog::create(const ClusterRecipe& recipe)
{
    created.append(recipe);
    return QStringLiteral("bundled:") + recipe.name;
}

QString FakeCatalog::connectTo(const RemoteAddress& address)
{
    connected.append(address);
    return QStringLiteral("remote:") + address.contactPoints.value(0);
}

QString FakeCatalog::problemWith(const ClusterRecipe& recipe) const
{
    for (const ClusterEntry& entry : list)
        if (entry.name == recipe.name)
            return QStringLiteral("There is a cluster of that name.");
    return {};
}

qint64 FakeStore::saveTab(const SavedTab& tab)
{
    ++writes;
    const qint64 id = tab.id ? tab.id : saved.size() + 1;
    saved[id] = tab;
    saved[id].id = id;
    return id;
}

QList<HistoryEntry> FakeStore::searchHistory(const QString& words, int limit)
{
    QList<HistoryEntry> found;
    for (const HistoryEntry& entry : history)
        if (found.size() < limit && entry.statement.contains(words, Qt::CaseInsensitive))
            found.append(entry);
    return found;
}

namespace {
ColumnInfo column(const char* name, const char* type, KeyRole role = KeyRole::Regular,
                  int position = 0)
{
    return {QString::fromLatin1(name), QString::fromLatin1(type), role, position, false};
}
} // namespace

SchemaPtr hotelSchema()
{
    const auto K = KeyRole::PartitionKey;
    const auto C = KeyRole::ClusteringAscending;
    const std::vector<std::pair<QString, QString>> options{
        {QStringLiteral("compaction"), QStringLiteral("SizeTieredCompactionStrategy")},
        {QStringLiteral("default_time_to_live"), QStringLiteral("0")},
        {QStringLiteral("gc_grace_seconds"), QStringLiteral("864000")},
        {QStringLiteral("compression"), QStringLiteral("LZ4, 16 KiB")}};
    auto schema = std::make_shared<SchemaSnapshot>();
    const auto table = [&](const char* keyspace, const char* name,
                           std::vector<ColumnInfo> columns) {
        TableInfo info;
        info.keyspace = QString::fromLatin1(keyspace);
        info.name = QString::fromLatin1(name);
        info.columns = std::move(columns);
        info.options = options;
        return info;
    };
    KeyspaceInfo hotel;
    hotel.name = QStringLiteral("hotel");
    hotel.replication = QStringLiteral("RF 3 · datacenter1");
    hotel.tables = {
        table("hotel", "amenities_by_room",
              {column("hotel_id", "text", K), column("room_number", "smallint", K, 1),
               column("amenity_name", "text", C), column("description", "text")}),
        table("hotel", "available_rooms_by_hotel_date",
              {column("hotel_id", "text", K), column("date", "date", C),
               column("room_number", "smallint", C, 1), column("is_available", "boolean")}),
        table("hotel", "hotels",
              {column("id", "text", K), column("address", "frozen<address>"),
               column("name", "text"), column("phone", "text"), column("pois", "set<text>")}),
        table("hotel", "hotels_by_poi",
              {column("poi_name", "text", K), column("hotel_id", "text", C),
               column("address", "frozen<address>"), column("name", "text"),
               column("phone", "text")}),
        table("hotel", "pois_by_hotel",
              {column("hotel_id", "text", K), column("poi_name", "text", C),
               column("description", "text")})};
    hotel.types = {{QStringLiteral("address"),
                    {{QStringLiteral("street"), QStringLiteral("text")},
                     {QStringLiteral("city"), QStringLiteral("text")},
                     {QStringLiteral("state_or_province"), QStringLiteral("text")},
                     {QStringLiteral("postal_code"), QStringLiteral("text")},
                     {QStringLiteral("country"), QStringLiteral("text")}}}};
    KeyspaceInfo reservation;
    reservation.name = QStringLiteral("reservation");
    reservation.replication = hotel.replication;
    reservation.tables = {
        table("reservation", "guests",
              {column("guest_id", "uuid", K), column("addresses", "map<text, frozen<address>>"),
               column("emails", "set<text>"), column("first_name", "text"),
               column("last_name", "text"), column("phone_numbers", "list<text>")}),
        table("reservation", "reservations_by_guest",
              {column("guest_last_name", "text", K),
               column("start_date", "date", KeyRole::ClusteringDescending),
               column("hotel_id", "text", C, 1), column("room_number", "smallint", C, 2),
               column("confirm_number", "text"), column("end_date", "date"),
               column("guest_id", "uuid")}),
        table("reservation", "reservations_by_hotel_date",
              {column("hotel_id", "text", K), column("start_date", "date", K, 1),
               column("room_number", "smallint", C), column("confirm_number", "text"),
               column("end_date", "date"), column("guest_id", "uuid")})};
    KeyspaceInfo system;
    system.name = QStringLiteral("system");
    system.replication = QStringLiteral("local");
    system.isSystem = true;
    system.tables = {
        table("system", "local", {column("key", "text", K), column("cluster_name", "text")})};
    schema->revision = 1;
    schema->keyspaces = {hotel, reservation, system};
    schema->roles = {{QStringLiteral("cassandra"), true, true}};
    return schema;
}

ResultPagePtr roomsPage(int rows, int first)
{
    const auto columns =
        std::make_shared<const std::vector<ResultColumn>>(std::vector<ResultColumn>{
            {QStringLiteral("hotel"), QStringLiteral("available_rooms_by_hotel_date"),
             QStringLiteral("date"), Type::native(TypeKind::Date)},
            {QStringLiteral("hotel"), QStringLiteral("available_rooms_by_hotel_date"),
             QStringLiteral("room_number"), Type::native(TypeKind::Smallint)},
            {QStringLiteral("hotel"), QStringLiteral("available_rooms_by_hotel_date"),
             QStringLiteral("is_available"), Type::native(TypeKind::Boolean)},
            {{}, {}, QStringLiteral("writetime(is_available)"), Type::native(TypeKind::Bigint)},
            {{}, {}, QStringLiteral("note"), Type::native(TypeKind::Text)}});
    std::vector<FakePage::Row> cells;
    for (int i = first; i < first + rows; ++i) {
        FakePage::Row row(5);
        Bytes date, room, writeTime;
        ByteWriter{date}.u32(0x80000000u + 20406u + static_cast<unsigned>(i / 5));
        ByteWriter{room}.u16(static_cast<std::uint16_t>(101 + i % 5));
        ByteWriter{writeTime}.u64(1762953600114000ULL + 37000ULL * static_cast<unsigned>(i));
        row[0] = date;
        row[1] = room;
        row[2] = Bytes(1, i % 3 == 0 ? '\0' : '\1');
        row[3] = writeTime;
        if (i % 4 == 1)
            row[4] = Bytes();
        else if (i % 4 == 2)
            row[4] = Bytes("sea view");
        cells.push_back(std::move(row));
    }
    return std::make_shared<FakePage>(columns, std::move(cells));
}

ResultPagePtr guestsPage()
{
    const TypePtr text = Type::native(TypeKind::Text);
    const TypePtr address = Type::udt("reservation", "address",
                                      {{"street", text}, {"city", text}, {"country", text}}, true);
    const TypePtr addresses = Type::map(text, address, true);
    const TypePtr emails = Type::set(text, true);
    const TypePtr phones = Type::list(text, true);
    const auto join = [](const TypePtr& type, std::vector<engine::cql::Element> elements) {
        return engine::cql::joinValue(*type, elements);
    };
    const Bytes home =
        join(address, {ByteView("12 Ocean Drive"), ByteView("Phoenix"), std::nullopt});
    const Bytes work = join(address, {ByteView("1 Main St"), ByteView(""), ByteView("US")});
    const auto columns = std::make_shared<const std::vector<ResultColumn>>(
        std::vector<ResultColumn>{{QStringLiteral("reservation"), QStringLiteral("guests"),
                                   QStringLiteral("first_name"), text},
                                  {QStringLiteral("reservation"), QStringLiteral("guests"),
                                   QStringLiteral("addresses"), addresses},
                                  {QStringLiteral("reservation"), QStringLiteral("guests"),
                                   QStringLiteral("emails"), emails},
                                  {QStringLiteral("reservation"), QStringLiteral("guests"),
                                   QStringLiteral("phone_numbers"), phones}});
    FakePage::Row row{
        Bytes("Ada, \"the\" guest"),
        join(addresses, {ByteView("home"), ByteView(home), ByteView("work"), ByteView(work)}),
        join(emails, {ByteView("ada@example.org")}),
        join(phones, {ByteView("+1 555 0100"), ByteView("+1 555 0101")})};
    return std::make_shared<FakePage>(columns, std::vector<FakePage::Row>{row});
}

} // namespace tests
