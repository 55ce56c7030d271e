#include "engine/query/modify/operation.h"

#include <algorithm>

namespace engine::query {

namespace {

/// Those of one kind of column; seldom both kinds are there.
template <class T>
std::span<T> ofKind(std::span<T> all, bool isStatic, Arena& arena)
{
    const auto isMine = [isStatic](const T& one) { return one.column->isStatic() == isStatic; };
    if (std::all_of(all.begin(), all.end(), isMine))
        return all;
    const auto mine = arena.copyArray<T>(all);
    return {mine.begin(), std::copy_if(all.begin(), all.end(), mine.begin(), isMine)};
}

} // namespace

void RowWriter::makeRoom(std::size_t cells)
{
    auto* const to =
        static_cast<rows::Cell*>(m_arena.allocate(cells * sizeof(rows::Cell), alignof(rows::Cell)));
    std::uninitialized_copy(m_cells, m_cells + m_count, to);
    m_cells = to;
    m_room = cells;
}

rows::Cell& RowWriter::addElement(const schema::Column& column, ByteView path)
{
    rows::Cell& cell = add(column);
    cell.hasPath = true;
    cell.path = m_arena.copy(path);
    m_needsSorting |= m_count > 1 && m_cells[m_count - 2].column == &column &&
                      rows::compareCells(m_cells[m_count - 2], cell) >= 0;
    return cell;
}

void RowWriter::putElement(const schema::Column& column, ByteView path, ByteView value)
{
    setValue(addElement(column, path), m_arena.copy(value));
}

void RowWriter::remove(const schema::Column& column)
{
    add(column).localDeletionTime = m_nowSeconds;
}

void RowWriter::removeElement(const schema::Column& column, ByteView path)
{
    addElement(column, path).localDeletionTime = m_nowSeconds;
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
    const auto cells = ofKind(std::span{m_cells, m_count}, statics, m_arena);
    if (m_needsSorting)
        std::stable_sort(cells.begin(), cells.end(), [](const rows::Cell& a, const rows::Cell& b) {
            return rows::compareCells(a, b) < 0;
        });
    row.cells = cells;
    if (!m_deletions.empty()) {
        const auto deletions =
            ofKind(m_arena.copyArray<rows::ComplexDeletion>(m_deletions), statics, m_arena);
        std::sort(deletions.begin(), deletions.end(), [](const auto& a, const auto& b) {
            return schema::compareColumns(*a.column, *b.column) < 0;
        });
        row.complexDeletions = deletions;
    }
    return row;
}

} // namespace engine::query
