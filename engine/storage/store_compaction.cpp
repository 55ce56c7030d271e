#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/compaction/strategy.h"
#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

struct LocalStore::Impl::Running {
    CompactionInfo info;
    std::shared_ptr<CompactionProgress> progress;
};

namespace {

std::int64_t memtableMinTimestamp(const TableState& state)
{
    std::int64_t least = INT64_MAX;
    if (!state.active->isEmpty())
        least = state.active->stats().minTimestamp;
    for (const FrozenMemtable& frozen : state.frozen)
        least = std::min(least, frozen.memtable->stats().minTimestamp);
    return least;
}

/// The tables that the table's strategy wants merged next; empty: none.
LiveTables wantedTables(Runtime& runtime, const TableState& state)
{
    auto strategy = makeCompactionStrategy(*state.table);
    if (!strategy) {
        runtime.log().warn("storage", strategy.error().detail());
        return {};
    }
    const auto candidates = compactionCandidates(*state.live, runtime.wallNow().seconds());
    LiveTables wanted;
    for (const std::size_t index : (*strategy)->next(candidates))
        wanted.push_back((*state.live)[index]);
    return wanted;
}

} // namespace

CompactionInfo LocalStore::Impl::infoOf(const Running& compaction)
{
    CompactionInfo info = compaction.info;
    info.bytesDone = compaction.progress->bytesDone;
    info.bytesTotal = compaction.progress->bytesTotal;
    return info;
}

std::uint32_t LocalStore::Impl::pendingCompactions() const
{
    std::uint32_t pending = compactionsRunning;
    for (const auto& [id, state] : tables) {
        if (!state->autoCompaction)
            continue;
        if (auto strategy = makeCompactionStrategy(*state->table))
            pending += (*strategy)->pending(
                compactionCandidates(*state->live, runtime.wallNow().seconds()));
    }
    return pending;
}

void LocalStore::Impl::considerCompaction(const TableStatePtr& state)
{
    if (!isStarted || isDraining || state->isDropped || !state->autoCompaction ||
        state->isCompacting)
        return;
    if (compactionsRunning >= options.concurrentCompactors) {
        state->compactionQueued = true;
        return;
    }
    state->compactionQueued = false;
    auto wanted = wantedTables(runtime, *state);
    if (wanted.empty())
        return;
    state->isCompacting = true;
    ++compactionsRunning;
    runtime.spawn(Priority::Background, "compaction",
                  compactInBackground(state, std::move(wanted)));
}

Task<void> LocalStore::Impl::compactInBackground(TableStatePtr state, LiveTables inputs)
{
    auto compacting = compactTables(state, std::move(inputs));
    auto result = co_await compacting;
    compactionEnded(*state);
    // After a failure (a full disk, a damaged table) the next flush asks again.
    if (result)
        considerCompaction(state);
    for (const auto& [id, other] : tables) {
        if (other->compactionQueued)
            considerCompaction(other);
    }
    co_return result;
}

void LocalStore::Impl::compactionEnded(TableState& state)
{
    state.isCompacting = false;
    --compactionsRunning;
    for (auto& waiter : std::exchange(compactionWaiters, {}))
        waiter.complete(ok());
}

/// Merges `inputs` into one SSTable and puts it in their place.
Task<void> LocalStore::Impl::compactTables(TableStatePtr state, LiveTables inputs)
{
    CompactionInput input;
    input.table = state->table;
    input.inputs = inputs;
    for (const auto& table : *state->live) {
        if (std::find(inputs.begin(), inputs.end(), table) == inputs.end())
            input.others.push_back(table);
    }
    input.memtableMinTimestamp = memtableMinTimestamp(*state);
    input.output = sstable::Descriptor::make(state->folder, state->nextGeneration++);
    input.nowSeconds = runtime.wallNow().seconds();
    if (!options.hostId.isZero())
        input.originatingHost = options.hostId;
    auto entry = std::make_shared<Running>();
    entry->info.id = Uuid::random(runtime.random()).toString();
    entry->info.keyspace = state->table->keyspace();
    entry->info.table = state->table->name();
    entry->progress = std::make_shared<CompactionProgress>();
    running.push_back(entry);
    emit("compaction_started", *state, 0);
    auto compacting = storage::compact(runtime, input, entry->progress);
    auto result = co_await compacting;
    std::erase(running, entry);
    if (!result) {
        runtime.log().error("storage", "a compaction of " + entry->info.keyspace + "." +
                                           entry->info.table +
                                           " failed: " + result.error().detail());
        co_return result.error();
    }
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    auto publishing = publishCompaction(state, std::move(inputs), std::move(*result));
    auto published = co_await publishing;
    release(*state);
    co_return published;
}

/// Requires the table to be acquired, so that no snapshot links files that go.
Task<void> LocalStore::Impl::publishCompaction(TableStatePtr state, LiveTables inputs,
                                               CompactionResult result)
{
    // Inputs are found by descriptor: ALTER TABLE gives them new readers.
    const auto isInput = [&inputs](const sstable::ReaderPtr& table) {
        return std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
            return input->descriptor() == table->descriptor();
        });
    };
    const auto stillLive =
        static_cast<std::size_t>(std::count_if(state->live->begin(), state->live->end(), isInput));
    Disk* disk = &runtime.disk();
    if (stillLive != inputs.size() || state->isDropped) {
        // Truncated or dropped meanwhile: what was made of it is void.
        if (!result.made)
            co_return ok();
        auto removing = runtime.onPool("compaction", [disk, descriptor = result.made->descriptor] {
            return sstable::removeTable(*disk, descriptor);
        });
        co_return co_await removing;
    }
    LiveTables live;
    for (const auto& table : *state->live) {
        if (!isInput(table))
            live.push_back(table);
    }
    if (result.made) {
        auto opening = runtime.onPool("compaction", [disk, descriptor = result.made->descriptor,
                                                     table = state->table, ids = cacheIds] {
            return sstable::Reader::open(*disk, descriptor, table, {(*ids)++});
        });
        auto opened = co_await opening;
        if (!opened)
            co_return opened.error();
        auto reader =
            (*opened)->table() == state->table ? *opened : (*opened)->withTable(state->table);
        live.push_back(reader ? *reader : *opened);
        state->metrics.bytesCompacted += result.made->bytesOnDisk;
    }
    publish(*state, std::move(live));
    ++state->metrics.compactions;
    emit("compaction_finished", *state, result.made ? result.made->bytesOnDisk : 0);
    auto removing = runtime.onPool("compaction", [disk, folder = state->folder, inputs] {
        return removeTables(*disk, folder, inputs);
    });
    co_return co_await removing;
}

Task<void> LocalStore::Impl::compactAll(TableStatePtr state)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    while (state->isCompacting) {
        OneShot<void> ended{runtime, Priority::Background, "major compaction waits"};
        compactionWaiters.push_back(ended.completer());
        RW_CO_TRY(co_await ended);
    }
    if (state->live->empty())
        co_return ok();
    state->isCompacting = true;
    ++compactionsRunning;
    LiveTables inputs = *state->live;
    auto compacting = compactTables(state, std::move(inputs));
    auto result = co_await compacting;
    compactionEnded(*state);
    co_return result;
}

} // namespace engine::storage
