#include "engine/storage/compaction/strategy.h"

#include "engine/cql/text_util.h"
#include "engine/storage/compaction/leveled.h"
#include "engine/storage/compaction/options.h"
#include "engine/storage/compaction/size_tiered.h"
#include "engine/storage/compaction/time_window.h"
#include "engine/storage/compaction/unified.h"

#include <algorithm>

namespace engine::storage {

namespace {

/// The inputs of `plan`, which is about `subset`, as indexes into all candidates.
CompactionPlan translated(CompactionPlan plan, const std::vector<std::size_t>& subset)
{
    for (std::size_t& index : plan.inputs)
        index = subset[index];
    return plan;
}

/// What may be compacted together: unrepaired data, repaired data, the data of one pending repair.
struct RepairState {
    bool isRepaired = false;
    std::optional<Uuid> pendingRepair;
    friend bool operator==(const RepairState&, const RepairState&) = default;
};

RepairState repairStateOf(const CompactionCandidate& table)
{
    return {table.isRepaired && !table.pendingRepair, table.pendingRepair};
}

/// Calls `visit` with the candidates of each repair state and their indexes.
template <class Visit>
void forEachRepairState(CompactionCandidates live, Visit visit)
{
    std::vector<RepairState> states{{false, {}}, {true, {}}};
    for (const CompactionCandidate& table : live) {
        if (std::find(states.begin(), states.end(), repairStateOf(table)) == states.end())
            states.push_back(repairStateOf(table));
    }
    for (const RepairState& state : states) {
        std::vector<CompactionCandidate> subset;
        std::vector<std::size_t> indexes;
        for (std::size_t i = 0; i < live.size(); ++i) {
            if (repairStateOf(live[i]) == state) {
                subset.push_back(live[i]);
                indexes.push_back(i);
            }
        }
        if (!subset.empty())
            visit(CompactionCandidates{subset}, indexes);
    }
}

bool ignoresOverlaps(const CompactionStrategy& strategy)
{
    if (const auto* windows = dynamic_cast<const TimeWindowStrategy*>(&strategy))
        return windows->ignoresOverlaps();
    if (const auto* unified = dynamic_cast<const UnifiedStrategy*>(&strategy))
        return unified->ignoresOverlaps();
    return false;
}

/// The tables that may go without being read.
std::vector<std::size_t> expiredTables(const CompactionStrategy& strategy,
                                       CompactionCandidates live, std::int64_t memtableMinTimestamp)
{
    const bool ignoreOverlaps = ignoresOverlaps(strategy);
    std::vector<std::size_t> expired;
    for (std::size_t i = 0; i < live.size(); ++i) {
        if (live[i].isBusy || !live[i].allDeleted ||
            (strategy.common().onlyPurgeRepairedTombstones && !live[i].isRepaired))
            continue;
        // A tombstone in it may still shadow older data of another table.
        const bool shadows =
            memtableMinTimestamp <= live[i].maxTimestamp ||
            std::any_of(live.begin(), live.end(), [&](const CompactionCandidate& other) {
                return !other.allDeleted && other.minTimestamp <= live[i].maxTimestamp &&
                       other.overlaps(live[i]);
            });
        if (ignoreOverlaps || !shadows)
            expired.push_back(i);
    }
    return expired;
}

Result<void> readGarbage(const schema::StringMap& options, Garbage& to)
{
    constexpr auto kName = "provide_overlapping_tombstones";
    const auto found = options.find(kName);
    if (found == options.end())
        return ok();
    const std::string value = cql::toLowerAscii(found->second);
    if (value == "none")
        to = Garbage::Stays;
    else if (value == "row")
        to = Garbage::Rows;
    else if (value == "cell")
        to = Garbage::Cells;
    else
        return badCompactionOption(kName, found->second);
    return ok();
}

} // namespace

Result<CommonCompactionOptions>
CommonCompactionOptions::fromOptions(const schema::StringMap& options)
{
    CommonCompactionOptions result;
    RW_TRY(readFlag(options, "enabled", result.enabled));
    RW_TRY(readNumber(options, "tombstone_threshold", result.tombstoneThreshold));
    RW_TRY(readWhole(options, "tombstone_compaction_interval", result.tombstoneIntervalSeconds));
    RW_TRY(
        readFlag(options, "unchecked_tombstone_compaction", result.uncheckedTombstoneCompaction));
    RW_TRY(readFlag(options, "only_purge_repaired_tombstones", result.onlyPurgeRepairedTombstones));
    RW_TRY(readGarbage(options, result.overlappingGarbage));
    return result;
}

std::optional<CompactionPlan> CompactionStrategy::forTombstones(CompactionCandidates live) const
{
    if (!m_common.tombstoneCompaction)
        return std::nullopt;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < live.size(); ++i) {
        const CompactionCandidate& table = live[i];
        if (table.isBusy || table.droppableTombstones <= m_common.tombstoneThreshold ||
            table.ageSeconds < m_common.tombstoneIntervalSeconds ||
            (m_common.onlyPurgeRepairedTombstones && !table.isRepaired))
            continue;
        // Where no other table's tokens overlap, all of them go.
        bool alone = true;
        for (std::size_t other = 0; other < live.size(); ++other)
            alone = alone && (other == i || !live[other].overlaps(table));
        if ((alone || m_common.uncheckedTombstoneCompaction) &&
            (!best || table.droppableTombstones > live[*best].droppableTombstones))
            best = i;
    }
    if (!best)
        return std::nullopt;
    CompactionPlan plan;
    plan.inputs = {*best};
    plan.split.level = live[*best].level;
    plan.isForTombstones = true;
    return plan;
}

