#include "engine/storage/compaction/leveled.h"

#include "engine/storage/compaction/options.h"

#include <algorithm>
#include <cmath>

namespace engine::storage {

namespace {

/// More tables than these in level 0 are merged by size, and never more at once.
constexpr std::size_t kLevelZeroMax = 32;
constexpr double kScoreOver = 1.001;

std::uint64_t bytesOf(CompactionCandidates live, std::span<const std::size_t> indexes)
{
    std::uint64_t sum = 0;
    for (const std::size_t index : indexes)
        sum += live[index].bytes;
    return sum;
}

bool anyBusy(CompactionCandidates live, std::span<const std::size_t> indexes)
{
    return std::any_of(indexes.begin(), indexes.end(),
                       [&](std::size_t index) { return live[index].isBusy; });
}

/// Those of `level` that share tokens with [first, last].
std::vector<std::size_t> overlapping(CompactionCandidates live, std::span<const std::size_t> level,
                                     std::int64_t first, std::int64_t last)
{
    std::vector<std::size_t> found;
    for (const std::size_t index : level) {
        if (live[index].firstToken <= last && first <= live[index].lastToken)
            found.push_back(index);
    }
    return found;
}

CompactionPlan planOf(std::vector<std::size_t> inputs, std::size_t level, std::uint64_t maxBytes)
{
    std::sort(inputs.begin(), inputs.end());
    CompactionPlan plan;
    plan.inputs = std::move(inputs);
    plan.split.level = static_cast<std::int32_t>(level);
    plan.split.maxBytes = maxBytes;
    return plan;
}

} // namespace

Result<LeveledOptions> LeveledOptions::fromOptions(const schema::StringMap& options)
{
    LeveledOptions result;
    std::uint64_t megabytes = 160;
    RW_TRY(readWhole(options, "sstable_size_in_mb", megabytes));
    RW_TRY(readWhole(options, "fanout_size", result.fanout));
    if (megabytes < 1 || megabytes > (1ULL << 40))
        return badCompactionOption("sstable_size_in_mb", std::to_string(megabytes));
    if (result.fanout < 1)
        return badCompactionOption("fanout_size", std::to_string(result.fanout));
    result.tableBytes = megabytes << 20;
    return result;
}

double LeveledStrategy::capacity(std::size_t level) const noexcept
{
    return static_cast<double>(m_leveled.tableBytes) *
           std::pow(static_cast<double>(m_leveled.fanout), static_cast<double>(level));
}

LeveledStrategy::Levels LeveledStrategy::levels(CompactionCandidates live)
{
    Levels levels(2);
    for (std::size_t i = 0; i < live.size(); ++i) {
        const auto level = static_cast<std::size_t>(std::max(live[i].level, 0));
        if (level >= levels.size())
            levels.resize(level + 1);
        levels[level].push_back(i);
    }
    for (std::size_t level = 1; level < levels.size(); ++level) {
        auto& tables = levels[level];
        std::stable_sort(tables.begin(), tables.end(), [&](std::size_t a, std::size_t b) {
            return live[a].firstToken < live[b].firstToken;
        });
        std::vector<std::size_t> apart;
        for (const std::size_t index : tables) {
            if (apart.empty() || live[apart.back()].lastToken < live[index].firstToken)
                apart.push_back(index);
            else
                levels[0].push_back(index);
        }
        tables = std::move(apart);
    }
    std::sort(levels[0].begin(), levels[0].end());
    return levels;
}

std::optional<CompactionPlan> LeveledStrategy::upFrom(CompactionCandidates live,
                                                      const Levels& levels, std::size_t level) const
{
    const std::vector<std::size_t> none;
    const auto& above = level + 1 < levels.size() ? levels[level + 1] : none;
    std::optional<CompactionPlan> best;
    double bestCost = 0;
    for (const std::size_t index : levels[level]) {
        if (live[index].isBusy)
            continue;
        auto inputs = overlapping(live, above, live[index].firstToken, live[index].lastToken);
        if (anyBusy(live, inputs))
            continue;
        const double cost = static_cast<double>(bytesOf(live, inputs)) /
                            static_cast<double>(std::max<std::uint64_t>(live[index].bytes, 1));
        if (best && cost >= bestCost)
            continue;
        bestCost = cost;
        inputs.push_back(index);
        best = planOf(std::move(inputs), level + 1, m_leveled.tableBytes);
    }
    return best;
}

std::optional<CompactionPlan> LeveledStrategy::levelZeroBySize(CompactionCandidates live,
                                                               const Levels& levels) const
{
    if (levels[0].size() <= kLevelZeroMax)
        return std::nullopt;
    std::vector<std::size_t> idle;
    std::copy_if(levels[0].begin(), levels[0].end(), std::back_inserter(idle),
                 [&](std::size_t index) { return !live[index].isBusy; });
    auto inputs = sizeTieredInputs(m_sizes, live, idle);
    if (inputs.empty())
        return std::nullopt;
    return planOf(std::move(inputs), 0, std::numeric_limits<std::uint64_t>::max());
}

std::optional<CompactionPlan> LeveledStrategy::levelZero(CompactionCandidates live,
                                                         const Levels& levels) const
{
    // The oldest tables and what overlaps them, so that none stays behind that is older.
    std::vector<std::size_t> inputs;
    for (const std::size_t index : levels[0]) {
        if (inputs.size() >= kLevelZeroMax)
            break;
        if (live[index].isBusy)
            continue;
        const bool meetsBusy =
            std::any_of(levels[0].begin(), levels[0].end(), [&](std::size_t other) {
                return live[other].isBusy && live[other].overlaps(live[index]);
            });
        if (!meetsBusy)
            inputs.push_back(index);
    }
    if (inputs.empty())
        return std::nullopt;
    if (bytesOf(live, inputs) <= m_leveled.tableBytes) {
        if (inputs.size() < 2)
            return std::nullopt;
        return planOf(std::move(inputs), 0, std::numeric_limits<std::uint64_t>::max());
    }
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const std::size_t index : inputs) {
        first = std::min(first, live[index].firstToken);
        last = std::max(last, live[index].lastToken);
    }
    const auto levelOne = overlapping(live, levels[1], first, last);
    if (anyBusy(live, levelOne))
        return std::nullopt;
    inputs.insert(inputs.end(), levelOne.begin(), levelOne.end());
    if (inputs.size() < 2)
        return std::nullopt;
    return planOf(std::move(inputs), 1, m_leveled.tableBytes);
}

