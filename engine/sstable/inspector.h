#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/histograms.h"
#include "engine/sstable/reader.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine::sstable {

/// What stands in one partition of one SSTable.
struct PartitionReport {
    Bytes key; ///< serialized
    std::int64_t token = 0;
    std::uint64_t position = 0; ///< in Data.db, uncompressed
    std::uint64_t bytes = 0;    ///< in Data.db, uncompressed
    std::uint64_t rows = 0;     ///< without the static row
    std::uint64_t cells = 0;    ///< of all rows and the static row, tombstones too
    bool hasStaticRow = false;
    bool isDeleted = false;                ///< has a partition tombstone
    std::uint64_t rowTombstones = 0;       ///< rows with a row deletion
    std::uint64_t rangeTombstones = 0;     ///< ranges, each with its two ends
    std::uint64_t complexTombstones = 0;   ///< deletions of whole collections and user types
    std::uint64_t cellTombstones = 0;      ///< deleted cells
    std::uint64_t expiringCells = 0;       ///< cells with a TTL, those that have expired too
    std::uint64_t expiredCells = 0;        ///< of them, expired at InspectOptions::nowSeconds
    std::uint64_t expiredRows = 0;         ///< rows whose marker has expired
    std::int64_t minTimestamp = INT64_MAX; ///< microseconds; of all that is written or deleted
    std::int64_t maxTimestamp = INT64_MIN;

    /// Everything that a read has to step over.
    [[nodiscard]] std::uint64_t tombstones() const noexcept
    {
        return (isDeleted ? 1 : 0) + rowTombstones + rangeTombstones + complexTombstones +
               cellTombstones + expiredCells;
    }
};

struct InspectOptions {
    std::int64_t nowSeconds = 0;   ///< what has expired is judged at this time
    std::size_t largestCount = 10; ///< how many of the largest partitions a TableReport keeps
};

/// What stands in one SSTable, counted by reading all of it.
struct TableReport {
    PartitionReport totals; ///< of all partitions; without key, token and position
    std::uint64_t partitions = 0;
    std::uint64_t deletedPartitions = 0;
    std::uint64_t staticRows = 0;
    EstimatedHistogram partitionSizes = EstimatedHistogram::forPartitionSizes(); ///< bytes
    EstimatedHistogram rowsPerPartition = EstimatedHistogram::forCellCounts();
    EstimatedHistogram cellsPerPartition = EstimatedHistogram::forCellCounts();
    EstimatedHistogram tombstonesPerPartition = EstimatedHistogram::forCellCounts();
    EstimatedHistogram ttls = EstimatedHistogram::forPartitionSizes(); ///< seconds, a cell each
    TombstoneHistogram dropTimes; ///< from when on tombstones and expiring cells can go
    /// Ordered from the largest down.
    std::vector<PartitionReport> largestByBytes;
    std::vector<PartitionReport> largestByRows;
    std::vector<PartitionReport> largestByTombstones;
};

/// Reads one SSTable partition by partition and counts, in constant memory. Works without the
/// schema: the table is what the SSTable's header says. Blocks; one thread at a time.
///
///     RW_ASSIGN(auto inspector, Inspector::open(disk, descriptor, options));
///     PartitionReport partition;
///     while (inspector.next(partition) → true) …
///
/// Figures that need no reading (histograms that the writer collected, schema, TTL and timestamp
/// limits) are in reader()->statistics().
class Inspector {
public:
    /// Corrupt, NotFound, VersionTooNew as Reader::open.
    [[nodiscard]] static Result<Inspector> open(Disk& disk, const Descriptor& descriptor,
                                                InspectOptions options);
    ~Inspector();
    Inspector(Inspector&&) noexcept;
    Inspector& operator=(Inspector&&) noexcept;

    [[nodiscard]] const ReaderPtr& reader() const noexcept;
    /// The next partition in token order. False: there is none. Corrupt names file, offset and
    /// partition; what came before it stands in report().
    [[nodiscard]] Result<bool> next(PartitionReport& to);
    /// All that next() has gone through.
    [[nodiscard]] const TableReport& report() const noexcept;
    /// Reads what is left.
    [[nodiscard]] Result<void> readAll();

private:
    struct Impl;
    explicit Inspector(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Opens an SSTable as the table that its own header describes, for tools: names of key columns,
/// which headers do not have, are "key", "column1" …; keyspace and table are named after the
/// folder where it has Cassandra's form.
[[nodiscard]] Result<ReaderPtr> openByHeader(Disk& disk, const Descriptor& descriptor);

/// Which table a folder of Cassandra's layout belongs to.
struct TableLocation {
    std::string keyspace;
    std::string table;
    std::string snapshot; ///< empty: the live files
};
/// Reads "…/<keyspace>/<table>-<id>[/snapshots/<name>]"; members are empty where the path has
/// another form.
[[nodiscard]] TableLocation locationOf(const std::string& folder);

/// A partition key as text: its components as CQL's string forms, ':' between them.
[[nodiscard]] std::string keyText(const schema::Table& table, ByteView key);

} // namespace engine::sstable
