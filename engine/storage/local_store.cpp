#include "engine/storage/local_store.h"

#include "engine/storage/maintenance.h"
#include "engine/storage/store_impl.h"

#include <algorithm>
#include <utility>

namespace engine::storage {

LocalStore::Impl::Impl(Runtime& rt, StoreOptions opts)
    : runtime(rt),
      options(std::move(opts)),
      cache(options.chunkCacheBytes, storeMetrics),
      keys(options.keyCacheBytes, storeMetrics),
      rowCache(options.rowCacheBytes, storeMetrics)
{
    throttle.setBytesPerSecond(options.compactionBytesPerSecond);
    options.memtableFlushWriters = std::max(options.memtableFlushWriters, 1U);
    const double threshold = options.memtableCleanupThreshold > 0
                                 ? options.memtableCleanupThreshold
                                 : 1.0 / (options.memtableFlushWriters + 1);
    cleanupBytes =
        static_cast<std::uint64_t>(threshold * static_cast<double>(options.memtableBytes));
}

LocalStore::Impl::~Impl()
{
    runtime.cancel(compactionTimer);
    runtime.cancel(keyCacheTimer);
    runtime.cancel(rowCacheTimer);
    runtime.cancel(snapshotTimer);
    runtime.cancel(waitTimer);
    for (const auto& [id, state] : tables)
        runtime.cancel(state->flushTimer);
}

LocalStore::LocalStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
LocalStore::~LocalStore() = default;

Task<void> LocalStore::start(schema::SchemaPtr schema)
{
    Impl& impl = *m_impl;
    impl.changeSchema(std::move(schema));
    std::vector<TableStatePtr> fresh;
    std::set<schema::TableId> ids;
    for (const auto& [id, state] : impl.tables) {
        if (state->isLoaded)
            continue;
        fresh.push_back(state);
        ids.insert(id);
    }
    auto loadingAll = impl.loadTables(std::move(fresh));
    RW_CO_TRY(co_await loadingAll);
    auto replaying = impl.replay(std::move(ids));
    RW_CO_TRY(co_await replaying);
    auto settling = impl.settleCdc();
    RW_CO_TRY(co_await settling);
    impl.finishReplay();
    auto cachesLoading = impl.loadCaches();
    RW_CO_TRY(co_await cachesLoading);
    impl.saveCacheLater(true);
    impl.saveCacheLater(false);
    impl.fillSystemFolder();
    co_return ok();
}

void LocalStore::setSchema(schema::SchemaPtr schema)
{
    m_impl->changeSchema(std::move(schema));
}

void LocalStore::setHostId(const Uuid& hostId)
{
    m_impl->options.hostId = hostId;
}

Task<void> LocalStore::saveCaches()
{
    return m_impl->saveCaches();
}

void LocalStore::invalidateKeyCache()
{
    m_impl->keys.clear();
}

void LocalStore::invalidateRowCache()
{
    m_impl->rowCache.clear();
}

CacheSettings LocalStore::cacheSettings() const
{
    const StoreOptions& options = m_impl->options;
    return {m_impl->storeMetrics.keyCacheCapacity,
            m_impl->storeMetrics.rowCacheCapacity,
            options.keyCacheSavePeriod,
            options.rowCacheSavePeriod,
            options.keyCacheKeysToSave,
            options.rowCacheKeysToSave};
}

void LocalStore::setCacheSettings(const CacheSettings& settings)
{
    Impl& impl = *m_impl;
    if (settings.keyCacheBytes != impl.storeMetrics.keyCacheCapacity)
        impl.keys.setCapacity(settings.keyCacheBytes);
    if (settings.rowCacheBytes != impl.storeMetrics.rowCacheCapacity)
        impl.rowCache.setCapacity(settings.rowCacheBytes);
    impl.options.keyCacheKeysToSave = settings.keyCacheKeysToSave;
    impl.options.rowCacheKeysToSave = settings.rowCacheKeysToSave;
    const auto setPeriod = [&impl](Duration& period, Duration next, bool ofKeys) {
        if (std::exchange(period, next) != next && impl.isStarted)
            impl.saveCacheLater(ofKeys);
    };
    setPeriod(impl.options.keyCacheSavePeriod, settings.keyCacheSavePeriod, true);
    setPeriod(impl.options.rowCacheSavePeriod, settings.rowCacheSavePeriod, false);
}

bool LocalStore::tryApply(const rows::Mutation& mutation, WriteDone done)
{
    const auto key =
        mutation.updates.empty() ? sstable::KeyHash{} : sstable::KeyHash::of(mutation.key());
    return m_impl->tryApply(mutation, key, done);
}

bool LocalStore::tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key,
                          WriteDone& done)
{
    return m_impl->tryApply(mutation, key, done);
}

