#include "engine/base/trace.h"

#include "engine/base/hash.h"

#include <algorithm>

namespace engine {

namespace {

/// Clock sequence and node of the timeuuids that an endpoint makes: those of two nodes never
/// meet. Variant bits and a multicast node, as RFC 4122 wants of one that is no MAC address.
std::uint64_t traceNodeOf(const InetEndpoint& endpoint)
{
    constexpr std::uint64_t kVariantAndMulticast = 0x8000'0100'0000'0000ULL;
    return kVariantAndMulticast | (std::uint64_t{endpoint.port} << 48 & 0x3fff'0000'0000'0000ULL) |
           crc32(endpoint.address.view());
}

} // namespace

TraceSession::TraceSession(Runtime& runtime, const Uuid& id, const InetEndpoint& source)
    : m_runtime(runtime), m_id(id), m_source(source), m_begun(runtime.now())
{
}

void TraceSession::add(std::string activity, std::string_view thread)
{
    if (m_noted > kEntriesMax)
        return;
    if (++m_noted > kEntriesMax)
        activity = "Too much happened: what follows is left out of the trace";
    TraceEntry entry;
    m_lastTicks = std::max(m_lastTicks + 1, Uuid::ticksOf(m_runtime.wallNow()));
    entry.id = Uuid::timeUuid(m_lastTicks, traceNodeOf(m_source));
    entry.source = m_source;
    entry.elapsed = elapsed();
    entry.activity = std::move(activity);
    entry.thread = thread;
    m_entries.push_back(std::move(entry));
}

std::vector<TraceEntry> TraceSession::take()
{
    return std::exchange(m_entries, {});
}

Result<void> TraceSession::absorb(ByteView encoded)
{
    RW_ASSIGN(auto entries, decodeTraceEntries(encoded));
    if (m_entries.size() + entries.size() > kEntriesMax * 2)
        return ok();
    std::move(entries.begin(), entries.end(), std::back_inserter(m_entries));
    return ok();
}

void TraceSession::answerArrived()
{
    if (m_outstanding == 0 || --m_outstanding != 0 || !m_whenAnswered)
        return;
    auto callback = std::exchange(m_whenAnswered, {});
    callback();
}

void TraceSession::whenAnswered(Callback callback)
{
    if (m_outstanding == 0)
        callback();
    else
        m_whenAnswered = std::move(callback);
}

Bytes encodeTraceEntries(const std::vector<TraceEntry>& entries)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.unsignedVint(entries.size());
    for (const TraceEntry& entry : entries) {
        out.raw(entry.id.view());
        out.u8(entry.source.address.size);
        out.raw(entry.source.address.view());
        out.u16(entry.source.port);
        out.i64(entry.elapsed.count());
        out.bytesVint(entry.activity);
        out.bytesVint(entry.thread);
    }
    return bytes;
}

Result<std::vector<TraceEntry>> decodeTraceEntries(ByteView bytes)
{
    constexpr std::size_t kEntryBytesMin = 16 + 1 + 2 + 8 + 1 + 1;
    ByteReader in(bytes);
    const std::uint64_t count = in.unsignedVint();
    std::vector<TraceEntry> entries;
    if (!in.ok() || count > in.remaining() / kEntryBytesMin)
        return Error{ErrorCode::Corrupt, "A part of a trace from another node is cut short."};
    entries.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        TraceEntry entry;
        const ByteView id = in.raw(16);
        const ByteView address = in.raw(in.u8());
        entry.source.port = in.u16();
        entry.elapsed = Duration{in.i64()};
        entry.activity = in.bytesVint();
        entry.thread = in.bytesVint();
        const auto parsed = InetAddress::fromBytes(address);
        if (!in.ok() || !parsed)
            return Error{ErrorCode::Corrupt, "A part of a trace from another node is cut short."};
        entry.id = Uuid::fromBytes(id);
        entry.source.address = *parsed;
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace engine
