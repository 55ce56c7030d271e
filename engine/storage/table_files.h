#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/repair_mark.h"
#include "engine/storage/commit_log.h"
#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/memtable.h"
#include "engine/storage/read_view.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::storage {

/// Work on the files of one table. Everything here blocks: it runs on the pool, on immutable
/// inputs.

/// "<data>/<keyspace>/<name>-<id in hex without hyphens>"
[[nodiscard]] std::string tableFolder(const std::string& dataFolder, const schema::Table& table);

/// Oldest first.
void sortByGeneration(LiveTables& tables);

/// What a table's folders hold.
struct LoadedTable {
    LiveTables tables; ///< by generation
    std::uint64_t nextGeneration = 1;
    CommitLogPosition flushedUpTo{-1, 0};
    std::vector<std::string> warnings;
};

/// Finishes what a crash interrupted (leftovers of writers, removals that had been decided, a
/// truncation) in all folders, then opens all SSTables. `hostId`: commit log positions of other
/// hosts' tables mean nothing here. An SSTable that cannot be opened is left out with a warning if
/// `skipsDamaged`, else it is the error, which names the ways out.
[[nodiscard]] Result<LoadedTable> loadTable(Disk& disk, const std::vector<std::string>& folders,
                                            const schema::TablePtr& table, const Uuid& hostId,
                                            const CacheIds& cacheIds, bool skipsDamaged = false);

struct FlushJob {
    TableFolders folders;
    GenerationCounter generations;
    std::string version{sstable::kCurrentVersion};
    schema::TablePtr table; ///< as readers will see it
    std::shared_ptr<const Memtable> memtable;
    CommitLogPosition end;
    Uuid hostId;
    bool backsUp = false;       ///< the files are linked into backups/, too
    sstable::RepairMark repair; ///< pending: data of other replicas, not of the commit log
};
/// Writes a frozen memtable as an SSTable in each folder that gets some of it, durably, and opens
/// them; none if it holds nothing. Only the last of them says which part of the commit log is now
/// there, so that after a crash in between all is replayed.
[[nodiscard]] Result<LiveTables> writeMemtable(Disk& disk, const FlushJob& job,
                                               const CacheIds& cacheIds);

/// The SSTables that a compaction made, as this version of the table. What caches and readers have
/// of them since they were opened early stays.
[[nodiscard]] Result<LiveTables> openResult(Disk& disk, const CompactionResult& result,
                                            const schema::TablePtr& table, const CacheIds& ids);

/// Removes SSTables, of each folder all or none whatever crash comes between (FileTransaction).
[[nodiscard]] Result<void> removeTables(Disk& disk, const LiveTables& tables);

/// Notes durably, in each folder, that all up to `position` and before `generation` is truncated.
/// One note is enough for all of them: the list of folders may change.
[[nodiscard]] Result<void> writeTruncation(Disk& disk, const std::vector<std::string>& folders,
                                           CommitLogPosition position, std::uint64_t generation);

} // namespace engine::storage
