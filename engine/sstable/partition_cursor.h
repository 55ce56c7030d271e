#pragma once

#include "engine/sstable/file_cursor.h"
#include "engine/sstable/reader_files.h"
#include "engine/sstable/row_index.h"

namespace engine::sstable {

/// The state of a PartitionCursor. Internal to the folder.
struct PartitionCursor::Impl {
    Impl(ReaderPtr reader, ChunkSource& source);

    Result<Step> open(const PartitionEntry& newEntry, ByteView expectedKey);
    void slice(const rows::Bound& from, const rows::Bound& to);
    Result<Step> decodeNext(rows::Unfiltered& to);
    Result<Step> nextInSlice(rows::Unfiltered& to);
    /// Moves behind the partition without decoding what is left of it. End, or NotInMemory.
    Result<Step> skip();

    Result<void> takeStaticRow(bool hasStatics, const RowDecoder::Head& head, ByteView body);
    Result<Step> readHead(RowDecoder::Head& head, ByteView& body);
    Result<void> seekBlock();
    Result<void> checkBlock(const rows::Unfiltered& first) const;
    [[nodiscard]] int compareToBound(rows::BoundKind kind, std::span<const ByteView> values) const;
    [[nodiscard]] rows::Unfiltered makeEdge(bool atStart) const;
    [[nodiscard]] Error corrupt(const std::string& what) const;

    ReaderPtr reader;
    const ReaderFiles& files;
    const RowDecoder& decoder;
    FileCursor cursor;

    PartitionEntry entry;
    std::uint64_t start = 0; ///< of the partition in Data.db
    Bytes key;
    rows::DeletionTime deletion;
    rows::Row staticRow;
    Bytes staticBytes;
    RowBuffer staticBuffer;

    RowBuffer buffer; ///< of the row that next() gave
    bool streamEnded = false;
    std::uint64_t lastPosition = 0;
    rows::DeletionTime inForce; ///< the range deletion that is open before what comes next

    bool sliced = false;
    bool needsSeek = false;
    bool entered = false; ///< past the slice's start
    bool done = false;    ///< past its end
    bool peeked = false;  ///< `peek` is decoded and not yet given
    bool checkFirst = false;
    rows::Unfiltered peek;
    rows::OwnedBound sliceStart;
    rows::OwnedBound sliceEnd;
    std::vector<ByteView> startViews;
    std::vector<ByteView> endViews;
    RowIndexBlock block;
};

} // namespace engine::sstable
