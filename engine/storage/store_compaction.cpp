#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/compaction/file_transaction.h"
#include "engine/storage/compaction/strategy.h"
#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

namespace {

/// Expiry and tombstone ratios change by time alone, without any flush.
constexpr Duration kCompactionCheckPeriod = std::chrono::seconds{60};

std::int64_t memtableMinTimestamp(const TableState& state)
{
    std::int64_t least = INT64_MAX;
    if (!state.active->isEmpty())
        least = state.active->stats().minTimestamp;
    for (const FrozenMemtable& frozen : state.frozen)
        least = std::min(least, frozen.memtable->stats().minTimestamp);
    return least;
}

/// The live SSTables of each folder: those of different disks are not compacted together.
std::map<std::string, LiveTables> liveByFolder(const LiveTables& live)
{
    std::map<std::string, LiveTables> tables;
    for (const auto& table : live)
        tables[table->descriptor().folder].push_back(table);
    return tables;
}

/// SSTables as the strategy sees them.
std::vector<CompactionCandidate> candidatesOf(const TableState& state, const LiveTables& tables,
                                              std::int64_t nowSeconds)
{
    std::vector<CompactionCandidate> candidates;
    candidates.reserve(tables.size());
    for (const auto& reader : tables) {
        auto candidate = compactionCandidate(*reader, nowSeconds);
        candidate.isBusy = state.compacting.contains(reader->descriptor());
        // When older ones were written is not known: long enough ago.
        if (const auto born = state.bornAt.find(reader->descriptor().generation);
            born != state.bornAt.end())
            candidate.ageSeconds = nowSeconds - born->second;
        candidates.push_back(candidate);
    }
    return candidates;
}

LiveTables tablesAt(const LiveTables& of, const std::vector<std::size_t>& indexes)
{
    LiveTables tables;
    for (const std::size_t index : indexes)
        tables.push_back(of[index]);
    return tables;
}

/// Merged data is repaired if all of it is, since the earliest; it waits for a repair if all of it
/// waits for the same one.
sstable::RepairMark repairMarkOf(const LiveTables& inputs)
{
    auto merged = sstable::RepairMark::of(inputs.front()->stats());
    for (const auto& table : inputs) {
        const auto& stats = table->stats();
        merged.repairedAt = std::min(merged.repairedAt, stats.repairedAt);
        if (stats.pendingRepair != merged.pending)
            merged.pending.reset();
    }
    return merged;
}

/// Whether tombstones of these SSTables may go (only_purge_repaired_tombstones), and what else does
/// (provide_overlapping_tombstones; CompactionController.shadowSources()).
void setPurging(const schema::Table& table, CompactionJob& job)
{
    const auto common = CommonCompactionOptions::fromOptions(table.params().compaction);
    if (!common)
        return;
    job.purges = !common->onlyPurgeRepairedTombstones || repairMarkOf(job.inputs).repairedAt != 0;
    if (job.purges)
        job.garbage = std::max(job.garbage, common->overlappingGarbage);
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
    const std::int64_t now = runtime.wallNow().seconds();
    for (const auto& [id, state] : tables) {
        if (!state->autoCompaction)
            continue;
        if (auto strategy = makeCompactionStrategy(*state->table))
            for (const auto& [folder, tablesThere] : liveByFolder(*state->live))
                pending += storage::pendingCompactions(**strategy,
                                                       candidatesOf(*state, tablesThere, now), now);
    }
    return pending;
}

std::optional<CompactionJob> LocalStore::Impl::nextJob(const TableState& state,
                                                       const CompactionStrategy& strategy) const
{
    const std::int64_t now = runtime.wallNow().seconds();
    for (const auto& [folder, tablesThere] : liveByFolder(*state.live)) {
        const auto plan = nextCompaction(strategy, candidatesOf(state, tablesThere, now),
                                         memtableMinTimestamp(state), now);
        if (!plan)
            continue;
        CompactionJob job;
        job.inputs = tablesAt(tablesThere, plan->inputs);
        job.split = plan->split;
        job.kind = plan->isForTombstones ? "Tombstone Compaction" : "Compaction";
        job.isExpired = plan->isExpired;
        job.isAutomatic = true;
        setPurging(*state.table, job);
        return job;
    }
    return std::nullopt;
}

void LocalStore::Impl::considerCompaction(const TableStatePtr& state)
{
    while (isStarted && !isDraining && !state->isDropped && state->autoCompaction &&
           !state->isExclusive && compactionsRunning < options.concurrentCompactors) {
        auto strategy = makeCompactionStrategy(*state->table);
        if (!strategy) {
            runtime.log().warn("storage", strategy.error().detail());
            return;
        }
        auto job = nextJob(*state, **strategy);
        if (!job)
            return;
        beginCompaction(*state, job->inputs);
        runtime.spawn(Priority::Background, "compaction",
                      compactInBackground(state, std::move(*job)));
    }
}

void LocalStore::Impl::considerAllCompactions()
{
    for (const auto& [id, state] : tables)
        considerCompaction(state);
}

void LocalStore::Impl::checkCompactionsLater()
{
    compactionTimer = runtime.after(kCompactionCheckPeriod, "check compactions", [this] {
        if (isDraining)
            return;
        considerAllCompactions();
        checkCompactionsLater();
    });
}

Task<void> LocalStore::Impl::compactInBackground(TableStatePtr state, CompactionJob job)
{
    const LiveTables inputs = job.inputs;
    auto compacting = compactTables(state, std::move(job));
    auto result = co_await compacting;
    endCompaction(*state, inputs);
    // After a failure (a full disk, a damaged table) the next flush asks again.
    if (result)
        considerAllCompactions();
    co_return result;
}

void LocalStore::Impl::beginCompaction(TableState& state, const LiveTables& inputs)
{
    for (const auto& table : inputs)
        state.compacting.insert(table->descriptor());
    ++state.compactionsRunning;
    ++compactionsRunning;
}

void LocalStore::Impl::endCompaction(TableState& state, const LiveTables& inputs)
{
    for (const auto& table : inputs) {
        state.compacting.erase(table->descriptor());
        state.bornAt.erase(table->descriptor().generation);
    }
    // An input that stayed keeps the time of this attempt, so that it is not tried at once again.
    for (const auto& table : *state.live) {
        if (std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
                return input->descriptor() == table->descriptor();
            }))
            state.bornAt[table->descriptor().generation] = runtime.wallNow().seconds();
    }
    --state.compactionsRunning;
    --compactionsRunning;
    for (auto& waiter : std::exchange(compactionWaiters, {}))
        waiter.complete(ok());
}

