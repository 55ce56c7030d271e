#pragma once

#include "engine/rows/filter.h"
#include "engine/rows/merge.h"
#include "engine/sstable/reader.h"
#include "engine/storage/memtable.h"

#include <optional>

namespace engine::storage {

/// One input of a merge over a slice of a partition: a memtable's rows, a memtable's markers, or
/// an SSTable. See rows::UnfilteredMerger for what a source has to offer.
class ReadSource {
public:
    ReadSource() = default;
    /// Rows of `partition` within `slice`, in either direction.
    static ReadSource overRows(const schema::Table& table, const MemtablePartition& partition,
                               const rows::SliceView& slice, bool reversed);
    /// Markers (already cut to the slice).
    static ReadSource overMarkers(std::span<const rows::Unfiltered> markers, bool reversed);
    /// An open cursor, already sliced; forward only.
    static ReadSource overCursor(sstable::PartitionCursor& cursor);

    [[nodiscard]] const rows::Unfiltered* peek();
    void next();
    [[nodiscard]] bool isBlocked() const noexcept { return m_isBlocked; }
    /// What stopped a source that claims to be blocked, if it is not a missing chunk.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }
    /// Call before going on after a suspension: the memtable may have grown.
    void refresh();

private:
    enum class Kind : std::uint8_t { Rows, Markers, Cursor };
    void seek();

    Kind m_kind = Kind::Markers;
    bool m_reversed = false;
    bool m_hasHead = false;
    bool m_isBlocked = false;
    bool m_atEnd = false;
    rows::Unfiltered m_head;
    // Rows
    const schema::Table* m_table = nullptr;
    const MemtablePartition* m_partition = nullptr;
    rows::SliceView m_slice;
    MemtableRows::Position m_at;
    MemtableRows::Position m_end;
    std::uint64_t m_sizeSeen = 0;
    const MemtableRow* m_last = nullptr; ///< given before
    Arena m_cells;                       ///< of the head
    // Markers
    rows::SpanSource m_markers;
    // Cursor
    sstable::PartitionCursor* m_cursor = nullptr;
    std::optional<Error> m_error;
};

} // namespace engine::storage
