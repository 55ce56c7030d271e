#include "engine/storage/commit_log.h"

#include "engine/base/assert.h"
#include "engine/rows/serialization.h"
#include "engine/storage/commit_log_format.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine::storage {

namespace {

constexpr std::uint32_t kLogLane = 0;
/// Waiters are answered in steps of so many, so that a step stays short.
constexpr std::size_t kAnswersAStep = 64;

/// What one write takes to the kernel.
struct LogBatch {
    struct Part {
        std::int64_t segment = 0;
        Bytes bytes;
    };
    std::vector<Part> parts; ///< the first `used` count; others keep their capacity
    std::size_t used = 0;
    std::vector<CommitLog::Done> waiters;
    Result<void> result = ok();

    Part& part(std::int64_t segment)
    {
        if (used > 0 && parts[used - 1].segment == segment)
            return parts[used - 1];
        if (used == parts.size())
            parts.emplace_back();
        Part& added = parts[used++];
        added.segment = segment;
        added.bytes.clear();
        return added;
    }
    [[nodiscard]] std::size_t bytes() const
    {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < used; ++i)
            sum += parts[i].bytes.size();
        return sum;
    }
    void clear()
    {
        used = 0;
        waiters.clear();
        result = ok();
    }
};

/// Owns the file being written. Used by work on the log's lane only, one at a time.
class LogFile {
public:
    LogFile(Disk& disk, std::string folder, bool syncsEachWrite)
        : m_disk(disk), m_folder(std::move(folder)), m_syncsEachWrite(syncsEachWrite)
    {
    }

    Result<void> write(LogBatch& batch)
    {
        for (std::size_t i = 0; i < batch.used; ++i) {
            RW_TRY(open(batch.parts[i].segment));
            RW_TRY(m_file->append(batch.parts[i].bytes));
        }
        return m_syncsEachWrite ? m_file->sync() : ok();
    }
    /// The files that hold what was written since the last call, to be synced by the caller,
    /// on any thread.
    std::vector<std::shared_ptr<File>> takeUnsynced()
    {
        auto files = std::exchange(m_behind, {});
        if (m_file != nullptr)
            files.push_back(m_file);
        return files;
    }

private:
    Result<void> open(std::int64_t segment)
    {
        if (m_file != nullptr && m_segment == segment)
            return ok();
        if (m_file == nullptr)
            RW_TRY(m_disk.createDirectories(m_folder));
        else if (m_syncsEachWrite)
            RW_TRY(m_file->sync());
        else
            m_behind.push_back(std::move(m_file)); // the periodic sync takes it
        const std::string path = m_folder + "/" + commitLogFileName(segment);
        RW_ASSIGN(m_file, m_disk.open(path, OpenMode::CreateNew));
        m_segment = segment;
        return m_disk.syncDirectory(m_folder);
    }

    Disk& m_disk;
    std::string m_folder;
    bool m_syncsEachWrite;
    std::shared_ptr<File> m_file;
    std::vector<std::shared_ptr<File>> m_behind;
    std::int64_t m_segment = 0;
};

Result<void> syncAll(const std::vector<std::shared_ptr<File>>& files)
{
    for (const auto& file : files)
        RW_TRY(file->sync());
    return ok();
}

} // namespace

struct CommitLog::Core : std::enable_shared_from_this<Core> {
    struct Segment {
        std::int64_t id = 0;
        std::uint64_t bytes = 0;
        std::set<schema::TableId> dirty;
    };

    Core(Runtime& rt, const StoreOptions& opts, std::int64_t next, StoreMetrics& m)
        : runtime(rt),
          options(opts),
          metrics(m),
          file(std::make_shared<LogFile>(rt.disk(), opts.commitLogFolder,
                                         opts.commitLogSync != CommitLogSync::Periodic)),
          collecting(std::make_shared<LogBatch>()),
          writing(std::make_shared<LogBatch>()),
          nextId(next)
    {
    }

