#include "engine/storage/store_impl.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

namespace engine::storage {

namespace {

std::string snapshotFolder(const std::string& tableFolder, const std::string& name)
{
    return tableFolder + "/snapshots/" + name;
}

/// What a snapshot is made of.
struct SnapshotRequest {
    std::string name;
    TableFolders folders;
    std::shared_ptr<const LiveTables> tables;
    std::string schemaCql;
    std::string createdAt;
    std::string expiresAt;
};

/// Hard links make a snapshot that costs no space until compaction removes the originals. Each data
/// folder has its part of it, the first manifest.json and schema.cql.
Result<void> linkTables(Disk& disk, const SnapshotRequest& request)
{
    for (const std::string& folder : request.folders.all)
        if (disk.exists(snapshotFolder(folder, request.name)))
            return Error{ErrorCode::AlreadyExists, "there is a snapshot " + request.name +
                                                       " already in " +
                                                       snapshotFolder(folder, request.name)};
    const std::string main = snapshotFolder(request.folders.first(), request.name);
    RW_TRY(disk.createDirectories(main));
    std::set<std::string> parts;
    std::string files;
    for (const auto& table : *request.tables) {
        const std::string& from = table->descriptor().folder;
        const std::string to = snapshotFolder(from, request.name);
        RW_TRY(disk.createDirectories(to));
        parts.insert(to);
        RW_ASSIGN(const auto components, sstable::readToc(disk, table->descriptor()));
        for (const std::string& component : components) {
            const std::string name = table->descriptor().name() + "-" + component;
            if (disk.exists(from + "/" + name))
                RW_TRY(disk.link(from + "/" + name, to + "/" + name));
        }
        files += (files.empty() ? "\"" : ",\"") + table->descriptor().name() + "-Data.db\"";
    }
    for (const std::string& part : parts)
        RW_TRY(disk.syncDirectory(part));
    RW_TRY(disk.replaceFile(
        main + "/manifest.json",
        fmt::format("{{\"files\":[{}],\"created_at\":\"{}\",\"expires_at\":{},"
                    "\"ephemeral\":false}}\n",
                    files, request.createdAt,
                    request.expiresAt.empty() ? "null" : "\"" + request.expiresAt + "\"")));
    if (!request.schemaCql.empty())
        RW_TRY(disk.replaceFile(main + "/schema.cql", request.schemaCql));
    return disk.syncDirectory(main);
}

/// "2023-11-14T22:13:20.000Z", as Cassandra's manifest has it.
std::string isoTime(WallTime time)
{
    const std::chrono::sys_time<std::chrono::milliseconds> moment{
        std::chrono::milliseconds{time.millis()}};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{moment - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

/// Milliseconds since 1970 of what isoTime() writes; 0 if it is something else.
std::int64_t millisOfIso(std::string_view text)
{
    if (text.size() < 23 || text[4] != '-' || text[10] != 'T')
        return 0;
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = 0;
        for (const char c : text.substr(at, size))
            value = value * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
        return value;
    };
    const std::chrono::sys_days day{std::chrono::year{number(0, 4)} / number(5, 2) / number(8, 2)};
    return std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count() +
           ((number(11, 2) * 60 + number(14, 2)) * 60 + number(17, 2)) * 1000LL + number(20, 3);
}

/// A moment of a manifest: "created_at", "expires_at". nullopt: null, or not there.
std::optional<WallTime> momentOf(std::string_view manifest, std::string_view key)
{
    const std::string quoted = "\"" + std::string{key} + "\"";
    std::size_t at = manifest.find(quoted);
    if (at == std::string_view::npos)
        return std::nullopt;
    // Cassandra's manifests have spaces.
    at = manifest.find_first_not_of(" :\n\t", at + quoted.size());
    if (at == std::string_view::npos || manifest[at] != '"')
        return std::nullopt;
    WallTime moment;
    moment.sinceEpoch = std::chrono::milliseconds{millisOfIso(manifest.substr(at + 1))};
    return moment;
}

struct TableFolder {
    std::string keyspace;
    std::string table;
    std::string path;
};

/// All tables' folders below the data folder, also of tables that have been dropped.
Result<std::vector<TableFolder>> listTableFolders(Disk& disk, const std::string& dataFolder)
{
    std::vector<TableFolder> found;
    RW_ASSIGN(const auto keyspaces, disk.list(dataFolder));
    for (const DirectoryEntry& keyspace : keyspaces) {
        if (!keyspace.isDirectory)
            continue;
        RW_ASSIGN(const auto folders, disk.list(dataFolder + "/" + keyspace.name));
        for (const DirectoryEntry& folder : folders) {
            if (folder.isDirectory)
                found.push_back({keyspace.name, folder.name.substr(0, folder.name.rfind('-')),
                                 dataFolder + "/" + keyspace.name + "/" + folder.name});
        }
    }
    return found;
}

/// A snapshot with its part in each data folder that has one.
struct FoundSnapshot {
    SnapshotInfo info; ///< without sizes
    std::vector<TableFolder> parts;
};

/// By keyspace, table and name.
Result<std::vector<FoundSnapshot>> findSnapshots(Disk& disk,
                                                 const std::vector<std::string>& dataFolders)
{
    std::map<std::vector<std::string>, FoundSnapshot> found;
    for (const std::string& dataFolder : dataFolders) {
        RW_ASSIGN(const auto tables, listTableFolders(disk, dataFolder));
        for (const TableFolder& table : tables) {
            if (!disk.exists(table.path + "/snapshots"))
                continue;
            RW_ASSIGN(const auto names, disk.list(table.path + "/snapshots"));
            for (const DirectoryEntry& name : names) {
                // The folder's name, for it has the table's id: there may be dropped ones.
                auto& snapshot = found[{table.keyspace,
                                        table.path.substr(table.path.rfind('/') + 1), name.name}];
                snapshot.info.name = name.name;
                snapshot.info.keyspace = table.keyspace;
                snapshot.info.table = table.table;
                snapshot.parts.push_back(table);
                const auto manifest =
                    disk.readAll(snapshotFolder(table.path, name.name) + "/manifest.json");
                if (!manifest)
                    continue;
                snapshot.info.createdAt = momentOf(*manifest, "created_at").value_or(WallTime{});
                snapshot.info.expiresAt = momentOf(*manifest, "expires_at");
            }
        }
    }
    std::vector<FoundSnapshot> all;
    for (auto& [key, snapshot] : found)
        all.push_back(std::move(snapshot));
    return all;
}

Result<std::vector<SnapshotInfo>> measureSnapshots(Disk& disk,
                                                   const std::vector<std::string>& dataFolders)
{
    RW_ASSIGN(auto found, findSnapshots(disk, dataFolders));
    std::vector<SnapshotInfo> measured;
    for (FoundSnapshot& snapshot : found) {
        for (const TableFolder& part : snapshot.parts) {
            RW_ASSIGN(const auto files, disk.list(snapshotFolder(part.path, snapshot.info.name)));
            for (const DirectoryEntry& file : files) {
                snapshot.info.bytesOnDisk += file.size;
                if (!disk.exists(part.path + "/" + file.name))
                    snapshot.info.bytesTrue += file.size;
            }
        }
        measured.push_back(std::move(snapshot.info));
    }
    return measured;
}

Result<void> removeSnapshots(Disk& disk, const std::vector<std::string>& dataFolders,
                             const std::function<bool(const SnapshotInfo&)>& goes)
{
    RW_ASSIGN(const auto found, findSnapshots(disk, dataFolders));
    for (const FoundSnapshot& snapshot : found)
        if (goes(snapshot.info))
            // The first, which has the manifest, goes last: what a crash leaves still has its age.
            for (auto part = snapshot.parts.rbegin(); part != snapshot.parts.rend(); ++part)
                RW_TRY(disk.removeAll(snapshotFolder(part->path, snapshot.info.name)));
    return ok();
}

Result<void> noteUncommitted(Disk& disk, const std::vector<std::string>& folders,
                             std::set<sstable::Descriptor>& into)
{
    for (const std::string& folder : folders) {
        if (!disk.exists(folder))
            continue;
        RW_ASSIGN(auto added, FileTransaction::uncommitted(disk, folder));
        into.merge(added);
    }
    return ok();
}

/// The SSTables of these folders that are not live yet. Nothing of compactions is among them, which
/// go on meanwhile but do not commit: those that ended or began while the folders were listed are
/// asked for before and after.
Result<LiveTables> openNewTables(Disk& disk, const std::vector<std::string>& folders,
                                 const schema::TablePtr& table, const LiveTables& live,
                                 const CacheIds& ids)
{
    std::set<sstable::Descriptor> known;
    for (const auto& reader : live)
        known.insert(reader->descriptor());
    RW_TRY(noteUncommitted(disk, folders, known));
    std::vector<sstable::Descriptor> found;
    for (const std::string& folder : folders) {
        if (!disk.exists(folder))
            continue;
        RW_ASSIGN(const auto descriptors, sstable::listTables(disk, folder));
        found.insert(found.end(), descriptors.begin(), descriptors.end());
    }
    RW_TRY(noteUncommitted(disk, folders, known));
    LiveTables fresh;
    for (const auto& descriptor : found) {
        if (known.contains(descriptor))
            continue;
        RW_ASSIGN(auto reader, sstable::Reader::open(disk, descriptor, table, {(*ids)++}));
        fresh.push_back(std::move(reader));
    }
    return fresh;
}

/// How often snapshots that have expired are removed.
constexpr Duration kExpiryPeriod = std::chrono::seconds{60};

} // namespace

Task<void> LocalStore::Impl::snapshot(TableStatePtr state, std::string name, std::string schemaCql,
                                      bool flushFirst, std::optional<Duration> ttl)
{
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        co_return Error{ErrorCode::Invalid, "a snapshot cannot be named '" + name + "'"};
    Disk* disk = &runtime.disk();
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    Result<void> result = ok();
    if (flushFirst) {
        auto flushing = flushFrozen(state);
        result = co_await flushing;
    }
    if (result) {
        std::string expiresAt;
        if (ttl) {
            WallTime end = runtime.wallNow();
            end.sinceEpoch += std::chrono::duration_cast<decltype(end.sinceEpoch)>(*ttl);
            expiresAt = isoTime(end);
        }
        // While the table is acquired nothing removes the files that are linked.
        SnapshotRequest request{
            name, state->folders, state->live, schemaCql, isoTime(runtime.wallNow()), expiresAt};
        auto linking = runtime.onPool("snapshot", [disk, request = std::move(request)] {
            return linkTables(*disk, request);
        });
        result = co_await linking;
    }
    release(*state);
    if (result)
        emit("snapshot", *state, 0);
    if (result && ttl && !std::exchange(expiresSnapshots, true))
        expireSnapshotsLater();
    co_return result;
}

Task<void> LocalStore::Impl::clearSnapshot(std::string name, std::string keyspace,
                                           std::optional<WallTime> takenBefore)
{
    if (name.find('/') != std::string::npos || name == "..")
        co_return Error{ErrorCode::Invalid, "no snapshot can be named '" + name + "'"};
    Disk* disk = &runtime.disk();
    auto removing = runtime.onPool(
        "clear snapshot", [disk, folders = foldersInUse(), name, keyspace, takenBefore] {
            return removeSnapshots(*disk, folders, [&](const SnapshotInfo& each) {
                return (name.empty() || each.name == name) &&
                       (keyspace.empty() || each.keyspace == keyspace) &&
                       (!takenBefore || each.createdAt < *takenBefore);
            });
        });
    co_return co_await removing;
}

void LocalStore::Impl::expireSnapshotsLater()
{
    snapshotTimer = runtime.after(kExpiryPeriod, "expire snapshots", [this] {
        if (!isDraining)
            runtime.spawn(Priority::Background, "expire snapshots", expireSnapshots());
    });
}

/// Removes what has expired, and looks again as long as there is more to come.
Task<void> LocalStore::Impl::expireSnapshots()
{
    Disk* disk = &runtime.disk();
    auto removing = runtime.onPool(
        "expire snapshots", [disk, folders = foldersInUse(), now = runtime.wallNow()] {
            return [&]() -> Result<bool> {
                bool more = false;
                RW_TRY(removeSnapshots(*disk, folders, [&](const SnapshotInfo& each) {
                    const bool expires = each.expiresAt.has_value();
                    const bool gone = expires && !(now < *each.expiresAt);
                    more = more || (expires && !gone);
                    return gone;
                }));
                return more;
            }();
        });
    auto more = co_await removing;
    if (!more)
        runtime.log().error("storage",
                            "expired snapshots could not be removed: " + more.error().detail());
    expiresSnapshots = !more || *more;
    if (expiresSnapshots)
        expireSnapshotsLater();
    co_return ok();
}

Task<std::vector<SnapshotInfo>> LocalStore::Impl::listSnapshots()
{
    Disk* disk = &runtime.disk();
    auto listing = runtime.onPool("list snapshots", [disk, folders = foldersInUse()] {
        return measureSnapshots(*disk, folders);
    });
    co_return co_await listing;
}

Task<void> LocalStore::Impl::refresh(TableStatePtr state)
{
    auto acquiring = acquire(state);
    RW_CO_TRY(co_await acquiring);
    Disk* disk = &runtime.disk();
    auto loading = runtime.onPool(
        "refresh", [disk, folders = state->folders.all, table = state->table, live = state->live,
                    ids = cacheIds] { return openNewTables(*disk, folders, table, *live, ids); });
    auto loaded = co_await loading;
    if (loaded && !loaded->empty()) {
        LiveTables live = *state->live;
        for (auto& reader : *loaded) {
            if (const auto number = reader->descriptor().number())
                state->generations->store(std::max(state->generations->load(), *number + 1));
            live.push_back(std::move(reader));
        }
        publish(*state, std::move(live));
        rowCache.invalidate(state->table->id());
        considerCompaction(state);
    }
    release(*state);
    co_return loaded ? ok() : Result<void>{loaded.error()};
}

} // namespace engine::storage
