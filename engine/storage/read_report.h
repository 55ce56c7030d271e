#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace engine::storage {

/// What a read did with one SSTable.
enum class TableOutcome : std::uint8_t {
    OutsideKeys,   ///< the key is not between its first and its last one
    BloomFilter,   ///< the bloom filter says that the key is not there
    FalsePositive, ///< the bloom filter let it pass, the index does not have the key
    OutsideRows,   ///< its least and greatest clustering say that no row of the slices is there
    Shadowed,      ///< all it has is older than a deletion of the whole partition
    DeletionOnly,  ///< no row of the slices is there, but a deletion of the whole partition
    Read,
};

/// What the row cache had of a single partition.
enum class RowCacheOutcome : std::uint8_t { NotAsked, Hit, Miss, OutOfRange };

/// Counts of the chunks that one read asked for.
struct ChunkUse {
    std::uint64_t cacheHits = 0;
    std::uint64_t kernelReads = 0; ///< at once, from the kernel's memory
    std::uint64_t poolReads = 0;   ///< with the pool's help, read-ahead among them
    std::uint64_t bytesRead = 0;   ///< uncompressed, of both
};

/// What one read of the local data touched. Made only for traced reads; a value.
struct ReadReport {
    struct Table {
        std::string generation;
        TableOutcome outcome = TableOutcome::Read;
        bool keyCacheHit = false;
        std::uint32_t indexBlocks = 0; ///< of the partition's row index; 0: it has none
    };
    std::vector<Table> tables; ///< of a single partition, in the order of asking
    RowCacheOutcome rowCache = RowCacheOutcome::NotAsked;
    std::uint64_t tablesScanned = 0;     ///< of a range
    std::uint64_t memtables = 0;         ///< that have anything
    std::uint64_t memtablesWithRows = 0; ///< of a single partition
    ChunkUse chunks;
    std::uint64_t liveRows = 0;
    std::uint64_t tombstones = 0;

    [[nodiscard]] std::uint64_t count(TableOutcome outcome) const;
};

} // namespace engine::storage
