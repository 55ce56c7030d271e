#pragma once

#include "engine/storage/compaction/size_tiered.h"

namespace engine::storage {

/// The further `compaction` options of TimeWindowCompactionStrategy.
struct TimeWindowOptions {
    std::int64_t windowSeconds = 86400;      ///< compaction_window_unit × compaction_window_size
    std::int64_t ticksPerSecond = 1'000'000; ///< timestamp_resolution of the writes
    bool unsafeAggressiveExpiration = false; ///< drop expired SSTables whatever overlaps

    [[nodiscard]] static Result<TimeWindowOptions> fromOptions(const schema::StringMap& options);
};

/// Tables of one time window, by their newest write, are merged: in the newest window by size, in
/// older ones all into one, once. What expires goes by the SSTable (TimeWindowCompactionStrategy).
class TimeWindowStrategy final : public CompactionStrategy {
public:
    TimeWindowStrategy(TimeWindowOptions window, SizeTieredOptions sizes,
                       CommonCompactionOptions common)
        : CompactionStrategy(common), m_window(window), m_sizes(sizes)
    {
    }

    [[nodiscard]] std::optional<CompactionPlan> next(CompactionCandidates live,
                                                     std::int64_t nowSeconds) const override;
    [[nodiscard]] std::uint32_t pending(CompactionCandidates live,
                                        std::int64_t nowSeconds) const override;
    [[nodiscard]] std::vector<CompactionPlan> major(CompactionCandidates live) const override;

    [[nodiscard]] bool ignoresOverlaps() const noexcept
    {
        return m_window.unsafeAggressiveExpiration;
    }
    /// Seconds since 1970 at which the window begins that a write of `timestamp` belongs to.
    [[nodiscard]] std::int64_t windowOf(std::int64_t timestamp) const noexcept;

private:
    struct Window {
        std::int64_t start = 0;
        std::vector<std::size_t> tables; ///< ascending
    };
    [[nodiscard]] std::vector<Window> windows(CompactionCandidates live) const; ///< newest first
    [[nodiscard]] bool isNewest(const Window& window, std::int64_t newest,
                                std::int64_t nowSeconds) const noexcept;

    TimeWindowOptions m_window;
    SizeTieredOptions m_sizes;
};

} // namespace engine::storage
