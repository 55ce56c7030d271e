#include "engine/coordination/timestamp_source.h"

#include "engine/base/hash.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

namespace {

// Little, because a node that restarts within it runs ahead of the others' clocks for as long.
constexpr std::int64_t kAheadMicros = 1'000'000;
constexpr std::int64_t kRenewMicros = 500'000;
// Marks written at once go to a file of their own: one being written on the pool cannot undo them.
constexpr const char* kAtOnceSuffix = ".now";
constexpr std::uint32_t kMarkMagic = 0x52575453; // "RWTS"
constexpr std::size_t kMarkBytes = 16;

Bytes encodeMark(std::int64_t mark)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.u32(kMarkMagic);
    out.i64(mark);
    out.u32(crc32(bytes));
    return bytes;
}

} // namespace

TimestampSource::TimestampSource(Runtime& runtime, std::string path, bool ordered)
    : m_runtime(runtime),
      m_path(std::move(path)),
      m_ordered(ordered),
      m_isHere(std::make_shared<bool>(true))
{
}

TimestampSource::~TimestampSource()
{
    *m_isHere = false;
}

Result<void> TimestampSource::load()
{
    if (!m_ordered)
        return ok();
    for (const std::string& path : {m_path, m_path + kAtOnceSuffix}) {
        if (!m_runtime.disk().exists(path))
            continue;
        RW_ASSIGN(const Bytes bytes, m_runtime.disk().readAll(path));
        ByteReader in(bytes);
        const std::uint32_t magic = in.u32();
        const std::int64_t mark = in.i64();
        const std::uint32_t crc = in.u32();
        if (bytes.size() != kMarkBytes || magic != kMarkMagic ||
            crc != crc32(ByteView{bytes}.substr(0, kMarkBytes - 4)))
            return Error{ErrorCode::Corrupt,
                         fmt::format("{} does not hold a timestamp mark; remove it if the clock of "
                                     "this machine was never set back.",
                                     path)};
        m_mark = std::max(m_mark, mark);
    }
    m_last = m_mark;
    return ok();
}

Result<WriteTimestamp> TimestampSource::next(WallTime now)
{
    if (!m_ordered)
        return WriteTimestamp{now.micros()};
    const std::int64_t value = std::max(now.micros(), m_last + 1);
    if (value > m_mark) {
        const std::int64_t mark = value + kAheadMicros;
        RW_TRY(m_runtime.disk().replaceFile(m_path + kAtOnceSuffix, encodeMark(mark)));
        m_mark = mark;
    } else if (m_mark - value < kRenewMicros && !m_writing) {
        writeAhead(value + kAheadMicros);
    }
    m_last = value;
    return WriteTimestamp{value};
}

void TimestampSource::writeAhead(std::int64_t mark)
{
    m_writing = true;
    auto written = std::make_shared<bool>(false);
    m_runtime.pool().submit(
        "timestamp mark",
        [&disk = m_runtime.disk(), path = m_path, mark, written] {
            *written = disk.replaceFile(path, encodeMark(mark)).has_value();
        },
        [this, here = m_isHere, mark, written] {
            if (!*here)
                return;
            m_writing = false;
            // If it failed, next() writes itself and reports why it cannot.
            if (*written)
                m_mark = std::max(m_mark, mark);
        });
}

} // namespace engine::coordination
