#include "engine/rows/row.h"

#include "engine/rows/counter_context.h"

#include <cstring>

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

/// Copies what views refer to into memory that was allocated for all of a row's.
class BytesCopier {
public:
    BytesCopier(std::size_t size, Arena& arena) : m_at(static_cast<char*>(arena.allocate(size, 1)))
    {
    }
    [[nodiscard]] ByteView operator()(ByteView bytes) noexcept
    {
        if (bytes.empty()) // an empty value differs from none
            return bytes.data() == nullptr ? ByteView{} : ByteView{"", 0};
        char* const to = m_at;
        m_at += bytes.size();
        // Most values are numbers: spares the call.
        if (bytes.size() == 8)
            std::memcpy(to, bytes.data(), 8);
        else
            std::memcpy(to, bytes.data(), bytes.size());
        return {to, bytes.size()};
    }

private:
    char* m_at;
};

std::size_t sizeOf(std::span<const ByteView> values) noexcept
{
    std::size_t size = 0;
    for (const ByteView value : values)
        size += value.size();
    return size;
}

std::span<const ByteView> copyValues(std::span<const ByteView> values, BytesCopier& copier,
                                     Arena& arena)
{
    const auto to = arena.copyArray(values);
    for (ByteView& value : to)
        value = copier(value);
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
    std::size_t size = sizeOf(row.clustering.values);
    for (const Cell& cell : row.cells)
        size += cell.path.size() + cell.value.size();
    BytesCopier copier{size, arena};
    Row copy = row;
    copy.clustering.values = copyValues(row.clustering.values, copier, arena);
    const auto cells = arena.copyArray(row.cells);
    for (Cell& cell : cells) {
        if (cell.hasPath)
            cell.path = copier(cell.path);
        cell.value = copier(cell.value);
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
    BytesCopier copier{sizeOf(values), arena};
    copy.marker.bound.values = copyValues(values, copier, arena);
    return copy;
}

} // namespace engine::rows
