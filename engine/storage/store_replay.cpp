#include "engine/rows/serialization.h"
#include "engine/storage/commit_log_archive.h"
#include "engine/storage/commit_log_cdc.h"
#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

namespace {

/// Stands for "tables that are not known yet" among a segment's dirty tables.
constexpr schema::TableId kTablesNotLoaded{};
/// Records replayed in one step of the node thread.
constexpr std::size_t kReplayStep = 32;

struct ParsedSegment {
    Bytes bytes;
    CommitLogSegmentContents contents;
};

} // namespace

Task<void> LocalStore::Impl::replay(std::set<schema::TableId> which)
{
    for (const std::int64_t segment : std::vector<std::int64_t>{oldSegments}) {
        auto replaying = replaySegment(segment, which);
        auto replayed = co_await replaying;
        if (!replayed)
            co_return replayed.error();
    }
    co_return ok();
}

Task<void> LocalStore::Impl::replaySegment(std::int64_t segment, std::set<schema::TableId> which)
{
    Disk* disk = &runtime.disk();
    const std::string path = options.commitLogFolder + "/" + commitLogFileName(segment);
    auto reading = runtime.onPool("read commit log", [disk, path, segment,
                                                      ignore = options.ignoreCommitLogErrors] {
        return [&]() -> Result<std::shared_ptr<ParsedSegment>> {
            auto parsed = std::make_shared<ParsedSegment>();
            RW_ASSIGN(parsed->bytes, disk->readAll(path));
            RW_ASSIGN(parsed->contents, readCommitLogSegment(path, segment, parsed->bytes, ignore));
            return parsed;
        }();
    });
    auto read = co_await reading;
    if (!read)
        co_return read.error();
    const std::shared_ptr<ParsedSegment> parsed = *read;
    if (parsed->contents.bytesLost > 0)
        runtime.log().warn("storage", "the end of " + path + " was torn by a crash: " +
                                          std::to_string(parsed->contents.bytesLost) +
                                          " bytes that were never synced are left out");
    const rows::TableLookup lookup = [this, which](const schema::TableId& id) -> schema::TablePtr {
        if (!which.contains(id))
            return nullptr;
        const auto state = byId.find(id);
        return state == byId.end() ? nullptr : state->second->table;
    };
    std::set<schema::TableId> dirty;
    if (!isStarted)
        dirty.insert(kTablesNotLoaded);
    std::size_t done = 0;
    for (const CommitLogRecord& record : parsed->contents.records) {
        Result<void> result = ok();
        replayOne(record, lookup, dirty, result);
        if (!result && !options.ignoreCommitLogErrors)
            co_return result.error().within("replaying " + path);
        if (++done % kReplayStep != 0)
            continue;
        auto yielding = runtime.yield(Priority::Request, "replay");
        RW_CO_TRY(co_await yielding);
        if (isOverLimit()) {
            auto flushing = flushLargest();
            RW_CO_TRY(co_await flushing);
        }
    }
    log->adopt(segment, parsed->bytes.size(), {dirty.begin(), dirty.end()},
               cdcSegments.contains(segment));
    co_return ok();
}

void LocalStore::Impl::replayOne(const CommitLogRecord& record, const rows::TableLookup& lookup,
                                 std::set<schema::TableId>& dirty, Result<void>& result)
{
    ByteReader in{record.mutation};
    auto mutation = rows::readMutation(in, lookup);
    if (!mutation) {
        result = mutation.error();
        return;
    }
    // Replaying up to a point in time: a mutation is taken as a whole or not at all.
    if (std::any_of(mutation->updates.begin(), mutation->updates.end(),
                    [&](const rows::Partition& update) {
                        return newestTimestamp(update) > options.archiving.restoreUpToMicros;
                    })) {
        ++storeMetrics.recordsPastRestorePoint;
        return;
    }
    bool used = false;
    for (const rows::Partition& update : mutation->updates) {
        TableState& state = *byId.at(update.table()->id());
        if (update.table()->params().cdc)
            cdcSegments.insert(record.position.segment);
        if (record.position <= state.flushedUpTo)
            continue;
        used = true;
        dirty.insert(update.table()->id());
        applyToMemtable(state, update, sstable::KeyHash::of(update.key()), record.position);
    }
    storeMetrics.replayedRecords += used;
}

/// Says of each old segment in cdc_raw_directory that it is complete, or takes it away if nothing
/// in it is of a table with cdc = true.
Task<void> LocalStore::Impl::settleCdc()
{
    if (!options.cdcEnabled)
        co_return ok();
    auto settling = runtime.onPool(
        "settle cdc",
        [disk = &runtime.disk(), folder = options.cdcRawFolder, segments = oldSegments,
         holding = cdcSegments, logFolder = options.commitLogFolder]() -> Result<void> {
            for (const std::int64_t id : segments) {
                const std::string name = commitLogFileName(id);
                RW_ASSIGN(const auto file, disk->open(logFolder + "/" + name, OpenMode::Read));
                RW_ASSIGN(const std::uint64_t bytes, file->size());
                RW_TRY(settleCdcSegment(*disk, folder, name, holding.contains(id), bytes));
            }
            return ok();
        });
    co_return co_await settling;
}

void LocalStore::Impl::finishReplay()
{
    isStarted = true;
    constexpr CommitLogPosition all{INT64_MAX, 0};
    log->markClean(kTablesNotLoaded, all, all);
    oldSegments.clear();
    checkCompactionsLater();
    // Those of earlier runs may have expired; without any, nothing is looked at again.
    expiresSnapshots = true;
    expireSnapshotsLater();
    noteSummaries();
    for (const auto& [id, state] : tables) {
        // What is in SSTables makes the old segments obsolete; the rest becomes one.
        if (state->active->isEmpty())
            considerCompaction(state);
        else
            runtime.spawn(Priority::Background, "flush", flush(state));
    }
}

} // namespace engine::storage
