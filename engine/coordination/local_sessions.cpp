#include "engine/coordination/local_sessions.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using protocol::FailureReason;

LocalSessions::LocalSessions(Context& context)
    : m_context(context), m_isHere(std::make_shared<bool>(true))
{
    addHandlers();
}

LocalSessions::~LocalSessions()
{
    *m_isHere = false;
}

void LocalSessions::stop()
{
    m_isStopped = true;
}

const LocalSession* LocalSessions::find(const Uuid& id) const
{
    const auto found = m_sessions.find(id);
    return found == m_sessions.end() ? nullptr : &found->second;
}

// ---- start ----

Task<void> LocalSessions::start()
{
    auto loading = load();
    RW_CO_TRY(co_await loading);
    std::vector<Uuid> interrupted;
    const InetEndpoint self = m_context.messaging.local();
    for (const auto& [id, session] : m_sessions) {
        const bool mayFail =
            session.state != RepairState::FinalizePromised || session.coordinator == self;
        if (!session.isCompleted() && mayFail)
            interrupted.push_back(id);
        else if (!session.isCompleted())
            m_unclear.insert(id);
    }
    for (const Uuid& id : interrupted) {
        const LocalSession& session = m_sessions.at(id);
        auto& hearers = m_untold[id];
        if (session.coordinator == self)
            hearers.insert(session.participants.begin(), session.participants.end());
        else
            hearers.insert(session.coordinator);
        hearers.erase(self);
        auto failing = fail(id, "the node was restarted");
        RW_CO_TRY(co_await failing);
    }
    auto settling = settleEnded();
    RW_CO_TRY(co_await settling);
    lookAfterLater();
    co_return ok();
}

Task<void> LocalSessions::load()
{
    rows::ReadCommand command;
    command.table = repairSessionTable();
    command.nowSeconds = nowSeconds();
    auto reading = m_context.store.read(std::move(command), Priority::Background);
    auto read = co_await reading;
    if (!read)
        co_return read.error();
    for (const rows::Partition& row : read->partitions) {
        if (row.unfiltereds.empty())
            continue; // removed
        if (auto session = repairSessionOf(row)) {
            session->changedAt = m_context.runtime.now();
            m_sessions.emplace(session->id, std::move(*session));
        } else {
            m_context.runtime.log().warn("repair", "a row of system.repairs makes no sense: its "
                                                   "session counts as failed");
        }
    }
    co_return ok();
}

// ---- states ----

Task<void> LocalSessions::save(LocalSession* session, bool isDurable)
{
    const WriteTimestamp now{m_context.runtime.wallNow().micros()};
    session->written = std::max(now, WriteTimestamp{session->written.micros + 1});
    session->lastUpdate = std::max(session->lastUpdate, nowSeconds());
    session->changedAt = m_context.runtime.now();
    auto writing = m_context.store.apply(repairSessionRow(*session));
    RW_CO_TRY(co_await writing);
    if (isDurable) {
        auto syncing = m_context.store.sync();
        RW_CO_TRY(co_await syncing);
    }
    co_return ok();
}

/// Readers see the state at once; it ends when the row is written and, of states that others rely
/// on, durable.
Task<void> LocalSessions::setState(Uuid id, RepairState state)
{
    LocalSession& session = m_sessions.at(id);
    session.state = state;
    m_context.runtime.log().info(
        "repair", fmt::format("session {} is {}", id.toString(), repairStateName(state)));
    const bool isDurable =
        state == RepairState::FinalizePromised || state == RepairState::Finalized;
    auto saving = save(&session, isDurable);
    co_return co_await saving;
}

Task<void> LocalSessions::prepare(LocalSession session)
{
    const Uuid id = session.id;
    session.startedAt = session.lastUpdate = nowSeconds();
    session.state = RepairState::Preparing;
    session.written = {};
    const std::vector<schema::TableId> tables = session.tables;
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    for (const ring::TokenRange& range : session.ranges)
        ranges.emplace_back(range.start.value, range.end.value);
    if (!m_sessions.emplace(id, std::move(session)).second)
        co_return Error{ErrorCode::AlreadyExists, "there is a repair session of this id already"};
    lookAfterLater();
    auto beginning = setState(id, RepairState::Preparing);
    Result<void> result = co_await beginning;
    for (std::size_t i = 0; result && i < tables.size(); ++i) {
        auto setting = m_context.store.anticompact(tables[i], ranges, id);
        result = co_await setting;
    }
    if (!result) {
        auto failing = fail(id, result.error().detail());
        (void)co_await failing;
        co_return result;
    }
    if (m_sessions.at(id).state != RepairState::Preparing) {
        auto settling = settle(id); // what was set apart after it had failed
        (void)co_await settling;
        co_return checkIsRepairing(id);
    }
    auto ending = setState(id, RepairState::Prepared);
    co_return co_await ending;
}

