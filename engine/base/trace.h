#pragma once

#include "engine/base/bytes.h"
#include "engine/base/inet.h"
#include "engine/base/runtime.h"
#include "engine/base/uuid.h"

#include <string>
#include <vector>

namespace engine {

/// One thing that a node did for a traced request: a row of system_traces.events.
struct TraceEntry {
    Uuid id; ///< a timeuuid of the node's wall clock, increasing within one node's part
    InetEndpoint source;
    Duration elapsed{}; ///< since the request began, or arrived, at `source`
    std::string activity;
    std::string thread;
};

/// What one node notes down of one traced request (tracing/TraceState). A request that is not
/// traced has none: the places that note something test one pointer and do nothing more.
///
/// The coordinator's session collects everything: messages of a traced request carry its id, a
/// replica makes a session of its own for the message, and its answer carries the entries back
/// (engine/messaging). So the trace is written once, as a whole, by the coordinator
/// (coordination/trace_service.h), and whoever finds its duration finds all its entries.
///
/// Node thread only. At most kEntriesMax entries are kept; the last one then says so.
class TraceSession {
public:
    static constexpr std::size_t kEntriesMax = 4000;

    /// `runtime` outlives it.
    TraceSession(Runtime& runtime, const Uuid& id, const InetEndpoint& source);

    [[nodiscard]] const Uuid& id() const noexcept { return m_id; }
    [[nodiscard]] MonoTime begun() const noexcept { return m_begun; }
    [[nodiscard]] Duration elapsed() const { return m_runtime.now() - m_begun; }

    /// Notes what happens now. `thread`: where; "node" is the node's one thread.
    void add(std::string activity, std::string_view thread = "node");

    /// Takes the entries out, in the order in which they were noted or absorbed.
    [[nodiscard]] std::vector<TraceEntry> take();
    /// Puts in the entries of another node, from encodeTraceEntries().
    /// Corrupt: nothing of them was taken.
    [[nodiscard]] Result<void> absorb(ByteView encoded);

    // ---- answers that are still to come, and bring entries ----
    void messageSent() noexcept { ++m_outstanding; }
    void answerArrived();
    [[nodiscard]] std::uint32_t outstanding() const noexcept { return m_outstanding; }
    /// `callback` runs once when no answer is outstanding any more; at once if so already.
    void whenAnswered(Callback callback);

private:
    Runtime& m_runtime;
    Uuid m_id;
    InetEndpoint m_source;
    MonoTime m_begun;
    std::uint64_t m_lastTicks = 0;
    std::vector<TraceEntry> m_entries;
    std::size_t m_noted = 0;
    std::uint32_t m_outstanding = 0;
    Callback m_whenAnswered;
};

/// The wire form of a node's part of a trace.
[[nodiscard]] Bytes encodeTraceEntries(const std::vector<TraceEntry>& entries);
/// Corrupt if cut short or too many.
[[nodiscard]] Result<std::vector<TraceEntry>> decodeTraceEntries(ByteView bytes);

} // namespace engine
