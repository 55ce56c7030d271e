#include "engine/storage/compaction/purge.h"

#include "engine/rows/merge.h"

#include <algorithm>

namespace engine::storage {

bool Purger::isUntouched(const rows::Row& row) const noexcept
{
    return !row.liveness.isExpiring() && row.deletion.isLive() && row.complexDeletions.empty() &&
           std::all_of(row.cells.begin(), row.cells.end(), [](const rows::Cell& cell) {
               return cell.localDeletionTime == rows::kNoDeletionTime;
           });
}

bool Purger::cell(rows::Cell& cell)
{
    if (cell.isLive(m_now))
        return true;
    if (purges(cell.timestamp, cell.localDeletionTime)) {
        ++m_purged;
        return false;
    }
    if (!cell.isExpiring())
        return true;
    // As a tombstone it was "made" when the cell was written, so that gc_grace counts from there.
    cell.localDeletionTime -= cell.ttl;
    cell.ttl = rows::kNoTtl;
    cell.value = ByteView{"", 0};
    if (purges(cell.timestamp, cell.localDeletionTime)) {
        ++m_purged;
        return false;
    }
    return true;
}

rows::Row Purger::row(const rows::Row& row, Arena& arena)
{
    if (isUntouched(row))
        return row;
    rows::Row left = row;
    if (left.liveness.isExpiring() && !left.liveness.isLive(m_now) &&
        purges(left.liveness.timestamp, left.liveness.expiresAt)) {
        left.liveness = {};
        ++m_purged;
    }
    if (!left.deletion.isLive() && purges(left.deletion)) {
        left.deletion = {};
        ++m_purged;
    }
    const auto cells = arena.makeArray<rows::Cell>(row.cells.size());
    std::size_t kept = 0;
    for (const auto& each : row.cells) {
        cells[kept] = each;
        if (cell(cells[kept]))
            ++kept;
    }
    left.cells = cells.first(kept);
    const auto deletions = arena.makeArray<rows::ComplexDeletion>(row.complexDeletions.size());
    std::size_t keptDeletions = 0;
    for (const auto& each : row.complexDeletions) {
        if (purges(each.deletion))
            ++m_purged;
        else
            deletions[keptDeletions++] = each;
    }
    left.complexDeletions = deletions.first(keptDeletions);
    return left;
}

bool Purger::marker(rows::RangeTombstoneMarker& marker)
{
    const rows::DeletionTime close = purges(marker.close) ? rows::DeletionTime{} : marker.close;
    const rows::DeletionTime open = purges(marker.open) ? rows::DeletionTime{} : marker.open;
    if (close == marker.close && open == marker.open)
        return true;
    if (open != marker.open)
        ++m_purged;
    if (close == open)
        return false;
    marker =
        rows::makeMarker(marker.bound.values, rows::isAfterPrefix(marker.bound.kind), close, open);
    return true;
}

} // namespace engine::storage
