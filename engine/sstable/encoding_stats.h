#pragma once

#include "engine/rows/partition.h"

#include <cstdint>

namespace engine::sstable {

/// The smallest timestamp, local deletion time and TTL of what is about to be written; the row
/// encoding stores differences to them (Cassandra's EncodingStats). Smaller values than the data's
/// are fine (the default is), only the file gets larger; a greater deletion time or TTL makes the
/// writer fail.
struct EncodingStats {
    /// Cassandra's epoch: 2015-09-22T00:00Z, the value for "none seen".
    static constexpr std::int64_t kTimestampEpoch = 1442880000000000;
    static constexpr std::int64_t kDeletionTimeEpoch = 1442880000;

    std::int64_t minTimestamp = kTimestampEpoch;            ///< microseconds
    std::int64_t minLocalDeletionTime = kDeletionTimeEpoch; ///< seconds
    std::int32_t minTtl = 0;

    /// The smaller of each, where "none seen" yields to a value (EncodingStats.mergeWith).
    void merge(const EncodingStats& other);
    friend bool operator==(const EncodingStats&, const EncodingStats&) = default;
};

/// Collects EncodingStats while data arrives; a memtable keeps one.
class EncodingStatsCollector {
public:
    void add(const rows::Partition& partition);
    void add(const rows::Unfiltered& unfiltered);
    void add(const rows::Row& row);
    void add(const rows::DeletionTime& deletion);
    [[nodiscard]] EncodingStats get() const noexcept;

private:
    void addTimestamp(WriteTimestamp timestamp);
    void addDeletionTime(rows::LocalDeletionTime time);
    void addTtl(std::int32_t ttl);

    std::int64_t m_minTimestamp = INT64_MAX;
    std::int64_t m_minDeletionTime = INT64_MAX;
    std::int32_t m_minTtl = INT32_MAX;
};

} // namespace engine::sstable
