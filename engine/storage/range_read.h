#pragma once

#include "engine/storage/chunk_cache.h"
#include "engine/storage/partition_merge.h"
#include "engine/storage/read_view.h"

namespace engine::storage {

/// Reads the partitions of a range in token order out of a view. Runs in steps.
class RangeRead {
public:
    /// All arguments by reference outlive it.
    RangeRead(const ReadView& view, const rows::ReadCommand& command, CachedChunks& chunks,
              rows::LimitCounter& counter, TableMetrics& metrics);
    ~RangeRead();

    /// Goes on for about `rowsMax` rows; partitions that are complete are added to `out`.
    [[nodiscard]] Result<Progress> run(std::uint32_t rowsMax, rows::Partitions& out);

private:
    struct Table {
        std::unique_ptr<sstable::TableScanner> scanner;
        enum class State : std::uint8_t { NeedsNext, AtPartition, AtEnd } state = State::NeedsNext;
    };
    struct InMemory {
        std::shared_ptr<const Memtable> memtable;
        Memtable::Position at;
        std::uint64_t sizeSeen = 0;
    };
    [[nodiscard]] Result<Progress> advanceTables();
    /// Finds the least key among all heads; false at the end.
    [[nodiscard]] bool beginPartition();
    void seek(InMemory& input) const;
    [[nodiscard]] bool isBeyondEnd(std::int64_t token, ByteView key) const;

    const rows::ReadCommand& m_command;
    rows::LimitCounter& m_counter;
    TableMetrics& m_metrics;
    rows::ColumnProjection m_projection;
    std::vector<Table> m_tables;
    std::vector<InMemory> m_inMemory;
    std::optional<PartitionMerge> m_merge;
    bool m_hasLast = false; ///< a partition has been begun
    std::int64_t m_lastToken = 0;
    Bytes m_lastKey;
};

} // namespace engine::storage
