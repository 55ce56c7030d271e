#include "engine/coordination/record_log.h"

#include "engine/base/hash.h"

#include <fmt/format.h>

namespace engine::coordination {

namespace {
constexpr std::size_t kRecordHeaderBytes = 8;
constexpr std::uint32_t kRecordBytesMax = 256u << 20;
/// Not the commit log's lane; appends to one file stay in order.
constexpr std::uint32_t kRecordLane = 2;
} // namespace

struct RecordLog::State {
    Runtime& runtime;
    std::string path;
    std::unique_ptr<File> file; ///< used on the pool by one job at a time
    Bytes waiting;
    std::vector<OneShot<void>::Completer> waiters;
    std::uint64_t size = 0;
    bool flushing = false;
};

RecordLog::RecordLog(Runtime& runtime, std::string path)
    : m_state(std::make_shared<State>(State{runtime, std::move(path), nullptr, {}, {}, 0, false}))
{
}

// What was appended is still written: the flushes hold the state.
RecordLog::~RecordLog() = default;

Task<void> RecordLog::append(Bytes record)
{
    OneShot<void> done{m_state->runtime, Priority::Request, "record log"};
    m_state->waiters.push_back(done.completer());
    appendLater(std::move(record));
    co_return co_await done;
}

void RecordLog::appendLater(Bytes record)
{
    ByteWriter out(m_state->waiting);
    out.u32(static_cast<std::uint32_t>(record.size()));
    out.u32(crc32(record));
    out.raw(record);
    m_state->size += record.size() + kRecordHeaderBytes;
    if (!m_state->flushing)
        flush(m_state);
}

void RecordLog::flush(const std::shared_ptr<State>& state)
{
    state->flushing = true;
    auto bytes = std::make_shared<Bytes>(std::exchange(state->waiting, {}));
    auto waiters =
        std::make_shared<std::vector<OneShot<void>::Completer>>(std::exchange(state->waiters, {}));
    auto outcome = std::make_shared<Result<void>>(ok());
    state->runtime.pool().submitToLane(
        kRecordLane, "record log",
        [state, bytes, outcome, &disk = state->runtime.disk()] {
            if (!state->file) {
                const bool isNew = !disk.exists(state->path);
                auto opened = disk.open(state->path, OpenMode::Append);
                if (!opened) {
                    *outcome = opened.error();
                    return;
                }
                state->file = std::move(*opened);
                if (isNew)
                    if (auto synced =
                            disk.syncDirectory(state->path.substr(0, state->path.rfind('/')));
                        !synced) {
                        *outcome = synced.error();
                        return;
                    }
            }
            *outcome = state->file->append(*bytes);
            if (*outcome)
                *outcome = state->file->sync();
        },
        [state, waiters, outcome] {
            if (!*outcome)
                state->runtime.log().error("coordination", outcome->error().detail());
            for (auto& waiter : *waiters)
                waiter.complete(*outcome);
            state->flushing = false;
            if (!state->waiting.empty())
                flush(state);
        });
}

std::uint64_t RecordLog::size() const noexcept
{
    return m_state->size;
}

const std::string& RecordLog::path() const noexcept
{
    return m_state->path;
}

Result<std::vector<Bytes>> RecordLog::readRecords(Disk& disk, const std::string& path)
{
    std::vector<Bytes> records;
    if (!disk.exists(path))
        return records;
    RW_ASSIGN(const Bytes bytes, disk.readAll(path));
    ByteReader in(bytes);
    while (in.remaining() >= kRecordHeaderBytes) {
        const std::uint32_t size = in.u32();
        const std::uint32_t crc = in.u32();
        if (size > kRecordBytesMax || size > in.remaining())
            break;
        const ByteView record = in.raw(size);
        if (crc32(record) != crc)
            break;
        records.emplace_back(record);
    }
    return records;
}

} // namespace engine::coordination
