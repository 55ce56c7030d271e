#pragma once

#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/schema/table.h"
#include "engine/sstable/reader.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine::storage {

/// What a strategy knows about one live SSTable.
struct CompactionCandidate {
    std::uint64_t bytes = 0; ///< Data.db before compression
    std::int64_t firstToken = std::numeric_limits<std::int64_t>::min();
    std::int64_t lastToken = std::numeric_limits<std::int64_t>::max();
    std::int64_t minTimestamp = 0; ///< of writes, microseconds since 1970
    std::int64_t maxTimestamp = 0;
    bool allDeleted = false; ///< only tombstones and expired data, all older than gc_grace_seconds
    double droppableTombstones = 0.0; ///< StatsMetadata::droppableTombstoneRatio(gcBefore)
    std::int64_t ageSeconds = std::numeric_limits<std::int64_t>::max(); ///< since it was written
    std::int32_t level = 0;
    bool isRepaired = false;
    std::optional<Uuid> pendingRepair; ///< the repair session that it belongs to
    bool isBusy = false;               ///< a compaction has it in work

    [[nodiscard]] bool overlaps(const CompactionCandidate& other) const noexcept
    {
        return firstToken <= other.lastToken && other.firstToken <= lastToken;
    }
};
using CompactionCandidates = std::span<const CompactionCandidate>;

/// How a compaction divides what it writes. Always between partitions.
struct OutputSplit {
    std::int32_t level = 0;
    std::uint64_t maxBytes =
        std::numeric_limits<std::uint64_t>::max(); ///< of one SSTable's Data.db
    std::uint32_t shards = 1; ///< also at the borders of so many equal parts of the ring
    /// Not 0: a level takes so many times maxBytes to the power of the level; what is beyond goes
    /// to the next one (MajorLeveledCompactionWriter).
    std::uint32_t fillLevelsBy = 0;
};

/// What to compact next.
struct CompactionPlan {
    std::vector<std::size_t> inputs; ///< ascending indexes into the candidates
    OutputSplit split;
    /// Nothing in the inputs can be seen or shadow anything: they go without being read.
    bool isExpired = false;
    bool isForTombstones = false; ///< one SSTable, rewritten for its tombstones alone
};

/// What becomes of data that other SSTables, which are not inputs, shadow
/// (provide_overlapping_tombstones, nodetool garbagecollect).
enum class Garbage : std::uint8_t {
    Stays,
    Rows,  ///< what their partition, range and row deletions shadow goes
    Cells, ///< what their newer cells and cell tombstones shadow, too
};

/// The options that every strategy takes, with Cassandra's defaults.
struct CommonCompactionOptions {
    bool enabled = true;
    double tombstoneThreshold = 0.2; ///< share of droppable tombstones that alone is reason enough
    std::int64_t tombstoneIntervalSeconds = 86400; ///< how old an SSTable must be for that
    bool uncheckedTombstoneCompaction = false;     ///< even where other SSTables overlap
    bool tombstoneCompaction = true;               ///< time windows do it only when asked
    bool onlyPurgeRepairedTombstones = false;
    Garbage overlappingGarbage = Garbage::Stays; ///< provide_overlapping_tombstones

    /// ConfigError with a sentence for values that make no sense. Unknown options are DDL's to
    /// refuse.
    [[nodiscard]] static Result<CommonCompactionOptions>
    fromOptions(const schema::StringMap& options);
};

/// Decides which SSTables of one table to merge next. Pure and deterministic; any thread.
/// Candidates come in the order of their generations; busy ones are there because they count for
/// overlaps, but are never chosen.
class CompactionStrategy {
public:
    virtual ~CompactionStrategy() = default;

    [[nodiscard]] const CommonCompactionOptions& common() const noexcept { return m_common; }

    /// The most useful compaction at `nowSeconds`; none: nothing is worth it.
    [[nodiscard]] virtual std::optional<CompactionPlan> next(CompactionCandidates live,
                                                             std::int64_t nowSeconds) const = 0;
    /// How many compactions are wanted, estimated, as "pending tasks" shows it.
    [[nodiscard]] virtual std::uint32_t pending(CompactionCandidates live,
                                                std::int64_t nowSeconds) const = 0;
    /// All of it (`nodetool compact`), in compactions that do not depend on each other.
    [[nodiscard]] virtual std::vector<CompactionPlan> major(CompactionCandidates live) const;

protected:
    explicit CompactionStrategy(CommonCompactionOptions common) : m_common(common) {}
    /// The one SSTable with the greatest share of droppable tombstones, if it is worth rewriting.
    /// Its level stays.
    [[nodiscard]] std::optional<CompactionPlan> forTombstones(CompactionCandidates live) const;

private:
    CommonCompactionOptions m_common;
};

/// The strategy that the table's `compaction` option names. ConfigError for options that make no
/// sense.
[[nodiscard]] Result<std::unique_ptr<CompactionStrategy>>
makeCompactionStrategy(const schema::Table& table);

/// The next compaction of a table. First what may go without being read: SSTables with nothing but
/// expired data and tombstones that shadow nothing elsewhere (CompactionController.
/// getFullyExpiredSSTables; `memtableMinTimestamp`: the smallest in the memtables). Then what the
/// strategy wants of the unrepaired SSTables, then of the repaired ones, then of those of each
/// pending repair: they are never mixed (CompactionStrategyManager).
[[nodiscard]] std::optional<CompactionPlan> nextCompaction(const CompactionStrategy& strategy,
                                                           CompactionCandidates live,
                                                           std::int64_t memtableMinTimestamp,
                                                           std::int64_t nowSeconds);
[[nodiscard]] std::uint32_t pendingCompactions(const CompactionStrategy& strategy,
                                               CompactionCandidates live, std::int64_t nowSeconds);
[[nodiscard]] std::vector<CompactionPlan> majorCompactions(const CompactionStrategy& strategy,
                                                           CompactionCandidates live);

/// Indexes of candidates that may be compacted together.
[[nodiscard]] std::vector<std::vector<std::size_t>> groupedByRepairState(CompactionCandidates live);

/// A reader as a candidate, judged by the table's gc_grace_seconds at `nowSeconds`.
[[nodiscard]] CompactionCandidate compactionCandidate(const sstable::Reader& reader,
                                                      std::int64_t nowSeconds);

} // namespace engine::storage
