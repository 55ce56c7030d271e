#pragma once

#include "engine/rows/partition.h"

#include <span>

namespace engine::rows {

/// Whether `a` wins over `b` as a row marker (LivenessInfo.supersedes, with a last tie-break on
/// the TTL so that merging does not depend on the order).
[[nodiscard]] bool supersedes(const Liveness& a, const Liveness& b) noexcept;

/// The row with expired cells turned into tombstones and an expired row marker dropped, as a
/// purge at `nowSeconds` sees it. Returns `row` itself if nothing has expired.
[[nodiscard]] bool hasExpired(const Row& row, std::int64_t nowSeconds) noexcept;
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
/// `void next()`; one that may have to wait for data has `bool isBlocked()`, true after a peek()
/// that gave nullptr for that reason. With `reversed` the sources run backward and so does the
/// output; each marker still says what closes and opens in clustering order.
template <class Source>
class UnfilteredMerger {
public:
    enum class Outcome : std::uint8_t {
        End,     ///< all sources are at their end
        Stopped, ///< the sink said so; run() goes on behind what it was given last
        Blocked, ///< a source waits for data; run() goes on once it has them
    };

    /// All referred to outlive the merger; its own state lives in `arena`.
    UnfilteredMerger(const schema::Table& table, const DeletionTime& partitionDeletion,
                     std::span<Source> sources, bool reversed, Arena& arena)
        : m_table(table),
          m_partitionDeletion(partitionDeletion),
          m_sources(sources),
          m_reversed(reversed),
          m_open(arena.makeArray<DeletionTime>(sources.size())),
          m_group(arena.makeArray<std::size_t>(sources.size())),
          m_rows(arena.makeArray<Row>(sources.size()))
    {
    }

    /// Gives merged unfiltereds to `sink(const Unfiltered&)`, which returns whether to go on. They
    /// refer to `scratch` and to the bytes of the sources.
    template <class Sink>
    Outcome run(Arena& scratch, Sink&& sink)
    {
        if (m_sources.size() == 1)
            return runAlone(scratch, sink);
        while (true) {
            std::size_t groupSize = 0;
            const Unfiltered* least = nullptr;
            for (std::size_t i = 0; i < m_sources.size(); ++i) {
                const Unfiltered* head = m_sources[i].peek();
                if (head == nullptr) {
                    if constexpr (requires { m_sources[i].isBlocked(); }) {
                        if (m_sources[i].isBlocked())
                            return Outcome::Blocked;
                    }
                    continue;
                }
                int order = -1;
                if (least != nullptr) {
                    order = compareUnfiltereds(m_table, *head, *least);
                    if (m_reversed)
                        order = -order;
                }
                if (order < 0) {
                    groupSize = 0;
                    least = head;
                }
                if (order <= 0)
                    m_group[groupSize++] = i;
            }
            if (least == nullptr)
                return Outcome::End;
            const auto group = m_group.first(groupSize);
            const bool goOn = least->kind == Unfiltered::Kind::Row ? mergeRow(group, scratch, sink)
                                                                   : mergeMarker(group, sink);
            for (const std::size_t i : group)
                m_sources[i].next();
            if (!goOn)
                return Outcome::Stopped;
        }
    }
    /// The range deletion in force behind what was given last; live if none.
    [[nodiscard]] const DeletionTime& inForce() const noexcept { return m_inForce; }

private:
    /// One source: nothing is compared, and rows that no deletion touches go through as they are.
    template <class Sink>
    Outcome runAlone(Arena& scratch, Sink& sink)
    {
        Source& source = m_sources.front();
        while (const Unfiltered* head = source.peek()) {
            bool goOn = false;
            if (head->kind == Unfiltered::Kind::Marker)
                goOn = mergeMarker(m_group, sink);
            else if (m_inForce.isLive() && m_partitionDeletion.isLive() &&
                     head->row.deletion.isLive() && head->row.complexDeletions.empty())
                goOn = sink(*head);
            else
                goOn = mergeRow(m_group, scratch, sink);
            source.next();
            if (!goOn)
                return Outcome::Stopped;
        }
        if constexpr (requires { source.isBlocked(); }) {
            if (source.isBlocked())
                return Outcome::Blocked;
        }
        return Outcome::End;
    }
    template <class Sink>
    bool mergeRow(std::span<const std::size_t> group, Arena& scratch, Sink& sink)
    {
        for (std::size_t i = 0; i < group.size(); ++i)
            m_rows[i] = m_sources[group[i]].peek()->row;
        Unfiltered merged;
        merged.row = mergeRows(m_rows.first(group.size()),
                               m_inForce.isLive() ? m_partitionDeletion : m_inForce, scratch);
        return merged.row.isEmpty() || sink(static_cast<const Unfiltered&>(merged));
    }
    template <class Sink>
    bool mergeMarker(std::span<const std::size_t> group, Sink& sink)
    {
        const Bound bound = m_sources[group.front()].peek()->marker.bound;
        for (const std::size_t i : group) {
            const auto& marker = m_sources[i].peek()->marker;
            m_open[i] = m_reversed ? marker.close : marker.open;
        }
        DeletionTime next;
        for (const DeletionTime& deletion : m_open) {
            if (deletion.supersedes(next))
                next = deletion;
        }
        if (!next.supersedes(m_partitionDeletion))
            next = {};
        if (next == m_inForce)
            return true;
        Unfiltered merged;
        merged.kind = Unfiltered::Kind::Marker;
        merged.marker = makeMarker(bound.values, isAfterPrefix(bound.kind),
                                   m_reversed ? next : m_inForce, m_reversed ? m_inForce : next);
        m_inForce = next;
        return sink(static_cast<const Unfiltered&>(merged));
    }

    const schema::Table& m_table;
    DeletionTime m_partitionDeletion;
    std::span<Source> m_sources;
    bool m_reversed;
    std::span<DeletionTime> m_open;
    std::span<std::size_t> m_group;
    std::span<Row> m_rows;
    DeletionTime m_inForce; ///< the greatest open range deletion that beats the partition's
};

/// The same in one go, for sources that never wait. Returns the deletion in force where the sink
/// stopped it; live at the end.
template <class Source, class Sink>
DeletionTime mergeUnfiltereds(const schema::Table& table, const DeletionTime& partitionDeletion,
                              std::span<Source> sources, bool reversed, Arena& arena, Sink&& sink)
{
    UnfilteredMerger<Source> merger{table, partitionDeletion, sources, reversed, arena};
    (void)merger.run(arena, sink);
    return merger.inForce();
}

} // namespace engine::rows
