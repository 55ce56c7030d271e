#include "engine/sstable/stats_collector.h"

#include <algorithm>

namespace engine::sstable {

std::uint64_t murmur2(ByteView bytes) noexcept
{
    constexpr std::uint64_t kMultiplier = 0xc6a4a7935bd1e995ULL;
    constexpr int kShift = 47;
    std::uint64_t h = static_cast<std::uint64_t>(bytes.size()) * kMultiplier;
    const std::size_t blocks = bytes.size() / 8;
    for (std::size_t i = 0; i < blocks; ++i) {
        std::uint64_t k = 0;
        std::memcpy(&k, bytes.data() + i * 8, 8);
        k *= kMultiplier;
        k ^= k >> kShift;
        k *= kMultiplier;
        h ^= k;
        h *= kMultiplier;
    }
    const char* tail = bytes.data() + blocks * 8;
    const std::size_t left = bytes.size() & 7;
    for (std::size_t i = left; i > 0; --i)
        h ^= static_cast<std::uint64_t>(
                 static_cast<std::int64_t>(static_cast<signed char>(tail[i - 1])))
             << (8 * (i - 1));
    if (left > 0)
        h *= kMultiplier;
    h ^= h >> kShift;
    h *= kMultiplier;
    h ^= h >> kShift;
    return h;
}

void StatsCollector::Edge::take(rows::BoundKind newKind, std::span<const ByteView> newValues)
{
    set = true;
    kind = newKind;
    values.resize(newValues.size());
    views.resize(newValues.size());
    for (std::size_t i = 0; i < newValues.size(); ++i) {
        values[i].assign(newValues[i]);
        views[i] = values[i];
    }
}

void StatsCollector::timestamp(WriteTimestamp timestamp)
{
    m_stats.minTimestamp = std::min(m_stats.minTimestamp, timestamp.micros);
    m_stats.maxTimestamp = std::max(m_stats.maxTimestamp, timestamp.micros);
}

void StatsCollector::deletionTime(rows::LocalDeletionTime time)
{
    m_stats.minLocalDeletionTime = std::min(m_stats.minLocalDeletionTime, time);
    m_stats.maxLocalDeletionTime = std::max(m_stats.maxLocalDeletionTime, time);
    if (time != rows::kNoDeletionTime)
        m_stats.tombstoneDropTimes.add(time);
}

void StatsCollector::ttl(std::int32_t ttl)
{
    m_minTtl = std::min(m_minTtl, ttl);
    m_stats.maxTtl = std::max(m_stats.maxTtl, ttl);
}

void StatsCollector::deletion(const rows::DeletionTime& deletion)
{
    if (deletion.isLive())
        return;
    timestamp(deletion.markedForDeleteAt);
    deletionTime(deletion.localDeletionTime);
}

int StatsCollector::compare(const Edge& a, const Edge& b) const noexcept
{
    return rows::compareBounds(m_table, a.kind, a.views, b.kind, b.views);
}

void StatsCollector::clustering(rows::BoundKind kind, std::span<const ByteView> values)
{
    if (!m_first.set)
        m_first.take(kind, values);
    m_last.take(kind, values);
}

void StatsCollector::startPartition(ByteView key, const rows::DeletionTime& partitionDeletion)
{
    m_cells = 0;
    m_first.set = false;
    m_cardinality.add(murmur2(key));
    deletion(partitionDeletion);
    m_stats.hasPartitionDeletions = m_stats.hasPartitionDeletions || !partitionDeletion.isLive();
    if (m_stats.firstKey.empty())
        m_stats.firstKey.assign(key);
    m_stats.lastKey.assign(key);
}

void StatsCollector::add(const rows::Row& row, bool isStatic)
{
    if (row.isEmpty())
        return;
    if (!isStatic)
        clustering(rows::BoundKind::Clustering, row.clustering.values);
    if (!row.liveness.isEmpty()) {
        timestamp(row.liveness.timestamp);
        ttl(row.liveness.ttl);
        deletionTime(row.liveness.expiresAt);
    }
    deletion(row.deletion);
    for (const auto& complex : row.complexDeletions)
        deletion(complex.deletion);
    const schema::Column* last = nullptr;
    for (const auto& cell : row.cells) {
        timestamp(cell.timestamp);
        ttl(cell.ttl);
        deletionTime(cell.localDeletionTime);
        if (cell.column != last)
            ++m_stats.totalColumns;
        last = cell.column;
    }
    m_cells += static_cast<std::int64_t>(row.cells.size());
    ++m_stats.totalRows;
}

void StatsCollector::add(const rows::RangeTombstoneMarker& marker)
{
    clustering(marker.bound.kind, marker.bound.values);
    deletion(marker.close);
    deletion(marker.open);
}

void StatsCollector::endPartition(std::uint64_t bytes)
{
    m_stats.partitionSizes.add(static_cast<std::int64_t>(bytes));
    m_stats.cellsPerPartition.add(m_cells);
    if (!m_first.set)
        return;
    m_min.takeIf(!m_min.set || compare(m_first, m_min) < 0, m_first);
    m_max.takeIf(!m_max.set || compare(m_last, m_max) > 0, m_last);
}

void StatsCollector::complete(StatsMetadata& stats) const
{
    stats.minTtl = m_minTtl == INT32_MAX ? 0 : m_minTtl;
    stats.minClustering = m_min.values;
    stats.maxClustering = m_max.values;
    // A row covers itself; a bound covers up to where it stands.
    stats.minKind = m_min.set && m_min.kind != rows::BoundKind::Clustering
                        ? m_min.kind
                        : rows::BoundKind::InclusiveStart;
    stats.maxKind = m_max.set && m_max.kind != rows::BoundKind::Clustering
                        ? m_max.kind
                        : rows::BoundKind::InclusiveEnd;
}

StatsMetadata StatsCollector::take()
{
    complete(m_stats);
    return std::move(m_stats);
}

StatsMetadata StatsCollector::soFar() const
{
    StatsMetadata stats = m_stats;
    complete(stats);
    return stats;
}

} // namespace engine::sstable