std::vector<CompactionPlan> CompactionStrategy::major(CompactionCandidates live) const
{
    CompactionPlan plan;
    plan.inputs = idleCandidates(live);
    return plan.inputs.empty() ? std::vector<CompactionPlan>{} : std::vector{std::move(plan)};
}

Result<std::unique_ptr<CompactionStrategy>> makeCompactionStrategy(const schema::Table& table)
{
    const auto& options = table.params().compaction;
    const auto found = options.find("class");
    std::string name = found == options.end() ? "SizeTieredCompactionStrategy" : found->second;
    name = name.substr(name.rfind('.') + 1);
    RW_ASSIGN(auto common, CommonCompactionOptions::fromOptions(options));
    if (name == "UnifiedCompactionStrategy") {
        common.tombstoneCompaction = false;
        RW_ASSIGN(auto unified, UnifiedOptions::fromOptions(options));
        return std::unique_ptr<CompactionStrategy>{
            std::make_unique<UnifiedStrategy>(std::move(unified), common)};
    }
    RW_ASSIGN(const auto sizes, SizeTieredOptions::fromOptions(options, common.enabled));
    if (name == "SizeTieredCompactionStrategy")
        return std::unique_ptr<CompactionStrategy>{
            std::make_unique<SizeTieredStrategy>(sizes, common)};
    if (name == "LeveledCompactionStrategy") {
        RW_ASSIGN(const auto leveled, LeveledOptions::fromOptions(options));
        return std::unique_ptr<CompactionStrategy>{
            std::make_unique<LeveledStrategy>(leveled, sizes, common)};
    }
    if (name == "TimeWindowCompactionStrategy") {
        common.tombstoneCompaction = options.contains("tombstone_threshold") ||
                                     options.contains("tombstone_compaction_interval") ||
                                     options.contains("unchecked_tombstone_compaction");
        RW_ASSIGN(const auto windows, TimeWindowOptions::fromOptions(options));
        return std::unique_ptr<CompactionStrategy>{
            std::make_unique<TimeWindowStrategy>(windows, sizes, common)};
    }
    return Error{ErrorCode::ConfigError, "Unable to find compaction strategy class '" + name + "'"};
}

std::optional<CompactionPlan> nextCompaction(const CompactionStrategy& strategy,
                                             CompactionCandidates live,
                                             std::int64_t memtableMinTimestamp,
                                             std::int64_t nowSeconds)
{
    if (!strategy.common().enabled)
        return std::nullopt;
    CompactionPlan expired;
    expired.inputs = expiredTables(strategy, live, memtableMinTimestamp);
    expired.isExpired = true;
    if (!expired.inputs.empty())
        return expired;
    std::optional<CompactionPlan> chosen;
    forEachRepairState(live, [&](CompactionCandidates subset, const auto& indexes) {
        if (chosen)
            return;
        if (auto plan = strategy.next(subset, nowSeconds))
            chosen = translated(std::move(*plan), indexes);
    });
    return chosen;
}

std::uint32_t pendingCompactions(const CompactionStrategy& strategy, CompactionCandidates live,
                                 std::int64_t nowSeconds)
{
    std::uint32_t tasks = 0;
    if (strategy.common().enabled)
        forEachRepairState(live, [&](CompactionCandidates subset, const auto& /*indexes*/) {
            tasks += strategy.pending(subset, nowSeconds);
        });
    return tasks;
}

std::vector<CompactionPlan> majorCompactions(const CompactionStrategy& strategy,
                                             CompactionCandidates live)
{
    std::vector<CompactionPlan> plans;
    forEachRepairState(live, [&](CompactionCandidates subset, const auto& indexes) {
        for (auto& plan : strategy.major(subset))
            plans.push_back(translated(std::move(plan), indexes));
    });
    return plans;
}

std::vector<std::vector<std::size_t>> groupedByRepairState(CompactionCandidates live)
{
    std::vector<std::vector<std::size_t>> groups;
    forEachRepairState(live, [&](CompactionCandidates /*subset*/, const auto& indexes) {
        groups.push_back(indexes);
    });
    return groups;
}

CompactionCandidate compactionCandidate(const sstable::Reader& reader, std::int64_t nowSeconds)
{
    const auto& stats = reader.stats();
    const std::int64_t gcBefore = nowSeconds - reader.table()->params().gcGraceSeconds;
    CompactionCandidate candidate;
    candidate.bytes = reader.dataBytes();
    candidate.firstToken = reader.firstToken();
    candidate.lastToken = reader.lastToken();
    candidate.minTimestamp = stats.minTimestamp;
    candidate.maxTimestamp = stats.maxTimestamp;
    candidate.allDeleted = stats.maxLocalDeletionTime < gcBefore;
    candidate.droppableTombstones = stats.droppableTombstoneRatio(gcBefore);
    candidate.level = stats.level;
    candidate.isRepaired = stats.repairedAt != 0;
    candidate.pendingRepair = stats.pendingRepair;
    return candidate;
}

} // namespace engine::storage
