#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <map>
#include <vector>

namespace engine::sstable {

/// Counts in buckets that grow by a fifth (Cassandra's EstimatedHistogram). Bucket 0 counts
/// values up to offsets[0]; the last counts what is greater than the last offset.
class EstimatedHistogram {
public:
    /// 150 buckets with the zero bucket's place left out, as for partition sizes in bytes.
    [[nodiscard]] static EstimatedHistogram forPartitionSizes();
    /// 118 buckets, for cells a partition.
    [[nodiscard]] static EstimatedHistogram forCellCounts();

    EstimatedHistogram() = default;
    explicit EstimatedHistogram(std::size_t buckets);

    void add(std::int64_t value);
    [[nodiscard]] std::uint64_t count() const noexcept;
    /// The bucket limit below which `percentile` (0..1) of the values lie; 0 when empty.
    [[nodiscard]] std::int64_t percentile(double percentile) const;
    [[nodiscard]] std::int64_t min() const;
    [[nodiscard]] std::int64_t max() const;
    [[nodiscard]] std::int64_t mean() const;

    [[nodiscard]] const std::vector<std::int64_t>& offsets() const noexcept { return m_offsets; }
    [[nodiscard]] const std::vector<std::int64_t>& counts() const noexcept { return m_counts; }

    void encode(ByteWriter& out) const;
    [[nodiscard]] static Result<EstimatedHistogram> decode(ByteReader& in);
    friend bool operator==(const EstimatedHistogram&, const EstimatedHistogram&) = default;

private:
    std::vector<std::int64_t> m_offsets;
    std::vector<std::int64_t> m_counts; ///< one more than offsets
};

/// How many cells and tombstones can be dropped from when on: at most 100 points in time, each
/// rounded up to a minute, neighbours merged by weight (StreamingTombstoneHistogramBuilder, after
/// Ben-Haim and Tom-Tov, "A Streaming Parallel Decision Tree Algorithm").
class TombstoneHistogram {
public:
    void add(std::int64_t seconds, std::uint32_t count = 1);
    /// The estimated number of points at or before `seconds`.
    [[nodiscard]] double sum(std::int64_t seconds) const;
    [[nodiscard]] const std::map<std::int64_t, std::uint64_t>& points() const;

    void encode(ByteWriter& out, bool unsignedDeletionTime) const;
    [[nodiscard]] static Result<TombstoneHistogram> decode(ByteReader& in,
                                                           bool unsignedDeletionTime);

private:
    void shrink(std::size_t size) const;

    static constexpr std::size_t kPointsMax = 100;
    static constexpr std::size_t kSpoolMax = 4096;
    mutable std::map<std::int64_t, std::uint64_t> m_points;
};

/// The number of distinct keys, estimated: HyperLogLog++ with precision 13 and sparse precision
/// 25, hashed and stored as stream-lib's HyperLogLogPlus, which Cassandra uses (Heule, Nunkesser,
/// Hall: "HyperLogLog in Practice").
class HyperLogLog {
public:
    /// Adds a key by its 64-bit hash, murmur2() (MetadataCollector.addKey).
    void add(std::uint64_t hash);
    [[nodiscard]] std::uint64_t estimate() const;
    void merge(const HyperLogLog& other);

    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static Result<HyperLogLog> decode(ByteView bytes);

private:
    static constexpr int kPrecision = 13;
    static constexpr int kSparsePrecision = 25;
    void addSparse(std::uint32_t encoded);
    void toDense();
    void flushPending() const;

    mutable std::vector<std::uint32_t> m_sparse; ///< sorted, one an index
    mutable std::vector<std::uint32_t> m_pending;
    std::vector<std::uint8_t> m_registers; ///< when not sparse: one a register
};

} // namespace engine::sstable
