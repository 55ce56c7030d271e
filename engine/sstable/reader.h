#pragma once

#include "engine/base/arena.h"
#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/rows/filter.h"
#include "engine/rows/read_command.h"
#include "engine/rows/row.h"
#include "engine/sstable/chunks.h"
#include "engine/sstable/descriptor.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/row_index.h"
#include "engine/sstable/statistics.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace engine::sstable {

class Reader;
class RowDecoder;
struct ReaderFiles;
using ReaderPtr = std::shared_ptr<const Reader>;

/// How far a call got. Corrupt data and I/O are errors (Result) and name file, offset, partition.
enum class Step : std::uint8_t {
    Item,        ///< there is a next one
    End,         ///< there is none
    NotInMemory, ///< the ChunkSource may not block; nothing has changed, call again
};

/// Where a partition lies: an entry of Index.db. Small, immutable; what a key cache stores.
struct PartitionEntry {
    std::uint64_t dataOffset = 0;
    /// nullptr for partitions under 64 KiB of which nothing was learned.
    std::shared_ptr<const RowIndex> rowIndex;
};

struct Lookup {
    Step step = Step::End; ///< End: the key is not in the table
    PartitionEntry entry;
};

/// One partition of one table, read forward.
///
///     PartitionCursor cursor{reader, source};
///     cursor.open(entry) → Item; cursor.deletion(), cursor.staticRow();
///     [cursor.slice(start, end);]            // else everything
///     while (cursor.next(unfiltered) → Item) …
///
/// Rows are views: they hold until the next call of next(), slice() or open(), or the cursor's
/// end. Cells of columns that were dropped from the table, written before they were dropped, are
/// left out; the others point to columns of reader->table(). One thread at a time; after
/// NotInMemory the caller may move the cursor to another thread with setSource() and go on.
class PartitionCursor {
public:
    PartitionCursor(ReaderPtr reader, ChunkSource& source);
    ~PartitionCursor();
    PartitionCursor(PartitionCursor&&) noexcept;
    PartitionCursor& operator=(PartitionCursor&&) noexcept;

    void setSource(ChunkSource& source);

    /// Reads key, partition deletion and static row. Corrupt if the partition that stands there
    /// has another key than `expectedKey` (when that is not empty).
    [[nodiscard]] Result<Step> open(const PartitionEntry& entry, ByteView expectedKey = {});
    /// For a partition whose beginning cannot be read, or need not be (RowIndex::key): takes key
    /// and deletion from what the index says; there is no static row. Requires entry.rowIndex.
    [[nodiscard]] Result<Step> openBlocks(const PartitionEntry& entry, ByteView key);
    [[nodiscard]] ByteView key() const noexcept;
    [[nodiscard]] const rows::DeletionTime& deletion() const noexcept;
    [[nodiscard]] const rows::Row& staticRow() const noexcept; ///< empty if none

    /// From now on rows come without the values of columns that `projection` leaves out. With
    /// `isOnlySource` nothing else is merged into them, and such cells are left out altogether
    /// where ColumnProjection would leave them out. Static rows stay whole.
    void fetchOnly(const rows::ColumnProjection& projection, bool isOnlySource);

    /// From now on next() gives what lies between two bounds, through the row index where the
    /// partition has one. A range deletion that is open at an edge is cut there, so markers are
    /// always balanced. Slices of one partition must be ascending. Requires open().
    void slice(const rows::Bound& start, const rows::Bound& end);

    [[nodiscard]] Result<Step> next(rows::Unfiltered& to);

    /// How many bytes of rows were walked over on the way to the last slice.
    [[nodiscard]] std::uint64_t passedOver() const noexcept;
    /// The file, and where in it the partition is.
    [[nodiscard]] const ReaderPtr& reader() const noexcept;
    [[nodiscard]] const PartitionEntry& entry() const noexcept;
    /// Opens a partition and walks over its rows to make a row index with blocks of `blockBytes`,
    /// for a cache. nullptr if not all of it is in memory, it is too long to walk at once (1 MiB),
    /// or it is one block. Afterwards the cursor has to be opened again.
    [[nodiscard]] Result<std::shared_ptr<const RowIndex>> learn(const PartitionEntry& entry,
                                                                std::uint32_t blockBytes);

    /// Where reading stands in Data.db, uncompressed, and where the last unfiltered began.
    [[nodiscard]] std::uint64_t position() const noexcept;
    [[nodiscard]] std::uint64_t rowPosition() const noexcept;

private:
    friend class TableScanner;
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Partitions of one table in token order.
///
///     TableScanner scanner{reader, source, range};
///     while (scanner.next() → Item) { scanner.partition() … }
///
/// What the caller does not read of a partition is skipped.
class TableScanner {
public:
    TableScanner(ReaderPtr reader, ChunkSource& source, rows::PartitionRange range = {});
    ~TableScanner();
    TableScanner(TableScanner&&) noexcept;
    TableScanner& operator=(TableScanner&&) noexcept;

