#include "engine/rows/merge.h"

#include "engine/base/assert.h"

#include <algorithm>

namespace engine::rows {

namespace {

/// The greatest complex deletion of `column` among the rows.
DeletionTime complexDeletionOf(std::span<const Row> rows, const schema::Column& column) noexcept
{
    DeletionTime greatest;
    for (const Row& row : rows) {
        for (const ComplexDeletion& complex : row.complexDeletions) {
            if (schema::compareColumns(*complex.column, column) == 0 &&
                complex.deletion.supersedes(greatest))
                greatest = complex.deletion;
        }
    }
    return greatest;
}

std::span<const ComplexDeletion> mergeComplexDeletions(std::span<const Row> rows,
                                                       const DeletionTime& active, Arena& arena)
{
    std::size_t count = 0;
    for (const Row& row : rows)
        count += row.complexDeletions.size();
    if (count == 0)
        return {};
    const auto all = arena.makeArray<ComplexDeletion>(count);
    std::size_t kept = 0;
    for (const Row& row : rows) {
        for (const ComplexDeletion& complex : row.complexDeletions) {
            if (complex.deletion.supersedes(active))
                all[kept++] = complex;
        }
    }
    std::stable_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept),
                     [](const ComplexDeletion& a, const ComplexDeletion& b) {
                         const int order = schema::compareColumns(*a.column, *b.column);
                         return order != 0 ? order < 0 : a.deletion.supersedes(b.deletion);
                     });
    std::size_t distinct = 0;
    for (std::size_t i = 0; i < kept; ++i) {
        if (distinct == 0 || schema::compareColumns(*all[distinct - 1].column, *all[i].column) != 0)
            all[distinct++] = all[i];
    }
    return all.first(distinct);
}

/// Merges the cells of rows; `active` and the rows' complex deletions shadow.
std::span<const Cell> mergeCells(std::span<const Row> rows, const DeletionTime& active,
                                 bool hasComplexDeletions, Arena& arena)
{
    std::size_t total = 0;
    for (const Row& row : rows)
        total += row.cells.size();
    if (total == 0)
        return {};
    const auto merged = arena.makeArray<Cell>(total);
    const auto at = arena.makeArray<std::size_t>(rows.size());
    std::size_t count = 0;
    const schema::Column* complexColumn = nullptr;
    DeletionTime shadow = active;
    while (true) {
        const Cell* least = nullptr;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (at[i] == rows[i].cells.size())
                continue;
            const Cell& head = rows[i].cells[at[i]];
            if (least == nullptr || compareCells(head, *least) < 0)
                least = &head;
        }
        if (least == nullptr)
            break;
        const Cell key = *least;
        if (hasComplexDeletions && key.column != complexColumn) {
            complexColumn = key.column;
            shadow = active;
            if (key.column->isComplex()) {
                if (const auto complex = complexDeletionOf(rows, *key.column);
                    complex.supersedes(shadow))
                    shadow = complex;
            }
        }
        bool have = false;
        Cell winner;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (at[i] == rows[i].cells.size())
                continue;
            const Cell& head = rows[i].cells[at[i]];
            if (&head != least && compareCells(head, key) != 0)
                continue;
            ++at[i];
            if (shadow.deletes(head.timestamp))
                continue;
            winner = have ? reconcile(winner, head, arena) : head;
            have = true;
        }
        if (have)
            merged[count++] = winner;
    }
    return merged.first(count);
}

} // namespace

bool supersedes(const Liveness& a, const Liveness& b) noexcept
{
    if (a.timestamp != b.timestamp)
        return a.timestamp > b.timestamp;
    const bool aExpired = a.ttl == kExpiredLivenessTtl;
    const bool bExpired = b.ttl == kExpiredLivenessTtl;
    if (aExpired != bExpired)
        return aExpired;
    if (a.isExpiring() != b.isExpiring())
        return a.isExpiring();
    if (a.expiresAt != b.expiresAt)
        return a.expiresAt > b.expiresAt;
    return a.ttl < b.ttl;
}

