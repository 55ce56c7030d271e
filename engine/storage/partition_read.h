#pragma once

#include "engine/storage/chunk_cache.h"
#include "engine/storage/key_cache.h"
#include "engine/storage/partition_merge.h"
#include "engine/storage/read_view.h"

namespace engine::storage {

/// Reads one partition out of a view: finds it in each memtable and SSTable, then merges. Runs in
/// steps like PartitionMerge.
class PartitionRead {
public:
    /// All arguments by reference outlive it.
    PartitionRead(const ReadView& view, const rows::ReadCommand& command,
                  const sstable::KeyHash& key, KeyCache& keys, CachedChunks& chunks,
                  rows::LimitCounter& counter, TableMetrics& metrics);

    [[nodiscard]] Result<Progress> run(std::uint32_t rowsMax);
    [[nodiscard]] rows::Partition take() { return m_merge->take(); }

private:
    [[nodiscard]] Result<Progress> find();
    void noteTable(const char* what) const;
    [[nodiscard]] Result<sstable::Step> findIn(const sstable::Reader& table, bool mayHint);

    const ReadView& m_view;
    const rows::ReadCommand& m_command;
    const sstable::KeyHash& m_key;
    KeyCache& m_keys;
    CachedChunks& m_chunks;
    rows::LimitCounter& m_counter;
    TableMetrics& m_metrics;
    rows::ColumnProjection m_projection;
    std::size_t m_nextTable = 0;
    std::optional<sstable::PartitionEntry> m_entry; ///< found, to be opened
    bool m_isHint = false;                          ///< it is the key cache's
    RecycledVector<sstable::PartitionCursor> m_cursors;
    std::optional<PartitionMerge> m_merge;
};

} // namespace engine::storage
