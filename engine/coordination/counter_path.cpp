#include "engine/coordination/counter_path.h"

#include "engine/coordination/request_errors.h"
#include "engine/rows/counter_context.h"
#include "engine/rows/serialization.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;
using protocol::Consistency;
using protocol::WriteType;

namespace {

constexpr std::size_t kDeltaBytes = 8;

Bytes lockKeyOf(const rows::Mutation& mutation)
{
    Bytes key = mutation.keyspace;
    key.push_back('\0');
    key += mutation.key();
    return key;
}

/// The value of a counter column in a row that was read, or empty.
ByteView currentContext(const rows::Row& row, const schema::Column& column)
{
    for (const rows::Cell& cell : row.cells)
        if (cell.column->name == column.name && !cell.isTombstone())
            return cell.value;
    return {};
}

} // namespace

CounterPath::CounterPath(Context& context, WritePath& writes) : m_context(context), m_writes(writes)
{
    m_context.messaging.setHandler(Verb::CounterMutationReq,
                                   [this](const Envelope& message) { onCounterMutation(message); });
}

Task<void> CounterPath::write(rows::Mutations mutations, RequestOptions options)
{
    if (protocol::isSerial(options.consistency))
        co_return Error{ErrorCode::Invalid, "Counter operations are inherently non-serializable"};
    if (options.consistency == Consistency::Any && !mutations.empty())
        co_return Error{
            ErrorCode::Invalid,
            fmt::format("Consistency level ANY is not yet supported for counter table {}",
                        mutations.front().updates.front().table()->name())};
    const MonoTime deadline =
        m_context.deadline(options.deadline, m_context.options.counterTimeout);
    for (rows::Mutation& mutation : mutations) {
        auto writing = writeOne(std::move(mutation), options.consistency, deadline, options.trace);
        RW_CO_TRY(co_await writing);
    }
    co_return ok();
}

Task<void> CounterPath::writeOne(rows::Mutation mutation, Consistency consistency,
                                 MonoTime deadline, Trace trace)
{
    auto map = m_context.planner.mapOf(mutation.keyspace);
    if (!map)
        co_return map.error();
    const auto& strategy = (*map)->strategy();
    if (strategy.kind() == ring::StrategyKind::Local) {
        auto leading = lead(std::move(mutation), consistency, deadline, std::move(trace));
        co_return co_await leading;
    }
    const Replicas& replicas =
        m_context.planner.replicas(**map, ring::murmur3Token(mutation.key()));
    const Needed& answers = (*map)->needed(consistency);
    RW_CO_TRY(checkEnoughAlive(consistency, answers, replicas));
    const auto leader =
        std::find_if(replicas.begin(), replicas.end(), [](const Replica& r) { return r.isAlive; });
    if (leader == replicas.end())
        co_return unavailable(consistency, 1, 0);
    if (trace) [[unlikely]]
        trace->add(fmt::format("Counter update of {}: {} leads", mutation.keyspace,
                               leader->endpoint.toString()));
    if (leader->isSelf) {
        auto leading = lead(std::move(mutation), consistency, deadline, std::move(trace));
        co_return co_await leading;
    }

    Bytes payload;
    ByteWriter{payload}.u16(static_cast<std::uint16_t>(consistency));
    rows::writeMutation(mutation, payload);
    const InetEndpoint endpoint = leader->endpoint;
    auto asking = m_context.messaging.call(endpoint, Verb::CounterMutationReq, std::move(payload),
                                           deadline - m_context.runtime.now(), std::move(trace));
    auto answer = co_await asking;
    if (answer)
        co_return ok();
    if (answer.error().code() == ErrorCode::Timeout)
        co_return writeTimeout(consistency, 0, answers.ofAll, WriteType::Counter);
    co_return writeFailure(consistency, 0, answers.ofAll, WriteType::Counter,
                           {{endpoint.address, protocol::FailureReason::Unknown}});
}

// ---- as leader ----

void CounterPath::onCounterMutation(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    const auto consistency = static_cast<Consistency>(in.u16());
    auto mutation = rows::readMutation(in, m_context.planner.tableLookup());
    if (!mutation || mutation->updates.empty()) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    m_context.runtime.spawn(
        Priority::Request, "counter leader",
        leadAndAnswer(to, std::move(*mutation), consistency,
                      m_context.deadline(message.expiresAt, m_context.options.counterTimeout)));
}

Task<void> CounterPath::leadAndAnswer(messaging::ReplyTo to, rows::Mutation mutation,
                                      Consistency consistency, MonoTime deadline)
{
    // What the other replicas note comes here first, and goes on with the answer.
    if (to.trace) [[unlikely]]
        m_context.messaging.openTrace(to.trace);
    auto leading = lead(std::move(mutation), consistency, deadline, to.trace);
    auto led = co_await leading;
    if (to.trace) [[unlikely]]
        m_context.messaging.closeTrace(to.trace->id());
    if (led)
        m_context.messaging.respond(to, {});
    else
        m_context.messaging.respondFailure(to, led.error().code() == ErrorCode::WriteTimeout
                                                   ? protocol::FailureReason::Timeout
                                                   : failureReasonOf(led.error()));
    co_return ok();
}

