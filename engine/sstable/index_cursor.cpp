#include "engine/sstable/index_cursor.h"

#include "engine/sstable/deletion_codec.h"

namespace engine::sstable {

Result<Step> IndexCursor::next()
{
    if (m_cursor.atEnd())
        return Step::End;
    std::uint64_t wanted = 64;
    while (true) {
        RW_ASSIGN(const bool there, m_cursor.ensure(wanted));
        if (!there)
            return Step::NotInMemory;
        const ByteView view = m_cursor.view();
        ByteReader in{view};
        m_entry.key = in.bytes16();
        m_entry.dataOffset = in.unsignedVint();
        const std::uint64_t size = in.unsignedVint();
        const bool headComplete = in.ok();
        if (headComplete && size > m_files.index->length() - m_cursor.position())
            return corruptAt(*m_files.index, m_cursor.position(), m_entry.key,
                             "the row index is longer than the file");
        m_entry.payload = in.raw(size);
        if (in.ok()) {
            m_entryOffset = m_cursor.position();
            m_cursor.advance(view.size() - in.remaining());
            break;
        }
        if (m_cursor.seesEnd())
            return corruptAt(*m_files.index, m_cursor.position(), {},
                             "the file ends within an entry");
        wanted = headComplete ? view.size() + size : view.size() + 1;
    }
    if (m_entry.dataOffset >= m_files.data->length())
        return corruptAt(*m_files.index, m_entryOffset, m_entry.key,
                         "an entry points outside of Data.db");
    return Step::Item;
}

Result<PartitionEntry> IndexCursor::decode() const
{
    PartitionEntry entry;
    entry.dataOffset = m_entry.dataOffset;
    if (m_entry.payload.empty())
        return entry;
    auto index = std::make_shared<RowIndex>();
    ByteReader in{m_entry.payload};
    index->headerLength = in.unsignedVint();
    index->partitionDeletion = decodeDeletion(*m_files.version, in);
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count == 0 || count > in.remaining() / 8)
        return corruptAt(*m_files.index, m_entryOffset, m_entry.key, "the row index is malformed");
    index->blockCount = static_cast<std::uint32_t>(count);
    index->blocks = in.rest();
    entry.rowIndex = std::move(index);
    return entry;
}

} // namespace engine::sstable
