#pragma once

#include "engine/storage/chunk_cache.h"
#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/key_cache.h"
#include "engine/storage/local_store.h"
#include "engine/storage/read_report.h"
#include "engine/storage/row_cache.h"
#include "engine/storage/saved_caches.h"
#include "engine/storage/table_files.h"
#include "engine/storage/table_state.h"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace engine::storage {

/// Data folders that cannot be used, each with why.
using LostFolders = std::map<std::string, std::string>;
/// Makes the data folders. Those that cannot be used are the answer under best_effort, as long as
/// one is left; else the first is the error. Blocks.
[[nodiscard]] Result<LostFolders> prepareDataFolders(Disk& disk, const StoreOptions& options);

/// In compactionstats.
inline constexpr const char* kRelocation = "Relocate sstables to correct disk";

/// One compaction of a table: what, how, and what it is called in compactionstats.
struct CompactionJob {
    LiveTables inputs;
    std::string kind = "Compaction";
    OutputSplit split;
    bool isExpired = false; ///< the inputs go unread
    bool isAutomatic = false;
    bool purges = true;
    std::optional<TokenSpans> keep;
    std::optional<sstable::RepairMark> repair; ///< none: as the inputs
    Garbage garbage = Garbage::Stays;
};

/// The inside of LocalStore, shared by its .cpp files: store_open (opening, replay, schema),
/// store_folders, store_replay, store_write, store_pressure, store_read, store_flush (flush,
/// truncate), store_snapshots, store_compaction, store_repair.
struct LocalStore::Impl {
    Impl(Runtime& rt, StoreOptions opts);
    ~Impl();

    Runtime& runtime;
    StoreOptions options;
    StoreMetrics storeMetrics;
    ChunkCache cache;
    KeyCache keys;
    RowCache rowCache;
    std::shared_ptr<const LiveTables> noTables = std::make_shared<LiveTables>();
    CacheIds cacheIds = std::make_shared<std::atomic<std::uint64_t>>(1);
    std::unique_ptr<CommitLog> log;
    schema::SchemaPtr schema;
    std::map<schema::TableId, TableStatePtr> tables; ///< ordered: what walks them is deterministic
    std::unordered_map<schema::TableId, TableState*> byId; ///< the same, for the hot path
    TableState* lastWritten = nullptr;                     ///< of them, and likely next
    LostFolders lostFolders;
    std::vector<std::int64_t> oldSegments; ///< of earlier runs, until all is replayed
    bool isStarted = false;
    bool isDraining = false;
    std::optional<Error> refusal;                    ///< why writes are refused
    std::function<void(const Error&)> onFailure;     ///< of the commit log, for good
    std::function<void(const Error&)> onDiskFailure; ///< of an SSTable, as the policy says; once

    /// A write under batch or group sync, which readers see once it is durable: else a QUORUM
    /// read could show what a loss of power takes away from all replicas.
    struct UndurableWrite {
        rows::Mutation mutation;
        sstable::KeyHash key;
        CommitLogPosition position;
        WriteDone done;
        std::optional<Result<void>> synced; ///< what the log has answered
    };
    std::deque<UndurableWrite> undurable; ///< in the order of the log
    std::uint64_t undurableFirst = 0;     ///< the number of the first of them

    // Memory pressure
    struct WaitingWriter {
        OneShot<void>::Completer answer;
        MonoTime deadline;
        std::uint64_t bytes; ///< that the mutation keeps meanwhile
    };
    std::uint64_t memtableBytes = 0;
    std::uint64_t cleanupBytes;        ///< beyond so many, the largest memtable is flushed
    std::deque<WaitingWriter> writers; ///< wait for memory; in the order of their deadlines
    std::uint64_t waitingBytes = 0;
    TimerId waitTimer;
    std::uint32_t reliefs = 0;        ///< flushes under way that give memory back
    std::uint64_t relievingBytes = 0; ///< that they will give back
    bool isSampling = false;
    std::uint64_t liveSummaryBytes = 0; ///< without what compactions show before their end
    std::set<std::int64_t> cdcSegments; ///< of earlier runs, with CDC writes
    std::int64_t segmentSeen = -1;      ///< the commit log's, at the last write
    std::optional<Error> flushFailure;  ///< of the last try to get memory back
    MonoTime flushAgainAt{};

    // Compaction
    std::uint32_t compactionsRunning = 0;
    /// A compaction, scrub or verification that runs.
    struct Running {
        CompactionInfo info;
        std::shared_ptr<CompactionProgress> progress;
        LiveTables inputs; ///< of an automatic compaction, which gives way to a repair
    };
    std::vector<std::shared_ptr<Running>> running;
    std::vector<OneShot<void>::Completer> compactionWaiters; ///< whenever one ends
    CompactionThrottle throttle;
    TimerId compactionTimer;
    TimerId keyCacheTimer;
    TimerId rowCacheTimer;
    TimerId snapshotTimer; ///< runs while there are snapshots that expire
    bool expiresSnapshots = false;
    std::function<void(const CompactionRecord&)> onCompaction;