std::optional<CompactionPlan> LeveledStrategy::next(CompactionCandidates live,
                                                    std::int64_t /*nowSeconds*/) const
{
    const Levels all = levels(live);
    if (auto plan = levelZeroBySize(live, all))
        return plan;
    // Higher levels first: what is pushed into a full level is rewritten once more.
    for (std::size_t level = all.size() - 1; level >= 1; --level) {
        std::uint64_t idle = 0;
        for (const std::size_t index : all[level])
            idle += live[index].isBusy ? 0 : live[index].bytes;
        if (static_cast<double>(idle) <= capacity(level) * kScoreOver)
            continue;
        if (auto plan = upFrom(live, all, level))
            return plan;
    }
    if (auto plan = levelZero(live, all))
        return plan;
    return forTombstones(live);
}

std::uint32_t LeveledStrategy::pending(CompactionCandidates live, std::int64_t /*nowSeconds*/) const
{
    const Levels all = levels(live);
    std::uint32_t tasks = 0;
    for (std::size_t level = 1; level < all.size(); ++level) {
        const double over =
            static_cast<double>(bytesOf(live, all[level])) - capacity(level) * kScoreOver;
        if (over > 0)
            tasks += static_cast<std::uint32_t>(
                std::ceil(over / static_cast<double>(m_leveled.tableBytes)));
    }
    if (all[0].size() >= 2)
        tasks += static_cast<std::uint32_t>((all[0].size() + kLevelZeroMax - 1) / kLevelZeroMax);
    return tasks;
}

std::vector<CompactionPlan> LeveledStrategy::major(CompactionCandidates live) const
{
    auto inputs = idleCandidates(live);
    if (inputs.empty())
        return {};
    CompactionPlan plan = planOf(std::move(inputs), 1, m_leveled.tableBytes);
    plan.split.fillLevelsBy = m_leveled.fanout;
    return {plan};
}

} // namespace engine::storage
