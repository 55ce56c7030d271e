#include "engine/coordination/streaming.h"

#include "engine/coordination/fan_out.h"
#include "engine/coordination/read_messages.h"
#include "engine/coordination/write_path.h"
#include "engine/ring/token_ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

namespace {

constexpr Duration kChunkTimeout = std::chrono::seconds{10};
constexpr Duration kChunkPause = std::chrono::milliseconds{500};
constexpr int kChunkTries = 4;
constexpr std::uint32_t kChunkRowsFirst = 128;
constexpr std::uint32_t kChunkRowsMax = 8192;
/// An answer between these is of the right size.
constexpr std::size_t kChunkBytesLow = 256 * 1024;
constexpr std::size_t kChunkBytesHigh = 1024 * 1024;

bool isStreamed(const schema::Keyspace& keyspace)
{
    return !keyspace.isVirtual && !schema::isLocalSystemKeyspace(keyspace.name);
}

std::set<InetEndpoint> endpointsOf(const ring::ReplicaMap& map, ring::Token token)
{
    std::set<InetEndpoint> all;
    for (const ring::NodeIndex index : map.replicas(token))
        all.insert(map.ring().node(index).endpoint);
    return all;
}

void addPiece(StreamPlan& plan, StreamPiece piece)
{
    if (!plan.pieces.empty()) {
        StreamPiece& last = plan.pieces.back();
        if (last.keyspace == piece.keyspace && last.sources == piece.sources &&
            last.range.end == piece.range.start) {
            last.range.end = piece.range.end;
            return;
        }
    }
    plan.pieces.push_back(std::move(piece));
}

} // namespace

Result<StreamPlan> planStreams(const schema::Schema& schema, const ring::RingStatePtr& before,
                               const ring::RingStatePtr& after, const InetEndpoint& gainer,
                               const std::function<bool(const InetEndpoint&)>& isAlive)
{
    StreamPlan plan;
    if (before->tokens().empty())
        return plan;
    // Within a range of both rings' tokens together, replicas do not change.
    std::set<ring::Token> tokens;
    for (const auto& ring : {before, after})
        for (const ring::TokenOwner& owner : ring->tokens())
            tokens.insert(owner.token);
    for (const auto& [name, keyspace] : schema.keyspaces()) {
        if (!isStreamed(*keyspace) || keyspace->tables.empty())
            continue;
        RW_ASSIGN(auto strategy, ring::ReplicationStrategy::make(name, keyspace->replication));
        if (strategy->kind() == ring::StrategyKind::Local)
            continue;
        const ring::ReplicaMap oldMap(before, strategy);
        const ring::ReplicaMap newMap(after, strategy);
        ring::Token start = *tokens.rbegin();
        for (const ring::Token end : tokens) {
            const ring::TokenRange range{std::exchange(start, end), end};
            const auto oldReplicas = endpointsOf(oldMap, end);
            const auto newReplicas = endpointsOf(newMap, end);
            if (!newReplicas.contains(gainer) || oldReplicas.contains(gainer))
                continue;
            std::vector<InetEndpoint> displaced;
            std::vector<InetEndpoint> others;
            for (const InetEndpoint& replica : oldReplicas) {
                if (!isAlive(replica))
                    continue;
                others.push_back(replica);
                if (!newReplicas.contains(replica))
                    displaced.push_back(replica);
            }
            // So many that one of them is in every quorum that has acknowledged a write.
            const std::size_t quorum =
                std::min<std::size_t>(strategy->replicationFactor() / 2 + 1, oldReplicas.size());
            const std::size_t needed = oldReplicas.size() - quorum + 1;
            std::vector<InetEndpoint> sources = displaced;
            if (sources.empty()) {
                if (others.empty() && oldReplicas.size() == 1) {
                    ++plan.rangesLost;
                    continue;
                }
                if (others.size() < needed)
                    return Error{
                        ErrorCode::Unavailable,
                        fmt::format("Of the {} replicas of a range of keyspace {} only {} are up, "
                                    "and {} are needed to stream it; start the others first.",
                                    oldReplicas.size(), name, others.size(), needed)};
                others.resize(needed);
                sources = others;
            }
            for (const ring::TokenRange& piece : ring::unwrapped(range))
                addPiece(plan, {name, piece, sources});
        }
    }
    return plan;
}

Streaming::Streaming(Context& context, std::function<Task<void>(schema::TableId)> flush)
    : m_context(context), m_flush(std::move(flush))
{
    m_context.messaging.setHandler(Verb::StreamReq, [this](const Envelope& m) { onStream(m); });
}

Task<StreamProgress> Streaming::fetch(StreamPlan plan, OnProgress progress)
{
    StreamProgress at;
    const auto schema = m_context.planner.schema();
    for (const StreamPiece& piece : plan.pieces)
        if (const auto keyspace = schema->keyspace(piece.keyspace))
            at.piecesTotal += keyspace->tables.size() * piece.sources.size();
    std::set<schema::TableId> touched;
    for (const StreamPiece& piece : plan.pieces) {
        const auto keyspace = schema->keyspace(piece.keyspace);
        if (keyspace == nullptr)
            continue;
        for (const auto& [name, table] : keyspace->tables) {
            for (const InetEndpoint& source : piece.sources) {
                const std::uint64_t before = at.partitions;
                auto fetching = fetchPiece(table, piece, source, &at);
                auto fetched = co_await fetching;
                if (!fetched)
                    co_return fetched.error().within(fmt::format(
                        "streaming {}.{} from {}", piece.keyspace, name, source.toString()));
                if (at.partitions != before)
                    touched.insert(table->id());
                ++at.piecesDone;
                if (progress)
                    progress(at);
            }
        }
    }
    for (const schema::TableId& table : touched) {
        // Dropped meanwhile: nothing to keep.
        if (m_context.planner.schema()->table(table) == nullptr)
            continue;
        auto flushing = m_flush(table);
        RW_CO_TRY(co_await flushing);
    }
    co_return at;
}

