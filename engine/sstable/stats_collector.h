#pragma once

#include "engine/rows/row.h"
#include "engine/schema/table.h"
#include "engine/sstable/statistics.h"

namespace engine::sstable {

/// Gathers Statistics.db's numbers from what is written (MetadataCollector).
class StatsCollector {
public:
    explicit StatsCollector(const schema::Table& table) : m_table(table) {}

    void startPartition(ByteView key, const rows::DeletionTime& deletion);
    void add(const rows::Row& row, bool isStatic);
    void add(const rows::RangeTombstoneMarker& marker);
    void endPartition(std::uint64_t bytes);

    /// The numbers; what does not come from data is left for the caller to fill in.
    [[nodiscard]] StatsMetadata take();
    /// The same of the partitions so far, between two of them.
    [[nodiscard]] StatsMetadata soFar() const;
    [[nodiscard]] HyperLogLog& cardinality() noexcept { return m_cardinality; }

private:
    void complete(StatsMetadata& stats) const;
    void timestamp(WriteTimestamp timestamp);
    void deletionTime(rows::LocalDeletionTime time);
    void ttl(std::int32_t ttl);
    void deletion(const rows::DeletionTime& deletion);
    struct Edge {
        bool set = false;
        rows::BoundKind kind = rows::BoundKind::Clustering;
        std::vector<Bytes> values;
        std::vector<ByteView> views;
        void take(rows::BoundKind newKind, std::span<const ByteView> newValues);
        void takeIf(bool wanted, const Edge& from)
        {
            if (wanted)
                take(from.kind, from.views);
        }
    };
    void clustering(rows::BoundKind kind, std::span<const ByteView> values);
    [[nodiscard]] int compare(const Edge& a, const Edge& b) const noexcept;

    const schema::Table& m_table;
    StatsMetadata m_stats;
    HyperLogLog m_cardinality;
    std::int64_t m_cells = 0;
    std::int32_t m_minTtl = INT32_MAX;
    Edge m_first; ///< of the partition; rows come in order, so only its ends are compared
    Edge m_last;
    Edge m_min;
    Edge m_max;
};

/// MurmurHash2 64A with Cassandra's sign extension (MurmurHash.hash2_64): the cardinality's hash.
[[nodiscard]] std::uint64_t murmur2(ByteView bytes) noexcept;

} // namespace engine::sstable
