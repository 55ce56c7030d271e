// What RepairService asks of other replicas and answers them: hashes, and contents.

#include "engine/coordination/fan_out.h"
#include "engine/coordination/local_sessions.h"
#include "engine/coordination/read_messages.h"
#include "engine/coordination/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

namespace {

constexpr Duration kValidationTimeout = std::chrono::minutes{10};
constexpr Duration kSyncTimeout = std::chrono::minutes{1};
constexpr Duration kLookEvery = std::chrono::seconds{1};
constexpr std::size_t kPushesInFlight = 64;
/// Of what is pulled before it becomes an SSTable, and of one message that is pushed.
constexpr std::size_t kPulledBytesMax = 16U << 20;
constexpr std::size_t kPushedBytesMax = 4U << 20;

/// At the end of a message: the session, or nothing.
void writeScope(ByteWriter& out, const std::optional<Uuid>& scope)
{
    if (scope)
        out.raw(scope->view());
}

std::optional<Uuid> readScope(ByteReader& in)
{
    if (in.remaining() < kSessionIdBytes)
        return std::nullopt;
    return Uuid::fromBytes(in.raw(kSessionIdBytes));
}

/// 0 if nothing is known of it.
std::int32_t generationOf(const Context& context, const InetEndpoint& endpoint)
{
    const membership::EndpointState* state = context.planner.gossiper().find(endpoint);
    return state == nullptr ? 0 : state->heartBeat.generation;
}

Task<void> callInto(Context* context, InetEndpoint replica, Verb verb, Bytes payload,
                    Duration timeout, OneShot<Bytes>::Completer answer)
{
    auto calling = context->messaging.call(replica, verb, std::move(payload), timeout);
    answer.complete(co_await calling);
    co_return ok();
}

/// Gives up waiting for a replica that has died, or has started anew and knows nothing of the
/// question (RepairSession.convict and onRestart).
Task<void> giveUpWhenDead(Context* context, InetEndpoint replica, OneShot<Bytes>::Completer answer)
{
    const std::int32_t generation = generationOf(*context, replica);
    while (!answer.completed()) {
        auto sleeping = context->runtime.sleep(kLookEvery, "repair replica");
        RW_CO_TRY(co_await sleeping);
        if (context->planner.gossiper().downtime(replica) >=
                context->options.repairs.replicaDownMax ||
            generationOf(*context, replica) != generation)
            answer.complete(
                Error{ErrorCode::Timeout, fmt::format("Endpoint {} died", replica.toString())});
    }
    co_return ok();
}

} // namespace

/// What may take a replica long: an answer, a failure, or that it has died, whichever is first.
Task<Bytes> RepairService::ask(InetEndpoint replica, Verb verb, Bytes payload, Duration timeout)
{
    OneShot<Bytes> answer{m_context.runtime, Priority::Background, "repair answer"};
    m_context.runtime.spawn(
        Priority::Background, "repair question",
        callInto(&m_context, replica, verb, std::move(payload), timeout, answer.completer()));
    m_context.runtime.spawn(Priority::Background, "repair replica",
                            giveUpWhenDead(&m_context, replica, answer.completer()));
    co_return co_await answer;
}

Task<storage::LocalRead> RepairService::readRange(schema::TablePtr table, ring::TokenRange range,
                                                  Scope scope, std::int64_t nowSeconds)
{
    rows::ReadCommand command;
    command.table = std::move(table);
    command.range.start = {range.start.value, std::nullopt, false};
    command.range.end = rows::PartitionBound{range.end.value, std::nullopt, true};
    command.nowSeconds = nowSeconds;
    if (scope) {
        RW_CO_TRY(m_sessions.checkIsRepairing(*scope));
        auto reading = m_context.store.readPending(std::move(command), *scope);
        co_return co_await reading;
    }
    auto reading = m_context.store.read(std::move(command), Priority::Background);
    co_return co_await reading;
}

// ---- validation ----

