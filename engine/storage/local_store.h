#pragma once

#include "engine/base/callback.h"
#include "engine/base/events.h"
#include "engine/base/runtime.h"
#include "engine/base/task.h"
#include "engine/rows/partition.h"
#include "engine/rows/read_command.h"
#include "engine/schema/schema.h"
#include "engine/sstable/key_order.h"
#include "engine/storage/store_options.h"
#include "engine/storage/table_metrics.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine::sstable {
class Reader;
using ReaderPtr = std::shared_ptr<const Reader>;
} // namespace engine::sstable

namespace engine::storage {

struct ImportReport;
struct ImportRequest;
struct ReadReport;
struct ScrubRequest;
struct TableFinding;
struct VerifyRequest;

/// What a read of the local data gives: partitions in token order with all that other replicas
/// need for reconciling (tombstones too), within the command's slices and limits. Empty
/// partitions are left out.
struct LocalRead {
    rows::Partitions partitions;
    /// Whether a limit ended the read, so that there may be more.
    bool limited = false;
    /// What the read touched, if it was traced (read_report.h).
    std::shared_ptr<const ReadReport> report;
};

struct SnapshotInfo {
    std::string name;
    std::string keyspace;
    std::string table;
    std::uint64_t bytesOnDisk = 0; ///< of all files
    std::uint64_t bytesTrue = 0;   ///< of those that are no longer part of the live table
    WallTime createdAt;
    std::optional<WallTime> expiresAt; ///< when it is removed by itself
};

/// What can be changed about the caches while the node runs (CacheServiceMBean); see StoreOptions.
struct CacheSettings {
    std::uint64_t keyCacheBytes = 0;
    std::uint64_t rowCacheBytes = 0;
    Duration keyCacheSavePeriod{};
    Duration rowCacheSavePeriod{};
    std::uint32_t keyCacheKeysToSave = 0;
    std::uint32_t rowCacheKeysToSave = 0;
};

/// Ends a write: runs on the node thread, once, when the mutation is as durable as the commit
/// log's mode promises, or when it failed. From the ready queue, so it may resume who waits.
using WriteDone = UniqueFunction<void(Result<void>)>;

/// All data of one node: commit log, memtables, SSTables, snapshots, compaction. Node thread only
/// (work on files runs on the pool).
///
/// Start: open() with the tables that the program defines itself (system, system_schema); read
/// the schema from them; start() with the whole schema; afterwards setSchema() on each change.
/// End: co_await drain(), or just destroy it: the commit log is the recovery. It must outlive its
/// own tasks: destroy the Runtime's tasks first, or drain.
///
/// Folders: <data>/<keyspace>/<table>-<id in hex>/nb-1-big-*.db, snapshots/<name>/ beside them,
/// as Cassandra's, in each data folder (table_folders.h); <commitLog>/CommitLog-*.log in a form of
/// our own.
///
/// Failures: Io when the commit log could not be written or synced: from then on all writes fail
/// so until a restart, reads go on (commit_failure_policy). DiskFull while there is no space, and
/// Io for want of file handles: writes are taken again once that has passed. Overloaded when a
/// write has waited writeWaitMax for memtables to get below their limit, or too much waits already.
/// CdcWriteFailure: cdc_total_space is used up. NotFound: no such table.
class LocalStore {
public:
    /// Opens the data folder: creates it if missing, removes leftovers of a crash, loads the
    /// SSTables of `systemTables` and replays their part of the commit log.
    /// Corrupt with the file and the way out if a synced part of the commit log is damaged.
    [[nodiscard]] static Task<std::unique_ptr<LocalStore>>
    open(Runtime& runtime, StoreOptions options, std::vector<schema::TablePtr> systemTables);
    ~LocalStore();

    /// Loads the SSTables of all other tables of `schema`, replays the rest of the commit log,
    /// starts flushing and compacting in the background. Once. Virtual tables are ignored.
    [[nodiscard]] Task<void> start(schema::SchemaPtr schema);
    /// Takes over a changed schema at once: new tables are empty and usable, altered ones get
    /// their new definition, dropped ones vanish (their files are removed in the background, after
    /// a snapshot if auto_snapshot is on).
    void setSchema(schema::SchemaPtr schema);
    /// The node's id once it is known, written to SSTables as their origin.
    void setHostId(const Uuid& hostId);

    // ---- writing ----

