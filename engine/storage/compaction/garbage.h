#pragma once

#include "engine/rows/merge.h"
#include "engine/sstable/reader.h"
#include "engine/storage/compaction/cursor_source.h"

#include <memory>
#include <vector>

namespace engine::storage {

/// What other SSTables hold above one partition: their deletions and, if asked, their newer cells
/// (CompactionIterator's GarbageSkipper). Rows are asked in clustering order. Blocks; one thread.
class Shadow {
public:
    /// nullptr if none of `others` has the partition.
    [[nodiscard]] static Result<std::unique_ptr<Shadow>>
    open(const schema::Table& table, const std::vector<sstable::ReaderPtr>& others,
         const sstable::KeyHash& key, sstable::ChunkSource& source, bool cells);

    /// What of a row nothing shadows; its new arrays lie in `arena`. Corrupt, Io.
    [[nodiscard]] Result<rows::Row> row(const rows::Row& row, Arena& arena);
    [[nodiscard]] rows::Row staticRow(const rows::Row& row, Arena& arena);

private:
    Shadow(const schema::Table& table, bool cells) : m_table(table), m_cells(cells) {}
    [[nodiscard]] Result<void> advance();
    [[nodiscard]] rows::Row visible(const rows::Row& row, const rows::DeletionTime& deletion,
                                    const rows::Row* above, Arena& arena) const;

    const schema::Table& m_table;
    bool m_cells;
    std::vector<sstable::PartitionCursor> m_cursors;
    std::vector<CursorSource> m_sources;
    std::unique_ptr<rows::UnfilteredMerger<CursorSource>> m_merger;
    Arena m_mergerArena; ///< the merger's own
    Arena m_scratch;
    Arena m_currentArena;
    Arena m_staticArena;
    rows::DeletionTime m_partition;
    rows::DeletionTime m_open; ///< the range deletion in force before m_current
    rows::Row m_static;
    rows::Unfiltered m_current;
    bool m_has = false;
};

} // namespace engine::storage
