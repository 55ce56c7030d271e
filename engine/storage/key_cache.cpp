#include "engine/storage/key_cache.h"

#include <utility>

namespace engine::storage {

namespace {

constexpr std::size_t kPlacesFirst = 256;
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

KeyCache::Place* KeyCache::pairOf(std::uint64_t file, const sstable::KeyHash& key)
{
    const std::uint64_t mixed = key.hash[1] ^ (file * 0x9e3779b97f4a7c15ULL);
    return &m_places[static_cast<std::size_t>(mixed) & (m_places.size() - 2)];
}

/// The place of the entry, the first of its pair; nullptr if it is not here.
KeyCache::Place* KeyCache::placeOf(std::uint64_t file, const sstable::KeyHash& key)
{
    if (m_places.empty())
        return nullptr;
    Place* const pair = pairOf(file, key);
    for (Place* place : {pair, pair + 1}) {
        if (place->file != file || place->hash != key.hash)
            continue;
        if (place != pair)
            std::swap(*place, *pair);
        return pair;
    }
    return nullptr;
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
    Place* const pair = pairOf(place.file, key);
    if (pair[1].file != 0)
        m_indexBytes -= indexBytesOf(pair[1].entry);
    else
        ++m_used; // whichever of the two was empty
    m_indexBytes += indexBytesOf(place.entry);
    pair[1] = std::move(pair[0]);
    pair[0] = std::move(place);
}

void KeyCache::grow()
{
    const std::size_t larger = m_places.empty() ? kPlacesFirst : m_places.size() * 2;
    if (larger * sizeof(Place) > m_bytesMax / 4 * 3) // the rest is for row indexes
        return;
    auto before = std::exchange(m_places, std::vector<Place>(larger));
    m_used = 0;
    m_indexBytes = 0;
    // The second of each pair first, so that it stays second.
    for (std::size_t i = before.size(); i > 0; --i) {
        if (Place& place = before[i - 1]; place.file != 0)
            put(std::move(place));
    }
}

void KeyCache::noteSize()
{
    m_metrics.keyCacheBytes = m_places.size() * sizeof(Place) + m_indexBytes;
    m_metrics.keyCacheEntries = m_used;
}

} // namespace engine::storage
