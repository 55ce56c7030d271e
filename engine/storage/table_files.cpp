#include "engine/storage/table_files.h"

#include "engine/base/hash.h"
#include "engine/rows/merge.h"
#include "engine/sstable/writer.h"
#include "engine/storage/compaction/file_transaction.h"
#include "engine/storage/read_source.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace engine::storage {

namespace {

constexpr std::string_view kTruncationFile = "ringwright-truncated";
constexpr std::uint32_t kTruncationVersion = 1;

struct Truncation {
    CommitLogPosition position{-1, 0};
    std::uint64_t generation = 0;
};

Result<Truncation> readTruncation(Disk& disk, const std::string& folder)
{
    const std::string path = folder + "/" + std::string{kTruncationFile};
    if (!disk.exists(path))
        return Truncation{};
    RW_ASSIGN(const Bytes bytes, disk.readAll(path));
    ByteReader in{bytes};
    const bool magic = in.raw(4) == "RWTR";
    const std::uint32_t version = in.u32();
    if (in.ok() && magic && version > kTruncationVersion)
        return Error{ErrorCode::VersionTooNew,
                     "the truncation record " + path + " has version " + std::to_string(version)};
    Truncation truncation;
    truncation.position.segment = in.i64();
    truncation.position.offset = in.i32();
    truncation.generation = in.u64();
    const std::uint32_t checksum = in.u32();
    if (!in.ok() || !magic || checksum != crc32(ByteView{bytes}.substr(0, bytes.size() - 4)))
        return Error{ErrorCode::Corrupt,
                     "the truncation record " + path +
                         " is damaged: remove it if the table's data is to stay"};
    return truncation;
}

/// Hard links in backups/, as incremental_backups has it.
Result<void> linkBackup(Disk& disk, const sstable::Descriptor& descriptor)
{
    const std::string backups = descriptor.folder + "/backups";
    RW_TRY(disk.createDirectories(backups));
    RW_ASSIGN(const auto components, sstable::readToc(disk, descriptor));
    for (const std::string& component : components) {
        const std::string name = descriptor.name() + "-" + component;
        RW_TRY(disk.link(descriptor.folder + "/" + name, backups + "/" + name));
    }
    return disk.syncDirectory(backups);
}

/// The rows of a partition lie where they were written, each far from the next: this asks for the
/// memory of those that are written soon.
class RowsAhead {
public:
    explicit RowsAhead(const MemtableRows& rows) : m_rows(rows), m_at(rows.begin())
    {
        for (int i = 0; i < kAhead; ++i)
            next();
    }
    /// One row has been written.
    void next()
    {
        if (m_at == m_rows.end())
            return;
        const auto* const row = reinterpret_cast<const char*>(m_rows.at(m_at).row);
        __builtin_prefetch(row);
        __builtin_prefetch(row + 64);
        m_at = m_rows.next(m_at);
    }

private:
    static constexpr int kAhead = 8;

