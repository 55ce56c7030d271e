#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine {
class EventSink;
}

namespace engine::storage {

/// commitlog_sync. What an acknowledged write survives:
enum class CommitLogSync : std::uint8_t {
    Periodic, ///< SIGKILL of the node; power loss may take the last `period`
    Batch,    ///< power loss: acknowledged after fsync
    Group,    ///< the same, one fsync for all writes of a `groupWindow`
};

/// commit_failure_policy: what follows a write or fsync of the commit log that failed. A full disk
/// and a want of file handles are not among that: they refuse writes until they have passed.
enum class CommitFailurePolicy : std::uint8_t {
    Stop,       ///< no more writes; the node leaves gossip and closes its client transport
    StopCommit, ///< no more writes; reads go on
    Ignore,     ///< the writes concerned fail, the log goes on in a new segment
    Die,        ///< the process ends
};

/// disk_failure_policy: what follows an SSTable that is damaged or cannot be read. A full disk is
/// not among that, nor is a flush that fails: its memtable and commit log stay until it succeeds.
enum class DiskFailurePolicy : std::uint8_t {
    Die,          ///< the process ends
    StopParanoid, ///< the node leaves gossip and closes its client transport; does not start
    Stop,         ///< the same for I/O errors; damage fails the request alone, but not at start
    BestEffort,   ///< requests that need it fail; it starts without the SSTables it cannot open.
                  ///< Of several data folders, one with an I/O error is given up
    Ignore,       ///< as BestEffort
};

/// commitlog_archiving.properties. The functions run on the pool and may block.
struct CommitLogArchiving {
    /// Keeps a copy of an ended segment, by path and file name; until it succeeds the segment is
    /// not removed. Empty: nothing is archived.
    std::function<Result<void>(const std::string& path, const std::string& name)> archive;
    /// Brings an archived file back. Empty: nothing is restored.
    std::function<Result<void>(const std::string& from, const std::string& to)> restore;
    std::vector<std::string> restoreFolders; ///< whose segments are replayed at start, too
    /// Mutations with a later timestamp (microseconds since 1970) are not replayed.
    std::int64_t restoreUpToMicros = INT64_MAX;
};

/// The part of cassandra.yaml that storage understands, with its defaults scaled to a laptop.
struct StoreOptions {
    std::vector<std::string> dataFolders; ///< data_file_directories; absolute, at least one
    /// local_system_data_file_directory: for what the node cannot do without, on a disk that is
    /// safer than others; absolute, none of the above. Empty: the first of them.
    std::string systemFolder;
    std::string commitLogFolder; ///< commitlog_directory; absolute
    CommitLogSync commitLogSync = CommitLogSync::Periodic;
    Duration commitLogSyncPeriod = std::chrono::seconds{10};
    /// periodic_commitlog_sync_lag_block: writes are not answered while the oldest one that is not
    /// synced is older than the period and this. Negative: half the period.
    Duration commitLogSyncLag{-1};
    Duration commitLogGroupWindow = std::chrono::milliseconds{10};
    /// Every write of the log on its lane, as if the kernel were always slow to take bytes.
    bool commitLogOnLane = false;
    std::uint32_t commitLogSegmentBytes = 32u << 20;  ///< also the limit of a record, halved
    std::uint64_t commitLogTotalBytes = 512ull << 20; ///< beyond it the oldest tables are flushed
    /// commitlog_compression: "class" and its parameters; empty: none.
    std::map<std::string, std::string> commitLogCompression;
    CommitFailurePolicy commitFailurePolicy = CommitFailurePolicy::Stop;
    DiskFailurePolicy diskFailurePolicy = DiskFailurePolicy::Stop;
    CommitLogArchiving archiving;
    /// Start although a synced part of the commit log is damaged, without what cannot be read.
    bool ignoreCommitLogErrors = false;
    bool cdcEnabled = false;
    std::string cdcRawFolder; ///< cdc_raw_directory; absolute
    std::uint64_t cdcTotalBytes = 512ull << 20;
    bool cdcBlocksWrites = true; ///< cdc_block_writes; else the oldest segments there are removed
    Duration cdcCheckInterval = std::chrono::milliseconds{250};
    /// memtable_heap_space and memtable_offheap_space together: all tables; writes wait beyond it.
    std::uint64_t memtableBytes = 64ull << 20;
    std::uint32_t memtableFlushWriters = 1;
    /// memtable_cleanup_threshold: the largest memtable is flushed once what is not being flushed
    /// takes this share of memtableBytes. 0: 1 / (memtableFlushWriters + 1).
    double memtableCleanupThreshold = 0;
    /// A write that has waited for memory so long ends with Overloaded.
    Duration writeWaitMax = std::chrono::seconds{2};
    std::uint64_t chunkCacheBytes = 32ull << 20; ///< file_cache_size
    std::uint64_t keyCacheBytes = 8ull << 20;    ///< key_cache_size; 0: none
    std::uint64_t rowCacheBytes = 0;             ///< row_cache_size; 0: none
    std::string savedCachesFolder; ///< saved_caches_directory; empty: caches are not saved
    /// key_cache_save_period, row_cache_save_period: how often the caches are saved; zero: never
    /// but when the node is drained. keys_to_save: the first so many; 0: all.
    Duration keyCacheSavePeriod = std::chrono::hours{4};
    Duration rowCacheSavePeriod = Duration::zero();
    std::uint32_t keyCacheKeysToSave = 0;
    std::uint32_t rowCacheKeysToSave = 0;
    /// index_summary_capacity: of the summaries of all SSTables; beyond it the largest are sampled.
    std::uint64_t indexSummaryBytes = 16ull << 20;
    std::uint32_t concurrentCompactors = 1;
    std::uint64_t compactionBytesPerSecond = 64ull << 20; ///< compaction_throughput; 0: unlimited
    /// sstable_preemptive_open_interval: reads move over to what a compaction has written so far
    /// whenever about so much more has been (uncompressed). None: all at once, at its end.
    std::optional<std::uint64_t> earlyOpenBytes = 50ull << 20;
    std::string sstableVersion = "nb"; ///< that new SSTables are written as: nb or oa
    bool autoCompaction = true;
    bool autoSnapshot = true; ///< before TRUNCATE and DROP TABLE
    /// auto_snapshot_ttl: how long these stay; zero: until somebody removes them.
    Duration autoSnapshotTtl = Duration::zero();
    bool incrementalBackups = false; ///< incremental_backups
    Uuid hostId;                     ///< written to SSTables as their origin; zero: not known yet
    EventSink* events = nullptr;     ///< outlives the store; nullptr: nobody watches
};

} // namespace engine::storage
