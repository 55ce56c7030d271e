#include "engine/storage/table_files.h"

#include "engine/base/hash.h"
#include "engine/rows/merge.h"
#include "engine/sstable/writer.h"
#include "engine/storage/compaction/file_transaction.h"

#include <algorithm>

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
/// memory of those that are written soon, the row first and, once it has come, what it points to.
class RowsAhead {
public:
    using Rows = SortedChunks<const rows::Row*>;

    explicit RowsAhead(const Rows& rows) : m_rows(rows), m_far(rows.begin()), m_near(m_far)
    {
        for (int i = 0; i < kFar; ++i)
            step(i >= kFar - kNear);
    }
    /// One row has been written.
    void next() { step(true); }

private:
    static constexpr int kFar = 8;
    static constexpr int kNear = 4;

    void step(bool bothGo)
    {
        if (m_far != m_rows.end()) {
            const auto* const row = reinterpret_cast<const char*>(m_rows.at(m_far));
            __builtin_prefetch(row);
            __builtin_prefetch(row + sizeof(rows::Row) - 1);
            m_far = m_rows.next(m_far);
        }
        if (!bothGo || m_near == m_rows.end())
            return;
        const rows::Row& row = *m_rows.at(m_near);
        __builtin_prefetch(row.clustering.values.data());
        const auto* const cells = reinterpret_cast<const char*>(row.cells.data());
        __builtin_prefetch(cells);
        __builtin_prefetch(cells + 64);
        m_near = m_rows.next(m_near);
    }

    const Rows& m_rows;
    Rows::Position m_far;
    Rows::Position m_near;
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
        RowsAhead ahead{partition.rows};
        for (auto at = partition.rows.begin(); at != partition.rows.end();
             at = partition.rows.next(at)) {
            ahead.next();
            next.row = *partition.rows.at(at);
            RW_TRY(writer.append(next));
        }
        return writer.endPartition();
    }
    std::vector<rows::Unfiltered> all;
    all.reserve(partition.rows.size());
    for (auto at = partition.rows.begin(); at != partition.rows.end(); at = partition.rows.next(at))
        all.emplace_back().row = *partition.rows.at(at);
    rows::SpanSource sources[2] = {rows::SpanSource{all}, rows::SpanSource{partition.markers}};
    Result<void> written = ok();
    rows::mergeUnfiltereds(table, partition.deletion, std::span<rows::SpanSource>{sources}, false,
                           scratch, [&](const rows::Unfiltered& next) {
                               written = writer.append(next);
                               return written.has_value();
                           });
    RW_TRY(written);
    return writer.endPartition();
}

bool isDamage(const Error& error)
{
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::Io ||
           error.code() == ErrorCode::NotFound;
}

/// Why the node does not start, and what can be done.
Error damageAtStart(const Error& error, const sstable::Descriptor& descriptor)
{
    return Error{error.code(), "SSTable " + descriptor.name() + " in " + descriptor.folder +
                                   " cannot be opened: " + error.detail() +
                                   "; move its files away and repair the node, or start once with "
                                   "disk_failure_policy: best_effort, which leaves it out"};
}

} // namespace

std::string tableFolder(const std::string& dataFolder, const schema::Table& table)
{
    return dataFolder + "/" + table.keyspace() + "/" + table.name() + "-" +
           toHex(table.id().value.view());
}

Result<LoadedTable> loadTable(Disk& disk, const std::string& folder, const schema::TablePtr& table,
                              const Uuid& hostId, const CacheIds& cacheIds, bool skipsDamaged)
{
    LoadedTable loaded;
    if (!disk.exists(folder))
        return loaded;
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
    RW_ASSIGN(const Truncation truncation, readTruncation(disk, folder));
    loaded.flushedUpTo = truncation.position;
    loaded.nextGeneration = std::max<std::uint64_t>(1, truncation.generation);
    RW_ASSIGN(const auto descriptors, sstable::listTables(disk, folder));
    for (const sstable::Descriptor& descriptor : descriptors) {
        const auto number = descriptor.number();
        if (number && *number < truncation.generation) {
            RW_TRY(sstable::removeTable(disk, descriptor));
            continue;
        }
        if (number)
            loaded.nextGeneration = std::max(loaded.nextGeneration, *number + 1);
        auto opened = sstable::Reader::open(disk, descriptor, table, {(*cacheIds)++});
        if (!opened && !isDamage(opened.error()))
            return opened.error();
        if (!opened && !skipsDamaged)
            return damageAtStart(opened.error(), descriptor);
        if (!opened) {
            loaded.warnings.push_back(
                "left out SSTable " + descriptor.name() + " in " + folder +
                ", as disk_failure_policy wants it: " + opened.error().detail());
            continue;
        }
        const auto reader = std::move(*opened);
        const auto& stats = reader->stats();
        if (!stats.originatingHost || hostId.isZero() || *stats.originatingHost == hostId)
            loaded.flushedUpTo = std::max(loaded.flushedUpTo, stats.commitLogUpperBound);
        loaded.tables.push_back(reader);
    }
    return loaded;
}

Result<sstable::ReaderPtr> writeMemtable(Disk& disk, const FlushJob& job, const CacheIds& cacheIds)
{
    RW_TRY(disk.createDirectories(job.folder));
    sstable::WriterOptions options;
    options.descriptor = sstable::Descriptor::make(job.folder, job.generation, job.version);
    options.table = job.memtable->table();
    options.stats = job.memtable->stats();
    options.expectedPartitions = job.memtable->partitionCount();
    options.repair = job.repair;
    if (job.repair.isUnrepaired())
        options.commitLogIntervals = {{job.memtable->start(), job.end}};
    if (!job.hostId.isZero())
        options.originatingHost = job.hostId;
    RW_ASSIGN(const auto writer, sstable::Writer::create(disk, std::move(options)));
    for (auto at = job.memtable->begin(); at != job.memtable->end(); at = job.memtable->next(at)) {
        const MemtablePartition& partition = job.memtable->at(at);
        if (partition.deletion.isLive() && partition.staticRow == nullptr &&
            partition.rows.size() == 0 && partition.markers.empty())
            continue;
        RW_TRY(writePartition(partition, *job.memtable->table(), *writer));
    }
    if (writer->partitions() == 0)
        return sstable::ReaderPtr{};
    RW_ASSIGN(const auto written, writer->finish());
    if (job.backsUp) {
        RW_TRY(linkBackup(disk, written.descriptor));
    }
    return sstable::Reader::open(disk, written.descriptor, job.table, {(*cacheIds)++});
}

Result<void> removeTables(Disk& disk, const std::string& folder, const LiveTables& tables)
{
    if (tables.empty())
        return ok();
    FileTransaction transaction{disk, folder, "remove-" + tables.front()->descriptor().generation};
    std::vector<sstable::Descriptor> obsolete;
    for (const auto& table : tables)
        obsolete.push_back(table->descriptor());
    RW_TRY(transaction.commit(std::move(obsolete)));
    return transaction.finish();
}

Result<void> writeTruncation(Disk& disk, const std::string& folder, CommitLogPosition position,
                             std::uint64_t generation)
{
    RW_TRY(disk.createDirectories(folder));
    Bytes bytes;
    ByteWriter writer{bytes};
    writer.raw("RWTR");
    writer.u32(kTruncationVersion);
    writer.i64(position.segment);
    writer.i32(position.offset);
    writer.u64(generation);
    writer.u32(crc32(bytes));
    return disk.replaceFile(folder + "/" + std::string{kTruncationFile}, bytes);
}

} // namespace engine::storage
