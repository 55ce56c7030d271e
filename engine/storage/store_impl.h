#pragma once

#include "engine/storage/chunk_cache.h"
#include "engine/storage/local_store.h"
#include "engine/storage/table_files.h"
#include "engine/storage/table_state.h"

#include <map>
#include <set>
#include <unordered_map>

namespace engine::storage {

struct CompactionResult;

/// The inside of LocalStore, shared by its .cpp files: store_open (opening, replay, schema),
/// store_write, store_read, store_flush (flush, truncate), store_snapshots, store_compaction.
struct LocalStore::Impl {
    Impl(Runtime& rt, StoreOptions opts);
    ~Impl();

    Runtime& runtime;
    StoreOptions options;
    StoreMetrics storeMetrics;
    ChunkCache cache;
    CacheIds cacheIds = std::make_shared<std::atomic<std::uint64_t>>(1);
    std::unique_ptr<CommitLog> log;
    schema::SchemaPtr schema;
    std::map<schema::TableId, TableStatePtr> tables; ///< ordered: what walks them is deterministic
    std::unordered_map<schema::TableId, TableState*> byId; ///< the same, for the hot path
    std::vector<std::int64_t> oldSegments; ///< of earlier runs, until all is replayed
    bool isStarted = false;
    bool isDraining = false;
    std::optional<Error> refusal; ///< why writes are refused

    // Memory pressure
    std::uint64_t memtableBytes = 0;
    std::vector<OneShot<void>::Completer> writers; ///< wait for memory
    bool isRelieving = false;
    std::int64_t segmentSeen = -1;     ///< the commit log's, at the last write
    std::optional<Error> flushFailure; ///< of the last try to get memory back
    MonoTime flushAgainAt{};

    // Compaction
    std::uint32_t compactionsRunning = 0;
    struct Running;
    std::vector<std::shared_ptr<Running>> running;
    std::vector<OneShot<void>::Completer> compactionWaiters;

    // store_open.cpp
    TableStatePtr addTable(const schema::TablePtr& table, bool durable);
    Task<void> loadTables(std::vector<TableStatePtr> states);
    Task<void> replay(std::set<schema::TableId> which);
    Task<void> replaySegment(std::int64_t segment, std::set<schema::TableId> which);
    void replayOne(const CommitLogRecord& record, const rows::TableLookup& lookup,
                   std::set<schema::TableId>& dirty, Result<void>& result);
    void finishReplay();
    void changeSchema(schema::SchemaPtr next);
    void alterTable(TableState& state, const schema::TablePtr& table);
    [[nodiscard]] TableStatePtr stateOf(const schema::TableId& id) const;
    [[nodiscard]] static Error noTable(const schema::TableId& id);

    // store_write.cpp
    bool tryApply(const rows::Mutation& mutation, WriteDone& done);
    void applyToMemtable(TableState& state, const rows::Partition& update, std::int64_t token,
                         CommitLogPosition position);
    void answerLater(WriteDone done, Result<void> result);
    [[nodiscard]] bool isOverLimit() const { return memtableBytes >= options.memtableBytes; }
    Task<void> waitForMemory();
    void relieve();
    Task<void> flushLargest();
    void shrinkLog();
    void releaseWriters();

    // store_read.cpp
    std::optional<Result<rows::Partition>> tryRead(const rows::ReadCommand& command);
    Task<LocalRead> read(rows::ReadCommand command, Priority priority);
    Task<LocalRead> readPartition(TableStatePtr state, rows::ReadCommand command,
                                  Priority priority);
    Task<LocalRead> readRange(TableStatePtr state, rows::ReadCommand command, Priority priority);
    Task<void> loadMissing(CachedChunks* chunks, ReadView view, std::uint64_t count);

    // store_flush.cpp
    Task<void> acquire(TableStatePtr state);
    void release(TableState& state);
    void freeze(TableState& state);
    Task<void> flush(TableStatePtr state);
    Task<void> flushFrozen(TableStatePtr state);
    Task<void> flushAll(std::string keyspace);
    Task<void> truncate(TableStatePtr state);
    Task<void> dropFiles(TableStatePtr state);
    Task<void> drain();
    void publish(TableState& state, LiveTables live);
    void refreshMetrics(TableState& state) const;
    void emit(std::string_view name, const TableState& state, std::uint64_t bytes);

    // store_snapshots.cpp
    Task<void> snapshot(TableStatePtr state, std::string name, std::string schemaCql,
                        bool flushFirst);
    Task<void> clearSnapshot(std::string name, std::string keyspace);
    Task<std::vector<SnapshotInfo>> listSnapshots();
    Task<void> refresh(TableStatePtr state);

    // store_compaction.cpp
    [[nodiscard]] static CompactionInfo infoOf(const Running& compaction);
    [[nodiscard]] std::uint32_t pendingCompactions() const;
    void considerCompaction(const TableStatePtr& state);
    Task<void> compactInBackground(TableStatePtr state, LiveTables inputs);
    Task<void> compactAll(TableStatePtr state);
    Task<void> compactTables(TableStatePtr state, LiveTables inputs);
    Task<void> publishCompaction(TableStatePtr state, LiveTables inputs, CompactionResult result);
    void compactionEnded(TableState& state);
};

} // namespace engine::storage
