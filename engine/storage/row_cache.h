#pragma once

#include "engine/schema/table.h"
#include "engine/sstable/key_order.h"
#include "engine/storage/memtable.h"
#include "engine/storage/table_metrics.h"

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

namespace engine::storage {

/// A partition of the row cache: its rows as read from memtables and SSTables together, with
/// tombstones, as a memtable that nobody writes to.
struct CachedRows {
    std::shared_ptr<const Memtable> rows;
    bool isWhole = false; ///< else its first rows only
};

/// The node's row cache (CacheService.rowCache): partitions of tables whose option caching names
/// rows_per_partition, least recently used goes first. A write removes its partition.
///
/// Whoever reads a partition in order to put it here reserves its place first; a write that comes
/// meanwhile takes the reservation away, so that nothing old is ever kept (RowCacheSentinel).
/// Node thread only.
class RowCache {
public:
    RowCache(std::uint64_t bytesMax, StoreMetrics& metrics);

    [[nodiscard]] bool isOn() const noexcept { return m_bytesMax > 0; }
    [[nodiscard]] std::uint64_t capacity() const noexcept { return m_bytesMax; }
    /// What is beyond it goes; 0: off.
    void setCapacity(std::uint64_t bytes);

    /// nullptr if it is not here; good until the next call.
    [[nodiscard]] const CachedRows* find(const schema::TableId& table, const sstable::KeyHash& key);
    /// 0 if somebody else has reserved it.
    [[nodiscard]] std::uint64_t reserve(const schema::TableId& table, const sstable::KeyHash& key);
    /// Puts `rows` into the place reserved as `ticket`, if it still is.
    void fill(std::uint64_t ticket, const schema::TableId& table, const sstable::KeyHash& key,
              CachedRows rows);
    /// The reservation has come to nothing.
    void release(std::uint64_t ticket, const schema::TableId& table, const sstable::KeyHash& key);

    void invalidate(const schema::TableId& table, const sstable::KeyHash& key);
    void invalidate(const schema::TableId& table);
    void clear();

    /// Keys of cached partitions, the one used last first; at most `count`.
    [[nodiscard]] std::vector<std::pair<schema::TableId, Bytes>> keys(std::size_t count) const;

private:
    struct Place {
        schema::TableId table;
        std::array<std::uint64_t, 2> hash;
        friend bool operator==(const Place&, const Place&) = default;
    };
    struct PlaceHasher {
        std::size_t operator()(const Place& place) const noexcept
        {
            return static_cast<std::size_t>(place.hash[0] ^
                                            std::hash<schema::TableId>{}(place.table));
        }
    };
    struct Entry {
        Place place;
        Bytes key;
        std::uint64_t ticket = 0; ///< not 0: reserved
        CachedRows rows;
        std::uint64_t bytes = 0;
    };
    using Entries = std::list<Entry>;
    [[nodiscard]] Entries::iterator at(const schema::TableId& table, const sstable::KeyHash& key);
    void erase(Entries::iterator entry);
    void shrink();

    std::uint64_t m_bytesMax;
    StoreMetrics& m_metrics;
    std::uint64_t m_lastTicket = 0;
    Entries m_entries;                                                   ///< newest first
    std::unordered_map<Place, Entries::iterator, PlaceHasher> m_byPlace; ///< looked up only
};

/// How many rows of each partition of `table` the row cache keeps: 0 for none, UINT32_MAX for all.
[[nodiscard]] std::uint32_t rowsToCache(const schema::Table& table);
/// caching = {'keys': …}
[[nodiscard]] bool cachesKeys(const schema::Table& table);

} // namespace engine::storage
