// What LocalSessions is told and asked by other nodes.

#include "engine/coordination/local_sessions.h"
#include "engine/coordination/read_messages.h"

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;
using protocol::FailureReason;

namespace {

std::optional<Uuid> sessionIdIn(const Envelope& message)
{
    if (message.payload.size() != kSessionIdBytes)
        return std::nullopt;
    return Uuid::fromBytes(message.payload);
}

Result<rows::Partitions> readBlocks(ByteReader& in, const rows::TableLookup& tables)
{
    rows::Partitions partitions;
    while (in.ok() && in.remaining() > 0) {
        const std::uint32_t length = in.u32();
        if (!in.ok() || length > in.remaining())
            return Error{ErrorCode::Corrupt, "repair data are cut short"};
        RW_ASSIGN(auto block, decodeReadResponse(in.raw(length), tables));
        for (rows::Partition& partition : block.data.partitions)
            partitions.push_back(std::move(partition));
    }
    return partitions;
}

} // namespace

void LocalSessions::addHandlers()
{
    auto& messaging = m_context.messaging;
    messaging.setHandler(Verb::PrepareConsistentReq, [this](const Envelope& m) { onPrepare(m); });
    messaging.setHandler(Verb::RepairDataReq, [this](const Envelope& m) { onData(m); });
    messaging.setHandler(Verb::StatusReq, [this](const Envelope& m) { onStatus(m); });
    messaging.setHandler(Verb::FinalizeProposeReq, [this](const Envelope& m) {
        if (const auto id = sessionIdIn(m))
            answer(MessagingService::replyTo(m), promise(*id));
    });
    messaging.setHandler(Verb::FinalizeCommitReq, [this](const Envelope& m) {
        if (const auto id = sessionIdIn(m))
            answer(MessagingService::replyTo(m), finalize(*id));
    });
    messaging.setHandler(Verb::FailedSession, [this](const Envelope& m) {
        if (const auto id = sessionIdIn(m))
            m_context.runtime.spawn(Priority::Background, "repair session fails",
                                    fail(*id, "another replica or the coordinator has failed it"));
    });
}

void LocalSessions::answer(messaging::ReplyTo to, Task<void> task)
{
    m_context.runtime.spawn(Priority::Background, "repair session",
                            answerWhenDone(this, std::move(to), std::move(task)));
}

Task<void> LocalSessions::answerWhenDone(LocalSessions* self, messaging::ReplyTo to,
                                         Task<void> task)
{
    auto done = co_await task;
    if (done)
        self->m_context.messaging.respond(to, {});
    else
        self->m_context.messaging.respondFailure(to, FailureReason::Unknown);
    co_return ok();
}

/// Answers at once: setting apart may take long, and the coordinator asks how far it is.
void LocalSessions::onPrepare(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    auto session = decodeSession(message.payload);
    if (!session || m_isStopped) {
        m_context.messaging.respondFailure(to, FailureReason::Unknown);
        return;
    }
    m_context.runtime.spawn(Priority::Background, "repair prepare", prepare(std::move(*session)));
    m_context.messaging.respond(to, {});
}

void LocalSessions::onData(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in{message.payload};
    const ByteView session = in.raw(kSessionIdBytes);
    const ByteView rawTable = in.raw(kSessionIdBytes);
    if (!in.ok()) {
        m_context.messaging.respondFailure(to, FailureReason::Unknown);
        return;
    }
    auto partitions = readBlocks(in, m_context.planner.tableLookup());
    if (!partitions) {
        m_context.messaging.respondFailure(to, FailureReason::IncompatibleSchema);
        return;
    }
    const schema::TableId table{Uuid::fromBytes(rawTable)};
    answer(to, take(Uuid::fromBytes(session), table, std::move(*partitions)));
}

void LocalSessions::onStatus(const Envelope& message)
{
    const auto id = sessionIdIn(message);
    if (!id)
        return;
    const LocalSession* session = find(*id);
    const auto reason = m_reasons.find(*id);
    Bytes payload;
    ByteWriter out{payload};
    out.u8(static_cast<std::uint8_t>(session == nullptr ? RepairState::Failed : session->state));
    if (session == nullptr)
        out.raw("the session is not known there");
    else if (reason != m_reasons.end())
        out.raw(reason->second);
    m_context.messaging.respond(MessagingService::replyTo(message), payload);
}

Task<RepairStatus> askRepairStatus(Context* context, InetEndpoint replica, Uuid id,
                                   Duration timeout)
{
    auto asking = context->messaging.call(replica, Verb::StatusReq, Bytes{id.view()}, timeout);
    auto answer = co_await asking;
    if (!answer)
        co_return answer.error();
    ByteReader in{*answer};
    const std::uint8_t state = in.u8();
    if (!in.ok() || state > static_cast<std::uint8_t>(RepairState::Failed))
        co_return Error{ErrorCode::Corrupt, "an answer about a repair session makes no sense"};
    RepairStatus status;
    status.state = static_cast<RepairState>(state);
    status.reason = in.raw(in.remaining());
    co_return status;
}

Bytes beginRepairData(const Uuid& session, const schema::TableId& table)
{
    Bytes message;
    ByteWriter out{message};
    out.raw(session.view());
    out.raw(table.value.view());
    return message;
}

void addRepairData(Bytes& message, ByteView block)
{
    ByteWriter out{message};
    out.u32(static_cast<std::uint32_t>(block.size()));
    out.raw(block);
}

} // namespace engine::coordination
