#include "engine/storage/compaction/compaction_task.h"

#include "engine/base/assert.h"
#include "engine/rows/merge.h"
#include "engine/storage/compaction/cursor_source.h"
#include "engine/storage/compaction/garbage.h"
#include "engine/storage/compaction/purge.h"

#include <algorithm>
#include <cmath>

namespace engine::storage {

namespace {

/// Memory for merged rows is given back when it exceeds this.
constexpr std::size_t kScratchBytesMax = 1 << 20;
constexpr std::uint64_t kSliceBytes = 4 << 20;

sstable::EncodingStats statsOf(const std::vector<sstable::ReaderPtr>& inputs,
                               std::int64_t nowSeconds)
{
    sstable::EncodingStats merged;
    for (const auto& reader : inputs) {
        const auto& from = reader->stats();
        sstable::EncodingStats stats;
        if (from.minTimestamp != INT64_MAX)
            stats.minTimestamp = from.minTimestamp;
        // An expired cell becomes a tombstone of the time it was written at. Where none has
        // expired, every row saves some bytes by a header that does not reach down there.
        if (from.minLocalDeletionTime != rows::kNoDeletionTime) {
            const bool expired = from.minLocalDeletionTime <= nowSeconds;
            stats.minLocalDeletionTime =
                std::max<std::int64_t>(from.minLocalDeletionTime - (expired ? from.maxTtl : 0), 0);
        }
        stats.minTtl = from.minTtl;
        merged.merge(stats);
    }
    return merged;
}

std::uint64_t estimatePartitions(const std::vector<sstable::ReaderPtr>& inputs)
{
    sstable::HyperLogLog together;
    std::uint64_t sum = 0;
    for (const auto& reader : inputs) {
        together.merge(reader->statistics().cardinality);
        sum += reader->estimatedPartitions();
    }
    return std::clamp<std::uint64_t>(together.estimate(), 1, std::max<std::uint64_t>(sum, 1));
}

/// All that the inputs' commit log intervals cover, without overlaps.
std::vector<sstable::CommitLogInterval>
unionOfIntervals(const std::vector<sstable::ReaderPtr>& inputs)
{
    std::vector<sstable::CommitLogInterval> all;
    for (const auto& reader : inputs)
        all.insert(all.end(), reader->stats().commitLogIntervals.begin(),
                   reader->stats().commitLogIntervals.end());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.start != b.start ? a.start < b.start : a.end < b.end;
    });
    std::vector<sstable::CommitLogInterval> merged;
    for (const auto& interval : all) {
        if (!merged.empty() && interval.start <= merged.back().end)
            merged.back().end = std::max(merged.back().end, interval.end);
        else
            merged.push_back(interval);
    }
    return merged;
}

} // namespace

struct CompactionTask::Impl {
    /// An input with its place in it.
    struct Source {
        sstable::ReaderPtr reader;
        sstable::TableScanner scanner;
        bool ended = false;
    };

    Impl(Disk& ioDisk, CompactionInput work, std::shared_ptr<CompactionProgress> shown)
        : disk(ioDisk),
          input(std::move(work)),
          progress(shown ? std::move(shown) : std::make_shared<CompactionProgress>()),
          purger(input.nowSeconds, input.nowSeconds - input.table->params().gcGraceSeconds),
          early(ioDisk, input.earlyEvery, input.cacheIds)
    {
    }

    Result<void> start();
    Result<bool> nextPartition();
    Result<void> mergeGroup();
    Result<void> mergeRowsOf(const rows::DeletionTime& deletion);
    Result<void> write(const rows::Unfiltered& unfiltered);
    Result<void> startOutput();
    Result<void> openWriter();
    Result<void> closeWriter();
    [[nodiscard]] bool isSplitBefore(std::int64_t token) const;
    [[nodiscard]] std::uint32_t shardOf(std::int64_t token) const;
    [[nodiscard]] bool keeps(std::int64_t token) const;
    Result<void> advance(Source& source);
    [[nodiscard]] int compare(Source& a, Source& b) const;
    [[nodiscard]] std::int64_t purgeableBelow(ByteView key) const;
    void updateProgress();

