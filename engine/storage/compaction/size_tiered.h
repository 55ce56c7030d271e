#pragma once

#include "engine/storage/compaction/strategy.h"

namespace engine::storage {

/// The `compaction` options of SizeTieredCompactionStrategy, with Cassandra's defaults.
struct SizeTieredOptions {
    std::uint32_t minThreshold = 4; ///< so many tables of one size are worth compacting
    std::uint32_t maxThreshold = 32;
    std::uint64_t minTableBytes = 50ULL << 20; ///< min_sstable_size: smaller ones count as equal
    double bucketLow = 0.5; ///< a table belongs to a bucket within these factors of its average
    double bucketHigh = 1.5;

    /// Thresholds of 0, Cassandra's old way to turn compaction off, clear `enabled`.
    [[nodiscard]] static Result<SizeTieredOptions> fromOptions(const schema::StringMap& options,
                                                               bool& enabled);
};

/// Groups of similar size among `indexes` (of candidates that are not busy); each sorted by size,
/// the groups by average size. What the time windows do within a window, too.
[[nodiscard]] std::vector<std::vector<std::size_t>>
sizeTieredBuckets(const SizeTieredOptions& options, CompactionCandidates live,
                  std::span<const std::size_t> indexes);
/// The inputs that size-tiered compaction would take of `indexes`; empty: none.
[[nodiscard]] std::vector<std::size_t> sizeTieredInputs(const SizeTieredOptions& options,
                                                        CompactionCandidates live,
                                                        std::span<const std::size_t> indexes);
/// How many compactions these buckets are worth.
[[nodiscard]] std::uint32_t sizeTieredPending(const SizeTieredOptions& options,
                                              CompactionCandidates live,
                                              std::span<const std::size_t> indexes);
/// The indexes of those that no compaction has in work.
[[nodiscard]] std::vector<std::size_t> idleCandidates(CompactionCandidates live);

/// Tables of similar size are merged once there are min_threshold of them
/// (SizeTieredCompactionStrategy).
class SizeTieredStrategy final : public CompactionStrategy {
public:
    explicit SizeTieredStrategy(SizeTieredOptions options = {}, CommonCompactionOptions common = {})
        : CompactionStrategy(common), m_options(options)
    {
    }

    [[nodiscard]] std::optional<CompactionPlan> next(CompactionCandidates live,
                                                     std::int64_t nowSeconds) const override;
    [[nodiscard]] std::uint32_t pending(CompactionCandidates live,
                                        std::int64_t nowSeconds) const override;

private:
    SizeTieredOptions m_options;
};

} // namespace engine::storage
