#include "engine/storage/store_impl.h"

#include <boost/container/small_vector.hpp>

#include <algorithm>

namespace engine::storage {

void LocalStore::Impl::answerLater(WriteDone done, Result<void> result)
{
    runtime.post(Priority::Request, "write answer",
                 [done = std::make_shared<WriteDone>(std::move(done)), result = std::move(result)] {
                     (*done)(result);
                 });
}

bool LocalStore::Impl::tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key,
                                WriteDone& done)
{
    if (refusal) {
        answerLater(std::move(done), *refusal);
        return true;
    }
    if (isOverLimit()) {
        relieve();
        return false;
    }
    bool durable = false;
    bool isCdc = false;
    boost::container::small_vector<TableState*, 4> states; // of the updates
    for (const rows::Partition& update : mutation.updates) {
        if (lastWritten == nullptr || lastWritten->table != update.table()) {
            const auto at = byId.find(update.table()->id());
            if (at == byId.end()) {
                answerLater(std::move(done), noTable(update.table()->id()));
                return true;
            }
            lastWritten = at->second;
        }
        states.push_back(lastWritten);
        lastWritten->active->prefetch(key.token);
        durable = durable || lastWritten->isDurable;
        isCdc = isCdc || (options.cdcEnabled && update.table()->params().cdc);
    }
    const bool isTimed = !states.empty() && states.front()->metrics.writes.wantsTime();
    const MonoTime started = isTimed ? runtime.now() : MonoTime{};
    const bool isShownLater = durable && options.commitLogSync != CommitLogSync::Periodic;
    WriteDone synced;
    if (isShownLater)
        synced = [this, number = undurableFirst + undurable.size()](Result<void> outcome) {
            onDurable(number, std::move(outcome));
        };
    CommitLogPosition position = log->position();
    for (const TableState* const state : states)
        state->active->prefetchPartition(key.token);
    if (durable) {
        // `done` moves into the log only if the record does.
        auto appended = log->append(mutation, isShownLater ? synced : done, isCdc);
        if (!appended) {
            answerLater(std::move(done), appended.error());
            return true;
        }
        position = *appended;
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
        TableState& state = *states[i];
        const rows::Partition& update = mutation.updates[i];
        if (durable && state.dirtySegment != position.segment) {
            state.dirtySegment = position.segment;
            log->markDirty(position.segment, update.table()->id());
        }
        if (isShownLater)
            state.lastLogged = position;
        else
            applyToMemtable(state, update, key,
                            durable ? position : positionWithoutUndurable(state));
        if (isTimed)
            state.metrics.writes.add(runtime.now() - started);
        else
            state.metrics.writes.addUntimed();
    }
    if (!durable)
        answerLater(std::move(done), ok());
    else if (isShownLater)
        keepUntilDurable(mutation, key, position, std::move(done));
    if (durable && std::exchange(segmentSeen, position.segment) != position.segment)
        shrinkLog();
    if (memtableBytes > cleanupBytes)
        relieve();
    return true;
}

void LocalStore::Impl::applyToMemtable(TableState& state, const rows::Partition& update,
                                       const sstable::KeyHash& key, CommitLogPosition position)
{
    state.lastWrite = position;
    state.lastLogged = std::max(state.lastLogged, position);
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

void LocalStore::Impl::keepUntilDurable(const rows::Mutation& mutation, const sstable::KeyHash& key,
                                        CommitLogPosition position, WriteDone done)
{
    UndurableWrite& write = undurable.emplace_back();
    write.mutation.keyspace = mutation.keyspace;
    for (const rows::Partition& update : mutation.updates)
        write.mutation.updates.push_back(update.clone());
    write.key = key;
    if (!write.mutation.updates.empty())
        write.key.key = write.mutation.key(); // the caller's goes
    write.position = position;
    write.done = std::move(done);
}

/// The log has answered for a write. They become visible in the order of the log, so that no
/// memtable claims a position whose record it lacks.
void LocalStore::Impl::onDurable(std::uint64_t number, Result<void> outcome)
{
    undurable[number - undurableFirst].synced = std::move(outcome);
    while (!undurable.empty() && undurable.front().synced) {
        UndurableWrite write = std::move(undurable.front());
        undurable.pop_front();
        ++undurableFirst;
        for (const rows::Partition& update : write.mutation.updates) {
            const auto at = byId.find(update.table()->id());
            if (at == byId.end())
                continue; // dropped meanwhile
            TableState& state = *at->second;
            if (*write.synced && state.truncatedUpTo < write.position)
                applyToMemtable(state, update, write.key, write.position);
            else
                state.lastWrite = write.position;
        }
        write.done(std::move(*write.synced));
    }
    if (memtableBytes > cleanupBytes)
        relieve();
}

/// Up to where the log's records of a table are in its memtables.
CommitLogPosition LocalStore::Impl::positionWithoutUndurable(const TableState& state) const
{
    return undurable.empty() ? log->position() : state.lastWrite;
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