    Runtime& runtime;
    StoreOptions options;
    StoreMetrics& metrics;
    std::shared_ptr<LogFile> file;
    std::shared_ptr<LogBatch> collecting;
    std::shared_ptr<LogBatch> writing;
    std::vector<Segment> segments; ///< ascending; the last is written to once `hasActive`
    bool hasActive = false;
    std::int64_t nextId;
    std::uint64_t offset = 0; ///< in the active segment
    bool scheduled = false;
    bool isWriting = false;
    bool isSyncing = false;
    bool closed = false;
    std::optional<TimerId> syncTimer;
    std::uint64_t appended = 0; ///< records ever
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    /// Up to where the active segment was known to be synced, to be noted in it.
    std::uint64_t syncedOffset = 0;
    std::uint64_t notedOffset = 0;
    std::int64_t syncedSegment = 0;
    std::optional<Error> failed;
    std::function<void(const Error&)> onFailure;
    std::vector<OneShot<void>::Completer> syncWaiters;

    void newSegment()
    {
        segments.push_back({nextId++, 0, {}});
        hasActive = true;
        offset = 0;
        metrics.commitLogSegments = segments.size();
    }
    void startFile(LogBatch::Part& part)
    {
        if (offset > 0)
            return;
        writeLogFileHead(part.segment, part.bytes);
        offset = kLogFileHeadBytes;
    }
    void grew(std::uint64_t bytes)
    {
        offset += bytes;
        segments.back().bytes = offset;
    }
    void noteSynced(LogBatch::Part& part)
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

    void schedule()
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
    void submit()
    {
        scheduled = false;
        if (closed || isWriting || collecting->used == 0)
            return;
        std::swap(collecting, writing);
        isWriting = true;
        metrics.commitLogPendingBytes = 0;
        ++metrics.commitLogWrites;
        runtime.pool().submitToLane(
            kLogLane, "commit log",
            [file = file, batch = writing] { batch->result = file->write(*batch); },
            [self = shared_from_this(), upTo = appended, end = offset,
             segment = segments.back().id] { self->finished(upTo, segment, end); });
    }
    void finished(std::uint64_t upTo, std::int64_t segment, std::uint64_t end)
    {
        isWriting = false;
        const auto batch = writing;
        if (closed)
            return;
        if (!batch->result) {
            fail(batch->result.error());
            batch->result = *failed;
        } else {
            written = upTo;
            if (options.commitLogSync != CommitLogSync::Periodic) {
                ++metrics.commitLogSyncs;
                notedSync(upTo, segment, end);
            } else {
                continueSyncing();
            }
        }
        answer(batch, 0);
        schedule();
    }
    /// Calls the waiters of a batch and then makes the batch ready for reuse.
    void answer(const std::shared_ptr<LogBatch>& batch, std::size_t from)
    {
        if (from == 0 && batch->waiters.size() > kAnswersAStep)
            writing = std::make_shared<LogBatch>(); // the old one is still being answered
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
    }
    void notedSync(std::uint64_t upTo, std::int64_t segment, std::uint64_t end)
    {
        synced = std::max(synced, upTo);
        if (segment == segments.back().id) {
            syncedSegment = segment;
            syncedOffset = std::max(syncedOffset, end);
        }
        if (synced == appended) {
            for (auto& waiter : syncWaiters)
                waiter.complete(ok());
            syncWaiters.clear();
        }
    }
    void armSyncTimer()
    {
        if (syncTimer || isSyncing || synced == written)
            return;
        syncTimer = runtime.after(options.commitLogSyncPeriod, "commit log sync",
                                  [self = shared_from_this()] {
                                      self->syncTimer.reset();
                                      if (!self->closed)
                                          self->syncNow();
                                  });
    }
    /// Syncs what has been written, beside further writes: a slow disk must not hold up answers.
    void syncNow()
    {
        if (isSyncing || failed)
            return;
        isSyncing = true;
        ++metrics.commitLogSyncs;
        const auto files = std::make_shared<std::vector<std::shared_ptr<File>>>();
        const SyncedUpTo upTo{written, segments.empty() ? 0 : segments.back().id, writtenOffset()};
        runtime.pool().submitToLane(
            kLogLane, "commit log files", [file = file, files] { *files = file->takeUnsynced(); },
            [self = shared_from_this(), files, upTo] { self->syncFiles(files, upTo); });
    }
    struct SyncedUpTo {
        std::uint64_t records;
        std::int64_t segment;
        std::uint64_t offset;
    };
    void syncFiles(const std::shared_ptr<std::vector<std::shared_ptr<File>>>& files,
                   const SyncedUpTo& upTo)
    {
        if (closed)
            return;
        const auto result = std::make_shared<Result<void>>(ok());
        runtime.pool().submit(
            "commit log sync", [files, result] { *result = syncAll(*files); },
            [self = shared_from_this(), result, upTo] {
                self->isSyncing = false;
                if (self->closed)
                    return;
                if (!*result)
                    return self->fail(result->error());
                self->notedSync(upTo.records, upTo.segment, upTo.offset);
                self->continueSyncing();
            });
    }
    void continueSyncing()
    {
        if (syncWaiters.empty())
            armSyncTimer();
        else if (!isWriting && collecting->used == 0)
            syncNow(); // else finished() comes here again
    }
    /// How far the active segment has been written when nothing is on its way.
    [[nodiscard]] std::uint64_t writtenOffset() const
    {
        return isWriting || collecting->used > 0 ? 0 : offset;
    }
    void fail(const Error& error)
    {
        if (failed)
            return;
        failed = error.within("the commit log cannot be written, so this node takes no more writes "
                              "until it is restarted");
        runtime.log().error("storage", failed->detail());
        for (auto& waiter : syncWaiters)
            waiter.complete(*failed);
        syncWaiters.clear();
        // What is still being collected will never be written.
        if (collecting->used > 0) {
            const auto batch = std::exchange(collecting, std::make_shared<LogBatch>());
            batch->result = *failed;
            runtime.post(Priority::Request, "commit log answers",
                         [self = shared_from_this(), batch] {
                             if (!self->closed)
                                 self->answer(batch, 0);
                         });
        }
        if (onFailure)
            onFailure(*failed);
    }
    void removeClean()
    {
        for (std::size_t i = 0; i < segments.size();) {
            // The last one stays even when clean: the next start knows by it which ids were used.
            if (i + 1 == segments.size() || !segments[i].dirty.empty()) {
                ++i;
                continue;
            }
            const std::string path =
                options.commitLogFolder + "/" + commitLogFileName(segments[i].id);
            segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(i));
            // On the log's lane: behind the write that may still go to it.
            const auto result = std::make_shared<Result<void>>(ok());
            runtime.pool().submitToLane(
                kLogLane, "commit log removal",
                [&disk = runtime.disk(), path, result] { *result = disk.remove(path); },
                [self = shared_from_this(), result] {
                    if (!*result && !self->closed)
                        self->runtime.log().warn("storage", result->error().detail());
                });
        }
        metrics.commitLogSegments = segments.size();
        sumBytes();
    }
    void sumBytes()
    {
        metrics.commitLogBytes = 0;
        for (const Segment& segment : segments)
            metrics.commitLogBytes += segment.bytes;
    }
};

