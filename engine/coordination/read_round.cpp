#include "engine/coordination/read_round.h"

#include "engine/coordination/request_errors.h"

#include <algorithm>

namespace engine::coordination {

bool ReadRound::hasData() const noexcept
{
    return std::any_of(m_answers.begin(), m_answers.end(),
                       [](const Answer& answer) { return !answer.response.isDigest; });
}

bool ReadRound::onResponse(const InetEndpoint& from, const messaging::Envelope& response)
{
    if (isDecided())
        return true;
    auto decoded = decodeReadResponse(response.payload, m_tables);
    if (!decoded)
        return onFailure(from, protocol::FailureReason::Unknown);
    take(from, std::move(*decoded));
    return isDecided();
}

void ReadRound::take(const InetEndpoint& from, ReadResponse response)
{
    if (isDecided())
        return;
    m_answers.push_back({from, std::move(response)});
    if (static_cast<std::int32_t>(m_answers.size()) >= m_blockFor && hasData())
        decide(ok());
}

bool ReadRound::onFailure(const InetEndpoint& from, protocol::FailureReason reason)
{
    if (isDecided())
        return true;
    m_failures.push_back({from.address, reason});
    if (m_blockFor + static_cast<std::int32_t>(m_failures.size()) > m_asked)
        decide(readFailure(m_consistency, static_cast<std::int32_t>(m_answers.size()), m_blockFor,
                           hasData(), m_failures));
    return isDecided();
}

void ReadRound::onDeadline()
{
    decide(readTimeout(m_consistency,
                       std::min(static_cast<std::int32_t>(m_answers.size()), m_blockFor),
                       m_blockFor, hasData()));
}

} // namespace engine::coordination
