#pragma once

#include "engine/base/callback.h"
#include "engine/base/random.h"
#include "engine/base/runtime.h"
#include "engine/base/time.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::simulation {

class NetworkFabric;
class SimulatedRuntime;

/// A machine of the simulated world. Survives restarts of the node that runs on it.
using NodeIndex = std::uint32_t;

/// One step of the world, as observers see it. The views are valid during the call only.
struct WorldEvent {
    Duration at{};         ///< virtual time since the world began
    NodeIndex node = 0;    ///< kWorld: an action from outside the nodes
    std::string_view kind; ///< "step", "timer", "work", "deliver", "log", …
    std::string_view text; ///< a label or a sentence
    static constexpr NodeIndex kWorld = UINT32_MAX;
};

/// Virtual time, the order in which everything happens, and a hash over it. One seed gives one
/// run: which of several nodes with ready steps goes first, how long work, disk and network take
/// and what fails all follow from it. Single-threaded. Owns no node: runtimes register themselves
/// and must be gone before the world.
///
/// Every step costs one virtual microsecond, so a task that only yields cannot stop time.
class SimulatedWorld {
public:
    explicit SimulatedWorld(std::uint64_t seed);
    ~SimulatedWorld();
    SimulatedWorld(const SimulatedWorld&) = delete;

    [[nodiscard]] std::uint64_t seed() const noexcept { return m_seed; }
    /// Virtual time since the world began.
    [[nodiscard]] Duration now() const noexcept { return m_now; }
    /// A generator of its own for one purpose, so that more use of one leaves the others alone.
    [[nodiscard]] SeededRandom randomFor(std::string_view purpose, std::uint64_t index = 0) const;

    // ---- going on ----

    /// Runs the next step or moves time to the next event; false when nothing can ever happen.
    bool step();
    void runFor(Duration duration);
    /// Until `condition()`, checked after every step; false if `limit` passed before.
    bool runUntil(const std::function<bool()>& condition,
                  Duration limit = std::chrono::minutes{10});
    /// Until nothing is ready, no work is on a pool and no message under way (timers may wait);
    /// false if `limit` passed before.
    bool runUntilQuiet(Duration limit = std::chrono::minutes{10});
    /// Runs a task on a node until it ends; Timeout if `limit` passed before or the node died.
    template <class T>
    [[nodiscard]] Result<T> run(Runtime& runtime, Task<T> task,
                                Duration limit = std::chrono::minutes{10});
    /// Runs `action` between two steps, once `delay` has passed: for crashes and other faults.
    void after(Duration delay, Label label, Callback action);

    // ---- wall clocks; each machine has its own ----

    [[nodiscard]] WallTime wallClock(NodeIndex node) const;
    /// Moves a machine's wall clock forward or backward at once.
    void stepClock(NodeIndex node, std::chrono::microseconds by);
    /// Makes it run too fast by so many parts per million (negative: too slow).
    void setClockDrift(NodeIndex node, std::int64_t partsPerMillion);

    [[nodiscard]] NetworkFabric& fabric() noexcept { return *m_fabric; }

    // ---- the event log ----

    /// A hash over every event so far. Two runs of one seed and one list of actions have the same.
    [[nodiscard]] std::uint64_t eventHash() const noexcept { return m_hash; }
    [[nodiscard]] std::uint64_t eventCount() const noexcept { return m_eventCount; }
    /// Called for every event from now on; an empty function ends it.
    void setObserver(std::function<void(const WorldEvent&)> observer)
    {
        m_observer = std::move(observer);
    }
    void record(NodeIndex node, std::string_view kind, std::string_view text);

    // ---- for the simulated runtime and network ----

    enum class EventKind : std::uint8_t { Timer, Work, Network, Action };
    /// Runs `action` between two steps at now + delay; dropped if `owner` (may be null) dies.
    void schedule(Duration delay, EventKind kind, const SimulatedRuntime* owner, NodeIndex node,
                  Label label, Callback action);
    void add(SimulatedRuntime& runtime);
    void remove(SimulatedRuntime& runtime);
    /// How often a node was started on this machine before; counts this call.
    std::uint64_t nextLife(NodeIndex node) { return m_lives[node]++; }

private:
    struct Event {
        EventKind kind;
        const SimulatedRuntime* owner;
        NodeIndex node;
        Label label;
        Callback action;
    };
    struct WallClock {
        Duration since{};                   ///< when drift was set last
        std::chrono::microseconds offset{}; ///< what it showed then, beyond true time
        std::int64_t partsPerMillion = 0;
    };
    [[nodiscard]] std::chrono::microseconds offsetOf(NodeIndex node) const;
    void runEvent();
    SimulatedRuntime* pickRunnable();

    std::uint64_t m_seed;
    Duration m_now{};
    std::uint64_t m_sequence = 0;
    std::map<std::pair<Duration, std::uint64_t>, Event> m_events;
    std::size_t m_underway = 0;                ///< events of kind Work or Network
    std::vector<SimulatedRuntime*> m_runtimes; ///< in the order of their start
    std::map<NodeIndex, WallClock> m_clocks;
    std::map<NodeIndex, std::uint64_t> m_lives;
    SeededRandom m_scheduling;
    std::unique_ptr<NetworkFabric> m_fabric;
    std::uint64_t m_hash = 0xcbf29ce484222325ULL;
    std::uint64_t m_eventCount = 0;
    std::function<void(const WorldEvent&)> m_observer;
};

namespace detail {
template <class T>
Task<void> keepOutcome(Task<T> task, std::shared_ptr<std::optional<Result<T>>> outcome)
{
    auto result = co_await task;
    outcome->emplace(std::move(result));
    co_return ok();
}
} // namespace detail

template <class T>
Result<T> SimulatedWorld::run(Runtime& runtime, Task<T> task, Duration limit)
{
    auto outcome = std::make_shared<std::optional<Result<T>>>();
    runtime.spawn(Priority::Request, "run", detail::keepOutcome(std::move(task), outcome));
    if (!runUntil([&] { return outcome->has_value(); }, limit))
        return Error{ErrorCode::Timeout, "the task did not end within the virtual time it had"};
    return std::move(**outcome);
}

} // namespace engine::simulation
