#include "engine/rows/partition.h"

#include "engine/rows/merge.h"

#include <algorithm>
#include <set>

namespace engine::rows {

namespace {

struct GreatestDeletionFirst {
    bool operator()(const DeletionTime& a, const DeletionTime& b) const noexcept
    {
        return a.supersedes(b);
    }
};

/// Drops what a client must not see; whether anything is left.
bool purgeRow(Row& row, std::int64_t nowSeconds, Arena& arena)
{
    row.deletion = {};
    row.complexDeletions = {};
    if (!row.liveness.isLive(nowSeconds))
        row.liveness = {};
    const auto dead = [nowSeconds](const Cell& cell) { return !cell.isLive(nowSeconds); };
    if (std::any_of(row.cells.begin(), row.cells.end(), dead)) {
        const auto cells = arena.copyArray(row.cells);
        const auto end = std::remove_if(cells.begin(), cells.end(), dead);
        row.cells = cells.first(static_cast<std::size_t>(end - cells.begin()));
    }
    return !row.isEmpty();
}

} // namespace

Partition Partition::clone() const
{
    Partition copy{m_table, m_key};
    copy.deletion = deletion;
    if (!staticRow.isEmpty())
        copy.staticRow = copyRow(staticRow, copy.arena());
    copy.unfiltereds.reserve(unfiltereds.size());
    for (const Unfiltered& unfiltered : unfiltereds)
        copy.unfiltereds.push_back(copyUnfiltered(unfiltered, copy.arena()));
    return copy;
}

PartitionBuilder::PartitionBuilder(schema::TablePtr table, ByteView key)
    : m_partition(std::move(table), key)
{
}

void PartitionBuilder::deletePartition(DeletionTime deletion)
{
    if (deletion.supersedes(m_partition.deletion))
        m_partition.deletion = deletion;
}

void PartitionBuilder::addRow(const Row& row)
{
    m_rows.push_back(row);
}

void PartitionBuilder::addStaticRow(const Row& row)
{
    m_staticRows.push_back(row);
}

void PartitionBuilder::deleteRange(const Bound& start, const Bound& end, DeletionTime deletion)
{
    if (compareBounds(*m_partition.table(), start.kind, start.values, end.kind, end.values) < 0)
        m_ranges.push_back({start, end, deletion});
}

Partition PartitionBuilder::build() &&
{
    const schema::Table& table = *m_partition.table();
    Arena& arena = m_partition.arena();
    if (!m_staticRows.empty())
        m_partition.staticRow = mergeRows(m_staticRows, m_partition.deletion, arena);

    const auto before = [&table](const Row& a, const Row& b) {
        return compareClustering(table, a.clustering.values, b.clustering.values) < 0;
    };
    if (!std::is_sorted(m_rows.begin(), m_rows.end(), before))
        std::stable_sort(m_rows.begin(), m_rows.end(), before);
    Unfiltereds rows;
    rows.reserve(m_rows.size() + 2 * m_ranges.size());
    for (std::size_t i = 0; i < m_rows.size();) {
        std::size_t end = i + 1;
        while (end < m_rows.size() && !before(m_rows[i], m_rows[end]))
            ++end;
        Row& merged = rows.emplace_back().row;
        merged = mergeRows(std::span{m_rows}.subspan(i, end - i), m_partition.deletion, arena);
        if (merged.isEmpty())
            rows.pop_back();
        i = end;
    }
    if (m_ranges.empty()) {
        m_partition.unfiltereds = std::move(rows);
        return std::move(m_partition);
    }

    // Sweep over the ends of all ranges: the greatest deletion among the open ones is in force.
    struct End {
        Bound bound;
        DeletionTime deletion;
        bool opens;
    };
    std::vector<End> ends;
    for (const Range& range : m_ranges) {
        ends.push_back({range.start, range.deletion, true});
        ends.push_back({range.end, range.deletion, false});
    }
    const auto compareEnds = [&table](const End& a, const End& b) {
        return compareBounds(table, a.bound.kind, a.bound.values, b.bound.kind, b.bound.values);
    };
    std::stable_sort(ends.begin(), ends.end(),
                     [&](const End& a, const End& b) { return compareEnds(a, b) < 0; });
    std::multiset<DeletionTime, GreatestDeletionFirst> open;
    std::vector<Unfiltered> markers;
    DeletionTime inForce;
    for (std::size_t i = 0; i < ends.size();) {
        const End& first = ends[i];
        for (; i < ends.size() && compareEnds(first, ends[i]) == 0; ++i) {
            if (ends[i].opens)
                open.insert(ends[i].deletion);
            else
                open.erase(open.find(ends[i].deletion));
        }
        const DeletionTime next = open.empty() ? DeletionTime{} : *open.begin();
        if (next == inForce)
            continue;
        Unfiltered marker;
        marker.kind = Unfiltered::Kind::Marker;
        marker.marker =
            makeMarker(first.bound.values, isAfterPrefix(first.bound.kind), inForce, next);
        markers.push_back(marker);
        inForce = next;
    }
    SpanSource sources[2]{SpanSource{rows}, SpanSource{markers}};
    Unfiltereds& out = m_partition.unfiltereds;
    out.reserve(rows.size() + markers.size());
    mergeUnfiltereds(table, m_partition.deletion, std::span<SpanSource>{sources}, false, arena,
                     [&out](const Unfiltered& next) {
                         out.push_back(next);
                         return true;
                     });
    return std::move(m_partition);
}

void purgeForClient(Partition& partition, std::int64_t nowSeconds)
{
    partition.deletion = {};
    if (!partition.staticRow.isEmpty() &&
        !purgeRow(partition.staticRow, nowSeconds, partition.arena()))
        partition.staticRow = {};
    std::erase_if(partition.unfiltereds, [&](Unfiltered& unfiltered) {
        return unfiltered.kind == Unfiltered::Kind::Marker ||
               !purgeRow(unfiltered.row, nowSeconds, partition.arena());
    });
}

} // namespace engine::rows
