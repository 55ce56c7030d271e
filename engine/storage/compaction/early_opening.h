#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/writer.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine::storage {

/// Gives each open SSTable of a process its own number for the chunk cache.
using CacheIds = std::shared_ptr<std::atomic<std::uint64_t>>;

/// What a compaction has written so far, for readers: all that its inputs hold up to a token.
/// Nothing of it outlives the compaction's failure or a crash but the readers themselves.
struct EarlyResult {
    std::vector<sstable::ReaderPtr> tables; ///< in token order
    std::int64_t upTo = INT64_MIN;          ///< inclusive
};
/// Gets each in turn.
using EarlyListener = std::function<void(EarlyResult)>;

/// Opens the outputs of a compaction while they are written (SSTableRewriter.maybeReopenEarly).
///
/// An opening goes up to a token, not a key: partitions of one token are never torn apart. Once a
/// writer has got `every` bytes more, the end of its last partition is marked; when the chunks up
/// to there are complete, they are opened. What an opening copies (summary, chunk table) grows with
/// the output, so openings get rarer where copying would come to more than an eighth of writing.
///
/// An opening that fails, for want of file handles, is left out: it only makes reads smoother. Of
/// a write that fails in it the writer tells when it goes on.
/// On the pool, one thread at a time.
class EarlyOpening {
public:
    /// `every`: see CompactionInput::earlyEvery; none: this does nothing.
    EarlyOpening(Disk& disk, std::optional<std::uint64_t> every, CacheIds ids);

    /// An output begins.
    void begin();
    /// Between partitions of an output: all of the inputs up to token `done` is written, the next
    /// partition has token `next`.
    void consider(sstable::Writer& writer, std::int64_t done, std::int64_t next);
    /// The output is complete, and all of the inputs up to token `done` is written; `next` as
    /// above.
    void close(const sstable::Descriptor& made, const schema::TablePtr& table, std::int64_t done,
               std::int64_t next);

    /// The newest result that has not been taken yet.
    [[nodiscard]] std::optional<EarlyResult> take();
    /// Of each output begun so far; empty if this does nothing.
    [[nodiscard]] const std::vector<std::uint64_t>& cacheIds() const noexcept { return m_used; }
    /// The outputs that were opened when they were complete: the first ones.
    [[nodiscard]] const std::vector<sstable::ReaderPtr>& complete() const noexcept
    {
        return m_complete;
    }

private:
    void publish(sstable::ReaderPtr last, std::int64_t upTo);

    Disk& m_disk;
    std::optional<std::uint64_t> m_every;
    CacheIds m_ids;
    std::vector<std::uint64_t> m_used;
    std::vector<sstable::ReaderPtr> m_complete;
    std::optional<std::int64_t> m_markedToken; ///< in the output that is being written
    std::uint64_t m_nextAt = 0;                ///< bytes of that output
    std::optional<EarlyResult> m_newest;
};

} // namespace engine::storage
