#include "engine/base/real_runtime.h"

#include "engine/base/asio_runtime.h"
#include "engine/base/assert.h"
#include "engine/base/clock.h"
#include "engine/base/real_network.h"
#include "engine/base/real_pool.h"
#include "engine/base/recycler.h"

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace engine {

namespace {

constexpr Duration kStepMax = std::chrono::microseconds{500};
/// How long ready steps may run before sockets and timers get a turn.
constexpr Duration kTurnMax = std::chrono::microseconds{500};
constexpr std::size_t kPriorities = 4;

/// Memory for the one handler with which other threads call the node's: at most one waits, and
/// Asio gives its memory back before it runs. Else each would be an allocation of the thread that
/// posts and a release of another.
template <class T>
struct InboxSpace {
    using value_type = T;
    std::byte* space;

    explicit InboxSpace(std::byte* memory) noexcept : space(memory) {}
    template <class U>
    InboxSpace(const InboxSpace<U>& other) noexcept : space(other.space)
    {
    }
    [[nodiscard]] T* allocate(std::size_t count)
    {
        return reinterpret_cast<T*>(count * sizeof(T) <= 256 ? space
                                                             : new std::byte[count * sizeof(T)]);
    }
    void deallocate(T* memory, std::size_t) noexcept
    {
        if (auto* bytes = reinterpret_cast<std::byte*>(memory); bytes != space)
            delete[] bytes;
    }
    friend bool operator==(const InboxSpace&, const InboxSpace&) = default;
};

class AsioRuntime final : public RealRuntime {
public:
    explicit AsioRuntime(const RealRuntimeOptions& options)
        : m_work(m_io.get_executor()),
          m_timer(m_io),
          m_log(makeRealLog(options.logFile, options.logLevel)),
          m_random(makeRealRandom()),
          m_disk(makeRealDisk()),
          m_network(makeRealNetwork(*this, options)),
          m_pool(*this, options.poolThreads)
    {
    }

    ~AsioRuntime() override { dropAll(); }

    void end() override
    {
        dropAll();
        m_timer.cancel();
        m_io.poll();
    }

    MonoTime now() const override { return m_clock.now(); }
    WallTime wallNow() const override { return m_clock.wallNow(); }

    void post(Priority priority, Label label, Callback step) override
    {
        const auto lane = static_cast<std::size_t>(priority);
        if (std::this_thread::get_id() == m_thread.load(std::memory_order_relaxed)) {
            if (m_isEnded)
                return;
            m_ready[lane].push_back({label, std::move(step)});
            scheduleDrain();
            return;
        }
        {
            const std::lock_guard lock(m_inboxMutex);
            m_inbox.push_back({priority, {label, std::move(step)}});
            if (std::exchange(m_inboxScheduled, true))
                return;
        }
        boost::asio::post(m_io,
                          boost::asio::bind_allocator(InboxSpace<std::byte>{m_inboxSpace.data()},
                                                      [this] { inboxCalled(); }));
    }

    TimerId after(Duration delay, Label label, Callback step) override
    {
        const TimerId id{++m_timerLast};
        if (m_isEnded)
            return id;
        const MonoTime due = now() + std::max(delay, Duration::zero());
        const auto at =
            m_timers.emplace(std::pair{due, id.value}, Step{label, std::move(step)}).first;
        m_timerDue.emplace(id.value, due);
        if (at == m_timers.begin())
            armTimer();
        return id;
    }

    void cancel(TimerId timer) override
    {
        const auto due = m_timerDue.find(timer.value);
        if (due == m_timerDue.end())
            return;
        m_timers.erase({due->second, timer.value});
        m_timerDue.erase(due);
    }

    Network& network() override { return *m_network; }
    Disk& disk() override { return *m_disk; }
    Pool& pool() override { return m_pool; }
    Random& random() override { return *m_random; }
    Log& log() override { return *m_log; }

    void run() override
    {
        m_thread.store(std::this_thread::get_id());
        takeInbox();
        if (anyReady())
            scheduleDrain();
        m_io.run();
        m_io.restart();
    }

    void stop() override { m_io.stop(); }

    std::vector<Overrun> overruns() const override
    {
        std::vector<Overrun> all;
        for (const auto& [label, overrun] : m_overruns)
            all.push_back(overrun);
        return all;
    }

    boost::asio::io_context& io() { return m_io; }

private:
    struct Step {
        Label label;
        Callback run;
    };
    using Steps = std::deque<Step, RecyclingAllocator<Step>>;
    struct Posted {
        Priority priority;
        Step step;
    };

    void dropAll()
    {
        m_network->stop();
        m_pool.stop();
        m_isEnded = true;
        destroyTasks();
        // What is destroyed may cancel a timer or post: it finds the tables empty.
        const auto ready = std::exchange(m_ready, {});
        m_timerDue.clear();
        const auto timers = std::exchange(m_timers, {});
        const auto inbox = std::exchange(m_inbox, {});
    }

    void inboxCalled()
    {
        {
            const std::lock_guard lock(m_inboxMutex);
            m_inboxScheduled = false;
        }
        takeInbox();
    }

    void takeInbox()
    {
        // Two vectors change places, so that neither is made anew.
        {
            const std::lock_guard lock(m_inboxMutex);
            m_posted.swap(m_inbox);
        }
        for (auto& each : m_posted)
            m_ready[static_cast<std::size_t>(each.priority)].push_back(std::move(each.step));
        if (!m_posted.empty())
            scheduleDrain();
        m_posted.clear();
    }

    [[nodiscard]] bool anyReady() const
    {
        for (const auto& lane : m_ready) {
            if (!lane.empty())
                return true;
        }
        return false;
    }

    void scheduleDrain()
    {
        if (std::exchange(m_drainScheduled, true))
            return;
        boost::asio::post(m_io, [this] { drain(); });
    }

    void drain()
    {
        drainForATurn();
        m_drainScheduled = false;
        if (anyReady())
            scheduleDrain();
    }

    /// What becomes ready meanwhile belongs to it: it needs no other drain, and no look at the
    /// sockets before it.
    void drainForATurn()
    {
        const MonoTime turnEnd = now() + kTurnMax;
        MonoTime started = now();
        while (started < turnEnd) {
            auto* lane = firstReady();
            if (lane == nullptr)
                return;
            Step step = std::move(lane->front());
            lane->pop_front();
            step.run();
            const MonoTime ended = now();
            noteStep(step.label, ended - started);
            started = ended;
        }
    }

    Steps* firstReady()
    {
        for (auto& lane : m_ready) {
            if (!lane.empty())
                return &lane;
        }
        return nullptr;
    }

    void noteStep(Label label, Duration took)
    {
        if (took <= kStepMax)
            return;
        auto& overrun = m_overruns[label];
        overrun.label = label;
        ++overrun.count;
        overrun.longest = std::max(overrun.longest, took);
    }

    void armTimer()
    {
        if (m_timers.empty())
            return;
        const MonoTime due = m_timers.begin()->first.first;
        m_timer.expires_at(std::chrono::steady_clock::time_point{due.sinceStart});
        m_timer.async_wait([this](boost::system::error_code error) {
            if (!error)
                fireTimers();
        });
    }

    void fireTimers()
    {
        const MonoTime moment = now();
        while (!m_timers.empty() && m_timers.begin()->first.first <= moment) {
            auto first = m_timers.begin();
            m_timerDue.erase(first->first.second);
            m_ready[static_cast<std::size_t>(Priority::Gossip)].push_back(std::move(first->second));
            m_timers.erase(first);
        }
        armTimer();
        if (anyReady())
            scheduleDrain();
    }

    boost::asio::io_context m_io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_work;
    boost::asio::steady_timer m_timer;
    SystemClock m_clock;
    std::atomic<std::thread::id> m_thread{std::this_thread::get_id()};
    std::array<Steps, kPriorities> m_ready;
    bool m_drainScheduled = false;
    std::mutex m_inboxMutex;
    std::vector<Posted> m_inbox;
    std::vector<Posted> m_posted;                                      ///< taken out of it
    alignas(std::max_align_t) std::array<std::byte, 256> m_inboxSpace; ///< see InboxSpace
    bool m_inboxScheduled = false;
    std::uint64_t m_timerLast = 0;
    bool m_isEnded = false;
    std::map<std::pair<MonoTime, std::uint64_t>, Step> m_timers;
    std::unordered_map<std::uint64_t, MonoTime> m_timerDue;
    std::map<std::string_view, Overrun> m_overruns;
    std::unique_ptr<Log> m_log;
    std::unique_ptr<Random> m_random;
    std::unique_ptr<Disk> m_disk;
    std::unique_ptr<Network> m_network;
    RealPool m_pool;
};

} // namespace

std::unique_ptr<RealRuntime> RealRuntime::make(RealRuntimeOptions options)
{
    return std::make_unique<AsioRuntime>(options);
}

boost::asio::io_context& ioContextOf(Runtime& runtime)
{
    auto* real = dynamic_cast<AsioRuntime*>(&runtime);
    ENGINE_ASSERT(real != nullptr, "only a real runtime has an io_context");
    return real->io();
}

} // namespace engine
