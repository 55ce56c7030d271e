#include "engine/storage/saved_caches.h"
#include "engine/storage/store_impl.h"

#include <map>

namespace engine::storage {

namespace {

/// keys_to_save: 0 is all.
std::size_t countToSave(std::uint32_t keysToSave)
{
    return keysToSave == 0 ? SIZE_MAX : keysToSave;
}

Result<void> writeSaved(Disk& disk, const std::string& folder, const char* name, const Bytes& bytes)
{
    RW_TRY(disk.createDirectories(folder));
    return disk.replaceFile(folder + "/" + name, bytes);
}

struct SavedCaches {
    SavedKeyCache keys;
    SavedRowCache rows;
    std::vector<std::string> warnings;
};

template <class Decode, class To>
void readOne(Disk& disk, const std::string& path, Decode decode, To& to,
             std::vector<std::string>& warnings)
{
    if (!disk.exists(path))
        return;
    const auto bytes = disk.readAll(path);
    if (!bytes) {
        warnings.push_back(bytes.error().detail());
        return;
    }
    auto decoded = decode(*bytes, path);
    if (decoded)
        to = std::move(*decoded);
    else
        warnings.push_back(decoded.error().detail());
}

Result<SavedCaches> readSaved(Disk& disk, const std::string& folder, bool withRows)
{
    SavedCaches saved;
    readOne(disk, folder + "/" + kSavedKeyCacheFile, decodeKeyCache, saved.keys, saved.warnings);
    if (withRows)
        readOne(disk, folder + "/" + kSavedRowCacheFile, decodeRowCache, saved.rows,
                saved.warnings);
    return saved;
}

} // namespace

Bytes LocalStore::Impl::keyCacheToSave() const
{
    // By the file that each SSTable is to the cache.
    std::map<std::uint64_t, std::size_t> tableOf;
    SavedKeyCache saved;
    for (const auto& [id, state] : tables) {
        for (const auto& reader : *state->live) {
            tableOf.emplace(reader->dataFileId(), saved.tables.size());
            saved.tables.push_back({id,
                                    reader->descriptor().generation,
                                    reader->dataBytes(),
                                    reader->firstToken(),
                                    reader->lastToken(),
                                    reader->stats().maxTimestamp,
                                    {}});
        }
    }
    std::size_t left = countToSave(options.keyCacheKeysToSave);
    keys.forEach([&](std::uint64_t file, const std::array<std::uint64_t, 2>& hash,
                     const sstable::PartitionEntry& entry) {
        const auto at = tableOf.find(file);
        if (at == tableOf.end() || left == 0)
            return; // of an SSTable that is gone
        --left;
        saved.tables[at->second].entries.push_back({hash, entry});
    });
    std::erase_if(saved.tables, [](const auto& table) { return table.entries.empty(); });
    return encodeKeyCache(saved);
}

/// Saves one of the caches; a failure is worth a line of the log.
Task<void> LocalStore::Impl::saveCache(bool ofKeys)
{
    if (options.savedCachesFolder.empty() || !isStarted)
        co_return ok();
    Bytes bytes = ofKeys ? keyCacheToSave()
                         : encodeRowCache(rowCache.keys(countToSave(options.rowCacheKeysToSave)));
    Disk* disk = &runtime.disk();
    auto writing = runtime.onPool("save cache", [disk, folder = options.savedCachesFolder, ofKeys,
                                                 bytes = std::move(bytes)] {
        return writeSaved(*disk, folder, ofKeys ? kSavedKeyCacheFile : kSavedRowCacheFile, bytes);
    });
    auto written = co_await writing;
    if (!written)
        runtime.log().warn("storage", "a cache could not be saved: " + written.error().detail());
    co_return written;
}

void LocalStore::Impl::saveCacheLater(bool ofKeys)
{
    TimerId& timer = ofKeys ? keyCacheTimer : rowCacheTimer;
    runtime.cancel(timer);
    timer = {};
    const Duration period = ofKeys ? options.keyCacheSavePeriod : options.rowCacheSavePeriod;
    if (period <= Duration::zero())
        return;
    timer = runtime.after(period, "save cache", [this, ofKeys] {
        if (isDraining)
            return;
        runtime.spawn(Priority::Background, "save cache", saveCache(ofKeys));
        saveCacheLater(ofKeys);
    });
}

Task<void> LocalStore::Impl::saveCaches()
{
    auto keysSaving = saveCache(true);
    RW_CO_TRY(co_await keysSaving);
    auto rowsSaving = saveCache(false);
    co_return co_await rowsSaving;
}

/// Loads what earlier runs have saved; rows are read in the background.
Task<void> LocalStore::Impl::loadCaches()
{
    if (options.savedCachesFolder.empty())
        co_return ok();
    Disk* disk = &runtime.disk();
    auto loading = runtime.onPool(
        "load caches", [disk, folder = options.savedCachesFolder, withRows = rowCache.isOn()] {
            return readSaved(*disk, folder, withRows);
        });
    auto loaded = co_await loading;
    if (!loaded)
        co_return loaded.error();
    for (const std::string& warning : loaded->warnings)
        runtime.log().warn("storage", warning);
    for (const SavedKeyCache::Table& table : loaded->keys.tables) {
        const auto state = stateOf(table.id);
        if (state == nullptr || !state->cachesKeys)
            continue;
        for (const auto& reader : *state->live) {
            if (!table.isOf(*reader))
                continue;
            for (const SavedKeyCache::Entry& entry : table.entries)
                keys.insert(reader->dataFileId(), {{}, entry.hash, 0}, entry.at);
        }
    }
    if (!loaded->rows.empty())
        runtime.spawn(Priority::Background, "load row cache",
                      loadRowCache(std::move(loaded->rows)));
    co_return ok();
}

/// From the least lately used on, so that the order is as it was.
Task<void> LocalStore::Impl::loadRowCache(SavedRowCache saved)
{
    for (auto at = saved.rbegin(); at != saved.rend() && !isDraining; ++at) {
        const auto state = stateOf(at->first);
        if (state == nullptr || !usesRowCache(*state))
            continue;
        const sstable::KeyHash key = sstable::KeyHash::of(at->second);
        const std::uint64_t ticket = rowCache.reserve(at->first, key);
        if (ticket == 0)
            continue;
        rows::ReadCommand command;
        command.table = state->table;
        command.key = RecycledBytes{at->second};
        command.limits.rows = state->rowsToCache;
        command.nowSeconds = runtime.wallNow().seconds();
        auto reading = readPartition(state, std::move(command), Priority::Background, false);
        auto read = co_await reading;
        if (!read || read->partitions.empty() || read->partitions[0].table() != state->table) {
            rowCache.release(ticket, at->first, key);
            continue;
        }
        fillRowCache(*state, key, ticket, read->partitions.front(), !read->limited);
    }
    co_return ok();
}

} // namespace engine::storage
