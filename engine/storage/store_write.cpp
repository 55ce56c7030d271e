#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

namespace {
/// Memtables are flushed from this share of their limit on, so that writers seldom wait.
constexpr double kFlushShare = 0.5;
/// A flush that failed for want of memory is tried again after so long.
constexpr Duration kFlushPause = std::chrono::seconds{1};
} // namespace

void LocalStore::Impl::answerLater(WriteDone done, Result<void> result)
{
    runtime.post(Priority::Request, "write answer",
                 [done = std::make_shared<WriteDone>(std::move(done)), result = std::move(result)] {
                     (*done)(result);
                 });
}

bool LocalStore::Impl::tryApply(const rows::Mutation& mutation, WriteDone& done)
{
    if (refusal) {
        answerLater(std::move(done), *refusal);
        return true;
    }
    if (isOverLimit()) {
        relieve();
        return false;
    }
    const MonoTime started = runtime.now();
    bool durable = false;
    for (const rows::Partition& update : mutation.updates) {
        const auto at = byId.find(update.table()->id());
        if (at == byId.end()) {
            answerLater(std::move(done), noTable(update.table()->id()));
            return true;
        }
        durable = durable || at->second->isDurable;
    }
    CommitLogPosition position = log->position();
    if (durable) {
        // `done` moves into the log only if the record does.
        auto appended = log->append(mutation, done);
        if (!appended) {
            answerLater(std::move(done), appended.error());
            return true;
        }
        position = *appended;
    }
    const sstable::KeyHash key =
        mutation.updates.empty() ? sstable::KeyHash{} : sstable::KeyHash::of(mutation.key());
    for (const rows::Partition& update : mutation.updates) {
        TableState& state = *byId.find(update.table()->id())->second;
        if (durable && state.dirtySegment != position.segment) {
            state.dirtySegment = position.segment;
            log->markDirty(position.segment, update.table()->id());
        }
        applyToMemtable(state, update, key.token, position);
        state.metrics.writes.add(runtime.now() - started);
    }
    if (!durable)
        answerLater(std::move(done), ok());
    else if (std::exchange(segmentSeen, position.segment) != position.segment)
        shrinkLog();
    if (memtableBytes >
        static_cast<std::uint64_t>(kFlushShare * static_cast<double>(options.memtableBytes)))
        relieve();
    return true;
}

void LocalStore::Impl::applyToMemtable(TableState& state, const rows::Partition& update,
                                       std::int64_t token, CommitLogPosition position)
{
    state.lastWrite = position;
    if (update.isEmpty())
        return;
    const std::size_t before = state.active->bytes();
    state.active->apply(update, token);
    memtableBytes += state.active->bytes() - before;
}

Task<void> LocalStore::Impl::waitForMemory()
{
    if (refusal)
        co_return *refusal;
    if (!isOverLimit())
        co_return ok();
    if (flushFailure && runtime.now() < flushAgainAt)
        co_return *flushFailure;
    OneShot<void> released{runtime, Priority::Request, "write waits for memory"};
    writers.push_back(released.completer());
    relieve();
    co_return co_await released;
}

void LocalStore::Impl::releaseWriters()
{
    if (!refusal && isOverLimit())
        return;
    for (auto& writer : std::exchange(writers, {}))
        writer.complete(ok());
}

void LocalStore::Impl::relieve()
{
    if (isRelieving || !isStarted || (flushFailure && runtime.now() < flushAgainAt))
        return;
    isRelieving = true;
    runtime.spawn(Priority::Background, "flush largest", flushLargest());
}

/// Flushes the tables that keep the oldest segments of a log that has grown over its total size.
void LocalStore::Impl::shrinkLog()
{
    for (const schema::TableId& id : log->tablesToFlush()) {
        if (const auto state = stateOf(id))
            runtime.spawn(Priority::Background, "flush for the commit log", flush(state));
    }
}

Task<void> LocalStore::Impl::flushLargest()
{
    const auto bytesOf = [](const TableState& state) {
        std::size_t sum = state.active->isEmpty() ? 0 : state.active->bytes();
        for (const FrozenMemtable& frozen : state.frozen)
            sum += frozen.memtable->bytes();
        return sum;
    };
    TableStatePtr largest;
    for (const auto& [id, state] : tables) {
        if (largest == nullptr || bytesOf(*state) > bytesOf(*largest))
            largest = state;
    }
    Result<void> result = ok();
    if (largest != nullptr && bytesOf(*largest) > 0) {
        auto flushing = flush(largest);
        result = co_await flushing;
    }
    isRelieving = false;
    flushFailure.reset();
    if (!result) {
        flushFailure = result.error().within("memtables are full and cannot be flushed");
        flushAgainAt = runtime.now() + kFlushPause;
        // Nobody may wait for memory that never comes: a full disk is their answer.
        for (auto& writer : std::exchange(writers, {}))
            writer.complete(*flushFailure);
    }
    co_return result;
}

} // namespace engine::storage
