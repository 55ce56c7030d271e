#pragma once

#include "engine/base/result.h"
#include "engine/schema/table.h"
#include "engine/sstable/reader.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine::storage {

/// The `compaction` options that SizeTieredCompactionStrategy takes, with Cassandra's defaults.
struct SizeTieredOptions {
    bool enabled = true;
    std::uint32_t minThreshold = 4; ///< so many tables of one size are worth compacting
    std::uint32_t maxThreshold = 32;
    std::uint64_t minTableBytes = 50ULL << 20; ///< min_sstable_size: smaller ones count as equal
    double bucketLow = 0.5; ///< a table belongs to a bucket within these factors of its average
    double bucketHigh = 1.5;
    double tombstoneThreshold = 0.2; ///< share of droppable tombstones that alone is reason enough
    bool tombstoneCompaction = true; ///< whether the strategy compacts single tables for that

    /// ConfigError with a sentence for values that make no sense. Options of other strategies and
    /// unknown ones are left to DDL.
    [[nodiscard]] static Result<SizeTieredOptions> fromOptions(const schema::StringMap& options);
};

/// What the strategy knows about one SSTable.
struct CompactionCandidate {
    std::uint64_t bytes = 0;          ///< of Data.db on disk, or all components
    double droppableTombstones = 0.0; ///< StatsMetadata::droppableTombstoneRatio(gcBefore)
    bool worthAlone = true; ///< false: compacted lately without gain, or overlaps (do not retry)
};

/// Decides which SSTables of one table to merge next. Pure; any thread.
class CompactionStrategy {
public:
    virtual ~CompactionStrategy() = default;
    /// Indexes into `idle` (the live tables that no compaction has in work) of what to compact
    /// next; empty: nothing is worth it. Deterministic.
    [[nodiscard]] virtual std::vector<std::size_t>
    next(std::span<const CompactionCandidate> idle) const = 0;
    /// How many compactions next() would still ask for (estimated, as "pending tasks" shows it).
    [[nodiscard]] virtual std::uint32_t
    pending(std::span<const CompactionCandidate> idle) const = 0;
};

/// Size-tiered: tables of similar size are merged once there are min_threshold of them
/// (SizeTieredCompactionStrategy).
class SizeTieredStrategy final : public CompactionStrategy {
public:
    explicit SizeTieredStrategy(SizeTieredOptions options) : m_options(options) {}

    [[nodiscard]] std::vector<std::size_t>
    next(std::span<const CompactionCandidate> idle) const override;
    [[nodiscard]] std::uint32_t pending(std::span<const CompactionCandidate> idle) const override;

    /// Groups of similar size; each sorted by size, the groups by average size.
    [[nodiscard]] std::vector<std::vector<std::size_t>>
    buckets(std::span<const CompactionCandidate> idle) const;

private:
    SizeTieredOptions m_options;
};

/// The strategy of a table. The leveled, time-window and unified strategies are not built yet:
/// tables that ask for them are compacted by size, and `fallback` (if given) says so in a
/// sentence. ConfigError for options that make no sense.
[[nodiscard]] Result<std::unique_ptr<CompactionStrategy>>
makeCompactionStrategy(const schema::Table& table, std::string* fallback = nullptr);

/// Candidates of readers, judged at `nowSeconds` by the table's gc_grace_seconds.
[[nodiscard]] std::vector<CompactionCandidate>
compactionCandidates(std::span<const sstable::ReaderPtr> readers, std::int64_t nowSeconds);

} // namespace engine::storage