Row mergeRows(std::span<const Row> rows, const DeletionTime& above, Arena& arena)
{
    ENGINE_ASSERT(!rows.empty(), "merging needs a row");
    if (rows.size() == 1 && above.isLive() && rows[0].deletesNothing())
        return rows[0];
    Row merged;
    merged.clustering = rows[0].clustering;
    for (const Row& row : rows) {
        if (supersedes(row.liveness, merged.liveness))
            merged.liveness = row.liveness;
        if (row.deletion.supersedes(merged.deletion))
            merged.deletion = row.deletion;
    }
    DeletionTime active = above;
    if (merged.deletion.supersedes(active))
        active = merged.deletion;
    else
        merged.deletion = {};
    if (active.deletes(merged.liveness.timestamp))
        merged.liveness = {};
    merged.complexDeletions = mergeComplexDeletions(rows, active, arena);
    merged.cells = mergeCells(rows, active, !merged.complexDeletions.empty(), arena);
    return merged;
}

namespace {

bool isExpiredMarker(const Liveness& liveness, std::int64_t nowSeconds) noexcept
{
    return liveness.isExpiring() && liveness.ttl != kExpiredLivenessTtl &&
           nowSeconds >= liveness.expiresAt;
}

bool isExpiredCell(const Cell& cell, std::int64_t nowSeconds) noexcept
{
    return cell.isExpiring() && nowSeconds >= cell.localDeletionTime;
}

} // namespace

bool hasExpired(const Row& row, std::int64_t nowSeconds) noexcept
{
    return isExpiredMarker(row.liveness, nowSeconds) ||
           std::any_of(row.cells.begin(), row.cells.end(),
                       [nowSeconds](const Cell& cell) { return isExpiredCell(cell, nowSeconds); });
}

Row expireRow(const Row& row, std::int64_t nowSeconds, Arena& arena)
{
    if (!hasExpired(row, nowSeconds))
        return row;
    Row expired = row;
    if (isExpiredMarker(row.liveness, nowSeconds))
        expired.liveness = {};
    const auto cells = arena.copyArray(row.cells);
    for (Cell& cell : cells) {
        if (!isExpiredCell(cell, nowSeconds))
            continue;
        // The moment of writing, as Cassandra does: so that gc_grace counts from there.
        cell.localDeletionTime -= cell.ttl;
        cell.ttl = kNoTtl;
        cell.value = {"", 0};
    }
    expired.cells = cells;
    return expired;
}

RangeTombstoneMarker makeMarker(std::span<const ByteView> values, bool afterPrefix,
                                const DeletionTime& before, const DeletionTime& after)
{
    RangeTombstoneMarker marker;
    marker.bound.values = values;
    marker.close = before;
    marker.open = after;
    if (before.isLive())
        marker.bound.kind = afterPrefix ? BoundKind::ExclusiveStart : BoundKind::InclusiveStart;
    else if (after.isLive())
        marker.bound.kind = afterPrefix ? BoundKind::InclusiveEnd : BoundKind::ExclusiveEnd;
    else
        marker.bound.kind = afterPrefix ? BoundKind::InclusiveEndExclusiveStart
                                        : BoundKind::ExclusiveEndInclusiveStart;
    return marker;
}

Partition mergePartitions(const schema::TablePtr& table, ByteView key,
                          std::span<const Partition* const> versions, std::int64_t nowSeconds)
{
    Partition merged{table, key};
    Arena scratch;
    std::vector<SpanSource> sources;
    std::vector<Row> statics;
    for (const Partition* version : versions) {
        if (version->deletion.supersedes(merged.deletion))
            merged.deletion = version->deletion;
        if (!version->staticRow.isEmpty())
            statics.push_back(version->staticRow);
        if (!version->unfiltereds.empty())
            sources.emplace_back(version->unfiltereds);
    }
    if (!statics.empty())
        merged.staticRow =
            copyRow(expireRow(mergeRows(statics, merged.deletion, scratch), nowSeconds, scratch),
                    merged.arena());
    if (!sources.empty()) {
        mergeUnfiltereds(*table, merged.deletion, std::span{sources}, false, scratch,
                         [&](const Unfiltered& next) {
                             Unfiltered out = next;
                             if (out.kind == Unfiltered::Kind::Row)
                                 out.row = expireRow(out.row, nowSeconds, scratch);
                             if (out.kind == Unfiltered::Kind::Marker || !out.row.isEmpty())
                                 merged.unfiltereds.push_back(copyUnfiltered(out, merged.arena()));
                             return true;
                         });
    }
    return merged;
}

} // namespace engine::rows
