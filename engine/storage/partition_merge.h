#pragma once

#include "engine/rows/filter.h"
#include "engine/storage/read_source.h"
#include "engine/storage/table_metrics.h"

#include <memory>
#include <optional>
#include <vector>

namespace engine::storage {

enum class Progress : std::uint8_t {
    Done,
    Blocked, ///< a chunk is not in memory: supply it, run again
    Budget,  ///< as many rows as allowed in one step: run again later
};

/// One version of a partition that a merge reads.
struct PartitionInputs {
    struct InMemory {
        std::shared_ptr<const Memtable> memtable;
        const MemtablePartition* partition;
    };
    RecycledVector<InMemory> inMemory;
    RecycledVector<sstable::PartitionCursor*> cursors; ///< open
};

/// Merges memtables and SSTables into what a command selects of one partition: slices, row
/// filter, columns, limits. Runs in steps; between them memtables may grow.
class PartitionMerge {
public:
    /// `command`, `projection`, `counter` and the cursors outlive it. `resume`: see slicesOf().
    PartitionMerge(const rows::ReadCommand& command, const rows::ColumnProjection& projection,
                   ByteView key, bool resume, rows::LimitCounter& counter, PartitionInputs inputs,
                   TableMetrics& metrics);
    ~PartitionMerge();

    /// Goes on for at most `rowsMax` rows and markers.
    [[nodiscard]] Result<Progress> run(std::uint32_t rowsMax);
    /// After Done.
    [[nodiscard]] rows::Partition take() { return std::move(m_out); }

private:
    void begin();
    void beginSlice();
    void addMemtableMarkers(const MemtablePartition& partition, const rows::SliceView& slice);
    bool emit(const rows::Unfiltered& next);
    void finish();
    rows::Row toCurrentColumns(const rows::Row& row, Arena& arena) const;
    const rows::Row* prepared(const rows::Row& row, rows::Row& space);

    using Merger = rows::UnfilteredMerger<ReadSource>;

    const rows::ReadCommand& m_command;
    const rows::ColumnProjection& m_projection;
    const schema::Table& m_table;
    rows::LimitCounter& m_counter;
    PartitionInputs m_inputs;
    TableMetrics& m_metrics;
    rows::Partition m_out;
    bool m_resume;
    bool m_reversed; ///< the merge itself runs backward
    bool m_cutAtEnd; ///< reversed over SSTables: forward, then the last rows are kept
    bool m_mapsColumns = false;
    bool m_begun = false;
    bool m_limited = false;
    std::uint32_t m_budget = 0;
    Arena m_state;   ///< slices, markers, merger
    Arena m_scratch; ///< of one step
    std::span<const rows::SliceView> m_slices;
    std::size_t m_slice = 0; ///< how many are done
    RecycledVector<ReadSource> m_sources;
    RecycledVector<rows::Unfiltereds> m_markers;
    std::optional<Merger> m_merger;
};

} // namespace engine::storage
