#pragma once

#include "engine/base/time.h"
#include "engine/base/uuid.h"

#include <chrono>
#include <cstdint>
#include <string>

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

/// The part of cassandra.yaml that storage understands, with its defaults scaled to a laptop.
struct StoreOptions {
    std::string dataFolder;      ///< data_file_directories[0]; absolute
    std::string commitLogFolder; ///< commitlog_directory; absolute
    CommitLogSync commitLogSync = CommitLogSync::Periodic;
    Duration commitLogSyncPeriod = std::chrono::seconds{10};
    Duration commitLogGroupWindow = std::chrono::milliseconds{10};
    std::uint32_t commitLogSegmentBytes = 32u << 20;  ///< also the limit of a record, halved
    std::uint64_t commitLogTotalBytes = 512ull << 20; ///< beyond it the oldest tables are flushed
    /// Start although a synced part of the commit log is damaged, without what cannot be read.
    bool ignoreCommitLogErrors = false;
    std::uint64_t memtableBytes = 64ull << 20;   ///< all tables; writes wait beyond it
    std::uint64_t chunkCacheBytes = 32ull << 20; ///< file_cache_size
    std::uint64_t keyCacheBytes = 8ull << 20;    ///< key_cache_size; 0: none
    std::uint32_t concurrentCompactors = 1;
    std::uint64_t compactionBytesPerSecond = 64ull << 20; ///< compaction_throughput; 0: unlimited
    std::string sstableVersion = "nb"; ///< that new SSTables are written as: nb or oa
    bool autoCompaction = true;
    bool autoSnapshot = true;    ///< before TRUNCATE and DROP TABLE
    Uuid hostId;                 ///< written to SSTables as their origin; zero: not known yet
    EventSink* events = nullptr; ///< outlives the store; nullptr: nobody watches
};

} // namespace engine::storage
