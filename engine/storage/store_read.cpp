#include "engine/storage/partition_read.h"
#include "engine/storage/range_read.h"
#include "engine/storage/read_trace.h"
#include "engine/storage/store_impl.h"

#include <algorithm>

namespace engine::storage {

namespace {

/// Rows merged in one step of the node thread: about 100 µs.
constexpr std::uint32_t kRowsAStep = 256;
/// A single partition of up to so many rows is answered without suspending.
constexpr std::uint32_t kRowsAtOnce = 512;
constexpr std::uint64_t kReadAheadMax = 16;

/// What one memtable alone can answer without merging or copying: no deletions that cover rows,
/// nothing that may expire, no filter, columns of the current table.
bool isPlain(const Memtable& memtable, const MemtablePartition& partition,
             const rows::ReadCommand& command)
{
    return partition.deletion.isLive() && partition.markers.empty() && !memtable.hasExpiring() &&
           command.filter.empty() && memtable.isOfVersion(command.table);
}

/// The rows of a plain partition as views of the memtable, which the answer keeps alive; nullopt
/// if there are too many for one step.
std::optional<rows::Partition> readPlain(const std::shared_ptr<const Memtable>& memtable,
                                         const MemtablePartition& partition,
                                         const rows::ReadCommand& command, TableMetrics& metrics)
{
    rows::Partition out{command.table, partition.key};
    out.keepAlive(memtable);
    Arena& arena = out.arena();
    const rows::ColumnProjection projection{command};
    if (partition.staticRow != nullptr && command.table->hasStatics())
        out.staticRow = projection.project(*partition.staticRow, arena);
    const auto slices = rows::slicesOf(command, true, arena);
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    const bool reversed = command.clustering.reversed;
    const auto& all = partition.rows;
    for (std::size_t i = 0; i < slices.size() && !counter.isPartitionDone(); ++i) {
        const rows::SliceView& slice = slices[reversed ? slices.size() - 1 - i : i];
        auto from = partition.seek(*command.table, slice.start);
        auto to = partition.seek(*command.table, slice.end);
        const std::uint64_t count =
            std::min<std::uint64_t>({all.distance(from, to, kRowsAtOnce + 1), command.limits.rows,
                                     command.limits.rowsPerPartition});
        if (out.unfiltereds.size() + count > kRowsAtOnce)
            return std::nullopt;
        out.unfiltereds.reserve(out.unfiltereds.size() + count);
        bool goOn = true;
        while (from != to && goOn) {
            const MemtableRow* row;
            if (reversed) {
                to = all.previous(to);
                row = all.at(to).row;
            } else {
                row = all.at(from).row;
                from = all.next(from);
            }
            rows::Unfiltered& added = out.unfiltereds.emplace_back();
            added.row = projection.project(row->row(arena), arena);
            goOn = counter.count(added.row);
            if (out.unfiltereds.size() > kRowsAtOnce)
                return std::nullopt; // many dead rows
        }
    }
    metrics.liveRowsScanned += counter.rows();
    if (reversed)
        std::reverse(out.unfiltereds.begin(), out.unfiltereds.end());
    return out;
}

} // namespace

std::optional<Result<rows::Partition>> LocalStore::Impl::tryRead(const rows::ReadCommand& command)
{
    if (command.trace) [[unlikely]]
        return std::nullopt; // read() tells what it does
    const auto found = byId.find(command.table->id());
    if (found == byId.end())
        return Result<rows::Partition>{noTable(command.table->id())};
    TableState& state = *found->second;
    const MonoTime started = runtime.now();
    const sstable::KeyHash key = sstable::KeyHash::of(*command.key);
    std::optional<Result<rows::Partition>> answer;
    if (usesRowCache(state)) [[unlikely]] {
        bool mustSuspend = false;
        answer = tryReadThroughRowCache(state, command, key, mustSuspend);
        if (mustSuspend)
            return std::nullopt;
        if (answer) {
            state.metrics.reads.add(runtime.now() - started);
            return answer;
        }
    }
    const bool onDisk = std::any_of(state.toRead->begin(), state.toRead->end(),
                                    [&key](const auto& table) { return table->mayContain(key); });
    if (!onDisk && state.frozen.empty()) {
        state.metrics.bloomTrueNegatives += state.toRead->size();
        const MemtablePartition* partition = state.active->find(key.token, key.key);
        if (partition == nullptr) {
            answer.emplace(rows::Partition{command.table, key.key});
        } else if (isPlain(*state.active, *partition, command)) {
            auto plain = readPlain(state.active, *partition, command, state.metrics);
            if (!plain)
                return std::nullopt;
            answer.emplace(std::move(*plain));
        }
    }
    if (!answer) {
        const ReadView view = state.view();
        CachedChunks chunks{cache};
        rows::LimitCounter counter{command.limits, command.nowSeconds};
        PartitionRead read{view, command, key, keyCacheOf(state), chunks, counter, state.metrics};
        auto progress = read.run(kRowsAtOnce);
        if (!progress) {
            noteReadFailure(progress.error());
            answer.emplace(progress.error());
        } else if (*progress != Progress::Done)
            return std::nullopt;
        else
            answer.emplace(read.take());
    }
    state.metrics.reads.add(runtime.now() - started);
    return answer;
}

Task<LocalRead> LocalStore::Impl::read(rows::ReadCommand command, Priority priority)
{
    const auto state = stateOf(command.table->id());
    if (state == nullptr)
        co_return noTable(command.table->id());
    if (command.key) {
        auto task = readPartition(state, std::move(command), priority, true);
        co_return co_await task;
    }
    auto task = readRange(state, state->view(), std::move(command), priority);
    co_return co_await task;
}

Task<LocalRead> LocalStore::Impl::readPartition(TableStatePtr state, rows::ReadCommand command,
                                                Priority priority, bool mayUseRowCache)
{
    const MonoTime started = runtime.now();
    if (mayUseRowCache && usesRowCache(*state)) [[unlikely]] {
        auto trying = readThroughRowCache(state, command, priority);
        RW_CO_ASSIGN(auto cached, co_await trying);
        if (cached) {
            state->metrics.reads.add(runtime.now() - started);
            co_return std::move(*cached);
        }
    }
    const ReadView view = state->view();
    const sstable::KeyHash key = sstable::KeyHash::of(*command.key);
    CachedChunks chunks{cache};
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    ReadTrace trace{command, state->metrics};
    trace.noteView(command, view);
    PartitionRead partition{view,    command,         key,         keyCacheOf(*state), chunks,
                            counter, trace.metrics(), trace.ifOn()};
    std::uint64_t ahead = 1;
    while (true) {
        const auto progress = partition.run(kRowsAStep);
        if (!progress) {
            noteReadFailure(progress.error());
            co_return progress.error();
        }
        if (*progress == Progress::Done)
            break;
        if (*progress == Progress::Budget) {
            auto yielding = runtime.yield(priority, "read");
            RW_CO_TRY(co_await yielding);
            continue;
        }
        auto supplying = loadMissing(&chunks, view, ahead);
        RW_CO_TRY(co_await supplying);
        ahead = std::min(ahead * 2, kReadAheadMax);
    }
    trace.noteEnd(chunks.use());
    LocalRead answer;
    answer.limited = counter.isPartitionDone() && counter.rows() > 0;
    answer.report = trace.takeReport();
    if (auto read = partition.take(); !read.isEmpty())
        answer.partitions.push_back(std::move(read));
    state->metrics.reads.add(runtime.now() - started);
    co_return answer;
}

Task<LocalRead> LocalStore::Impl::readRange(TableStatePtr state, ReadView view,
                                            rows::ReadCommand command, Priority priority)
{
    const MonoTime started = runtime.now();
    CachedChunks chunks{cache};
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    ReadTrace trace{command, state->metrics};
    trace.noteView(command, view);
    RangeRead range{view, command, chunks, counter, trace.metrics()};
    LocalRead answer;
    std::uint64_t ahead = 1;
    while (true) {
        const auto progress = range.run(kRowsAStep, answer.partitions);
        if (!progress) {
            noteReadFailure(progress.error());
            co_return progress.error();
        }
        if (*progress == Progress::Done)
            break;
        if (*progress == Progress::Budget) {
            auto yielding = runtime.yield(priority, "range read");
            RW_CO_TRY(co_await yielding);
            continue;
        }
        auto supplying = loadMissing(&chunks, view, ahead);
        RW_CO_TRY(co_await supplying);
        ahead = std::min(ahead * 2, kReadAheadMax);
    }
    trace.noteEnd(chunks.use());
    answer.limited = counter.isDone();
    answer.report = trace.takeReport();
    state->metrics.rangeReads.add(runtime.now() - started);
    co_return answer;
}

/// Reads the chunk that `chunks` lacks, and up to `count` from there on, on the pool. `view`
/// keeps the file open meanwhile.
Task<void> LocalStore::Impl::loadMissing(CachedChunks* chunks, ReadView view, std::uint64_t count)
{
    const sstable::ChunkFile* file = chunks->missing().file;
    const std::uint64_t first = chunks->missing().index;
    const std::uint64_t end = (file->length() + file->chunkLength() - 1) / file->chunkLength();
    const std::uint64_t last = std::min(first + count, end);
    auto loading = runtime.onPool("read chunk", [view, file, first, last] {
        return [&]() -> Result<std::vector<sstable::ChunkPtr>> {
            std::vector<sstable::ChunkPtr> loaded;
            for (std::uint64_t index = first; index < last; ++index) {
                RW_ASSIGN(auto chunk, file->read(index));
                loaded.push_back(std::move(chunk));
            }
            return loaded;
        }();
    });
    auto loaded = co_await loading;
    if (!loaded) {
        noteReadFailure(loaded.error());
        co_return loaded.error();
    }
    for (std::size_t i = 0; i < loaded->size(); ++i)
        chunks->supply(file->id(), first + i, std::move((*loaded)[i]));
    co_return ok();
}

} // namespace engine::storage
