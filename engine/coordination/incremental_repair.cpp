// The coordinator of an incremental repair: prepare, compare and exchange, promise, commit.

#include "engine/coordination/fan_out.h"
#include "engine/coordination/local_sessions.h"
#include "engine/coordination/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace engine::coordination {

using messaging::Verb;

namespace {

constexpr Duration kPollFirst = std::chrono::milliseconds{10};
constexpr Duration kPollMost = std::chrono::seconds{1};
constexpr int kUnansweredMax = 3;
constexpr std::string_view kCouldNotPrepare = "could not prepare for the repair";

Error refusedBy(const InetEndpoint& replica, std::string_view what, std::string_view reason)
{
    return Error{ErrorCode::Unavailable,
                 fmt::format("{} {}: {}", replica.toString(), what, reason)};
}

} // namespace

LocalSession RepairService::describe(const std::vector<Session>& sessions)
{
    const WallTime now = m_context.runtime.wallNow();
    LocalSession described;
    described.id = Uuid::timeUuid(Uuid::ticksOf(now), m_context.runtime.random().next());
    described.coordinator = m_context.messaging.local();
    described.repairedAt = now.millis();
    std::set<InetEndpoint> others;
    for (const Session& session : sessions) {
        others.insert(session.others.begin(), session.others.end());
        const auto id = session.table->id();
        if (std::find(described.tables.begin(), described.tables.end(), id) ==
            described.tables.end())
            described.tables.push_back(id);
    }
    described.participants.push_back(described.coordinator);
    described.participants.insert(described.participants.end(), others.begin(), others.end());
    return described;
}

Task<RepairSummary> RepairService::repairIncrementally(std::vector<Session> sessions,
                                                       RepairOptions options, OnProgress progress)
{
    const Command command{std::move(options), std::move(progress), m_cancellations};
    const LocalSession session = describe(sessions);
    RepairSummary summary;
    Result<void> result = checkReplicasStay(sessions, command.options);
    if (!result)
        co_return result.error();
    auto preparing = prepareAll(session, sessions, command.cancellations);
    result = co_await preparing;
    if (result) {
        auto running = runAll(sessions, session.id, command, &summary);
        result = co_await running;
    }
    if (result) {
        auto promising = promiseAll(session, sessions, command);
        result = co_await promising;
    }
    if (!result) {
        auto failing = failAll(session, result.error().detail());
        (void)co_await failing;
        co_return result.error();
    }
    auto committing = commitAll(session);
    RW_CO_TRY(co_await committing);
    co_return summary;
}

Task<void> RepairService::prepareAll(LocalSession session, std::vector<Session> sessions,
                                     std::uint64_t cancellations)
{
    std::map<InetEndpoint, std::set<ring::TokenRange>> rangesOf;
    for (const Session& each : sessions) {
        rangesOf[session.coordinator].insert(each.ranges.begin(), each.ranges.end());
        for (const InetEndpoint& other : each.others)
            rangesOf[other].insert(each.ranges.begin(), each.ranges.end());
    }
    const auto partOf = [&](const InetEndpoint& replica) {
        LocalSession part = session;
        part.ranges.assign(rangesOf[replica].begin(), rangesOf[replica].end());
        return part;
    };
    // This node is asked as the others are; it comes first, so that it knows of the session.
    for (const InetEndpoint& replica : session.participants) {
        auto asking = m_context.messaging.call(replica, Verb::PrepareConsistentReq,
                                               encodeSession(partOf(replica)),
                                               m_context.options.repairs.callTimeout);
        const auto answer = co_await asking;
        if (!answer)
            co_return refusedBy(replica, kCouldNotPrepare, answer.error().detail());
    }
    for (const InetEndpoint& replica : session.participants) {
        auto waiting = waitUntilPrepared(replica, session.id, cancellations);
        RW_CO_TRY(co_await waiting);
    }
    co_return ok();
}

