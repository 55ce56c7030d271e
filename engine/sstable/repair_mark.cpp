#include "engine/sstable/repair_mark.h"

#include "engine/sstable/statistics.h"

namespace engine::sstable {

RepairMark RepairMark::of(const StatsMetadata& stats)
{
    return {stats.repairedAt, stats.pendingRepair};
}

Result<void> setRepairMark(Disk& disk, const Descriptor& descriptor, const RepairMark& mark)
{
    RW_ASSIGN(const auto* version, findVersion(descriptor.format, descriptor.version));
    const std::string path = descriptor.path(Component::Statistics);
    RW_ASSIGN(const Bytes bytes, disk.readAll(path));
    auto statistics = Statistics::decode(*version, bytes);
    if (!statistics)
        return statistics.error().within(path);
    statistics->stats.repairedAt = mark.repairedAt;
    statistics->stats.pendingRepair = mark.pending;
    return disk.replaceFile(path, statistics->encode(*version));
}

} // namespace engine::sstable
