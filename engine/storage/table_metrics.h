#pragma once

#include "engine/base/time.h"
#include "engine/schema/table.h"
#include "engine/sstable/histograms.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::storage {

/// How long operations took, in microseconds, as tablestats and tablehistograms show it.
struct LatencyMetric {
    std::uint64_t count = 0;
    std::uint64_t timed = 0; ///< those of them that the rest is about
    std::uint64_t totalMicros = 0;
    sstable::EstimatedHistogram histogram{90}; ///< up to about 20 s

    void add(Duration took);
    void addUntimed() noexcept { ++count; }
    /// For what takes about as long as looking at the clock twice: whether the next one is to be
    /// timed. The first are, then each sixteenth.
    [[nodiscard]] bool wantsTime() const noexcept { return count < 64 || count % 16 == 0; }
    /// Mean in microseconds; 0 without any.
    [[nodiscard]] double meanMicros() const noexcept
    {
        return timed == 0 ? 0.0 : static_cast<double>(totalMicros) / static_cast<double>(timed);
    }
};

/// Counters of one table since the start of the node, and its sizes now (nodetool tablestats).
/// Kept current by LocalStore; node thread.
struct TableMetrics {
    schema::TableId id;
    std::string keyspace;
    std::string name;

    LatencyMetric reads;      ///< of one partition
    LatencyMetric rangeReads; ///< of ranges
    LatencyMetric writes;     ///< into log and memtable, a sample of them timed
    std::uint64_t sstableCount = 0;
    std::uint64_t liveDiskBytes = 0;
    std::uint64_t uncompressedBytes = 0;   ///< of Data.db
    std::uint64_t estimatedPartitions = 0; ///< SSTables and memtable; counted twice if in both
    // Memory, with that of what compactions show before their end:
    std::uint64_t bloomFilterBytes = 0;
    std::uint64_t indexSummaryBytes = 0; ///< of BTI tables their tries
    std::uint64_t chunkTableBytes = 0;   ///< where the chunks of Data.db begin
    std::uint64_t memtableBytes = 0;
    std::uint64_t memtableRows = 0;
    std::uint64_t memtablePartitions = 0;
    std::uint64_t memtableSwitches = 0;
    std::uint64_t pendingFlushes = 0;
    std::uint64_t bytesFlushed = 0;
    std::uint64_t compactions = 0;
    std::uint64_t bytesCompacted = 0;
    std::uint64_t earlyOpenings = 0; ///< how often reads were moved to what a compaction has so far
    std::uint64_t bloomFalsePositives = 0; ///< the filter said yes, the index no
    std::uint64_t bloomTruePositives = 0;
    std::uint64_t bloomTrueNegatives = 0;
    std::uint64_t tombstonesScanned = 0;
    std::uint64_t liveRowsScanned = 0;
    std::uint64_t sstablesPerRead = 0; ///< sum over single-partition reads
    std::uint64_t rowCacheHits = 0;
    std::uint64_t rowCacheMisses = 0;
    std::uint64_t rowCacheOutOfRange = 0; ///< it was there, but did not reach as far as the read
};

/// Counters of the whole store.
struct StoreMetrics {
    std::uint64_t commitLogBytes = 0; ///< of all segments on disk
    std::uint64_t commitLogSegments = 0;
    std::uint64_t commitLogPendingBytes = 0; ///< not yet given to the kernel
    std::uint64_t commitLogWrites = 0;       ///< turns, each one write
    std::uint64_t commitLogRecords = 0;
    std::uint64_t commitLogSyncs = 0;
    std::uint64_t commitLogLags = 0;     ///< turns whose answers waited for a slow disk
    std::uint64_t commitLogRecycled = 0; ///< segments in the files of earlier ones
    std::uint64_t commitLogArchived = 0; ///< segments that archive_command took
    std::uint64_t commitLogFailures = 0; ///< writes and syncs that failed
    std::uint64_t replayedRecords = 0;
    std::uint64_t recordsPastRestorePoint = 0; ///< left out by restore_point_in_time
    std::uint64_t memtableBytes = 0;
    std::uint64_t chunkCacheBytes = 0;
    std::uint64_t chunkCacheHits = 0;
    std::uint64_t chunkCacheMisses = 0;
    std::uint64_t keyCacheBytes = 0;
    std::uint64_t keyCacheEntries = 0;
    std::uint64_t keyCacheHits = 0;
    std::uint64_t keyCacheMisses = 0;
    std::uint64_t keyCacheCapacity = 0;
    std::uint64_t rowCacheCapacity = 0;
    std::uint64_t rowCacheBytes = 0;
    std::uint64_t rowCacheEntries = 0;
    std::uint64_t rowCacheHits = 0;
    std::uint64_t rowCacheMisses = 0;
    std::uint64_t indexSummaryBytes = 0; ///< with what compactions show before their end
    std::uint64_t writesWaiting = 0;     ///< under memory pressure
    std::uint64_t writesRefused = 0;     ///< because they, or too many, have waited
};

/// One compaction, for compactionstats.
struct CompactionInfo {
    std::string id; ///< a uuid
    std::string keyspace;
    std::string table;
    std::string kind = "Compaction";
    std::uint64_t bytesDone = 0;
    std::uint64_t bytesTotal = 0;
};

/// A compaction that is over, as system.compaction_history has it.
struct CompactionRecord {
    std::string id; ///< a uuid
    std::string keyspace;
    std::string table;
    std::string kind;
    WallTime endedAt;
    std::uint64_t bytesIn = 0; ///< on disk
    std::uint64_t bytesOut = 0;
    /// [n - 1]: partitions that were in n of the inputs.
    std::vector<std::uint64_t> partitionsMerged;
};

} // namespace engine::storage