    Disk& disk;
    CompactionInput input;
    std::shared_ptr<CompactionProgress> progress;
    Purger purger;
    EarlyOpening early;
    sstable::DirectChunkSource chunks;
    std::unique_ptr<Shadow> shadow; ///< of the partition; nullptr: nothing lies above it
    std::unique_ptr<sstable::Writer> writer;
    sstable::Descriptor writing; ///< what the writer makes
    std::uint32_t writingShard = 0;
    sstable::WriterOptions writerOptions; ///< the same for every output, but for name and level
    std::uint64_t levelBytes = 0;         ///< written to the level that is being filled
    std::vector<Source> sources;
    std::vector<std::size_t> group; ///< sources whose current partition is the least
    CompactionResult result;
    std::uint64_t bytesDone = 0;
    bool ended = false;

    Arena rowArena;       ///< of merged rows, cleared often
    Arena partitionArena; ///< of the merger's state and the static row
    Bytes key;
    std::int64_t token = 0;
    std::int64_t tokenBefore = 0; ///< of the partition before
    rows::DeletionTime outDeletion;
    rows::Row outStatic;
    bool outStarted = false;
};

Result<void> CompactionTask::Impl::start()
{
    writerOptions.table = input.table;
    writerOptions.stats = statsOf(input.inputs, input.nowSeconds);
    writerOptions.expectedPartitions = estimatePartitions(input.inputs);
    writerOptions.commitLogIntervals = unionOfIntervals(input.inputs);
    writerOptions.originatingHost = input.originatingHost;
    writerOptions.level = input.split.level;
    writerOptions.repair = input.repair;
    writerOptions.syncWhenFinished = input.sync;
    result.partitionsMerged.assign(input.inputs.size(), 0);
    std::uint64_t total = 0;
    for (const auto& reader : input.inputs) {
        // Read as the version that is written, whatever the reader was opened for.
        RW_ASSIGN(auto current, reader->withTable(input.table));
        total += current->dataBytes();
        result.bytesRead += current->bytesOnDisk();
        sstable::TableScanner scanner{current, chunks};
        sources.push_back({std::move(current), std::move(scanner), false});
    }
    progress->bytesTotal = total;
    const std::uint64_t tables = std::max<std::uint64_t>(
        input.split.shards, total / std::max<std::uint64_t>(input.split.maxBytes, 1));
    writerOptions.expectedPartitions = std::max<std::uint64_t>(
        1, writerOptions.expectedPartitions / std::max<std::uint64_t>(tables, 1));
    for (auto& source : sources)
        RW_TRY(advance(source));
    return ok();
}

std::uint32_t CompactionTask::Impl::shardOf(std::int64_t of) const
{
    return ringShareOf(of, input.split.shards);
}

bool CompactionTask::Impl::isSplitBefore(std::int64_t next) const
{
    return writer->dataBytes() >= input.split.maxBytes ||
           (input.split.shards > 1 && shardOf(next) != writingShard) ||
           (input.folders.isSpread() && input.folders.of(next) != writing.folder);
}

bool CompactionTask::Impl::keeps(std::int64_t of) const
{
    return !input.keep || std::any_of(input.keep->begin(), input.keep->end(),
                                      [of](const TokenSpan& span) { return span.contains(of); });
}

Result<void> CompactionTask::Impl::openWriter()
{
    if (input.split.fillLevelsBy > 0) {
        const double capacity = static_cast<double>(input.split.maxBytes) *
                                std::pow(input.split.fillLevelsBy, writerOptions.level);
        if (static_cast<double>(levelBytes) >= capacity) {
            ++writerOptions.level;
            levelBytes = 0;
        }
    }
    writing = sstable::Descriptor::make(input.folders.of(token), input.generations->fetch_add(1),
                                        input.version);
    writingShard = shardOf(token);
    auto options = writerOptions;
    options.descriptor = writing;
    // Levels are of the SSTables of one folder: a newcomer may overlap them.
    if (writing.folder != input.inputs.front()->descriptor().folder) {
        RW_TRY(disk.createDirectories(writing.folder));
        options.level = 0;
    }
    if (input.transaction)
        RW_TRY(input.transaction->add(writing));
    RW_ASSIGN(writer, sstable::Writer::create(disk, std::move(options)));
    early.begin();
    return ok();
}

Result<void> CompactionTask::Impl::closeWriter()
{
    if (writer == nullptr)
        return ok();
    RW_ASSIGN(auto made, writer->finish());
    levelBytes += made.dataBytes;
    result.made.push_back(std::move(made));
    writer.reset();
    return ok();
}

Result<void> CompactionTask::Impl::advance(Source& source)
{
    RW_ASSIGN(const auto step, source.scanner.next());
    source.ended = step == sstable::Step::End;
    if (!source.ended)
        ++result.partitionsIn;
    return ok();
}

