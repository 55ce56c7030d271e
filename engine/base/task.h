#pragma once

#include "engine/base/recycler.h"
#include "engine/base/result.h"

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace engine {

/// The exception that is being handled, as a ServerError.
[[nodiscard]] inline Error exceptionAsError() noexcept
{
    try {
        throw;
    } catch (const std::exception& e) {
        return Error{ErrorCode::ServerError, e.what()};
    } catch (...) {
        return Error{ErrorCode::ServerError, "an unknown exception"};
    }
}

/// A lazy coroutine that yields `Result<T>`.
///
/// Nothing runs until it is awaited or given to Runtime::spawn(). Awaiting runs it at once up to
/// its first suspension; one that ends without suspending lets the waiter go on without leaving
/// its frame, so a loop over such tasks needs no stack. It suspends only on things that
/// complete through the runtime's ready queue, so all of a node's tasks run on its one thread.
/// Destroying a Task that has not ended destroys its frame and, with it, whatever it awaits.
///
/// `Task<void>` ends with `co_return ok();` or `co_return Error{…};`. An exception that escapes
/// becomes a ServerError. Not thread-safe.
template <class T = void>
class [[nodiscard]] Task {
public:
    using Outcome = Result<T>;

    struct promise_type {
        std::optional<Outcome> outcome; ///< once it has ended
        std::coroutine_handle<> continuation = std::noop_coroutine();
        bool awaiterOnStack = false; ///< whoever awaits has not returned from starting us yet

        // Frames come and go with requests: see recycler.h.
        static void* operator new(std::size_t size) { return recycler::take(size); }
        static void operator delete(void* frame, std::size_t size) { recycler::give(frame, size); }

        Task get_return_object() { return Task{Handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept
        {
            struct Back {
                bool await_ready() noexcept { return false; }
                void await_suspend(Handle self) noexcept
                {
                    if (!self.promise().awaiterOnStack)
                        self.promise().continuation.resume();
                }
                void await_resume() noexcept {}
            };
            return Back{};
        }
        template <class Value = Outcome>
        void return_value(Value&& value)
        {
            outcome.emplace(std::forward<Value>(value));
        }
        void unhandled_exception() noexcept { outcome.emplace(exceptionAsError()); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    Task(Task&& other) noexcept : m_handle(std::exchange(other.m_handle, {})) {}
    Task& operator=(Task&& other) noexcept
    {
        if (this != &other) {
            reset();
            m_handle = std::exchange(other.m_handle, {});
        }
        return *this;
    }
    ~Task() { reset(); }

    auto operator co_await() && noexcept
    {
        struct Awaiter {
            Handle handle;
            bool await_ready() noexcept { return handle.done(); }
            // Not symmetric transfer: GCC 12 makes it a tail call only at -O2, so that without
            // optimisation and under sanitizers a loop of awaits would overflow the stack.
            bool await_suspend(std::coroutine_handle<> waiting) noexcept
            {
                auto& promise = handle.promise();
                promise.continuation = waiting;
                promise.awaiterOnStack = true;
                handle.resume();
                if (handle.done())
                    return false;
                promise.awaiterOnStack = false;
                return true;
            }
            Outcome await_resume() { return std::move(*handle.promise().outcome); }
        };
        return Awaiter{m_handle};
    }
    auto operator co_await() & noexcept { return std::move(*this).operator co_await(); }

    [[nodiscard]] bool done() const noexcept { return m_handle && m_handle.done(); }
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(m_handle); }
    /// Runs the task up to its first suspension. For Runtime::spawn and tests.
    void start() { m_handle.resume(); }
    /// Requires done().
    [[nodiscard]] Outcome& outcome() noexcept { return *m_handle.promise().outcome; }
    /// What runs when the task ends. For Runtime::spawn.
    void setContinuation(std::coroutine_handle<> next) noexcept
    {
        m_handle.promise().continuation = next;
    }

private:
    explicit Task(Handle handle) noexcept : m_handle(handle) {}
    void reset() noexcept
    {
        if (auto handle = std::exchange(m_handle, {}))
            handle.destroy();
    }

    Handle m_handle;
};

} // namespace engine
