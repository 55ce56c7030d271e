// The data folders of a store: which tables lie where, what becomes of a disk that fails.

#include "engine/storage/store_impl.h"

#include "engine/base/disk_failure.h"
#include "engine/schema/describe.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::storage {

Result<LostFolders> prepareDataFolders(Disk& disk, const StoreOptions& options)
{
    LostFolders lost;
    for (const std::string& folder : options.dataFolders) {
        const auto prepared = [&]() -> Result<void> {
            RW_TRY(disk.createDirectories(folder));
            RW_TRY(disk.syncDirectory(folder));
            RW_TRY(disk.list(folder));
            return ok();
        }();
        if (prepared)
            continue;
        lost.emplace(folder, prepared.error().detail());
        if (options.diskFailurePolicy != DiskFailurePolicy::BestEffort ||
            lost.size() == options.dataFolders.size())
            return prepared.error().within("data folder " + folder);
    }
    return lost;
}

std::vector<std::string> LocalStore::Impl::dataFolders() const
{
    std::vector<std::string> usable;
    for (const std::string& folder : options.dataFolders)
        if (!lostFolders.contains(folder))
            usable.push_back(folder);
    return usable;
}

TableFolders LocalStore::Impl::foldersOf(const schema::Table& table) const
{
    const auto usable = dataFolders();
    TableFolders folders;
    for (const std::string& folder : usable)
        folders.all.push_back(tableFolder(folder, table));
    // The node's own tables are small and must be there even when other disks are not.
    if (schema::isLocalSystemKeyspace(table.keyspace())) {
        folders.ofShare.push_back(folders.all.front());
        return folders;
    }
    const std::size_t count = options.dataFolders.size();
    for (std::size_t share = 0; share < count; ++share) {
        // The next one stands in for a lost one, so that nothing moves between the others.
        std::size_t at = share;
        while (lostFolders.contains(options.dataFolders[at]))
            at = (at + 1) % count;
        folders.ofShare.push_back(tableFolder(options.dataFolders[at], table));
    }
    return folders;
}

bool LocalStore::Impl::giveUpFolder(const Error& error)
{
    const auto* failure = error.extra<DiskFailure>();
    if (options.diskFailurePolicy != DiskFailurePolicy::BestEffort ||
        error.code() != ErrorCode::Io || failure == nullptr || failure->isWantOfHandles)
        return false;
    const auto usable = dataFolders();
    // One data folder may lie below another.
    const std::string* failed = nullptr;
    for (const std::string& folder : usable)
        if ((failure->path + "/").starts_with(folder + "/") &&
            (failed == nullptr || folder.size() > failed->size()))
            failed = &folder;
    if (failed == nullptr || usable.size() == 1)
        return false;
    runtime.log().error("storage",
                        fmt::format("goes on without data folder {}, as disk_failure_policy wants "
                                    "it: {}; repair the node once the disk is replaced",
                                    *failed, error.detail()));
    lostFolders.emplace(*failed, error.detail());
    for (const auto& [id, state] : tables) {
        state->folders = foldersOf(*state->table);
        state->refreshToRead();
        LiveTables left;
        for (const auto& table : *state->live)
            if (state->folders.contains(table->descriptor().folder))
                left.push_back(table);
        if (left.size() == state->live->size())
            continue;
        publish(*state, std::move(left));
        rowCache.invalidate(id);
    }
    return true;
}

LiveTables LocalStore::Impl::misplaced(const TableState& state)
{
    LiveTables found;
    for (const auto& table : *state.live) {
        const std::string& folder = table->descriptor().folder;
        if (state.folders.of(table->firstToken()) != folder ||
            state.folders.of(table->lastToken()) != folder)
            found.push_back(table);
    }
    return found;
}

} // namespace engine::storage
