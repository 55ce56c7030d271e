// What LocalStore does for incremental repair: setting data apart, adding to it, deciding it.

#include "engine/storage/store_impl.h"

#include <algorithm>
#include <fmt/format.h>

namespace engine::storage {

using sstable::RepairMark;

/// Waits until no compaction has a wanted SSTable in work, then takes all of them into work.
/// Automatic compactions give way. Requires endCompaction() afterwards.
Task<LiveTables> LocalStore::Impl::claim(TableStatePtr state, TableTest isWanted)
{
    while (true) {
        if (isDraining)
            co_return Error{ErrorCode::ShuttingDown, "this node is drained"};
        LiveTables wanted;
        for (const auto& table : *state->live) {
            if (isWanted(*table))
                wanted.push_back(table);
        }
        const bool isFree =
            !state->isExclusive && std::none_of(wanted.begin(), wanted.end(), [&](const auto& t) {
                return state->compacting.contains(t->descriptor());
            });
        if (isFree) {
            beginCompaction(*state, wanted);
            co_return wanted;
        }
        for (const auto& each : running) {
            if (std::any_of(each->inputs.begin(), each->inputs.end(), [&](const auto& input) {
                    return std::find(wanted.begin(), wanted.end(), input) != wanted.end();
                }))
                each->progress->cancelled = true;
        }
        OneShot<void> ended{runtime, Priority::Background, "repair waits for compactions"};
        compactionWaiters.push_back(ended.completer());
        RW_CO_TRY(co_await ended);
    }
}

/// Requires the SSTable to be claimed. Does nothing if it is gone, as after a truncation.
Task<void> LocalStore::Impl::remark(TableStatePtr state, sstable::ReaderPtr table, RepairMark mark)
{
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    const auto isIt = [&table](const sstable::ReaderPtr& other) {
        return other->descriptor() == table->descriptor();
    };
    Result<sstable::ReaderPtr> marked = sstable::ReaderPtr{};
    if (!state->isDropped && std::any_of(state->live->begin(), state->live->end(), isIt)) {
        Disk* disk = &runtime.disk();
        // The data is the same: caches know it by the same number.
        const sstable::Reader::Options sameCache{table->dataFileId() / 2};
        auto marking = runtime.onPool("repair mark", [disk, descriptor = table->descriptor(),
                                                      schema = state->table, sameCache, mark] {
            return [&]() -> Result<sstable::ReaderPtr> {
                RW_TRY(sstable::setRepairMark(*disk, descriptor, mark));
                return sstable::Reader::open(*disk, descriptor, schema, sameCache);
            }();
        });
        marked = co_await marking;
    }
    if (marked && *marked != nullptr) {
        LiveTables live = *state->live;
        const auto at = std::find_if(live.begin(), live.end(), isIt);
        *at = state->current(*marked);
        publish(*state, std::move(live));
    }
    release(*state);
    if (!marked)
        co_return marked.error();
    co_return ok();
}

/// Writes an SSTable as two: what is in the spans, pending, and the rest, as it was.
Task<void> LocalStore::Impl::splitForRepair(TableStatePtr state, sstable::ReaderPtr table,
                                            TokenSpans spans, Uuid session)
{
    const auto entry = showRunning(*state, "Anticompaction after repair", 0);
    emit("compaction_started", *state, 0);
    CompactionJob job;
    job.inputs = {table};
    job.split.level = table->stats().level;
    job.purges = false;
    std::shared_ptr<FileTransaction> transaction;
    Result<CompactionResult> result = CompactionResult{};
    for (int half = 0; half < 2; ++half) {
        const bool isInside = half == 0;
        job.keep = isInside ? spans : tokensOutside(spans);
        job.repair = isInside ? RepairMark{0, session} : RepairMark{};
        CompactionInput input = inputOf(*state, job);
        if (transaction == nullptr)
            transaction = input.transaction;
        input.transaction = transaction;
        auto writing = storage::compact(runtime, std::move(input), entry->progress, &throttle);
        auto written = co_await writing;
        if (!written) {
            result = written.error();
            break;
        }
        result->partitionsMerged = written->partitionsMerged;
        for (auto& made : written->made)
            result->made.push_back(std::move(made));
    }
    auto ending = endWriting(state, entry, job.inputs, std::move(result), transaction);
    co_return co_await ending;
}

Task<void> LocalStore::Impl::anticompactClaimed(TableStatePtr state, LiveTables claimed,
                                                TokenSpans spans, Uuid session)
{
    for (const auto& table : *state->live) {
        const auto& holder = table->stats().pendingRepair;
        if (holder && *holder != session && touches(spans, table->firstToken(), table->lastToken()))
            co_return Error{ErrorCode::Invalid,
                            fmt::format("SSTables of {}.{} in these ranges belong to repair "
                                        "session {}, which has not ended",
                                        state->table->keyspace(), state->table->name(),
                                        holder->toString())};
    }
    for (const auto& table : claimed) {
        const bool isWhole = covers(spans, table->firstToken(), table->lastToken());
        if (isWhole) {
            auto marking = remark(state, table, {0, session});
            RW_CO_TRY(co_await marking);
        } else {
            auto dividing = splitForRepair(state, table, spans, session);
            RW_CO_TRY(co_await dividing);
        }
    }
    co_return ok();
}

Task<void> LocalStore::Impl::anticompact(TableStatePtr state, TokenSpans spans, Uuid session)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    TableTest isTouched = [spans](const sstable::Reader& table) {
        return RepairMark::of(table.stats()).isUnrepaired() &&
               touches(spans, table.firstToken(), table.lastToken());
    };
    auto claiming = claim(state, std::move(isTouched));
    RW_CO_ASSIGN(const LiveTables claimed, co_await claiming);
    auto setting = anticompactClaimed(state, claimed, std::move(spans), session);
    auto result = co_await setting;
    endCompaction(*state, claimed);
    considerCompaction(state);
    co_return result;
}