Task<void> LocalStore::apply(rows::Mutation mutation)
{
    OneShot<void> answer{m_impl->runtime, Priority::Request, "write"};
    const MonoTime deadline = m_impl->runtime.now() + m_impl->options.writeWaitMax;
    while (true) {
        if (tryApply(mutation, [completer = answer.completer()](Result<void> result) mutable {
                completer.completeNow(std::move(result));
            }))
            break;
        std::uint64_t bytes = 0;
        for (rows::Partition& update : mutation.updates)
            bytes += update.arena().reservedBytes();
        auto waiting = m_impl->waitForMemory(deadline, bytes);
        RW_CO_TRY(co_await waiting);
    }
    co_return co_await answer;
}

Task<void> LocalStore::sync()
{
    return m_impl->log->sync();
}

std::optional<Result<rows::Partition>> LocalStore::tryRead(const rows::ReadCommand& command)
{
    return m_impl->tryRead(command);
}

Task<LocalRead> LocalStore::read(rows::ReadCommand command, Priority priority)
{
    return m_impl->read(std::move(command), priority);
}

namespace {

Task<void> storeNotFound(Error error)
{
    co_return error;
}

} // namespace

Task<void> LocalStore::flush(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table)) : m_impl->flush(std::move(state));
}

Task<void> LocalStore::flushAll(std::string keyspace)
{
    return m_impl->flushAll(std::move(keyspace));
}

Task<void> LocalStore::truncate(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->truncate(std::move(state));
}

Task<void> LocalStore::compact(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->compactAll(std::move(state));
}

Task<void> LocalStore::compactFiles(schema::TableId table, std::vector<std::string> generations)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->compactFiles(std::move(state), std::move(generations));
}

Task<void> LocalStore::cleanup(schema::TableId table,
                               std::vector<std::pair<std::int64_t, std::int64_t>> owned)
{
    auto state = m_impl->stateOf(table);
    if (state == nullptr)
        return storeNotFound(Impl::noTable(table));
    std::vector<TokenSpan> keep;
    for (const auto& [after, upTo] : owned)
        keep.push_back({after, upTo});
    return m_impl->rewriteEach(std::move(state), "Cleanup", std::move(keep));
}

Task<void> LocalStore::rewrite(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr
               ? storeNotFound(Impl::noTable(table))
               : m_impl->rewriteEach(std::move(state), "Upgrade sstables", std::nullopt);
}

std::size_t LocalStore::stopCompactions(const std::string& kindOrId)
{
    return m_impl->stopCompactions(kindOrId);
}

void LocalStore::setCompactionThroughput(std::uint64_t bytesPerSecond)
{
    m_impl->throttle.setBytesPerSecond(bytesPerSecond);
}

std::uint64_t LocalStore::compactionThroughput() const
{
    return m_impl->throttle.bytesPerSecond();
}

void LocalStore::setCompactionListener(std::function<void(const CompactionRecord&)> listener)
{
    m_impl->onCompaction = std::move(listener);
}

void LocalStore::setAutoCompaction(schema::TableId table, bool enabled)
{
    if (auto state = m_impl->stateOf(table)) {
        state->autoCompaction = enabled;
        m_impl->considerCompaction(state);
    }
}

std::vector<CompactionInfo> LocalStore::compactions() const
{
    std::vector<CompactionInfo> all;
    for (const auto& info : m_impl->running)
        all.push_back(m_impl->infoOf(*info));
    return all;
}

std::uint32_t LocalStore::pendingCompactions() const
{
    return m_impl->pendingCompactions();
}

Task<void> LocalStore::snapshot(schema::TableId table, std::string name, std::string schemaCql,
                                bool flushFirst, std::optional<Duration> ttl)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->snapshot(std::move(state), std::move(name),
                                               std::move(schemaCql), flushFirst, ttl);
}

Task<void> LocalStore::clearSnapshot(std::string name, std::string keyspace,
                                     std::optional<WallTime> takenBefore)
{
    return m_impl->clearSnapshot(std::move(name), std::move(keyspace), takenBefore);
}