CompactionInput LocalStore::Impl::inputOf(const TableState& state, const CompactionJob& job)
{
    CompactionInput input;
    input.table = state.table;
    input.inputs = job.inputs;
    for (const auto& table : *state.live) {
        if (std::find(job.inputs.begin(), job.inputs.end(), table) == job.inputs.end())
            input.others.push_back(table);
    }
    input.memtableMinTimestamp = memtableMinTimestamp(state);
    input.folders = state.folders;
    input.generations = state.generations;
    input.version = options.sstableVersion;
    input.transaction =
        std::make_shared<FileTransaction>(runtime.disk(), job.inputs.front()->descriptor().folder,
                                          std::to_string(state.generations->fetch_add(1)));
    input.split = job.split;
    input.nowSeconds = runtime.wallNow().seconds();
    input.purges = job.purges;
    input.keep = job.keep;
    input.garbage = job.garbage;
    input.repair = job.repair.value_or(repairMarkOf(job.inputs));
    if (!options.hostId.isZero())
        input.originatingHost = options.hostId;
    return input;
}

/// Merges the job's SSTables and puts the result in their place. Requires beginCompaction().
Task<void> LocalStore::Impl::compactTables(TableStatePtr state, CompactionJob job)
{
    const auto entry = showRunning(*state, job.kind, 0);
    if (job.isAutomatic)
        entry->inputs = job.inputs;
    emit("compaction_started", *state, 0);
    CompactionInput input = inputOf(*state, job);
    const auto transaction = input.transaction;
    input.earlyEvery = options.earlyOpenBytes;
    input.cacheIds = cacheIds;
    // What reads see of it now; empty before there is anything.
    const auto early = std::make_shared<std::shared_ptr<const EarlyCompaction>>();
    Result<CompactionResult> result = CompactionResult{};
    if (!job.isExpired) {
        EarlyListener show = [this, state, early, inputs = job.inputs](EarlyResult soFar) {
            state->showEarly(*early, {inputs, std::move(soFar)});
            noteSummaries();
        };
        auto compacting = storage::compact(runtime, std::move(input), entry->progress, &throttle,
                                           std::move(show));
        result = co_await compacting;
    }
    // A failure brings the whole inputs back before the files of the result go.
    if (!result)
        state->hideEarly(*early);
    auto ending = endWriting(state, entry, job.inputs, std::move(result), transaction);
    auto ended = co_await ending;
    // With its inputs gone from the live ones it counts no more already, unless that has failed.
    if (*early != nullptr) {
        state->hideEarly(*early);
        noteSummaries();
    }
    co_return ended;
}

