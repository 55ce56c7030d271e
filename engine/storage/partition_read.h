#pragma once

#include "engine/storage/chunk_cache.h"
#include "engine/storage/key_cache.h"
#include "engine/storage/partition_merge.h"
#include "engine/storage/read_trace.h"
#include "engine/storage/read_view.h"

namespace engine::storage {

/// Reads one partition out of a view: finds it in each memtable and SSTable, then merges. Runs in
/// steps like PartitionMerge. SSTables are asked from the newest to the oldest; left out are those
/// that a deletion of the partition shadows as a whole, and those whose least and greatest
/// clustering say that they have nothing of the slices (SinglePartitionReadCommand).
class PartitionRead {
public:
    /// All arguments by reference outlive it, and so do `keys` (nullptr: the table's keys are not
    /// cached) and `trace` (nullptr: not traced).
    PartitionRead(const ReadView& view, const rows::ReadCommand& command,
                  const sstable::KeyHash& key, KeyCache* keys, CachedChunks& chunks,
                  rows::LimitCounter& counter, TableMetrics& metrics, ReadTrace* trace = nullptr);

    [[nodiscard]] Result<Progress> run(std::uint32_t rowsMax);
    [[nodiscard]] rows::Partition take() { return m_merge->take(); }

private:
    [[nodiscard]] Result<Progress> find();
    void findInMemory();
    [[nodiscard]] const sstable::ReaderPtr& nextTable() const;
    /// Why the next SSTable need not be opened; nullopt: it has to be.
    [[nodiscard]] std::optional<TableOutcome> reasonToSkip(const sstable::Reader& table);
    [[nodiscard]] bool mayHaveRows(const sstable::Reader& table) const;
    [[nodiscard]] bool isOutsideKeys(const sstable::Reader& table) const;
    void skip(TableOutcome outcome);
    void noteFound(const sstable::Reader& table) const;
    void learnRows();
    [[nodiscard]] Result<sstable::Step> findIn(const sstable::Reader& table, bool mayHint);

    const ReadView& m_view;
    const rows::ReadCommand& m_command;
    const sstable::KeyHash& m_key;
    KeyCache* m_keys;
    CachedChunks& m_chunks;
    rows::LimitCounter& m_counter;
    TableMetrics& m_metrics;
    ReadTrace* m_trace;
    rows::ColumnProjection m_projection;
    PartitionInputs m_inputs;
    WriteTimestamp m_deletedAt{WriteTimestamp::kNone}; ///< the whole partition, by what is found
    bool m_soughtInMemory = false;
    bool m_forDeletion = false;   ///< of the next SSTable only a deletion of the partition counts
    std::size_t m_tablesDone = 0; ///< from the end of the view's
    std::optional<sstable::PartitionEntry> m_entry; ///< found, to be opened
    bool m_isHint = false;                          ///< it is the key cache's
    bool m_wereHints = true;                        ///< so were all that were opened
    RecycledVector<sstable::PartitionCursor> m_cursors;
    std::optional<PartitionMerge> m_merge;
};

} // namespace engine::storage
