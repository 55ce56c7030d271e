#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/base/runtime.h"
#include "engine/base/task.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/writer.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace engine::storage {

/// What a compaction is to do: values and immutable readers, collected on the node thread.
struct CompactionInput {
    schema::TablePtr table;                 ///< the output is written as this version
    std::vector<sstable::ReaderPtr> inputs; ///< merged, later replaced by the output; not empty
    /// All other live SSTables of the table: a tombstone is kept while one of them may hold older
    /// data of its partition.
    std::vector<sstable::ReaderPtr> others;
    /// The smallest timestamp in the table's memtables, flushing ones too; INT64_MAX if empty.
    std::int64_t memtableMinTimestamp = INT64_MAX;
    sstable::Descriptor output; ///< a new generation in the table's folder
    std::int64_t nowSeconds = 0;
    std::optional<Uuid> originatingHost;
    bool sync = true;
};

/// Seen by the node thread while the pool works.
struct CompactionProgress {
    std::atomic<std::uint64_t> bytesDone = 0; ///< of the inputs' Data.db, uncompressed
    std::atomic<std::uint64_t> bytesTotal = 0;
    std::atomic<bool> cancelled = false; ///< set it to end the compaction with Cancelled
};

struct CompactionResult {
    /// None: nothing survived. The caller publishes it in place of the inputs (atomically for
    /// readers, and after a crash: see sstable/descriptor.h), then removes them.
    std::optional<sstable::WrittenTable> made;
    std::uint64_t bytesRead = 0; ///< of the inputs on disk
    std::uint64_t partitionsIn = 0;
    std::uint64_t partitionsOut = 0;
    /// [n - 1]: partitions that were in n of the inputs, as in system.compaction_history.
    std::vector<std::uint64_t> partitionsMerged;
    std::uint64_t tombstonesPurged = 0;
};

/// Merges SSTables into one: newest data wins, shadowed data goes, tombstones older than
/// gc_grace_seconds that can shadow nothing elsewhere go, expired data becomes tombstones
/// (CompactionIterator with its Purger). Blocks: use it on the pool; one thread at a time.
/// Destroyed before finish(), it leaves nothing behind.
class CompactionTask {
public:
    [[nodiscard]] static Result<std::unique_ptr<CompactionTask>>
    create(Disk& disk, CompactionInput input,
           std::shared_ptr<CompactionProgress> progress = nullptr);
    ~CompactionTask();

    /// Merges partitions until about `bytes` of input are done. False: all is.
    /// Corrupt names file and partition; Cancelled.
    [[nodiscard]] Result<bool> runSlice(std::uint64_t bytes);
    /// Completes the output. Requires that runSlice() has returned false.
    [[nodiscard]] Result<CompactionResult> finish();

private:
    struct Impl;
    explicit CompactionTask(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The whole of it on the runtime's pool, in slices, so that flushes get their turn between.
[[nodiscard]] Task<CompactionResult> compact(Runtime& runtime, CompactionInput input,
                                             std::shared_ptr<CompactionProgress> progress);

} // namespace engine::storage