    void setSource(ChunkSource& source);
    /// Moves to the next partition; its cursor is open then.
    [[nodiscard]] Result<Step> next();
    [[nodiscard]] PartitionCursor& partition() noexcept;
    [[nodiscard]] std::int64_t token() const noexcept; ///< of the current partition
    /// Bytes of Data.db that lie behind, uncompressed, for progress.
    [[nodiscard]] std::uint64_t position() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// An open SSTable: bloom filter, summary and statistics in memory, Index.db and Data.db open.
/// Immutable; any thread; shared by all that read it. It holds its files open, so they may be
/// removed from their folder meanwhile.
class Reader : public std::enable_shared_from_this<Reader> {
public:
    struct Options {
        /// Chunk caches see `2 * cacheId` for Data.db and `2 * cacheId + 1` for Index.db.
        std::uint64_t cacheId = 0;
    };

    /// Reads all components but Data.db and Index.db. Blocks. Corrupt names the file; NotFound;
    /// VersionTooNew; Invalid when the table's key or clustering differs from `table`'s.
    [[nodiscard]] static Result<ReaderPtr> open(Disk& disk, const Descriptor& descriptor,
                                                schema::TablePtr table, Options options);
    [[nodiscard]] static Result<ReaderPtr> open(Disk& disk, const Descriptor& descriptor,
                                                schema::TablePtr table)
    {
        return open(disk, descriptor, std::move(table), Options{});
    }
    ~Reader();

    /// The same files read as another version of the table, after ALTER TABLE. Cheap.
    [[nodiscard]] Result<ReaderPtr> withTable(schema::TablePtr table) const;
    /// The same files from a token on: the partitions before are not seen by mayContain() nor by
    /// scanners, while what tells of the whole table (keys, statistics, sizes) stays. Cheap.
    /// Readers made of this one begin there, too.
    [[nodiscard]] ReaderPtr startingAt(std::int64_t token) const;
    /// INT64_MIN: all of the table is seen.
    [[nodiscard]] std::int64_t startToken() const noexcept { return m_startToken; }

    [[nodiscard]] const Descriptor& descriptor() const noexcept;
    [[nodiscard]] const schema::TablePtr& table() const noexcept;
    [[nodiscard]] const StatsMetadata& stats() const noexcept;
    [[nodiscard]] const Statistics& statistics() const noexcept;
    [[nodiscard]] const SerializationHeader& header() const noexcept;
    [[nodiscard]] std::uint64_t dataFileId() const noexcept;  ///< Data.db's for caches
    [[nodiscard]] std::uint64_t dataBytes() const noexcept;   ///< Data.db before compression
    [[nodiscard]] std::uint64_t bytesOnDisk() const noexcept; ///< all components
    [[nodiscard]] std::uint64_t estimatedPartitions() const noexcept; ///< from the summary
    /// About how many of them have tokens after `after` up to and including `upTo`: by the share of
    /// the summary's samples, or, in formats without one, as if their tokens were evenly spread.
    [[nodiscard]] std::uint64_t estimatedPartitionsIn(std::int64_t after,
                                                      std::int64_t upTo) const noexcept;
    // What it keeps in memory:
    [[nodiscard]] std::uint64_t filterBytes() const noexcept;
    [[nodiscard]] std::uint64_t summaryBytes() const noexcept;    ///< 0 in BTI
    [[nodiscard]] std::uint64_t indexBytes() const noexcept;      ///< the summary, or BTI's trie
    [[nodiscard]] std::uint64_t chunkTableBytes() const noexcept; ///< where Data.db's chunks begin
    [[nodiscard]] std::uint64_t summaryEntries() const noexcept;
    /// Drops every second entry of the summary, for good as long as the table is open, for all
    /// Readers of it. Any thread; lookups under way go on with what they have.
    void halveSummary() const;
    [[nodiscard]] ByteView firstKey() const noexcept;
    [[nodiscard]] ByteView lastKey() const noexcept;
    [[nodiscard]] std::int64_t firstToken() const noexcept;
    [[nodiscard]] std::int64_t lastToken() const noexcept;

    /// Whether the key may be here: from startToken() on, within first and last key, and by the
    /// bloom filter. Never a false no. No I/O. `key` is hashed once by the caller (KeyHash) for all
    /// tables.
    [[nodiscard]] bool mayContain(const KeyHash& key) const noexcept;
    /// Finds a key through summary and index, without asking the bloom filter or startToken().
    [[nodiscard]] Result<Lookup> find(const KeyHash& key, ChunkSource& source) const;

    /// Whether rows within the slice may be here, by the least and greatest clustering of the
    /// statistics. Says nothing about partition deletions and static rows.
    [[nodiscard]] bool mayContainClustering(const rows::Bound& start,
                                            const rows::Bound& end) const noexcept;

    /// Data.db against Digest.crc32. Reads the whole file; blocks.
    [[nodiscard]] Result<void> verifyDigest(Disk& disk) const;

private:
    friend class PartitionCursor;
    friend class TableScanner;
    friend struct ReaderAccess;
    Reader() = default;
    [[nodiscard]] Result<Lookup> findInTrie(const KeyHash& key, ChunkSource& source) const;
    std::shared_ptr<const ReaderFiles> m_files;
    std::shared_ptr<const RowDecoder> m_decoder;
    schema::TablePtr m_table;
    std::int64_t m_startToken = INT64_MIN;
};

} // namespace engine::sstable
