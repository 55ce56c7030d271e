#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/base/runtime.h"
#include "engine/base/task.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/writer.h"
#include "engine/storage/compaction/early_opening.h"
#include "engine/storage/compaction/file_transaction.h"
#include "engine/storage/compaction/strategy.h"
#include "engine/storage/compaction/table_folders.h"
#include "engine/storage/compaction/token_spans.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace engine::storage {

/// The number of the next SSTable of a table; shared by flushes and compactions.
using GenerationCounter = std::shared_ptr<std::atomic<std::uint64_t>>;

/// What a compaction is to do: values and immutable readers, collected on the node thread.
struct CompactionInput {
    schema::TablePtr table;                 ///< the output is written as this version
    std::vector<sstable::ReaderPtr> inputs; ///< merged, later replaced by the output; not empty
    /// All other live SSTables of the table: a tombstone is kept while one of them may hold older
    /// data of its partition.
    std::vector<sstable::ReaderPtr> others;
    /// The smallest timestamp in the table's memtables, flushing ones too; INT64_MAX if empty.
    std::int64_t memtableMinTimestamp = INT64_MAX;
    TableFolders folders; ///< of the table; the inputs lie in one of them
    GenerationCounter generations;
    std::string version{sstable::kCurrentVersion}; ///< that the output is written as
    /// Knows of each output before it exists; nullptr in tests that need no recovery.
    std::shared_ptr<FileTransaction> transaction;
    OutputSplit split;
    std::int64_t nowSeconds = 0;
    bool purges = true; ///< false: tombstones stay whatever their age
    /// Partitions of other tokens are left out: `nodetool cleanup`, anticompaction. None: all stay.
    std::optional<std::vector<TokenSpan>> keep;
    Garbage garbage = Garbage::Stays;
    sstable::RepairMark repair; ///< of the output
    std::optional<Uuid> originatingHost;
    bool sync = true;
    /// The result so far is opened for readers whenever about so many more bytes of it have been
    /// written (uncompressed), and whenever an SSTable is complete; with numbers of `cacheIds`.
    /// None: not before the end.
    std::optional<std::uint64_t> earlyEvery;
    CacheIds cacheIds;
};

/// Seen by the node thread while the pool works.
struct CompactionProgress {
    std::atomic<std::uint64_t> bytesDone = 0; ///< of the inputs' Data.db, uncompressed
    std::atomic<std::uint64_t> bytesTotal = 0;
    std::atomic<bool> cancelled = false; ///< set it to end the compaction with Cancelled
};

struct CompactionResult {
    /// In token order; none: nothing survived. The caller publishes them in place of the inputs.
    std::vector<sstable::WrittenTable> made;
    /// The cache numbers that early readers of each of `made` had, for the next ones; none without
    /// early opening.
    std::vector<std::uint64_t> cacheIds;
    /// The first of `made`, as far as readers have them already.
    std::vector<sstable::ReaderPtr> opened;
    std::uint64_t bytesRead = 0; ///< of the inputs on disk
    std::uint64_t partitionsIn = 0;
    std::uint64_t partitionsOut = 0;
    /// [n - 1]: partitions that were in n of the inputs, as in system.compaction_history.
    std::vector<std::uint64_t> partitionsMerged;
    std::uint64_t tombstonesPurged = 0;
};

/// Merges SSTables into one, or into several by OutputSplit: newest data wins, shadowed data goes,
/// tombstones older than gc_grace_seconds that can shadow nothing elsewhere go, expired data
/// becomes tombstones (CompactionIterator with its Purger). Blocks: use it on the pool; one thread
/// at a time. Destroyed before finish(), it leaves nothing behind.
class CompactionTask {
public:
    [[nodiscard]] static Result<std::unique_ptr<CompactionTask>>
    create(Disk& disk, CompactionInput input,
           std::shared_ptr<CompactionProgress> progress = nullptr);
    ~CompactionTask();

    /// Merges partitions until about `bytes` of input are done. False: all is.
    /// Corrupt names file and partition; Cancelled.
    [[nodiscard]] Result<bool> runSlice(std::uint64_t bytes);
    /// The newest result so far that has not been taken yet. Between slices, on any thread.
    [[nodiscard]] std::optional<EarlyResult> takeEarly();
    /// Completes the output. Requires that runSlice() has returned false.
    [[nodiscard]] Result<CompactionResult> finish();

private:
    struct Impl;
    explicit CompactionTask(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Keeps all compactions of a store together below a rate (compaction_throughput). Node thread.
class CompactionThrottle {
public:
    /// 0: as fast as it goes.
    void setBytesPerSecond(std::uint64_t rate) noexcept { m_bytesPerSecond = rate; }
    [[nodiscard]] std::uint64_t bytesPerSecond() const noexcept { return m_bytesPerSecond; }
    /// How long to wait after `bytes` more were read at `now`.
    [[nodiscard]] Duration pause(MonoTime now, std::uint64_t bytes) noexcept;

private:
    std::uint64_t m_bytesPerSecond = 0;
    MonoTime m_freeAt{};
};

/// The whole of it on the runtime's pool, in slices, so that flushes get their turn between.
/// `throttle` outlives the task; nullptr: unlimited. `onEarly` runs on the node thread.
[[nodiscard]] Task<CompactionResult> compact(Runtime& runtime, CompactionInput input,
                                             std::shared_ptr<CompactionProgress> progress,
                                             CompactionThrottle* throttle = nullptr,
                                             EarlyListener onEarly = nullptr);

} // namespace engine::storage
