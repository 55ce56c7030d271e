#include "engine/sstable/encoding_stats.h"

#include <algorithm>

namespace engine::sstable {

namespace {

template <class T>
T smallerSeen(T a, T b, T none)
{
    if (a == none)
        return b;
    return b == none ? a : std::min(a, b);
}

} // namespace

void EncodingStats::merge(const EncodingStats& other)
{
    minTimestamp = smallerSeen(minTimestamp, other.minTimestamp, kTimestampEpoch);
    minLocalDeletionTime =
        smallerSeen(minLocalDeletionTime, other.minLocalDeletionTime, kDeletionTimeEpoch);
    minTtl = smallerSeen(minTtl, other.minTtl, 0);
}

void EncodingStatsCollector::addTimestamp(WriteTimestamp timestamp)
{
    m_minTimestamp = std::min(m_minTimestamp, timestamp.micros);
}

void EncodingStatsCollector::addDeletionTime(rows::LocalDeletionTime time)
{
    m_minDeletionTime = std::min(m_minDeletionTime, time);
}

void EncodingStatsCollector::addTtl(std::int32_t ttl)
{
    m_minTtl = std::min(m_minTtl, ttl);
}

void EncodingStatsCollector::add(const rows::DeletionTime& deletion)
{
    if (deletion.isLive())
        return;
    addTimestamp(deletion.markedForDeleteAt);
    addDeletionTime(deletion.localDeletionTime);
}

void EncodingStatsCollector::add(const rows::Row& row)
{
    if (!row.liveness.isEmpty()) {
        addTimestamp(row.liveness.timestamp);
        if (row.liveness.isExpiring()) {
            addTtl(row.liveness.ttl);
            addDeletionTime(row.liveness.expiresAt);
        }
    }
    add(row.deletion);
    for (const auto& complex : row.complexDeletions)
        add(complex.deletion);
    for (const auto& cell : row.cells) {
        addTimestamp(cell.timestamp);
        if (cell.isExpiring())
            addTtl(cell.ttl);
        if (cell.localDeletionTime != rows::kNoDeletionTime)
            addDeletionTime(cell.localDeletionTime);
    }
}

void EncodingStatsCollector::add(const rows::Unfiltered& unfiltered)
{
    if (unfiltered.kind == rows::Unfiltered::Kind::Row) {
        add(unfiltered.row);
    } else {
        add(unfiltered.marker.close);
        add(unfiltered.marker.open);
    }
}

void EncodingStatsCollector::add(const rows::Partition& partition)
{
    add(partition.deletion);
    add(partition.staticRow);
    for (const auto& unfiltered : partition.unfiltereds)
        add(unfiltered);
}

EncodingStats EncodingStatsCollector::get() const noexcept
{
    EncodingStats stats;
    if (m_minTimestamp != INT64_MAX)
        stats.minTimestamp = m_minTimestamp;
    if (m_minDeletionTime != INT64_MAX)
        stats.minLocalDeletionTime = m_minDeletionTime;
    if (m_minTtl != INT32_MAX)
        stats.minTtl = m_minTtl;
    return stats;
}

} // namespace engine::sstable
