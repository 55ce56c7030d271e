#include "engine/coordination/write_path.h"

#include "engine/coordination/request_errors.h"
#include "engine/rows/serialization.h"

#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;
using protocol::Consistency;

WritePath::WritePath(Context& context, HintService& hints) : m_context(context), m_hints(hints)
{
    for (const Verb verb : {Verb::MutationReq, Verb::HintReq, Verb::ReadRepairReq})
        m_context.messaging.setHandler(verb,
                                       [this](const Envelope& message) { onMutation(message); });
}

Result<void> WritePath::check(const rows::Mutation& mutation, Consistency consistency)
{
    RW_ASSIGN(const auto map, m_context.planner.mapOf(mutation.keyspace));
    if (map->strategy().kind() == ring::StrategyKind::Local)
        return ok();
    return checkEnoughAlive(consistency, map->needed(consistency),
                            m_context.planner.replicas(*map, ring::murmur3Token(mutation.key())));
}

Task<void> WritePath::write(rows::Mutations mutations, RequestOptions options,
                            protocol::WriteType type)
{
    if (protocol::isSerial(options.consistency))
        co_return Error{ErrorCode::Invalid,
                        "You must use conditional updates for serializable writes"};
    if (mutations.size() > 1)
        for (const rows::Mutation& mutation : mutations)
            RW_CO_TRY(check(mutation, options.consistency));
    boost::container::small_vector<Awaited, 1> writes;
    writes.reserve(mutations.size());
    for (const rows::Mutation& mutation : mutations) {
        auto handler =
            start(mutation, options.consistency, options.deadline, type, true, options.trace);
        if (!handler)
            co_return handler.error();
        writes.emplace_back(std::move(*handler));
    }
    for (Awaited& writing : writes)
        RW_CO_TRY(co_await writing);
    co_return ok();
}

Result<std::shared_ptr<WriteHandler>> WritePath::start(const rows::Mutation& mutation,
                                                       Consistency consistency, MonoTime wanted,
                                                       protocol::WriteType type, bool applyLocally,
                                                       const std::shared_ptr<TraceSession>& trace)
{
    RW_ASSIGN(auto map, m_context.planner.mapOf(mutation.keyspace));
    if (map->strategy().kind() == ring::StrategyKind::Local)
        consistency = Consistency::One;
    const auto key = sstable::KeyHash::of(mutation.key());
    const ring::Token token{key.token};
    const Needed* needed = &map->needed(consistency);
    const Replicas* replicas = &m_context.planner.replicas(*map, token);
    RW_TRY(checkEnoughAlive(consistency, *needed, *replicas));
    std::optional<Targets> withPending;
    if (m_context.planner.ringIsChanging() && m_context.options.switches.pendingWrites)
        [[unlikely]] {
        RW_ASSIGN(const auto pending,
                  m_context.planner.pendingReplicas(mutation.keyspace, token, *replicas));
        withPending = Targets{*replicas, *needed};
        RW_TRY(addPending(consistency, pending, *withPending));
        replicas = &withPending->replicas;
        needed = &withPending->needed;
    }
    if (trace) [[unlikely]]
        noteReplicas(*trace, *replicas, mutation);

    auto handler = std::allocate_shared<WriteHandler>(RecyclingAllocator<WriteHandler>{},
                                                      m_context.runtime, m_hints, consistency, type,
                                                      *needed, *replicas, std::move(map), trace);
    const bool writesHere = std::any_of(replicas->begin(), replicas->end(),
                                        [](const Replica& replica) { return replica.isSelf; });
    if (replicas->size() > (writesHere ? 1 : 0))
        sendToOthers(mutation, *replicas, consistency,
                     Context::deadline(m_context.runtime.now(), wanted,
                                       type == protocol::WriteType::Counter
                                           ? m_context.options.counterTimeout
                                           : m_context.options.writeTimeout),
                     handler, trace);
    if (writesHere && applyLocally)
        applyHere(mutation, key, handler);
    else if (writesHere)
        handler->onWrittenBefore();
    return handler;
}

void WritePath::sendToOthers(const rows::Mutation& mutation, const Replicas& replicas,
                             Consistency consistency, MonoTime deadline,
                             const std::shared_ptr<WriteHandler>& handler,
                             const std::shared_ptr<TraceSession>& trace)
{
    auto bytes = std::make_shared<Bytes>();
    rows::writeMutation(mutation, *bytes);
    const std::shared_ptr<const Bytes> encoded = std::move(bytes);
    handler->setMutation(encoded);
    // One entry for all replicas; a mutation that stays here needs none.
    const auto id = m_context.messaging.openRequest(handler, deadline);
    for (const Replica& replica : replicas) {
        if (replica.isSelf)
            continue;
        if (replica.isAlive)
            m_context.messaging.sendRequest(id, replica.endpoint, Verb::MutationReq, *encoded,
                                            deadline, trace);
        else if (consistency == Consistency::Any)
            m_context.runtime.spawn(Priority::Request, "hint for ANY",
                                    hintForAny(replica.hostId, replica.endpoint, encoded, handler));
        else
            m_hints.store(replica.hostId, replica.endpoint, encoded);
    }
}