Result<void> LocalSessions::checkIsRepairing(const Uuid& id)
{
    const LocalSession* session = find(id);
    const auto reason = m_reasons.find(id);
    if (session == nullptr)
        return Error{ErrorCode::Invalid,
                     fmt::format("repair session {} is not known here", id.toString())};
    if (session->state == RepairState::Prepared || session->state == RepairState::Repairing)
        return ok();
    return Error{ErrorCode::Invalid,
                 fmt::format("repair session {} is {}{}", id.toString(),
                             repairStateName(session->state),
                             reason == m_reasons.end() ? "" : ": " + reason->second)};
}

Task<void> LocalSessions::take(Uuid id, schema::TableId table, rows::Partitions partitions)
{
    RW_CO_TRY(checkIsRepairing(id));
    if (m_sessions.at(id).state != RepairState::Repairing) {
        auto entering = setState(id, RepairState::Repairing);
        RW_CO_TRY(co_await entering);
    }
    auto adding = m_context.store.addPending(table, std::move(partitions), id);
    auto added = co_await adding;
    if (const LocalSession* session = find(id); session == nullptr || session->isCompleted()) {
        auto settling = settle(id); // it has ended meanwhile
        (void)co_await settling;
        co_return checkIsRepairing(id);
    }
    co_return added;
}

Task<void> LocalSessions::promise(Uuid id)
{
    RW_CO_TRY(checkIsRepairing(id));
    auto promising = setState(id, RepairState::FinalizePromised);
    RW_CO_TRY(co_await promising);
    if (m_sessions.at(id).state != RepairState::FinalizePromised)
        co_return checkIsRepairing(id); // failed while the promise was written
    co_return ok();
}

Task<void> LocalSessions::finalize(Uuid id)
{
    const LocalSession* session = find(id);
    if (session == nullptr || (session->state != RepairState::FinalizePromised &&
                               session->state != RepairState::Finalized))
        co_return Error{ErrorCode::Invalid,
                        fmt::format("repair session {} is not promised here", id.toString())};
    m_unclear.erase(id);
    if (session->state != RepairState::Finalized) {
        auto deciding = setState(id, RepairState::Finalized);
        RW_CO_TRY(co_await deciding);
    }
    auto settling = settle(id);
    (void)co_await settling; // what could not be done now is done later
    co_return ok();
}

Task<void> LocalSessions::fail(Uuid id, std::string reason)
{
    const LocalSession* session = find(id);
    if (session == nullptr || session->isCompleted())
        co_return ok();
    m_unclear.erase(id);
    m_reasons[id] = std::move(reason);
    auto failing = setState(id, RepairState::Failed);
    const auto failed = co_await failing;
    auto settling = settle(id);
    (void)co_await settling;
    co_return failed;
}

/// What is set apart becomes what the session's end says; of one that is not known, unrepaired.
Task<void> LocalSessions::settle(Uuid id)
{
    const LocalSession* session = find(id);
    const bool isRepaired = session != nullptr && session->state == RepairState::Finalized;
    auto ending = m_context.store.endRepair(id, isRepaired ? session->repairedAt : 0);
    auto ended = co_await ending;
    if (!ended)
        m_context.runtime.log().warn("repair",
                                     fmt::format("the data of session {} could not be settled, "
                                                 "which is tried again: {}",
                                                 id.toString(), ended.error().detail()));
    co_return ended;
}

Task<void> LocalSessions::settleEnded()
{
    const auto pending = m_context.store.pendingRepairs();
    for (const Uuid& id : pending) {
        const LocalSession* session = find(id);
        if (session != nullptr && !session->isCompleted())
            continue;
        auto settling = settle(id);
        (void)co_await settling;
    }
    co_return ok();
}

