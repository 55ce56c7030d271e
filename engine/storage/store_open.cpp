#include "engine/storage/commit_log_archive.h"
#include "engine/storage/store_impl.h"

#include <algorithm>
#include <utility>

namespace engine::storage {

namespace {

bool sameColumns(const schema::Table& a, const schema::Table& b)
{
    const auto same = [](auto left, auto right) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end());
    };
    return same(a.regulars(), b.regulars()) && same(a.statics(), b.statics());
}

} // namespace

Error LocalStore::Impl::noTable(const schema::TableId& id)
{
    return Error{ErrorCode::NotFound,
                 "there is no table with id " + id.value.toString() + " on this node"};
}

TableStatePtr LocalStore::Impl::stateOf(const schema::TableId& id) const
{
    const auto at = tables.find(id);
    return at == tables.end() ? nullptr : at->second;
}

TableStatePtr LocalStore::Impl::addTable(const schema::TablePtr& table, bool durable)
{
    auto state = std::make_shared<TableState>();
    state->table = table;
    state->folders = foldersOf(*table);
    state->isDurable = durable;
    state->autoCompaction = options.autoCompaction;
    state->rowsToCache = rowsToCache(*table);
    state->cachesKeys = cachesKeys(*table);
    state->active = std::make_shared<Memtable>(table, log ? log->position() : CommitLogPosition{});
    state->metrics.id = table->id();
    state->metrics.keyspace = table->keyspace();
    state->metrics.name = table->name();
    tables.emplace(table->id(), state);
    byId.emplace(table->id(), state.get());
    return state;
}

Task<std::unique_ptr<LocalStore>> LocalStore::open(Runtime& runtime, StoreOptions options,
                                                   std::vector<schema::TablePtr> systemTables)
{
    RW_CO_TRY(checkCommitLogOptions(options));
    auto impl = std::make_unique<Impl>(runtime, std::move(options));
    Disk* disk = &runtime.disk();
    auto preparing = runtime.onPool("open store", [disk, options = impl->options] {
        return prepareDataFolders(*disk, options);
    });
    RW_CO_ASSIGN(impl->lostFolders, co_await preparing);
    for (const auto& [folder, why] : impl->lostFolders)
        runtime.log().error("storage", "starts without data folder " + folder +
                                           ", as disk_failure_policy wants it: " + why);
    auto listing = runtime.onPool("open store", [disk, options = impl->options] {
        return [&]() -> Result<std::vector<std::int64_t>> {
            RW_TRY(disk->createDirectories(options.commitLogFolder));
            RW_TRY(removeSpareLogFiles(*disk, options.commitLogFolder));
            RW_TRY(restoreArchivedLog(*disk, options));
            return listCommitLog(*disk, options.commitLogFolder);
        }();
    });
    RW_CO_ASSIGN(impl->oldSegments, co_await listing);
    std::vector<TableStatePtr> states;
    std::set<schema::TableId> ids;
    for (const schema::TablePtr& table : systemTables) {
        if (table->isVirtual())
            continue;
        states.push_back(impl->addTable(table, true));
        ids.insert(table->id());
    }
    auto loadingAll = impl->loadTables(std::move(states));
    RW_CO_TRY(co_await loadingAll);
    std::int64_t next = runtime.wallNow().millis();
    if (!impl->oldSegments.empty())
        next = std::max(next, impl->oldSegments.back() + 1);
    for (const auto& [id, state] : impl->tables)
        next = std::max(next, state->flushedUpTo.segment + 1);
    impl->log = std::make_unique<CommitLog>(runtime, impl->options, next, impl->storeMetrics);
    impl->log->onFailure([raw = impl.get()](const Error& error) {
        raw->refusal = error;
        if (raw->onFailure)
            raw->onFailure(error);
    });
    for (const auto& [id, state] : impl->tables)
        state->active = std::make_shared<Memtable>(state->table, CommitLogPosition{});
    auto replaying = impl->replay(std::move(ids));
    RW_CO_TRY(co_await replaying);
    co_return std::unique_ptr<LocalStore>{new LocalStore{std::move(impl)}};
}

bool LocalStore::Impl::skipsDamagedTables() const
{
    return options.diskFailurePolicy == DiskFailurePolicy::BestEffort ||
           options.diskFailurePolicy == DiskFailurePolicy::Ignore;
}

