#include "engine/storage/compaction/time_window.h"

#include "engine/storage/compaction/options.h"

#include <algorithm>
#include <map>

namespace engine::storage {

Result<TimeWindowOptions> TimeWindowOptions::fromOptions(const schema::StringMap& options)
{
    TimeWindowOptions result;
    std::int64_t unit = 86400;
    if (const auto found = options.find("compaction_window_unit"); found != options.end()) {
        if (found->second == "DAYS")
            unit = 86400;
        else if (found->second == "HOURS")
            unit = 3600;
        else if (found->second == "MINUTES")
            unit = 60;
        else
            return badCompactionOption(found->first, found->second);
    }
    std::int64_t count = 1;
    RW_TRY(readWhole(options, "compaction_window_size", count));
    if (count < 1 || count > 1'000'000'000)
        return badCompactionOption("compaction_window_size", std::to_string(count));
    result.windowSeconds = unit * count;
    if (const auto found = options.find("timestamp_resolution"); found != options.end()) {
        if (found->second == "SECONDS")
            result.ticksPerSecond = 1;
        else if (found->second == "MILLISECONDS")
            result.ticksPerSecond = 1000;
        else if (found->second == "MICROSECONDS")
            result.ticksPerSecond = 1'000'000;
        else if (found->second == "NANOSECONDS")
            result.ticksPerSecond = 1'000'000'000;
        else
            return badCompactionOption(found->first, found->second);
    }
    RW_TRY(readFlag(options, "unsafe_aggressive_sstable_expiration",
                    result.unsafeAggressiveExpiration));
    return result;
}

std::int64_t TimeWindowStrategy::windowOf(std::int64_t timestamp) const noexcept
{
    const std::int64_t second = timestamp / m_window.ticksPerSecond;
    const std::int64_t within = second % m_window.windowSeconds;
    return second - (within < 0 ? within + m_window.windowSeconds : within);
}

std::vector<TimeWindowStrategy::Window> TimeWindowStrategy::windows(CompactionCandidates live) const
{
    std::map<std::int64_t, std::vector<std::size_t>, std::greater<>> byStart;
    for (const std::size_t index : idleCandidates(live))
        byStart[windowOf(live[index].maxTimestamp)].push_back(index);
    std::vector<Window> result;
    for (auto& [start, tables] : byStart)
        result.push_back({start, std::move(tables)});
    return result;
}

bool TimeWindowStrategy::isNewest(const Window& window, std::int64_t newest,
                                  std::int64_t nowSeconds) const noexcept
{
    // A window that is still open gets more tables; so does the newest that there is.
    return window.start >= newest || window.start + m_window.windowSeconds > nowSeconds;
}

std::optional<CompactionPlan> TimeWindowStrategy::next(CompactionCandidates live,
                                                       std::int64_t nowSeconds) const
{
    std::int64_t newest = std::numeric_limits<std::int64_t>::min();
    for (const auto& candidate : live)
        newest = std::max(newest, windowOf(candidate.maxTimestamp));
    for (Window& window : windows(live)) {
        CompactionPlan plan;
        if (isNewest(window, newest, nowSeconds)) {
            plan.inputs = sizeTieredInputs(m_sizes, live, window.tables);
        } else if (window.tables.size() >= 2) {
            plan.inputs = std::move(window.tables);
            if (plan.inputs.size() > m_sizes.maxThreshold) {
                // The smallest first, as many as may be; the next round takes the rest.
                std::stable_sort(
                    plan.inputs.begin(), plan.inputs.end(),
                    [&](std::size_t a, std::size_t b) { return live[a].bytes < live[b].bytes; });
                plan.inputs.resize(m_sizes.maxThreshold);
                std::sort(plan.inputs.begin(), plan.inputs.end());
            }
        }
        if (!plan.inputs.empty())
            return plan;
    }
    return forTombstones(live);
}

std::uint32_t TimeWindowStrategy::pending(CompactionCandidates live, std::int64_t nowSeconds) const
{
    std::int64_t newest = std::numeric_limits<std::int64_t>::min();
    for (const auto& candidate : live)
        newest = std::max(newest, windowOf(candidate.maxTimestamp));
    std::uint32_t tasks = 0;
    for (const Window& window : windows(live)) {
        if (isNewest(window, newest, nowSeconds))
            tasks += sizeTieredPending(m_sizes, live, window.tables);
        else if (window.tables.size() >= 2)
            ++tasks;
    }
    return tasks;
}

std::vector<CompactionPlan> TimeWindowStrategy::major(CompactionCandidates live) const
{
    std::vector<CompactionPlan> plans;
    for (Window& window : windows(live)) {
        CompactionPlan plan;
        plan.inputs = std::move(window.tables);
        plans.push_back(std::move(plan));
    }
    return plans;
}

} // namespace engine::storage
