#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/rows/filter.h"
#include "engine/rows/row.h"
#include "engine/sstable/clustering_codec.h"
#include "engine/sstable/serialization_header.h"
#include "engine/sstable/version.h"

#include <cstdint>
#include <span>
#include <vector>

namespace engine::sstable {

/// Flags of a row or marker (UnfilteredSerializer); on disk.
namespace unfiltered_flags {
inline constexpr std::uint8_t kEndOfPartition = 0x01;
inline constexpr std::uint8_t kIsMarker = 0x02;
inline constexpr std::uint8_t kHasTimestamp = 0x04;
inline constexpr std::uint8_t kHasTtl = 0x08;
inline constexpr std::uint8_t kHasDeletion = 0x10;
inline constexpr std::uint8_t kHasAllColumns = 0x20;
inline constexpr std::uint8_t kHasComplexDeletion = 0x40;
inline constexpr std::uint8_t kExtended = 0x80;
inline constexpr std::uint8_t kIsStatic = 0x01; ///< second byte
} // namespace unfiltered_flags

/// Encodes rows and markers into a buffer for one header. Keeps its scratch memory. One thread.
class RowEncoder {
public:
    /// `header` and `table` outlive the encoder. Rows of other versions of the table are fine.
    RowEncoder(const VersionTraits& version, const SerializationHeader& header,
               const schema::Table& table);

    /// Appends a row. `previousSize` is the size of the unfiltered before it (of the partition's
    /// header for the first one). Cells of columns that the header does not have are left out.
    /// Invalid when a deletion time or TTL is smaller than the header's minimum.
    [[nodiscard]] Result<void> row(const rows::Row& row, bool isStatic, std::uint64_t previousSize,
                                   Bytes& out);
    [[nodiscard]] Result<void> marker(const rows::RangeTombstoneMarker& marker,
                                      std::uint64_t previousSize, Bytes& out);
    /// A clustering's values as rows have them.
    void clustering(std::span<const ByteView> values, ByteWriter& out) const;
    /// Kind, then values: how the row index stores either.
    void prefix(rows::BoundKind kind, std::span<const ByteView> values, ByteWriter& out) const;

private:
    struct ColumnRun {
        std::uint32_t column = 0; ///< in the header
        std::uint32_t cellCount = 0;
        const rows::ComplexDeletion* deletion = nullptr;
        const rows::Cell* firstCell = nullptr;

        [[nodiscard]] std::span<const rows::Cell> cells() const { return {firstCell, cellCount}; }
    };
    struct ColumnCode {
        std::string name;
        const schema::Column* known = nullptr; ///< of the table: spares comparing names
        bool complex = false;
        bool fixedLength = false;
    };

    void collectRuns(const rows::Row& row, const std::vector<ColumnCode>& columns);
    void body(const rows::Row& row, std::uint8_t flags, const std::vector<ColumnCode>& columns);
    void subset(std::size_t columnCount);
    void cell(const rows::Cell& cell, const rows::Liveness& liveness, const ColumnCode& column,
              ByteWriter& out);
    void timestamp(WriteTimestamp timestamp, ByteWriter& out) const;
    void deletionTime(rows::LocalDeletionTime time, ByteWriter& out);
    void ttl(std::int32_t ttl, ByteWriter& out);
    void deletion(const rows::DeletionTime& deletion, ByteWriter& out);

    const VersionTraits& m_version;
    const SerializationHeader& m_header;
    std::vector<std::int32_t> m_clusteringLength; ///< -1: variable
    std::vector<ColumnCode> m_statics;
    std::vector<ColumnCode> m_regulars;
    std::vector<ColumnRun> m_runs;
    Bytes m_body;
    bool m_belowMinimum = false;
};

/// What a header column is in the table that reads it.
struct ReadColumn {
    const schema::Column* column = nullptr; ///< nullptr: not wanted, skip its cells
    bool complex = false;
    std::int32_t fixedLength = -1;
    std::int64_t droppedAt = WriteTimestamp::kNone; ///< cells at or before it are skipped
};

/// Memory of one decoded row; reused for the next.
struct RowBuffer {
    RecycledVector<ByteView> clustering;
    RecycledVector<rows::Cell> cells;
    RecycledVector<rows::ComplexDeletion> complexDeletions;
};

/// Decodes rows and markers. Immutable; any thread. All sizes are checked against the input.
class RowDecoder {
public:
    RowDecoder(const VersionTraits& version, const SerializationHeader& header,
               std::vector<ReadColumn> statics, std::vector<ReadColumn> regulars);

