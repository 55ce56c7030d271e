#include "engine/storage/partition_read.h"
#include "engine/storage/store_impl.h"

#include <fmt/format.h>

namespace engine::storage {

namespace {

/// A partition of up to so many rows is cached and answered without suspending.
constexpr std::uint32_t kCachedRowsAtOnce = 512;
constexpr std::uint32_t kCachedRowsAStep = 256;
/// Longer ones are not kept: copying one would hold up the node's thread.
constexpr std::size_t kCachedRowsMax = 2048;

/// Whether the command's rows begin where the partition does (ClusteringIndexFilter.isHeadFilter).
bool readsHead(const rows::ReadCommand& command)
{
    const rows::ClusteringFilter& filter = command.clustering;
    if (filter.reversed || filter.isNames || command.resumeAfter)
        return false;
    return filter.slices.empty() ||
           (filter.slices.size() == 1 && filter.slices.front().start.values.empty());
}

/// Whether all that the command may select lies before the last cached row, or is it.
bool endsWithin(const MemtablePartition& cached, const rows::ReadCommand& command)
{
    const rows::ClusteringFilter& filter = command.clustering;
    if (filter.selectsAll() || cached.rows.size() == 0)
        return false;
    const MemtableRow& last = *cached.rows.at(cached.rows.previous(cached.rows.end())).row;
    Arena scratch;
    const auto slices = rows::slicesOf(command, false, scratch);
    if (slices.empty() || slices.back().end.values.empty())
        return false;
    const rows::Bound& end = slices.back().end;
    return rows::compareBounds(*command.table, end.kind, end.values, rows::BoundKind::InclusiveEnd,
                               last.clustering()) <= 0;
}

bool reachesFarEnough(const CachedRows& cached, const sstable::KeyHash& key,
                      const rows::ReadCommand& command, const rows::LimitCounter& counter)
{
    if (cached.isWhole || (readsHead(command) && counter.isPartitionDone()))
        return true;
    const MemtablePartition* partition = cached.rows->find(key.token, key.key);
    return partition != nullptr && endsWithin(*partition, command);
}

/// Markers and rows without anything alive.
std::uint64_t deadRows(const LocalRead& read, std::int64_t nowSeconds)
{
    std::uint64_t count = 0;
    for (const rows::Partition& partition : read.partitions) {
        for (const rows::Unfiltered& next : partition.unfiltereds)
            count += next.kind == rows::Unfiltered::Kind::Marker ||
                             !rows::LimitCounter::isLive(next.row, nowSeconds)
                         ? 1
                         : 0;
    }
    return count;
}

ReadView viewOf(const CachedRows& cached, const std::shared_ptr<const LiveTables>& noTables)
{
    ReadView view;
    view.memtables.push_back(cached.rows);
    view.tables = noTables;
    return view;
}

rows::ReadCommand fillCommand(const TableState& state, const rows::ReadCommand& command)
{
    rows::ReadCommand fill;
    fill.table = state.table;
    fill.key = command.key;
    fill.nowSeconds = command.nowSeconds;
    fill.limits.rows = state.rowsToCache;
    fill.trace = command.trace;
    return fill;
}

bool mayFill(const TableState& state, const rows::ReadCommand& command)
{
    return (state.rowsToCache == UINT32_MAX || readsHead(command)) && command.table == state.table;
}

void tell(const rows::ReadCommand& command, const char* words)
{
    if (command.trace)
        command.trace->add(words);
}

} // namespace

void LocalStore::Impl::noteRowCache(TableState& state, RowCacheOutcome outcome)
{
    switch (outcome) {
    case RowCacheOutcome::NotAsked:
        return;
    case RowCacheOutcome::Hit:
        ++state.metrics.rowCacheHits;
        ++storeMetrics.rowCacheHits;
        return;
    case RowCacheOutcome::Miss:
        ++state.metrics.rowCacheMisses;
        ++storeMetrics.rowCacheMisses;
        return;
    case RowCacheOutcome::OutOfRange:
        ++state.metrics.rowCacheOutOfRange;
        ++storeMetrics.rowCacheHits; // of the cache, though not of the table: as Cassandra counts
        return;
    }
}

void LocalStore::Impl::fillRowCache(const TableState& state, const sstable::KeyHash& key,
                                    std::uint64_t ticket, const rows::Partition& partition,
                                    bool isWhole)
{
    if (partition.isEmpty() || partition.unfiltereds.size() > kCachedRowsMax) {
        rowCache.release(ticket, state.table->id(), key);
        return;
    }
    auto rows = std::make_shared<Memtable>(state.table, CommitLogPosition{});
    rows->apply(partition, key.token);
    rowCache.fill(ticket, state.table->id(), key, {std::move(rows), isWhole});
}

std::optional<Result<rows::Partition>>
LocalStore::Impl::tryReadThroughRowCache(TableState& state, const rows::ReadCommand& command,
                                         const sstable::KeyHash& key, bool& mustSuspend)
{
    const CachedRows* found = rowCache.find(state.table->id(), key);
    RowCacheOutcome outcome = RowCacheOutcome::Hit;
    if (found == nullptr) {
        outcome = RowCacheOutcome::Miss;
        const std::uint64_t ticket =
            mayFill(state, command) ? rowCache.reserve(state.table->id(), key) : 0;
        if (ticket != 0 && !tryFillRowCache(state, command, key, ticket)) {
            mustSuspend = true;
            return std::nullopt;
        }
        if (ticket != 0)
            found = rowCache.find(state.table->id(), key);
    }
    if (found == nullptr || command.table != state.table) {
        noteRowCache(state, RowCacheOutcome::Miss);
        return std::nullopt;
    }
    const CachedRows cached = *found;
    const ReadView view = viewOf(cached, noTables);
    CachedChunks chunks{cache};
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    PartitionRead read{view, command, key, nullptr, chunks, counter, state.metrics};
    const auto progress = read.run(kCachedRowsAtOnce);
    if (!progress)
        return Result<rows::Partition>{progress.error()};
    if (*progress != Progress::Done) {
        mustSuspend = true;
        return std::nullopt;
    }
    const bool reaches = reachesFarEnough(cached, key, command, counter);
    noteRowCache(state, reaches || outcome == RowCacheOutcome::Miss ? outcome
                                                                    : RowCacheOutcome::OutOfRange);
    if (!reaches)
        return std::nullopt;
    return Result<rows::Partition>{read.take()};
}

/// Reads what the row cache keeps of a partition, and puts it there. False: it takes more than
/// one step, or cannot be read; the reservation is gone then.
bool LocalStore::Impl::tryFillRowCache(TableState& state, const rows::ReadCommand& command,
                                       const sstable::KeyHash& key, std::uint64_t ticket)
{
    const rows::ReadCommand fill = fillCommand(state, command);
    const ReadView view = state.view();
    CachedChunks chunks{cache};
    rows::LimitCounter counter{fill.limits, fill.nowSeconds};
    PartitionRead read{view, fill, key, keyCacheOf(state), chunks, counter, state.metrics};
    const auto progress = read.run(kCachedRowsAtOnce);
    if (!progress || *progress != Progress::Done) {
        rowCache.release(ticket, state.table->id(), key);
        return false;
    }
    fillRowCache(state, key, ticket, read.take(), !counter.isPartitionDone());
    return true;
}

Task<std::optional<LocalRead>> LocalStore::Impl::readThroughRowCache(TableStatePtr state,
                                                                     rows::ReadCommand command,
                                                                     Priority priority)
{
    const schema::TableId id = state->table->id();
    const sstable::KeyHash key = sstable::KeyHash::of(*command.key);
    if (const CachedRows* found = rowCache.find(id, key)) {
        auto reading = readCached(state, *found, command, priority);
        RW_CO_ASSIGN(auto cached, co_await reading);
        noteRowCache(*state, cached ? RowCacheOutcome::Hit : RowCacheOutcome::OutOfRange);
        tell(command, cached ? "Row cache hit"
                             : "Ignoring row cache as cached value could not satisfy query");
        if (cached && cached->report)
            command.trace->add(fmt::format("Read {} live rows and {} tombstone cells",
                                           cached->report->liveRows, cached->report->tombstones));
        co_return std::move(cached);
    }
    noteRowCache(*state, RowCacheOutcome::Miss);
    const bool fills = mayFill(*state, command);
    const std::uint64_t ticket = fills ? rowCache.reserve(id, key) : 0;
    tell(command, fills && ticket == 0 ? "Row cache miss (race)" : "Row cache miss");
    if (!fills)
        tell(command, "Fetching data but not populating cache as query does not query from the "
                      "start of the partition");
    if (ticket == 0)
        co_return std::optional<LocalRead>{};
    auto filling = readPartition(state, fillCommand(*state, command), priority, false);
    auto filled = co_await filling;
    if (!filled || filled->partitions.empty()) {
        rowCache.release(ticket, id, key);
        if (!filled)
            co_return filled.error();
        co_return std::optional<LocalRead>{};
    }
    if (command.trace)
        command.trace->add(
            fmt::format("Caching {} rows", filled->partitions.front().unfiltereds.size()));
    fillRowCache(*state, key, ticket, filled->partitions.front(), !filled->limited);
    const CachedRows* found = rowCache.find(id, key);
    if (found == nullptr)
        co_return std::optional<LocalRead>{};
    auto reading = readCached(state, *found, command, priority);
    RW_CO_ASSIGN(auto cached, co_await reading);
    if (cached && filled->report) {
        auto report = std::make_shared<ReadReport>(*filled->report);
        report->rowCache = RowCacheOutcome::Miss;
        cached->report = std::move(report);
    }
    co_return std::move(cached);
}

/// What the command selects; nothing if the cached rows do not reach as far.
Task<std::optional<LocalRead>> LocalStore::Impl::readCached(TableStatePtr state, CachedRows cached,
                                                            rows::ReadCommand command,
                                                            Priority priority)
{
    if (command.table != state->table)
        co_return std::optional<LocalRead>{};
    const sstable::KeyHash key = sstable::KeyHash::of(*command.key);
    const ReadView view = viewOf(cached, noTables);
    CachedChunks chunks{cache};
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    PartitionRead read{view, command, key, nullptr, chunks, counter, state->metrics};
    while (true) {
        RW_CO_ASSIGN(const Progress progress, read.run(kCachedRowsAStep));
        if (progress == Progress::Done)
            break;
        auto yielding = runtime.yield(priority, "read of the row cache");
        RW_CO_TRY(co_await yielding);
    }
    if (!reachesFarEnough(cached, key, command, counter))
        co_return std::optional<LocalRead>{};
    LocalRead answer;
    answer.limited = counter.isPartitionDone() && counter.rows() > 0;
    if (auto partition = read.take(); !partition.isEmpty())
        answer.partitions.push_back(std::move(partition));
    if (command.trace) {
        auto report = std::make_shared<ReadReport>();
        report->rowCache = RowCacheOutcome::Hit;
        report->liveRows = counter.rows();
        report->tombstones = deadRows(answer, command.nowSeconds);
        answer.report = std::move(report);
    }
    co_return std::optional{std::move(answer)};
}

} // namespace engine::storage