    /// Applies a mutation; `done` runs when it is as durable as the sync mode promises. Readers see
    /// it at once under periodic sync; under batch and group not before a loss of power leaves it
    /// there, as Cassandra waits for its commit log before the memtable. Does not suspend. False,
    /// without having done anything, if writers must wait (memtables over their limit): co_await
    /// apply() then. Updates of unknown tables end with NotFound.
    [[nodiscard]] bool tryApply(const rows::Mutation& mutation, WriteDone done);
    /// The same for who has hashed the mutation's key. Takes `done` only if true.
    [[nodiscard]] bool tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key,
                                WriteDone& done);
    /// The same as a task; waits its turn under pressure. A keyspace with durable_writes = false
    /// stays out of the commit log.
    [[nodiscard]] Task<void> apply(rows::Mutation mutation);

    /// Ends when all that has been applied is on the disk, whatever the sync mode.
    [[nodiscard]] Task<void> sync();

    // ---- reading ----

    /// Reads one partition if everything it needs is in memory or can be read without waiting and
    /// it is small; else nullopt: co_await read(). Does not suspend. The partition may refer to
    /// memtable memory, which it keeps alive. Empty if there is nothing. Requires command.key.
    [[nodiscard]] std::optional<Result<rows::Partition>> tryRead(const rows::ReadCommand& command);
    /// Reads a partition or a range of partitions. The command's filter is applied to the local
    /// contents: a coordinator that merges several replicas leaves the filter out of what it sends
    /// and applies it after merging (rows/filter.h).
    [[nodiscard]] Task<LocalRead> read(rows::ReadCommand command,
                                       Priority priority = Priority::Request);

    // ---- operations; each is one button of nodetool ----

    /// Writes the memtable of a table to an SSTable; ends when it is durable.
    [[nodiscard]] Task<void> flush(schema::TableId table);
    /// All tables of a keyspace, or of all.
    [[nodiscard]] Task<void> flushAll(std::string keyspace = {});
    /// Removes all data of a table on this node, durably; takes a snapshot before if
    /// auto_snapshot is on.
    [[nodiscard]] Task<void> truncate(schema::TableId table);
    /// Flushes, then merges all SSTables of a table as its strategy does it: into one, one a time
    /// window, full levels, one a shard (major compaction).
    [[nodiscard]] Task<void> compact(schema::TableId table);
    /// Merges just these SSTables, by generation (forceUserDefinedCompaction). NotFound.
    [[nodiscard]] Task<void> compactFiles(schema::TableId table,
                                          std::vector<std::string> generations);
    /// Rewrites every SSTable of a table without the partitions outside of these ranges of tokens
    /// (nodetool cleanup). A range is (first, second], crossing the ring's end if first >= second.
    [[nodiscard]] Task<void> cleanup(schema::TableId table,
                                     std::vector<std::pair<std::int64_t, std::int64_t>> owned);
    /// Rewrites every SSTable of a table in the current format (nodetool upgradesstables -a).
    [[nodiscard]] Task<void> rewrite(schema::TableId table);
    /// Ends running compactions of this kind ("Compaction", "Cleanup" …) or id, all if empty; what
    /// they had written vanishes (nodetool stop). Gives how many.
    std::size_t stopCompactions(const std::string& kindOrId);
    /// Bytes a second of all compactions together; 0: unlimited.
    void setCompactionThroughput(std::uint64_t bytesPerSecond);
    [[nodiscard]] std::uint64_t compactionThroughput() const;
    /// Called on the node thread after each compaction.
    void setCompactionListener(std::function<void(const CompactionRecord&)> listener);
    /// Stops automatic compaction of a table, or allows it again.
    void setAutoCompaction(schema::TableId table, bool enabled);
    /// Compactions that run or wait for a thread, and those that the strategy still wants.
    [[nodiscard]] std::vector<CompactionInfo> compactions() const;
    [[nodiscard]] std::uint32_t pendingCompactions() const;

    /// Flushes the table and hard-links its SSTables to snapshots/<name>/ with manifest.json and
    /// schema.cql holding `schemaCql`. AlreadyExists; Invalid for a name with slashes. With `ttl`
    /// it is removed by itself within a minute after that time.
    [[nodiscard]] Task<void> snapshot(schema::TableId table, std::string name,
                                      std::string schemaCql, bool flushFirst = true,
                                      std::optional<Duration> ttl = {});
    /// Removes snapshots by name (empty: all) of a keyspace (empty: all) that were taken before
    /// `takenBefore` (none: all).
    [[nodiscard]] Task<void> clearSnapshot(std::string name, std::string keyspace = {},
                                           std::optional<WallTime> takenBefore = {});
    [[nodiscard]] Task<std::vector<SnapshotInfo>> listSnapshots();
    /// Takes in SSTables that were put into the table's folder (nodetool refresh).
    [[nodiscard]] Task<void> refresh(schema::TableId table);