void WritePath::applyHere(const rows::Mutation& mutation, const sstable::KeyHash& key,
                          std::shared_ptr<WriteHandler> handler)
{
    storage::WriteDone done = [handler = std::move(handler)](const Result<void>& outcome) {
        handler->onWritten(outcome);
    };
    if (m_context.store.tryApply(mutation, key, done))
        return;
    rows::Mutation copy;
    copy.keyspace = mutation.keyspace;
    for (const rows::Partition& update : mutation.updates)
        copy.updates.push_back(update.clone());
    m_context.runtime.spawn(Priority::Request, "local write",
                            applySlowly(std::move(copy), std::move(done)));
}

Result<void> WritePath::addPending(Consistency consistency, const Replicas& pending, Targets& to)
{
    for (const Replica& replica : pending) {
        if (const std::size_t at = to.needed.indexOf(replica.datacenter);
            at < to.needed.ofEach.size())
            ++to.needed.ofEach[at].answers;
        if (consistency != Consistency::Any && (!to.needed.localOnly || replica.isLocalDatacenter))
            ++to.needed.ofAll;
        to.replicas.push_back(replica);
    }
    const auto alive = static_cast<std::int32_t>(
        std::count_if(to.replicas.begin(), to.replicas.end(), [&](const Replica& r) {
            return r.isAlive && (!to.needed.localOnly || r.isLocalDatacenter);
        }));
    if (consistency != Consistency::Any && alive < to.needed.ofAll)
        return unavailable(consistency, to.needed.ofAll, alive);
    return ok();
}

void WritePath::noteReplicas(TraceSession& trace, const Replicas& replicas,
                             const rows::Mutation& mutation)
{
    std::string tables;
    for (const rows::Partition& update : mutation.updates)
        tables += (tables.empty() ? "" : ", ") + update.table()->name();
    std::string endpoints;
    for (const Replica& replica : replicas)
        endpoints += fmt::format("{}{}{}", endpoints.empty() ? "" : ", ",
                                 replica.endpoint.toString(), replica.isAlive ? "" : " (down)");
    trace.add(fmt::format("Determining replicas for the mutation of {}.{}: {}", mutation.keyspace,
                          tables, endpoints));
    for (const Replica& replica : replicas) {
        if (replica.isSelf)
            trace.add("Appending to commit log and adding to memtable here");
        else if (!replica.isAlive)
            trace.add(fmt::format("Keeping a hint for {}", replica.endpoint.toString()));
    }
}

Task<void> WritePath::hintForAny(Uuid hostId, InetEndpoint endpoint,
                                 std::shared_ptr<const Bytes> encoded,
                                 std::shared_ptr<WriteHandler> handler)
{
    auto storing = m_hints.storeDurably(hostId, endpoint, std::move(encoded));
    auto stored = co_await storing;
    if (stored)
        handler->onHintDurable();
    co_return ok();
}

Task<void> WritePath::applySlowly(rows::Mutation mutation, storage::WriteDone done)
{
    auto applying = m_context.store.apply(std::move(mutation));
    auto applied = co_await applying;
    done(std::move(applied));
    co_return ok();
}

void WritePath::onMutation(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    auto mutation = rows::readMutation(in, m_context.planner.tableLookup());
    if (!mutation) {
        m_context.runtime.log().warn(
            "coordination",
            mutation.error().within("a mutation of " + message.from.toString()).detail());
        m_context.messaging.respondFailure(to, failureReasonOf(mutation.error()));
        return;
    }
    if (mutation->updates.empty()) {
        // Its tables are gone here, or not here yet: nothing was written, and a hint is to come
        // again until the sender, too, knows that they are gone.
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    if (to.trace) [[unlikely]]
        to.trace->add("Appending to commit log and adding to memtable");
    storage::WriteDone done = [this, to](const Result<void>& outcome) {
        if (outcome)
            m_context.messaging.respond(to, {});
        else
            m_context.messaging.respondFailure(to, failureReasonOf(outcome.error()));
    };
    if (!m_context.store.tryApply(*mutation, sstable::KeyHash::of(mutation->key()), done))
        m_context.runtime.spawn(Priority::Request, "replica write",
                                applySlowly(std::move(*mutation), std::move(done)));
}

} // namespace engine::coordination
