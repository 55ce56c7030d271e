#pragma once

#include "engine/base/one_shot.h"
#include "engine/base/runtime.h"

namespace engine::coordination {

class Waiter;

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
    friend class Waiter;
    Runtime& m_runtime;
    Label m_label;
    std::optional<Result<void>> m_outcome;
    Waiter* m_waiter = nullptr;
};

/// Is told when a Decision has its outcome; in the memory of who waits. It is not moved once it
/// waits, and may go before the outcome comes.
class Waiter {
public:
    explicit Waiter(std::shared_ptr<Decision> decision) noexcept : m_decision(std::move(decision))
    {
    }
    Waiter(Waiter&&) noexcept = default;
    virtual ~Waiter()
    {
        if (m_decision && m_decision->m_waiter == this) [[unlikely]]
            m_decision->m_waiter = nullptr;
    }

protected:
    friend class Decision;
    /// The outcome is there. May destroy this.
    virtual void decided() = 0;
    void wait() noexcept { m_decision->m_waiter = this; }
    [[nodiscard]] bool isDecided() const noexcept { return m_decision->isDecided(); }
    [[nodiscard]] Result<void> takeOutcome() { return std::move(*m_decision->m_outcome); }

private:
    std::shared_ptr<Decision> m_decision;
};

/// A Decision in the frame of a coroutine that waits for it: `co_await` it once.
class Awaited final : public Waiter {
public:
    using Waiter::Waiter;

    bool await_ready() const noexcept { return isDecided(); }
    void await_suspend(std::coroutine_handle<> waiting) noexcept
    {
        m_waiting = waiting;
        wait();
    }
    Result<void> await_resume() { return takeOutcome(); }

private:
    void decided() override { m_waiting.resume(); }

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
        std::exchange(m_waiter, nullptr)->decided();
        return;
    }
    detail::postResume(m_runtime, Priority::Request, m_label, [decision = m_waiter->m_decision] {
        if (Waiter* const waiter = std::exchange(decision->m_waiter, nullptr))
            waiter->decided();
    });
}

} // namespace engine::coordination
