#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/rows/partition.h"
#include "engine/sstable/descriptor.h"
#include "engine/sstable/encoding_stats.h"
#include "engine/sstable/repair_mark.h"
#include "engine/sstable/statistics.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace engine::sstable {

class Reader;

/// What a Writer must know before the first partition.
struct WriterOptions {
    Descriptor descriptor;  ///< its folder exists; no file of this name does
    schema::TablePtr table; ///< compression, bloom filter and index intervals come from its params
    EncodingStats stats;    ///< see EncodingStatsCollector; merged from the inputs in compaction
    std::uint64_t expectedPartitions = 1;              ///< sizes the bloom filter; an estimate
    std::vector<CommitLogInterval> commitLogIntervals; ///< what a flush makes obsolete
    std::int32_t level = 0;
    RepairMark repair;
    std::optional<Uuid> originatingHost;
    std::uint32_t columnIndexBytes = 65536; ///< column_index_size: block size of the row index
    bool syncWhenFinished = true;
};

/// What a Writer made.
struct WrittenTable {
    Descriptor descriptor;
    std::uint64_t partitions = 0;
    std::uint64_t bytesOnDisk = 0; ///< all components
    std::uint64_t dataBytes = 0;   ///< of Data.db before compression
};

/// Writes one SSTable in Cassandra's BIG format, partition by partition in token order.
///
/// Everything blocks: use it on the pool. One thread at a time. All views that it is given need
/// to live only during the call. If it is destroyed before finish() succeeded, its files are
/// removed. Buffers are reused from row to row; there is no allocation a cell.
///
///     RW_ASSIGN(auto writer, Writer::create(disk, options));
///     for (partition …) RW_TRY(writer->append(partition));
///     RW_ASSIGN(const WrittenTable made, writer->finish());
class Writer {
public:
    /// Invalid for a table whose compression or version we cannot write; Io, DiskFull.
    [[nodiscard]] static Result<std::unique_ptr<Writer>> create(Disk& disk, WriterOptions options);
    ~Writer();

    /// Begins a partition. `staticRow` is empty if there is none.
    /// Requires: the key is greater than the last one in token order (assertion).
    [[nodiscard]] Result<void> startPartition(ByteView key, const rows::DeletionTime& deletion,
                                              const rows::Row& staticRow);
    /// The next row or range tombstone marker in clustering order, markers balanced. Rows may
    /// hold columns of earlier versions of the table; they are found by name.
    [[nodiscard]] Result<void> append(const rows::Unfiltered& unfiltered);
    [[nodiscard]] Result<void> endPartition();

    /// A whole partition; an empty one is left out.
    [[nodiscard]] Result<void> append(const rows::Partition& partition);

    /// Notes that the table may be seen up to the end of the last partition, instead of what was
    /// noted before. Requires: between partitions, at least one was written.
    void mark() noexcept;
    /// Whether all up to the mark is in chunks that are complete. False without a mark.
    [[nodiscard]] bool canOpenEarly() const noexcept;
    /// What is written up to the mark as a table that can be read (SSTableWriter.openEarly): a
    /// snapshot of the index, statistics of at least that, the same bloom filter. Caches that see
    /// it under `cacheId` may go on with what they have when the finished table is opened with the
    /// same number. It may be read by any thread while the Writer goes on, and stays when that is
    /// destroyed. Requires canOpenEarly().
    [[nodiscard]] Result<std::shared_ptr<const Reader>> openEarly(std::uint64_t cacheId);
    /// About how much memory openEarly() copies.
    [[nodiscard]] std::uint64_t earlyBytes() const noexcept;

    /// Bytes of Data.db so far, uncompressed. To split the output or to show progress.
    [[nodiscard]] std::uint64_t dataBytes() const noexcept;
    [[nodiscard]] std::uint64_t partitions() const noexcept;

    /// Writes index, filter, statistics, summary and the rest, syncs all files, writes TOC.txt
    /// last and syncs the folder: the table is then complete and durable.
    /// Requires: at least one partition; abandon the writer otherwise.
    [[nodiscard]] Result<WrittenTable> finish();

private:
    struct Impl;
    explicit Writer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::sstable
