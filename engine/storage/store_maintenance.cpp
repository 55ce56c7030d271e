// Verify, scrub, import: LocalStore's work on whole SSTables beside compaction.

#include "engine/sstable/scrub.h"
#include "engine/storage/maintenance.h"
#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

namespace {

std::function<bool(std::int64_t)> ownsOf(const std::optional<OwnedRanges>& owned)
{
    if (!owned)
        return {};
    return [ranges = *owned](std::int64_t token) {
        return std::any_of(ranges.begin(), ranges.end(), [token](const auto& range) {
            return TokenSpan{range.first, range.second}.contains(token);
        });
    };
}

struct Adopted {
    LiveTables tables;
    std::vector<sstable::Descriptor> sources;
};

/// All SSTables of a folder or none. Each goes where its first partition belongs.
Result<Adopted> adoptFolder(Disk& disk, const std::string& source, const TableFolders& folders,
                            const schema::TablePtr& table, const GenerationCounter& generations,
                            const CacheIds& ids, const ImportRequest& request)
{
    Adopted adopted;
    RW_ASSIGN(adopted.sources, sstable::listTables(disk, source));
    if (adopted.sources.empty())
        return Error{ErrorCode::NotFound, source + " has no SSTable with a TOC.txt"};
    sstable::VerifyOptions verifying;
    verifying.rows = request.verifyRows || request.owned.has_value();
    verifying.owns = ownsOf(request.owned);
    std::vector<std::string> targets;
    for (const auto& from : adopted.sources) {
        // Whatever it is, it has to be readable as this table.
        RW_ASSIGN(const auto reader, sstable::Reader::open(disk, from, table));
        targets.push_back(folders.of(reader->firstToken()));
        RW_TRY(disk.createDirectories(targets.back()));
        if (!request.verify && !request.owned)
            continue;
        RW_ASSIGN(const auto found, sstable::verifyTable(disk, from, table, verifying));
        if (!found.problems.empty())
            return Error{ErrorCode::Corrupt, found.problems.front().detail};
    }
    auto transaction = std::make_shared<FileTransaction>(disk, targets.front(),
                                                         std::to_string(generations->fetch_add(1)));
    for (std::size_t i = 0; i < adopted.sources.size(); ++i) {
        const sstable::Descriptor& from = adopted.sources[i];
        sstable::Descriptor to = from;
        to.folder = targets[i];
        to.generation = std::to_string(generations->fetch_add(1));
        RW_TRY(transaction->add(to));
        if (auto done = adoptTable(disk, from, to, request); !done) {
            (void)sstable::removeTable(disk, to);
            return done.error();
        }
        RW_ASSIGN(auto reader, sstable::Reader::open(disk, to, table, {(*ids)++}));
        adopted.tables.push_back(std::move(reader));
    }
    RW_TRY(transaction->commit({}));
    RW_TRY(transaction->finish());
    if (request.copy)
        adopted.sources.clear();
    return adopted;
}

Error damaged(const std::string& what, const std::vector<sstable::TableProblem>& problems)
{
    return Error{ErrorCode::Corrupt,
                 what + (problems.empty() ? std::string{} : ": " + problems.front().detail)};
}

} // namespace

Task<ImportReport> LocalStore::Impl::importTables(TableStatePtr state, ImportRequest request)
{
    ImportReport report;
    Disk* disk = &runtime.disk();
    for (const std::string& source : request.folders) {
        if (state->folders.contains(source)) {
            report.failed.emplace_back(source, "it is the table's own folder: use refresh");
            continue;
        }
        auto adopting =
            runtime.onPool("import", [disk, source, folders = state->folders, table = state->table,
                                      generations = state->generations, ids = cacheIds, request] {
                return adoptFolder(*disk, source, folders, table, generations, ids, request);
            });
        auto adopted = co_await adopting;
        if (!adopted) {
            report.failed.emplace_back(source, adopted.error().detail());
            runtime.log().error("storage",
                                "import of " + source + " failed: " + adopted.error().detail());
            continue;
        }
        auto acquiring = acquire(state);
        RW_CO_TRY(co_await acquiring);
        LiveTables live = *state->live;
        for (const auto& reader : adopted->tables) {
            report.bytes += reader->bytesOnDisk();
            ++report.sstables;
            live.push_back(state->current(reader));
        }
        publish(*state, std::move(live));
        rowCache.invalidate(state->table->id());
        release(*state);
        auto removing = runtime.onPool("import", [disk, sources = adopted->sources] {
            return [&]() -> Result<void> {
                for (const auto& each : sources)
                    RW_TRY(sstable::removeTable(*disk, each));
                return ok();
            }();
        });
        RW_CO_TRY(co_await removing);
        emit("imported", *state, report.bytes);
        considerCompaction(state);
    }
    co_return report;
}

std::shared_ptr<LocalStore::Impl::Running>
LocalStore::Impl::showRunning(const TableState& state, std::string kind, std::uint64_t bytes)
{
    auto entry = std::make_shared<Running>();
    entry->info.id =
        Uuid::timeUuid(Uuid::ticksOf(runtime.wallNow()), runtime.random().next()).toString();
    entry->info.keyspace = state.table->keyspace();
    entry->info.table = state.table->name();
    entry->info.kind = std::move(kind);
    entry->progress = std::make_shared<CompactionProgress>();
    entry->progress->bytesTotal = bytes;
    running.push_back(entry);
    return entry;
}

