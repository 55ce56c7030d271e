#pragma once

#include "engine/coordination/await_on.h"
#include "engine/coordination/read_messages.h"
#include "engine/messaging/pending_requests.h"
#include "engine/protocol/error_extras.h"

#include <memory>
#include <vector>

namespace engine::coordination {

/// Collects the answers of the replicas asked in one round of a read: ends when as many as wanted
/// have come and one of them has data, when that has become impossible, or at the deadline.
class ReadRound final : public messaging::ResponseHandler {
public:
    struct Answer {
        InetEndpoint from;
        ReadResponse response;
    };

    ReadRound(Runtime& runtime, rows::TableLookup tables, protocol::Consistency consistency,
              std::int32_t blockFor, std::int32_t asked)
        : m_done(runtime, Priority::Request, "read"),
          m_tables(std::move(tables)),
          m_consistency(consistency),
          m_blockFor(blockFor),
          m_asked(asked)
    {
    }

    /// One more replica was asked (speculation).
    void addAsked() noexcept { ++m_asked; }

    bool onResponse(const InetEndpoint& from, const messaging::Envelope& response) override;
    bool onFailure(const InetEndpoint& from, protocol::FailureReason reason) override;
    void onDeadline() override;
    /// The local replica's answer.
    void take(const InetEndpoint& from, ReadResponse response);

    /// Awaitable once: success, ReadTimeout or ReadFailure.
    [[nodiscard]] AwaitOn<void> done() noexcept { return {&m_done}; }
    [[nodiscard]] bool isDecided() const noexcept { return m_decided; }
    [[nodiscard]] bool hasData() const noexcept;
    [[nodiscard]] std::vector<Answer>& answers() noexcept { return m_answers; }

private:
    void decide(Result<void> outcome);

    OneShot<void> m_done;
    rows::TableLookup m_tables;
    protocol::Consistency m_consistency;
    std::int32_t m_blockFor;
    std::int32_t m_asked;
    std::vector<Answer> m_answers;
    std::vector<protocol::RequestFailure::Replica> m_failures;
    bool m_decided = false;
};

} // namespace engine::coordination
