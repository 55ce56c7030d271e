#include "engine/sstable/histograms.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace engine::sstable {

namespace {

/// Cassandra's sizes of the two histograms (MetadataCollector).
constexpr std::size_t kPartitionSizeBuckets = 155;
constexpr std::size_t kCellCountBuckets = 118;
/// TombstoneHistogram rounds up to this many seconds.
constexpr std::int64_t kRoundSeconds = 60;

constexpr double kNoPointDivisor = 2.0;

} // namespace

EstimatedHistogram EstimatedHistogram::forPartitionSizes()
{
    return EstimatedHistogram{kPartitionSizeBuckets};
}

EstimatedHistogram EstimatedHistogram::forCellCounts()
{
    return EstimatedHistogram{kCellCountBuckets};
}

EstimatedHistogram::EstimatedHistogram(std::size_t buckets) : m_counts(buckets + 1)
{
    m_offsets.reserve(buckets);
    std::int64_t last = 1;
    for (std::size_t i = 0; i < buckets; ++i) {
        m_offsets.push_back(last);
        const auto next =
            static_cast<std::int64_t>(std::floor(static_cast<double>(last) * 1.2 + 0.5));
        last = next == last ? last + 1 : next;
    }
}

void EstimatedHistogram::add(std::int64_t value)
{
    const auto at = std::lower_bound(m_offsets.begin(), m_offsets.end(), value);
    ++m_counts[static_cast<std::size_t>(at - m_offsets.begin())];
}

std::uint64_t EstimatedHistogram::count() const noexcept
{
    std::uint64_t sum = 0;
    for (const auto value : m_counts)
        sum += static_cast<std::uint64_t>(value);
    return sum;
}

std::int64_t EstimatedHistogram::percentile(double percentile) const
{
    const auto wanted =
        static_cast<std::uint64_t>(std::ceil(static_cast<double>(count()) * percentile));
    if (wanted == 0)
        return 0;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < m_offsets.size(); ++i) {
        seen += static_cast<std::uint64_t>(m_counts[i]);
        if (seen >= wanted)
            return m_offsets[i];
    }
    return m_offsets.empty() ? 0 : m_offsets.back();
}

std::int64_t EstimatedHistogram::min() const
{
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        if (m_counts[i] > 0)
            return i == 0 ? 0 : m_offsets[i - 1] + 1;
    }
    return 0;
}

std::int64_t EstimatedHistogram::max() const
{
    if (m_counts.empty() || m_counts.back() > 0)
        return INT64_MAX;
    for (std::size_t i = m_offsets.size(); i > 0; --i) {
        if (m_counts[i - 1] > 0)
            return m_offsets[i - 1];
    }
    return 0;
}

std::int64_t EstimatedHistogram::mean() const
{
    double sum = 0;
    double elements = 0;
    for (std::size_t i = 0; i < m_offsets.size(); ++i) {
        sum += static_cast<double>(m_counts[i]) * static_cast<double>(m_offsets[i]);
        elements += static_cast<double>(m_counts[i]);
    }
    return elements == 0 ? 0 : static_cast<std::int64_t>(std::ceil(sum / elements));
}

void EstimatedHistogram::encode(ByteWriter& out) const
{
    out.u32(static_cast<std::uint32_t>(m_counts.size()));
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        out.i64(m_offsets[i == 0 ? 0 : i - 1]);
        out.i64(m_counts[i]);
    }
}

Result<EstimatedHistogram> EstimatedHistogram::decode(ByteReader& in)
{
    const std::uint32_t size = in.u32();
    if (!in.ok() || size < 2 || size > in.remaining() / 16)
        return Error{ErrorCode::Corrupt, "a histogram's size does not fit the file"};
    EstimatedHistogram histogram;
    histogram.m_counts.resize(size);
    histogram.m_offsets.resize(size - 1);
    for (std::uint32_t i = 0; i < size; ++i) {
        histogram.m_offsets[i == 0 ? 0 : i - 1] = in.i64();
        histogram.m_counts[i] = in.i64();
    }
    return histogram;
}

