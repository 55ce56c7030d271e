#pragma once

#include "engine/storage/compaction/strategy.h"

namespace engine::storage {

/// The `compaction` options of UnifiedCompactionStrategy, with Cassandra 5.0's defaults.
struct UnifiedOptions {
    /// w of each level, the last for all that follow: negative is leveled with a fan factor of 2 -
    /// w, positive is tiered with 2 + w (scaling_parameters: L10 is -8, T4 is 2, N is 0).
    std::vector<int> scaling{2};
    std::uint64_t targetBytes = 1ULL << 30; ///< target_sstable_size
    std::uint64_t minBytes = 100ULL << 20;  ///< min_sstable_size
    std::uint64_t flushBytes = 64ULL << 20; ///< flush_size_override: what level 0 is measured by
    std::uint32_t baseShards = 4;           ///< base_shard_count
    double growth = 0.333;                  ///< sstable_growth: 0 splits, 1 lets SSTables grow
    std::uint32_t maxInputs = 256;          ///< max_sstables_to_compact
    bool unsafeAggressiveExpiration = false;

    [[nodiscard]] static Result<UnifiedOptions> fromOptions(const schema::StringMap& options);
};

/// SSTables in levels by density (bytes for the share of the ring that they span); a level whose
/// SSTables overlap `t` times is merged, split at fixed shards of the ring
/// (UnifiedCompactionStrategy; CEP-26). The share is taken of the whole ring, not of the ranges
/// that the node owns, and level 0 is measured by a fixed flush size.
class UnifiedStrategy final : public CompactionStrategy {
public:
    UnifiedStrategy(UnifiedOptions options, CommonCompactionOptions common)
        : CompactionStrategy(common), m_options(std::move(options))
    {
    }

    [[nodiscard]] std::optional<CompactionPlan> next(CompactionCandidates live,
                                                     std::int64_t nowSeconds) const override;
    [[nodiscard]] std::uint32_t pending(CompactionCandidates live,
                                        std::int64_t nowSeconds) const override;
    [[nodiscard]] std::vector<CompactionPlan> major(CompactionCandidates live) const override;

    [[nodiscard]] bool ignoresOverlaps() const noexcept
    {
        return m_options.unsafeAggressiveExpiration;
    }
    [[nodiscard]] std::size_t levelOf(const CompactionCandidate& table) const noexcept;
    /// t of a level: so many overlapping SSTables are merged.
    [[nodiscard]] std::size_t threshold(std::size_t level) const noexcept;
    /// Into how many parts of the ring data of this density is split.
    [[nodiscard]] std::uint32_t shardsFor(double density) const noexcept;

private:
    /// SSTables of one level that overlap, directly or through others.
    struct Bucket {
        std::size_t level = 0;
        std::size_t overlap = 0; ///< the most SSTables over one token
        std::vector<std::size_t> tables;
    };
    [[nodiscard]] std::vector<Bucket> wanted(CompactionCandidates live) const;
    [[nodiscard]] CompactionPlan planFor(CompactionCandidates live,
                                         std::vector<std::size_t> inputs) const;
    [[nodiscard]] int scalingOf(std::size_t level) const noexcept;

    UnifiedOptions m_options;
};

} // namespace engine::storage
