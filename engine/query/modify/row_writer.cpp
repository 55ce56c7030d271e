#include "engine/query/modify/operation.h"

#include <algorithm>

namespace engine::query {

void RowWriter::add(rows::Cell cell)
{
    if (!m_cells.empty() && !m_needsSorting && rows::compareCells(m_cells.back(), cell) >= 0)
        m_needsSorting = true;
    m_cells.push_back(cell);
}

void RowWriter::put(const schema::Column& column, ByteView value)
{
    rows::Cell cell;
    cell.column = &column;
    cell.timestamp = m_timestamp;
    cell.value = m_arena.copy(value);
    if (m_ttl != rows::kNoTtl) {
        cell.ttl = m_ttl;
        cell.localDeletionTime = m_nowSeconds + m_ttl;
    }
    add(cell);
}

void RowWriter::putElement(const schema::Column& column, ByteView path, ByteView value)
{
    rows::Cell cell;
    cell.column = &column;
    cell.timestamp = m_timestamp;
    cell.hasPath = true;
    cell.path = m_arena.copy(path);
    cell.value = m_arena.copy(value);
    if (m_ttl != rows::kNoTtl) {
        cell.ttl = m_ttl;
        cell.localDeletionTime = m_nowSeconds + m_ttl;
    }
    add(cell);
}

void RowWriter::remove(const schema::Column& column)
{
    rows::Cell cell;
    cell.column = &column;
    cell.timestamp = m_timestamp;
    cell.localDeletionTime = m_nowSeconds;
    add(cell);
}

void RowWriter::removeElement(const schema::Column& column, ByteView path)
{
    rows::Cell cell;
    cell.column = &column;
    cell.timestamp = m_timestamp;
    cell.localDeletionTime = m_nowSeconds;
    cell.hasPath = true;
    cell.path = m_arena.copy(path);
    add(cell);
}

void RowWriter::removeAll(const schema::Column& column, bool forOverwrite)
{
    WriteTimestamp at = m_timestamp;
    if (forOverwrite)
        --at.micros;
    m_deletions.push_back({&column, {at, m_nowSeconds}});
}

rows::Liveness RowWriter::liveness() const
{
    rows::Liveness liveness;
    liveness.timestamp = m_timestamp;
    if (m_ttl != rows::kNoTtl) {
        liveness.ttl = m_ttl;
        liveness.expiresAt = m_nowSeconds + m_ttl;
    }
    return liveness;
}

rows::Row RowWriter::take(bool statics)
{
    rows::Row row;
    const auto ofKind = [&](const auto& entry) { return entry.column->isStatic() == statics; };
    const auto count =
        static_cast<std::size_t>(std::count_if(m_cells.begin(), m_cells.end(), ofKind));
    auto cells = m_arena.makeArray<rows::Cell>(count);
    std::copy_if(m_cells.begin(), m_cells.end(), cells.begin(), ofKind);
    if (m_needsSorting)
        std::stable_sort(cells.begin(), cells.end(), [](const rows::Cell& a, const rows::Cell& b) {
            return rows::compareCells(a, b) < 0;
        });
    row.cells = cells;
    if (!m_deletions.empty()) {
        std::vector<rows::ComplexDeletion> mine;
        std::copy_if(m_deletions.begin(), m_deletions.end(), std::back_inserter(mine), ofKind);
        std::sort(mine.begin(), mine.end(), [](const auto& a, const auto& b) {
            return schema::compareColumns(*a.column, *b.column) < 0;
        });
        row.complexDeletions = m_arena.copyArray<rows::ComplexDeletion>(mine);
    }
    return row;
}

rows::Row RowWriter::takeStatic()
{
    return take(true);
}

rows::Row RowWriter::takeRegular()
{
    return take(false);
}

} // namespace engine::query
