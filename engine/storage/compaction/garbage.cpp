#include "engine/storage/compaction/garbage.h"

#include <algorithm>

namespace engine::storage {

namespace {

const rows::DeletionTime& later(const rows::DeletionTime& a, const rows::DeletionTime& b)
{
    return b.supersedes(a) ? b : a;
}

/// Whether a newer cell, or the deletion of the whole collection, lies above a cell.
bool isCovered(const rows::Cell& cell, const rows::Row& above)
{
    // A counter's shards add up: none replaces another.
    if (cell.column->type->isCounter())
        return false;
    const auto& complex = above.complexDeletions;
    const bool collectionDeleted =
        std::any_of(complex.begin(), complex.end(), [&cell](const rows::ComplexDeletion& each) {
            return each.column->name == cell.column->name && each.deletion.deletes(cell.timestamp);
        });
    return collectionDeleted ||
           std::any_of(above.cells.begin(), above.cells.end(), [&cell](const rows::Cell& each) {
               return each.timestamp > cell.timestamp && each.column->name == cell.column->name &&
                      each.hasPath == cell.hasPath && each.path == cell.path;
           });
}

} // namespace

Result<std::unique_ptr<Shadow>> Shadow::open(const schema::Table& table,
                                             const std::vector<sstable::ReaderPtr>& others,
                                             const sstable::KeyHash& key,
                                             sstable::ChunkSource& source, bool cells)
{
    std::unique_ptr<Shadow> shadow{new Shadow{table, cells}};
    std::vector<rows::Row> statics;
    for (const auto& other : others) {
        if (!other->mayContain(key))
            continue;
        RW_ASSIGN(const auto found, other->find(key, source));
        if (found.step != sstable::Step::Item)
            continue;
        shadow->m_cursors.emplace_back(other, source);
        auto& cursor = shadow->m_cursors.back();
        RW_TRY(cursor.open(found.entry, key.key));
        shadow->m_partition = later(shadow->m_partition, cursor.deletion());
        if (!cursor.staticRow().isEmpty())
            statics.push_back(rows::copyRow(cursor.staticRow(), shadow->m_staticArena));
    }
    if (shadow->m_cursors.empty())
        return std::unique_ptr<Shadow>{};
    if (!statics.empty())
        shadow->m_static = rows::mergeRows(statics, shadow->m_partition, shadow->m_staticArena);
    for (auto& cursor : shadow->m_cursors)
        shadow->m_sources.emplace_back(cursor);
    shadow->m_merger = std::make_unique<rows::UnfilteredMerger<CursorSource>>(
        table, shadow->m_partition, shadow->m_sources, false, shadow->m_mergerArena);
    RW_TRY(shadow->advance());
    return shadow;
}

Result<void> Shadow::advance()
{
    m_has = false;
    m_scratch.clear();
    m_currentArena.clear();
    m_merger->run(m_scratch, [this](const rows::Unfiltered& next) {
        m_current = rows::copyUnfiltered(next, m_currentArena);
        m_has = true;
        return false;
    });
    for (const auto& each : m_sources) {
        if (each.error())
            return *each.error();
    }
    return ok();
}

rows::Row Shadow::visible(const rows::Row& row, const rows::DeletionTime& deletion,
                          const rows::Row* above, Arena& arena) const
{
    rows::Row left = rows::mergeRows(std::span{&row, 1}, deletion, arena);
    const bool isCoveredSomewhere =
        m_cells && above != nullptr &&
        std::any_of(left.cells.begin(), left.cells.end(),
                    [above](const rows::Cell& cell) { return isCovered(cell, *above); });
    if (!isCoveredSomewhere)
        return left;
    std::vector<rows::Cell> kept;
    std::copy_if(left.cells.begin(), left.cells.end(), std::back_inserter(kept),
                 [above](const rows::Cell& cell) { return !isCovered(cell, *above); });
    left.cells = arena.copyArray(std::span<const rows::Cell>{kept});
    return left;
}

Result<rows::Row> Shadow::row(const rows::Row& row, Arena& arena)
{
    const auto order = [&] {
        const bool isRow = m_current.kind == rows::Unfiltered::Kind::Row;
        return rows::compareBounds(
            m_table, isRow ? rows::BoundKind::Clustering : m_current.marker.bound.kind,
            isRow ? m_current.row.clustering.values : m_current.marker.bound.values,
            rows::BoundKind::Clustering, row.clustering.values);
    };
    while (m_has && order() < 0) {
        if (m_current.kind == rows::Unfiltered::Kind::Marker)
            m_open = m_current.marker.open;
        RW_TRY(advance());
    }
    rows::DeletionTime deletion = later(m_partition, m_open);
    const rows::Row* above = nullptr;
    if (m_has && m_current.kind == rows::Unfiltered::Kind::Row && order() == 0) {
        above = &m_current.row;
        deletion = later(deletion, above->deletion);
    }
    return visible(row, deletion, above, arena);
}

rows::Row Shadow::staticRow(const rows::Row& row, Arena& arena)
{
    return visible(row, m_partition, m_static.isEmpty() ? nullptr : &m_static, arena);
}

} // namespace engine::storage