Task<void> LocalStore::Impl::endRepair(Uuid session, std::int64_t repairedAt)
{
    TableTest isOfIt = [session](const sstable::Reader& table) {
        return table.stats().pendingRepair == session;
    };
    std::vector<TableStatePtr> concerned;
    for (const auto& [id, state] : tables) {
        if (std::any_of(state->live->begin(), state->live->end(),
                        [&](const auto& table) { return isOfIt(*table); }))
            concerned.push_back(state);
    }
    Result<void> result = ok();
    for (const TableStatePtr& state : concerned) {
        auto claiming = claim(state, isOfIt);
        RW_CO_ASSIGN(const LiveTables claimed, co_await claiming);
        for (const auto& table : claimed) {
            auto marking = remark(state, table, {repairedAt, std::nullopt});
            if (auto marked = co_await marking; !marked && result)
                result = marked.error();
        }
        endCompaction(*state, claimed);
        considerCompaction(state);
    }
    co_return result;
}

Task<void> LocalStore::Impl::addPending(TableStatePtr state, rows::Partitions partitions,
                                        Uuid session)
{
    auto memtable = std::make_shared<Memtable>(state->table, CommitLogPosition{});
    for (const rows::Partition& partition : partitions)
        memtable->apply(partition, sstable::KeyHash::of(partition.key()).token);
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    FlushJob job;
    job.folders = state->folders;
    job.generations = state->generations;
    job.version = options.sstableVersion;
    job.table = state->table;
    job.memtable = std::move(memtable);
    job.hostId = options.hostId;
    job.backsUp = options.incrementalBackups && state->table->params().incrementalBackups;
    job.repair.pending = session;
    Disk* disk = &runtime.disk();
    auto writing = runtime.onPool(
        "repair", [disk, job, ids = cacheIds] { return writeMemtable(*disk, job, ids); });
    auto written = co_await writing;
    if (written && !written->empty() && !state->isDropped) {
        LiveTables live = *state->live;
        for (const auto& table : *written)
            live.push_back(state->current(table));
        publish(*state, std::move(live));
        rowCache.invalidate(state->table->id());
    }
    release(*state);
    if (!written)
        co_return written.error();
    considerCompaction(state);
    co_return ok();
}

Task<LocalRead> LocalStore::Impl::readPending(TableStatePtr state, rows::ReadCommand command,
                                              Uuid session)
{
    if (state == nullptr)
        co_return noTable(command.table->id());
    auto ofIt = std::make_shared<LiveTables>();
    for (const auto& table : *state->live) {
        if (table->stats().pendingRepair == session)
            ofIt->push_back(table);
    }
    ReadView view;
    view.tables = std::move(ofIt);
    auto reading = readRange(state, std::move(view), std::move(command), Priority::Background);
    co_return co_await reading;
}

std::set<Uuid> LocalStore::Impl::pendingRepairs() const
{
    std::set<Uuid> sessions;
    for (const auto& [id, state] : tables) {
        for (const auto& table : *state->live) {
            if (table->stats().pendingRepair)
                sessions.insert(*table->stats().pendingRepair);
        }
    }
    return sessions;
}

} // namespace engine::storage
