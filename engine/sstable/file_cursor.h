#pragma once

#include "engine/base/bytes.h"
#include "engine/base/recycler.h"
#include "engine/base/result.h"
#include "engine/sstable/chunks.h"

#include <cstdint>

namespace engine::sstable {

/// Shows the bytes of a ChunkFile from a position on as one contiguous view: directly in the
/// chunk where possible, glued together where chunks meet. One thread at a time.
class FileCursor {
public:
    FileCursor(const ChunkFile& file, ChunkSource& source) : m_file(&file), m_source(&source) {}

    void setSource(ChunkSource& source) noexcept { m_source = &source; }
    [[nodiscard]] const ChunkFile& file() const noexcept { return *m_file; }
    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }
    [[nodiscard]] bool atEnd() const noexcept { return m_position >= m_file->length(); }
    void seek(std::uint64_t position) noexcept { m_position = position; }
    void advance(std::uint64_t bytes) noexcept { m_position += bytes; }

    /// Makes at least `size` bytes visible, fewer only at the end of the file. False: the source
    /// may not block; what is visible already stays. Views are good until the next call.
    [[nodiscard]] Result<bool> ensure(std::uint64_t size);
    /// The visible bytes from position() on.
    [[nodiscard]] ByteView view() const noexcept
    {
        // Before the window the difference is huge, too.
        const std::uint64_t at = m_position - m_windowStart;
        return at < m_window.size() ? ByteView{m_window.data() + at, m_window.size() - at}
                                    : ByteView{};
    }
    /// Whether view() reaches the end of the file.
    [[nodiscard]] bool seesEnd() const noexcept
    {
        return m_windowStart + m_window.size() >= m_file->length();
    }

private:
    [[nodiscard]] Result<ChunkPtr> chunkAt(std::uint64_t position);
    [[nodiscard]] bool inWindow(std::uint64_t position) const noexcept
    {
        return position >= m_windowStart && position < m_windowStart + m_window.size();
    }

    const ChunkFile* m_file;
    ChunkSource* m_source;
    std::uint64_t m_position = 0;
    ChunkPtr m_chunk; ///< the last one that was got
    RecycledBytes m_glue;
    ByteView m_window; ///< into m_chunk or m_glue
    std::uint64_t m_windowStart = 0;
};

} // namespace engine::sstable
