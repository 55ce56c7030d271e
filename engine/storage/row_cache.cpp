#include "engine/storage/row_cache.h"

#include <charconv>
#include <utility>

namespace engine::storage {

namespace {

/// A partition that takes more than this share of the cache is not kept.
constexpr std::uint64_t kPartitionShare = 4;

} // namespace

RowCache::RowCache(std::uint64_t bytesMax, StoreMetrics& metrics)
    : m_bytesMax(bytesMax), m_metrics(metrics)
{
    m_metrics.rowCacheCapacity = bytesMax;
}

void RowCache::setCapacity(std::uint64_t bytes)
{
    m_bytesMax = bytes;
    m_metrics.rowCacheCapacity = bytes;
    if (bytes == 0)
        clear();
    shrink();
}

RowCache::Entries::iterator RowCache::at(const schema::TableId& table, const sstable::KeyHash& key)
{
    const auto found = m_byPlace.find({table, key.hash});
    return found == m_byPlace.end() || found->second->key != key.key ? m_entries.end()
                                                                     : found->second;
}

const CachedRows* RowCache::find(const schema::TableId& table, const sstable::KeyHash& key)
{
    const auto entry = at(table, key);
    if (entry == m_entries.end() || entry->ticket != 0)
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, entry);
    return &entry->rows;
}

std::uint64_t RowCache::reserve(const schema::TableId& table, const sstable::KeyHash& key)
{
    const Place place{table, key.hash};
    if (m_byPlace.contains(place))
        return 0;
    m_entries.push_front({place, Bytes{key.key}, ++m_lastTicket, {}, 0});
    m_byPlace.emplace(place, m_entries.begin());
    return m_lastTicket;
}

void RowCache::fill(std::uint64_t ticket, const schema::TableId& table, const sstable::KeyHash& key,
                    CachedRows rows)
{
    const auto entry = at(table, key);
    if (ticket == 0 || entry == m_entries.end() || entry->ticket != ticket)
        return;
    const std::uint64_t bytes =
        sizeof(Entry) + entry->key.size() + sizeof(Memtable) + rows.rows->bytes();
    if (bytes > m_bytesMax / kPartitionShare) {
        erase(entry);
        return;
    }
    entry->ticket = 0;
    entry->rows = std::move(rows);
    entry->bytes = bytes;
    m_metrics.rowCacheBytes += bytes;
    ++m_metrics.rowCacheEntries;
    m_entries.splice(m_entries.begin(), m_entries, entry);
    shrink();
}

void RowCache::release(std::uint64_t ticket, const schema::TableId& table,
                       const sstable::KeyHash& key)
{
    const auto entry = at(table, key);
    if (ticket != 0 && entry != m_entries.end() && entry->ticket == ticket)
        erase(entry);
}

void RowCache::erase(Entries::iterator entry)
{
    if (entry->ticket == 0) {
        m_metrics.rowCacheBytes -= entry->bytes;
        --m_metrics.rowCacheEntries;
    }
    m_byPlace.erase(entry->place);
    m_entries.erase(entry);
}

void RowCache::shrink()
{
    for (auto last = m_entries.end(); m_metrics.rowCacheBytes > m_bytesMax;) {
        --last;
        if (last->ticket == 0)
            erase(std::exchange(last, std::next(last)));
    }
}

void RowCache::invalidate(const schema::TableId& table, const sstable::KeyHash& key)
{
    if (const auto entry = at(table, key); entry != m_entries.end())
        erase(entry);
}

void RowCache::invalidate(const schema::TableId& table)
{
    for (auto entry = m_entries.begin(); entry != m_entries.end();) {
        const auto next = std::next(entry);
        if (entry->place.table == table)
            erase(entry);
        entry = next;
    }
}

void RowCache::clear()
{
    m_byPlace.clear();
    m_entries.clear();
    m_metrics.rowCacheBytes = 0;
    m_metrics.rowCacheEntries = 0;
}

std::vector<std::pair<schema::TableId, Bytes>> RowCache::keys(std::size_t count) const
{
    std::vector<std::pair<schema::TableId, Bytes>> keys;
    for (const Entry& entry : m_entries) {
        if (keys.size() == count)
            break;
        if (entry.ticket == 0)
            keys.emplace_back(entry.place.table, entry.key);
    }
    return keys;
}

std::uint32_t rowsToCache(const schema::Table& table)
{
    const auto& caching = table.params().caching;
    const auto at = caching.find("rows_per_partition");
    if (at == caching.end() || at->second == "NONE")
        return 0;
    if (at->second == "ALL")
        return UINT32_MAX;
    std::uint32_t rows = 0;
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), rows);
    // A partition without clusterings has one row.
    return rows > 0 && table.clustering().empty() ? UINT32_MAX : rows;
}

bool cachesKeys(const schema::Table& table)
{
    const auto& caching = table.params().caching;
    const auto at = caching.find("keys");
    return at == caching.end() || at->second != "NONE";
}

} // namespace engine::storage
