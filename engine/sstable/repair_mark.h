#pragma once

#include "engine/base/disk.h"
#include "engine/base/uuid.h"
#include "engine/sstable/descriptor.h"

#include <cstdint>
#include <optional>

namespace engine::sstable {

struct StatsMetadata;

/// What repair has said of an SSTable's data: nothing yet, that all replicas have it, or that a
/// session is about to find out. An SSTable is never both repaired and pending.
struct RepairMark {
    std::int64_t repairedAt = 0; ///< milliseconds since 1970; 0: not repaired
    std::optional<Uuid> pending; ///< the session it waits for

    [[nodiscard]] static RepairMark of(const StatsMetadata& stats);
    [[nodiscard]] bool isUnrepaired() const noexcept { return repairedAt == 0 && !pending; }
    friend bool operator==(const RepairMark&, const RepairMark&) = default;
};

/// Puts another mark into Statistics.db, which is replaced as a whole: after a crash the SSTable
/// has the old or the new one (MetadataSerializer.mutateRepairMetadata). Open readers keep what
/// they have read. Blocks.
[[nodiscard]] Result<void> setRepairMark(Disk& disk, const Descriptor& descriptor,
                                         const RepairMark& mark);

} // namespace engine::sstable
