#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

// What keeps memtables and the commit log within their limits: flushes in good time, writers that
// wait, and an answer for those that have waited too long.

namespace {

/// A flush that failed for want of memory is tried again after so long.
constexpr Duration kFlushPause = std::chrono::seconds{1};

std::uint64_t memtableBytesOf(const TableState& state)
{
    std::uint64_t sum = state.active->isEmpty() ? 0 : state.active->bytes();
    for (const FrozenMemtable& frozen : state.frozen)
        sum += frozen.memtable->bytes();
    return sum;
}

/// What writers that wait may keep in memory, beside the memtables.
std::uint64_t waitingBytesMax(const StoreOptions& options)
{
    return std::max<std::uint64_t>(options.memtableBytes / 8, 64 << 10);
}

Error overloaded(const StoreOptions& options, std::string_view why)
{
    return Error{ErrorCode::Overloaded, "the memtables have reached their limit of " +
                                            std::to_string(options.memtableBytes >> 10) +
                                            " KiB and " + std::string{why} +
                                            ": write slower, or raise memtable_heap_space"};
}

} // namespace

/// Ends when there may be memory again. Overloaded if too much waits already, or at `deadline`.
Task<void> LocalStore::Impl::waitForMemory(MonoTime deadline, std::uint64_t bytes)
{
    if (refusal)
        co_return *refusal;
    if (!isOverLimit())
        co_return ok();
    if (flushFailure && runtime.now() < flushAgainAt)
        co_return *flushFailure;
    if (!writers.empty() && waitingBytes + bytes > waitingBytesMax(options)) {
        ++storeMetrics.writesRefused;
        co_return overloaded(options, "too many writes wait for a flush already");
    }
    OneShot<void> released{runtime, Priority::Request, "write waits for memory"};
    // Nearly always at the end: all wait equally long.
    auto place = writers.end();
    while (place != writers.begin() && std::prev(place)->deadline > deadline)
        --place;
    const bool isFirst = place == writers.begin();
    writers.insert(place, {released.completer(), deadline, bytes});
    waitingBytes += bytes;
    if (isFirst)
        endWaits();
    relieve();
    co_return co_await released;
}

/// Answers those whose time is over and looks again when the next one's will be.
void LocalStore::Impl::endWaits()
{
    runtime.cancel(waitTimer);
    while (!writers.empty() && writers.front().deadline <= runtime.now()) {
        ++storeMetrics.writesRefused;
        waitingBytes -= writers.front().bytes;
        writers.front().answer.complete(
            overloaded(options, "flushing did not free memory within the time a write waits"));
        writers.pop_front();
    }
    if (!writers.empty())
        waitTimer = runtime.after(writers.front().deadline - runtime.now(), "end of a wait",
                                  [this] { endWaits(); });
}

void LocalStore::Impl::releaseWriters()
{
    if (!refusal && isOverLimit())
        return;
    runtime.cancel(waitTimer);
    waitingBytes = 0;
    for (auto& writer : std::exchange(writers, {}))
        writer.answer.complete(ok());
}

TableStatePtr LocalStore::Impl::largestTable() const
{
    TableStatePtr largest;
    std::uint64_t most = 0;
    for (const auto& [id, state] : tables) {
        const std::uint64_t bytes = state->relievingBytes > 0 ? 0 : memtableBytesOf(*state);
        if (bytes > most) {
            most = bytes;
            largest = state;
        }
    }
    return largest;
}

/// Flushes the largest memtables as long as what is not being flushed takes more than the
/// threshold (Cassandra's MemtableCleanerThread), as many at once as there are flush writers.
void LocalStore::Impl::relieve()
{
    if (!isStarted || (flushFailure && runtime.now() < flushAgainAt))
        return;
    while (reliefs < options.memtableFlushWriters &&
           memtableBytes > relievingBytes + cleanupBytes) {
        const auto largest = largestTable();
        if (largest == nullptr)
            return;
        largest->relievingBytes = memtableBytesOf(*largest);
        relievingBytes += largest->relievingBytes;
        ++reliefs;
        runtime.spawn(Priority::Background, "flush for memory", flushForMemory(largest));
    }
}

Task<void> LocalStore::Impl::flushForMemory(TableStatePtr state)
{
    auto flushing = flush(state);
    const auto result = co_await flushing;
    relievingBytes -= std::exchange(state->relievingBytes, 0);
    --reliefs;
    noteFlush(result);
    relieve();
    co_return ok(); // flush() has logged what went wrong
}

/// While replaying, when nobody else flushes.
Task<void> LocalStore::Impl::flushLargest()
{
    const auto largest = largestTable();
    if (largest == nullptr)
        co_return ok();
    auto flushing = flush(largest);
    co_return co_await flushing;
}

void LocalStore::Impl::noteFlush(const Result<void>& result)
{
    flushFailure.reset();
    if (result)
        return;
    flushFailure = result.error().within("memtables are full and cannot be flushed");
    flushAgainAt = runtime.now() + kFlushPause;
    // Nobody may wait for memory that never comes: a full disk is their answer.
    runtime.cancel(waitTimer);
    waitingBytes = 0;
    for (auto& writer : std::exchange(writers, {}))
        writer.answer.complete(*flushFailure);
}

/// Flushes the tables that keep the oldest segments of a log that has grown over its total size.
void LocalStore::Impl::shrinkLog()
{
    for (const schema::TableId& id : log->tablesToFlush()) {
        const auto state = stateOf(id);
        if (state == nullptr || std::exchange(state->isFlushingForLog, true))
            continue;
        runtime.spawn(Priority::Background, "flush for the commit log", flushForLog(state));
    }
}

Task<void> LocalStore::Impl::flushForLog(TableStatePtr state)
{
    auto flushing = flush(state);
    auto result = co_await flushing;
    state->isFlushingForLog = false;
    co_return ok();
}

} // namespace engine::storage