    const MemtableRows& m_rows;
    MemtableRows::Position m_at;
};

Result<void> writePartition(const MemtablePartition& partition, const schema::Table& table,
                            sstable::Writer& writer)
{
    const bool hasStatic = partition.staticRow != nullptr;
    Arena scratch;
    rows::Row staticRow;
    if (hasStatic)
        staticRow = rows::mergeRows(std::span{partition.staticRow, 1}, partition.deletion, scratch);
    RW_TRY(writer.startPartition(partition.key, partition.deletion, staticRow));
    if (partition.markers.empty() && partition.deletion.isLive()) {
        rows::Unfiltered next;
        Arena cells;
        RowsAhead ahead{partition.rows};
        for (auto at = partition.rows.begin(); at != partition.rows.end();
             at = partition.rows.next(at)) {
            ahead.next();
            cells.clear();
            next.row = partition.rows.at(at).row->row(cells);
            RW_TRY(writer.append(next));
        }
        return writer.endPartition();
    }
    const rows::SliceView all{{rows::BoundKind::InclusiveStart, {}},
                              {rows::BoundKind::InclusiveEnd, {}}};
    ReadSource sources[2] = {ReadSource::overRows(table, partition, all, false),
                             ReadSource::overMarkers(partition.markers, false)};
    Result<void> written = ok();
    rows::mergeUnfiltereds(table, partition.deletion, std::span<ReadSource>{sources}, false,
                           scratch, [&](const rows::Unfiltered& next) {
                               written = writer.append(next);
                               return written.has_value();
                           });
    return written ? writer.endPartition() : written;
}

bool isDamage(const Error& error)
{
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::Io ||
           error.code() == ErrorCode::NotFound;
}

/// What a crash interrupted in one folder: transactions and files of unfinished SSTables.
Result<void> recoverFolder(Disk& disk, const std::string& folder, LoadedTable& loaded)
{
    RW_ASSIGN(const std::size_t interrupted, FileTransaction::recover(disk, folder));
    if (interrupted > 0)
        loaded.warnings.push_back("completed or undid " + std::to_string(interrupted) +
                                  " compactions in " + folder + " that a crash had interrupted");
    RW_ASSIGN(const auto leftovers, sstable::listLeftovers(disk, folder));
    for (const std::string& path : leftovers)
        RW_TRY(disk.remove(path));
    if (!leftovers.empty())
        loaded.warnings.push_back("removed " + std::to_string(leftovers.size()) + " files in " +
                                  folder + " of SSTables that a crash left unfinished");
    return ok();
}

/// Why the node does not start, and what can be done.
Error damageAtStart(const Error& error, const sstable::Descriptor& descriptor)
{
    return Error{error.code(), "SSTable " + descriptor.name() + " in " + descriptor.folder +
                                   " cannot be opened: " + error.detail() +
                                   "; move its files away and repair the node, or start once with "
                                   "disk_failure_policy: best_effort, which leaves it out"};
}

/// What loading is to know of a table, besides where it lies.
struct OpeningTable {
    const schema::TablePtr& table;
    const Uuid& hostId;
    const CacheIds& cacheIds;
    bool skipsDamaged;
};

Result<void> openTable(Disk& disk, const sstable::Descriptor& descriptor, const OpeningTable& how,
                       LoadedTable& loaded)
{
    if (const auto number = descriptor.number())
        loaded.nextGeneration = std::max(loaded.nextGeneration, *number + 1);
    auto opened = sstable::Reader::open(disk, descriptor, how.table, {(*how.cacheIds)++});
    if (!opened && !isDamage(opened.error()))
        return opened.error();
    if (!opened && !how.skipsDamaged)
        return damageAtStart(opened.error(), descriptor);
    if (!opened) {
        loaded.warnings.push_back("left out SSTable " + descriptor.name() + " in " +
                                  descriptor.folder +
                                  ", as disk_failure_policy wants it: " + opened.error().detail());
        return ok();
    }
    const auto& stats = (*opened)->stats();
    if (!stats.originatingHost || how.hostId.isZero() || *stats.originatingHost == how.hostId)
        loaded.flushedUpTo = std::max(loaded.flushedUpTo, stats.commitLogUpperBound);
    loaded.tables.push_back(std::move(*opened));
    return ok();
}

/// A run of a memtable's partitions that goes to one folder.
struct FlushRun {
    std::string folder;
    Memtable::Position begin;
    Memtable::Position end;
    std::uint64_t partitions = 0;
};

std::vector<FlushRun> flushRuns(const Memtable& memtable, const TableFolders& folders)
{
    if (!folders.isSpread())
        return {{folders.first(), memtable.begin(), memtable.end(), memtable.partitionCount()}};
    std::vector<FlushRun> runs;
    for (auto at = memtable.begin(); at != memtable.end(); at = memtable.next(at)) {
        const std::string& folder = folders.of(memtable.at(at).token);
        if (runs.empty() || runs.back().folder != folder)
            runs.push_back({folder, at, at, 0});
        runs.back().end = memtable.next(at);
        ++runs.back().partitions;
    }
    return runs;
}

/// nullopt: there was nothing to write.
Result<std::optional<sstable::WrittenTable>> writeRun(Disk& disk, const FlushJob& job,
                                                      const FlushRun& run, bool isLast)
{
    RW_TRY(disk.createDirectories(run.folder));
    sstable::WriterOptions options;
    options.descriptor =
        sstable::Descriptor::make(run.folder, job.generations->fetch_add(1), job.version);
    options.table = job.memtable->table();
    options.stats = job.memtable->stats();
    options.expectedPartitions = run.partitions;
    options.repair = job.repair;
    if (isLast && job.repair.isUnrepaired())
        options.commitLogIntervals = {{job.memtable->start(), job.end}};
    if (!job.hostId.isZero())
        options.originatingHost = job.hostId;
    RW_ASSIGN(const auto writer, sstable::Writer::create(disk, std::move(options)));
    for (auto at = run.begin; at != run.end; at = job.memtable->next(at)) {
        const MemtablePartition& partition = job.memtable->at(at);
        if (partition.deletion.isLive() && partition.staticRow == nullptr &&
            partition.rows.size() == 0 && partition.markers.empty())
            continue;
        RW_TRY(writePartition(partition, *job.memtable->table(), *writer));
    }
    if (writer->partitions() == 0)
        return std::optional<sstable::WrittenTable>{};
    RW_ASSIGN(auto written, writer->finish());
    return std::optional{std::move(written)};
}

Result<LiveTables> writeRuns(Disk& disk, const FlushJob& job, const CacheIds& cacheIds,
                             std::vector<sstable::Descriptor>& made)
{
    const auto runs = flushRuns(*job.memtable, job.folders);
    for (const FlushRun& run : runs) {
        RW_ASSIGN(const auto written, writeRun(disk, job, run, &run == &runs.back()));
        if (written)
            made.push_back(written->descriptor);
    }
    LiveTables opened;
    for (const sstable::Descriptor& descriptor : made) {
        if (job.backsUp) {
            RW_TRY(linkBackup(disk, descriptor));
        }
        RW_ASSIGN(auto reader, sstable::Reader::open(disk, descriptor, job.table, {(*cacheIds)++}));
        opened.push_back(std::move(reader));
    }
    return opened;
}

} // namespace

