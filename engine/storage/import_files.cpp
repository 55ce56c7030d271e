#include "engine/storage/maintenance.h"

namespace engine::storage {

namespace {

constexpr std::size_t kCopyBytes = 1U << 20;

Result<void> copyFile(Disk& disk, const std::string& from, const std::string& to)
{
    RW_ASSIGN(const auto source, disk.open(from, OpenMode::Read));
    RW_ASSIGN(const auto target, disk.open(to, OpenMode::CreateNew));
    RW_ASSIGN(const std::uint64_t size, source->size());
    Bytes buffer(std::min<std::uint64_t>(size, kCopyBytes), '\0');
    for (std::uint64_t offset = 0; offset < size;) {
        RW_ASSIGN(const std::size_t got, source->readAt(offset, buffer.data(), buffer.size()));
        if (got == 0)
            return Error{ErrorCode::Io, from + ": the file became shorter while it was copied"};
        RW_TRY(target->append(ByteView{buffer}.substr(0, got)));
        offset += got;
    }
    return target->sync();
}

Result<void> writeFile(Disk& disk, const std::string& path, ByteView bytes)
{
    RW_ASSIGN(const auto file, disk.open(path, OpenMode::CreateNew));
    RW_TRY(file->append(bytes));
    return file->sync();
}

} // namespace

Result<void> adoptTable(Disk& disk, const sstable::Descriptor& from, const sstable::Descriptor& to,
                        const ImportRequest& request)
{
    using sstable::Component;
    RW_ASSIGN(const auto* version, sstable::findVersion(from.format, from.version));
    const std::string statisticsPath = from.path(Component::Statistics);
    RW_ASSIGN(const Bytes bytes, disk.readAll(statisticsPath));
    auto statistics = sstable::Statistics::decode(*version, bytes);
    if (!statistics)
        return statistics.error().within(statisticsPath);
    // Positions in the commit log of another node, or of this one in another life.
    statistics->stats.commitLogIntervals.clear();
    statistics->stats.commitLogUpperBound = {};
    if (request.resetLevel)
        statistics->stats.level = 0;
    if (request.clearRepaired) {
        statistics->stats.repairedAt = 0;
        statistics->stats.pendingRepair.reset();
        statistics->stats.isTransient = false;
    }
    RW_TRY(writeFile(disk, to.path(Component::Statistics), statistics->encode(*version)));

    std::string toc;
    for (const auto component : {Component::Data, Component::Index, Component::Filter,
                                 Component::Summary, Component::CompressionInfo, Component::Crc,
                                 Component::Digest, Component::Partitions, Component::Rows}) {
        const std::string path = from.path(component);
        if (!disk.exists(path))
            continue;
        if (request.copy || !disk.link(path, to.path(component)))
            RW_TRY(copyFile(disk, path, to.path(component)));
        toc += std::string{sstable::componentName(component)} + "\n";
    }
    toc += std::string{sstable::componentName(Component::Statistics)} + "\n" +
           std::string{sstable::componentName(Component::Toc)} + "\n";
    RW_TRY(disk.syncDirectory(to.folder));
    RW_TRY(writeFile(disk, to.path(Component::Toc), toc));
    return disk.syncDirectory(to.folder);
}

} // namespace engine::storage