void TombstoneHistogram::add(std::int64_t seconds, std::uint32_t count)
{
    const std::int64_t over = seconds % kRoundSeconds;
    if (over > 0)
        seconds += kRoundSeconds - over;
    m_points[seconds] += count;
    if (m_points.size() > kSpoolMax)
        shrink(kPointsMax);
}

void TombstoneHistogram::shrink(std::size_t size) const
{
    while (m_points.size() > size) {
        auto closest = m_points.begin();
        std::int64_t distance = INT64_MAX;
        for (auto at = m_points.begin(), next = std::next(at); next != m_points.end();
             ++at, ++next) {
            if (next->first - at->first < distance) {
                distance = next->first - at->first;
                closest = at;
            }
        }
        const auto next = std::next(closest);
        const std::uint64_t count = closest->second + next->second;
        const auto merged = static_cast<std::int64_t>(
            (static_cast<double>(closest->first) * static_cast<double>(closest->second) +
             static_cast<double>(next->first) * static_cast<double>(next->second)) /
            static_cast<double>(count));
        m_points.erase(next);
        m_points.erase(closest);
        m_points[merged] += count;
    }
}

double TombstoneHistogram::sum(std::int64_t seconds) const
{
    shrink(kPointsMax);
    double sum = 0;
    for (auto at = m_points.begin(); at != m_points.end(); ++at) {
        const auto next = std::next(at);
        const bool lastBefore =
            at->first <= seconds && (next == m_points.end() || next->first > seconds);
        if (!lastBefore) {
            if (at->first > seconds)
                break;
            sum += static_cast<double>(at->second);
            continue;
        }
        if (next == m_points.end())
            return sum + static_cast<double>(at->second);
        // The trapezoid between two points, as in the paper.
        const auto here = static_cast<double>(at->second);
        const auto there = static_cast<double>(next->second);
        const double part =
            static_cast<double>(seconds - at->first) / static_cast<double>(next->first - at->first);
        const double height = here + (there - here) * part;
        return sum + here / kNoPointDivisor + (here + height) * part / 2;
    }
    return sum;
}

const std::map<std::int64_t, std::uint64_t>& TombstoneHistogram::points() const
{
    shrink(kPointsMax);
    return m_points;
}

void TombstoneHistogram::encode(ByteWriter& out, bool unsignedDeletionTime) const
{
    shrink(kPointsMax);
    const auto size = static_cast<std::uint32_t>(m_points.size());
    out.u32(size); // once the size of the bins
    out.u32(size);
    for (const auto& [seconds, count] : m_points) {
        if (unsignedDeletionTime) {
            out.i64(seconds);
            out.u32(static_cast<std::uint32_t>(std::min<std::uint64_t>(count, INT32_MAX)));
        } else {
            out.f64(static_cast<double>(seconds));
            out.u64(count);
        }
    }
}

Result<TombstoneHistogram> TombstoneHistogram::decode(ByteReader& in, bool unsignedDeletionTime)
{
    in.skip(4);
    const std::uint32_t size = in.u32();
    const std::size_t each = unsignedDeletionTime ? 12 : 16;
    if (!in.ok() || size > in.remaining() / each)
        return Error{ErrorCode::Corrupt, "the tombstone histogram's size does not fit the file"};
    TombstoneHistogram histogram;
    for (std::uint32_t i = 0; i < size; ++i) {
        if (unsignedDeletionTime) {
            const std::int64_t seconds = in.i64();
            histogram.m_points[seconds] += in.u32();
        } else {
            const double seconds = in.f64();
            if (!(std::abs(seconds) < 1e15))
                return Error{ErrorCode::Corrupt, "a point of the tombstone histogram is no time"};
            histogram.m_points[static_cast<std::int64_t>(seconds)] += in.u64();
        }
    }
    return histogram;
}

} // namespace engine::sstable