Task<std::vector<MerkleHash>> RepairService::validate(schema::TablePtr table, Ranges leaves,
                                                      Scope scope, std::int64_t nowSeconds)
{
    std::vector<MerkleHash> hashes;
    hashes.reserve(leaves.size());
    for (const ring::TokenRange& leaf : leaves) {
        auto reading = readRange(table, leaf, scope, nowSeconds);
        auto data = co_await reading;
        if (!data)
            co_return data.error();
        hashes.push_back(data->partitions.empty() ? MerkleHash{} : digestOf(data->partitions));
        auto yielding = m_context.runtime.yield(Priority::Background, "validation");
        RW_CO_TRY(co_await yielding);
    }
    co_return hashes;
}

Task<std::vector<MerkleHash>> RepairService::validateAt(InetEndpoint endpoint,
                                                        schema::TablePtr table, Ranges leaves,
                                                        Scope scope, std::int64_t nowSeconds)
{
    Bytes payload;
    ByteWriter out(payload);
    out.raw(table->id().value.view());
    out.i64(nowSeconds);
    out.unsignedVint(leaves.size());
    for (const ring::TokenRange& leaf : leaves)
        writeTokenRange(out, leaf);
    writeScope(out, scope);
    auto asking = ask(endpoint, Verb::ValidationReq, std::move(payload), kValidationTimeout);
    auto answer = co_await asking;
    if (!answer)
        co_return answer.error();
    ByteReader in(*answer);
    std::vector<MerkleHash> hashes(leaves.size());
    for (MerkleHash& hash : hashes) {
        const ByteView raw = in.raw(hash.size());
        std::copy(raw.begin(), raw.end(), hash.begin());
    }
    if (!in.ok())
        co_return Error{ErrorCode::Corrupt,
                        fmt::format("The hashes of {} are cut short.", endpoint.toString())};
    co_return hashes;
}

void RepairService::onValidation(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    const ByteView rawId = in.raw(kSessionIdBytes);
    const std::int64_t nowSeconds = in.i64();
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count > in.remaining() / kTokenRangeBytes) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    const auto table = m_context.planner.schema()->table({Uuid::fromBytes(rawId)});
    if (table == nullptr) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    Ranges leaves;
    for (std::uint64_t i = 0; i < count; ++i)
        leaves.push_back(readTokenRange(in));
    m_context.runtime.spawn(
        Priority::Background, "validation",
        validateAndAnswer(to, table, std::move(leaves), readScope(in), nowSeconds));
}

Task<void> RepairService::validateAndAnswer(messaging::ReplyTo to, schema::TablePtr table,
                                            Ranges leaves, Scope scope, std::int64_t nowSeconds)
{
    auto validating = validate(std::move(table), std::move(leaves), scope, nowSeconds);
    auto hashes = co_await validating;
    if (!hashes) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        co_return ok();
    }
    Bytes payload;
    for (const MerkleHash& hash : *hashes)
        payload.append(reinterpret_cast<const char*>(hash.data()), hash.size());
    m_context.messaging.respond(to, payload);
    co_return ok();
}

// ---- exchange ----

Task<void> RepairService::pull(InetEndpoint from, schema::TablePtr table, Ranges ranges,
                               Scope scope, RepairSummary* summary)
{
    rows::Partitions pulled;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        Bytes payload;
        ByteWriter out(payload);
        out.raw(table->id().value.view());
        writeTokenRange(out, ranges[i]);
        writeScope(out, scope);
        auto asking = ask(from, Verb::SyncReq, std::move(payload), kSyncTimeout);
        auto answer = co_await asking;
        if (!answer)
            co_return answer.error();
        auto response = decodeReadResponse(*answer, m_context.planner.tableLookup());
        if (!response)
            co_return response.error();
        summary->partitionsPulled += response->data.partitions.size();
        bytes += answer->size();
        for (rows::Partition& partition : response->data.partitions)
            pulled.push_back(std::move(partition));
        if (bytes < kPulledBytesMax && i + 1 < ranges.size())
            continue;
        bytes = 0;
        auto applying = applyPulled(table, std::exchange(pulled, {}), scope);
        RW_CO_TRY(co_await applying);
    }
    co_return ok();
}

