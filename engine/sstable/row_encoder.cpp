#include "engine/sstable/deletion_codec.h"
#include "engine/sstable/row_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

namespace encoder_flags = unfiltered_flags;

// Flags of a cell (Cell.Serializer); on disk.
constexpr std::uint8_t kCellDeleted = 0x01;
constexpr std::uint8_t kCellExpiring = 0x02;
constexpr std::uint8_t kCellEmptyValue = 0x04;
constexpr std::uint8_t kCellRowTimestamp = 0x08;
constexpr std::uint8_t kCellRowTtl = 0x10;

/// From this number of columns on, a subset is a list instead of a bitmap.
constexpr std::size_t kLargeSubset = 64;

} // namespace

RowEncoder::RowEncoder(const VersionTraits& version, const SerializationHeader& header,
                       const schema::Table& table)
    : m_version(version), m_header(header)
{
    for (const auto& column : header.clustering)
        m_clusteringLength.push_back(storedFixedLength(*column.type));
    const auto code = [&table](const SerializationHeader::Column& column) {
        return ColumnCode{column.name, table.column(column.name), column.type->isMultiCell(),
                          storedFixedLength(*column.type) >= 0};
    };
    std::transform(header.statics.begin(), header.statics.end(), std::back_inserter(m_statics),
                   code);
    std::transform(header.regulars.begin(), header.regulars.end(), std::back_inserter(m_regulars),
                   code);
}

void RowEncoder::timestamp(WriteTimestamp timestamp, ByteWriter& out) const
{
    out.unsignedVint(static_cast<std::uint64_t>(timestamp.micros) -
                     static_cast<std::uint64_t>(m_header.stats.minTimestamp));
}

void RowEncoder::deletionTime(rows::LocalDeletionTime time, ByteWriter& out)
{
    const auto stored = static_cast<std::int64_t>(storedDeletionTime(m_version, time));
    if (stored < m_header.stats.minLocalDeletionTime)
        m_belowMinimum = true;
    // Cassandra narrows the difference to 32 bits with a sign, and reads it so: "none" of `oa`, and
    // what lies 68 years behind the minimum, is a negative number of nine bytes.
    const auto narrowed = static_cast<std::int32_t>(
        static_cast<std::uint32_t>(stored - m_header.stats.minLocalDeletionTime));
    out.unsignedVint(static_cast<std::uint64_t>(std::int64_t{narrowed}));
}

void RowEncoder::ttl(std::int32_t ttl, ByteWriter& out)
{
    if (ttl < m_header.stats.minTtl)
        m_belowMinimum = true;
    out.unsignedVint(static_cast<std::uint64_t>(std::int64_t{ttl} - m_header.stats.minTtl));
}

void RowEncoder::deletion(const rows::DeletionTime& deletion, ByteWriter& out)
{
    timestamp(deletion.markedForDeleteAt, out);
    deletionTime(deletion.isLive() ? rows::kNoDeletionTime : deletion.localDeletionTime, out);
}

void RowEncoder::clustering(std::span<const ByteView> values, ByteWriter& out) const
{
    encodeClustering(values, m_clusteringLength, out);
}

void RowEncoder::prefix(rows::BoundKind kind, std::span<const ByteView> values,
                        ByteWriter& out) const
{
    out.u8(static_cast<std::uint8_t>(kind));
    if (kind != rows::BoundKind::Clustering)
        out.u16(static_cast<std::uint16_t>(values.size()));
    clustering(values, out);
}

void RowEncoder::collectRuns(const rows::Row& row, const std::vector<ColumnCode>& columns)
{
    m_runs.clear();
    std::size_t deletion = 0;
    std::size_t cell = 0;
    for (std::uint32_t i = 0; i < columns.size(); ++i) {
        const auto before = [&](const schema::Column& column) {
            if (column.isComplex() != columns[i].complex)
                return columns[i].complex;
            return column.name < columns[i].name;
        };
        const auto matches = [&](const schema::Column* column) {
            return column == columns[i].known ||
                   (column->name == columns[i].name && column->isComplex() == columns[i].complex);
        };
        while (deletion < row.complexDeletions.size() &&
               !matches(row.complexDeletions[deletion].column) &&
               before(*row.complexDeletions[deletion].column))
            ++deletion;
        while (cell < row.cells.size() && !matches(row.cells[cell].column) &&
               before(*row.cells[cell].column))
            ++cell;
        const rows::ComplexDeletion* deleted = nullptr;
        if (deletion < row.complexDeletions.size() &&
            matches(row.complexDeletions[deletion].column)) {
            if (!row.complexDeletions[deletion].deletion.isLive())
                deleted = &row.complexDeletions[deletion];
            ++deletion;
        }
        const std::size_t first = cell;
        if (cell < row.cells.size() && matches(row.cells[cell].column))
            ++cell;
        while (columns[i].complex && cell < row.cells.size() && matches(row.cells[cell].column))
            ++cell;
        if (deleted != nullptr || cell != first)
            m_runs.push_back(
                {i, static_cast<std::uint32_t>(cell - first), deleted, row.cells.data() + first});
    }
}

