#include "engine/storage/chunk_cache.h"

namespace engine::storage {

namespace {
constexpr std::size_t kSuppliedMax = 16;
}

sstable::ChunkPtr ChunkCache::find(std::uint64_t file, std::uint64_t index)
{
    const auto at = m_byKey.find({file, index});
    if (at == m_byKey.end()) {
        ++m_metrics.chunkCacheMisses;
        return nullptr;
    }
    ++m_metrics.chunkCacheHits;
    if (at->second != m_entries.begin())
        m_entries.splice(m_entries.begin(), m_entries, at->second);
    return at->second->chunk;
}

void ChunkCache::insert(std::uint64_t file, std::uint64_t index, sstable::ChunkPtr chunk)
{
    const std::uint64_t size = chunk->bytes.size();
    if (size > m_bytesMax || chunk->mayGrow || m_byKey.contains({file, index}))
        return;
    m_entries.push_front({{file, index}, std::move(chunk)});
    m_byKey.emplace(m_entries.front().key, m_entries.begin());
    m_bytes += size;
    while (m_bytes > m_bytesMax) {
        const Entry& oldest = m_entries.back();
        m_bytes -= oldest.chunk->bytes.size();
        m_byKey.erase(oldest.key);
        m_entries.pop_back();
    }
    m_metrics.chunkCacheBytes = m_bytes;
}

void ChunkCache::clear()
{
    m_byKey.clear();
    m_entries.clear();
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