/// After the merging: puts the result in the place of the inputs, or leaves nothing of it.
Task<void> LocalStore::Impl::endWriting(TableStatePtr state, std::shared_ptr<Running> entry,
                                        LiveTables inputs, Result<CompactionResult> result,
                                        std::shared_ptr<FileTransaction> transaction)
{
    std::erase(running, entry);
    if (!result) {
        auto undoing = undoTransaction(transaction);
        (void)co_await undoing;
        logFailure(entry->info, result.error());
        giveUpFolder(result.error());
        co_return result.error();
    }
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    auto publishing = publishCompaction(state, inputs, *result, transaction);
    auto published = co_await publishing;
    release(*state);
    if (published)
        reportCompaction(*state, entry->info, inputs, *result);
    co_return published;
}

void LocalStore::Impl::logFailure(const CompactionInfo& info, const Error& error)
{
    const std::string what = info.kind + " of " + info.keyspace + "." + info.table;
    if (error.code() == ErrorCode::Cancelled)
        runtime.log().info("storage", what + " was stopped");
    else
        runtime.log().error("storage", what + " failed: " + error.detail());
}

/// Gives the last reference to a transaction to the pool: undoing it works on files.
Task<void> LocalStore::Impl::undoTransaction(std::shared_ptr<FileTransaction> transaction)
{
    auto holder = std::make_shared<std::shared_ptr<FileTransaction>>(std::move(transaction));
    auto undoing = runtime.onPool("undo compaction", [holder]() -> Result<void> {
        holder->reset();
        return ok();
    });
    co_return co_await undoing;
}

/// Requires the table to be acquired, so that no snapshot links files that go.
Task<void> LocalStore::Impl::publishCompaction(TableStatePtr state, LiveTables inputs,
                                               CompactionResult result,
                                               std::shared_ptr<FileTransaction> transaction)
{
    // Inputs are found by descriptor: ALTER TABLE gives them new readers.
    const auto isInput = [&inputs](const sstable::ReaderPtr& table) {
        return std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
            return input->descriptor() == table->descriptor();
        });
    };
    const auto stillLive =
        static_cast<std::size_t>(std::count_if(state->live->begin(), state->live->end(), isInput));
    if (stillLive != inputs.size() || state->isDropped) {
        // Truncated or dropped meanwhile: what was made of it is void.
        auto undoing = undoTransaction(std::move(transaction));
        co_return co_await undoing;
    }
    Disk* disk = &runtime.disk();
    auto committing = runtime.onPool(
        "compaction", [disk, result, inputs, transaction, table = state->table, ids = cacheIds] {
            return [&]() -> Result<LiveTables> {
                RW_ASSIGN(auto opened, openResult(*disk, result, table, ids));
                std::vector<sstable::Descriptor> obsolete;
                for (const auto& input : inputs)
                    obsolete.push_back(input->descriptor());
                RW_TRY(transaction->commit(std::move(obsolete)));
                return opened;
            }();
        });
    auto opened = co_await committing;
    if (!opened) {
        auto undoing = undoTransaction(std::move(transaction));
        (void)co_await undoing;
        co_return opened.error();
    }
    LiveTables live;
    for (const auto& table : *state->live) {
        if (!isInput(table))
            live.push_back(table);
    }
    std::uint64_t bytes = 0;
    for (const auto& reader : *opened) {
        live.push_back(state->current(reader));
        bytes += reader->bytesOnDisk();
        state->bornAt[reader->descriptor().generation] = runtime.wallNow().seconds();
    }
    state->metrics.bytesCompacted += bytes;
    publish(*state, std::move(live));
    ++state->metrics.compactions;
    emit("compaction_finished", *state, bytes);
    auto removing = runtime.onPool("compaction", [transaction] { return transaction->finish(); });
    co_return co_await removing;
}

void LocalStore::Impl::reportCompaction(const TableState& state, const CompactionInfo& info,
                                        const LiveTables& inputs, const CompactionResult& result)
{
    if (!onCompaction)
        return;
    CompactionRecord record;
    record.id = info.id;
    record.keyspace = state.table->keyspace();
    record.table = state.table->name();
    record.kind = info.kind;
    record.endedAt = runtime.wallNow();
    for (const auto& table : inputs)
        record.bytesIn += table->bytesOnDisk();
    for (const auto& made : result.made)
        record.bytesOut += made.bytesOnDisk;
    record.partitionsMerged = result.partitionsMerged;
    onCompaction(record);
}

/// Waits until no other compaction of the table runs, and bars new ones.
Task<void> LocalStore::Impl::beginExclusive(TableStatePtr state)
{
    while (state->isExclusive || state->compactionsRunning > 0) {
        OneShot<void> ended{runtime, Priority::Background, "waits for compactions"};
        compactionWaiters.push_back(ended.completer());
        RW_CO_TRY(co_await ended);
    }
    state->isExclusive = true;
    co_return ok();
}

