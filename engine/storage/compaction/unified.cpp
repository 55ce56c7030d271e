#include "engine/storage/compaction/unified.h"

#include "engine/storage/compaction/options.h"
#include "engine/storage/compaction/size_tiered.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

namespace engine::storage {

namespace {

constexpr double kRing = 18446744073709551616.0; ///< tokens
/// A smaller share comes of a single partition: it says nothing about density.
constexpr double kLeastShare = 1.0 / (1ULL << 48);
constexpr std::uint32_t kShardsMax = 1U << 20;

double shareOf(std::int64_t first, std::int64_t last)
{
    const double share =
        static_cast<double>(static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first)) /
        kRing;
    return share >= kLeastShare ? share : 1.0;
}

Result<int> scalingParameter(std::string_view word)
{
    while (!word.empty() && word.front() == ' ')
        word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ')
        word.remove_suffix(1);
    if (word == "N")
        return 0;
    const char mode = word.empty() ? '\0' : word.front();
    std::string_view digits = word;
    if (mode == 'L' || mode == 'T' || mode == '+')
        digits.remove_prefix(1);
    int number = 0;
    const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool isFan = mode == 'L' || mode == 'T';
    if (error != std::errc{} || at != digits.data() + digits.size() || number > 1000 ||
        number < -1000 || (isFan && number < 2))
        return badCompactionOption("scaling_parameters", std::string{word});
    return mode == 'L' ? 2 - number : mode == 'T' ? number - 2 : number;
}

/// Walks SSTables by first token and calls `found` with each maximal set of those that share a
/// token.
template <class Found>
void forEachOverlapSet(CompactionCandidates live, std::vector<std::size_t> tables, Found found)
{
    std::stable_sort(tables.begin(), tables.end(), [&](std::size_t a, std::size_t b) {
        return live[a].firstToken < live[b].firstToken;
    });
    std::multimap<std::int64_t, std::size_t> open; ///< by last token
    bool grown = false;
    const auto emit = [&] {
        if (grown)
            found(open);
        grown = false;
    };
    for (const std::size_t index : tables) {
        if (!open.empty() && open.begin()->first < live[index].firstToken) {
            emit();
            open.erase(open.begin(), open.lower_bound(live[index].firstToken));
        }
        open.emplace(live[index].lastToken, index);
        grown = true;
    }
    emit();
}

} // namespace

Result<UnifiedOptions> UnifiedOptions::fromOptions(const schema::StringMap& options)
{
    UnifiedOptions result;
    if (const auto found = options.find("scaling_parameters"); found != options.end()) {
        result.scaling.clear();
        std::string_view list = found->second;
        while (true) {
            const std::size_t comma = list.find(',');
            RW_ASSIGN(const int w, scalingParameter(list.substr(0, comma)));
            result.scaling.push_back(w);
            if (comma == std::string_view::npos)
                break;
            list.remove_prefix(comma + 1);
        }
    }
    RW_TRY(readSize(options, "target_sstable_size", result.targetBytes));
    RW_TRY(readSize(options, "min_sstable_size", result.minBytes));
    RW_TRY(readSize(options, "flush_size_override", result.flushBytes));
    RW_TRY(readWhole(options, "base_shard_count", result.baseShards));
    RW_TRY(readWhole(options, "max_sstables_to_compact", result.maxInputs));
    RW_TRY(readNumber(options, "sstable_growth", result.growth));
    RW_TRY(readFlag(options, "unsafe_aggressive_sstable_expiration",
                    result.unsafeAggressiveExpiration));
    if (result.targetBytes < (1ULL << 20))
        return badCompactionOption("target_sstable_size", std::to_string(result.targetBytes));
    if (result.baseShards < 1 || result.baseShards > kShardsMax)
        return badCompactionOption("base_shard_count", std::to_string(result.baseShards));
    if (result.growth > 1)
        return badCompactionOption("sstable_growth", options.at("sstable_growth"));
    if (result.flushBytes == 0)
        result.flushBytes = UnifiedOptions{}.flushBytes;
    if (result.maxInputs < 2)
        result.maxInputs = UnifiedOptions{}.maxInputs;
    return result;
}

int UnifiedStrategy::scalingOf(std::size_t level) const noexcept
{
    return m_options.scaling[std::min(level, m_options.scaling.size() - 1)];
}

std::size_t UnifiedStrategy::threshold(std::size_t level) const noexcept
{
    const int w = scalingOf(level);
    return w <= 0 ? 2 : static_cast<std::size_t>(2 + w);
}

std::size_t UnifiedStrategy::levelOf(const CompactionCandidate& table) const noexcept
{
    const double density =
        static_cast<double>(table.bytes) / shareOf(table.firstToken, table.lastToken);
    const auto fan = [this](std::size_t level) { return 2.0 + std::abs(scalingOf(level)); };
    // Some leeway, so that flushes that are a little smaller are not a level of their own.
    double limit = static_cast<double>(m_options.flushBytes) * (1.0 - 0.9 / fan(0));
    std::size_t level = 0;
    for (limit *= fan(0); density >= limit && level < 64; limit *= fan(level))
        ++level;
    return level;
}

