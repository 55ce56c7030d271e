#pragma once

#include "engine/rows/partition.h"
#include "engine/rows/read_command.h"

#include <span>
#include <vector>

namespace engine::rows {

/// One contiguous piece of a partition as views over a ReadCommand. See Slice.
struct SliceView {
    Bound start;
    Bound end;
};

/// The slices that `command` selects of a partition, in clustering order: its names as slices of
/// one row each, everything as one slice without values. `resume`: this is the first partition
/// and command.resumeAfter applies. Lives in `arena`, refers to the bytes of `command`.
[[nodiscard]] std::span<const SliceView> slicesOf(const ReadCommand& command, bool resume,
                                                  Arena& arena);

/// Keeps of `partition` what lies in `slices`; a range deletion that reaches beyond a slice is
/// closed at its edge. Partition deletion and static row stay.
void keepSlices(Partition& partition, std::span<const SliceView> slices);

/// Leaves out what nobody asked for: cells of columns that are not in command.columns, unless
/// they may be the proof that their row exists, in which case they lose their value. What is left
/// merges with other replicas' answers to the same result.
class ColumnProjection {
public:
    explicit ColumnProjection(const ReadCommand& command);
    [[nodiscard]] bool keepsAll() const noexcept { return m_columns.empty(); }
    [[nodiscard]] bool contains(const schema::Column& column) const noexcept;
    /// Whether nothing of `row` would be left out.
    [[nodiscard]] bool covers(const Row& row) const noexcept;
    /// `row` itself if nothing is left out.
    [[nodiscard]] Row project(const Row& row, Arena& arena) const;

private:
    RecycledVector<const schema::Column*> m_columns; ///< sorted by compareColumns
};

/// Counts live rows against the limits of a command, over all its partitions (DataLimits
/// .Counter). A partition without selected rows whose static row is live counts as one row.
class LimitCounter {
public:
    LimitCounter(const DataLimits& limits, std::int64_t nowSeconds) noexcept
        : m_limits(limits), m_nowSeconds(nowSeconds)
    {
    }
    /// `countsStatic`: the partition has a live static row that would be a result of its own.
    void beginPartition(bool countsStatic) noexcept
    {
        m_inPartition = 0;
        m_countsStatic = countsStatic;
    }
    /// Counts `row` if it is live. Whether the caller may go on to the next row.
    bool count(const Row& row) noexcept { return !isLive(row, m_nowSeconds) || countLive(); }
    bool countLive() noexcept
    {
        ++m_inPartition;
        ++m_rows;
        return !isPartitionDone();
    }
    void endPartition() noexcept
    {
        if (m_inPartition == 0 && m_countsStatic)
            ++m_rows;
        m_countsStatic = false;
    }
    [[nodiscard]] bool isDone() const noexcept { return m_rows >= m_limits.rows; }
    [[nodiscard]] bool isPartitionDone() const noexcept
    {
        return isDone() || m_inPartition >= m_limits.rowsPerPartition;
    }
    [[nodiscard]] std::uint32_t rows() const noexcept { return m_rows; }

    /// Whether a client sees the row: its marker or one of its cells is live (Row.hasLiveData).
    [[nodiscard]] static bool isLive(const Row& row, std::int64_t nowSeconds) noexcept;

private:
    DataLimits m_limits;
    std::int64_t m_nowSeconds;
    std::uint32_t m_rows = 0;
    std::uint32_t m_inPartition = 0;
    bool m_countsStatic = false;
};

/// Whether a static row alone makes a result row under `command`: only if no clustering is
/// restricted (and none resumed from).
[[nodiscard]] bool staticRowCounts(const ReadCommand& command, bool resume) noexcept;

/// Whether `row` of the partition satisfies all expressions of command.filter.
[[nodiscard]] bool matchesFilter(const ReadCommand& command, ByteView key, const Row& staticRow,
                                 const Row& row);
/// Drops the rows that do not satisfy command.filter, and all if it needs a row and there is
/// none. Markers stay. Meant for live data: purge first, or do it on merged contents.
void applyFilter(Partition& partition, const ReadCommand& command);

/// Cuts `partition` after the row that reaches the limits (from the end if the command is
/// reversed) and counts what is left into `counter`. `resume`: as in slicesOf().
void applyLimits(Partition& partition, const ReadCommand& command, bool resume,
                 LimitCounter& counter);

/// All of the above on one merged partition: slices, filter, limits; for the coordinator after
/// merging and purging replicas' answers. Projection is not repeated.
void applyCommand(Partition& partition, const ReadCommand& command, bool resume,
                  LimitCounter& counter);

} // namespace engine::rows
