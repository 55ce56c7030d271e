#include "engine/simulation/simulated_runtime.h"

#include "engine/base/assert.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"

#include <algorithm>

namespace engine::simulation {

namespace {

/// Log lines are events of the world: they reach its hash and its observer.
class WorldLog final : public Log {
public:
    WorldLog(SimulatedWorld& world, NodeIndex node) : m_world(world), m_node(node) {}
    void write(LogLevel level, std::string_view part, std::string_view sentence) override
    {
        if (!enabled(level))
            return;
        constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
        std::string line{kNames[static_cast<std::size_t>(level)]};
        line.append(" ").append(part).append(": ").append(sentence);
        m_world.record(m_node, "log", line);
    }
    [[nodiscard]] bool enabled(LogLevel level) const override { return level > LogLevel::Debug; }

private:
    SimulatedWorld& m_world;
    NodeIndex m_node;
};

} // namespace

class SimulatedPool final : public Pool {
public:
    SimulatedPool(SimulatedRuntime& runtime, SeededRandom random)
        : m_runtime(runtime), m_random(random)
    {
    }

    void submit(Label label, Callback work, Callback done) override
    {
        run(label, std::move(work), std::move(done), std::nullopt);
    }
    void submitToLane(std::uint32_t lane, Label label, Callback work, Callback done) override
    {
        Lane& queue = m_lanes[lane];
        queue.jobs.push_back({label, std::move(work), std::move(done)});
        if (!queue.isBusy)
            startNext(lane);
    }

    Duration workMin = std::chrono::microseconds{20};
    Duration workMax = std::chrono::microseconds{2000};
    std::map<std::string, Duration, std::less<>> workOf;

private:
    struct Job {
        Label label;
        Callback work;
        Callback done;
    };
    struct Lane {
        std::deque<Job> jobs;
        bool isBusy = false;
    };

    void startNext(std::uint32_t lane)
    {
        Lane& queue = m_lanes[lane];
        if (queue.jobs.empty()) {
            queue.isBusy = false;
            return;
        }
        queue.isBusy = true;
        Job job = std::move(queue.jobs.front());
        queue.jobs.pop_front();
        run(job.label, std::move(job.work), std::move(job.done), lane);
    }

    void run(Label label, Callback work, Callback done, std::optional<std::uint32_t> lane)
    {
        if (!m_runtime.isAlive())
            return;
        m_runtime.m_world.schedule(
            duration(label), SimulatedWorld::EventKind::Work, &m_runtime, m_runtime.node(), label,
            [this, label, lane, work = std::move(work), done = std::move(done)]() mutable {
                work();
                m_runtime.post(Priority::Request, label, std::move(done));
                if (lane)
                    startNext(*lane);
            });
    }

    /// Mostly short, sometimes long, as disks are.
    Duration duration(std::string_view label)
    {
        if (const auto at = workOf.find(label); at != workOf.end())
            return at->second;
        const auto span = static_cast<std::uint64_t>((workMax - workMin).count()) + 1;
        const std::uint64_t bound = m_random.below(8) == 0 ? span : span / 10 + 1;
        return workMin + Duration{static_cast<std::int64_t>(m_random.below(bound))};
    }

    SimulatedRuntime& m_runtime;
    SeededRandom m_random;
    std::map<std::uint32_t, Lane> m_lanes;
};

SimulatedRuntime::SimulatedRuntime(SimulatedWorld& world, NodeIndex node, SimulatedDisk& disk)
    : m_world(world),
      m_node(node),
      m_disk(disk),
      m_random(world.randomFor("node", (world.nextLife(node) << 20) | node)),
      m_bootOffset(Duration{static_cast<std::int64_t>(m_random.below(1'000'000'000'000ULL))} -
                   world.now()),
      m_log(std::make_unique<WorldLog>(world, node)),
      m_pool(std::make_unique<SimulatedPool>(*this, SeededRandom{m_random.next()})),
      m_network(std::make_unique<SimulatedNetwork>(*this, world.fabric()))
{
    m_world.add(*this);
}

SimulatedRuntime::~SimulatedRuntime()
{
    kill(Death::Process);
}

MonoTime SimulatedRuntime::now() const
{
    return {m_world.now() + m_bootOffset};
}

void SimulatedRuntime::post(Priority priority, Label label, Callback step)
{
    if (m_alive)
        m_ready[static_cast<std::size_t>(priority)].push_back({label, std::move(step)});
}

TimerId SimulatedRuntime::after(Duration delay, Label label, Callback step)
{
    const std::uint64_t id = m_nextTimer++;
    if (!m_alive)
        return {id};
    m_timers.emplace(id, Timer{label, std::move(step)});
    m_world.schedule(delay, SimulatedWorld::EventKind::Timer, this, m_node, label,
                     [this, id, label] {
                         if (!m_timers.contains(id))
                             return;
                         // The callback stays in the table until its step runs, so that cancel()
                         // still works.
                         post(Priority::Gossip, label, [this, id] {
                             auto due = m_timers.extract(id);
                             if (!due.empty())
                                 due.mapped().run();
                         });
                     });
    return {id};
}

void SimulatedRuntime::cancel(TimerId timer)
{
    auto cancelled = m_timers.extract(timer.value); // destroyed outside the table
}

Network& SimulatedRuntime::network()
{
    return *m_network;
}

Disk& SimulatedRuntime::disk()
{
    return m_disk;
}

Pool& SimulatedRuntime::pool()
{
    return *m_pool;
}

void SimulatedRuntime::setWorkDuration(Duration min, Duration max) noexcept
{
    m_pool->workMin = min;
    m_pool->workMax = std::max(min, max);
}

void SimulatedRuntime::setWorkDurationOf(const std::string& label, Duration duration)
{
    m_pool->workOf[label] = duration;
}

bool SimulatedRuntime::hasReady() const noexcept
{
    return !m_paused && std::any_of(m_ready.begin(), m_ready.end(),
                                    [](const auto& queue) { return !queue.empty(); });
}

void SimulatedRuntime::runReady()
{
    for (auto& queue : m_ready) {
        if (queue.empty())
            continue;
        Step step = std::move(queue.front());
        queue.pop_front();
        m_world.record(m_node, "step", step.label);
        m_running = true;
        step.run();
        m_running = false;
        return;
    }
}

void SimulatedRuntime::kill(Death death)
{
    if (!m_alive)
        return;
    ENGINE_ASSERT(!m_running, "a node dies between two steps, never within one of its own");
    m_world.record(m_node, "life", death == Death::Machine ? "lost power" : "ended");
    // The tasks go first: their frames hold guards of what the callbacks below belong to.
    destroyTasks();
    m_alive = false;
    m_network->die(death == Death::Process);
    m_world.remove(*this);
    auto timers = std::move(m_timers);
    auto ready = std::move(m_ready);
    m_timers.clear();
    for (auto& queue : m_ready)
        queue.clear();
}

} // namespace engine::simulation
