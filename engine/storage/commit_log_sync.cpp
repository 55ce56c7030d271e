#include "engine/storage/commit_log_core.h"

namespace engine::storage {

// How what is written becomes durable, and what happens when it does not.

namespace {
/// After a full disk or a want of file handles the next write tries again after so long.
constexpr Duration kLogPause = std::chrono::seconds{1};
} // namespace

void CommitLog::Core::armSyncTimer()
{
    if (syncTimer || isSyncing || synced == written)
        return;
    syncTimer =
        runtime.after(options.commitLogSyncPeriod, "commit log sync", [self = shared_from_this()] {
            self->syncTimer.reset();
            if (!self->closed)
                self->syncNow();
        });
}

/// Syncs what has been written, beside further writes: only a disk that lags far behind holds up
/// answers.
void CommitLog::Core::syncNow()
{
    if (isSyncing || failed)
        return;
    isSyncing = true;
    ++metrics.commitLogSyncs;
    syncingSince = unsyncedSince;
    unsyncedSince = isWriting ? std::optional{runtime.now()} : std::nullopt;
    const auto files = std::make_shared<std::vector<UnsyncedLogFile>>();
    const SyncedUpTo upTo{written, segments.hasActive() ? segments.active().id : 0,
                          writtenOffset()};
    onFile(
        "commit log files", [file = file, files] { *files = file->takeUnsynced(); },
        [self = shared_from_this(), files, upTo] { self->syncFiles(files, upTo); });
}

void CommitLog::Core::syncFiles(const UnsyncedFiles& files, const SyncedUpTo& upTo)
{
    if (closed)
        return;
    const auto result = std::make_shared<Result<void>>(ok());
    runtime.pool().submit(
        "commit log sync",
        [&disk = runtime.disk(), files, result] { *result = syncLogFiles(disk, *files); },
        [self = shared_from_this(), files, result, upTo] {
            if (!self->closed)
                self->filesSynced(files, *result, upTo);
        });
}

void CommitLog::Core::filesSynced(const UnsyncedFiles& files, const Result<void>& result,
                                  const SyncedUpTo& upTo)
{
    isSyncing = false;
    syncingSince.reset();
    for (const UnsyncedLogFile& each : *files) {
        if (auto* const segment = segments.find(each.segment))
            segment->isEnded = segment->isEnded || each.isEnded;
    }
    if (!result)
        failedSync(result.error(), upTo);
    else
        notedSync(upTo.records, upTo.segment, upTo.offset);
    if (failed)
        return;
    answerHeld();
    continueSyncing();
}

void CommitLog::Core::continueSyncing()
{
    // What is not written yet brings finished() here again.
    if (!syncWaiters.empty() && syncWaiters.front().records <= written)
        syncNow();
    else
        armSyncTimer();
}

void CommitLog::Core::notedSync(std::uint64_t upTo, std::int64_t segment, std::uint64_t end)
{
    synced = std::max(synced, upTo);
    if (segment == segments.active().id) {
        syncedSegment = segment;
        syncedOffset = std::max(syncedOffset, end);
    }
    archiveEnded();
    while (!syncWaiters.empty() && syncWaiters.front().records <= synced) {
        syncWaiters.front().answer.complete(ok());
        syncWaiters.pop_front();
    }
}

/// How far the active segment has been written when nothing is on its way.
std::uint64_t CommitLog::Core::writtenOffset() const
{
    return isWriting || collecting->used > 0 ? 0 : offset;
}

/// Whether the oldest write that is not durable is older than periodic mode promises.
bool CommitLog::Core::lagsBehind() const
{
    const auto oldest = syncingSince ? syncingSince : unsyncedSince;
    return oldest &&
           runtime.now() > *oldest + options.commitLogSyncPeriod + options.commitLogSyncLag;
}

void CommitLog::Core::answerHeld()
{
    if (lagsBehind())
        return;
    for (const auto& batch : std::exchange(held, {}))
        answer(batch, 0);
}

void CommitLog::Core::failedBatch(LogBatch& batch)
{
    ++metrics.commitLogFailures;
    const Error error = batch.result.error();
    if (batch.mayGoOn) {
        pause = error.within("the commit log cannot be written, so this write is refused; others "
                             "will be taken as soon as that has passed");
        pausedUntil = runtime.now() + kLogPause;
        runtime.log().warn("storage", pause->detail());
        batch.result = *pause;
    } else if (options.commitFailurePolicy == CommitFailurePolicy::Ignore) {
        runtime.log().error("storage", error.detail());
    } else {
        fail(error);
        batch.result = *failed;
        return;
    }
    refuseCollected(batch.result.error());
    goOnInNewSegment();
}

void CommitLog::Core::failedSync(const Error& error, const SyncedUpTo& upTo)
{
    ++metrics.commitLogFailures;
    if (options.commitFailurePolicy != CommitFailurePolicy::Ignore)
        return fail(error);
    runtime.log().error(
        "storage", error.within("commit_failure_policy is 'ignore': the log goes on").detail());
    // The kernel answers success to a second fsync of what it has lost: this file gets none.
    onFile(
        "commit log sync given up", [file = file] { file->syncNoMore(); },
        [self = shared_from_this()] {});
    for (auto& waiter : std::exchange(syncWaiters, {}))
        waiter.answer.complete(error);
    synced = std::max(synced, upTo.records);
    segments.active().isEnded = true;
    goOnInNewSegment();
}

void CommitLog::Core::fail(const Error& error)
{
    if (failed)
        return;
    failed = error.within("the commit log cannot be written, so this node takes no more writes "
                          "until it is restarted");
    runtime.log().error("storage", failed->detail());
    for (auto& waiter : std::exchange(syncWaiters, {}))
        waiter.answer.complete(*failed);
    for (const auto& batch : std::exchange(held, {})) {
        batch->result = *failed;
        answer(batch, 0);
    }
    refuseCollected(*failed);
    if (onFailure)
        onFailure(*failed);
}

/// What is still being collected will never be written.
void CommitLog::Core::refuseCollected(const Error& error)
{
    for (auto& waiter : std::exchange(syncWaiters, {}))
        waiter.answer.complete(error);
    written = appended;
    if (options.commitLogSync != CommitLogSync::Periodic)
        synced = appended;
    if (collecting->used == 0)
        return;
    const auto batch = std::exchange(collecting, emptyBatch());
    batch->result = error;
    runtime.post(Priority::Request, "commit log answers", [self = shared_from_this(), batch] {
        if (!self->closed)
            self->answer(batch, 0);
    });
}

void CommitLog::Core::goOnInNewSegment()
{
    if (segments.active().bytes == 0)
        segments.active().isKept = false; // there is nothing to archive
    newSegment();
}

} // namespace engine::storage
