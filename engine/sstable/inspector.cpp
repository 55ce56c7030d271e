#include "engine/sstable/inspector.h"

#include <algorithm>

namespace engine::sstable {

namespace {

bool isHex(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

/// Keeps `best` the `count` largest, ordered from the largest down.
template <class Measure>
void keepLargest(std::vector<PartitionReport>& best, const PartitionReport& candidate,
                 std::size_t count, Measure measure)
{
    if (count == 0 || measure(candidate) == 0 ||
        (best.size() == count && measure(best.back()) >= measure(candidate)))
        return;
    const auto at = std::find_if(best.begin(), best.end(), [&](const PartitionReport& each) {
        return measure(each) < measure(candidate);
    });
    best.insert(at, candidate);
    if (best.size() > count)
        best.pop_back();
}

void addTotals(PartitionReport& totals, const PartitionReport& from)
{
    totals.bytes += from.bytes;
    totals.rows += from.rows;
    totals.cells += from.cells;
    totals.rowTombstones += from.rowTombstones;
    totals.rangeTombstones += from.rangeTombstones;
    totals.complexTombstones += from.complexTombstones;
    totals.cellTombstones += from.cellTombstones;
    totals.expiringCells += from.expiringCells;
    totals.expiredCells += from.expiredCells;
    totals.expiredRows += from.expiredRows;
    totals.minTimestamp = std::min(totals.minTimestamp, from.minTimestamp);
    totals.maxTimestamp = std::max(totals.maxTimestamp, from.maxTimestamp);
}

} // namespace

struct Inspector::Impl {
    Impl(ReaderPtr opened, InspectOptions wanted)
        : reader(std::move(opened)), options(wanted), scanner(reader, source)
    {
    }

    void timestamp(WriteTimestamp timestamp);
    void deletion(const rows::DeletionTime& deletion);
    void row(const rows::Row& row);
    void finishPartition();