int CompactionTask::Impl::compare(Source& a, Source& b) const
{
    return sstable::KeyHash::compare(a.scanner.token(), a.scanner.partition().key(),
                                     b.scanner.token(), b.scanner.partition().key());
}

std::int64_t CompactionTask::Impl::purgeableBelow(ByteView wanted) const
{
    std::int64_t below = input.memtableMinTimestamp;
    const auto hash = sstable::KeyHash::of(wanted);
    for (const auto& other : input.others) {
        if (other->stats().minTimestamp < below && other->mayContain(hash))
            below = other->stats().minTimestamp;
    }
    return below;
}

void CompactionTask::Impl::updateProgress()
{
    bytesDone = 0;
    for (auto& source : sources)
        bytesDone += source.ended ? source.reader->dataBytes() : source.scanner.position();
    progress->bytesDone = bytesDone;
}

Result<void> CompactionTask::Impl::startOutput()
{
    if (outStarted)
        return ok();
    if (writer != nullptr && isSplitBefore(token)) {
        RW_TRY(closeWriter());
        early.close(writing, input.table, tokenBefore, token);
    }
    if (writer == nullptr)
        RW_TRY(openWriter());
    outStarted = true;
    return writer->startPartition(key, outDeletion, outStatic);
}

Result<void> CompactionTask::Impl::write(const rows::Unfiltered& unfiltered)
{
    rows::Unfiltered left = unfiltered;
    if (left.kind == rows::Unfiltered::Kind::Row) {
        if (shadow) {
            RW_ASSIGN(left.row, shadow->row(unfiltered.row, rowArena));
            if (left.row.isEmpty())
                return ok();
        }
        left.row = purger.row(left.row, rowArena);
        if (left.row.isEmpty())
            return ok();
    } else if (!purger.marker(left.marker)) {
        return ok();
    }
    RW_TRY(startOutput());
    return writer->append(left);
}

Result<void> CompactionTask::Impl::mergeRowsOf(const rows::DeletionTime& deletion)
{
    std::vector<CursorSource> cursors;
    cursors.reserve(group.size());
    for (const std::size_t index : group)
        cursors.emplace_back(sources[index].scanner.partition());
    rows::UnfilteredMerger<CursorSource> merger{*input.table, deletion, cursors, false,
                                                partitionArena};
    using Outcome = rows::UnfilteredMerger<CursorSource>::Outcome;
    Result<void> written = ok();
    while (true) {
        rowArena.clear();
        std::size_t used = 0;
        const Outcome outcome = merger.run(rowArena, [&](const rows::Unfiltered& unfiltered) {
            written = write(unfiltered);
            used += sizeof(rows::Cell) * (unfiltered.row.cells.size() + 4);
            return written && used < kScratchBytesMax;
        });
        if (!written)
            return written;
        for (const auto& cursor : cursors) {
            if (cursor.error())
                return *cursor.error();
        }
        if (progress->cancelled)
            return Error{ErrorCode::Cancelled, "the compaction was stopped"};
        if (outcome == Outcome::End)
            return ok();
    }
}

Result<void> CompactionTask::Impl::mergeGroup()
{
    partitionArena.clear();
    auto& first = sources[group.front()].scanner.partition();
    key.assign(first.key());
    if (!keeps(token))
        return ok();
    purger.setPurgeableBelow(input.purges ? purgeableBelow(key) : INT64_MIN);
    rows::DeletionTime deletion;
    std::vector<rows::Row> statics;
    for (const std::size_t index : group) {
        auto& cursor = sources[index].scanner.partition();
        if (cursor.deletion().supersedes(deletion))
            deletion = cursor.deletion();
        if (!cursor.staticRow().isEmpty())
            statics.push_back(cursor.staticRow());
    }
    outDeletion = purger.purges(deletion) ? rows::DeletionTime{} : deletion;
    outStatic = {};
    shadow.reset();
    if (input.garbage != Garbage::Stays) {
        RW_ASSIGN(shadow, Shadow::open(*input.table, input.others, sstable::KeyHash::of(key),
                                       chunks, input.garbage == Garbage::Cells));
    }
    if (!statics.empty()) {
        outStatic = rows::mergeRows(statics, deletion, partitionArena);
        if (shadow)
            outStatic = shadow->staticRow(outStatic, partitionArena);
        if (!outStatic.isEmpty())
            outStatic = purger.row(outStatic, partitionArena);
    }
    outStarted = false;
    if (!outDeletion.isLive() || !outStatic.isEmpty())
        RW_TRY(startOutput());
    RW_TRY(mergeRowsOf(deletion));
    if (outStarted) {
        RW_TRY(writer->endPartition());
        ++result.partitionsOut;
    }
    ++result.partitionsMerged[group.size() - 1];
    return ok();
}