    /// What stands before a row's body. After it follow `bodySize` bytes.
    struct Head {
        std::uint8_t flags = 0;
        std::uint8_t extended = 0;
        bool isEnd = false;
        bool isMarker = false;
        rows::BoundKind boundKind = rows::BoundKind::Clustering;
        std::uint64_t bodySize = 0;
    };
    /// Reads flags, clustering (into `buffer`) and sizes. Check in.ok() after it: a failure is
    /// either damage or too little input.
    void head(ByteReader& in, RowBuffer& buffer, Head& head) const;
    [[nodiscard]] Head head(ByteReader& in, RowBuffer& buffer) const
    {
        Head made;
        head(in, buffer, made);
        return made;
    }
    /// The length of the rows at the start of `view` that come before `prefix` by the first eight
    /// bytes of their order alone (rows::orderPrefix() for `table`). Looks at nothing but sizes and
    /// the first clustering value, and stops before what is not a whole and ordinary row.
    [[nodiscard]] std::size_t rowsBefore(ByteView view, const schema::Table& table,
                                         std::uint64_t prefix) const noexcept;
    /// Which cells of regular columns are wanted.
    struct Fetch {
        std::uint64_t withoutValue = 0; ///< a bit a header column, of the first 64
        bool dropsProven = false;       ///< such cells go where the row's marker proves the row
    };
    /// See PartitionCursor::fetchOnly().
    [[nodiscard]] Fetch fetchOnly(const rows::ColumnProjection& projection,
                                  bool isOnlySource) const noexcept;
    /// Decodes a row's body; `body` is exactly that. False: it is malformed.
    [[nodiscard]] bool row(const Head& head, ByteView body, RowBuffer& buffer, rows::Row& to,
                           const Fetch& fetch) const;
    [[nodiscard]] bool row(const Head& head, ByteView body, RowBuffer& buffer, rows::Row& to) const
    {
        return row(head, body, buffer, to, Fetch{});
    }
    [[nodiscard]] bool marker(const Head& head, ByteView body, RowBuffer& buffer,
                              rows::RangeTombstoneMarker& to) const;
    /// Reads what RowEncoder::prefix() wrote.
    [[nodiscard]] rows::BoundKind prefix(ByteReader& in, RecycledVector<ByteView>& values) const;

private:
    void clustering(ByteReader& in, RecycledVector<ByteView>& values, std::size_t count) const;
    [[nodiscard]] bool columns(const Head& head, const std::vector<ReadColumn>& columns,
                               ByteReader& in, RowBuffer& buffer, const rows::Liveness& liveness,
                               const Fetch& fetch) const;
    [[nodiscard]] bool column(const ReadColumn& column, const Head& head, ByteReader& in,
                              RowBuffer& buffer, const rows::Liveness& liveness, bool withoutValue,
                              WriteTimestamp provenTo) const;
    [[nodiscard]] bool otherColumn(const ReadColumn& column, const Head& head, ByteReader& in,
                                   RowBuffer& buffer, const rows::Liveness& liveness,
                                   bool withoutValue, WriteTimestamp provenTo) const;
    static bool usualCell(const ReadColumn& column, ByteReader& in, RowBuffer& buffer,
                          const rows::Liveness& liveness, bool withoutValue,
                          WriteTimestamp provenTo);
    [[nodiscard]] bool cell(const ReadColumn& column, ByteReader& in, RowBuffer& buffer,
                            const rows::Liveness& liveness, bool withoutValue,
                            WriteTimestamp provenTo) const;
    [[nodiscard]] WriteTimestamp timestamp(ByteReader& in) const;
    [[nodiscard]] rows::LocalDeletionTime deletionTime(ByteReader& in) const;
    [[nodiscard]] rows::DeletionTime deletion(ByteReader& in) const;

    const VersionTraits& m_version;
    EncodingStats m_stats;
    std::vector<std::int32_t> m_clusteringLength;
    std::vector<ReadColumn> m_statics;
    std::vector<ReadColumn> m_regulars;
};

} // namespace engine::sstable