/// Setting data apart takes as long as it takes; asking every now and then tells a replica that
/// is at it from one that is gone.
Task<void> RepairService::waitUntilPrepared(InetEndpoint replica, Uuid id,
                                            std::uint64_t cancellations)
{
    Duration pause = kPollFirst;
    int unanswered = 0;
    while (true) {
        RW_CO_TRY(checkGoesOn(cancellations));
        auto asking =
            askRepairStatus(&m_context, replica, id, m_context.options.repairs.callTimeout);
        const auto status = co_await asking;
        if (!status && (++unanswered == kUnansweredMax || !m_context.isAlive(replica)))
            co_return refusedBy(replica, kCouldNotPrepare, status.error().detail());
        if (status && status->state == RepairState::Failed)
            co_return refusedBy(replica, kCouldNotPrepare, status->reason);
        if (status && status->state != RepairState::Preparing)
            co_return ok();
        auto sleeping = m_context.runtime.sleep(pause, "repair prepare");
        RW_CO_TRY(co_await sleeping);
        pause = std::min(2 * pause, kPollMost);
    }
}

/// A replica that came meanwhile has got its data from others before they were exchanged, and no
/// incremental repair would look at them again.
Result<void> RepairService::checkReplicasStay(const std::vector<Session>& sessions,
                                              const RepairOptions& options)
{
    const Error changing{ErrorCode::Unavailable,
                         "The replicas of these ranges are changing; repair when that has ended."};
    if (m_context.planner.ringIsChanging())
        return changing;
    RW_ASSIGN(const auto now, plan(options));
    const bool isSame = std::equal(sessions.begin(), sessions.end(), now.begin(), now.end(),
                                   [](const Session& a, const Session& b) {
                                       return a.table->id() == b.table->id() &&
                                              a.others == b.others && a.ranges == b.ranges;
                                   });
    return isSame ? Result<void>{ok()} : Result<void>{changing};
}

Task<void> RepairService::promiseAll(LocalSession session, std::vector<Session> sessions,
                                     Command command)
{
    RW_CO_TRY(checkGoesOn(command.cancellations));
    for (const InetEndpoint& replica : session.participants) {
        if (replica == session.coordinator)
            continue;
        auto asking =
            m_context.messaging.call(replica, Verb::FinalizeProposeReq, Bytes{session.id.view()},
                                     m_context.options.repairs.callTimeout);
        const auto promised = co_await asking;
        if (!promised)
            co_return refusedBy(replica, "did not promise to finish the repair",
                                promised.error().detail());
    }
    auto promising = m_sessions.promise(session.id);
    RW_CO_TRY(co_await promising);
    co_return checkReplicasStay(sessions, command.options);
}

/// Who does not hear of it asks later: it is decided once it is durable here.
Task<void> RepairService::commitAll(LocalSession session)
{
    auto finalizing = m_sessions.finalize(session.id);
    RW_CO_TRY(co_await finalizing);
    const MonoTime deadline = m_context.runtime.now() + m_context.options.repairs.settleTimeout;
    auto group = std::make_shared<FanOut>(m_context.runtime);
    for (const InetEndpoint& replica : session.participants) {
        if (replica == session.coordinator)
            continue;
        const auto id = m_context.messaging.openRequest(group->expect(1), deadline);
        m_context.messaging.sendRequest(id, replica, Verb::FinalizeCommitReq, session.id.view(),
                                        deadline);
    }
    auto finishing = group->finished();
    RW_CO_TRY(co_await finishing);
    co_return ok();
}

Task<void> RepairService::failAll(LocalSession session, std::string reason)
{
    for (const InetEndpoint& replica : session.participants) {
        if (replica != session.coordinator)
            m_context.messaging.send(replica, Verb::FailedSession, session.id.view());
    }
    auto failing = m_sessions.fail(session.id, std::move(reason));
    co_return co_await failing;
}

} // namespace engine::coordination
