#include "engine/node/event_stream.h"

#include <fmt/format.h>

#include <array>

namespace engine::node {

namespace {

constexpr int kEventVersion = 1;
constexpr Duration kRetryInterval = std::chrono::milliseconds{50};

/// In the order of EventKind.
constexpr std::array<std::string_view, 9> kKindNames{
    "gossip", "endpoint", "message", "request", "storage", "hint", "repair", "schema", "fault"};

} // namespace

std::string_view eventKindName(EventKind kind) noexcept
{
    return kKindNames[static_cast<std::size_t>(kind)];
}

bool parseEventKind(std::string_view name, EventKind& kind) noexcept
{
    for (std::size_t i = 0; i < kKindNames.size(); ++i) {
        if (kKindNames[i] == name) {
            kind = static_cast<EventKind>(i);
            return true;
        }
    }
    return false;
}

EventStream::EventStream(Runtime& runtime, Options options, std::function<std::uint64_t()> clock,
                         std::function<Bytes()> snapshot)
    : m_runtime(runtime),
      m_options(std::move(options)),
      m_clock(std::move(clock)),
      m_snapshot(std::move(snapshot)),
      m_isHere(std::make_shared<bool>(true))
{
}

EventStream::~EventStream()
{
    *m_isHere = false;
}

EventStream::SubscriberId EventStream::subscribe(std::set<EventKind> kinds, Send send)
{
    const SubscriberId id = m_nextId++;
    Subscriber& added = m_subscribers[id];
    added.kinds = std::move(kinds);
    added.send = std::move(send);
    added.queue.push_back(encode("snapshot", {}, m_snapshot(), m_sequence));
    deliver(added);
    return id;
}

void EventStream::unsubscribe(SubscriberId id)
{
    m_subscribers.erase(id);
}

bool EventStream::wants(EventKind kind) const noexcept
{
    for (const auto& [id, subscriber] : m_subscribers)
        if (subscriber.kinds.empty() || subscriber.kinds.contains(kind))
            return true;
    return false;
}

void EventStream::emit(EventKind kind, std::string_view name, Bytes json, std::string_view cause)
{
    const std::uint64_t sequence = ++m_sequence;
    if (!wants(kind))
        return;
    const std::string text =
        encode(fmt::format("{}.{}", eventKindName(kind), name), cause, json, sequence);
    for (auto& [id, subscriber] : m_subscribers) {
        if (!subscriber.kinds.empty() && !subscriber.kinds.contains(kind))
            continue;
        if (subscriber.dropped > 0 || subscriber.queue.size() >= m_options.queuedMax) {
            subscriber.dropped += subscriber.queue.size() + 1;
            subscriber.queue.clear();
        } else {
            subscriber.queue.push_back(text);
        }
        deliver(subscriber);
    }
}

std::string EventStream::encode(std::string_view kind, std::string_view cause, ByteView data,
                                std::uint64_t sequence) const
{
    return fmt::format(R"({{"v":{},"seq":{},"node":"{}","generation":{},"mono_ns":{},"wall_us":{},)"
                       R"("hlc":{},"kind":"{}","cause":"{}","data":{}}})",
                       kEventVersion, sequence, m_options.node, m_options.generation,
                       m_runtime.now().sinceStart.count(), m_runtime.wallNow().micros(), m_clock(),
                       kind, cause, data.empty() ? ByteView{"{}"} : data);
}

void EventStream::deliver(Subscriber& subscriber)
{
    while (!subscriber.queue.empty()) {
        if (!subscriber.send(subscriber.queue.front())) {
            scheduleRetry();
            return;
        }
        subscriber.queue.pop_front();
    }
    if (subscriber.dropped == 0)
        return;
    if (!subscriber.send(encode("gap", {}, fmt::format(R"({{"dropped":{}}})", subscriber.dropped),
                                m_sequence))) {
        scheduleRetry();
        return;
    }
    subscriber.dropped = 0;
    subscriber.queue.push_back(encode("snapshot", {}, m_snapshot(), m_sequence));
    deliver(subscriber);
}

void EventStream::scheduleRetry()
{
    if (m_isRetrying)
        return;
    m_isRetrying = true;
    m_runtime.after(kRetryInterval, "event subscribers", [this, isHere = m_isHere] {
        if (!*isHere)
            return;
        m_isRetrying = false;
        for (auto& [id, subscriber] : m_subscribers)
            deliver(subscriber);
    });
}

} // namespace engine::node
