#include "engine/sstable/file_cursor.h"

#include <algorithm>

namespace engine::sstable {

namespace {
/// Where chunks meet, at least so many bytes of the second are shown with the end of the first.
constexpr std::uint64_t kGlueBytesMin = 256;
} // namespace

/// The chunk with that byte; nullptr: the source may not block.
Result<ChunkPtr> FileCursor::chunkAt(std::uint64_t position)
{
    const std::uint64_t index = position / m_file->chunkLength();
    if (m_chunk && m_chunk->offset == index * m_file->chunkLength())
        return m_chunk;
    return m_source->chunk(*m_file, index);
}

Result<bool> FileCursor::ensure(std::uint64_t size)
{
    if (m_position >= m_file->length())
        return true;
    size = std::min(size, m_file->length() - m_position);
    // Back from glue to the chunk itself as soon as that suffices.
    if (m_chunk && m_position >= m_chunk->offset && m_windowStart != m_chunk->offset &&
        m_position < m_chunk->offset + m_chunk->bytes.size()) {
        m_window = m_chunk->bytes;
        m_windowStart = m_chunk->offset;
    }
    if (view().size() >= size)
        return true;
    if (!inWindow(m_position)) {
        RW_ASSIGN(auto chunk, chunkAt(m_position));
        if (!chunk)
            return false;
        m_chunk = std::move(chunk);
        m_window = m_chunk->bytes;
        m_windowStart = m_chunk->offset;
    }
    while (view().size() < size) {
        const std::uint64_t end = m_windowStart + m_window.size();
        RW_ASSIGN(auto chunk, chunkAt(end));
        if (!chunk)
            return false;
        if (m_window.data() == m_glue.data())
            m_glue.erase(0, m_position - m_windowStart);
        else
            m_glue.assign(view());
        m_windowStart = m_position;
        // Only what is asked for, and a little: soon the chunk itself will do.
        const std::uint64_t lacking = std::max(size - m_glue.size(), kGlueBytesMin);
        m_glue.append(chunk->bytes, end - chunk->offset, lacking);
        m_window = m_glue;
        m_chunk = std::move(chunk);
    }
    return true;
}

} // namespace engine::sstable