namespace {

Task<ImportReport> importNotFound(Error error)
{
    co_return error;
}
Task<std::vector<TableFinding>> findingsNotFound(Error error)
{
    co_return error;
}

} // namespace

Task<ImportReport> LocalStore::importTables(schema::TableId table, ImportRequest request)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? importNotFound(Impl::noTable(table))
                            : m_impl->importTables(std::move(state), std::move(request));
}

Task<std::vector<TableFinding>> LocalStore::verify(schema::TableId table, VerifyRequest request)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? findingsNotFound(Impl::noTable(table))
                            : m_impl->verify(std::move(state), std::move(request));
}

Task<std::vector<TableFinding>> LocalStore::scrub(schema::TableId table, ScrubRequest request)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? findingsNotFound(Impl::noTable(table))
                            : m_impl->scrub(std::move(state), request);
}

Task<void> LocalStore::garbageCollect(schema::TableId table, bool cells)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->rewriteEach(std::move(state), "Garbage collect", std::nullopt,
                                                  cells ? Garbage::Cells : Garbage::Rows);
}

Task<void> LocalStore::relocate(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->rewriteEach(std::move(state), kRelocation, std::nullopt,
                                                  Garbage::Stays, true);
}

void LocalStore::setIncrementalBackups(bool enabled)
{
    m_impl->options.incrementalBackups = enabled;
}

bool LocalStore::incrementalBackups() const
{
    return m_impl->options.incrementalBackups;
}

Task<std::vector<SnapshotInfo>> LocalStore::listSnapshots()
{
    return m_impl->listSnapshots();
}

Task<void> LocalStore::refresh(schema::TableId table)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->refresh(std::move(state));
}

Task<void> LocalStore::anticompact(schema::TableId table,
                                   std::vector<std::pair<std::int64_t, std::int64_t>> ranges,
                                   Uuid session)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->anticompact(std::move(state), disjointSpans(ranges), session);
}

Task<void> LocalStore::addPending(schema::TableId table, rows::Partitions partitions, Uuid session)
{
    auto state = m_impl->stateOf(table);
    return state == nullptr ? storeNotFound(Impl::noTable(table))
                            : m_impl->addPending(std::move(state), std::move(partitions), session);
}

Task<LocalRead> LocalStore::readPending(rows::ReadCommand command, Uuid session)
{
    auto state = m_impl->stateOf(command.table->id());
    return m_impl->readPending(std::move(state), std::move(command), session);
}

Task<void> LocalStore::endRepair(Uuid session, std::int64_t repairedAt)
{
    return m_impl->endRepair(session, repairedAt);
}

std::set<Uuid> LocalStore::pendingRepairs() const
{
    return m_impl->pendingRepairs();
}

Task<void> LocalStore::drain()
{
    return m_impl->drain();
}

const TableMetrics* LocalStore::metrics(schema::TableId table) const
{
    const auto state = m_impl->stateOf(table);
    if (state == nullptr)
        return nullptr;
    m_impl->refreshMetrics(*state);
    return &state->metrics;
}

const StoreMetrics& LocalStore::metrics() const
{
    m_impl->storeMetrics.memtableBytes = m_impl->memtableBytes;
    m_impl->storeMetrics.writesWaiting = m_impl->writers.size();
    return m_impl->storeMetrics;
}

std::vector<sstable::ReaderPtr> LocalStore::sstables(schema::TableId table) const
{
    const auto state = m_impl->stateOf(table);
    return state == nullptr ? LiveTables{} : *state->live;
}

std::string LocalStore::folderOf(schema::TableId table) const
{
    const auto state = m_impl->stateOf(table);
    return state == nullptr ? std::string{} : state->folders.first();
}

std::vector<std::string> LocalStore::dataFolders() const
{
    return m_impl->dataFolders();
}

std::uint64_t LocalStore::load() const
{
    std::uint64_t bytes = 0;
    for (const auto& [id, state] : m_impl->tables) {
        for (const auto& table : *state->live)
            bytes += table->bytesOnDisk();
    }
    return bytes;
}

void LocalStore::setFailureListener(std::function<void(const Error&)> listener)
{
    m_impl->onFailure = std::move(listener);
    if (m_impl->log->failure())
        m_impl->onFailure(*m_impl->log->failure());
}

void LocalStore::setDiskFailureListener(std::function<void(const Error&)> listener)
{
    m_impl->onDiskFailure = std::move(listener);
}

const std::optional<Error>& LocalStore::failure() const
{
    return m_impl->refusal;
}

} // namespace engine::storage
