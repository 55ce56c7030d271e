#pragma once

#include "engine/base/one_shot.h"
#include "engine/storage/commit_log.h"
#include "engine/storage/commit_log_cdc.h"
#include "engine/storage/commit_log_file.h"
#include "engine/storage/commit_log_segments.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace engine::storage {

/// The pool's lane for everything that touches the file being written.
inline constexpr std::uint32_t kLogLane = 0;

/// The inside of CommitLog: what is collected, written, synced and answered, and what a failure
/// does. Shared with the work on its way, which may outlive the log. Node thread only.
struct CommitLog::Core : std::enable_shared_from_this<Core> {
    Core(Runtime& rt, const StoreOptions& opts, std::int64_t next, StoreMetrics& m);

    Runtime& runtime;
    StoreOptions options;
    StoreMetrics& metrics;
    std::shared_ptr<LogFile> file;
    std::shared_ptr<CdcSpace> cdc; ///< nullptr: cdc_enabled is false
    std::shared_ptr<LogBatch> collecting;
    std::shared_ptr<LogBatch> writing;
    std::shared_ptr<LogBatch> spare; ///< with the memory of one that was answered, or nullptr
    CommitLogSegments segments;
    std::uint64_t offset = 0; ///< in the active segment, uncompressed
    bool scheduled = false;
    bool isWriting = false;
    bool isSyncing = false;
    bool closed = false;
    std::uint32_t fileUsers = 0; ///< pieces of work on the lane that use `file`
    MonoTime laneUntil{};        ///< the kernel was slow: until then the lane writes
    std::optional<TimerId> syncTimer;
    std::uint64_t appended = 0; ///< records ever
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    /// Up to where the active segment was known to be synced, to be noted in it.
    std::uint64_t syncedOffset = 0;
    std::uint64_t notedOffset = 0;
    std::int64_t syncedSegment = 0;
    std::optional<Error> failed; ///< for good
    std::optional<Error> pause;  ///< no disk space or file handles: writes are refused until …
    MonoTime pausedUntil{};
    std::function<void(const Error&)> onFailure;
    struct SyncWaiter {
        std::uint64_t records; ///< waits for so many
        OneShot<void>::Completer answer;
    };
    std::deque<SyncWaiter> syncWaiters; ///< in the order of their records

    // Periodic: since when there is something written that the sync under way, or the next one,
    // makes durable. Answers that wait because the disk lags behind.
    std::optional<MonoTime> unsyncedSince;
    std::optional<MonoTime> syncingSince;
    std::vector<std::shared_ptr<LogBatch>> held;

    // Collecting
    void newSegment();
    void startFile(LogBatch::Part& part);
    void grew(std::uint64_t bytes);
    void noteSynced(LogBatch::Part& part);
    /// What append() is refused with now.
    [[nodiscard]] const Error* refusal() const;

    // Writing: one turn of the node's loop is one write.
    void schedule();
    void submit();
    /// Work on the file being written, on its lane.
    void onFile(Label label, Callback work, Callback done);
    void finished(std::uint64_t upTo, std::int64_t segment, std::uint64_t end);
    void finishParts(const LogBatch& batch);
    void answer(const std::shared_ptr<LogBatch>& batch, std::size_t from);
    [[nodiscard]] std::shared_ptr<LogBatch> emptyBatch();

    // Syncing
    struct SyncedUpTo {
        std::uint64_t records;
        std::int64_t segment;
        std::uint64_t offset;
    };
    void armSyncTimer();
    void syncNow();
    using UnsyncedFiles = std::shared_ptr<std::vector<UnsyncedLogFile>>;
    void syncFiles(const UnsyncedFiles& files, const SyncedUpTo& upTo);
    void filesSynced(const UnsyncedFiles& files, const Result<void>& result,
                     const SyncedUpTo& upTo);
    void continueSyncing();
    void notedSync(std::uint64_t upTo, std::int64_t segment, std::uint64_t end);
    [[nodiscard]] std::uint64_t writtenOffset() const;
    [[nodiscard]] bool lagsBehind() const;
    void answerHeld();

    // Failing
    void failedBatch(LogBatch& batch);
    void failedSync(const Error& error, const SyncedUpTo& upTo);
    void fail(const Error& error);
    void goOnInNewSegment();
    void refuseCollected(const Error& error);

    // Segments that have ended
    void archiveEnded();
    void removeClean();
    void sumBytes();
};

} // namespace engine::storage
