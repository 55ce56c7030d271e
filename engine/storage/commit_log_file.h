#pragma once

#include "engine/base/callback.h"
#include "engine/base/disk.h"
#include "engine/sstable/compression.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::storage {

/// What one write of the commit log takes to the kernel, and who waits for it.
struct LogBatch {
    /// The records for one segment: a stretch of its uncompressed form.
    struct Part {
        std::int64_t segment = 0;
        std::uint64_t offset = 0; ///< of `bytes`, uncompressed; 0: the file is to be created
        bool holdsCdc = false;
        Bytes bytes;
        std::uint64_t stored = 0; ///< bytes that the segment grew by; set by LogFile::write
        bool isRecycled = false;  ///< begins a segment in the file of an earlier one; set likewise
    };
    std::vector<Part> parts; ///< the first `used` count; others keep their capacity
    std::size_t used = 0;
    std::vector<UniqueFunction<void(Result<void>)>> waiters;
    Result<void> result = ok();
    /// Whether a failed write left everything else intact: the disk is full or a file could not
    /// be created. After any other failure nothing that was not synced can be relied upon.
    bool mayGoOn = false;

    /// The last part if it is of this segment, else a new one.
    Part& part(std::int64_t segment, std::uint64_t offset);
    void clear();
    /// Bytes of records that it has room for.
    [[nodiscard]] std::size_t memory() const noexcept;
};

/// A file of the log that may hold what is not synced.
struct UnsyncedLogFile {
    std::int64_t segment = 0;
    std::shared_ptr<File> file;
    std::string cdcIndex; ///< to be told how far the file is synced; empty: no CDC in it
    std::uint64_t bytes = 0;
    bool isEnded = false;
    bool isRecycled = false;  ///< it may go on behind `bytes`
    bool syncsNoMore = false; ///< a sync of it has failed
};

struct LogFileOptions {
    std::string folder;
    std::string cdcFolder; ///< empty: segments are not linked there
    bool syncsEachWrite = false;
    std::size_t sparesMax = 0;              ///< files kept to be recycled
    sstable::CompressionParams compression; ///< Compressor::None: records are written as they are
};

/// Owns the file being written. Used by work on the log's lane, or by the node thread while there
/// is none.
class LogFile {
public:
    LogFile(Disk& disk, LogFileOptions options);

    /// Writes a batch and says in it how it went. After a failure the file in work is given up:
    /// later batches must be for other segments.
    void write(LogBatch& batch);
    /// Whether write() would do nothing but append at most so many bytes to the file in work,
    /// as they are and without a sync.
    [[nodiscard]] bool isPlainAppend(const LogBatch& batch, std::size_t most) const noexcept;
    /// The files that hold what was written since the last call, to be synced by the caller,
    /// on any thread.
    [[nodiscard]] std::vector<UnsyncedLogFile> takeUnsynced();
    /// Nobody needs this segment any more: its file is kept to be recycled, or removed.
    Result<void> discard(std::int64_t segment);
    /// A sync of the file in work has failed: it gets no other.
    void syncNoMore() { m_current.syncsNoMore = true; }

private:
    Result<void> writeParts(LogBatch& batch);
    Result<void> open(std::int64_t segment);
    Result<UnsyncedLogFile> make(const std::string& path);
    Result<void> close();

    Disk& m_disk;
    LogFileOptions m_options;
    UnsyncedLogFile m_current;
    std::vector<UnsyncedLogFile> m_behind;
    std::vector<std::string> m_spares; ///< paths
    Bytes m_section;
};

/// Syncs them all, even behind a failure, and tells the readers of CDC logs. The first error.
Result<void> syncLogFiles(Disk& disk, const std::vector<UnsyncedLogFile>& files);

/// Cassandra's <name>_cdc.idx: how many bytes of the segment beside it are durable, and, on a
/// second line, COMPLETED once no more will come.
Result<void> writeCdcIndex(Disk& disk, const std::string& path, std::uint64_t bytes, bool isEnded);
/// Of the segment with this file name.
[[nodiscard]] std::string cdcIndexName(const std::string& segmentName);

} // namespace engine::storage
