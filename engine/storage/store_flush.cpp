#include "engine/schema/describe.h"
#include "engine/storage/store_impl.h"

#include <algorithm>
#include <fmt/format.h>

namespace engine::storage {

Task<void> LocalStore::Impl::acquire(TableStatePtr state)
{
    while (state->isBusy) {
        OneShot<void> free{runtime, Priority::Background, "table lock"};
        state->waiting.push_back(free.completer());
        RW_CO_TRY(co_await free);
    }
    state->isBusy = true;
    co_return ok();
}

void LocalStore::Impl::release(TableState& state)
{
    state.isBusy = false;
    for (auto& waiter : std::exchange(state.waiting, {}))
        waiter.complete(ok());
}

void LocalStore::Impl::freeze(TableState& state)
{
    if (!state.active->isEmpty()) {
        state.frozen.push_back({state.active, state.lastWrite});
        ++state.metrics.memtableSwitches;
        emit("memtable_frozen", state, state.active->bytes());
    }
    state.active = std::make_shared<Memtable>(state.table, positionWithoutUndurable(state));
}

Task<void> LocalStore::Impl::flush(TableStatePtr state)
{
    ++state->metrics.pendingFlushes;
    auto acquiring = acquire(state);
    auto acquired = co_await acquiring;
    --state->metrics.pendingFlushes;
    if (!acquired)
        co_return acquired.error();
    auto flushing = flushFrozen(state);
    auto result = co_await flushing;
    release(*state);
    co_return result;
}

/// Freezes the active memtable and writes all frozen ones. Requires the table to be acquired.
Task<void> LocalStore::Impl::flushFrozen(TableStatePtr state)
{
    if (!state->active->isEmpty())
        freeze(*state);
    Disk* disk = &runtime.disk();
    while (!state->frozen.empty() && !state->isDropped) {
        const FrozenMemtable frozen = state->frozen.front();
        FlushJob job;
        job.folders = state->folders;
        job.generations = state->generations;
        job.version = options.sstableVersion;
        job.table = state->table;
        job.memtable = frozen.memtable;
        job.end = frozen.end;
        job.hostId = options.hostId;
        job.backsUp = options.incrementalBackups && state->table->params().incrementalBackups;
        auto writing = runtime.onPool(
            "flush", [disk, job, ids = cacheIds] { return writeMemtable(*disk, job, ids); });
        auto written = co_await writing;
        if (!written && giveUpFolder(written.error()))
            continue; // into the others
        if (!written) {
            // The memtable stays readable and the commit log keeps its writes.
            runtime.log().error("storage", "the memtable of " + state->table->keyspace() + "." +
                                               state->table->name() + " could not be flushed: " +
                                               written.error().detail());
            co_return written.error();
        }
        state->frozen.erase(state->frozen.begin());
        memtableBytes -= frozen.memtable->bytes();
        publishFlushed(*state, *written);
        state->flushedUpTo = std::max(state->flushedUpTo, frozen.end);
        log->markClean(state->table->id(), frozen.end, state->lastLogged);
        if (state->dirtySegment <= frozen.end.segment && state->lastLogged <= frozen.end)
            state->dirtySegment = -1;
        releaseWriters();
        considerCompaction(state);
    }
    // Writes that left nothing in a memtable need no commit log either.
    if (state->active->isEmpty() && state->frozen.empty())
        log->markClean(state->table->id(), state->lastWrite, state->lastLogged);
    co_return ok();
}

void LocalStore::Impl::publishFlushed(TableState& state, const LiveTables& flushed)
{
    if (flushed.empty())
        return;
    LiveTables live = *state.live;
    std::uint64_t bytes = 0;
    for (const auto& table : flushed) {
        live.push_back(state.current(table));
        state.bornAt[table->descriptor().generation] = runtime.wallNow().seconds();
        bytes += table->bytesOnDisk();
    }
    state.metrics.bytesFlushed += bytes;
    publish(state, std::move(live));
    emit("flushed", state, bytes);
}

Task<void> LocalStore::Impl::flushAll(std::string keyspace)
{
    std::vector<TableStatePtr> all;
    for (const auto& [id, state] : tables) {
        if (keyspace.empty() || state->table->keyspace() == keyspace)
            all.push_back(state);
    }
    Result<void> result = ok();
    for (const TableStatePtr& state : all) {
        auto flushing = flush(state);
        auto flushed = co_await flushing;
        if (!flushed && result)
            result = flushed.error();
    }
    co_return result;
}

Task<void> LocalStore::Impl::truncate(TableStatePtr state)
{
    if (options.autoSnapshot && state->table->params().allowAutoSnapshot.value_or(true) &&
        !schema::isLocalSystemKeyspace(state->table->keyspace())) {
        const bool hasData =
            !state->live->empty() || !state->active->isEmpty() || !state->frozen.empty();
        if (hasData) {
            const std::string name = "truncated-" + std::to_string(runtime.wallNow().millis()) +
                                     "-" + state->table->name();
            auto saving = snapshot(state, name, schema::describeTable(*state->table, true), true,
                                   autoSnapshotTtl());
            RW_CO_TRY(co_await saving);
        }
    }
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    // From here on reads see nothing of before; writes that come meanwhile are behind `position`.
    const CommitLogPosition position = log->position();
    state->truncatedUpTo = position;
    const LiveTables obsolete = *state->live;
    memtableBytes -= state->active->bytes();
    for (const FrozenMemtable& frozen : state->frozen)
        memtableBytes -= frozen.memtable->bytes();
    state->frozen.clear();
    state->active = std::make_shared<Memtable>(state->table, position);
    publish(*state, {});
    rowCache.invalidate(state->table->id());
    Disk* disk = &runtime.disk();
    auto removing = runtime.onPool("truncate", [disk, folders = state->folders.all, position,
                                                generation = state->generations->load(), obsolete] {
        return [&]() -> Result<void> {
            RW_TRY(writeTruncation(*disk, folders, position, generation));
            return removeTables(*disk, obsolete);
        }();
    });
    auto result = co_await removing;
    if (result) {
        state->flushedUpTo = position;
        log->markClean(state->table->id(), position, state->lastLogged);
        emit("truncated", *state, 0);
    }
    releaseWriters();
    release(*state);
    if (!result)
        co_return Error{ErrorCode::TruncateError, result.error().detail()};
    co_return ok();
}

/// What is left of a dropped table: its files go, after a snapshot if the settings say so.
Task<void> LocalStore::Impl::dropFiles(TableStatePtr state)
{
    if (options.autoSnapshot && state->table->params().allowAutoSnapshot.value_or(true) &&
        state->isLoaded) {
        state->isDropped = false; // flushing writes dropped tables no more
        const std::string name =
            "dropped-" + std::to_string(runtime.wallNow().millis()) + "-" + state->table->name();
        const bool hasData =
            !state->live->empty() || !state->active->isEmpty() || !state->frozen.empty();
        if (hasData) {
            auto saving = snapshot(state, name, schema::describeTable(*state->table, true), true,
                                   autoSnapshotTtl());
            auto saved = co_await saving;
            if (!saved) {
                runtime.log().error(
                    "storage",
                    "the files of a dropped table stay in " + state->folders.first() +
                        " because no snapshot could be taken: " + saved.error().detail());
                co_return saved.error();
            }
        }
        state->isDropped = true;
    }
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    const LiveTables obsolete = *state->live;
    memtableBytes -= state->active->bytes();
    for (const FrozenMemtable& frozen : state->frozen)
        memtableBytes -= frozen.memtable->bytes();
    state->frozen.clear();
    state->active = std::make_shared<Memtable>(state->table, log->position());
    state->setLive(std::make_shared<LiveTables>());
    rowCache.invalidate(state->table->id());
    constexpr CommitLogPosition all{INT64_MAX, 0};
    log->markClean(state->table->id(), all, all);
    releaseWriters();
    Disk* disk = &runtime.disk();
    auto removing =
        runtime.onPool("drop table", [disk, obsolete] { return removeTables(*disk, obsolete); });
    auto result = co_await removing;
    release(*state);
    co_return result;
}

Task<void> LocalStore::Impl::drain()
{
    if (!refusal)
        refusal = Error{ErrorCode::ShuttingDown, "this node is drained: it takes no more writes"};
    isDraining = true;
    auto saving = saveCaches();
    // Whatever comes of it: it has told, and caches are no reason not to end.
    std::ignore = co_await saving;
    auto syncing = log->sync();
    RW_CO_TRY(co_await syncing);
    while (!undurable.empty()) {
        auto yielding = runtime.yield(Priority::Request, "drain waits for writes");
        RW_CO_TRY(co_await yielding);
    }
    auto flushing = flushAll({});
    RW_CO_TRY(co_await flushing);
    stopCompactions({});
    while (compactionsRunning > 0) {
        OneShot<void> ended{runtime, Priority::Background, "drain waits for compactions"};
        compactionWaiters.push_back(ended.completer());
        RW_CO_TRY(co_await ended);
    }
    auto starting = log->startSegment();
    co_return co_await starting;
}

void LocalStore::Impl::publish(TableState& state, LiveTables live)
{
    sortByGeneration(live);
    state.setLive(std::make_shared<LiveTables>(std::move(live)));
    noteSummaries();
}

void LocalStore::Impl::refreshMetrics(TableState& state) const
{
    TableMetrics& metrics = state.metrics;
    metrics.sstableCount = state.live->size();
    metrics.liveDiskBytes = metrics.uncompressedBytes = 0;
    metrics.bloomFilterBytes = metrics.indexSummaryBytes = metrics.chunkTableBytes = 0;
    metrics.memtableBytes = state.active->isEmpty() ? 0 : state.active->bytes();
    metrics.memtableRows = state.active->rowCount();
    metrics.memtablePartitions = state.active->partitionCount();
    metrics.estimatedPartitions = metrics.memtablePartitions;
    const auto addMemory = [&metrics](const sstable::Reader& table) {
        metrics.bloomFilterBytes += table.filterBytes();
        metrics.indexSummaryBytes += table.indexBytes();
        metrics.chunkTableBytes += table.chunkTableBytes();
    };
    for (const auto& table : *state.live) {
        metrics.liveDiskBytes += table->bytesOnDisk();
        metrics.uncompressedBytes += table->dataBytes();
        metrics.estimatedPartitions += table->estimatedPartitions();
        addMemory(*table);
    }
    for (const auto& table : state.earlyTables())
        addMemory(*table);
    for (const FrozenMemtable& frozen : state.frozen) {
        metrics.memtableBytes += frozen.memtable->bytes();
        metrics.memtableRows += frozen.memtable->rowCount();
        metrics.memtablePartitions += frozen.memtable->partitionCount();
        metrics.estimatedPartitions += frozen.memtable->partitionCount();
    }
}

void LocalStore::Impl::emit(std::string_view name, const TableState& state, std::uint64_t bytes)
{
    if (options.events == nullptr || !options.events->wants(EventKind::Storage))
        return;
    options.events->emit(EventKind::Storage, name,
                         fmt::format(R"({{"keyspace":"{}","table":"{}","bytes":{}}})",
                                     state.table->keyspace(), state.table->name(), bytes),
                         {});
}

} // namespace engine::storage
