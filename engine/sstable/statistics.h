#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/rows/row.h"
#include "engine/sstable/histograms.h"
#include "engine/sstable/serialization_header.h"
#include "engine/sstable/version.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace engine::sstable {

/// A position in the commit log: segment id and offset (CommitLogPosition).
struct CommitLogPosition {
    std::int64_t segment = -1;
    std::int32_t offset = 0;
    friend auto operator<=>(const CommitLogPosition&, const CommitLogPosition&) = default;
};
/// What is in the table of the commit log: from, exclusive, to, inclusive.
struct CommitLogInterval {
    CommitLogPosition start;
    CommitLogPosition end;
    friend bool operator==(const CommitLogInterval&, const CommitLogInterval&) = default;
};

/// Statistics.db, "stats" (StatsMetadata). Deletion times are seconds; "none" is
/// rows::kNoDeletionTime, whatever the version stores for it.
struct StatsMetadata {
    EstimatedHistogram partitionSizes = EstimatedHistogram::forPartitionSizes();
    EstimatedHistogram cellsPerPartition = EstimatedHistogram::forCellCounts();
    CommitLogPosition commitLogUpperBound; ///< of the last interval
    std::int64_t minTimestamp = INT64_MAX;
    std::int64_t maxTimestamp = INT64_MIN;
    rows::LocalDeletionTime minLocalDeletionTime = rows::kNoDeletionTime;
    rows::LocalDeletionTime maxLocalDeletionTime = 0;
    std::int32_t minTtl = 0;
    std::int32_t maxTtl = 0;
    double compressionRatio = -1.0; ///< -1: not compressed
    TombstoneHistogram tombstoneDropTimes;
    std::int32_t level = 0;      ///< of LeveledCompactionStrategy
    std::int64_t repairedAt = 0; ///< 0: not repaired
    /// The least and the greatest clustering, or bound of a range tombstone (then perhaps fewer
    /// values than clustering columns).
    std::vector<Bytes> minClustering;
    std::vector<Bytes> maxClustering;
    /// What the two are; stored since `oa`.
    rows::BoundKind minKind = rows::BoundKind::InclusiveStart;
    rows::BoundKind maxKind = rows::BoundKind::InclusiveEnd;
    bool hasLegacyCounterShards = false;
    std::uint64_t totalColumns = 0;
    std::uint64_t totalRows = 0;
    std::vector<CommitLogInterval> commitLogIntervals;
    std::optional<Uuid> pendingRepair;
    bool isTransient = false;
    std::optional<Uuid> originatingHost;
    // Since `oa`:
    bool hasPartitionDeletions = false;
    Bytes firstKey;
    Bytes lastKey;
    /// The share of the ring that the keys span, of what the node owns; not a number: not known.
    double tokenSpaceCoverage = std::numeric_limits<double>::quiet_NaN();

    /// The share of tombstones that may be dropped at `gcBefore` (seconds) among all columns.
    [[nodiscard]] double droppableTombstoneRatio(std::int64_t gcBefore) const;
};

/// Statistics.db: four parts behind a table of contents, each with a CRC.
struct Statistics {
    std::string partitioner; ///< class name
    double bloomFilterFpChance = 0.01;
    HyperLogLog cardinality; ///< of partition keys
    StatsMetadata stats;
    SerializationHeader header;

    [[nodiscard]] Bytes encode(const VersionTraits& version) const;
    /// Corrupt, with the place, on any damage.
    [[nodiscard]] static Result<Statistics> decode(const VersionTraits& version, ByteView bytes);
};

} // namespace engine::sstable
