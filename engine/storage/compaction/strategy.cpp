#include "engine/storage/compaction/strategy.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>

namespace engine::storage {

namespace {

Error compactionOptionError(const std::string& name, const std::string& value)
{
    return Error{ErrorCode::ConfigError,
                 "Invalid value '" + value + "' of the compaction option '" + name + "'"};
}

template <class T>
Result<void> readWhole(const schema::StringMap& options, const std::string& name, T& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    const std::string& text = found->second;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), to);
    if (error != std::errc{} || at != text.data() + text.size())
        return compactionOptionError(name, text);
    return ok();
}

Result<void> readFraction(const schema::StringMap& options, const std::string& name, double& to)
{
    const auto found = options.find(name);
    if (found == options.end())
        return ok();
    char* end = nullptr;
    to = std::strtod(found->second.c_str(), &end);
    if (end == found->second.c_str() || *end != '\0' || !(to > 0))
        return compactionOptionError(name, found->second);
    return ok();
}

struct Bucket {
    std::vector<std::size_t> tables;
    std::uint64_t average = 0;
};

} // namespace

Result<SizeTieredOptions> SizeTieredOptions::fromOptions(const schema::StringMap& options)
{
    SizeTieredOptions result;
    RW_TRY(readWhole(options, "min_threshold", result.minThreshold));
    RW_TRY(readWhole(options, "max_threshold", result.maxThreshold));
    RW_TRY(readWhole(options, "min_sstable_size", result.minTableBytes));
    RW_TRY(readFraction(options, "bucket_low", result.bucketLow));
    RW_TRY(readFraction(options, "bucket_high", result.bucketHigh));
    RW_TRY(readFraction(options, "tombstone_threshold", result.tombstoneThreshold));
    if (const auto enabled = options.find("enabled"); enabled != options.end())
        result.enabled = enabled->second != "false";
    // Thresholds of 0 are Cassandra's old way to turn compaction off.
    if (result.minThreshold == 0 || result.maxThreshold == 0)
        result.enabled = false;
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

std::vector<std::vector<std::size_t>>
SizeTieredStrategy::buckets(std::span<const CompactionCandidate> idle) const
{
    std::vector<std::size_t> bySize(idle.size());
    std::iota(bySize.begin(), bySize.end(), std::size_t{0});
    std::stable_sort(bySize.begin(), bySize.end(),
                     [&](std::size_t a, std::size_t b) { return idle[a].bytes < idle[b].bytes; });
    std::vector<Bucket> buckets;
    for (const std::size_t index : bySize) {
        const std::uint64_t size = idle[index].bytes;
        const auto fits = [&](const Bucket& bucket) {
            const auto average = static_cast<double>(bucket.average);
            const auto bytes = static_cast<double>(size);
            return (bytes > average * m_options.bucketLow &&
                    bytes < average * m_options.bucketHigh) ||
                   (size < m_options.minTableBytes && bucket.average < m_options.minTableBytes);
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

std::vector<std::size_t> SizeTieredStrategy::next(std::span<const CompactionCandidate> idle) const
{
    if (!m_options.enabled)
        return {};
    for (auto& bucket : buckets(idle)) {
        if (bucket.size() < m_options.minThreshold)
            continue;
        // The smallest ones first: they are the cheapest to merge.
        if (bucket.size() > m_options.maxThreshold)
            bucket.resize(m_options.maxThreshold);
        std::sort(bucket.begin(), bucket.end());
        return bucket;
    }
    if (!m_options.tombstoneCompaction)
        return {};
    std::size_t best = idle.size();
    for (std::size_t i = 0; i < idle.size(); ++i) {
        if (idle[i].worthAlone && idle[i].droppableTombstones > m_options.tombstoneThreshold &&
            (best == idle.size() || idle[i].droppableTombstones > idle[best].droppableTombstones))
            best = i;
    }
    return best == idle.size() ? std::vector<std::size_t>{} : std::vector<std::size_t>{best};
}

std::uint32_t SizeTieredStrategy::pending(std::span<const CompactionCandidate> idle) const
{
    if (!m_options.enabled)
        return 0;
    std::size_t tasks = 0;
    for (const auto& bucket : buckets(idle)) {
        if (bucket.size() >= m_options.minThreshold)
            tasks += (bucket.size() + m_options.maxThreshold - 1) / m_options.maxThreshold;
    }
    return static_cast<std::uint32_t>(tasks);
}

Result<std::unique_ptr<CompactionStrategy>> makeCompactionStrategy(const schema::Table& table,
                                                                   std::string* fallback)
{
    const auto& params = table.params().compaction;
    const auto found = params.find("class");
    std::string name = found == params.end() ? "SizeTieredCompactionStrategy" : found->second;
    name = name.substr(name.rfind('.') + 1);
    schema::StringMap options = params;
    if (name != "SizeTieredCompactionStrategy") {
        if (name != "LeveledCompactionStrategy" && name != "TimeWindowCompactionStrategy" &&
            name != "UnifiedCompactionStrategy")
            return Error{ErrorCode::ConfigError,
                         "Unable to find compaction strategy class '" + name + "'"};
        if (fallback != nullptr)
            *fallback = name + " of " + table.keyspace() + "." + table.name() +
                        " is not built yet: the table is compacted by size";
        // Their thresholds mean something else.
        options = {};
        if (const auto enabled = params.find("enabled"); enabled != params.end())
            options.insert(*enabled);
    }
    RW_ASSIGN(const auto understood, SizeTieredOptions::fromOptions(options));
    return std::unique_ptr<CompactionStrategy>{std::make_unique<SizeTieredStrategy>(understood)};
}

std::vector<CompactionCandidate> compactionCandidates(std::span<const sstable::ReaderPtr> readers,
                                                      std::int64_t nowSeconds)
{
    std::vector<CompactionCandidate> candidates;
    for (const auto& reader : readers) {
        CompactionCandidate candidate;
        candidate.bytes = reader->bytesOnDisk();
        const std::int64_t gcBefore = nowSeconds - reader->table()->params().gcGraceSeconds;
        candidate.droppableTombstones = reader->stats().droppableTombstoneRatio(gcBefore);
        // As Cassandra by default: alone only where no other table's keys overlap.
        for (const auto& other : readers) {
            if (other != reader && other->firstToken() <= reader->lastToken() &&
                reader->firstToken() <= other->lastToken())
                candidate.worthAlone = false;
        }
        candidates.push_back(candidate);
    }
    return candidates;
}

} // namespace engine::storage
