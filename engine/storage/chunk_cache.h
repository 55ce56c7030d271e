#pragma once

#include "engine/sstable/chunks.h"
#include "engine/storage/read_report.h"
#include "engine/storage/table_metrics.h"

#include <cstdint>
#include <vector>

namespace engine::storage {

/// The node's cache of uncompressed chunks of all its SSTables. A hand goes round and takes the
/// chunks that nobody asked for since it passed them (CLOCK, Corbató 1968: a hit marks its entry
/// and moves nothing in memory, as a list in order of use would at every read). Node thread only.
class ChunkCache {
public:
    ChunkCache(std::uint64_t bytesMax, StoreMetrics& metrics);

    /// nullptr if it is not here.
    [[nodiscard]] sstable::ChunkPtr find(std::uint64_t file, std::uint64_t index);
    /// A chunk that may grow is not kept.
    void insert(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk);
    void clear();

private:
    using Number = std::uint32_t; ///< of an entry
    static constexpr Number kNone = UINT32_MAX;
    struct Entry {
        std::uint64_t file;
        std::uint64_t index;
        sstable::ChunkPtr chunk; ///< nullptr: free
        Number next;             ///< of its bucket, or of the free ones
        bool isUsed;             ///< since the hand passed
    };

    [[nodiscard]] Number& bucketOf(std::uint64_t file, std::uint64_t index) noexcept;
    [[nodiscard]] Number numberOf(std::uint64_t file, std::uint64_t index) noexcept;
    [[nodiscard]] Number freeEntry();
    void evictOne(Number spared);

    std::uint64_t m_bytesMax;
    std::uint64_t m_bytes = 0;
    StoreMetrics& m_metrics;
    std::vector<Entry> m_entries;
    std::vector<Number> m_buckets; ///< first entry of each; as many as there may be usual chunks
    Number m_firstFree = kNone;
    Number m_hand = 0;
};

/// The cache as a cursor sees it on the node thread: a chunk that is neither cached nor in the
/// kernel's memory is noted in missing() and the cursor told to come again.
class CachedChunks final : public sstable::ChunkSource {
public:
    explicit CachedChunks(ChunkCache& cache) : m_cache(cache) {}

    [[nodiscard]] Result<sstable::ChunkPtr> chunk(const sstable::ChunkFile& file,
                                                  std::uint64_t index) override;

    struct Missing {
        const sstable::ChunkFile* file = nullptr;
        std::uint64_t index = 0;
    };
    /// The chunk that was asked for last and is not in memory.
    [[nodiscard]] const Missing& missing() const noexcept { return m_missing; }
    /// Keeps a chunk for this read, so that a small cache cannot lose it before it is used.
    void supply(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk);
    [[nodiscard]] const ChunkUse& use() const noexcept { return m_use; }

private:
    struct Supplied {
        std::uint64_t file;
        std::uint64_t index;
        sstable::ChunkPtr chunk;
    };
    ChunkCache& m_cache;
    Missing m_missing;
    bool m_isAwaited = false; ///< the chunk that was missing has been asked for, and not got yet
    ChunkUse m_use;
    std::vector<Supplied> m_supplied;
};

} // namespace engine::storage