    // store_open.cpp
    TableStatePtr addTable(const schema::TablePtr& table, bool durable);
    [[nodiscard]] bool skipsDamagedTables() const;
    void noteReadFailure(const Error& error);
    Task<void> loadTables(std::vector<TableStatePtr> states);
    void alterTable(TableState& state, const schema::TablePtr& table);
    void changeSchema(schema::SchemaPtr next);
    [[nodiscard]] TableStatePtr stateOf(const schema::TableId& id) const;
    [[nodiscard]] static Error noTable(const schema::TableId& id);

    // store_folders.cpp
    [[nodiscard]] std::vector<std::string> dataFolders() const;  ///< those that can be used
    [[nodiscard]] std::vector<std::string> foldersInUse() const; ///< these and the system folder
    [[nodiscard]] TableFolders foldersOf(const schema::Table& table) const;
    /// Under best_effort, and if there is another one: leaves the data folder out from here on that
    /// an I/O error is about. Whether it did.
    bool giveUpFolder(const Error& error);
    /// Brings there what the node's own tables have elsewhere, from when it was not set.
    void fillSystemFolder();
    /// SSTables with data that belong into another folder.
    [[nodiscard]] static LiveTables misplaced(const TableState& state);

    // store_replay.cpp
    Task<void> replay(std::set<schema::TableId> which);
    Task<void> replaySegment(std::int64_t segment, std::set<schema::TableId> which);
    void replayOne(const CommitLogRecord& record, const rows::TableLookup& lookup,
                   std::set<schema::TableId>& dirty, Result<void>& result);
    Task<void> settleCdc();
    void finishReplay();

