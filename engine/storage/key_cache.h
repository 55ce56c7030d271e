#pragma once

#include "engine/sstable/key_order.h"
#include "engine/sstable/reader.h"
#include "engine/storage/table_metrics.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace engine::storage {

/// Where partitions lie in SSTables: spares the search through Index.db (KeyCache). Keys are known
/// by their 128-bit hash alone, so what is found is a hint: whoever opens the partition compares
/// its key. A table of sets of eight places, those used more lately further in front (of a table
/// that is half full, pairs would lose every twentieth key to its neighbours); it grows as it
/// fills, up to `bytesMax`. Node thread only.
class KeyCache {
public:
    KeyCache(std::uint64_t bytesMax, StoreMetrics& metrics);

    /// nullptr if it is not here; good until the next insert(). `file` as ChunkFile::id().
    [[nodiscard]] const sstable::PartitionEntry* find(std::uint64_t file,
                                                      const sstable::KeyHash& key);
    void insert(std::uint64_t file, const sstable::KeyHash& key,
                const sstable::PartitionEntry& entry);
    /// Adds a row index to an entry that is here, while row indexes have less than half of the
    /// room: what may push places of partitions out must come from Index.db.
    void learn(std::uint64_t file, const sstable::KeyHash& key,
               std::shared_ptr<const sstable::RowIndex> index);
    void clear();
    /// Begins anew if it was larger.
    void setCapacity(std::uint64_t bytes);
    /// Calls `visit(file, hash, entry)` for all, in the order of their places.
    template <class Visit>
    void forEach(Visit visit) const
    {
        for (const Place& place : m_places) {
            if (place.file != 0)
                visit(place.file, place.hash, place.entry);
        }
    }

private:
    struct Place {
        std::uint64_t file = 0; ///< 0: empty
        std::array<std::uint64_t, 2> hash{};
        sstable::PartitionEntry entry;
    };
    [[nodiscard]] Place* placeOf(std::uint64_t file, const sstable::KeyHash& key);
    [[nodiscard]] std::span<Place> setOf(std::uint64_t file, const sstable::KeyHash& key);
    void put(Place&& place);
    void grow();
    void noteSize();

    std::uint64_t m_bytesMax;
    StoreMetrics& m_metrics;
    std::vector<Place> m_places; ///< none, or a power of two
    std::size_t m_used = 0;
    std::uint64_t m_indexBytes = 0; ///< of the row indexes
};

} // namespace engine::storage