    ReaderPtr reader;
    InspectOptions options;
    DirectChunkSource source;
    TableScanner scanner;
    PartitionReport current;
    TableReport report;
};

void Inspector::Impl::timestamp(WriteTimestamp timestamp)
{
    current.minTimestamp = std::min(current.minTimestamp, timestamp.micros);
    current.maxTimestamp = std::max(current.maxTimestamp, timestamp.micros);
}

void Inspector::Impl::deletion(const rows::DeletionTime& deletion)
{
    timestamp(deletion.markedForDeleteAt);
    report.dropTimes.add(deletion.localDeletionTime);
}

void Inspector::Impl::row(const rows::Row& row)
{
    if (!row.liveness.isEmpty()) {
        timestamp(row.liveness.timestamp);
        if (row.liveness.isExpiring()) {
            report.dropTimes.add(row.liveness.expiresAt);
            if (!row.liveness.isLive(options.nowSeconds))
                ++current.expiredRows;
        }
    }
    if (!row.deletion.isLive()) {
        ++current.rowTombstones;
        deletion(row.deletion);
    }
    for (const auto& complex : row.complexDeletions) {
        ++current.complexTombstones;
        deletion(complex.deletion);
    }
    current.cells += row.cells.size();
    for (const auto& cell : row.cells) {
        timestamp(cell.timestamp);
        if (cell.isTombstone()) {
            ++current.cellTombstones;
            report.dropTimes.add(cell.localDeletionTime);
        } else if (cell.isExpiring()) {
            ++current.expiringCells;
            report.ttls.add(cell.ttl);
            report.dropTimes.add(cell.localDeletionTime);
            if (!cell.isLive(options.nowSeconds))
                ++current.expiredCells;
        }
    }
}

void Inspector::Impl::finishPartition()
{
    ++report.partitions;
    report.deletedPartitions += current.isDeleted ? 1 : 0;
    report.staticRows += current.hasStaticRow ? 1 : 0;
    addTotals(report.totals, current);
    report.partitionSizes.add(static_cast<std::int64_t>(current.bytes));
    report.rowsPerPartition.add(static_cast<std::int64_t>(current.rows));
    report.cellsPerPartition.add(static_cast<std::int64_t>(current.cells));
    report.tombstonesPerPartition.add(static_cast<std::int64_t>(current.tombstones()));
    const std::size_t count = options.largestCount;
    keepLargest(report.largestByBytes, current, count, [](const auto& p) { return p.bytes; });
    keepLargest(report.largestByRows, current, count, [](const auto& p) { return p.rows; });
    keepLargest(report.largestByTombstones, current, count,
                [](const auto& p) { return p.tombstones(); });
}

Inspector::Inspector(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Inspector::~Inspector() = default;
Inspector::Inspector(Inspector&&) noexcept = default;
Inspector& Inspector::operator=(Inspector&&) noexcept = default;

Result<Inspector> Inspector::open(Disk& disk, const Descriptor& descriptor, InspectOptions options)
{
    RW_ASSIGN(auto reader, openByHeader(disk, descriptor));
    return Inspector{std::make_unique<Impl>(std::move(reader), options)};
}

const ReaderPtr& Inspector::reader() const noexcept
{
    return m_impl->reader;
}
const TableReport& Inspector::report() const noexcept
{
    return m_impl->report;
}

Result<bool> Inspector::next(PartitionReport& to)
{
    Impl& impl = *m_impl;
    const std::uint64_t start = impl.scanner.position();
    RW_ASSIGN(const Step step, impl.scanner.next());
    if (step != Step::Item)
        return false;
    PartitionCursor& cursor = impl.scanner.partition();
    PartitionReport& current = impl.current;
    current = {};
    current.key.assign(cursor.key());
    current.token = impl.scanner.token();
    current.position = start;
    if (!cursor.deletion().isLive()) {
        current.isDeleted = true;
        impl.deletion(cursor.deletion());
    }
    if (!cursor.staticRow().isEmpty()) {
        current.hasStaticRow = true;
        impl.row(cursor.staticRow());
    }
    rows::Unfiltered unfiltered;
    while (true) {
        RW_ASSIGN(const Step more, cursor.next(unfiltered));
        if (more != Step::Item)
            break;
        if (unfiltered.kind == rows::Unfiltered::Kind::Row) {
            ++current.rows;
            impl.row(unfiltered.row);
        } else if (!unfiltered.marker.open.isLive()) {
            ++current.rangeTombstones;
            impl.deletion(unfiltered.marker.open);
        }
    }
    current.bytes = cursor.position() - start;
    impl.finishPartition();
    to = current;
    return true;
}

Result<void> Inspector::readAll()
{
    PartitionReport partition;
    while (true) {
        RW_ASSIGN(const bool more, next(partition));
        if (!more)
            return ok();
    }
}

TableLocation locationOf(const std::string& folder)
{
    TableLocation location;
    std::vector<std::string_view> parts;
    for (std::string_view rest = folder; !rest.empty();) {
        const std::size_t slash = rest.find('/');
        if (slash != 0)
            parts.push_back(rest.substr(0, slash));
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    }
    if (parts.size() >= 2 && parts[parts.size() - 2] == "snapshots") {
        location.snapshot = parts.back();
        parts.resize(parts.size() - 2);
    }
    constexpr std::size_t kIdDigits = 32;
    if (parts.empty())
        return location;
    const std::string_view last = parts.back();
    const std::size_t dash = last.rfind('-');
    if (dash == std::string_view::npos || dash == 0 || last.size() - dash - 1 != kIdDigits ||
        !isHex(last.substr(dash + 1)))
        return location;
    location.table = last.substr(0, dash);
    if (parts.size() >= 2)
        location.keyspace = parts[parts.size() - 2];
    return location;
}

Result<ReaderPtr> openByHeader(Disk& disk, const Descriptor& descriptor)
{
    RW_ASSIGN(const auto* version, findVersion(descriptor.format, descriptor.version));
    const std::string path = descriptor.path(Component::Statistics);
    RW_ASSIGN(const Bytes bytes, disk.readAll(path));
    const auto statistics = Statistics::decode(*version, bytes);
    if (!statistics)
        return statistics.error().within(path);
    const TableLocation location = locationOf(descriptor.folder);
    auto table =
        statistics->header.toTable(location.keyspace.empty() ? "sstable" : location.keyspace,
                                   location.table.empty() ? "table_of_header" : location.table);
    if (!table)
        return table.error().within(path);
    return Reader::open(disk, descriptor, std::move(*table));
}

std::string keyText(const schema::Table& table, ByteView key)
{
    const auto values = table.splitPartitionKey(key);
    if (!values || values->size() != table.partitionKey().size())
        return "0x" + toHex(key);
    std::string text;
    for (std::size_t i = 0; i < values->size(); ++i)
        text += (i == 0 ? "" : ":") + table.partitionKey()[i]->type->getString((*values)[i]);
    return text;
}

} // namespace engine::sstable
