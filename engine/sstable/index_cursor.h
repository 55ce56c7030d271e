#pragma once

#include "engine/sstable/file_cursor.h"
#include "engine/sstable/reader_files.h"

namespace engine::sstable {

/// Goes through Index.db entry by entry.
class IndexCursor {
public:
    IndexCursor(const ReaderFiles& files, ChunkSource& source, std::uint64_t offset)
        : m_files(files), m_cursor(*files.index, source)
    {
        m_cursor.seek(offset);
    }

    void setSource(ChunkSource& source) { m_cursor.setSource(source); }
    /// Moves to the next entry.
    [[nodiscard]] Result<Step> next();
    /// Of the current entry; views hold until next().
    [[nodiscard]] const IndexEntry& entry() const noexcept { return m_entry; }
    /// Where the entry after the current one starts in Index.db.
    [[nodiscard]] std::uint64_t offset() const noexcept { return m_cursor.position(); }
    /// The current entry with its row index.
    [[nodiscard]] Result<PartitionEntry> decode() const;

private:
    const ReaderFiles& m_files;
    FileCursor m_cursor;
    IndexEntry m_entry;
    std::uint64_t m_entryOffset = 0;
};

} // namespace engine::sstable
