#include "engine/rows/row.h"

#include "engine/rows/counter_context.h"

namespace engine::rows {

namespace {

Cell reconcileCounters(const Cell& a, const Cell& b, Arena& arena)
{
    // A tombstone wins whatever its timestamp (CASSANDRA-7346): a counter cannot be reset.
    if (a.isTombstone() != b.isTombstone())
        return a.isTombstone() ? a : b;
    if (a.isTombstone())
        return a.timestamp != b.timestamp                   ? (a.timestamp > b.timestamp ? a : b)
               : a.localDeletionTime >= b.localDeletionTime ? a
                                                            : b;
    // Empty: the value was left out because nobody asked for it; it stays left out.
    if (a.value.empty() != b.value.empty())
        return a.value.empty() ? a : b;
    Cell merged = a.timestamp >= b.timestamp ? a : b;
    merged.value = mergeCounterContexts(a.value, b.value, arena);
    return merged;
}

std::span<const ByteView> copyValues(std::span<const ByteView> values, Arena& arena)
{
    const auto to = arena.makeArray<ByteView>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        to[i] = values[i].data() == nullptr ? ByteView{} : arena.copy(values[i]);
    return to;
}

} // namespace

Cell reconcile(const Cell& a, const Cell& b, Arena& arena)
{
    if (a.column->type->isCounter())
        return reconcileCounters(a, b, arena);
    if (a.timestamp != b.timestamp)
        return a.timestamp > b.timestamp ? a : b;
    const bool aEnds = a.localDeletionTime != kNoDeletionTime;
    const bool bEnds = b.localDeletionTime != kNoDeletionTime;
    if (aEnds != bEnds)
        return aEnds ? a : b;
    if (aEnds) {
        if (a.isExpiring() != b.isExpiring())
            return a.isExpiring() ? b : a;
        if (a.localDeletionTime != b.localDeletionTime)
            return a.localDeletionTime > b.localDeletionTime ? a : b;
    }
    if (const int order = a.value.compare(b.value); order != 0)
        return order > 0 ? a : b;
    // Only the TTL may differ now: any rule will do that does not depend on the order.
    return a.ttl <= b.ttl ? a : b;
}

Row copyRow(const Row& row, Arena& arena)
{
    Row copy = row;
    copy.clustering.values = copyValues(row.clustering.values, arena);
    const auto cells = arena.copyArray(row.cells);
    for (Cell& cell : cells) {
        if (cell.hasPath)
            cell.path = arena.copy(cell.path);
        cell.value = arena.copy(cell.value);
    }
    copy.cells = cells;
    copy.complexDeletions = arena.copyArray(row.complexDeletions);
    return copy;
}

Unfiltered copyUnfiltered(const Unfiltered& unfiltered, Arena& arena)
{
    Unfiltered copy = unfiltered;
    if (unfiltered.kind == Unfiltered::Kind::Row)
        copy.row = copyRow(unfiltered.row, arena);
    else
        copy.marker.bound.values = copyValues(unfiltered.marker.bound.values, arena);
    return copy;
}

} // namespace engine::rows
