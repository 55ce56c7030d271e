#pragma once

#include "engine/base/callback.h"
#include "engine/base/recycler.h"
#include "engine/base/result.h"

#include <coroutine>
#include <memory>
#include <optional>

namespace engine {

class Runtime;
enum class Priority : std::uint8_t;
using Label = const char*;

namespace detail {
void postResume(Runtime& runtime, Priority priority, Label label, Callback step);
}

/// When the waiter goes on: in a later step, or within the call. AtOnce is only for callers that
/// themselves run from the ready queue (pool and timer callbacks).
enum class Resume : std::uint8_t { Queued, AtOnce };

/// One value that comes later: `co_await` it once on the side that waits, complete it once
/// through its completer on the side that answers. Further completions are ignored, so an answer
/// may race with a timeout. The waiter resumes from the runtime's ready queue. If the waiting
/// task is destroyed first, completing does nothing. Node thread only.
template <class T>
class OneShot {
    struct State {
        Runtime& runtime;
        Priority priority;
        Label label;
        std::optional<Result<T>> value;
        std::coroutine_handle<> waiter;
    };

public:
    class Completer {
    public:
        /// Stores the value and queues the waiter.
        void complete(Result<T> value) { set(m_state, std::move(value), Resume::Queued); }
        /// Stores the value and resumes the waiter at once: see Resume.
        void completeNow(Result<T> value) { set(m_state, std::move(value), Resume::AtOnce); }
        [[nodiscard]] bool completed() const { return m_state->value.has_value(); }

    private:
        friend class OneShot;
        explicit Completer(std::shared_ptr<State> state) : m_state(std::move(state)) {}
        std::shared_ptr<State> m_state;
    };

    OneShot(Runtime& runtime, Priority priority, Label label)
        : m_state(std::allocate_shared<State>(RecyclingAllocator<State>{},
                                              State{runtime, priority, label, {}, {}}))
    {
    }
    OneShot(const OneShot&) = delete;
    ~OneShot() { m_state->waiter = {}; }

    [[nodiscard]] Completer completer() const { return Completer{m_state}; }
    /// As by a completer, from where the OneShot itself is at hand.
    void complete(Result<T> value, Resume resume) { set(m_state, std::move(value), resume); }

    bool await_ready() const noexcept { return m_state->value.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { m_state->waiter = waiter; }
    Result<T> await_resume() { return std::move(*m_state->value); }

private:
    static void set(const std::shared_ptr<State>& state, Result<T> value, Resume resume)
    {
        if (state->value)
            return;
        state->value.emplace(std::move(value));
        if (!state->waiter)
            return;
        if (resume == Resume::AtOnce) {
            std::exchange(state->waiter, {}).resume(); // `state` may be gone afterwards
            return;
        }
        detail::postResume(state->runtime, state->priority, state->label, [state] {
            if (auto waiter = std::exchange(state->waiter, {}))
                waiter.resume();
        });
    }

    std::shared_ptr<State> m_state;
};

} // namespace engine
