#pragma once

#include "engine/base/arena.h"
#include "engine/rows/row.h"

#include <cstdint>
#include <span>

namespace engine::storage {

/// A row in a memtable, immutable, in its arena. What one statement wrote mostly has one
/// timestamp, one TTL, and neither tombstones nor elements of collections: such a row is packed
/// into a third of what a rows::Row with its cells takes. Any other is kept as the rows::Row.
///
/// Packed, the header is followed by the clustering values as views, each cell's column, each
/// value's size, and the bytes of all.
class MemtableRow {
public:
    /// Copies a row with all that it refers to.
    [[nodiscard]] static const MemtableRow* copy(const rows::Row& row, Arena& arena);
    /// A row that refers to the arena's memory already.
    [[nodiscard]] static const MemtableRow* keep(const rows::Row& row, Arena& arena);

    MemtableRow(const MemtableRow&) = delete;
    MemtableRow& operator=(const MemtableRow&) = delete;

    [[nodiscard]] std::span<const ByteView> clustering() const noexcept
    {
        return m_isPacked ? std::span<const ByteView>{values(), m_valueCount}
                          : whole()->clustering.values;
    }
    /// The row, its bytes those of the memtable, its cells perhaps in `arena`.
    [[nodiscard]] rows::Row row(Arena& arena) const;
    /// Whether a merge with `update`, a row of the same clustering, would give just that. False if
    /// it is not seen at once. Not for counters.
    [[nodiscard]] bool isReplacedBy(const rows::Row& update) const noexcept;

private:
    MemtableRow() = default;

    /// What lies so many bytes behind this. Mutable, for who makes it.
    template <class T>
    [[nodiscard]] T* behind(std::size_t offset) const noexcept
    {
        return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(this + 1) + offset);
    }
    // Kept:
    [[nodiscard]] rows::Row* whole() const noexcept { return behind<rows::Row>(0); }
    // Packed:
    [[nodiscard]] ByteView* values() const noexcept { return behind<ByteView>(0); }
    [[nodiscard]] const schema::Column** columns() const noexcept
    {
        return behind<const schema::Column*>(m_valueCount * sizeof(ByteView));
    }
    [[nodiscard]] std::uint32_t* sizes() const noexcept
    {
        return reinterpret_cast<std::uint32_t*>(columns() + m_cellCount);
    }
    [[nodiscard]] char* bytes() const noexcept
    {
        return reinterpret_cast<char*>(sizes() + m_cellCount);
    }

    // Of all cells and, if it has one, of the row marker:
    WriteTimestamp m_timestamp;
    rows::LocalDeletionTime m_localDeletionTime = rows::kNoDeletionTime;
    std::int32_t m_ttl = rows::kNoTtl;
    std::uint16_t m_cellCount = 0;
    std::uint8_t m_valueCount = 0;
    bool m_isPacked : 1 = false;
    bool m_hasMarker : 1 = false;
};
static_assert(sizeof(MemtableRow) == 24);

} // namespace engine::storage