Task<std::vector<TableFinding>> LocalStore::Impl::verify(TableStatePtr state, VerifyRequest request)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    std::vector<TableFinding> findings;
    Disk* disk = &runtime.disk();
    // The readers hold the files open; a compaction that removes one makes it no longer worth
    // looking at.
    const LiveTables tables = *state->live;
    for (const auto& table : tables) {
        const bool isLive =
            std::find(state->live->begin(), state->live->end(), table) != state->live->end();
        if (!isLive)
            continue;
        // While the SSTable is busy no compaction removes its files.
        if (state->compacting.contains(table->descriptor()))
            continue;
        beginCompaction(*state, {table});
        const auto entry = showRunning(*state, "Verify", table->dataBytes());
        auto verifying = runtime.onPool("verify", [disk, descriptor = table->descriptor(),
                                                   schema = table->table(),
                                                   progress = entry->progress, request] {
            sstable::VerifyOptions options;
            options.rows = request.rows;
            options.owns = ownsOf(request.owned);
            options.cancelled = &progress->cancelled;
            return sstable::verifyTable(*disk, descriptor, schema, options);
        });
        auto found = co_await verifying;
        std::erase(running, entry);
        endCompaction(*state, {table});
        if (!found)
            co_return found.error();
        for (const auto& problem : found->problems)
            runtime.log().error("storage", "verify: " + problem.detail);
        findings.push_back({table->descriptor().name(), std::move(found->problems),
                            found->partitions, found->partitionsLost, found->partitionsCut});
    }
    co_return findings;
}

Task<std::vector<TableFinding>> LocalStore::Impl::scrub(TableStatePtr state, ScrubRequest request)
{
    auto flushing = flush(state);
    RW_CO_TRY(co_await flushing);
    if (request.snapshotFirst && !state->live->empty()) {
        auto saving = snapshot(state, "pre-scrub-" + std::to_string(runtime.wallNow().millis()), {},
                               false, std::nullopt);
        RW_CO_TRY(co_await saving);
    }
    auto waiting = beginExclusive(state);
    RW_CO_TRY(co_await waiting);
    std::vector<TableFinding> findings;
    Result<void> result = ok();
    const LiveTables tables = *state->live;
    for (const auto& table : tables) {
        beginCompaction(*state, {table});
        const auto entry = showRunning(*state, "Scrub", table->dataBytes());
        auto scrubbing = scrubOne(state, table, request, entry->progress);
        auto found = co_await scrubbing;
        std::erase(running, entry);
        endCompaction(*state, {table});
        if (!found) {
            result = found.error();
            if (result.error().code() == ErrorCode::Cancelled)
                break;
            continue;
        }
        findings.push_back(std::move(*found));
    }
    endExclusive(state);
    if (!result)
        co_return result.error();
    co_return findings;
}

Task<TableFinding> LocalStore::Impl::scrubOne(TableStatePtr state, sstable::ReaderPtr table,
                                              ScrubRequest request,
                                              std::shared_ptr<CompactionProgress> progress)
{
    Disk* disk = &runtime.disk();
    const std::string& folder = table->descriptor().folder;
    auto transaction = std::make_shared<FileTransaction>(
        runtime.disk(), folder, std::to_string(state->generations->fetch_add(1)));
    sstable::ScrubOptions options;
    options.to = sstable::Descriptor::make(folder, state->generations->fetch_add(1),
                                           this->options.sstableVersion);
    options.table = state->table;
    options.checkValues = request.checkValues;
    options.cancelled = &progress->cancelled;
    if (!this->options.hostId.isZero())
        options.originatingHost = this->options.hostId;
    auto scrubbing =
        runtime.onPool("scrub", [disk, transaction, options, progress, from = table->descriptor()] {
            return [&]() -> Result<sstable::ScrubResult> {
                RW_TRY(transaction->add(options.to));
                return sstable::scrubTable(*disk, from, options);
            }();
        });
    auto scrubbed = co_await scrubbing;
    const std::string name = table->descriptor().name();
    std::optional<Error> refused;
    if (!scrubbed)
        refused = scrubbed.error();
    else if (!scrubbed->made)
        refused =
            damaged(name + " stays as it is because nothing of it can be read", scrubbed->problems);
    else if (state->table->isCounter() && !request.skipCorrupted &&
             scrubbed->partitionsLost + scrubbed->partitionsCut > 0)
        refused = damaged(name + " stays as it is: it holds counters, and what is damaged would be "
                                 "lost; scrub with skip-corrupted to lose it",
                          scrubbed->problems);
    if (refused) {
        auto undoing = undoTransaction(std::move(transaction));
        (void)co_await undoing;
        runtime.log().error("storage", "scrub: " + refused->detail());
        co_return *refused;
    }
    for (const auto& problem : scrubbed->problems)
        runtime.log().warn("storage", "scrub: " + problem.detail);
    CompactionResult result;
    result.made.push_back(*scrubbed->made);
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    auto publishing = publishCompaction(state, {table}, result, transaction);
    auto published = co_await publishing;
    release(*state);
    if (!published)
        co_return published.error();
    co_return TableFinding{name, std::move(scrubbed->problems), scrubbed->partitions,
                           scrubbed->partitionsLost, scrubbed->partitionsCut};
}

} // namespace engine::storage
