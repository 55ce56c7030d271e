#pragma once

#include "engine/sstable/file_cursor.h"
#include "engine/sstable/reader_files.h"
#include "engine/sstable/row_index.h"

namespace engine::sstable {

/// The state of a PartitionCursor. Internal to the folder.
struct PartitionCursor::Impl {
    Impl(ReaderPtr reader, ChunkSource& source);
    static void* operator new(std::size_t size) { return recycler::take(size); }
    static void operator delete(void* memory, std::size_t size) { recycler::give(memory, size); }

    Result<Step> open(const PartitionEntry& newEntry, ByteView expectedKey);
    Result<Step> openBlocks(const PartitionEntry& newEntry, ByteView newKey);
    void begin(const PartitionEntry& newEntry);
    void slice(const rows::Bound& from, const rows::Bound& to);
    Result<Step> next(rows::Unfiltered& to);
    Result<Step> nextInSlice(rows::Unfiltered& to);
    /// Moves behind the partition without decoding what is left of it. End, or NotInMemory.
    Result<Step> skip();
    Result<std::shared_ptr<const RowIndex>> learn(const PartitionEntry& newEntry,
                                                  std::uint32_t blockBytes);

    Result<void> takeStaticRow(bool hasStatics, const RowDecoder::Head& head, ByteView body);
    Result<Step> peekHead();
    bool readVisibleHead();
    Result<Step> readHead();
    Result<Step> readHeadSlowly();
    Result<Step> skipBeforeSlice();
    [[nodiscard]] bool decode(rows::Unfiltered& to);
    [[nodiscard]] Error malformed() const;
    Result<void> seekBlock();
    Result<void> checkBlock() const;
    [[nodiscard]] int compareHead(rows::BoundKind kind, std::span<const ByteView> values) const;
    [[nodiscard]] rows::Unfiltered makeEdge(bool atStart) const;
    [[nodiscard]] Error corrupt(const std::string& what) const;

    ReaderPtr reader;
    const ReaderFiles& files;
    const RowDecoder& decoder;
    FileCursor cursor;

    PartitionEntry entry;
    std::uint64_t start = 0; ///< of the partition in Data.db
    RecycledBytes key;
    rows::DeletionTime deletion;
    rows::Row staticRow;
    Bytes staticBytes;
    RowBuffer staticBuffer;

    /// Of the unfiltered that comes next (if `peeked`), else of the one that next() gave.
    RowDecoder::Head head;
    ByteView body;
    RowBuffer buffer;
    bool peeked = false; ///< head, clustering and body are read, and not yet given
    std::uint64_t lastPosition = 0;
    bool streamEnded = false;
    rows::DeletionTime inForce; ///< the range deletion that is open before what comes next

    bool sliced = false;
    bool needsSeek = false;
    std::uint64_t passedFrom = 0; ///< where the walk to the last slice began
    std::uint64_t passedOver = 0; ///< its length
    bool entered = false;         ///< past the slice's start
    bool done = false;            ///< past its end
    bool checkFirst = false;
    bool startsAtBegin = false;
    bool endsAtEnd = false;
    RowDecoder::Fetch fetch;
    rows::BoundKind startKind = rows::BoundKind::InclusiveStart;
    rows::BoundKind endKind = rows::BoundKind::InclusiveEnd;
    RecycledVector<ByteView> startViews;
    std::uint64_t startPrefix = 0; ///< rows::orderPrefix() of them
    RecycledVector<ByteView> endViews;
    RecycledBytes boundBytes; ///< what the views point to
    RowIndexBlock block;
};

} // namespace engine::sstable
