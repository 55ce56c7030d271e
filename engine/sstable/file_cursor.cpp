#include "engine/sstable/file_cursor.h"

#include <algorithm>

namespace engine::sstable {

ByteView FileCursor::view() const noexcept
{
    if (!inWindow(m_position))
        return {};
    return m_window.substr(m_position - m_windowStart);
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
    const std::uint64_t chunkLength = m_file->chunkLength();
    if (!inWindow(m_position)) {
        const std::uint64_t index = m_position / chunkLength;
        if (!m_chunk || m_chunk->offset != index * chunkLength) {
            RW_ASSIGN(auto chunk, m_source->chunk(*m_file, index));
            if (!chunk)
                return false;
            m_chunk = std::move(chunk);
        }
        m_window = m_chunk->bytes;
        m_windowStart = m_chunk->offset;
    }
    while (view().size() < size) {
        const std::uint64_t end = m_windowStart + m_window.size();
        RW_ASSIGN(auto chunk, m_source->chunk(*m_file, end / chunkLength));
        if (!chunk)
            return false;
        if (m_window.data() == m_glue.data())
            m_glue.erase(0, m_position - m_windowStart);
        else
            m_glue.assign(view());
        m_windowStart = m_position;
        m_glue.append(chunk->bytes);
        m_window = m_glue;
        m_chunk = std::move(chunk);
    }
    return true;
}

} // namespace engine::sstable
