#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/rows/row.h"
#include "engine/sstable/row_codec.h"
#include "engine/sstable/version.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace engine::sstable {

/// The promoted index of one wide partition: where its 64 KiB blocks of rows start and which
/// clusterings they hold (RowIndexEntry.IndexedEntry, IndexInfo). Immutable; any thread.
struct RowIndex {
    rows::DeletionTime partitionDeletion;
    std::uint64_t headerLength = 0; ///< key, deletion and static row, before the first block
    std::uint32_t blockCount = 0;
    Bytes blocks; ///< serialized blocks, then a 32-bit offset of each; decoded when searched
    bool isLearned = false; ///< from the rows themselves, in memory only: PartitionCursor::learn()
    /// rows::orderPrefix() of where each block ends, if noteOrder() was called: most searches need
    /// to decode nothing then.
    std::vector<std::uint64_t> order;
    /// Of the partition, if this tells all that stands in front of its rows: it is learned (what
    /// Index.db says has no checksum) and there is no static row. Else empty.
    Bytes key;

    /// Has the processor fetch what a search of it looks at first.
    void prefetch() const noexcept;
    [[nodiscard]] std::size_t memoryBytes() const noexcept
    {
        return sizeof(*this) + blocks.size() + order.size() * sizeof(std::uint64_t) + key.size();
    }
};

/// One block of a row index. Views into the index.
struct RowIndexBlock {
    rows::BoundKind firstKind = rows::BoundKind::Clustering;
    RecycledVector<ByteView> first;
    rows::BoundKind lastKind = rows::BoundKind::Clustering;
    RecycledVector<ByteView> last;
    std::uint64_t offset = 0; ///< from the start of the partition
    std::uint64_t width = 0;
    rows::DeletionTime openAtEnd; ///< the range deletion that is open where the block ends
};

/// Decodes block `number`; Corrupt when the index is damaged. Requires number < blockCount.
[[nodiscard]] Result<void> decodeBlock(const RowIndex& index, std::uint32_t number,
                                       const RowDecoder& decoder, const VersionTraits& version,
                                       RowIndexBlock& to);
/// Fills `index.order`.
[[nodiscard]] Result<void> noteOrder(RowIndex& index, const schema::Table& table,
                                     const RowDecoder& decoder, const VersionTraits& version);
/// The one form in which a block is stored, what decodeBlock() reads.
[[nodiscard]] Bytes encodeBlock(const RowIndexBlock& block, const RowEncoder& encoder,
                                const VersionTraits& version);
/// The first block whose last clustering is not before `start`; blockCount if there is none.
[[nodiscard]] Result<std::uint32_t> findBlock(const RowIndex& index, const rows::Bound& start,
                                              const schema::Table& table, const RowDecoder& decoder,
                                              const VersionTraits& version);

/// Collects the blocks of the partition that is being written.
class RowIndexBuilder {
public:
    RowIndexBuilder(const VersionTraits& version, const RowEncoder& encoder,
                    std::uint32_t blockBytes)
        : m_version(version), m_encoder(encoder), m_blockBytes(blockBytes)
    {
    }

    /// `headerLength`: bytes of the partition before its first unfiltered.
    void startPartition(const rows::DeletionTime& deletion, std::uint64_t headerLength);
    /// An unfiltered was written from `start` to `end`, relative to the partition.
    void add(const rows::Unfiltered& unfiltered, std::uint64_t start, std::uint64_t end);
    /// The same, of its clustering or bound; `open` is the range deletion in force behind it.
    void add(rows::BoundKind kind, std::span<const ByteView> values, const rows::DeletionTime& open,
             std::uint64_t start, std::uint64_t end);
    /// The partition ends at `end`. Appends the entry's payload: nothing for a narrow partition.
    void finish(std::uint64_t end, Bytes& out);
    /// As finish(), as a value: nullptr for a partition of one block.
    [[nodiscard]] std::shared_ptr<RowIndex> take(std::uint64_t end);

private:
    void closeBlock(std::uint64_t end);
    void appendOffsets(Bytes& out) const;

    const VersionTraits& m_version;
    const RowEncoder& m_encoder;
    std::uint32_t m_blockBytes;
    rows::DeletionTime m_partitionDeletion;
    std::uint64_t m_headerLength = 0;
    bool m_blockOpen = false;
    std::uint64_t m_blockStart = 0;
    rows::DeletionTime m_open;
    Bytes m_first;
    Bytes m_last;
    Bytes m_blocks;
    std::vector<std::uint32_t> m_offsets;
};

} // namespace engine::sstable
