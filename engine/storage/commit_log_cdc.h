#pragma once

#include "engine/base/runtime.h"
#include "engine/storage/store_options.h"

#include <memory>
#include <optional>
#include <string>

namespace engine::storage {

/// Knows how full cdc_raw_directory is and decides whether writes of tables with cdc = true are
/// taken (Cassandra's CommitLogSegmentManagerCDC). Node thread only; looks into the folder on the
/// pool, at most once a cdc_free_space_check_interval.
class CdcSpace : public std::enable_shared_from_this<CdcSpace> {
public:
    CdcSpace(Runtime& runtime, const StoreOptions& options);

    /// Ok, or CdcWriteFailure while the folder is over cdc_total_space. With
    /// cdc_block_writes = false the oldest segments there go instead.
    [[nodiscard]] Result<void> admit();
    /// The segment being written, which is linked there, got so many bytes more.
    void grew(std::uint64_t bytes) noexcept { m_grown += bytes; }
    /// Looks again: a segment has ended, or what it held has changed.
    void look();
    /// Removes what is there of a segment that is gone and held no such writes.
    void forget(const std::string& segmentName);
    /// Nothing is done any more when an answer comes in.
    void close() { m_isClosed = true; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return m_bytes + m_grown; }

private:
    Runtime& m_runtime;
    std::string m_folder;
    std::uint64_t m_bytesMax;
    bool m_blocks;
    Duration m_interval;
    std::uint64_t m_bytes = 0; ///< when it was last looked at
    std::uint64_t m_grown = 0; ///< since
    std::optional<MonoTime> m_lookedAt;
    bool m_isLooking = false;
    bool m_isClosed = false;
};

/// Puts a segment of an earlier run in order: what holds CDC writes gets its index, what does not
/// vanishes from the folder. Blocks.
Result<void> settleCdcSegment(Disk& disk, const std::string& cdcFolder,
                              const std::string& segmentName, bool holdsCdc, std::uint64_t bytes);

} // namespace engine::storage