std::string tableFolder(const std::string& dataFolder, const schema::Table& table)
{
    return dataFolder + "/" + table.keyspace() + "/" + table.name() + "-" +
           toHex(table.id().value.view());
}

void sortByGeneration(LiveTables& tables)
{
    std::sort(tables.begin(), tables.end(),
              [](const sstable::ReaderPtr& a, const sstable::ReaderPtr& b) {
                  const sstable::Descriptor& left = a->descriptor();
                  const sstable::Descriptor& right = b->descriptor();
                  return std::tuple{left.number().value_or(0), left.generation, left.folder} <
                         std::tuple{right.number().value_or(0), right.generation, right.folder};
              });
}

Result<LoadedTable> loadTable(Disk& disk, const std::vector<std::string>& folders,
                              const schema::TablePtr& table, const Uuid& hostId,
                              const CacheIds& cacheIds, bool skipsDamaged)
{
    LoadedTable loaded;
    Truncation truncation;
    std::vector<std::string> existing;
    for (const std::string& folder : folders) {
        if (!disk.exists(folder))
            continue;
        existing.push_back(folder);
        RW_TRY(recoverFolder(disk, folder, loaded));
        RW_ASSIGN(const Truncation here, readTruncation(disk, folder));
        truncation.position = std::max(truncation.position, here.position);
        truncation.generation = std::max(truncation.generation, here.generation);
    }
    loaded.flushedUpTo = truncation.position;
    loaded.nextGeneration = std::max<std::uint64_t>(1, truncation.generation);
    for (const std::string& folder : existing) {
        RW_ASSIGN(const auto descriptors, sstable::listTables(disk, folder));
        for (const sstable::Descriptor& descriptor : descriptors) {
            const auto number = descriptor.number();
            if (number && *number < truncation.generation)
                RW_TRY(sstable::removeTable(disk, descriptor));
            else
                RW_TRY(
                    openTable(disk, descriptor, {table, hostId, cacheIds, skipsDamaged}, loaded));
        }
    }
    sortByGeneration(loaded.tables);
    return loaded;
}

Result<LiveTables> writeMemtable(Disk& disk, const FlushJob& job, const CacheIds& cacheIds)
{
    std::vector<sstable::Descriptor> made;
    auto opened = writeRuns(disk, job, cacheIds, made);
    // The memtable stays and is written again: what one disk has taken already would be there
    // twice.
    if (!opened)
        for (const sstable::Descriptor& descriptor : made)
            (void)sstable::removeTable(disk, descriptor);
    return opened;
}

Result<LiveTables> openResult(Disk& disk, const CompactionResult& result,
                              const schema::TablePtr& table, const CacheIds& ids)
{
    LiveTables opened;
    for (std::size_t i = 0; i < result.made.size(); ++i) {
        if (i < result.opened.size()) {
            RW_ASSIGN(auto current, result.opened[i]->withTable(table));
            opened.push_back(std::move(current));
            continue;
        }
        const auto id = i < result.cacheIds.size() ? result.cacheIds[i] : (*ids)++;
        RW_ASSIGN(auto reader, sstable::Reader::open(disk, result.made[i].descriptor, table, {id}));
        opened.push_back(std::move(reader));
    }
    return opened;
}

Result<void> removeTables(Disk& disk, const LiveTables& tables)
{
    std::map<std::string, std::vector<sstable::Descriptor>> byFolder;
    for (const auto& table : tables)
        byFolder[table->descriptor().folder].push_back(table->descriptor());
    for (auto& [folder, obsolete] : byFolder) {
        FileTransaction transaction{disk, folder, "remove-" + obsolete.front().generation};
        RW_TRY(transaction.commit(std::move(obsolete)));
        RW_TRY(transaction.finish());
    }
    return ok();
}

Result<void> writeTruncation(Disk& disk, const std::vector<std::string>& folders,
                             CommitLogPosition position, std::uint64_t generation)
{
    Bytes bytes;
    ByteWriter writer{bytes};
    writer.raw("RWTR");
    writer.u32(kTruncationVersion);
    writer.i64(position.segment);
    writer.i32(position.offset);
    writer.u64(generation);
    writer.u32(crc32(bytes));
    for (const std::string& folder : folders) {
        RW_TRY(disk.createDirectories(folder));
        RW_TRY(disk.replaceFile(folder + "/" + std::string{kTruncationFile}, bytes));
    }
    return ok();
}

} // namespace engine::storage
