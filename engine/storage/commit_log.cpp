#include "engine/storage/commit_log.h"

#include "engine/rows/serialization.h"
#include "engine/storage/commit_log_core.h"
#include "engine/storage/commit_log_format.h"

namespace engine::storage {

Result<void> checkCommitLogOptions(const StoreOptions& options)
{
    if (options.commitLogCompression.empty())
        return ok();
    const auto params = sstable::CompressionParams::fromOptions(options.commitLogCompression);
    if (!params)
        return params.error().within("commitlog_compression");
    return ok();
}

CommitLog::CommitLog(Runtime& runtime, const StoreOptions& options, std::int64_t nextSegment,
                     StoreMetrics& metrics)
    : m_core(std::make_shared<Core>(runtime, options, nextSegment, metrics))
{
}

CommitLog::~CommitLog()
{
    m_core->closed = true;
    if (m_core->cdc)
        m_core->cdc->close();
    if (m_core->syncTimer)
        m_core->runtime.cancel(*m_core->syncTimer);
    // Nobody answers for a log that is gone.
    for (const auto& batch : m_core->held)
        batch->waiters.clear();
    m_core->collecting->waiters.clear();
    if (!m_core->isWriting)
        m_core->writing->waiters.clear();
}

Result<CommitLogPosition> CommitLog::append(const rows::Mutation& mutation, Done& done, bool isCdc)
{
    Core& core = *m_core;
    if (const Error* const refused = core.refusal())
        return *refused;
    if (isCdc && core.cdc)
        RW_TRY(core.cdc->admit());
    if (!core.segments.hasActive())
        core.newSegment();
    auto* part = &core.collecting->part(core.segments.active().id, core.offset);
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
        part = &core.collecting->part(core.segments.active().id, 0);
        core.startFile(*part);
        start = part->bytes.size();
        part->bytes += record;
    }
    endLogRecord(part->bytes, start, part->segment, core.offset);
    if (isCdc && core.cdc)
        part->holdsCdc = core.segments.active().holdsCdc = true;
    core.grew(part->bytes.size() - start);
    core.metrics.commitLogPendingBytes += part->bytes.size() - start;
    ++core.metrics.commitLogRecords;
    ++core.appended;
    core.collecting->waiters.push_back(std::move(done));
    core.schedule();
    return position();
}

CommitLogPosition CommitLog::position() const noexcept
{
    const Core& core = *m_core;
    if (!core.segments.hasActive())
        return {core.segments.nextId(), 0};
    return {core.segments.active().id, static_cast<std::int32_t>(core.offset)};
}

void CommitLog::markDirty(std::int64_t segment, const schema::TableId& table)
{
    if (auto* const found = m_core->segments.find(segment))
        found->dirty.insert(table);
}

void CommitLog::markClean(const schema::TableId& table, CommitLogPosition position,
                          CommitLogPosition last)
{
    m_core->segments.markClean(table, position, last);
    m_core->removeClean();
}

void CommitLog::adopt(std::int64_t segment, std::uint64_t bytes,
                      const std::vector<schema::TableId>& dirty, bool holdsCdc)
{
    Core& core = *m_core;
    auto& adopted = core.segments.adopt(segment, bytes, dirty);
    adopted.holdsCdc = adopted.holdsCdc || holdsCdc;
    adopted.isKept = static_cast<bool>(core.options.archiving.archive);
    core.metrics.commitLogSegments = core.segments.size();
    core.sumBytes();
}

std::vector<schema::TableId> CommitLog::tablesToFlush() const
{
    return m_core->segments.tablesToFlush(m_core->options.commitLogTotalBytes);
}

void CommitLog::advance(std::int64_t atLeast)
{
    Core& core = *m_core;
    core.segments.raiseNextId(atLeast);
    if (core.segments.hasActive() && core.segments.active().id < atLeast)
        core.newSegment();
}

Task<void> CommitLog::startSegment()
{
    const auto core = m_core;
    if (core->failed)
        co_return *core->failed;
    core->newSegment();
    core->startFile(core->collecting->part(core->segments.active().id, 0));
    ++core->appended;
    core->schedule();
    OneShot<void> done{core->runtime, Priority::Request, "commit log synced"};
    core->syncWaiters.push_back({core->appended, done.completer()});
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
    core->syncWaiters.push_back({core->appended, done.completer()});
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
