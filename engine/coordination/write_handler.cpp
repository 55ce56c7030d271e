#include "engine/coordination/write_handler.h"

#include "engine/coordination/request_errors.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

WriteHandler::WriteHandler(Runtime& runtime, HintService& hints, protocol::Consistency consistency,
                           protocol::WriteType type, const Needed& needed, const Replicas& replicas,
                           KeyspaceReplicasPtr map, std::shared_ptr<TraceSession> trace)
    : Decision(runtime, "write"),
      m_hints(hints),
      m_consistency(consistency),
      m_type(type),
      m_blockFor(needed.ofAll),
      m_trace(std::move(trace)),
      m_map(std::move(map))
{
    for (const Needed::OfDatacenter& each : needed.ofEach)
        m_neededOfEach.push_back(each.answers);
    m_targets.reserve(replicas.size());
    for (const Replica& replica : replicas)
        if (replica.isAlive)
            m_targets.push_back({replica.endpoint, replica.hostId,
                                 static_cast<std::uint32_t>(needed.indexOf(replica.datacenter)),
                                 replica.isSelf, !needed.localOnly || replica.isLocalDatacenter});
}

template <class Is>
const WriteHandler::Target* WriteHandler::answerOf(Is&& is)
{
    for (Target& target : m_targets) {
        if (target.answered || !is(target))
            continue;
        target.answered = true;
        ++m_answers;
        return target.counts ? &target : nullptr;
    }
    return nullptr;
}

const WriteHandler::Target* WriteHandler::answerFrom(const InetEndpoint& endpoint)
{
    return answerOf([&](const Target& target) { return target.endpoint == endpoint; });
}

const WriteHandler::Target* WriteHandler::ownAnswer()
{
    return answerOf([](const Target& target) { return target.isSelf; });
}

void WriteHandler::acknowledge(const Target* counting, Resume resume)
{
    if (counting == nullptr)
        return;
    ++m_received;
    if (counting->datacenter < m_neededOfEach.size())
        --m_neededOfEach[counting->datacenter];
    settleIfReached(resume);
}

void WriteHandler::fail(const Target* counting, protocol::FailureReason reason)
{
    if (counting == nullptr)
        return;
    m_failures.push_back({counting->endpoint.address, reason});
    const auto all =
        std::count_if(m_targets.begin(), m_targets.end(), [](const Target& t) { return t.counts; });
    if (m_blockFor + static_cast<std::int32_t>(m_failures.size()) > all)
        settle(failure());
}

void WriteHandler::onHintDurable()
{
    ++m_received;
    settleIfReached();
}

void WriteHandler::onWritten(const Result<void>& outcome)
{
    if (m_trace) [[unlikely]]
        m_trace->add(outcome ? std::string{"The commit log has taken the mutation here"}
                             : "The write here failed: " + outcome.error().detail());
    if (outcome) [[likely]] {
        acknowledge(ownAnswer(), Resume::AtOnce);
        return;
    }
    m_localError = outcome.error();
    fail(ownAnswer(), failureReasonOf(outcome.error()));
}

void WriteHandler::settleIfReached(Resume resume)
{
    const bool isReached = m_neededOfEach.empty()
                               ? m_received >= m_blockFor
                               : std::all_of(m_neededOfEach.begin(), m_neededOfEach.end(),
                                             [](std::int32_t needed) { return needed <= 0; });
    if (isReached)
        settle(ok(), resume);
}

bool WriteHandler::onResponse(const InetEndpoint& from, const messaging::Envelope&)
{
    acknowledge(answerFrom(from), Resume::Queued);
    return allAnswered();
}

bool WriteHandler::onFailure(const InetEndpoint& from, protocol::FailureReason reason)
{
    fail(answerFrom(from), reason);
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
    settle(writeTimeout(m_consistency, std::min(m_received, m_blockFor - 1), m_blockFor, m_type));
    if (m_mutation == nullptr)
        return;
    for (const Target& target : m_targets)
        if (!target.answered)
            m_hints.store(target.hostId, target.endpoint, m_mutation);
}

void WriteHandler::settle(Result<void>&& outcome, Resume resume)
{
    if (isDecided())
        return;
    m_map.reset();
    if (m_trace) [[unlikely]]
        m_trace->add(outcome ? fmt::format("{} replica(s) have the mutation: consistency level {} "
                                           "is reached",
                                           m_received, protocol::consistencyName(m_consistency))
                             : outcome.error().detail());
    decide(std::move(outcome), resume);
}

} // namespace engine::coordination
