#pragma once

#include "engine/storage/compaction/size_tiered.h"

namespace engine::storage {

/// The further `compaction` options of LeveledCompactionStrategy.
struct LeveledOptions {
    std::uint64_t tableBytes = 160ULL << 20; ///< sstable_size_in_mb
    std::uint32_t fanout = 10; ///< fanout_size: how much a level is greater than the one above

    [[nodiscard]] static Result<LeveledOptions> fromOptions(const schema::StringMap& options);
};

/// SSTables of one size in levels: within a level from 1 on none overlaps another, and a level has
/// `fanout` times the bytes of the level before. Flushed tables are level 0 (LeveledManifest).
///
/// A level that is over its size gives the SSTable that overlaps least of the next level, by bytes;
/// Cassandra takes them in turn by token. While level 0 has more than 32 SSTables it is compacted
/// by size first. An SSTable that overlaps others of its level (a refresh, a crash) counts as level
/// 0.
class LeveledStrategy final : public CompactionStrategy {
public:
    LeveledStrategy(LeveledOptions leveled, SizeTieredOptions sizes, CommonCompactionOptions common)
        : CompactionStrategy(common), m_leveled(leveled), m_sizes(sizes)
    {
    }

    [[nodiscard]] std::optional<CompactionPlan> next(CompactionCandidates live,
                                                     std::int64_t nowSeconds) const override;
    [[nodiscard]] std::uint32_t pending(CompactionCandidates live,
                                        std::int64_t nowSeconds) const override;
    [[nodiscard]] std::vector<CompactionPlan> major(CompactionCandidates live) const override;

    /// How many bytes a level may have.
    [[nodiscard]] double capacity(std::size_t level) const noexcept;

private:
    using Levels = std::vector<std::vector<std::size_t>>;
    [[nodiscard]] static Levels levels(CompactionCandidates live);
    [[nodiscard]] std::optional<CompactionPlan>
    upFrom(CompactionCandidates live, const Levels& levels, std::size_t level) const;
    [[nodiscard]] std::optional<CompactionPlan> levelZero(CompactionCandidates live,
                                                          const Levels& levels) const;
    [[nodiscard]] std::optional<CompactionPlan> levelZeroBySize(CompactionCandidates live,
                                                                const Levels& levels) const;

    LeveledOptions m_leveled;
    SizeTieredOptions m_sizes;
};

} // namespace engine::storage