    /// Takes in the SSTables of other folders (nodetool import), those of a folder all or none.
    [[nodiscard]] Task<ImportReport> importTables(schema::TableId table, ImportRequest request);
    /// Checks all SSTables of a table (nodetool verify); problems are the answer, not an error.
    [[nodiscard]] Task<std::vector<TableFinding>> verify(schema::TableId table,
                                                         VerifyRequest request);
    /// Writes all SSTables of a table anew with what can be read of them (nodetool scrub). Corrupt
    /// if one had to stay as it is; the others are done all the same.
    [[nodiscard]] Task<std::vector<TableFinding>> scrub(schema::TableId table,
                                                        ScrubRequest request);
    /// Rewrites every SSTable of a table without what newer deletions in the others shadow, whole
    /// rows or, with `cells`, single cells and overwritten ones too (nodetool garbagecollect).
    [[nodiscard]] Task<void> garbageCollect(schema::TableId table, bool cells);
    /// Rewrites the SSTables that hold data of another data folder than theirs, so that each
    /// partition is in one of them again (nodetool relocatesstables).
    [[nodiscard]] Task<void> relocate(schema::TableId table);
    /// Saves the key cache and the keys of the row cache for the next start.
    [[nodiscard]] Task<void> saveCaches();
    void invalidateKeyCache();
    void invalidateRowCache();
    [[nodiscard]] CacheSettings cacheSettings() const;
    /// Takes effect at once; a smaller cache loses what is beyond it.
    void setCacheSettings(const CacheSettings& settings);
    /// Hard-links each SSTable that a flush writes into the table's folder backups/ (of tables
    /// whose option incremental_backups does not say no).
    void setIncrementalBackups(bool enabled);
    [[nodiscard]] bool incrementalBackups() const;

    // ---- repair: what is set apart for a session of incremental repair is "pending" ----

    /// Sets what a table holds unrepaired of these ranges of tokens, memtables included, apart for
    /// a session (anticompaction): SSTables wholly in the ranges are marked, others divided. What
    /// comes later stays unrepaired. Invalid if another session holds some of it. After a failure
    /// endRepair() gives back what was set apart already.
    [[nodiscard]] Task<void> anticompact(schema::TableId table,
                                         std::vector<std::pair<std::int64_t, std::int64_t>> ranges,
                                         Uuid session);
    /// Adds what this replica lacks of a session's data, as an SSTable; durable when it ends.
    [[nodiscard]] Task<void> addPending(schema::TableId table, rows::Partitions partitions,
                                        Uuid session);
    /// As read() of a range, of what is set apart for the session alone.
    [[nodiscard]] Task<LocalRead> readPending(rows::ReadCommand command, Uuid session);
    /// What is set apart for the session in any table is repaired at this time (milliseconds since
    /// 1970) from now on, or with 0 unrepaired again. May be repeated after a failure.
    [[nodiscard]] Task<void> endRepair(Uuid session, std::int64_t repairedAt);
    /// Sessions that something is set apart for.
    [[nodiscard]] std::set<Uuid> pendingRepairs() const;

    /// Refuses further writes, flushes everything, waits for compactions, closes the commit log:
    /// the next start has nothing to replay.
    [[nodiscard]] Task<void> drain();

    // ---- looking ----

    /// nullptr if there is none.
    [[nodiscard]] const TableMetrics* metrics(schema::TableId table) const;
    [[nodiscard]] const StoreMetrics& metrics() const;
    /// The live SSTables, by generation.
    [[nodiscard]] std::vector<sstable::ReaderPtr> sstables(schema::TableId table) const;
    /// The folder of a table, if there are several data folders the first.
    [[nodiscard]] std::string folderOf(schema::TableId table) const;
    /// The data folders in use: under best_effort those are left out that have failed.
    [[nodiscard]] std::vector<std::string> dataFolders() const;
    /// Bytes of all live SSTables (nodetool status' Load).
    [[nodiscard]] std::uint64_t load() const;
    /// Called once, on the node thread, when the commit log has failed for good: what
    /// commit_failure_policy asks of the node.
    void setFailureListener(std::function<void(const Error&)> listener);
    /// Called once, on the node thread, when a read met an SSTable in such a state that
    /// disk_failure_policy wants the node to stop, or to die.
    void setDiskFailureListener(std::function<void(const Error&)> listener);
    /// None, or why writes are refused since.
    [[nodiscard]] const std::optional<Error>& failure() const;

private:
    struct Impl;
    explicit LocalStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::storage
