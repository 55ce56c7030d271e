#pragma once

#include "engine/base/runtime.h"
#include "engine/coordination/decision.h"
#include "engine/messaging/pending_requests.h"

#include <memory>
#include <vector>

namespace engine::coordination {

/// Waits for many requests at once, counting who answered and who did not: for hints, repairs,
/// truncation, the batchlog. Node thread only; kept alive by the requests.
class FanOut final : public Decision, public std::enable_shared_from_this<FanOut> {
public:
    explicit FanOut(Runtime& runtime) : Decision(runtime, "fan-out") {}

    /// A handler for one request of which `answers` nodes are asked.
    [[nodiscard]] std::shared_ptr<messaging::ResponseHandler> expect(std::uint32_t answers);
    /// For work done here: counts as one more to wait for until done() is called with its outcome.
    void expectLocal() { ++m_open; }
    void localDone(bool success) { settle(1, success ? 0 : 1); }

    /// Awaitable once: ends when every request has been answered or has passed its deadline.
    [[nodiscard]] Awaited finished();
    [[nodiscard]] std::uint32_t failures() const noexcept { return m_failed; }
    [[nodiscard]] std::uint32_t successes() const noexcept { return m_succeeded; }
    /// Who answered well.
    [[nodiscard]] const std::vector<InetEndpoint>& answered() const noexcept { return m_answered; }

private:
    class Handler;
    void settle(std::uint32_t count, std::uint32_t failed);

    bool m_awaited = false;
    std::uint32_t m_open = 0;
    std::uint32_t m_failed = 0;
    std::uint32_t m_succeeded = 0;
    std::vector<InetEndpoint> m_answered;
};

} // namespace engine::coordination