CommitLog::CommitLog(Runtime& runtime, const StoreOptions& options, std::int64_t nextSegment,
                     StoreMetrics& metrics)
    : m_core(std::make_shared<Core>(runtime, options, nextSegment, metrics))
{
}

CommitLog::~CommitLog()
{
    m_core->closed = true;
    if (m_core->syncTimer)
        m_core->runtime.cancel(*m_core->syncTimer);
    // Nobody answers for a log that is gone.
    m_core->collecting->waiters.clear();
    if (!m_core->isWriting)
        m_core->writing->waiters.clear();
}

Result<CommitLogPosition> CommitLog::append(const rows::Mutation& mutation, Done& done)
{
    Core& core = *m_core;
    if (core.failed)
        return *core.failed;
    if (!core.hasActive)
        core.newSegment();
    auto* part = &core.collecting->part(core.segments.back().id);
    core.startFile(*part);
    core.noteSynced(*part);
    std::size_t start = beginLogRecord(part->bytes);
    part->bytes.push_back(static_cast<char>(LogRecordKind::Mutation));
    rows::writeMutation(mutation, part->bytes);
    const std::size_t size = part->bytes.size() - start + 4;
    if (size > core.options.commitLogSegmentBytes / 2) {
        part->bytes.resize(start);
        return Error{ErrorCode::Invalid,
                     "the mutation of " + std::to_string(size) +
                         " bytes is larger than half a commit log segment (" +
                         std::to_string(core.options.commitLogSegmentBytes / 2) +
                         " bytes): write less at once"};
    }
    if (core.offset + size > core.options.commitLogSegmentBytes) {
        const Bytes record = part->bytes.substr(start);
        part->bytes.resize(start);
        core.newSegment();
        core.notedOffset = core.syncedOffset = 0;
        part = &core.collecting->part(core.segments.back().id);
        core.startFile(*part);
        start = part->bytes.size();
        part->bytes += record;
    }
    endLogRecord(part->bytes, start, part->segment, core.offset);
    core.grew(part->bytes.size() - start);
    core.metrics.commitLogPendingBytes += part->bytes.size() - start;
    core.metrics.commitLogBytes += part->bytes.size() - start;
    ++core.metrics.commitLogRecords;
    ++core.appended;
    core.collecting->waiters.push_back(std::move(done));
    core.schedule();
    return position();
}

