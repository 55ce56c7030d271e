#include "engine/storage/memtable_row.h"

#include <algorithm>
#include <limits>
#include <new>

namespace engine::storage {

namespace {

template <class Number>
constexpr bool fits(std::size_t count) noexcept
{
    return count <= std::numeric_limits<Number>::max();
}

/// What all cells of a packed row have in common.
struct Common {
    WriteTimestamp timestamp;
    rows::LocalDeletionTime localDeletionTime = rows::kNoDeletionTime;
    std::int32_t ttl = rows::kNoTtl;
};

Common commonOf(const rows::Row& row) noexcept
{
    if (!row.liveness.isEmpty())
        return {row.liveness.timestamp, row.liveness.expiresAt, row.liveness.ttl};
    if (row.cells.empty())
        return {};
    const rows::Cell& first = row.cells.front();
    return {first.timestamp, first.localDeletionTime, first.ttl};
}

bool mayBePacked(const rows::Row& row, const Common& common) noexcept
{
    return row.deletesNothing() && fits<std::uint16_t>(row.cells.size()) &&
           fits<std::uint8_t>(row.clustering.size()) &&
           std::all_of(row.cells.begin(), row.cells.end(), [&](const rows::Cell& cell) {
               return cell.timestamp == common.timestamp &&
                      cell.localDeletionTime == common.localDeletionTime &&
                      cell.ttl == common.ttl && !cell.hasPath &&
                      fits<std::uint32_t>(cell.value.size());
           });
}

} // namespace

const MemtableRow* MemtableRow::copy(const rows::Row& row, Arena& arena)
{
    const Common common = commonOf(row);
    if (!mayBePacked(row, common))
        return keep(rows::copyRow(row, arena), arena);

    const auto values = row.clustering.values;
    const auto cells = row.cells;
    const std::size_t size = sizeof(MemtableRow) + values.size_bytes() +
                             cells.size() * (sizeof(schema::Column*) + sizeof(std::uint32_t)) +
                             rows::bytesOf(row);
    auto* const made = ::new (arena.allocate(size, alignof(MemtableRow))) MemtableRow;
    made->m_timestamp = common.timestamp;
    made->m_localDeletionTime = common.localDeletionTime;
    made->m_ttl = common.ttl;
    made->m_cellCount = static_cast<std::uint16_t>(cells.size());
    made->m_valueCount = static_cast<std::uint8_t>(values.size());
    made->m_isPacked = true;
    made->m_hasMarker = !row.liveness.isEmpty();

    BytesPacker pack{made->bytes()};
    for (std::size_t i = 0; i < values.size(); ++i)
        made->values()[i] = pack(values[i]);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        made->columns()[i] = cells[i].column;
        made->sizes()[i] = static_cast<std::uint32_t>(cells[i].value.size());
        (void)pack(cells[i].value);
    }
    return made;
}

const MemtableRow* MemtableRow::keep(const rows::Row& row, Arena& arena)
{
    void* const memory =
        arena.allocate(sizeof(MemtableRow) + sizeof(rows::Row), alignof(MemtableRow));
    auto* const made = ::new (memory) MemtableRow;
    ::new (made + 1) rows::Row{row};
    return made;
}

rows::Row MemtableRow::row(Arena& arena) const
{
    if (!m_isPacked)
        return *whole();
    rows::Row row;
    row.clustering.values = clustering();
    if (m_hasMarker)
        row.liveness = {m_timestamp, m_ttl, m_localDeletionTime};
    auto* const cells = static_cast<rows::Cell*>(
        arena.allocate(sizeof(rows::Cell) * m_cellCount, alignof(rows::Cell)));
    const char* at = bytes();
    for (const ByteView value : row.clustering.values)
        at += value.size();
    for (std::size_t i = 0; i < m_cellCount; ++i) {
        const ByteView value{at, sizes()[i]};
        ::new (cells + i) rows::Cell{.column = columns()[i],
                                     .timestamp = m_timestamp,
                                     .localDeletionTime = m_localDeletionTime,
                                     .ttl = m_ttl,
                                     .value = value};
        at += value.size();
    }
    row.cells = {cells, m_cellCount};
    return row;
}

bool MemtableRow::isReplacedBy(const rows::Row& update) const noexcept
{
    if (!m_isPacked || !update.deletesNothing() || update.cells.size() != m_cellCount)
        return false;
    if (m_hasMarker && !(update.liveness.timestamp > m_timestamp))
        return false;
    for (std::size_t i = 0; i < m_cellCount; ++i) {
        const rows::Cell& cell = update.cells[i];
        if (cell.column != columns()[i] || cell.hasPath || !(cell.timestamp > m_timestamp))
            return false;
    }
    return true;
}

} // namespace engine::storage