Task<void> LocalStore::Impl::runJobs(TableStatePtr state, std::vector<CompactionJob> jobs)
{
    Result<void> result = ok();
    for (CompactionJob& job : jobs) {
        const LiveTables inputs = job.inputs;
        beginCompaction(*state, inputs);
        auto compacting = compactTables(state, std::move(job));
        result = co_await compacting;
        endCompaction(*state, inputs);
        if (!result)
            break;
    }
    co_return result;
}

void LocalStore::Impl::endExclusive(const TableStatePtr& state)
{
    state->isExclusive = false;
    for (auto& waiter : std::exchange(compactionWaiters, {}))
        waiter.complete(ok());
    considerAllCompactions();
}

Task<void> LocalStore::Impl::compactAll(TableStatePtr state)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    auto waiting = beginExclusive(state);
    RW_CO_TRY(co_await waiting);
    auto strategy = makeCompactionStrategy(*state->table);
    Result<void> result = ok();
    if (strategy) {
        std::vector<CompactionJob> jobs;
        for (const auto& [folder, tablesThere] : liveByFolder(*state->live)) {
            const auto candidates = candidatesOf(*state, tablesThere, runtime.wallNow().seconds());
            for (const auto& plan : majorCompactions(**strategy, candidates)) {
                CompactionJob job;
                job.inputs = tablesAt(tablesThere, plan.inputs);
                job.split = plan.split;
                setPurging(*state->table, job);
                jobs.push_back(std::move(job));
            }
        }
        auto compacting = runJobs(state, std::move(jobs));
        result = co_await compacting;
    } else {
        result = strategy.error();
    }
    endExclusive(state);
    co_return result;
}

Task<void> LocalStore::Impl::compactFiles(TableStatePtr state, std::vector<std::string> generations)
{
    auto waiting = beginExclusive(state);
    RW_CO_TRY(co_await waiting);
    LiveTables chosen;
    Result<void> result = ok();
    for (const std::string& generation : generations) {
        const auto found =
            std::find_if(state->live->begin(), state->live->end(), [&](const auto& table) {
                return table->descriptor().generation == generation;
            });
        if (found == state->live->end())
            result = Error{ErrorCode::NotFound, "there is no SSTable " + generation + " in " +
                                                    state->folders.first() +
                                                    ": it may have been compacted meanwhile"};
        else if (std::find(chosen.begin(), chosen.end(), *found) == chosen.end())
            chosen.push_back(*found);
    }
    if (result && !chosen.empty()) {
        std::vector<CompactionJob> jobs;
        for (const auto& [folder, tablesThere] : liveByFolder(chosen)) {
            const auto candidates = candidatesOf(*state, tablesThere, runtime.wallNow().seconds());
            for (const auto& group : groupedByRepairState(candidates)) {
                CompactionJob job;
                job.kind = "User Defined Compaction";
                job.inputs = tablesAt(tablesThere, group);
                setPurging(*state->table, job);
                jobs.push_back(std::move(job));
            }
        }
        auto compacting = runJobs(state, std::move(jobs));
        result = co_await compacting;
    }
    endExclusive(state);
    co_return result;
}

/// Each SSTable by itself: what it keeps its level and its being repaired.
Task<void> LocalStore::Impl::rewriteEach(TableStatePtr state, std::string kind,
                                         std::optional<std::vector<TokenSpan>> keep,
                                         Garbage garbage, bool onlyMisplaced)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    auto waiting = beginExclusive(state);
    RW_CO_TRY(co_await waiting);
    std::vector<CompactionJob> jobs;
    const LiveTables chosen = onlyMisplaced ? misplaced(*state) : *state->live;
    for (const auto& table : chosen) {
        CompactionJob job;
        job.inputs = {table};
        job.kind = kind;
        job.split.level = table->stats().level;
        job.keep = keep;
        job.garbage = garbage;
        setPurging(*state->table, job);
        jobs.push_back(std::move(job));
    }
    auto compacting = runJobs(state, std::move(jobs));
    auto result = co_await compacting;
    endExclusive(state);
    co_return result;
}

std::size_t LocalStore::Impl::stopCompactions(const std::string& kindOrId)
{
    std::size_t stopped = 0;
    for (const auto& each : running) {
        if (kindOrId.empty() || each->info.kind == kindOrId || each->info.id == kindOrId) {
            each->progress->cancelled = true;
            ++stopped;
        }
    }
    return stopped;
}

} // namespace engine::storage
