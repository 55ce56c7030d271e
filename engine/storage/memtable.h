#pragma once

#include "engine/base/arena.h"
#include "engine/rows/partition.h"
#include "engine/sstable/encoding_stats.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/statistics.h"
#include "engine/storage/memtable_row.h"
#include "engine/storage/sorted_chunks.h"

#include <memory>
#include <vector>

namespace engine::storage {

/// A row in a memtable. What mostly decides its place lies beside the pointer: a search through
/// many rows, each somewhere else in memory, reads the last few only.
struct RowSlot {
    std::uint64_t orderPrefix; ///< rows::orderPrefix() of its clustering
    const MemtableRow* row;
};
using MemtableRows = SortedChunks<RowSlot>;

/// One partition in a memtable. Its rows are not yet merged with its deletions: readers do that.
/// Memory is the memtable's; rows are immutable, an update puts a new row in the old one's place.
struct MemtablePartition {
    std::int64_t token = 0;
    ByteView key;
    rows::DeletionTime deletion;
    const rows::Row* staticRow = nullptr;
    MemtableRows rows;
    MemtableRows::Position newest;             ///< of what was written last; any if there is no row
    std::span<const rows::Unfiltered> markers; ///< balanced range tombstones

    /// The first row that is not before `bound`.
    [[nodiscard]] MemtableRows::Position seek(const schema::Table& table,
                                              const rows::Bound& bound) const;
};

/// The partitions of a memtable by token and key, to find one without a search: open addressing
/// by the token, which is a hash already.
class PartitionsByKey {
public:
    /// nullptr if it is not here.
    [[nodiscard]] MemtablePartition* find(std::int64_t token, ByteView key) const noexcept;
    /// Requires: not here yet. `partition` outlives this.
    void add(MemtablePartition& partition);
    /// Asks for the memory that find() looks at first.
    void prefetch(std::int64_t token) const noexcept;
    /// Asks for the partition itself and its key. Some time after prefetch().
    void prefetchPartition(std::int64_t token) const noexcept;
    [[nodiscard]] std::size_t bytes() const noexcept { return m_places.capacity() * sizeof(Place); }

private:
    struct Place {
        std::int64_t token;
        MemtablePartition* partition; ///< nullptr: free
    };
    /// Where it is, or the free place where it belongs. Requires a free place.
    [[nodiscard]] std::size_t placeOf(std::int64_t token, ByteView key) const noexcept;

    std::vector<Place> m_places; ///< a power of two of them, at most half in use
    std::size_t m_used = 0;
};

/// The newest writes of one table, sorted by token, key and clustering. Written by the node
/// thread; once frozen (no more apply()) any thread may read it, so that a flush writes it on the
/// pool while reads go on. What was read from it stays valid as long as it lives.
class Memtable {
public:
    struct Slot {
        std::int64_t token;
        MemtablePartition* partition;
    };
    using Position = SortedChunks<Slot>::Position;

    /// `start`: the commit log's position when it was made; what it holds lies behind.
    Memtable(schema::TablePtr table, sstable::CommitLogPosition start);

    /// Takes in an update of this table (of any version of it).
    void apply(const rows::Partition& update, std::int64_t token);

    /// Ask for memory that apply() to a partition of this token will look at, one after the other
    /// and with other work between: it is seldom in a cache, and each step tells the next.
    void prefetch(std::int64_t token) const noexcept { m_byKey.prefetch(token); }
    void prefetchPartition(std::int64_t token) const noexcept { m_byKey.prefetchPartition(token); }

    [[nodiscard]] const schema::TablePtr& table() const noexcept { return m_table; }
    [[nodiscard]] const sstable::CommitLogPosition& start() const noexcept { return m_start; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_partitions.size() == 0; }
    /// Bytes taken from the heap.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        return m_arena.reservedBytes() + m_byKey.bytes();
    }
    [[nodiscard]] std::uint64_t partitionCount() const noexcept { return m_partitions.size(); }
    [[nodiscard]] std::uint64_t rowCount() const noexcept { return m_rowCount; }
    /// Whether anything in it may expire.
    [[nodiscard]] bool hasExpiring() const noexcept { return m_hasExpiring; }
    /// Whether everything was written with the table's current columns, so that every cell's
    /// column is one of `table`.
    [[nodiscard]] bool isOfVersion(const schema::TablePtr& table) const noexcept
    {
        return m_versions.size() == 1 && m_versions.front() == table;
    }
    [[nodiscard]] sstable::EncodingStats stats() const { return m_stats.get(); }

    /// nullptr if the partition is not here.
    [[nodiscard]] const MemtablePartition* find(std::int64_t token, ByteView key) const;
    [[nodiscard]] Position begin() const noexcept { return m_partitions.begin(); }
    [[nodiscard]] Position end() const noexcept { return m_partitions.end(); }
    [[nodiscard]] Position next(Position at) const noexcept { return m_partitions.next(at); }
    [[nodiscard]] const MemtablePartition& at(Position at) const noexcept
    {
        return *m_partitions.at(at).partition;
    }
    /// The first partition at or after (`token`, `key`), or, if `after`, behind it.
    [[nodiscard]] Position seek(std::int64_t token, ByteView key, bool after) const;
    /// The first partition of a token greater than `token`.
    [[nodiscard]] Position seekAfterToken(std::int64_t token) const;

private:
    MemtablePartition& partition(std::int64_t token, ByteView key);
    struct RowPlace {
        MemtableRows::Position position;
        bool isFound;
    };
    [[nodiscard]] RowPlace placeOf(const MemtablePartition& partition, std::uint64_t prefix,
                                   const rows::Row& row) const;
    [[nodiscard]] rows::Row merged(const rows::Row& old, const rows::Row& update);
    void addRow(MemtablePartition& to, const rows::Row& row);
    void addMarkers(MemtablePartition& to, const rows::Partition& update);
    [[nodiscard]] const MemtableRow* updated(const MemtableRow& old, const rows::Row& update);
    void note(const rows::Row& row);

    schema::TablePtr m_table;
    std::vector<schema::TablePtr> m_versions; ///< those that cells' columns belong to
    sstable::CommitLogPosition m_start;
    Arena m_arena;
    SortedChunks<Slot> m_partitions;
    PartitionsByKey m_byKey;
    sstable::EncodingStatsCollector m_stats;
    std::uint64_t m_rowCount = 0;
    bool m_hasExpiring = false;
};

} // namespace engine::storage