Task<void> Streaming::fetchPiece(schema::TablePtr table, StreamPiece piece, InetEndpoint source,
                                 StreamProgress* progress)
{
    rows::ReadCommand command;
    command.table = table;
    command.range.start = {piece.range.start.value, std::nullopt, false};
    if (piece.range.end.value != INT64_MAX)
        command.range.end = rows::PartitionBound{piece.range.end.value, std::nullopt, true};
    command.limits.rows = kChunkRowsFirst;
    command.nowSeconds = m_context.runtime.wallNow().seconds();
    int tries = 0;
    while (true) {
        if (m_stopped)
            co_return Error{ErrorCode::ShuttingDown, "the node is stopping"};
        // Dropped here meanwhile: whatever it was, nobody wants it any more.
        if (m_context.planner.schema()->table(table->id()) == nullptr)
            co_return ok();
        auto asking = m_context.messaging.call(source, Verb::StreamReq,
                                               encodeReadRequest(command, false), kChunkTimeout);
        auto answer = co_await asking;
        if (!answer) {
            if (++tries == kChunkTries)
                co_return answer.error();
            auto pausing = m_context.runtime.sleep(kChunkPause, "stream again");
            RW_CO_TRY(co_await pausing);
            continue;
        }
        tries = 0;
        auto response = decodeReadResponse(*answer, m_context.planner.tableLookup());
        if (!response)
            co_return response.error();
        rows::Partitions& partitions = response->data.partitions;
        progress->bytes += answer->size();
        progress->partitions += partitions.size();
        const bool isEnd = !response->data.limited || partitions.empty();
        if (!isEnd) {
            const rows::Partition& last = partitions.back();
            const Bytes key{last.key()};
            command.range.start = {ring::murmur3Token(key).value, key, false};
            command.resumeAfter.reset();
            // A limit may have ended it within a partition: go on after its last row.
            if (!last.unfiltereds.empty() && !table->clustering().empty()) {
                const auto row = std::find_if(
                    last.unfiltereds.rbegin(), last.unfiltereds.rend(),
                    [](const auto& u) { return u.kind == rows::Unfiltered::Kind::Row; });
                if (row != last.unfiltereds.rend()) {
                    command.range.start.inclusive = true;
                    const auto& values = row->row.clustering.values;
                    command.resumeAfter.emplace(values.begin(), values.end());
                }
            }
        }
        if (answer->size() > kChunkBytesHigh)
            command.limits.rows = std::max<std::uint32_t>(1, command.limits.rows / 2);
        else if (answer->size() < kChunkBytesLow)
            command.limits.rows = std::min(kChunkRowsMax, command.limits.rows * 2);
        auto applying = applyAll(table, std::move(partitions));
        RW_CO_TRY(co_await applying);
        if (isEnd)
            co_return ok();
    }
}

Task<void> Streaming::applyAll(schema::TablePtr table, rows::Partitions partitions)
{
    auto group = std::make_shared<FanOut>(m_context.runtime);
    for (rows::Partition& partition : partitions) {
        rows::Mutation mutation;
        mutation.keyspace = table->keyspace();
        mutation.updates.push_back(std::move(partition));
        group->expectLocal();
        storage::WriteDone done = [group](const Result<void>& outcome) {
            group->localDone(outcome.has_value());
        };
        if (m_context.store.tryApply(mutation, sstable::KeyHash::of(mutation.key()), done))
            continue;
        // Memtables are full: wait, so that the source waits too.
        auto applying = m_context.store.apply(std::move(mutation));
        const auto applied = co_await applying;
        group->localDone(applied.has_value());
    }
    auto finishing = group->finished();
    RW_CO_TRY(co_await finishing);
    if (group->failures() != 0)
        co_return Error{ErrorCode::ServerError,
                        fmt::format("{} partitions of {}.{} could not be written here",
                                    group->failures(), table->keyspace(), table->name())};
    co_return ok();
}

// ---- as a source ----

void Streaming::onStream(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    auto request = decodeReadRequest(message.payload, m_context.planner.tableLookup());
    if (!request) {
        m_context.messaging.respondFailure(to, failureReasonOf(request.error()));
        return;
    }
    m_context.runtime.spawn(Priority::Background, "stream chunk",
                            readAndAnswer(to, std::move(request->command)));
}

Task<void> Streaming::readAndAnswer(messaging::ReplyTo to, rows::ReadCommand command)
{
    auto reading = m_context.store.read(std::move(command), Priority::Background);
    auto data = co_await reading;
    if (data)
        m_context.messaging.respond(to, encodeData(data->partitions, data->limited));
    else
        m_context.messaging.respondFailure(to, failureReasonOf(data.error()));
    co_return ok();
}

} // namespace engine::coordination
