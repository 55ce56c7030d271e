#include "engine/coordination/local_session.h"

#include "engine/messaging/envelope.h"
#include "engine/rows/row.h"
#include "engine/system/system_keyspaces.h"

#include <algorithm>
#include <array>

namespace engine::coordination {

namespace {

constexpr std::int64_t kMillisASecond = 1000;
constexpr std::int32_t kTokenBytes = 8;
constexpr std::size_t kEndpointBytesMin = 7;
constexpr auto kStateLast = static_cast<std::int32_t>(RepairState::Failed);

/// Two tokens with the length of each before it, as Cassandra's Token.serializer has them.
Bytes rangeBlob(const ring::TokenRange& range)
{
    Bytes bytes;
    ByteWriter out{bytes};
    for (const ring::Token token : {range.start, range.end}) {
        out.i32(kTokenBytes);
        out.i64(token.value);
    }
    return bytes;
}

std::optional<ring::TokenRange> rangeOfBlob(ByteView bytes)
{
    ByteReader in{bytes};
    std::array<std::int64_t, 2> tokens{};
    for (std::int64_t& token : tokens) {
        if (in.i32() != kTokenBytes)
            return std::nullopt;
        token = in.i64();
    }
    if (!in.ok())
        return std::nullopt;
    return ring::TokenRange{{tokens[0]}, {tokens[1]}};
}

/// Takes what one cell says into the session; false if it makes no sense.
bool takeCell(LocalSession& session, const rows::Cell& cell)
{
    const std::string& name = cell.column->name;
    ByteReader in{cell.value};
    if (name == "coordinator") {
        const auto address = InetAddress::fromBytes(cell.value);
        session.coordinator.address = address ? *address : InetAddress{};
        return address.has_value();
    }
    if (name == "coordinator_port")
        session.coordinator.port = static_cast<std::uint16_t>(in.i32());
    else if (name == "last_update")
        session.lastUpdate = in.i64() / kMillisASecond;
    else if (name == "repaired_at")
        session.repairedAt = in.i64();
    else if (name == "started_at")
        session.startedAt = in.i64() / kMillisASecond;
    else if (name == "state") {
        const std::int32_t state = in.i32();
        session.state = static_cast<RepairState>(std::clamp(state, 0, kStateLast));
        return in.ok() && state >= 0 && state <= kStateLast;
    } else if (name == "cfids" && cell.path.size() == kSessionIdBytes)
        session.tables.push_back({Uuid::fromBytes(cell.path)});
    else if (name == "participants_wp") {
        const auto endpoint = InetEndpoint::parse(cell.path, 0);
        if (endpoint)
            session.participants.push_back(*endpoint);
        return endpoint.has_value();
    } else if (name == "ranges") {
        const auto range = rangeOfBlob(cell.path);
        if (range)
            session.ranges.push_back(*range);
        return range.has_value();
    }
    return in.ok();
}

} // namespace

std::string_view repairStateName(RepairState state) noexcept
{
    constexpr std::array<std::string_view, kStateLast + 1> names{
        "PREPARING", "PREPARED", "REPAIRING", "FINALIZE_PROMISED", "FINALIZED", "FAILED"};
    return names[static_cast<std::size_t>(state)];
}

bool LocalSession::supersedes(const LocalSession& earlier) const
{
    const auto hasAll = [](const auto& all, const auto& some) {
        return std::all_of(some.begin(), some.end(), [&all](const auto& each) {
            return std::find(all.begin(), all.end(), each) != all.end();
        });
    };
    return state == RepairState::Finalized && repairedAt > earlier.repairedAt &&
           hasAll(tables, earlier.tables) && hasAll(ranges, earlier.ranges);
}

const schema::TablePtr& repairSessionTable()
{
    return system::localSchema()->keyspace("system")->tables.at("repairs");
}

rows::Mutation repairSessionRow(const LocalSession& session)
{
    const schema::TablePtr& table = repairSessionTable();
    rows::PartitionBuilder builder{table, session.id.view()};
    Arena& arena = builder.arena();
    std::vector<rows::Cell> cells;
    const auto put = [&](const char* column, const Bytes& value, ByteView path = {}) {
        rows::Cell cell;
        cell.column = table->column(column);
        cell.timestamp = session.written;
        cell.hasPath = !path.empty();
        cell.path = arena.copy(path);
        cell.value = arena.copy(value);
        cells.push_back(cell);
    };
    put("coordinator", Bytes{session.coordinator.address.view()});
    put("coordinator_port", bigEndian(std::int32_t{session.coordinator.port}));
    put("last_update", bigEndian(session.lastUpdate * kMillisASecond));
    put("repaired_at", bigEndian(session.repairedAt));
    put("started_at", bigEndian(session.startedAt * kMillisASecond));
    put("state", bigEndian(static_cast<std::int32_t>(session.state)));
    for (const schema::TableId& id : session.tables)
        put("cfids", {}, id.value.view());
    for (const InetEndpoint& participant : session.participants) {
        put("participants", {}, participant.address.view());
        put("participants_wp", {}, participant.toString());
    }
    for (const ring::TokenRange& range : session.ranges)
        put("ranges", {}, rangeBlob(range));
    std::sort(cells.begin(), cells.end(), [](const rows::Cell& a, const rows::Cell& b) {
        return rows::compareCells(a, b) < 0;
    });
    // Nodes of one machine may share an address.
    cells.erase(std::unique(cells.begin(), cells.end(),
                            [](const rows::Cell& a, const rows::Cell& b) {
                                return rows::compareCells(a, b) == 0;
                            }),
                cells.end());
    rows::Row row;
    row.liveness.timestamp = session.written;
    row.cells = arena.copyArray<rows::Cell>(cells);
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = table->keyspace();
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

rows::Mutation repairSessionRemoval(const LocalSession& session)
{
    const schema::TablePtr& table = repairSessionTable();
    rows::PartitionBuilder builder{table, session.id.view()};
    builder.deletePartition({session.written, session.lastUpdate});
    rows::Mutation mutation;
    mutation.keyspace = table->keyspace();
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

std::optional<LocalSession> repairSessionOf(const rows::Partition& row)
{
    if (row.key().size() != kSessionIdBytes)
        return std::nullopt;
    LocalSession session;
    session.id = Uuid::fromBytes(row.key());
    bool isSound = !row.unfiltereds.empty();
    for (const rows::Unfiltered& each : row.unfiltereds) {
        session.written = std::max(session.written, each.row.liveness.timestamp);
        for (const rows::Cell& cell : each.row.cells)
            isSound = takeCell(session, cell) && isSound;
    }
    if (!isSound || session.participants.empty() || session.coordinator.port == 0)
        return std::nullopt;
    return session;
}

void writeTokenRange(ByteWriter& out, const ring::TokenRange& range)
{
    out.i64(range.start.value);
    out.i64(range.end.value);
}

ring::TokenRange readTokenRange(ByteReader& in)
{
    const std::int64_t start = in.i64();
    const std::int64_t end = in.i64();
    return {{start}, {end}};
}

Bytes encodeSession(const LocalSession& session)
{
    Bytes bytes;
    ByteWriter out{bytes};
    out.raw(session.id.view());
    out.i64(session.repairedAt);
    messaging::writeEndpoint(out, session.coordinator);
    out.unsignedVint(session.participants.size());
    for (const InetEndpoint& participant : session.participants)
        messaging::writeEndpoint(out, participant);
    out.unsignedVint(session.tables.size());
    for (const schema::TableId& table : session.tables)
        out.raw(table.value.view());
    out.unsignedVint(session.ranges.size());
    for (const ring::TokenRange& range : session.ranges)
        writeTokenRange(out, range);
    return bytes;
}

Result<LocalSession> decodeSession(ByteView bytes)
{
    ByteReader in{bytes};
    LocalSession session;
    const ByteView id = in.raw(kSessionIdBytes);
    session.repairedAt = in.i64();
    const Error cut{ErrorCode::Corrupt, "the description of a repair session is cut short"};
    if (!in.ok())
        return cut;
    session.id = Uuid::fromBytes(id);
    session.coordinator = messaging::readEndpoint(in);
    const std::uint64_t participants = in.unsignedVint();
    if (!in.ok() || participants > in.remaining() / kEndpointBytesMin)
        return cut;
    for (std::uint64_t i = 0; i < participants; ++i)
        session.participants.push_back(messaging::readEndpoint(in));
    const std::uint64_t tables = in.unsignedVint();
    if (!in.ok() || tables > in.remaining() / kSessionIdBytes)
        return cut;
    for (std::uint64_t i = 0; i < tables; ++i)
        session.tables.push_back({Uuid::fromBytes(in.raw(kSessionIdBytes))});
    const std::uint64_t ranges = in.unsignedVint();
    if (!in.ok() || ranges > in.remaining() / kTokenRangeBytes)
        return cut;
    for (std::uint64_t i = 0; i < ranges; ++i)
        session.ranges.push_back(readTokenRange(in));
    if (!in.ok())
        return cut;
    return session;
}

} // namespace engine::coordination
