#include "engine/storage/chunk_cache.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace engine::storage {

namespace {
constexpr std::size_t kSuppliedMax = 16;
/// chunk_length_in_kb as it is by default.
constexpr std::uint64_t kUsualChunkBytes = 16 * 1024;
} // namespace

ChunkCache::ChunkCache(std::uint64_t bytesMax, StoreMetrics& metrics)
    : m_bytesMax(bytesMax),
      m_metrics(metrics),
      m_buckets(std::bit_ceil(bytesMax / kUsualChunkBytes + 1), kNone)
{
}

ChunkCache::Number& ChunkCache::bucketOf(std::uint64_t file, std::uint64_t index) noexcept
{
    const std::uint64_t mixed = (file * 0x9e3779b97f4a7c15ULL + index) * 0xc2b2ae3d27d4eb4fULL;
    return m_buckets[(mixed >> 32) & (m_buckets.size() - 1)];
}

ChunkCache::Number ChunkCache::numberOf(std::uint64_t file, std::uint64_t index) noexcept
{
    Number number = bucketOf(file, index);
    while (number != kNone && (m_entries[number].index != index || m_entries[number].file != file))
        number = m_entries[number].next;
    return number;
}

sstable::ChunkPtr ChunkCache::find(std::uint64_t file, std::uint64_t index)
{
    const Number number = numberOf(file, index);
    if (number == kNone) {
        ++m_metrics.chunkCacheMisses;
        return nullptr;
    }
    ++m_metrics.chunkCacheHits;
    m_entries[number].isUsed = true;
    return m_entries[number].chunk;
}

ChunkCache::Number ChunkCache::freeEntry()
{
    if (m_firstFree == kNone) {
        m_entries.emplace_back();
        return static_cast<Number>(m_entries.size() - 1);
    }
    return std::exchange(m_firstFree, m_entries[m_firstFree].next);
}

void ChunkCache::evictOne(Number spared)
{
    do {
        m_hand = m_hand + 1 < m_entries.size() ? m_hand + 1 : 0;
    } while (m_hand == spared || m_entries[m_hand].chunk == nullptr ||
             std::exchange(m_entries[m_hand].isUsed, false));
    Entry& gone = m_entries[m_hand];
    Number* link = &bucketOf(gone.file, gone.index);
    while (*link != m_hand)
        link = &m_entries[*link].next;
    *link = gone.next;
    m_bytes -= gone.chunk->bytes.size();
    gone.chunk.reset();
    gone.next = std::exchange(m_firstFree, m_hand);
}

void ChunkCache::insert(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk)
{
    const std::uint64_t size = chunk->bytes.size();
    if (size > m_bytesMax || chunk->mayGrow || numberOf(file, index) != kNone)
        return;
    const Number number = freeEntry();
    Number& bucket = bucketOf(file, index);
    m_entries[number] = {file, index, std::move(chunk), std::exchange(bucket, number), false};
    m_bytes += size;
    while (m_bytes > m_bytesMax)
        evictOne(number);
    m_metrics.chunkCacheBytes = m_bytes;
}

void ChunkCache::clear()
{
    std::fill(m_buckets.begin(), m_buckets.end(), kNone);
    m_entries.clear();
    m_firstFree = kNone;
    m_hand = 0;
    m_bytes = 0;
    m_metrics.chunkCacheBytes = 0;
}

Result<sstable::ChunkPtr> CachedChunks::chunk(const sstable::ChunkFile& file, std::uint64_t index)
{
    if (auto cached = m_cache.find(file.id(), index)) {
        m_use.cacheHits += m_isAwaited ? 0 : 1;
        m_isAwaited = false;
        return cached;
    }
    for (const Supplied& supplied : m_supplied) {
        if (supplied.file == file.id() && supplied.index == index) {
            m_isAwaited = false;
            return supplied.chunk;
        }
    }
    RW_ASSIGN(auto read, file.tryRead(index));
    if (read == nullptr) {
        m_missing = {&file, index};
        m_isAwaited = true;
        return read;
    }
    ++m_use.kernelReads;
    m_use.bytesRead += read->bytes.size();
    m_cache.insert(file.id(), index, read);
    return read;
}

void CachedChunks::supply(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk)
{
    m_cache.insert(file, index, chunk);
    ++m_use.poolReads;
    m_use.bytesRead += chunk->bytes.size();
    if (m_supplied.size() == kSuppliedMax)
        m_supplied.erase(m_supplied.begin());
    m_supplied.push_back({file, index, std::move(chunk)});
}

} // namespace engine::storage
