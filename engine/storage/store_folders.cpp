// The data folders of a store: which tables lie where, what becomes of a disk that fails.

#include "engine/storage/store_impl.h"

#include "engine/base/disk_failure.h"
#include "engine/schema/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace engine::storage {

namespace {

/// Tables of `system` that lie with those of users: a node goes on that has lost some of their rows
/// (SystemKeyspace.TABLES_SPLIT_ACROSS_MULTIPLE_DISKS).
constexpr std::array<std::string_view, 5> kOutsideSystemFolder{
    "batches", "compaction_history", "paxos", "prepared_statements", "repairs"};

bool isOfSystemFolder(const schema::Table& table)
{
    const auto& outside = kOutsideSystemFolder;
    return schema::isLocalSystemKeyspace(table.keyspace()) &&
           (table.keyspace() != "system" ||
            std::find(outside.begin(), outside.end(), table.name()) == outside.end());
}

Result<void> prepareFolder(Disk& disk, const std::string& folder)
{
    RW_TRY(disk.createDirectories(folder));
    RW_TRY(disk.syncDirectory(folder));
    RW_TRY(disk.list(folder));
    return ok();
}

} // namespace

Result<LostFolders> prepareDataFolders(Disk& disk, const StoreOptions& options)
{
    if (!options.systemFolder.empty()) {
        if (const auto prepared = prepareFolder(disk, options.systemFolder); !prepared)
            return prepared.error().within("local_system_data_file_directory " +
                                           options.systemFolder);
    }
    LostFolders lost;
    for (const std::string& folder : options.dataFolders) {
        const auto prepared = prepareFolder(disk, folder);
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

std::vector<std::string> LocalStore::Impl::foldersInUse() const
{
    auto all = dataFolders();
    if (!options.systemFolder.empty())
        all.insert(all.begin(), options.systemFolder);
    return all;
}

TableFolders LocalStore::Impl::foldersOf(const schema::Table& table) const
{
    const auto usable = dataFolders();
    TableFolders folders;
    for (const std::string& folder : usable)
        folders.all.push_back(tableFolder(folder, table));
    if (!options.systemFolder.empty() && isOfSystemFolder(table))
        folders.all.insert(folders.all.begin(), tableFolder(options.systemFolder, table));
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
    const auto inUse = foldersInUse();
    // One folder may lie below another.
    const std::string* failed = nullptr;
    for (const std::string& folder : inUse)
        if ((failure->path + "/").starts_with(folder + "/") &&
            (failed == nullptr || folder.size() > failed->size()))
            failed = &folder;
    if (failed == nullptr || *failed == options.systemFolder || dataFolders().size() == 1)
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

/// Cassandra moves the files before it starts (CassandraDaemon.migrateSystemDataIfNeeded); here
/// they are read where they are, and written anew where they belong.
void LocalStore::Impl::fillSystemFolder()
{
    if (options.systemFolder.empty())
        return;
    for (const auto& [id, state] : tables)
        if (isOfSystemFolder(*state->table) && !misplaced(*state).empty())
            runtime.spawn(Priority::Background, "fill system folder",
                          rewriteEach(state, kRelocation, std::nullopt, Garbage::Stays, true));
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