Task<void> RepairService::applyPulled(schema::TablePtr table, rows::Partitions partitions,
                                      Scope scope)
{
    if (scope && !partitions.empty()) {
        auto taking = m_sessions.take(*scope, table->id(), std::move(partitions));
        co_return co_await taking;
    }
    for (rows::Partition& partition : partitions) {
        rows::Mutation mutation;
        mutation.keyspace = table->keyspace();
        mutation.updates.push_back(std::move(partition));
        auto applying = m_context.store.apply(std::move(mutation));
        RW_CO_TRY(co_await applying);
    }
    co_return ok();
}

void RepairService::onSync(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    const ByteView rawId = in.raw(kSessionIdBytes);
    const ring::TokenRange range = readTokenRange(in);
    const auto table =
        in.ok() ? m_context.planner.schema()->table({Uuid::fromBytes(rawId)}) : nullptr;
    if (table == nullptr) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    m_context.runtime.spawn(Priority::Background, "repair sync",
                            syncAndAnswer(to, table, range, readScope(in)));
}

Task<void> RepairService::syncAndAnswer(messaging::ReplyTo to, schema::TablePtr table,
                                        ring::TokenRange range, Scope scope)
{
    auto reading = readRange(std::move(table), range, scope, m_context.runtime.wallNow().seconds());
    auto data = co_await reading;
    if (data)
        m_context.messaging.respond(to, encodeData(data->partitions, false));
    else
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
    co_return ok();
}

Task<void> RepairService::push(InetEndpoint to, schema::TablePtr table, Ranges ranges, Scope scope,
                               RepairSummary* summary)
{
    Bytes message = scope ? beginRepairData(*scope, table->id()) : Bytes{};
    const std::size_t emptyBytes = message.size();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        auto reading = readRange(table, ranges[i], scope, m_context.runtime.wallNow().seconds());
        auto data = co_await reading;
        if (!data)
            co_return data.error();
        summary->partitionsPushed += data->partitions.size();
        if (!scope) {
            auto pushing = pushMutations(to, table, std::move(data->partitions));
            RW_CO_TRY(co_await pushing);
            continue;
        }
        if (!data->partitions.empty())
            addRepairData(message, encodeData(data->partitions, false));
        const bool isLast = i + 1 == ranges.size();
        if (message.size() >= kPushedBytesMax || (isLast && message.size() > emptyBytes)) {
            auto pushing =
                pushPending(to, std::exchange(message, beginRepairData(*scope, table->id())));
            RW_CO_TRY(co_await pushing);
        }
    }
    co_return ok();
}

Task<void> RepairService::pushPending(InetEndpoint to, Bytes message)
{
    auto asking = ask(to, Verb::RepairDataReq, std::move(message), kSyncTimeout);
    auto taken = co_await asking;
    if (!taken)
        co_return Error{taken.error().code(),
                        fmt::format("{} did not take what it lacked.", to.toString())};
    co_return ok();
}

Task<void> RepairService::pushMutations(InetEndpoint to, schema::TablePtr table,
                                        rows::Partitions partitions)
{
    std::size_t at = 0;
    while (at < partitions.size()) {
        auto group = std::make_shared<FanOut>(m_context.runtime);
        const MonoTime deadline = m_context.runtime.now() + kSyncTimeout;
        const std::size_t end = std::min(partitions.size(), at + kPushesInFlight);
        for (; at < end; ++at) {
            rows::Mutation mutation;
            mutation.keyspace = table->keyspace();
            mutation.updates.push_back(std::move(partitions[at]));
            Bytes bytes;
            rows::writeMutation(mutation, bytes);
            const auto id = m_context.messaging.openRequest(group->expect(1), deadline);
            m_context.messaging.sendRequest(id, to, Verb::ReadRepairReq, bytes, deadline);
        }
        auto finishing = group->finished();
        RW_CO_TRY(co_await finishing);
        if (group->failures() != 0)
            co_return Error{ErrorCode::Timeout,
                            fmt::format("{} did not take what it lacked.", to.toString())};
    }
    co_return ok();
}

} // namespace engine::coordination
