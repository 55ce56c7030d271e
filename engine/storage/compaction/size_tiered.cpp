#include "engine/storage/compaction/size_tiered.h"

#include "engine/storage/compaction/options.h"

#include <algorithm>

namespace engine::storage {

Result<SizeTieredOptions> SizeTieredOptions::fromOptions(const schema::StringMap& options,
                                                         bool& enabled)
{
    SizeTieredOptions result;
    RW_TRY(readWhole(options, "min_threshold", result.minThreshold));
    RW_TRY(readWhole(options, "max_threshold", result.maxThreshold));
    RW_TRY(readWhole(options, "min_sstable_size", result.minTableBytes));
    RW_TRY(readNumber(options, "bucket_low", result.bucketLow));
    RW_TRY(readNumber(options, "bucket_high", result.bucketHigh));
    if (result.minThreshold == 0 || result.maxThreshold == 0)
        enabled = false;
    else if (result.minThreshold < 2)
        return Error{ErrorCode::ConfigError,
                     "Min compaction threshold cannot be less than 2 (got " +
                         std::to_string(result.minThreshold) + ")"};
    else if (result.maxThreshold < result.minThreshold)
        return Error{ErrorCode::ConfigError,
                     "Max compaction threshold (got " + std::to_string(result.maxThreshold) +
                         ") cannot be less than min compaction threshold (got " +
                         std::to_string(result.minThreshold) + ")"};
    if (result.bucketHigh <= result.bucketLow)
        return Error{ErrorCode::ConfigError, "bucket_high is less than or equal bucket_low"};
    return result;
}

std::vector<std::vector<std::size_t>> sizeTieredBuckets(const SizeTieredOptions& options,
                                                        CompactionCandidates live,
                                                        std::span<const std::size_t> indexes)
{
    struct Bucket {
        std::vector<std::size_t> tables;
        std::uint64_t average = 0;
    };
    std::vector<std::size_t> bySize(indexes.begin(), indexes.end());
    std::stable_sort(bySize.begin(), bySize.end(),
                     [&](std::size_t a, std::size_t b) { return live[a].bytes < live[b].bytes; });
    std::vector<Bucket> buckets;
    for (const std::size_t index : bySize) {
        const std::uint64_t size = live[index].bytes;
        const auto fits = [&](const Bucket& bucket) {
            const auto average = static_cast<double>(bucket.average);
            const auto bytes = static_cast<double>(size);
            return (bytes > average * options.bucketLow && bytes < average * options.bucketHigh) ||
                   (size < options.minTableBytes && bucket.average < options.minTableBytes);
        };
        const auto bucket = std::find_if(buckets.begin(), buckets.end(), fits);
        if (bucket == buckets.end()) {
            buckets.push_back({{index}, size});
            continue;
        }
        bucket->average =
            (bucket->average * bucket->tables.size() + size) / (bucket->tables.size() + 1);
        bucket->tables.push_back(index);
    }
    std::stable_sort(buckets.begin(), buckets.end(),
                     [](const Bucket& a, const Bucket& b) { return a.average < b.average; });
    std::vector<std::vector<std::size_t>> result;
    for (auto& bucket : buckets)
        result.push_back(std::move(bucket.tables));
    return result;
}

std::vector<std::size_t> sizeTieredInputs(const SizeTieredOptions& options,
                                          CompactionCandidates live,
                                          std::span<const std::size_t> indexes)
{
    for (auto& bucket : sizeTieredBuckets(options, live, indexes)) {
        if (bucket.size() < options.minThreshold)
            continue;
        // The smallest ones first: they are the cheapest to merge.
        if (bucket.size() > options.maxThreshold)
            bucket.resize(options.maxThreshold);
        std::sort(bucket.begin(), bucket.end());
        return bucket;
    }
    return {};
}

std::uint32_t sizeTieredPending(const SizeTieredOptions& options, CompactionCandidates live,
                                std::span<const std::size_t> indexes)
{
    std::size_t tasks = 0;
    for (const auto& bucket : sizeTieredBuckets(options, live, indexes)) {
        if (bucket.size() >= options.minThreshold)
            tasks += (bucket.size() + options.maxThreshold - 1) / options.maxThreshold;
    }
    return static_cast<std::uint32_t>(tasks);
}

std::vector<std::size_t> idleCandidates(CompactionCandidates live)
{
    std::vector<std::size_t> idle;
    for (std::size_t i = 0; i < live.size(); ++i) {
        if (!live[i].isBusy)
            idle.push_back(i);
    }
    return idle;
}

std::optional<CompactionPlan> SizeTieredStrategy::next(CompactionCandidates live,
                                                       std::int64_t /*nowSeconds*/) const
{
    auto inputs = sizeTieredInputs(m_options, live, idleCandidates(live));
    if (inputs.empty())
        return forTombstones(live);
    CompactionPlan plan;
    plan.inputs = std::move(inputs);
    return plan;
}

std::uint32_t SizeTieredStrategy::pending(CompactionCandidates live,
                                          std::int64_t /*nowSeconds*/) const
{
    return sizeTieredPending(m_options, live, idleCandidates(live));
}

} // namespace engine::storage
