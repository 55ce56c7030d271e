#pragma once

#include "engine/base/one_shot.h"
#include "engine/storage/commit_log.h"
#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/early_tables.h"
#include "engine/storage/memtable.h"
#include "engine/storage/read_view.h"
#include "engine/storage/table_metrics.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::storage {

/// A memtable that takes no more writes and waits to become an SSTable.
struct FrozenMemtable {
    std::shared_ptr<const Memtable> memtable;
    CommitLogPosition end; ///< of the table's writes in it
};

/// Everything LocalStore knows about one table. Node thread only; shared with the coroutines
/// that work on the table, which may outlive its being dropped.
struct TableState {
    schema::TablePtr table;
    TableFolders folders;
    bool isDurable = true; ///< goes through the commit log
    bool isDropped = false;
    bool isLoaded = false; ///< its SSTables have been opened

    std::shared_ptr<Memtable> active;
    std::vector<FrozenMemtable> frozen;                                      ///< oldest first
    std::shared_ptr<const LiveTables> live = std::make_shared<LiveTables>(); ///< by generation
    /// What reads go to instead: tablesToRead(). Set both with setLive().
    std::shared_ptr<const LiveTables> toRead = live;
    EarlyCompactions early;
    GenerationCounter generations = std::make_shared<std::atomic<std::uint64_t>>(1);
    /// Seconds since 1970 at which SSTables were written by this process, by generation.
    std::map<std::string, std::int64_t> bornAt;

    std::int64_t dirtySegment = -1;     ///< the commit log segment last marked dirty for this table
    CommitLogPosition lastWrite{-1, 0}; ///< that is in a memtable
    CommitLogPosition lastLogged{-1, 0}; ///< that the commit log has; ahead of lastWrite while
                                         ///< writes wait to be durable
    CommitLogPosition truncatedUpTo{-1, 0};
    CommitLogPosition flushedUpTo{-1, 0}; ///< replay leaves out what is not behind
    std::uint64_t relievingBytes = 0;     ///< of a flush under way for want of memory
    bool isFlushingForLog = false; ///< a flush for want of room for the commit log is under way
    TimerId flushTimer;            ///< memtable_flush_period_in_ms

    /// Held by flush, truncate and whoever changes the live set: one at a time.
    bool isBusy = false;
    std::vector<OneShot<void>::Completer> waiting;

    std::uint32_t rowsToCache = 0; ///< of a partition, in the row cache; UINT32_MAX: all
    bool cachesKeys = true;

    bool autoCompaction = true;
    std::set<sstable::Descriptor> compacting; ///< SSTables that a compaction has in work
    std::uint32_t compactionsRunning = 0;
    bool isExclusive =
        false; ///< a major compaction, cleanup … waits for the others and bars new ones

    TableMetrics metrics;

    /// A new SSTable as the table is now: it may have been altered while the file was written.
    [[nodiscard]] sstable::ReaderPtr current(const sstable::ReaderPtr& reader) const
    {
        if (reader->table() == table)
            return reader;
        auto altered = reader->withTable(table);
        return altered ? *altered : reader;
    }

    void setLive(std::shared_ptr<const LiveTables> tables)
    {
        live = std::move(tables);
        refreshToRead();
    }
    /// Reads move over to `next`, and from what was shown of the same compaction before.
    void showEarly(std::shared_ptr<const EarlyCompaction>& shown, EarlyCompaction next)
    {
        std::erase(early, shown);
        shown = std::make_shared<const EarlyCompaction>(std::move(next));
        early.push_back(shown);
        refreshToRead();
        ++metrics.earlyOpenings;
    }
    void hideEarly(const std::shared_ptr<const EarlyCompaction>& shown)
    {
        if (std::erase(early, shown) > 0)
            refreshToRead();
    }
    /// What compactions have written so far and reads go to.
    [[nodiscard]] LiveTables earlyTables() const
    {
        return toRead == live ? LiveTables{} : earlyTablesOf(*toRead, *live);
    }
    /// After a change of `early`, or of `folders`.
    void refreshToRead() { toRead = tablesToRead(live, early, table, folders); }

    [[nodiscard]] ReadView view() const
    {
        ReadView view;
        view.memtables.reserve(frozen.size() + 1);
        for (const FrozenMemtable& each : frozen)
            view.memtables.push_back(each.memtable);
        if (!active->isEmpty())
            view.memtables.push_back(active);
        view.tables = toRead;
        return view;
    }
};
using TableStatePtr = std::shared_ptr<TableState>;

} // namespace engine::storage