    // store_write.cpp
    bool tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key, WriteDone& done);
    void applyToMemtable(TableState& state, const rows::Partition& update,
                         const sstable::KeyHash& key, CommitLogPosition position);
    void keepUntilDurable(const rows::Mutation& mutation, const sstable::KeyHash& key,
                          CommitLogPosition position, WriteDone done);
    void onDurable(std::uint64_t number, Result<void> outcome);
    [[nodiscard]] CommitLogPosition positionWithoutUndurable(const TableState& state) const;
    void flushInTime(TableState& state);
    void answerLater(WriteDone done, Result<void> result);

    // store_pressure.cpp
    [[nodiscard]] bool isOverLimit() const { return memtableBytes >= options.memtableBytes; }
    Task<void> waitForMemory(MonoTime deadline, std::uint64_t bytes);
    void endWaits();
    void relieve();
    [[nodiscard]] TableStatePtr largestTable() const;
    Task<void> flushLargest();
    Task<void> flushForMemory(TableStatePtr state);
    void noteFlush(const Result<void>& result);
    void shrinkLog();
    Task<void> flushForLog(TableStatePtr state);
    void releaseWriters();

    // store_read.cpp
    std::optional<Result<rows::Partition>> tryRead(const rows::ReadCommand& command);
    Task<LocalRead> read(rows::ReadCommand command, Priority priority);
    Task<LocalRead> readPartition(TableStatePtr state, rows::ReadCommand command, Priority priority,
                                  bool mayUseRowCache);
    Task<LocalRead> readRange(TableStatePtr state, ReadView view, rows::ReadCommand command,
                              Priority priority);
    Task<void> loadMissing(CachedChunks* chunks, ReadView view, std::uint64_t count);

    /// For the reads of a table; nullptr: its option caching keeps its keys out.
    [[nodiscard]] KeyCache* keyCacheOf(const TableState& state)
    {
        return state.cachesKeys ? &keys : nullptr;
    }

    // store_row_cache.cpp
    [[nodiscard]] bool usesRowCache(const TableState& state) const
    {
        return state.rowsToCache != 0 && rowCache.isOn();
    }
    std::optional<Result<rows::Partition>> tryReadThroughRowCache(TableState& state,
                                                                  const rows::ReadCommand& command,
                                                                  const sstable::KeyHash& key,
                                                                  bool& mustSuspend);
    Task<std::optional<LocalRead>>
    readThroughRowCache(TableStatePtr state, rows::ReadCommand command, Priority priority);
    Task<std::optional<LocalRead>> readCached(TableStatePtr state, CachedRows cached,
                                              rows::ReadCommand command, Priority priority);
    bool tryFillRowCache(TableState& state, const rows::ReadCommand& command,
                         const sstable::KeyHash& key, std::uint64_t ticket);
    void noteRowCache(TableState& state, RowCacheOutcome outcome);
    void fillRowCache(const TableState& state, const sstable::KeyHash& key, std::uint64_t ticket,
                      const rows::Partition& partition, bool isWhole);

    // store_saved_caches.cpp
    [[nodiscard]] Bytes keyCacheToSave() const;
    Task<void> saveCache(bool ofKeys);
    void saveCacheLater(bool ofKeys);
    Task<void> saveCaches();
    Task<void> loadCaches();
    Task<void> loadRowCache(SavedRowCache saved);

    // store_flush.cpp
    Task<void> acquire(TableStatePtr state);
    void release(TableState& state);
    void freeze(TableState& state);
    Task<void> flush(TableStatePtr state);
    Task<void> flushFrozen(TableStatePtr state);
    void publishFlushed(TableState& state, const LiveTables& flushed);
    Task<void> flushAll(std::string keyspace);
    Task<void> truncate(TableStatePtr state);
    Task<void> dropFiles(TableStatePtr state);
    Task<void> drain();
    void publish(TableState& state, LiveTables live);
    void refreshMetrics(TableState& state) const;
    void emit(std::string_view name, const TableState& state, std::uint64_t bytes);

    // store_summaries.cpp
    void noteSummaries();
    [[nodiscard]] sstable::ReaderPtr summaryToSample() const;
    Task<void> sampleSummaries();

    // store_snapshots.cpp
    Task<void> snapshot(TableStatePtr state, std::string name, std::string schemaCql,
                        bool flushFirst, std::optional<Duration> ttl);
    Task<void> clearSnapshot(std::string name, std::string keyspace,
                             std::optional<WallTime> takenBefore);
    [[nodiscard]] std::optional<Duration> autoSnapshotTtl() const
    {
        return options.autoSnapshotTtl > Duration::zero() ? std::optional{options.autoSnapshotTtl}
                                                          : std::nullopt;
    }
    void expireSnapshotsLater();
    Task<void> expireSnapshots();
    Task<std::vector<SnapshotInfo>> listSnapshots();
    Task<void> refresh(TableStatePtr state);

    // store_compaction.cpp
    [[nodiscard]] static CompactionInfo infoOf(const Running& compaction);
    [[nodiscard]] std::uint32_t pendingCompactions() const;
    [[nodiscard]] std::optional<CompactionJob> nextJob(const TableState& state,
                                                       const CompactionStrategy& strategy) const;
    void considerCompaction(const TableStatePtr& state);
    void considerAllCompactions();
    void checkCompactionsLater();
    void beginCompaction(TableState& state, const LiveTables& inputs);
    void endCompaction(TableState& state, const LiveTables& inputs);
    [[nodiscard]] CompactionInput inputOf(const TableState& state, const CompactionJob& job);
    Task<void> compactInBackground(TableStatePtr state, CompactionJob job);
    Task<void> compactTables(TableStatePtr state, CompactionJob job);
    Task<void> publishCompaction(TableStatePtr state, LiveTables inputs, CompactionResult result,
                                 std::shared_ptr<FileTransaction> transaction);
    Task<void> endWriting(TableStatePtr state, std::shared_ptr<Running> entry, LiveTables inputs,
                          Result<CompactionResult> result,
                          std::shared_ptr<FileTransaction> transaction);
    Task<void> undoTransaction(std::shared_ptr<FileTransaction> transaction);
    void logFailure(const CompactionInfo& info, const Error& error);
    void reportCompaction(const TableState& state, const CompactionInfo& info,
                          const LiveTables& inputs, const CompactionResult& result);
    Task<void> beginExclusive(TableStatePtr state);
    void endExclusive(const TableStatePtr& state);
    Task<void> runJobs(TableStatePtr state, std::vector<CompactionJob> jobs);
    Task<void> compactAll(TableStatePtr state);
    Task<void> compactFiles(TableStatePtr state, std::vector<std::string> generations);
    Task<void> rewriteEach(TableStatePtr state, std::string kind,
                           std::optional<std::vector<TokenSpan>> keep,
                           Garbage garbage = Garbage::Stays, bool onlyMisplaced = false);
    std::size_t stopCompactions(const std::string& kindOrId);
    std::shared_ptr<Running> showRunning(const TableState& state, std::string kind,
                                         std::uint64_t bytes);

    // store_repair.cpp
    using TableTest = std::function<bool(const sstable::Reader&)>;
    Task<LiveTables> claim(TableStatePtr state, TableTest isWanted);
    Task<void> remark(TableStatePtr state, sstable::ReaderPtr table, sstable::RepairMark mark);
    Task<void> splitForRepair(TableStatePtr state, sstable::ReaderPtr table, TokenSpans spans,
                              Uuid session);
    Task<void> anticompact(TableStatePtr state, TokenSpans spans, Uuid session);
    Task<void> anticompactClaimed(TableStatePtr state, LiveTables claimed, TokenSpans spans,
                                  Uuid session);
    Task<void> endRepair(Uuid session, std::int64_t repairedAt);
    Task<void> addPending(TableStatePtr state, rows::Partitions partitions, Uuid session);
    Task<LocalRead> readPending(TableStatePtr state, rows::ReadCommand command, Uuid session);
    [[nodiscard]] std::set<Uuid> pendingRepairs() const;

    // store_maintenance.cpp
    Task<ImportReport> importTables(TableStatePtr state, ImportRequest request);
    Task<std::vector<TableFinding>> verify(TableStatePtr state, VerifyRequest request);
    Task<std::vector<TableFinding>> scrub(TableStatePtr state, ScrubRequest request);
    Task<TableFinding> scrubOne(TableStatePtr state, sstable::ReaderPtr table, ScrubRequest request,
                                std::shared_ptr<CompactionProgress> progress);
};

} // namespace engine::storage