Task<void> CounterPath::lead(rows::Mutation mutation, Consistency consistency, MonoTime deadline,
                             Trace trace)
{
    const Bytes key = lockKeyOf(mutation);
    auto locking = lock(key);
    RW_CO_TRY(co_await locking);
    auto resolving = resolve(std::move(mutation));
    auto resolved = co_await resolving;
    if (!resolved) {
        unlock(key);
        co_return resolved.error();
    }
    rows::Mutation here;
    here.keyspace = resolved->keyspace;
    for (const rows::Partition& update : resolved->updates)
        here.updates.push_back(update.clone());
    // Visible here before the next update of the key reads the shard.
    auto applying = m_context.store.apply(std::move(here));
    auto applied = co_await applying;
    unlock(key);
    if (!applied)
        co_return applied.error();
    if (trace) [[unlikely]]
        trace->add("Read the counter, added to this node's shard and wrote it here");
    auto handler =
        m_writes.start(*resolved, consistency, deadline, WriteType::Counter, false, trace);
    if (!handler)
        co_return handler.error();
    Awaited waiting{std::move(*handler)};
    co_return co_await waiting;
}

Task<rows::Mutation> CounterPath::resolve(rows::Mutation mutation)
{
    rows::Mutation resolved;
    resolved.keyspace = mutation.keyspace;
    for (rows::Partition& update : mutation.updates) {
        auto resolving = resolveUpdate(std::move(update));
        auto partition = co_await resolving;
        if (!partition)
            co_return partition.error();
        resolved.updates.push_back(std::move(*partition));
    }
    co_return resolved;
}

Task<rows::Partition> CounterPath::resolveUpdate(rows::Partition update)
{
    rows::ReadCommand command;
    command.table = update.table();
    command.key = Bytes{update.key()};
    command.clustering.isNames = true;
    command.nowSeconds = m_context.runtime.wallNow().seconds();
    for (const rows::Unfiltered& unfiltered : update.unfiltereds)
        if (unfiltered.kind == rows::Unfiltered::Kind::Row)
            command.clustering.names.emplace_back(unfiltered.row.clustering.values.begin(),
                                                  unfiltered.row.clustering.values.end());
    auto reading = m_context.store.read(std::move(command), Priority::Request);
    auto read = co_await reading;
    if (!read)
        co_return read.error();
    const rows::Partition* current = read->partitions.empty() ? nullptr : &read->partitions.front();

    rows::PartitionBuilder builder(update.table(), update.key());
    if (!update.deletion.isLive())
        builder.deletePartition(update.deletion);
    const auto advance = [&](const rows::Row& row, const rows::Row* before) {
        rows::Row next = rows::copyRow(row, builder.arena());
        auto cells = builder.arena().copyArray<rows::Cell>(next.cells);
        for (rows::Cell& cell : cells) {
            if (cell.isTombstone() || cell.value.size() != kDeltaBytes)
                continue;
            const auto delta = loadBigEndian<std::int64_t>(cell.value.data());
            const ByteView id = m_context.options.hostId.view();
            rows::CounterShard shard;
            if (before != nullptr)
                if (const auto own =
                        rows::findCounterShard(currentContext(*before, *cell.column), id))
                    shard = *own;
            // Wraps round like Java's long.
            const auto count = static_cast<std::int64_t>(static_cast<std::uint64_t>(shard.count) +
                                                         static_cast<std::uint64_t>(delta));
            cell.value =
                builder.arena().copy(rows::makeGlobalCounterContext(id, shard.clock + 1, count));
        }
        next.cells = cells;
        return next;
    };
    if (!update.staticRow.isEmpty())
        builder.addStaticRow(
            advance(update.staticRow, current == nullptr ? nullptr : &current->staticRow));
    for (const rows::Unfiltered& unfiltered : update.unfiltereds) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Row)
            co_return Error{ErrorCode::Invalid,
                            "Ranges of counters cannot be deleted together with updates."};
        const rows::Row* before = nullptr;
        if (current != nullptr)
            for (const rows::Unfiltered& other : current->unfiltereds)
                if (other.kind == rows::Unfiltered::Kind::Row &&
                    rows::compareClustering(*update.table(), other.row.clustering.values,
                                            unfiltered.row.clustering.values) == 0)
                    before = &other.row;
        builder.addRow(advance(unfiltered.row, before));
    }
    co_return std::move(builder).build();
}

Task<void> CounterPath::lock(Bytes key)
{
    const auto [at, isFree] = m_locks.try_emplace(key);
    if (isFree)
        co_return ok();
    OneShot<void> turn{m_context.runtime, Priority::Request, "counter lock"};
    at->second.push_back(turn.completer());
    co_return co_await turn;
}

void CounterPath::unlock(const Bytes& key)
{
    const auto at = m_locks.find(key);
    if (at->second.empty()) {
        m_locks.erase(at);
        return;
    }
    auto next = std::move(at->second.front());
    at->second.pop_front();
    next.complete(ok());
}

} // namespace engine::coordination
