#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

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
    bool isCdc = false;
    for (const rows::Partition& update : mutation.updates) {
        const auto at = byId.find(update.table()->id());
        if (at == byId.end()) {
            answerLater(std::move(done), noTable(update.table()->id()));
            return true;
        }
        durable = durable || at->second->isDurable;
        isCdc = isCdc || (options.cdcEnabled && update.table()->params().cdc);
    }
    CommitLogPosition position = log->position();
    if (durable) {
        // `done` moves into the log only if the record does.
        auto appended = log->append(mutation, done, isCdc);
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
        applyToMemtable(state, update, key, position);
        state.metrics.writes.add(runtime.now() - started);
    }
    if (!durable)
        answerLater(std::move(done), ok());
    else if (std::exchange(segmentSeen, position.segment) != position.segment)
        shrinkLog();
    if (memtableBytes > cleanupBytes)
        relieve();
    return true;
}

void LocalStore::Impl::applyToMemtable(TableState& state, const rows::Partition& update,
                                       const sstable::KeyHash& key, CommitLogPosition position)
{
    state.lastWrite = position;
    if (update.isEmpty())
        return;
    if (usesRowCache(state))
        rowCache.invalidate(state.table->id(), key);
    if (state.active->isEmpty() && state.table->params().memtableFlushPeriodMs > 0)
        flushInTime(state);
    const std::size_t before = state.active->bytes();
    state.active->apply(update, key.token);
    memtableBytes += state.active->bytes() - before;
}

/// memtable_flush_period_in_ms: the memtable, which gets its first write now, is flushed then if
/// it still is there.
void LocalStore::Impl::flushInTime(TableState& state)
{
    runtime.cancel(state.flushTimer);
    state.flushTimer = runtime.after(
        std::chrono::milliseconds{state.table->params().memtableFlushPeriodMs}, "flush period",
        [this, id = state.table->id(), memtable = std::weak_ptr<const Memtable>{state.active}] {
            const auto current = stateOf(id);
            if (current != nullptr && current->active == memtable.lock())
                runtime.spawn(Priority::Background, "flush after its period", flush(current));
        });
}

} // namespace engine::storage
