#pragma once

#include "engine/sstable/chunks.h"
#include "engine/storage/read_report.h"
#include "engine/storage/table_metrics.h"

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

namespace engine::storage {

/// The node's cache of uncompressed chunks of all its SSTables: least recently used goes first.
/// Node thread only.
class ChunkCache {
public:
    ChunkCache(std::uint64_t bytesMax, StoreMetrics& metrics)
        : m_bytesMax(bytesMax), m_metrics(metrics)
    {
    }

    /// nullptr if it is not here.
    [[nodiscard]] sstable::ChunkPtr find(std::uint64_t file, std::uint64_t index);
    /// A chunk that may grow is not kept.
    void insert(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk);
    void clear();

private:
    struct Key {
        std::uint64_t file;
        std::uint64_t index;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHasher {
        std::size_t operator()(const Key& key) const noexcept
        {
            return static_cast<std::size_t>((key.file * 0x9e3779b97f4a7c15ULL) ^
                                            (key.index * 0xc2b2ae3d27d4eb4fULL));
        }
    };
    struct Entry {
        Key key;
        sstable::ChunkPtr chunk;
    };

    std::uint64_t m_bytesMax;
    std::uint64_t m_bytes = 0;
    StoreMetrics& m_metrics;
    std::list<Entry> m_entries;                                             ///< newest first
    std::unordered_map<Key, std::list<Entry>::iterator, KeyHasher> m_byKey; ///< looked up only
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
