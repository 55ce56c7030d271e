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

std::size_t sizeOf(std::span<const ByteView> values) noexcept
{
    std::size_t size = 0;
    for (const ByteView value : values)
        size += value.size();
    return size;
}

std::span<const ByteView> copyValues(std::span<const ByteView> values, BytesPacker& pack,
                                     Arena& arena)
{
    const auto to = arena.copyArray(values);
    for (ByteView& value : to)
        value = pack(value);
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

std::size_t bytesOf(const Row& row) noexcept
{
    std::size_t size = sizeOf(row.clustering.values);
    for (const Cell& cell : row.cells)
        size += cell.path.size() + cell.value.size();
    return size;
}

Row copyRow(const Row& row, Arena& arena)
{
    BytesPacker pack{arena.allocate(bytesOf(row), 1)};
    Row copy = row;
    copy.clustering.values = copyValues(row.clustering.values, pack, arena);
    const auto cells = arena.copyArray(row.cells);
    for (Cell& cell : cells) {
        if (cell.hasPath)
            cell.path = pack(cell.path);
        cell.value = pack(cell.value);
    }
    copy.cells = cells;
    copy.complexDeletions = arena.copyArray(row.complexDeletions);
    return copy;
}

Unfiltered::Unfiltered(const Row& row, Arena& arena) : row(copyRow(row, arena)) {}

Unfiltered copyUnfiltered(const Unfiltered& unfiltered, Arena& arena)
{
    if (unfiltered.kind == Unfiltered::Kind::Row)
        return {unfiltered.row, arena};
    Unfiltered copy = unfiltered;
    const auto values = unfiltered.marker.bound.values;
    BytesPacker pack{arena.allocate(sizeOf(values), 1)};
    copy.marker.bound.values = copyValues(values, pack, arena);
    return copy;
}

} // namespace engine::rows