std::uint32_t UnifiedStrategy::shardsFor(double density) const noexcept
{
    if (m_options.minBytes > 0) {
        const double count = density / static_cast<double>(m_options.minBytes);
        if (count < m_options.baseShards) {
            // Only the even factors of the base count, so that borders stay borders.
            const auto power = std::bit_floor(static_cast<std::uint32_t>(count) | 1U);
            return std::min(power, m_options.baseShards & (~m_options.baseShards + 1));
        }
    }
    const double count =
        density / (static_cast<double>(m_options.targetBytes) * m_options.baseShards);
    if (count <= 1 || m_options.growth >= 1)
        return m_options.baseShards;
    const double exponent = std::floor((1 - m_options.growth) * std::log2(count) + 0.5);
    return std::min<std::uint32_t>(
        kShardsMax,
        static_cast<std::uint32_t>(m_options.baseShards * std::exp2(std::min(exponent, 20.0))));
}

CompactionPlan UnifiedStrategy::planFor(CompactionCandidates live,
                                        std::vector<std::size_t> inputs) const
{
    if (inputs.size() > m_options.maxInputs) {
        std::stable_sort(inputs.begin(), inputs.end(), [&](std::size_t a, std::size_t b) {
            return live[a].maxTimestamp < live[b].maxTimestamp;
        });
        inputs.resize(m_options.maxInputs);
    }
    std::sort(inputs.begin(), inputs.end());
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    double bytes = 0;
    for (const std::size_t index : inputs) {
        first = std::min(first, live[index].firstToken);
        last = std::max(last, live[index].lastToken);
        bytes += static_cast<double>(live[index].bytes);
    }
    CompactionPlan plan;
    plan.inputs = std::move(inputs);
    plan.split.shards = shardsFor(bytes / shareOf(first, last));
    return plan;
}

std::vector<UnifiedStrategy::Bucket> UnifiedStrategy::wanted(CompactionCandidates live) const
{
    std::map<std::size_t, std::vector<std::size_t>> byLevel;
    for (const std::size_t index : idleCandidates(live))
        byLevel[levelOf(live[index])].push_back(index);
    std::vector<Bucket> buckets;
    for (const auto& [level, tables] : byLevel) {
        std::vector<Bucket> ofLevel;
        forEachOverlapSet(live, tables, [&, level = level](const auto& open) {
            // Sets come in the order of tokens: one that shares a table with the last extends it.
            const bool extends =
                !ofLevel.empty() && std::any_of(open.begin(), open.end(), [&](const auto& entry) {
                    const auto& last = ofLevel.back().tables;
                    return std::find(last.begin(), last.end(), entry.second) != last.end();
                });
            if (!extends)
                ofLevel.push_back({level, 0, {}});
            Bucket& bucket = ofLevel.back();
            bucket.overlap = std::max(bucket.overlap, open.size());
            for (const auto& [last, index] : open) {
                if (std::find(bucket.tables.begin(), bucket.tables.end(), index) ==
                    bucket.tables.end())
                    bucket.tables.push_back(index);
            }
        });
        for (Bucket& bucket : ofLevel) {
            if (bucket.overlap >= threshold(level))
                buckets.push_back(std::move(bucket));
        }
    }
    return buckets;
}

std::optional<CompactionPlan> UnifiedStrategy::next(CompactionCandidates live,
                                                    std::int64_t /*nowSeconds*/) const
{
    auto buckets = wanted(live);
    // The most overlaps first; among equals the lowest level, the first tokens.
    const auto best =
        std::max_element(buckets.begin(), buckets.end(),
                         [](const Bucket& a, const Bucket& b) { return a.overlap < b.overlap; });
    if (best == buckets.end())
        return std::nullopt;
    return planFor(live, std::move(best->tables));
}

std::uint32_t UnifiedStrategy::pending(CompactionCandidates live, std::int64_t /*nowSeconds*/) const
{
    return static_cast<std::uint32_t>(wanted(live).size());
}

std::vector<CompactionPlan> UnifiedStrategy::major(CompactionCandidates live) const
{
    auto tables = idleCandidates(live);
    std::stable_sort(tables.begin(), tables.end(), [&](std::size_t a, std::size_t b) {
        return live[a].firstToken < live[b].firstToken;
    });
    std::vector<CompactionPlan> plans;
    std::vector<std::size_t> group;
    std::int64_t last = 0;
    for (const std::size_t index : tables) {
        if (!group.empty() && live[index].firstToken > last)
            plans.push_back(planFor(live, std::exchange(group, {})));
        last = group.empty() ? live[index].lastToken : std::max(last, live[index].lastToken);
        group.push_back(index);
    }
    if (!group.empty())
        plans.push_back(planFor(live, std::move(group)));
    return plans;
}

} // namespace engine::storage
