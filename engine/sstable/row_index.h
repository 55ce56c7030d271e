#pragma once

#include "engine/base/bytes.h"
#include "engine/rows/row.h"

#include <cstdint>

namespace engine::sstable {

/// The promoted index of one wide partition: where its 64 KiB blocks of rows start and which
/// clusterings they hold (RowIndexEntry.IndexedEntry, IndexInfo). Immutable; any thread.
struct RowIndex {
    rows::DeletionTime partitionDeletion;
    std::uint64_t headerLength = 0; ///< key, deletion and static row, before the first block
    std::uint32_t blockCount = 0;
    Bytes blocks; ///< serialized blocks, then a 32-bit offset of each; decoded when searched

    [[nodiscard]] std::size_t memoryBytes() const noexcept { return sizeof(*this) + blocks.size(); }
};

} // namespace engine::sstable
