#include "engine/coordination/write_handler.h"

#include "engine/coordination/request_errors.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

void WriteHandler::addTarget(Target target)
{
    m_targets.push_back(std::move(target));
}

WriteHandler::Target* WriteHandler::find(const InetEndpoint& endpoint)
{
    const auto at = std::find_if(m_targets.begin(), m_targets.end(), [&](const Target& t) {
        return t.endpoint == endpoint && !t.answered;
    });
    return at == m_targets.end() ? nullptr : &*at;
}

bool WriteHandler::acknowledge(const InetEndpoint& from, Resume resume)
{
    if (Target* target = find(from)) {
        target->answered = true;
        ++m_answers;
        if (target->counts) {
            ++m_received;
            if (const auto needed = m_needed.find(target->datacenter); needed != m_needed.end())
                --needed->second;
            decideIfReached(resume);
        }
    }
    return allAnswered();
}

void WriteHandler::onHintDurable()
{
    ++m_received;
    decideIfReached();
}

void WriteHandler::decideIfReached(Resume resume)
{
    if (m_needed.empty()) {
        if (m_received >= m_blockFor)
            decide(ok(), resume);
        return;
    }
    for (const auto& [datacenter, needed] : m_needed)
        if (needed > 0)
            return;
    decide(ok(), resume);
}

bool WriteHandler::onFailure(const InetEndpoint& from, protocol::FailureReason reason)
{
    if (Target* target = find(from)) {
        target->answered = true;
        ++m_answers;
        if (target->counts) {
            m_failures.push_back({from.address, reason});
            const auto counting = std::count_if(m_targets.begin(), m_targets.end(),
                                                [](const Target& t) { return t.counts; });
            if (m_blockFor + static_cast<std::int32_t>(m_failures.size()) > counting)
                decide(failure());
        }
    }
    return allAnswered();
}

/// What is known of the reason goes to the client: a disk that is full is nothing to guess at.
Error WriteHandler::failure() const
{
    Error failed = writeFailure(m_consistency, m_received, m_blockFor, m_type, m_failures);
    if (!m_localError)
        return failed;
    if (m_localError->code() == ErrorCode::Overloaded ||
        m_localError->code() == ErrorCode::CdcWriteFailure)
        return *m_localError;
    return failed.within(m_localError->detail());
}

void WriteHandler::onDeadline()
{
    // Cassandra never reports as many answers as were needed with a timeout.
    decide(writeTimeout(m_consistency, std::min(m_received, m_blockFor - 1), m_blockFor, m_type));
    if (m_hints == nullptr || m_mutation == nullptr)
        return;
    for (const Target& target : m_targets)
        if (!target.answered)
            m_hints->store(target.hostId, target.endpoint, m_mutation);
}

void WriteHandler::decide(Result<void> outcome, Resume resume)
{
    if (m_decided)
        return;
    m_decided = true;
    m_map.reset();
    if (m_trace) [[unlikely]]
        m_trace->add(outcome ? fmt::format("{} replica(s) have the mutation: consistency level {} "
                                           "is reached",
                                           m_received, protocol::consistencyName(m_consistency))
                             : outcome.error().detail());
    m_done.complete(std::move(outcome), resume);
}

} // namespace engine::coordination