Result<bool> CompactionTask::Impl::nextPartition()
{
    group.clear();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (sources[i].ended)
            continue;
        const int order = group.empty() ? -1 : compare(sources[i], sources[group.front()]);
        if (order < 0)
            group.clear();
        if (order <= 0)
            group.push_back(i);
    }
    if (group.empty())
        return false;
    tokenBefore = std::exchange(token, sources[group.front()].scanner.token());
    if (writer != nullptr)
        early.consider(*writer, tokenBefore, token);
    RW_TRY(mergeGroup());
    for (const std::size_t index : group)
        RW_TRY(advance(sources[index]));
    return true;
}

CompactionTask::CompactionTask(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
CompactionTask::~CompactionTask() = default;

Result<std::unique_ptr<CompactionTask>>
CompactionTask::create(Disk& disk, CompactionInput input,
                       std::shared_ptr<CompactionProgress> progress)
{
    ENGINE_ASSERT(!input.inputs.empty(), "a compaction has inputs");
    auto impl = std::make_unique<Impl>(disk, std::move(input), std::move(progress));
    RW_TRY(impl->start());
    return std::unique_ptr<CompactionTask>{new CompactionTask{std::move(impl)}};
}

Result<bool> CompactionTask::runSlice(std::uint64_t bytes)
{
    Impl& impl = *m_impl;
    const std::uint64_t until = impl.bytesDone + bytes;
    while (!impl.ended) {
        if (impl.progress->cancelled)
            return Error{ErrorCode::Cancelled, "the compaction was stopped"};
        RW_ASSIGN(const bool more, impl.nextPartition());
        impl.ended = !more;
        impl.updateProgress();
        if (impl.bytesDone >= until)
            break;
    }
    return !impl.ended;
}

std::optional<EarlyResult> CompactionTask::takeEarly()
{
    return m_impl->early.take();
}

Result<CompactionResult> CompactionTask::finish()
{
    Impl& impl = *m_impl;
    ENGINE_ASSERT(impl.ended, "runSlice() has not come to the end");
    impl.result.tombstonesPurged = impl.purger.purged();
    RW_TRY(impl.closeWriter());
    impl.result.cacheIds = impl.early.cacheIds();
    impl.result.opened = impl.early.complete();
    return std::move(impl.result);
}

Duration CompactionThrottle::pause(MonoTime now, std::uint64_t bytes) noexcept
{
    if (m_bytesPerSecond == 0)
        return Duration::zero();
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
        static_cast<double>(bytes) / static_cast<double>(m_bytesPerSecond)));
    m_freeAt = std::max(m_freeAt, now) + took;
    return m_freeAt - now;
}

Task<CompactionResult> compact(Runtime& runtime, CompactionInput input,
                               std::shared_ptr<CompactionProgress> progress,
                               CompactionThrottle* throttle, EarlyListener onEarly)
{
    std::uint64_t paidFor = 0;
    // No slice takes in more than one opening.
    const std::uint64_t sliceBytes =
        std::clamp<std::uint64_t>(input.earlyEvery.value_or(kSliceBytes), 1, kSliceBytes);
    Disk* disk = &runtime.disk();
    auto work = std::make_shared<CompactionInput>(std::move(input));
    auto created = runtime.onPool("compaction start", [disk, work, progress] {
        return CompactionTask::create(*disk, std::move(*work), progress);
    });
    RW_CO_ASSIGN(std::shared_ptr<CompactionTask> task, co_await created);
    while (true) {
        auto slice = runtime.onPool("compaction slice",
                                    [task, sliceBytes] { return task->runSlice(sliceBytes); });
        RW_CO_ASSIGN(const bool more, co_await slice);
        if (!more)
            break;
        if (auto early = task->takeEarly(); early && onEarly)
            onEarly(std::move(*early));
        if (throttle != nullptr) {
            const std::uint64_t done = progress->bytesDone;
            const Duration pause = throttle->pause(runtime.now(), done - paidFor);
            paidFor = done;
            if (pause > Duration::zero()) {
                auto sleeping = runtime.sleep(pause, "compaction throttle");
                RW_CO_TRY(co_await sleeping);
            }
        }
    }
    auto finished = runtime.onPool("compaction finish", [task] { return task->finish(); });
    RW_CO_ASSIGN(auto result, co_await finished);
    co_return std::move(result);
}

} // namespace engine::storage