Task<void> LocalSessions::cancel(Uuid id, bool force)
{
    const LocalSession* session = find(id);
    if (session == nullptr)
        co_return Error{ErrorCode::NotFound,
                        fmt::format("Session {} does not exist", id.toString())};
    const InetEndpoint self = m_context.messaging.local();
    if (session->coordinator != self && !force)
        co_return Error{ErrorCode::Invalid,
                        fmt::format("Cancel session {} from its coordinator ({}) or use --force",
                                    id.toString(), session->coordinator.toString())};
    if (session->isCompleted())
        co_return Error{ErrorCode::Invalid, fmt::format("Session {} has ended", id.toString())};
    for (const InetEndpoint& participant : session->participants) {
        if (participant != self)
            m_context.messaging.send(participant, messaging::Verb::FailedSession, id.view());
    }
    auto failing = fail(id, "it was cancelled");
    co_return co_await failing;
}

// ---- looking after sessions ----

void LocalSessions::lookAfterLater()
{
    if (m_isArmed || m_isStopped || m_sessions.empty())
        return;
    m_isArmed = true;
    (void)m_context.runtime.after(
        m_context.options.repairs.cleanupInterval, "repair sessions", [this, isHere = m_isHere] {
            if (!*isHere || m_isStopped)
                return;
            m_context.runtime.spawn(Priority::Background, "repair sessions", lookAfter());
        });
}

Task<void> LocalSessions::lookAfter()
{
    tell();
    std::vector<Uuid> ids;
    for (const auto& [id, session] : m_sessions)
        ids.push_back(id);
    for (const Uuid& id : ids) {
        auto looking = lookAfterOne(id);
        (void)co_await looking;
    }
    auto settling = settleEnded();
    (void)co_await settling;
    m_isArmed = false;
    lookAfterLater();
    co_return ok();
}

Task<void> LocalSessions::lookAfterOne(Uuid id)
{
    const LocalSession* session = find(id);
    if (session == nullptr)
        co_return ok();
    const auto& times = m_context.options.repairs;
    const Duration age = m_context.runtime.now() - session->changedAt;
    if (!session->isCompleted() && age > times.failAfter) {
        auto failing = fail(id, "nothing was heard of it for too long");
        co_return co_await failing;
    }
    if (!session->isCompleted() && (age > times.askAfter || m_unclear.contains(id))) {
        auto asking = askOthers(id);
        co_return co_await asking;
    }
    if (session->isCompleted() && age > times.removeAfter && mayBeRemoved(*session)) {
        auto removing = remove(id);
        co_return co_await removing;
    }
    co_return ok();
}

/// A failure heard from anybody but the coordinator decides nothing: that one may have finalized.
Task<void> LocalSessions::askOthers(Uuid id)
{
    const LocalSession session = m_sessions.at(id);
    for (const InetEndpoint& other : session.participants) {
        if (other == m_context.messaging.local() || !m_context.isAlive(other))
            continue;
        auto asking = askRepairStatus(&m_context, other, id, m_context.options.repairs.callTimeout);
        const auto status = co_await asking;
        if (!status)
            continue;
        if (status->state == RepairState::Finalized) {
            auto finalizing = finalize(id);
            co_return co_await finalizing;
        }
        if (status->state == RepairState::Failed && other == session.coordinator) {
            auto failing = fail(id, "its coordinator has failed it");
            co_return co_await failing;
        }
    }
    co_return ok();
}

void LocalSessions::tell()
{
    for (auto& [id, hearers] : m_untold) {
        std::erase_if(hearers, [&](const InetEndpoint& hearer) {
            const bool isUp = m_context.isAlive(hearer);
            if (isUp)
                m_context.messaging.send(hearer, messaging::Verb::FailedSession, id.view());
            return isUp;
        });
    }
    std::erase_if(m_untold, [](const auto& each) { return each.second.empty(); });
}

/// What was repaired last stays known (repair_admin list --all); data must not lose its session.
bool LocalSessions::mayBeRemoved(const LocalSession& session) const
{
    if (m_context.store.pendingRepairs().contains(session.id))
        return false;
    return session.state == RepairState::Failed ||
           std::any_of(m_sessions.begin(), m_sessions.end(),
                       [&](const auto& other) { return other.second.supersedes(session); });
}

Task<void> LocalSessions::remove(Uuid id)
{
    LocalSession session = m_sessions.at(id);
    m_sessions.erase(id);
    m_reasons.erase(id);
    ++session.written.micros;
    session.written =
        std::max(session.written, WriteTimestamp{m_context.runtime.wallNow().micros()});
    auto removing = m_context.store.apply(repairSessionRemoval(session));
    co_return co_await removing;
}

} // namespace engine::coordination
