#include "engine/node/compaction_history.h"

#include "engine/system/system_keyspaces.h"

#include <algorithm>

namespace engine::node {

namespace {

constexpr std::string_view kKindProperty = "compaction_type";

schema::TablePtr historyTable()
{
    return system::localSchema()->keyspace("system")->table("compaction_history");
}

/// A frozen map<text, text> with one entry.
Bytes propertyMap(std::string_view name, std::string_view value)
{
    Bytes bytes;
    ByteWriter out{bytes};
    out.i32(1);
    for (const std::string_view text : {name, value}) {
        out.i32(static_cast<std::int32_t>(text.size()));
        out.raw(text);
    }
    return bytes;
}

std::string propertyOf(ByteView map, std::string_view name)
{
    ByteReader in{map};
    for (std::int32_t left = in.i32(); in.ok() && left > 0; --left) {
        const ByteView key = in.raw(static_cast<std::size_t>(std::max(in.i32(), 0)));
        const ByteView value = in.raw(static_cast<std::size_t>(std::max(in.i32(), 0)));
        if (in.ok() && key == name)
            return std::string{value};
    }
    return {};
}

template <class Integer>
Integer integerIn(ByteView bytes)
{
    ByteReader in{bytes};
    if constexpr (sizeof(Integer) == 8)
        return static_cast<Integer>(in.i64());
    else
        return static_cast<Integer>(in.i32());
}

void takeCell(storage::CompactionRecord& record, const rows::Cell& cell)
{
    const std::string& name = cell.column->name;
    if (name == "bytes_in")
        record.bytesIn = integerIn<std::uint64_t>(cell.value);
    else if (name == "bytes_out")
        record.bytesOut = integerIn<std::uint64_t>(cell.value);
    else if (name == "columnfamily_name")
        record.table = cell.value;
    else if (name == "keyspace_name")
        record.keyspace = cell.value;
    else if (name == "compacted_at")
        record.endedAt = WallTime{std::chrono::milliseconds{integerIn<std::int64_t>(cell.value)}};
    else if (name == "compaction_properties")
        record.kind = propertyOf(cell.value, kKindProperty);
    else if (name == "rows_merged") {
        const auto sources = integerIn<std::int32_t>(cell.path);
        if (sources < 1 || sources > 4096)
            return;
        record.partitionsMerged.resize(
            std::max(record.partitionsMerged.size(), static_cast<std::size_t>(sources)));
        record.partitionsMerged[static_cast<std::size_t>(sources) - 1] =
            integerIn<std::uint64_t>(cell.value);
    }
}

} // namespace

rows::Mutation compactionHistoryRow(const storage::CompactionRecord& record,
                                    WriteTimestamp timestamp)
{
    const auto table = historyTable();
    const auto id = Uuid::parse(record.id);
    rows::PartitionBuilder builder{table, id ? id->view() : ByteView{}};
    Arena& arena = builder.arena();
    const std::int32_t ttl = table->params().defaultTimeToLive;
    const std::int64_t now = record.endedAt.seconds();
    std::vector<rows::Cell> cells;
    const auto put = [&](const char* column, ByteView value, ByteView path = {}) {
        rows::Cell cell;
        cell.column = table->column(column);
        cell.timestamp = timestamp;
        cell.ttl = ttl;
        cell.localDeletionTime = now + ttl;
        cell.hasPath = !path.empty();
        cell.path = arena.copy(path);
        cell.value = arena.copy(value);
        cells.push_back(cell);
    };
    put("bytes_in", bigEndian(static_cast<std::int64_t>(record.bytesIn)));
    put("bytes_out", bigEndian(static_cast<std::int64_t>(record.bytesOut)));
    put("columnfamily_name", record.table);
    put("compacted_at", bigEndian(record.endedAt.millis()));
    put("compaction_properties", propertyMap(kKindProperty, record.kind));
    put("keyspace_name", record.keyspace);
    for (std::size_t i = 0; i < record.partitionsMerged.size(); ++i) {
        if (record.partitionsMerged[i] > 0)
            put("rows_merged", bigEndian(static_cast<std::int64_t>(record.partitionsMerged[i])),
                bigEndian(static_cast<std::int32_t>(i + 1)));
    }
    rows::Row row;
    row.liveness.timestamp = timestamp;
    row.liveness.ttl = ttl;
    row.liveness.expiresAt = now + ttl;
    row.cells = arena.copyArray<rows::Cell>(cells);
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = "system";
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

std::vector<storage::CompactionRecord> compactionHistory(const rows::Partitions& partitions,
                                                         std::int64_t nowSeconds)
{
    std::vector<storage::CompactionRecord> records;
    for (const rows::Partition& partition : partitions) {
        if (partition.key().size() != 16)
            continue;
        storage::CompactionRecord record;
        record.id = Uuid::fromBytes(partition.key()).toString();
        for (const rows::Unfiltered& each : partition.unfiltereds) {
            for (const rows::Cell& cell : each.row.cells) {
                if (cell.isLive(nowSeconds))
                    takeCell(record, cell);
            }
        }
        if (!record.table.empty())
            records.push_back(std::move(record));
    }
    std::stable_sort(records.begin(), records.end(),
                     [](const auto& a, const auto& b) { return a.endedAt > b.endedAt; });
    return records;
}

CompactionHistory::CompactionHistory(Runtime& runtime, storage::LocalStore& store)
    : m_runtime(runtime), m_store(store)
{
}

CompactionHistory::~CompactionHistory()
{
    m_store.setCompactionListener({});
}

Task<void> CompactionHistory::start()
{
    rows::ReadCommand command;
    command.table = historyTable();
    command.nowSeconds = m_runtime.wallNow().seconds();
    auto reading = m_store.read(command, Priority::Background);
    RW_CO_ASSIGN(const auto read, co_await reading);
    for (auto& record : compactionHistory(read.partitions, command.nowSeconds)) {
        if (m_records.size() < kInMemory)
            m_records.push_back(std::move(record));
    }
    m_store.setCompactionListener([this](const storage::CompactionRecord& record) { add(record); });
    co_return ok();
}

void CompactionHistory::add(const storage::CompactionRecord& record)
{
    // Compacting the history would otherwise make new history to compact.
    if (record.keyspace == "system" && record.table == "compaction_history")
        return;
    m_records.push_front(record);
    if (m_records.size() > kInMemory)
        m_records.pop_back();
    const auto row = compactionHistoryRow(record, {m_runtime.wallNow().micros()});
    // Under memory pressure the row is not worth waiting for.
    (void)m_store.tryApply(row, [](const Result<void>&) {});
}

} // namespace engine::node