CommitLogPosition CommitLog::position() const noexcept
{
    const Core& core = *m_core;
    if (!core.hasActive)
        return {core.nextId, 0};
    return {core.segments.back().id, static_cast<std::int32_t>(core.offset)};
}

void CommitLog::markDirty(std::int64_t segment, const schema::TableId& table)
{
    auto& segments = m_core->segments;
    for (auto at = segments.rbegin(); at != segments.rend(); ++at) {
        if (at->id == segment) {
            at->dirty.insert(table);
            return;
        }
    }
}

void CommitLog::markClean(const schema::TableId& table, CommitLogPosition position,
                          CommitLogPosition last)
{
    for (Core::Segment& segment : m_core->segments) {
        if (segment.id < position.segment || (segment.id == position.segment && last <= position))
            segment.dirty.erase(table);
    }
    m_core->removeClean();
}

void CommitLog::adopt(std::int64_t segment, std::uint64_t bytes, std::vector<schema::TableId> dirty)
{
    auto& segments = m_core->segments;
    const auto at =
        std::find_if(segments.begin(), segments.end(),
                     [segment](const Core::Segment& other) { return other.id >= segment; });
    if (at != segments.end() && at->id == segment) {
        at->dirty.insert(dirty.begin(), dirty.end());
    } else {
        segments.insert(at, {segment, bytes, {dirty.begin(), dirty.end()}});
    }
    m_core->metrics.commitLogSegments = segments.size();
    m_core->sumBytes();
}

std::vector<schema::TableId> CommitLog::tablesToFlush() const
{
    const Core& core = *m_core;
    std::uint64_t total = 0;
    for (const auto& segment : core.segments)
        total += segment.bytes;
    std::set<schema::TableId> tables;
    for (std::size_t i = 0;
         i + 1 < core.segments.size() && total > core.options.commitLogTotalBytes; ++i) {
        tables.insert(core.segments[i].dirty.begin(), core.segments[i].dirty.end());
        total -= core.segments[i].bytes;
    }
    return {tables.begin(), tables.end()};
}

void CommitLog::advance(std::int64_t atLeast)
{
    Core& core = *m_core;
    core.nextId = std::max(core.nextId, atLeast);
    if (core.hasActive && core.segments.back().id < atLeast)
        core.newSegment();
}

Task<void> CommitLog::startSegment()
{
    const auto core = m_core;
    if (core->failed)
        co_return *core->failed;
    core->newSegment();
    core->notedOffset = core->syncedOffset = 0;
    core->startFile(core->collecting->part(core->segments.back().id));
    core->grew(0);
    ++core->appended;
    core->schedule();
    OneShot<void> done{core->runtime, Priority::Request, "commit log synced"};
    core->syncWaiters.push_back(done.completer());
    auto result = co_await done;
    core->removeClean();
    co_return result;
}

Task<void> CommitLog::sync()
{
    const auto core = m_core;
    if (core->failed)
        co_return *core->failed;
    if (core->synced == core->appended)
        co_return ok();
    OneShot<void> done{core->runtime, Priority::Request, "commit log synced"};
    core->syncWaiters.push_back(done.completer());
    if (core->options.commitLogSync == CommitLogSync::Periodic)
        core->continueSyncing();
    co_return co_await done;
}

const std::optional<Error>& CommitLog::failure() const noexcept
{
    return m_core->failed;
}

void CommitLog::onFailure(std::function<void(const Error&)> callback)
{
    m_core->onFailure = std::move(callback);
}

} // namespace engine::storage
