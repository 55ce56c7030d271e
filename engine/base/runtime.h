#pragma once

#include "engine/base/callback.h"
#include "engine/base/disk.h"
#include "engine/base/inet.h"
#include "engine/base/log.h"
#include "engine/base/network.h"
#include "engine/base/one_shot.h"
#include "engine/base/random.h"
#include "engine/base/task.h"
#include "engine/base/time.h"

#include <list>
#include <memory>

namespace engine {

/// The order in which a node's ready tasks run: lower first.
enum class Priority : std::uint8_t { Gossip, Request, Scan, Background };

/// What a step is, for the simulation's log, its replay and the watchdog. A string literal.
using Label = const char*;

struct TimerId {
    std::uint64_t value = 0;
};

/// Runs long computation (compression, flush, compaction, Merkle trees, password hashing) and
/// blocking I/O away from the node thread. Work gets immutable inputs and gives back a value.
/// A lane runs its work one by one, in order; different lanes run beside each other.
class Pool {
public:
    virtual ~Pool() = default;
    /// Runs `work` on a pool thread, then `done` on the node thread. In the simulation both run
    /// on the one thread, `done` after a virtual delay.
    virtual void submit(Label label, Callback work, Callback done) = 0;
    /// The same, strictly after all earlier work of the same lane. Lane 0 is the commit log's own
    /// thread; others share the pool.
    virtual void submitToLane(std::uint32_t lane, Label label, Callback work, Callback done) = 0;
};

/// Everything a node may ask of the outside world: real, or simulated from a seed. One a node.
/// All methods are for the node's thread unless they say otherwise.
class Runtime {
public:
    Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    virtual ~Runtime();

    [[nodiscard]] virtual MonoTime now() const = 0;
    [[nodiscard]] virtual WallTime wallNow() const = 0;

    /// Queues a step of the node thread. Any thread may call it.
    virtual void post(Priority priority, Label label, Callback step) = 0;
    /// Runs `step` on the node thread once `delay` has passed, unless cancelled before.
    virtual TimerId after(Duration delay, Label label, Callback step) = 0;
    virtual void cancel(TimerId timer) = 0;

    virtual Network& network() = 0;
    virtual Disk& disk() = 0;
    virtual Pool& pool() = 0;
    virtual Random& random() = 0;
    virtual Log& log() = 0;

    /// Runs a task from the ready queue until it ends; an error it ends with is logged.
    void spawn(Priority priority, Label label, Task<void> task);

    /// Awaitable: goes on after `delay`.
    [[nodiscard]] Task<void> sleep(Duration delay, Label label = "sleep");
    /// Awaitable: goes on after what is ready and more urgent. Long loops over rows call it, so
    /// that no step exceeds 500 µs.
    [[nodiscard]] Task<void> yield(Priority priority, Label label = "yield");
    /// Awaitable: runs `work()` (which returns Result<T>) on the pool and yields what it returned.
    template <class Work>
    [[nodiscard]] auto onPool(Label label, Work work)
        -> Task<typename std::invoke_result_t<Work&>::value_type>;

    /// Destroys the tasks that have not ended: before the parts of a node go that they refer to.
    /// Implementations call it first in their destructor, while timers, pool and network still
    /// exist. Never from within a task.
    void destroyTasks();

private:
    struct Root;
    std::list<std::unique_ptr<Root>> m_roots;
};

template <class Work>
auto Runtime::onPool(Label label, Work work)
    -> Task<typename std::invoke_result_t<Work&>::value_type>
{
    using T = typename std::invoke_result_t<Work&>::value_type;
    OneShot<T> answer{*this, Priority::Request, label};
    auto slot =
        std::make_shared<Result<T>>(Error{ErrorCode::Cancelled, "the pool dropped the work"});
    pool().submit(
        label, [slot, work = std::move(work)]() mutable { *slot = work(); },
        [slot, completer = answer.completer()]() mutable {
            completer.completeNow(std::move(*slot));
        });
    co_return co_await answer;
}

} // namespace engine
