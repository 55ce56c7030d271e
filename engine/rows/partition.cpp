#include "engine/rows/partition.h"

#include "engine/rows/merge.h"

#include <algorithm>
#include <array>
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

void Partition::clear() noexcept
{
    deletion = {};
    staticRow = {};
    unfiltereds.clear();
    m_key = {};
    m_kept.clear();
    m_arena.clear();
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
    m_partition.unfiltereds.emplace_back().row = row;
}

void PartitionBuilder::addStaticRow(const Row& row)
{
    Row& all = m_partition.staticRow;
    all = all.isEmpty() ? row : mergeRows(std::array{all, row}, {}, arena());
}

void PartitionBuilder::deleteRange(const Bound& start, const Bound& end, DeletionTime deletion)
{
    if (compareBounds(*m_partition.table(), start.kind, start.values, end.kind, end.values) < 0)
        m_ranges.push_back({start, end, deletion});
}

/// Sorts the rows and makes one of those of one clustering.
void PartitionBuilder::sortRows()
{
    const auto isBefore = [table = table().get()](const Row& a, const Row& b) {
        return compareClustering(*table, a.clustering.values, b.clustering.values) < 0;
    };
    Unfiltereds& out = m_partition.unfiltereds;
    RecycledVector<Row> rows;
    rows.reserve(out.size());
    for (const Unfiltered& unfiltered : out)
        rows.push_back(unfiltered.row);
    std::stable_sort(rows.begin(), rows.end(), isBefore);
    out.clear();
    for (auto at = rows.begin(); at != rows.end();) {
        const auto first = at++;
        while (at != rows.end() && !isBefore(*first, *at))
            ++at;
        out.emplace_back().row = mergeRows({first, at}, {}, arena());
    }
}

/// Drops what the partition's deletion and those within rows shadow, and rows of nothing.
void PartitionBuilder::applyDeletions()
{
    const auto apply = [this](Row& row) {
        if (!m_partition.deletion.isLive() || !row.deletesNothing())
            row = mergeRows({&row, 1}, m_partition.deletion, arena());
    };
    apply(m_partition.staticRow);
    std::erase_if(m_partition.unfiltereds, [&apply](Unfiltered& unfiltered) {
        apply(unfiltered.row);
        return unfiltered.row.isEmpty();
    });
}

Partition&& PartitionBuilder::build() &&
{
    const auto isNotBefore = [table = table().get()](const Unfiltered& a, const Unfiltered& b) {
        return compareClustering(*table, a.row.clustering.values, b.row.clustering.values) >= 0;
    };
    // Most come in order and each once, or in just the other order: readings kept newest first.
    Unfiltereds& rows = m_partition.unfiltereds;
    if (std::adjacent_find(rows.begin(), rows.end(), isNotBefore) != rows.end()) {
        if (std::adjacent_find(rows.rbegin(), rows.rend(), isNotBefore) == rows.rend())
            std::reverse(rows.begin(), rows.end());
        else
            sortRows();
    }
    applyDeletions();
    if (!m_ranges.empty())
        addMarkers();
    return std::move(m_partition);
}

/// Turns the range deletions into markers between the rows.
void PartitionBuilder::addMarkers()
{
    const schema::Table& table = *m_partition.table();
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
    const Unfiltereds rows = std::exchange(m_partition.unfiltereds, {});
    SpanSource sources[2]{SpanSource{rows}, SpanSource{markers}};
    Unfiltereds& out = m_partition.unfiltereds;
    out.reserve(rows.size() + markers.size());
    mergeUnfiltereds(table, m_partition.deletion, std::span<SpanSource>{sources}, false, arena(),
                     [&out](const Unfiltered& next) {
                         out.push_back(next);
                         return true;
                     });
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
