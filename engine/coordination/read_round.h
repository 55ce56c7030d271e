#pragma once

#include "engine/coordination/decision.h"
#include "engine/coordination/read_messages.h"
#include "engine/messaging/pending_requests.h"
#include "engine/protocol/error_extras.h"

#include <memory>
#include <vector>

namespace engine::coordination {

/// Collects the answers of the replicas asked in one round of a read: ends when as many as wanted
/// have come and one of them has data, when that has become impossible, or at the deadline.
/// Decided with success, ReadTimeout or ReadFailure.
class ReadRound final : public messaging::ResponseHandler, public Decision {
public:
    struct Answer {
        InetEndpoint from;
        ReadResponse response;
    };

    ReadRound(Runtime& runtime, rows::TableLookup tables, protocol::Consistency consistency,
              std::int32_t blockFor, std::int32_t asked)
        : Decision(runtime, "read"),
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

    [[nodiscard]] bool hasData() const noexcept;
    [[nodiscard]] std::vector<Answer>& answers() noexcept { return m_answers; }

private:
    rows::TableLookup m_tables;
    protocol::Consistency m_consistency;
    std::int32_t m_blockFor;
    std::int32_t m_asked;
    std::vector<Answer> m_answers;
    std::vector<protocol::RequestFailure::Replica> m_failures;
};

} // namespace engine::coordination
