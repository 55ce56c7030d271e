#include "engine/simulation/simulated_world.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"

#include <algorithm>

namespace engine::simulation {

namespace {

constexpr Duration kStepCost = std::chrono::microseconds{1};
/// 2026-01-01 00:00:00 UTC: what the machines' clocks show when the world begins.
constexpr std::chrono::seconds kEpochStart{1767225600};

std::uint64_t mixIn(std::uint64_t hash, std::uint64_t value)
{
    hash ^= value;
    hash *= 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
}

std::uint64_t mixIn(std::uint64_t hash, std::string_view text)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return mixIn(hash, text.size());
}

const char* eventKindName(SimulatedWorld::EventKind kind)
{
    switch (kind) {
    case SimulatedWorld::EventKind::Timer:
        return "timer";
    case SimulatedWorld::EventKind::Work:
        return "work";
    case SimulatedWorld::EventKind::Network:
        return "network";
    case SimulatedWorld::EventKind::Action:
        return "action";
    }
    return "event";
}

bool isUnderway(SimulatedWorld::EventKind kind)
{
    return kind == SimulatedWorld::EventKind::Work || kind == SimulatedWorld::EventKind::Network;
}

} // namespace

SimulatedWorld::SimulatedWorld(std::uint64_t seed)
    : m_seed(seed),
      m_scheduling(randomFor("scheduling")),
      m_fabric(std::make_unique<NetworkFabric>(*this))
{
}

SimulatedWorld::~SimulatedWorld()
{
    ENGINE_ASSERT(m_runtimes.empty(), "nodes end before their world");
}

SeededRandom SimulatedWorld::randomFor(std::string_view purpose, std::uint64_t index) const
{
    const auto words = murmur3(ByteView{purpose}, m_seed);
    return SeededRandom{mixIn(words[0] ^ m_seed, index)};
}

void SimulatedWorld::record(NodeIndex node, std::string_view kind, std::string_view text)
{
    ++m_eventCount;
    m_hash = mixIn(mixIn(m_hash, static_cast<std::uint64_t>(m_now.count())), node);
    m_hash = mixIn(mixIn(m_hash, kind), text);
    if (m_observer)
        m_observer(WorldEvent{m_now, node, kind, text});
}

void SimulatedWorld::schedule(Duration delay, EventKind kind, const SimulatedRuntime* owner,
                              NodeIndex node, Label label, Callback action)
{
    const Duration at = m_now + std::max(delay, Duration::zero());
    m_events.emplace(std::pair{at, m_sequence++},
                     Event{kind, owner, node, label, std::move(action)});
    if (isUnderway(kind))
        ++m_underway;
}

void SimulatedWorld::after(Duration delay, Label label, Callback action)
{
    schedule(delay, EventKind::Action, nullptr, WorldEvent::kWorld, label, std::move(action));
}

void SimulatedWorld::add(SimulatedRuntime& runtime)
{
    m_runtimes.push_back(&runtime);
}

void SimulatedWorld::remove(SimulatedRuntime& runtime)
{
    std::erase(m_runtimes, &runtime);
    // Callbacks are destroyed after the walk: their destructors may cancel and schedule.
    std::vector<Event> dropped;
    for (auto it = m_events.begin(); it != m_events.end();) {
        if (it->second.owner != &runtime) {
            ++it;
            continue;
        }
        if (isUnderway(it->second.kind))
            --m_underway;
        dropped.push_back(std::move(it->second));
        it = m_events.erase(it);
    }
}

SimulatedRuntime* SimulatedWorld::pickRunnable()
{
    std::size_t count = 0;
    for (const auto* runtime : m_runtimes)
        count += runtime->hasReady() ? 1 : 0;
    if (count == 0)
        return nullptr;
    std::size_t chosen = count == 1 ? 0 : m_scheduling.below(count);
    for (auto* runtime : m_runtimes)
        if (runtime->hasReady() && chosen-- == 0)
            return runtime;
    return nullptr;
}

void SimulatedWorld::runEvent()
{
    auto first = m_events.begin();
    m_now = std::max(m_now, first->first.first);
    Event event = std::move(first->second);
    m_events.erase(first);
    if (isUnderway(event.kind))
        --m_underway;
    record(event.node, eventKindName(event.kind), event.label);
    event.action();
}

bool SimulatedWorld::step()
{
    if (!m_events.empty() && m_events.begin()->first.first <= m_now) {
        runEvent();
        return true;
    }
    if (auto* runtime = pickRunnable()) {
        runtime->runReady();
        m_now += kStepCost;
        return true;
    }
    if (m_events.empty())
        return false;
    runEvent();
    return true;
}

void SimulatedWorld::runFor(Duration duration)
{
    const Duration end = m_now + duration;
    bool isOver = false;
    after(duration, "end of run", [&isOver] { isOver = true; });
    while (!isOver && step()) {
    }
    m_now = std::max(m_now, end);
}

bool SimulatedWorld::runUntil(const std::function<bool()>& condition, Duration limit)
{
    const Duration end = m_now + limit;
    while (!condition()) {
        if (m_now > end || !step())
            return condition();
    }
    return true;
}

bool SimulatedWorld::runUntilQuiet(Duration limit)
{
    return runUntil(
        [this] {
            return m_underway == 0 &&
                   std::none_of(m_runtimes.begin(), m_runtimes.end(),
                                [](auto* runtime) { return runtime->hasReady(); });
        },
        limit);
}

std::chrono::microseconds SimulatedWorld::offsetOf(NodeIndex node) const
{
    const auto found = m_clocks.find(node);
    if (found == m_clocks.end())
        return {};
    const WallClock& clock = found->second;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(m_now - clock.since);
    return clock.offset +
           std::chrono::microseconds{since.count() * clock.partsPerMillion / 1'000'000};
}

WallTime SimulatedWorld::wallClock(NodeIndex node) const
{
    const auto trueTime = std::chrono::duration_cast<std::chrono::microseconds>(m_now);
    return {kEpochStart + trueTime + offsetOf(node)};
}

void SimulatedWorld::stepClock(NodeIndex node, std::chrono::microseconds by)
{
    m_clocks[node].offset += by;
    record(node, "clock", by.count() < 0 ? "stepped back" : "stepped forward");
}

void SimulatedWorld::setClockDrift(NodeIndex node, std::int64_t partsPerMillion)
{
    const auto offset = offsetOf(node);
    m_clocks[node] = WallClock{m_now, offset, partsPerMillion};
}

} // namespace engine::simulation
