#include "engine/workload/measure.h"

#include "engine/sstable/compression.h"
#include "engine/sstable/descriptor.h"
#include "engine/sstable/statistics.h"

#include <algorithm>

namespace engine::workload {

namespace {

struct FolderSums {
    double partitions = 0;
    double rows = 0;
    double bytes = 0;
    double stored = 0;
    double largest = 0;
    std::int64_t firstWrite = INT64_MAX; ///< microseconds
    std::int64_t lastWrite = INT64_MIN;
};

Result<void> addTable(Disk& disk, const sstable::Descriptor& descriptor, std::uint64_t stored,
                      FolderSums& to)
{
    RW_ASSIGN(const auto* version, sstable::findVersion(descriptor.format, descriptor.version));
    RW_ASSIGN(const Bytes bytes, disk.readAll(descriptor.path(sstable::Component::Statistics)));
    const auto statistics = sstable::Statistics::decode(*version, bytes);
    if (!statistics)
        return statistics.error().within(descriptor.path(sstable::Component::Statistics));
    std::uint64_t length = stored;
    const std::string info = descriptor.path(sstable::Component::CompressionInfo);
    if (disk.exists(info)) {
        RW_ASSIGN(const Bytes offsets, disk.readAll(info));
        const auto decoded = sstable::CompressionInfo::decode(offsets, stored);
        if (!decoded)
            return decoded.error().within(info);
        length = decoded->dataLength;
    }
    // Static rows count among them; nothing tells how many partitions have one, mostly all.
    const auto partitions = static_cast<double>(statistics->stats.partitionSizes.count());
    const auto rows = static_cast<double>(statistics->stats.totalRows);
    to.partitions += partitions;
    to.rows += statistics->header.statics.empty() ? rows : std::max(0.0, rows - partitions);
    to.bytes += static_cast<double>(length);
    to.stored += static_cast<double>(stored);
    to.firstWrite = std::min(to.firstWrite, statistics->stats.minTimestamp);
    to.lastWrite = std::max(to.lastWrite, statistics->stats.maxTimestamp);
    to.largest = std::max(to.largest, static_cast<double>(statistics->stats.partitionSizes.max()));
    return ok();
}

} // namespace

Result<modeling::TableMeasurement> measureFolder(Disk& disk, const std::string& folder)
{
    RW_ASSIGN(const auto entries, disk.list(folder));
    RW_ASSIGN(const auto tables, sstable::listTables(disk, folder));
    FolderSums sums;
    for (const sstable::Descriptor& descriptor : tables) {
        const std::string path = descriptor.path(sstable::Component::Data);
        const auto file =
            std::ranges::find(entries, path.substr(folder.size() + 1), &DirectoryEntry::name);
        if (file == entries.end())
            return Error{ErrorCode::Corrupt, path + " is missing"};
        RW_TRY(addTable(disk, descriptor, file->size, sums));
    }
    if (sums.partitions <= 0)
        return Error{ErrorCode::NotFound, folder + " has no SSTable; flush the table first"};
    modeling::TableMeasurement measured;
    measured.source = "SSTable statistics in " + folder;
    measured.partitions = sums.partitions;
    measured.rows = sums.rows;
    measured.meanPartitionBytes = sums.bytes / sums.partitions;
    measured.maximumPartitionBytes = sums.largest;
    if (sums.lastWrite > sums.firstWrite && sums.firstWrite > 0)
        measured.writeSpanSeconds = static_cast<double>(sums.lastWrite - sums.firstWrite) / 1e6;
    if (sums.bytes > 0)
        measured.compressionRatio = sums.stored / sums.bytes;
    return measured;
}

Result<std::vector<std::string>> tableFolders(Disk& disk, const std::string& dataFolder,
                                              const std::string& keyspace, const std::string& table)
{
    const std::string parent = dataFolder + "/" + keyspace;
    std::vector<std::string> folders;
    if (!disk.exists(parent))
        return folders;
    RW_ASSIGN(const auto entries, disk.list(parent));
    for (const DirectoryEntry& entry : entries) {
        // "<table>-<32 hexadecimal digits of the id>"
        if (entry.isDirectory && entry.name.size() == table.size() + 33 &&
            entry.name.starts_with(table + "-"))
            folders.push_back(parent + "/" + entry.name);
    }
    return folders;
}

} // namespace engine::workload