void RowEncoder::subset(std::size_t columnCount)
{
    ByteWriter out{m_body};
    if (columnCount < kLargeSubset) {
        std::uint64_t missing = (1ULL << columnCount) - 1;
        for (const auto& run : m_runs)
            missing &= ~(1ULL << run.column);
        out.unsignedVint(missing);
        return;
    }
    out.unsignedVint(columnCount - m_runs.size());
    if (m_runs.size() < columnCount / 2) {
        for (const auto& run : m_runs)
            out.unsignedVint(run.column);
        return;
    }
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < columnCount; ++i) {
        if (next < m_runs.size() && m_runs[next].column == i)
            ++next;
        else
            out.unsignedVint(i);
    }
}

void RowEncoder::cell(const rows::Cell& cell, const rows::Liveness& liveness,
                      const ColumnCode& column, ByteWriter& out)
{
    const bool rowTimestamp = !liveness.isEmpty() && cell.timestamp == liveness.timestamp;
    const bool rowTtl = cell.isExpiring() && liveness.isExpiring() && cell.ttl == liveness.ttl &&
                        cell.localDeletionTime == liveness.expiresAt;
    std::uint8_t flags = 0;
    if (cell.value.empty())
        flags |= kCellEmptyValue;
    if (cell.isTombstone())
        flags |= kCellDeleted;
    else if (cell.isExpiring())
        flags |= kCellExpiring;
    if (rowTimestamp)
        flags |= kCellRowTimestamp;
    if (rowTtl)
        flags |= kCellRowTtl;
    out.u8(flags);
    if (!rowTimestamp)
        timestamp(cell.timestamp, out);
    if ((flags & (kCellDeleted | kCellExpiring)) != 0 && !rowTtl)
        deletionTime(cell.localDeletionTime, out);
    if ((flags & kCellExpiring) != 0 && !rowTtl)
        ttl(cell.ttl, out);
    if (column.complex)
        out.bytesVint(cell.path);
    if (cell.value.empty())
        return;
    if (!column.fixedLength)
        out.unsignedVint(cell.value.size());
    out.raw(cell.value);
}

void RowEncoder::body(const rows::Row& row, std::uint8_t flags,
                      const std::vector<ColumnCode>& columns)
{
    m_body.clear();
    ByteWriter out{m_body};
    if ((flags & encoder_flags::kHasTimestamp) != 0)
        timestamp(row.liveness.timestamp, out);
    if ((flags & encoder_flags::kHasTtl) != 0) {
        ttl(row.liveness.ttl, out);
        deletionTime(row.liveness.expiresAt, out);
    }
    if ((flags & encoder_flags::kHasDeletion) != 0)
        deletion(row.deletion, out);
    if ((flags & encoder_flags::kHasAllColumns) == 0)
        subset(columns.size());
    for (const auto& run : m_runs) {
        const ColumnCode& column = columns[run.column];
        if (column.complex) {
            if ((flags & encoder_flags::kHasComplexDeletion) != 0)
                deletion(run.deletion != nullptr ? run.deletion->deletion : rows::DeletionTime{},
                         out);
            out.unsignedVint(run.cellCount);
        }
        for (const auto& each : run.cells())
            cell(each, row.liveness, column, out);
    }
}

Result<void> RowEncoder::row(const rows::Row& row, bool isStatic, std::uint64_t previousSize,
                             Bytes& to)
{
    const auto& columns = isStatic ? m_statics : m_regulars;
    collectRuns(row, columns);
    std::uint8_t flags = 0;
    if (!row.liveness.isEmpty())
        flags |= encoder_flags::kHasTimestamp;
    if (row.liveness.isExpiring())
        flags |= encoder_flags::kHasTtl;
    if (!row.deletion.isLive())
        flags |= encoder_flags::kHasDeletion;
    if (std::any_of(m_runs.begin(), m_runs.end(),
                    [](const auto& run) { return run.deletion != nullptr; }))
        flags |= encoder_flags::kHasComplexDeletion;
    if (m_runs.size() == columns.size())
        flags |= encoder_flags::kHasAllColumns;
    if (isStatic)
        flags |= encoder_flags::kExtended;

    ByteWriter out{to};
    out.u8(flags);
    if (isStatic)
        out.u8(encoder_flags::kIsStatic);
    else
        clustering(row.clustering.values, out);
    m_belowMinimum = false;
    body(row, flags, columns);
    out.unsignedVint(m_body.size() + unsignedVintSize(previousSize));
    out.unsignedVint(previousSize);
    out.raw(m_body);
    if (m_belowMinimum)
        return Error{ErrorCode::ServerError,
                     "a row has a TTL or deletion time below the minimum that the SSTable's writer "
                     "was given"};
    return ok();
}

Result<void> RowEncoder::marker(const rows::RangeTombstoneMarker& marker,
                                std::uint64_t previousSize, Bytes& to)
{
    ByteWriter out{to};
    out.u8(encoder_flags::kIsMarker);
    out.u8(static_cast<std::uint8_t>(marker.bound.kind));
    out.u16(static_cast<std::uint16_t>(marker.bound.values.size()));
    clustering(marker.bound.values, out);
    m_body.clear();
    m_belowMinimum = false;
    ByteWriter body{m_body};
    if (!marker.bound.isStart())
        deletion(marker.close, body);
    if (!marker.bound.isEnd())
        deletion(marker.open, body);
    out.unsignedVint(m_body.size() + unsignedVintSize(previousSize));
    out.unsignedVint(previousSize);
    out.raw(m_body);
    if (m_belowMinimum)
        return Error{ErrorCode::ServerError,
                     "a range tombstone has a deletion time below the minimum that the SSTable's "
                     "writer was given"};
    return ok();
}

} // namespace engine::sstable
