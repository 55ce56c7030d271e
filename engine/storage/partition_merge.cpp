#include "engine/storage/partition_merge.h"

#include <algorithm>

namespace engine::storage {

namespace {
/// Room is made for so many rows of a slice at first.
constexpr std::uint32_t kRowsExpected = 128;
} // namespace

PartitionMerge::PartitionMerge(const rows::ReadCommand& command,
                               const rows::ColumnProjection& projection, ByteView key, bool resume,
                               rows::LimitCounter& counter, PartitionInputs inputs,
                               TableMetrics& metrics)
    : m_command(command),
      m_projection(projection),
      m_table(*command.table),
      m_counter(counter),
      m_inputs(std::move(inputs)),
      m_metrics(metrics),
      m_out(command.table, key),
      m_resume(resume),
      m_reversed(command.clustering.reversed && m_inputs.cursors.empty()),
      m_cutAtEnd(command.clustering.reversed && !m_inputs.cursors.empty())
{
    for (const auto& input : m_inputs.inMemory) {
        m_out.keepAlive(input.memtable);
        m_mapsColumns = m_mapsColumns || !input.memtable->isOfVersion(command.table);
    }
}

PartitionMerge::~PartitionMerge() = default;

/// Cells that a memtable took in under an earlier version of the table: of columns that are gone
/// they are left out, others get the current Column.
rows::Row PartitionMerge::toCurrentColumns(const rows::Row& row, Arena& arena) const
{
    const auto current = [this](const schema::Column* column,
                                WriteTimestamp timestamp) -> const schema::Column* {
        const schema::Column* found = m_table.column(column->name);
        if (found == column)
            return found;
        for (const schema::DroppedColumn& dropped : m_table.droppedColumns()) {
            if (dropped.column->name == column->name && timestamp <= dropped.droppedAt)
                return nullptr;
        }
        return found != nullptr && found->kind == column->kind &&
                       found->isComplex() == column->isComplex()
                   ? found
                   : nullptr;
    };
    rows::Row mapped = row;
    const auto cells = arena.makeArray<rows::Cell>(row.cells.size());
    std::size_t kept = 0;
    for (const rows::Cell& cell : row.cells) {
        if (const auto* column = current(cell.column, cell.timestamp)) {
            cells[kept] = cell;
            cells[kept++].column = column;
        }
    }
    mapped.cells = cells.first(kept);
    const auto deletions = arena.makeArray<rows::ComplexDeletion>(row.complexDeletions.size());
    kept = 0;
    for (const auto& complex : row.complexDeletions) {
        if (const auto* column = current(complex.column, complex.deletion.markedForDeleteAt))
            deletions[kept++] = {column, complex.deletion};
    }
    mapped.complexDeletions = deletions.first(kept);
    return mapped;
}

void PartitionMerge::begin()
{
    m_begun = true;
    for (const auto& input : m_inputs.inMemory) {
        if (input.partition->deletion.supersedes(m_out.deletion))
            m_out.deletion = input.partition->deletion;
    }
    for (const auto* cursor : m_inputs.cursors) {
        if (cursor->deletion().supersedes(m_out.deletion))
            m_out.deletion = cursor->deletion();
    }
    std::vector<rows::Row> statics;
    if (m_table.hasStatics()) {
        for (const auto& input : m_inputs.inMemory) {
            if (input.partition->staticRow != nullptr)
                statics.push_back(m_mapsColumns
                                      ? toCurrentColumns(*input.partition->staticRow, m_state)
                                      : *input.partition->staticRow);
        }
        for (const auto* cursor : m_inputs.cursors) {
            if (!cursor->staticRow().isEmpty())
                statics.push_back(cursor->staticRow());
        }
    }
    if (!statics.empty()) {
        const rows::Row merged = rows::expireRow(
            rows::mergeRows(statics, m_out.deletion, m_scratch), m_command.nowSeconds, m_scratch);
        m_out.staticRow = rows::copyRow(m_projection.project(merged, m_scratch), m_out.arena());
    }
    m_slices = rows::slicesOf(m_command, m_resume, m_state);
    m_out.unfiltereds.reserve(
        std::min({m_command.limits.rows, m_command.limits.rowsPerPartition,
                  m_command.clustering.isNames ? static_cast<std::uint32_t>(m_slices.size())
                                               : kRowsExpected}));
    if (!m_cutAtEnd)
        m_counter.beginPartition(rows::staticRowCounts(m_command, m_resume) &&
                                 rows::LimitCounter::isLive(m_out.staticRow, m_command.nowSeconds));
}

void PartitionMerge::addMemtableMarkers(const MemtablePartition& partition,
                                        const rows::SliceView& slice)
{
    rows::Partition cut{m_command.table, {}};
    cut.unfiltereds.assign(partition.markers.begin(), partition.markers.end());
    rows::keepSlices(cut, std::span{&slice, 1});
    auto& kept = m_markers.emplace_back();
    for (const rows::Unfiltered& marker : cut.unfiltereds)
        kept.push_back(rows::copyUnfiltered(marker, m_out.arena()));
}

void PartitionMerge::beginSlice()
{
    const rows::SliceView& slice = m_slices[m_reversed ? m_slices.size() - 1 - m_slice : m_slice];
    m_sources.clear();
    m_markers.clear();
    for (const auto& input : m_inputs.inMemory) {
        m_sources.push_back(ReadSource::overRows(m_table, *input.partition, slice, m_reversed));
        if (!input.partition->markers.empty())
            addMemtableMarkers(*input.partition, slice);
    }
    for (const auto& markers : m_markers)
        m_sources.push_back(ReadSource::overMarkers(markers, m_reversed));
    for (auto* cursor : m_inputs.cursors) {
        cursor->slice(slice.start, slice.end);
        m_sources.push_back(ReadSource::overCursor(*cursor));
    }
    m_merger.emplace(m_table, m_out.deletion, std::span<ReadSource>{m_sources}, m_reversed,
                     m_state);
}

/// The row as it goes into the answer, in `space` if it is not `row` itself; nullptr if it does
/// not.
const rows::Row* PartitionMerge::prepared(const rows::Row& row, rows::Row& space)
{
    const rows::Row* as = &row;
    if (m_mapsColumns)
        as = &(space = toCurrentColumns(row, m_scratch));
    if (rows::hasExpired(*as, m_command.nowSeconds))
        as = &(space = rows::expireRow(*as, m_command.nowSeconds, m_scratch));
    if (!m_command.filter.empty() &&
        !rows::matchesFilter(m_command, m_out.key(), m_out.staticRow, *as))
        return nullptr;
    if (!m_projection.covers(*as))
        as = &(space = m_projection.project(*as, m_scratch));
    return as->isEmpty() ? nullptr : as;
}

bool PartitionMerge::emit(const rows::Unfiltered& next)
{
    --m_budget;
    // Rows of memtables outlive the answer; merged, projected or from SSTables they do not.
    if (next.kind == rows::Unfiltered::Kind::Marker) {
        ++m_metrics.tombstonesScanned;
        m_out.unfiltereds.push_back(rows::copyUnfiltered(next, m_out.arena()));
        return m_budget > 0;
    }
    rows::Row space;
    const rows::Row* row = prepared(next.row, space);
    if (row == nullptr)
        return m_budget > 0;
    const rows::Unfiltered& added = m_out.unfiltereds.emplace_back(*row, m_out.arena());
    if (m_cutAtEnd)
        return m_budget > 0;
    const bool live = rows::LimitCounter::isLive(added.row, m_command.nowSeconds);
    ++(live ? m_metrics.liveRowsScanned : m_metrics.tombstonesScanned);
    m_limited = live && !m_counter.countLive();
    return m_budget > 0 && !m_limited;
}

Result<Progress> PartitionMerge::run(std::uint32_t rowsMax)
{
    if (!m_begun)
        begin();
    m_budget = rowsMax;
    for (ReadSource& source : m_sources)
        source.refresh();
    while (m_slice < m_slices.size() && !m_limited &&
           (m_cutAtEnd || !m_counter.isPartitionDone())) {
        if (!m_merger)
            beginSlice();
        const auto outcome =
            m_merger->run(m_scratch, [this](const rows::Unfiltered& next) { return emit(next); });
        if (outcome == Merger::Outcome::Blocked) {
            for (const ReadSource& source : m_sources) {
                if (source.error())
                    return *source.error();
            }
            return Progress::Blocked;
        }
        if (outcome == Merger::Outcome::Stopped && !m_limited) {
            m_scratch.clear();
            return Progress::Budget;
        }
        if (m_limited)
            break;
        m_merger.reset();
        ++m_slice;
    }
    finish();
    return Progress::Done;
}

void PartitionMerge::finish()
{
    if (m_limited && m_merger && !m_merger->inForce().isLive()) {
        // The limit cut a range deletion: close it behind the last row.
        rows::Unfiltered marker;
        marker.kind = rows::Unfiltered::Kind::Marker;
        const auto last = m_out.unfiltereds.back().row.clustering.values;
        marker.marker = m_reversed ? rows::makeMarker(last, false, {}, m_merger->inForce())
                                   : rows::makeMarker(last, true, m_merger->inForce(), {});
        m_out.unfiltereds.push_back(marker);
    }
    if (m_reversed)
        std::reverse(m_out.unfiltereds.begin(), m_out.unfiltereds.end());
    if (!m_command.filter.empty()) {
        const bool anyRow =
            std::any_of(m_out.unfiltereds.begin(), m_out.unfiltereds.end(),
                        [](const auto& u) { return u.kind == rows::Unfiltered::Kind::Row; });
        if (!anyRow && !rows::matchesFilter(m_command, m_out.key(), m_out.staticRow, rows::Row{})) {
            m_out.staticRow = {};
            m_counter.beginPartition(false);
        }
    }
    if (m_cutAtEnd)
        rows::applyLimits(m_out, m_command, m_resume, m_counter);
    else
        m_counter.endPartition();
}

} // namespace engine::storage
