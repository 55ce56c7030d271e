#pragma once

#include "engine/base/events.h"
#include "engine/base/runtime.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace engine::node {

/// Turns what happens in a node into the JSON lines that EVENTS.md documents, for whoever
/// subscribed. A slow subscriber never delays the node: behind its bound its queue is dropped, and
/// once it takes again it gets a gap and a new snapshot. Without subscribers nothing is encoded.
/// Node thread only; outlives the parts that emit into it.
class EventStream final : public EventSink {
public:
    struct Options {
        std::string node; ///< "127.0.0.1:7000"
        std::int32_t generation = 0;
        std::size_t queuedMax = 1024; ///< events a subscriber may be behind
    };
    /// `clock` gives the hybrid logical clock of the moment; `snapshot` the state as a JSON object.
    EventStream(Runtime& runtime, Options options, std::function<std::uint64_t()> clock,
                std::function<Bytes()> snapshot);
    ~EventStream() override;

    /// Returns false when the reader is behind and the text was not taken.
    using Send = std::function<bool(const std::string& json)>;
    using SubscriberId = std::uint64_t;
    /// Sends a snapshot first, then every event of these kinds (none: all) until unsubscribed.
    SubscriberId subscribe(std::set<EventKind> kinds, Send send);
    void unsubscribe(SubscriberId id);
    [[nodiscard]] std::size_t subscriberCount() const noexcept { return m_subscribers.size(); }

    [[nodiscard]] bool wants(EventKind kind) const noexcept override;
    void emit(EventKind kind, std::string_view name, Bytes json, std::string_view cause) override;
    /// Of the last event, 0 before the first: what messages carry as their cause.
    [[nodiscard]] std::uint64_t lastSequence() const noexcept override { return m_sequence; }
    void setGeneration(std::int32_t generation) noexcept { m_options.generation = generation; }

private:
    struct Subscriber {
        std::set<EventKind> kinds;
        Send send;
        std::deque<std::string> queue;
        std::uint64_t dropped = 0; ///< since the gap began; 0: no gap
    };
    [[nodiscard]] std::string encode(std::string_view kind, std::string_view cause, ByteView data,
                                     std::uint64_t sequence) const;
    void deliver(Subscriber& subscriber);
    void scheduleRetry();

    Runtime& m_runtime;
    Options m_options;
    std::function<std::uint64_t()> m_clock;
    std::function<Bytes()> m_snapshot;
    std::map<SubscriberId, Subscriber> m_subscribers;
    SubscriberId m_nextId = 1;
    std::uint64_t m_sequence = 0;
    bool m_isRetrying = false;
    std::shared_ptr<bool> m_isHere; ///< for timers that outlive the stream
};

/// "gossip", "endpoint", …: the first word of an event's kind.
[[nodiscard]] std::string_view eventKindName(EventKind kind) noexcept;
/// False for a word that is none.
[[nodiscard]] bool parseEventKind(std::string_view name, EventKind& kind) noexcept;

} // namespace engine::node
