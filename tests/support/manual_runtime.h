#pragma once

#include "engine/base/assert.h"
#include "engine/base/log.h"
#include "engine/base/random.h"
#include "engine/base/runtime.h"

#include <deque>

namespace tests {

/// A runtime whose clock stands until a test moves it, without disk, network and pool. Steps that
/// are posted run in order in run().
class ManualRuntime final : public engine::Runtime {
public:
    engine::MonoTime mono{};
    engine::WallTime wall{std::chrono::microseconds{1'700'000'000'000'000}};

    std::uint64_t posts = 0; ///< steps that were asked for

    ~ManualRuntime() override { destroyTasks(); }
    [[nodiscard]] engine::MonoTime now() const override { return mono; }
    [[nodiscard]] engine::WallTime wallNow() const override { return wall; }
    void post(engine::Priority, engine::Label, engine::Callback step) override
    {
        ++posts;
        m_steps.push_back(std::move(step));
    }
    engine::TimerId after(engine::Duration, engine::Label, engine::Callback) override { return {}; }
    void cancel(engine::TimerId) override {}
    engine::Network& network() override { return unavailable<engine::Network>(); }
    engine::Disk& disk() override { return unavailable<engine::Disk>(); }
    engine::Pool& pool() override { return unavailable<engine::Pool>(); }
    engine::Random& random() override { return m_random; }
    engine::Log& log() override { return unavailable<engine::Log>(); }

    void run()
    {
        while (!m_steps.empty()) {
            engine::Callback step = std::move(m_steps.front());
            m_steps.pop_front();
            step();
        }
    }
    /// Runs a task that needs nothing but posted steps to its end.
    template <class T>
    engine::Result<T> finish(engine::Task<T> task)
    {
        task.start();
        run();
        ENGINE_ASSERT(task.done(), "a task of this test ends without waiting");
        return std::move(task.outcome());
    }

private:
    template <class T>
    T& unavailable()
    {
        engine::assertionFailed("available", "ManualRuntime has no such part", __FILE__, __LINE__);
    }
    engine::SeededRandom m_random{1};
    std::deque<engine::Callback> m_steps;
};

} // namespace tests
