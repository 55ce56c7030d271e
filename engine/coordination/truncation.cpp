#include "engine/coordination/truncation.h"

#include "engine/coordination/fan_out.h"

#include <fmt/format.h>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

Truncation::Truncation(Context& context) : m_context(context)
{
    m_context.messaging.setHandler(Verb::TruncateReq, [this](const Envelope& m) { onTruncate(m); });
}

Task<void> Truncation::truncate(schema::TablePtr table, RequestOptions options)
{
    auto map = m_context.planner.mapOf(table->keyspace());
    if (!map)
        co_return map.error();
    if ((*map)->strategy().kind() == ring::StrategyKind::Local) {
        auto truncating = m_context.store.truncate(table->id());
        co_return co_await truncating;
    }
    if (m_context.planner.ringIsChanging())
        co_return Error{ErrorCode::TruncateError,
                        "Error during truncate: a node is joining or leaving, which would bring "
                        "data back; truncate again when it has ended"};
    std::vector<InetEndpoint> nodes;
    for (const ring::RingNode& node : m_context.planner.ring()->nodes()) {
        if (!m_context.isAlive(node.endpoint))
            co_return Error{ErrorCode::TruncateError,
                            "Error during truncate: Cannot achieve consistency level ALL"};
        nodes.push_back(node.endpoint);
    }
    const MonoTime deadline =
        m_context.deadline(options.deadline, m_context.options.truncateTimeout);
    auto group = std::make_shared<FanOut>(m_context.runtime);
    const auto id = m_context.messaging.openRequest(
        group->expect(static_cast<std::uint32_t>(nodes.size())), deadline);
    for (const InetEndpoint& node : nodes)
        m_context.messaging.sendRequest(id, node, Verb::TruncateReq, table->id().value.view(),
                                        deadline, options.trace);
    auto finishing = group->finished();
    RW_CO_TRY(co_await finishing);
    if (group->failures() != 0)
        co_return Error{
            ErrorCode::TruncateError,
            fmt::format("Error during truncate: Truncate timed out - received only {} responses",
                        group->successes())};
    co_return ok();
}

void Truncation::onTruncate(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    if (message.payload.size() != 16) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    m_context.runtime.spawn(Priority::Request, "truncate",
                            truncateAndAnswer(to, {Uuid::fromBytes(message.payload)}));
}

Task<void> Truncation::truncateAndAnswer(messaging::ReplyTo to, schema::TableId table)
{
    auto truncating = m_context.store.truncate(table);
    auto truncated = co_await truncating;
    if (truncated)
        m_context.messaging.respond(to, {});
    else
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
    co_return ok();
}

} // namespace engine::coordination
