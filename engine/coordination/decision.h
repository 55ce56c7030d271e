#pragma once

#include "engine/base/one_shot.h"
#include "engine/base/runtime.h"

namespace engine::coordination {

class Awaited;

/// The outcome of something that shared pointers own, for one waiter: what OneShot is, without
/// memory of its own. Node thread only.
class Decision {
public:
    Decision(Runtime& runtime, Label label) : m_runtime(runtime), m_label(label) {}
    Decision(const Decision&) = delete;

    [[nodiscard]] bool isDecided() const noexcept { return m_outcome.has_value(); }

protected:
    ~Decision() = default;
    /// Stores the outcome and resumes the waiter; the first counts. With AtOnce this may be gone
    /// afterwards.
    void decide(Result<void>&& outcome, Resume resume = Resume::Queued);

private:
    friend class Awaited;
    Runtime& m_runtime;
    Label m_label;
    std::optional<Result<void>> m_outcome;
    Awaited* m_waiter = nullptr;
};

/// A Decision in the frame of who waits for it: `co_await` it once. It is not moved after that.
class Awaited {
public:
    explicit Awaited(std::shared_ptr<Decision> decision) noexcept : m_decision(std::move(decision))
    {
    }
    Awaited(Awaited&&) noexcept = default;
    ~Awaited()
    {
        if (m_decision && m_decision->m_waiter == this) [[unlikely]]
            m_decision->m_waiter = nullptr; // the waiting task goes before the outcome comes
    }

    bool await_ready() const noexcept { return m_decision->isDecided(); }
    void await_suspend(std::coroutine_handle<> waiting) noexcept
    {
        m_waiting = waiting;
        m_decision->m_waiter = this;
    }
    Result<void> await_resume() { return std::move(*m_decision->m_outcome); }

private:
    friend class Decision;
    std::shared_ptr<Decision> m_decision;
    std::coroutine_handle<> m_waiting;
};

inline void Decision::decide(Result<void>&& outcome, Resume resume)
{
    if (m_outcome)
        return;
    m_outcome.emplace(std::move(outcome));
    if (m_waiter == nullptr)
        return;
    if (resume == Resume::AtOnce) {
        std::exchange(m_waiter, nullptr)->m_waiting.resume();
        return;
    }
    detail::postResume(m_runtime, Priority::Request, m_label, [decision = m_waiter->m_decision] {
        if (Awaited* waiter = std::exchange(decision->m_waiter, nullptr))
            waiter->m_waiting.resume();
    });
}

} // namespace engine::coordination
