#pragma once

#include "engine/base/callback.h"
#include "engine/base/runtime.h"
#include "engine/rows/partition.h"
#include "engine/sstable/statistics.h"
#include "engine/storage/store_options.h"
#include "engine/storage/table_metrics.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::storage {

using sstable::CommitLogPosition;

/// The commit log's segments and what is in them. The form, version 1 (big-endian):
///
///     file   CommitLog-1-<id>.log: "RWCL", u32 version, u64 id, u32 crc of these
///     record u32 size, u32 crc of (id, offset of the record, size), payload, u32 crc of payload
///     payload u8 kind; 0: a mutation (rows/serialization.h); 1: u32 offset up to which this
///             segment was synced
///
/// Version 2 (commitlog_compression) holds the same records in compressed sections, one a write:
///
///     file    "RWCL", u32 2, u64 id, u8 compressor (sstable::Compressor), 3 × 0, u32 crc of these
///     section u32 stored size, u32 size, u32 offset of its first record in the uncompressed form,
///             u32 crc of (id, offset of the section, these three), bytes, u32 crc of the bytes.
///             Stored as it is if both sizes are equal.
///
/// Version 3 is version 1 in the file of an earlier segment that nobody needed any more: behind
/// its last record may lie what that one held. Its end is cut off when the segment ends.
///
/// Offsets of records, in CommitLogPosition too, are those of the uncompressed form.
/// A record is where it was written or nowhere: its place is part of its checksum. What lies
/// before a synced offset must be readable (else Corrupt); behind it a crash may have torn holes,
/// and whatever record is whole is used.

/// One record of a segment.
struct CommitLogRecord {
    CommitLogPosition position; ///< its end
    ByteView mutation;
};

/// What a segment held.
struct CommitLogSegmentContents {
    std::vector<CommitLogRecord> records; ///< views of the file's bytes, or of `expanded`
    std::uint64_t bytesLost = 0;          ///< torn, in the part that was never synced
    std::deque<Bytes> expanded;           ///< the sections of a compressed segment
};

/// Takes away the files that an earlier run kept to be recycled: their records' checksums know the
/// segment, and segments of this run may begin with smaller ids, should the clock have gone back.
[[nodiscard]] Result<void> removeSpareLogFiles(Disk& disk, const std::string& folder);

/// Reads a segment's bytes. Corrupt, with the file and offset, if a synced part is damaged
/// (`ignoreErrors`: counted in bytesLost instead); VersionTooNew.
[[nodiscard]] Result<CommitLogSegmentContents>
readCommitLogSegment(const std::string& path, std::int64_t id, ByteView bytes, bool ignoreErrors);
[[nodiscard]] std::string commitLogFileName(std::int64_t id);
/// What the file of a segment is called while it is kept to be recycled.
[[nodiscard]] std::string spareLogFileName(std::int64_t id);
/// The segment ids of the files in a folder, ascending. A missing folder has none.
[[nodiscard]] Result<std::vector<std::int64_t>> listCommitLog(Disk& disk,
                                                              const std::string& folder);

/// ConfigError if the options ask for a compression that does not exist.
[[nodiscard]] Result<void> checkCommitLogOptions(const StoreOptions& options);

/// Takes mutations to disk before they are acknowledged.
///
/// Records are collected during a turn of the node's loop; one write takes them to the kernel, with
/// fsync before (Batch, Group) or every period after (Periodic) they are answered. It is done on
/// lane 0 of the pool, and while it runs the next turn collects; but a small append to an open file
/// that needs no fsync is done by the loop itself, which then answers without a change of thread.
/// Should one take longer than 500 µs the lane has them all for a second.
///
/// Files of segments that nobody needs are recycled (unless they are compressed, archived or linked
/// for CDC): writing over what the kernel has in memory and the disk has room for takes a third of
/// the time, and a sync of it changes no block of the file system's own.
///
/// Failures: a failed write or fsync is never retried: from then on every append fails with the
/// same error (CommitFailurePolicy::Ignore: only those concerned, and a new segment begins). A
/// full disk and a want of file handles pass: the writes concerned fail, others are refused with
/// the same error for a second, then one is tried again, in a new segment. Node thread only.
class CommitLog {
public:
    using Done = UniqueFunction<void(Result<void>)>;

    /// `nextSegment`: greater than any id used before. Nothing is written before the first append.
    CommitLog(Runtime& runtime, const StoreOptions& options, std::int64_t nextSegment,
              StoreMetrics& metrics);
    ~CommitLog();

    /// Queues a mutation; `done` is taken and runs in a later step. Returns its position, or the
    /// error of a record that is too large (Invalid) or of a log that has failed; `done` is left
    /// alone then.
    /// `isCdc`: it writes to a table with cdc = true; CdcWriteFailure if there is no room for it.
    [[nodiscard]] Result<CommitLogPosition> append(const rows::Mutation& mutation, Done& done,
                                                   bool isCdc = false);
    /// Where the next record will come behind.
    [[nodiscard]] CommitLogPosition position() const noexcept;

    /// Says that a segment holds writes of a table that are not in an SSTable yet.
    void markDirty(std::int64_t segment, const schema::TableId& table);
    /// All writes of the table up to `position` are in SSTables. Segments without dirty tables
    /// are removed, except the one being written. `last`: the table's last write of all.
    void markClean(const schema::TableId& table, CommitLogPosition position,
                   CommitLogPosition last);
    /// Takes charge of a segment of an earlier run, dirty for these tables.
    void adopt(std::int64_t segment, std::uint64_t bytes, const std::vector<schema::TableId>& dirty,
               bool holdsCdc = false);
    /// The tables to flush so that the log shrinks to its total size; empty if it is below.
    [[nodiscard]] std::vector<schema::TableId> tablesToFlush() const;
    /// Begins a new segment with an id of at least `atLeast`.
    void advance(std::int64_t atLeast);

    /// Begins a new, empty segment; ends when it and everything before is synced. Clean segments
    /// before it are removed.
    [[nodiscard]] Task<void> startSegment();
    /// Ends when everything appended is synced.
    [[nodiscard]] Task<void> sync();
    [[nodiscard]] const std::optional<Error>& failure() const noexcept;
    /// Called once when the log has failed for good.
    void onFailure(std::function<void(const Error&)> callback);

private:
    struct Core;
    std::shared_ptr<Core> m_core;
};

} // namespace engine::storage