/// A read has failed: tells the node, once, if disk_failure_policy makes it stop, or goes on
/// without the disk.
void LocalStore::Impl::noteReadFailure(const Error& error)
{
    if (giveUpFolder(error))
        return;
    const DiskFailurePolicy policy = options.diskFailurePolicy;
    const bool stops =
        error.code() == ErrorCode::Corrupt
            ? policy == DiskFailurePolicy::Die || policy == DiskFailurePolicy::StopParanoid
            : error.code() == ErrorCode::Io && !skipsDamagedTables();
    if (error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::Io)
        runtime.log().error("storage", "a read failed: " + error.detail());
    if (stops && onDiskFailure)
        std::exchange(onDiskFailure, nullptr)(error);
}

Task<void> LocalStore::Impl::loadTables(std::vector<TableStatePtr> states)
{
    Disk* disk = &runtime.disk();
    for (const TableStatePtr& state : states) {
        auto loading = runtime.onPool("load table", [disk, folders = state->folders.all,
                                                     table = state->table, hostId = options.hostId,
                                                     ids = cacheIds, skips = skipsDamagedTables()] {
            return loadTable(*disk, folders, table, hostId, ids, skips);
        });
        auto loaded = co_await loading;
        if (!loaded && giveUpFolder(loaded.error())) {
            auto again = loadTables({state});
            RW_CO_TRY(co_await again);
            continue;
        }
        if (!loaded)
            co_return loaded.error();
        for (const std::string& warning : loaded->warnings)
            runtime.log().warn("storage", warning);
        state->setLive(std::make_shared<LiveTables>(std::move(loaded->tables)));
        state->generations->store(loaded->nextGeneration);
        state->flushedUpTo = loaded->flushedUpTo;
        state->isLoaded = true;
        if (log && state->flushedUpTo.segment >= log->position().segment)
            log->advance(state->flushedUpTo.segment + 1);
    }
    co_return ok();
}

void LocalStore::Impl::alterTable(TableState& state, const schema::TablePtr& table)
{
    const bool columnsChanged = !sameColumns(*state.table, *table);
    state.table = table;
    state.rowsToCache = rowsToCache(*table);
    state.cachesKeys = cachesKeys(*table);
    rowCache.invalidate(table->id());
    if (!columnsChanged)
        return;
    // A memtable keeps to one set of columns, so that reading it needs no translation.
    freeze(state);
    auto live = std::make_shared<LiveTables>();
    for (const auto& reader : *state.live) {
        auto altered = reader->withTable(table);
        if (!altered)
            runtime.log().error("storage", altered.error().detail());
        live->push_back(altered ? *altered : reader);
    }
    state.setLive(std::move(live));
}

void LocalStore::Impl::changeSchema(schema::SchemaPtr next)
{
    const schema::SchemaPtr before = std::exchange(schema, std::move(next));
    const auto take = [&](const schema::TablePtr& table, bool durable) {
        if (table->isVirtual())
            return;
        if (const auto state = stateOf(table->id())) {
            state->isDurable = durable;
            if (state->table == table)
                return;
            alterTable(*state, table);
            if (!state->frozen.empty())
                runtime.spawn(Priority::Background, "flush", flush(state));
            return;
        }
        const auto added = addTable(table, durable);
        added->isLoaded = isStarted; // nothing on disk belongs to an id that is new
    };
    // A schema shares with the one before what a change left alone, which there may be much of.
    for (const auto& [name, keyspace] : schema->keyspaces()) {
        const schema::KeyspacePtr old = before ? before->keyspace(name) : nullptr;
        if (keyspace->isVirtual || old == keyspace)
            continue;
        const bool isDurable = keyspace->durableWrites;
        const bool isSame = old && old->durableWrites == isDurable;
        for (const auto& [tableName, table] : keyspace->tables)
            if (!isSame || old->table(tableName) != table)
                take(table, isDurable);
        for (const auto& [viewName, view] : keyspace->views)
            take(view.table, isDurable);
    }
    if (!before)
        return;
    const auto leave = [&](const schema::TablePtr& table) {
        const auto at = tables.find(table->id());
        if (schema->table(table->id()) || at == tables.end())
            return;
        const TableStatePtr state = at->second;
        state->isDropped = true;
        runtime.cancel(state->flushTimer);
        byId.erase(at->first);
        lastWritten = nullptr;
        tables.erase(at);
        runtime.spawn(Priority::Background, "drop table", dropFiles(state));
    };
    for (const auto& [name, keyspace] : before->keyspaces()) {
        if (schema->keyspace(name) == keyspace)
            continue;
        for (const auto& [tableName, table] : keyspace->tables)
            leave(table);
        for (const auto& [viewName, view] : keyspace->views)
            leave(view.table);
    }
}

} // namespace engine::storage
