#pragma once

#include "engine/rows/partition.h"

#include <span>

namespace engine::rows {

/// Whether `a` wins over `b` as a row marker (LivenessInfo.supersedes, with a last tie-break on
/// the TTL so that merging does not depend on the order).
[[nodiscard]] bool supersedes(const Liveness& a, const Liveness& b) noexcept;

/// The row with expired cells turned into tombstones and an expired row marker dropped, as a
/// purge at `nowSeconds` sees it. Returns `row` itself if nothing has expired.
[[nodiscard]] Row expireRow(const Row& row, std::int64_t nowSeconds, Arena& arena);

/// A marker where the deletion in force changes from `before` to `after` (in clustering order;
/// at least one is not live, they differ), just before or just after what `values` prefix.
[[nodiscard]] RangeTombstoneMarker makeMarker(std::span<const ByteView> values, bool afterPrefix,
                                              const DeletionTime& before,
                                              const DeletionTime& after);

/// Whether a bound of this kind stands after the rows that begin with its values.
[[nodiscard]] constexpr bool isAfterPrefix(BoundKind kind) noexcept
{
    return kind == BoundKind::InclusiveEnd || kind == BoundKind::ExclusiveStart ||
           kind == BoundKind::InclusiveEndExclusiveStart;
}

/// Compares the positions of two unfiltereds: a row and a marker never stand at the same place.
[[nodiscard]] inline int compareUnfiltereds(const schema::Table& table, const Unfiltered& a,
                                            const Unfiltered& b) noexcept
{
    const bool aRow = a.kind == Unfiltered::Kind::Row;
    const bool bRow = b.kind == Unfiltered::Kind::Row;
    return compareBounds(table, aRow ? BoundKind::Clustering : a.marker.bound.kind,
                         aRow ? a.row.clustering.values : a.marker.bound.values,
                         bRow ? BoundKind::Clustering : b.marker.bound.kind,
                         bRow ? b.row.clustering.values : b.marker.bound.values);
}

/// A source for mergeUnfiltereds() over an array, forward or backward.
class SpanSource {
public:
    SpanSource() = default;
    explicit SpanSource(std::span<const Unfiltered> all, bool reversed = false) noexcept
        : m_at(reversed ? all.data() + all.size() : all.data()),
          m_end(reversed ? all.data() : all.data() + all.size()),
          m_reversed(reversed)
    {
    }
    [[nodiscard]] const Unfiltered* peek() const noexcept
    {
        return m_at == m_end ? nullptr : m_reversed ? m_at - 1 : m_at;
    }
    void next() noexcept { m_at += m_reversed ? -1 : 1; }

private:
    const Unfiltered* m_at = nullptr;
    const Unfiltered* m_end = nullptr;
    bool m_reversed = false;
};

/// Merges sorted sequences of rows and markers of one partition (UnfilteredRowIterators.merge,
/// RangeTombstoneMarker.Merger): rows of one clustering become one, without what the deletion in
/// force shadows; markers become the greatest deletion in force, balanced.
///
/// A Source has `const Unfiltered* peek()` (nullptr at its end; valid until its next()) and
/// `void next()`. With `reversed` the sources run backward and so does the output; each marker
/// still says what closes and opens in clustering order. `sink(const Unfiltered&)` returns
/// whether to go on; it returns false to stop early. What it is given refers to `arena` and to
/// the bytes of the sources. Returns the deletion in force where it stopped (live at the end).
template <class Source, class Sink>
DeletionTime mergeUnfiltereds(const schema::Table& table, const DeletionTime& partitionDeletion,
                              std::span<Source> sources, bool reversed, Arena& arena, Sink&& sink)
{
    const auto open = arena.makeArray<DeletionTime>(sources.size());
    const auto group = arena.makeArray<std::size_t>(sources.size());
    const auto rows = arena.makeArray<Row>(sources.size());
    DeletionTime inForce; // the greatest open range deletion that beats the partition's
    while (true) {
        std::size_t groupSize = 0;
        const Unfiltered* least = nullptr;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const Unfiltered* head = sources[i].peek();
            if (head == nullptr)
                continue;
            int order = least == nullptr ? -1 : compareUnfiltereds(table, *head, *least);
            if (reversed && least != nullptr)
                order = -order;
            if (order < 0) {
                groupSize = 0;
                least = head;
            }
            if (order <= 0)
                group[groupSize++] = i;
        }
        if (least == nullptr)
            return inForce;
        bool goOn = true;
        if (least->kind == Unfiltered::Kind::Row) {
            for (std::size_t i = 0; i < groupSize; ++i)
                rows[i] = sources[group[i]].peek()->row;
            Unfiltered merged;
            merged.row = mergeRows(rows.first(groupSize),
                                   inForce.isLive() ? partitionDeletion : inForce, arena);
            if (!merged.row.isEmpty())
                goOn = sink(static_cast<const Unfiltered&>(merged));
        } else {
            const Bound bound = least->marker.bound;
            for (std::size_t i = 0; i < groupSize; ++i) {
                const auto& marker = sources[group[i]].peek()->marker;
                open[group[i]] = reversed ? marker.close : marker.open;
            }
            DeletionTime next;
            for (const DeletionTime& deletion : open) {
                if (deletion.supersedes(next))
                    next = deletion;
            }
            if (!next.supersedes(partitionDeletion))
                next = {};
            if (next != inForce) {
                Unfiltered merged;
                merged.kind = Unfiltered::Kind::Marker;
                merged.marker = makeMarker(bound.values, isAfterPrefix(bound.kind),
                                           reversed ? next : inForce, reversed ? inForce : next);
                inForce = next;
                goOn = sink(static_cast<const Unfiltered&>(merged));
            }
        }
        for (std::size_t i = 0; i < groupSize; ++i)
            sources[group[i]].next();
        if (!goOn)
            return inForce;
    }
}

} // namespace engine::rows
