#include "engine/storage/read_source.h"

namespace engine::storage {

ReadSource ReadSource::overRows(const schema::Table& table, const MemtablePartition& partition,
                                const rows::SliceView& slice, bool reversed)
{
    ReadSource made;
    made.m_kind = Kind::Rows;
    made.m_reversed = reversed;
    made.m_table = &table;
    made.m_partition = &partition;
    made.m_slice = slice;
    made.seek();
    return made;
}

ReadSource ReadSource::overMarkers(std::span<const rows::Unfiltered> markers, bool reversed)
{
    ReadSource made;
    made.m_kind = Kind::Markers;
    made.m_markers = rows::SpanSource{markers, reversed};
    return made;
}

ReadSource ReadSource::overCursor(sstable::PartitionCursor& cursor)
{
    ReadSource made;
    made.m_kind = Kind::Cursor;
    made.m_cursor = &cursor;
    return made;
}

void ReadSource::seek()
{
    const auto& all = m_partition->rows;
    m_at = m_partition->seek(*m_table, m_slice.start);
    m_end = m_partition->seek(*m_table, m_slice.end);
    if (m_reversed)
        std::swap(m_at, m_end); // m_at: one behind the next to give
    m_sizeSeen = all.size();
    if (m_last == nullptr)
        return;
    const auto values = m_last->clustering();
    m_at = all.find([&](const RowSlot& slot) {
        const int order = rows::compareClustering(*m_table, slot.row->clustering(), values);
        return m_reversed ? order < 0 : order <= 0;
    });
}

void ReadSource::refresh()
{
    m_isBlocked = false;
    if (m_kind != Kind::Rows)
        return;
    m_hasHead = false; // the row may have been replaced
    if (m_partition->rows.size() != m_sizeSeen)
        seek();
}

const rows::Unfiltered* ReadSource::peek()
{
    if (m_kind == Kind::Markers)
        return m_markers.peek();
    if (m_hasHead)
        return &m_head;
    if (m_kind == Kind::Rows) {
        if (m_at == m_end)
            return nullptr;
        const auto& all = m_partition->rows;
        m_cells.clear();
        m_head.row = all.at(m_reversed ? all.previous(m_at) : m_at).row->row(m_cells);
        m_hasHead = true;
        return &m_head;
    }
    if (m_atEnd)
        return nullptr;
    auto step = m_cursor->next(m_head);
    if (!step) {
        m_error = step.error();
        m_isBlocked = true;
        return nullptr;
    }
    m_isBlocked = *step == sstable::Step::NotInMemory;
    m_atEnd = *step == sstable::Step::End;
    m_hasHead = *step == sstable::Step::Item;
    return m_hasHead ? &m_head : nullptr;
}

void ReadSource::next()
{
    switch (m_kind) {
    case Kind::Markers:
        m_markers.next();
        break;
    case Kind::Rows: {
        const auto& all = m_partition->rows;
        if (m_reversed) {
            m_at = all.previous(m_at);
            m_last = all.at(m_at).row;
        } else {
            m_last = all.at(m_at).row;
            m_at = all.next(m_at);
        }
        m_hasHead = false;
        break;
    }
    case Kind::Cursor:
        m_hasHead = false;
        break;
    }
}

} // namespace engine::storage
