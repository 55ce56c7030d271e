#pragma once

#include "engine/base/runtime.h"
#include "engine/simulation/simulated_world.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::simulation {

class SimulatedDisk;
class SimulatedNetwork;
class SimulatedPool;

/// The life of one node process in the simulated world: from construction to kill() or
/// destruction. A restart makes a new one with the same index and disk.
///
/// Crash of a node: kill() first (suspended tasks, timers, queued steps are destroyed, messages
/// under way lost), then destroy the node object, then this, then, if the machine lost power,
/// SimulatedDisk::crash().
class SimulatedRuntime final : public Runtime {
public:
    /// `disk` outlives this and may be shared by several lives, not by two nodes at once.
    SimulatedRuntime(SimulatedWorld& world, NodeIndex node, SimulatedDisk& disk);
    ~SimulatedRuntime() override;

    [[nodiscard]] MonoTime now() const override;
    [[nodiscard]] WallTime wallNow() const override { return m_world.wallClock(m_node); }
    void post(Priority priority, Label label, Callback step) override;
    TimerId after(Duration delay, Label label, Callback step) override;
    void cancel(TimerId timer) override;
    Network& network() override;
    Disk& disk() override;
    Pool& pool() override;
    Random& random() override { return m_random; }
    Log& log() override { return *m_log; }

    [[nodiscard]] SimulatedWorld& world() noexcept { return m_world; }
    [[nodiscard]] NodeIndex node() const noexcept { return m_node; }

    /// How a process ends. SIGKILL: the kernel closes its connections and peers learn of it soon.
    /// Power loss: peers only see silence.
    enum class Death : std::uint8_t { Process, Machine };
    /// Ends this life: from now on nothing of it runs. Not from within one of its own steps.
    void kill(Death death);
    [[nodiscard]] bool isAlive() const noexcept { return m_alive; }
    /// SIGSTOP and SIGCONT: while paused, steps and timers wait.
    void setPaused(bool paused) noexcept { m_paused = paused; }
    /// Bounds of the virtual time that one piece of pool work takes.
    void setWorkDuration(Duration min, Duration max) noexcept;
    /// From now on pool work of this label takes so long: one slow part among others.
    void setWorkDurationOf(const std::string& label, Duration duration);

    // ---- for the world ----
    [[nodiscard]] bool hasReady() const noexcept;
    void runReady();
    [[nodiscard]] std::size_t liveTimers() const noexcept { return m_timers.size(); }

private:
    friend class SimulatedPool;
    struct Step {
        Label label;
        Callback run;
    };
    struct Timer {
        Label label;
        Callback run;
    };

    SimulatedWorld& m_world;
    NodeIndex m_node;
    SimulatedDisk& m_disk;
    SeededRandom m_random;
    Duration m_bootOffset; ///< monotonic clocks of different lives do not compare
    bool m_alive = true;
    bool m_paused = false;
    bool m_running = false;
    std::array<std::deque<Step>, 4> m_ready;
    std::map<std::uint64_t, Timer> m_timers;
    std::uint64_t m_nextTimer = 1;
    std::unique_ptr<Log> m_log;
    std::unique_ptr<SimulatedPool> m_pool;
    std::unique_ptr<SimulatedNetwork> m_network;
};

} // namespace engine::simulation
