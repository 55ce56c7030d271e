#include "engine/storage/commit_log_core.h"

#include "engine/base/assert.h"
#include "engine/rows/serialization.h"
#include "engine/storage/commit_log_format.h"

#include <algorithm>

namespace engine::storage {

namespace {

/// Waiters are answered in steps of so many, so that a step stays short.
constexpr std::size_t kAnswersAStep = 64;
constexpr std::size_t kSpareMemoryMax = 1024 * 1024; ///< a batch with room for more is given back
/// What the loop writes itself, at most; a step of the loop should not be longer than that.
constexpr std::size_t kLargestWriteHere = 128 * 1024;
/// Files kept to be recycled: about as many segments as one flush makes clean.
constexpr std::size_t kSpareFilesMax = 4;
constexpr Duration kSlowWrite = std::chrono::microseconds{500};
/// For how long the lane writes after a slow write.
constexpr Duration kLanePeriod = std::chrono::seconds{1};

LogFileOptions logFileOptions(const StoreOptions& options)
{
    LogFileOptions made;
    made.folder = options.commitLogFolder;
    if (options.cdcEnabled)
        made.cdcFolder = options.cdcRawFolder;
    made.syncsEachWrite = options.commitLogSync != CommitLogSync::Periodic;
    made.compression.compressor = sstable::Compressor::None;
    if (options.commitLogCompression.empty()) {
        // A link to a segment is to be what it was, and so is a segment that is archived.
        if (!options.cdcEnabled && !options.archiving.archive)
            made.sparesMax = kSpareFilesMax;
        return made;
    }
    // checkCommitLogOptions() has refused what this cannot take.
    const auto params = sstable::CompressionParams::fromOptions(options.commitLogCompression);
    ENGINE_ASSERT(params.has_value(), "commitlog_compression has been checked");
    made.compression = *params;
    return made;
}

} // namespace

CommitLog::Core::Core(Runtime& rt, const StoreOptions& opts, std::int64_t next, StoreMetrics& m)
    : runtime(rt),
      options(opts),
      metrics(m),
      file(std::make_shared<LogFile>(rt.disk(), logFileOptions(opts))),
      cdc(opts.cdcEnabled ? std::make_shared<CdcSpace>(rt, opts) : nullptr),
      collecting(std::make_shared<LogBatch>()),
      writing(std::make_shared<LogBatch>()),
      segments(next)
{
    if (options.commitLogSyncLag < Duration::zero())
        options.commitLogSyncLag = options.commitLogSyncPeriod / 2;
}

void CommitLog::Core::newSegment()
{
    segments.begin().isKept = static_cast<bool>(options.archiving.archive);
    offset = notedOffset = syncedOffset = 0;
    metrics.commitLogSegments = segments.size();
    if (cdc)
        cdc->look();
}

void CommitLog::Core::startFile(LogBatch::Part& part)
{
    if (offset > 0)
        return;
    writeLogFileHead(part.segment, part.bytes);
    offset = kLogFileHeadBytes;
}

void CommitLog::Core::grew(std::uint64_t bytes)
{
    offset += bytes;
    if (cdc)
        cdc->grew(bytes);
}

void CommitLog::Core::noteSynced(LogBatch::Part& part)
{
    if (syncedSegment != part.segment || syncedOffset <= notedOffset)
        return;
    const std::size_t start = beginLogRecord(part.bytes);
    ByteWriter writer{part.bytes};
    writer.u8(static_cast<std::uint8_t>(LogRecordKind::SyncMarker));
    writer.u32(static_cast<std::uint32_t>(syncedOffset));
    endLogRecord(part.bytes, start, part.segment, offset);
    grew(part.bytes.size() - start);
    notedOffset = syncedOffset;
}

const Error* CommitLog::Core::refusal() const
{
    if (failed)
        return &*failed;
    return pause && runtime.now() < pausedUntil ? &*pause : nullptr;
}

void CommitLog::Core::schedule()
{
    if (scheduled || isWriting || collecting->used == 0)
        return;
    scheduled = true;
    const auto turn = [self = shared_from_this()] { self->submit(); };
    if (options.commitLogSync == CommitLogSync::Group)
        runtime.after(options.commitLogGroupWindow, "commit log group", turn);
    else
        runtime.post(Priority::Request, "commit log turn", turn);
}

void CommitLog::Core::submit()
{
    scheduled = false;
    if (closed || isWriting || collecting->used == 0)
        return;
    std::swap(collecting, writing);
    isWriting = true;
    metrics.commitLogPendingBytes = 0;
    ++metrics.commitLogWrites;
    const MonoTime begun = runtime.now();
    if (!unsyncedSince && options.commitLogSync == CommitLogSync::Periodic)
        unsyncedSince = begun;
    // The loop may write the batch itself: a small append to a file that is open costs less than
    // waking the lane. While the kernel is slow to take bytes the lane does everything.
    if (!options.commitLogOnLane && fileUsers == 0 && begun >= laneUntil &&
        file->isPlainAppend(*writing, kLargestWriteHere)) {
        file->write(*writing);
        const MonoTime ended = runtime.now();
        if (ended - begun > kSlowWrite)
            laneUntil = ended + kLanePeriod;
        finished(appended, segments.active().id, offset);
        return;
    }
    onFile(
        "commit log", [file = file, batch = writing] { file->write(*batch); },
        [self = shared_from_this(), upTo = appended, end = offset, segment = segments.active().id] {
            self->finished(upTo, segment, end);
        });
}

void CommitLog::Core::onFile(Label label, Callback work, Callback done)
{
    ++fileUsers;
    runtime.pool().submitToLane(kLogLane, label, std::move(work),
                                [self = shared_from_this(), done = std::move(done)]() mutable {
                                    --self->fileUsers;
                                    done();
                                });
}

void CommitLog::Core::finished(std::uint64_t upTo, std::int64_t segment, std::uint64_t end)
{
    isWriting = false;
    const auto batch = writing;
    if (closed)
        return;
    finishParts(*batch);
    if (!batch->result) {
        failedBatch(*batch);
    } else {
        pause.reset();
        written = upTo;
        if (options.commitLogSync != CommitLogSync::Periodic) {
            ++metrics.commitLogSyncs;
            for (auto& each : segments.all())
                each.isEnded = each.isEnded || each.id < batch->parts[batch->used - 1].segment;
            notedSync(upTo, segment, end);
        } else {
            continueSyncing();
        }
    }
    if (lagsBehind() && batch->result) {
        writing = emptyBatch();
        held.push_back(batch);
        ++metrics.commitLogLags;
    } else {
        answer(batch, 0);
    }
    schedule();
}

/// What the segments on disk grew by.
void CommitLog::Core::finishParts(const LogBatch& batch)
{
    for (std::size_t i = 0; i < batch.used; ++i) {
        const LogBatch::Part& part = batch.parts[i];
        metrics.commitLogRecycled += part.isRecycled ? 1 : 0;
        if (auto* const segment = segments.find(part.segment)) {
            segment->bytes += part.stored;
            metrics.commitLogBytes += part.stored;
        }
    }
}

/// Calls the waiters of a batch and then makes the batch ready for reuse.
void CommitLog::Core::answer(const std::shared_ptr<LogBatch>& batch, std::size_t from)
{
    if (from == 0 && batch == writing && batch->waiters.size() > kAnswersAStep)
        writing = emptyBatch(); // the old one is still being answered
    const std::size_t end = std::min(from + kAnswersAStep, batch->waiters.size());
    for (std::size_t i = from; i < end; ++i)
        batch->waiters[i](batch->result);
    if (end < batch->waiters.size()) {
        runtime.post(Priority::Request, "commit log answers",
                     [self = shared_from_this(), batch, end] {
                         if (!self->closed)
                             self->answer(batch, end);
                     });
        return;
    }
    batch->clear();
    if (batch != writing && batch->memory() <= kSpareMemoryMax)
        spare = batch;
}

std::shared_ptr<LogBatch> CommitLog::Core::emptyBatch()
{
    return spare ? std::exchange(spare, nullptr) : std::make_shared<LogBatch>();
}

void CommitLog::Core::archiveEnded()
{
    if (!options.archiving.archive)
        return;
    for (auto& segment : segments.all()) {
        if (!segment.isEnded || !segment.isKept || segment.isBeingArchived)
            continue;
        segment.isBeingArchived = true;
        const auto result = std::make_shared<Result<void>>(ok());
        const std::string name = commitLogFileName(segment.id);
        runtime.pool().submit(
            "commit log archiving",
            [archive = options.archiving.archive, path = options.commitLogFolder + "/" + name, name,
             result] { *result = archive(path, name); },
            [self = shared_from_this(), result, id = segment.id] {
                if (self->closed)
                    return;
                if (!*result) {
                    // It stays, and the next start tries again.
                    self->runtime.log().error("storage", result->error().detail());
                    return;
                }
                ++self->metrics.commitLogArchived;
                if (auto* const archived = self->segments.find(id))
                    archived->isKept = false;
                self->removeClean();
            });
    }
}

void CommitLog::Core::removeClean()
{
    for (const auto& segment : segments.takeClean()) {
        const std::string name = commitLogFileName(segment.id);
        // On the log's lane: behind the write that may still go to it.
        const auto result = std::make_shared<Result<void>>(ok());
        onFile(
            "commit log removal",
            [file = file, id = segment.id, result] { *result = file->discard(id); },
            [self = shared_from_this(), result] {
                if (!*result && !self->closed)
                    self->runtime.log().warn("storage", result->error().detail());
            });
        if (cdc && !segment.holdsCdc)
            cdc->forget(name);
    }
    metrics.commitLogSegments = segments.size();
    sumBytes();
}

void CommitLog::Core::sumBytes()
{
    metrics.commitLogBytes = segments.bytes();
}

} // namespace engine::storage
