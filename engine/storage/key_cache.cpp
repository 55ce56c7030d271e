#include "engine/storage/key_cache.h"

#include <algorithm>
#include <utility>

namespace engine::storage {

namespace {

constexpr std::size_t kPlacesFirst = 256;
constexpr std::size_t kWays = 8; ///< places of a set
/// A partition with a row index larger than this share of the cache is not kept.
constexpr std::uint64_t kIndexShare = 16;

std::uint64_t indexBytesOf(const sstable::PartitionEntry& entry)
{
    return entry.rowIndex ? entry.rowIndex->memoryBytes() : 0;
}

} // namespace

KeyCache::KeyCache(std::uint64_t bytesMax, StoreMetrics& metrics)
    : m_bytesMax(bytesMax), m_metrics(metrics)
{
    m_metrics.keyCacheCapacity = bytesMax;
}

void KeyCache::clear()
{
    m_places.clear();
    m_used = 0;
    m_indexBytes = 0;
    noteSize();
}

void KeyCache::setCapacity(std::uint64_t bytes)
{
    if (bytes < m_places.size() * sizeof(Place) + m_indexBytes)
        clear();
    m_bytesMax = bytes;
    m_metrics.keyCacheCapacity = bytes;
}

std::span<KeyCache::Place> KeyCache::setOf(std::uint64_t file, const sstable::KeyHash& key)
{
    const std::uint64_t mixed = key.hash[1] ^ (file * 0x9e3779b97f4a7c15ULL);
    const std::size_t first = static_cast<std::size_t>(mixed) & (m_places.size() - kWays);
    return std::span{m_places}.subspan(first, kWays);
}

/// The place of the entry, moved one to the front of its set; nullptr if it is not here.
KeyCache::Place* KeyCache::placeOf(std::uint64_t file, const sstable::KeyHash& key)
{
    if (m_places.empty())
        return nullptr;
    const auto set = setOf(file, key);
    const auto found = std::find_if(set.begin(), set.end(), [&](const Place& place) {
        return place.file == file && place.hash == key.hash;
    });
    if (found == set.end())
        return nullptr;
    if (found == set.begin())
        return &*found;
    std::swap(*found, *(found - 1));
    return &*(found - 1);
}

const sstable::PartitionEntry* KeyCache::find(std::uint64_t file, const sstable::KeyHash& key)
{
    const Place* const place = placeOf(file, key);
    ++(place ? m_metrics.keyCacheHits : m_metrics.keyCacheMisses);
    return place ? &place->entry : nullptr;
}

void KeyCache::learn(std::uint64_t file, const sstable::KeyHash& key,
                     std::shared_ptr<const sstable::RowIndex> index)
{
    Place* const place = placeOf(file, key);
    if (!place || place->entry.rowIndex || m_indexBytes + index->memoryBytes() > m_bytesMax / 2)
        return;
    m_indexBytes += index->memoryBytes();
    place->entry.rowIndex = std::move(index);
    noteSize();
}

void KeyCache::insert(std::uint64_t file, const sstable::KeyHash& key,
                      const sstable::PartitionEntry& entry)
{
    const std::uint64_t indexBytes = indexBytesOf(entry);
    if (indexBytes > m_bytesMax / kIndexShare)
        return;
    if (m_used * 2 >= m_places.size())
        grow();
    if (m_places.empty())
        return;
    if (m_places.size() * sizeof(Place) + m_indexBytes + indexBytes > m_bytesMax) {
        // Full of row indexes, perhaps of tables that are gone: begin anew.
        m_places.assign(m_places.size(), Place{});
        m_used = 0;
        m_indexBytes = 0;
    }
    put({file, key.hash, entry});
    noteSize();
}

void KeyCache::put(Place&& place)
{
    sstable::KeyHash key;
    key.hash = place.hash;
    const auto set = setOf(place.file, key);
    // The first that is empty or has the key already, else the last.
    const auto to = std::find_if(set.begin(), set.end() - 1, [&place](const Place& one) {
        return one.file == 0 || (one.file == place.file && one.hash == place.hash);
    });
    if (to->file != 0)
        m_indexBytes -= indexBytesOf(to->entry);
    else
        ++m_used;
    m_indexBytes += indexBytesOf(place.entry);
    *to = std::move(place);
}

void KeyCache::grow()
{
    const std::size_t larger = m_places.empty() ? kPlacesFirst : m_places.size() * 2;
    if (larger * sizeof(Place) > m_bytesMax / 4 * 3) // the rest is for row indexes
        return;
    auto before = std::exchange(m_places, std::vector<Place>(larger));
    m_used = 0;
    m_indexBytes = 0;
    for (Place& place : before) {
        if (place.file != 0)
            put(std::move(place));
    }
}

void KeyCache::noteSize()
{
    m_metrics.keyCacheBytes = m_places.size() * sizeof(Place) + m_indexBytes;
    m_metrics.keyCacheEntries = m_used;
}

} // namespace engine::storage
