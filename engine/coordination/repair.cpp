#include "engine/coordination/repair.h"

#include "engine/coordination/fan_out.h"
#include "engine/coordination/read_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace engine::coordination {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

namespace {

constexpr std::size_t kLeavesASession = 256;
constexpr Duration kValidationTimeout = std::chrono::minutes{10};
constexpr Duration kSyncTimeout = std::chrono::minutes{1};
constexpr std::size_t kPushesInFlight = 64;
constexpr std::size_t kRangeBytes = 16;

void writeRange(ByteWriter& out, const ring::TokenRange& range)
{
    out.i64(range.start.value);
    out.i64(range.end.value);
}

ring::TokenRange readTokenRange(ByteReader& in)
{
    const std::int64_t start = in.i64();
    const std::int64_t end = in.i64();
    return {{start}, {end}};
}

} // namespace

RepairService::RepairService(Context& context) : m_context(context)
{
    m_context.messaging.setHandler(Verb::ValidationReq,
                                   [this](const Envelope& m) { onValidation(m); });
    m_context.messaging.setHandler(Verb::SyncReq, [this](const Envelope& m) { onSync(m); });
}

Result<std::vector<RepairService::Session>> RepairService::plan(const RepairOptions& options)
{
    const auto keyspace = m_context.planner.schema()->keyspace(options.keyspace);
    if (keyspace == nullptr)
        return Error{ErrorCode::Invalid,
                     fmt::format("Keyspace [{}] does not exist.", options.keyspace)};
    std::vector<schema::TablePtr> tables;
    for (const std::string& name : options.tables) {
        const auto table = keyspace->table(name);
        if (table == nullptr)
            return Error{ErrorCode::Invalid,
                         fmt::format("Unknown keyspace/cf pair ({}.{})", options.keyspace, name)};
        tables.push_back(table);
    }
    if (options.tables.empty())
        for (const auto& [name, table] : keyspace->tables)
            tables.push_back(table);

    RW_ASSIGN(const auto map, m_context.planner.mapOf(options.keyspace));
    const auto self = map->ring().find(m_context.messaging.local());
    std::map<std::vector<ring::NodeIndex>, std::vector<ring::TokenRange>> byReplicas;
    if (self && map->strategy().kind() != ring::StrategyKind::Local)
        for (std::size_t i = 0; i < map->ring().tokens().size(); ++i) {
            const auto replicas = map->replicasAt(i);
            if (replicas.size() < 2 ||
                std::find(replicas.begin(), replicas.end(), *self) == replicas.end() ||
                (options.primaryRangeOnly && replicas.front() != *self))
                continue;
            std::vector<ring::NodeIndex> others(replicas.begin(), replicas.end());
            std::erase(others, *self);
            std::sort(others.begin(), others.end());
            byReplicas[others].push_back(map->ring().rangeEndingAt(i));
        }
    std::vector<Session> sessions;
    for (const auto& table : tables)
        for (const auto& [others, ranges] : byReplicas) {
            Session session{table, {}, ranges};
            for (const ring::NodeIndex other : others) {
                const InetEndpoint endpoint = map->ring().node(other).endpoint;
                if (!m_context.isAlive(endpoint))
                    return Error{
                        ErrorCode::Unavailable,
                        fmt::format("Repair needs all replicas, and {} is down; start it first.",
                                    endpoint.toString())};
                session.others.push_back(endpoint);
            }
            sessions.push_back(std::move(session));
        }
    return sessions;
}

Task<RepairSummary> RepairService::repair(RepairOptions options, OnProgress progress)
{
    auto sessions = plan(options);
    if (!sessions)
        co_return sessions.error();
    const std::uint64_t cancellations = m_cancellations;
    RepairSummary summary;
    RepairProgress at;
    at.total = static_cast<std::uint32_t>(sessions->size());
    for (Session& session : *sessions) {
        if (m_cancellations != cancellations)
            co_return Error{ErrorCode::Cancelled, "The repair was cancelled."};
        const std::string name = session.table->name();
        const std::uint64_t differingBefore = summary.rangesDiffering;
        auto running = run(std::move(session), &summary);
        auto ran = co_await running;
        if (!ran)
            co_return ran.error().within(
                fmt::format("Repair of {}.{} failed", options.keyspace, name));
        ++summary.sessions;
        ++at.done;
        at.sentence = fmt::format("{}.{}: {} ranges differed", options.keyspace, name,
                                  summary.rangesDiffering - differingBefore);
        emitRepair(at, options);
        if (progress)
            progress(at);
    }
    co_return summary;
}

Task<void> RepairService::run(Session session, RepairSummary* summary)
{
    const std::vector<ring::TokenRange> leaves = splitRanges(session.ranges, kLeavesASession);
    const std::int64_t nowSeconds = m_context.runtime.wallNow().seconds();
    auto validating = validate(session.table, leaves, nowSeconds);
    auto own = co_await validating;
    if (!own)
        co_return own.error();
    const MerkleTree ownTree(std::move(*own));
    summary->rangesCompared += leaves.size();

    std::vector<MerkleTree> trees;
    for (const InetEndpoint& other : session.others) {
        auto asking = validateAt(other, session.table, leaves, nowSeconds);
        auto hashes = co_await asking;
        if (!hashes)
            co_return hashes.error();
        trees.emplace_back(std::move(*hashes));
    }
    // First everything comes here, then each gets the whole: two others that lack different
    // things need no exchange of their own.
    std::set<std::size_t> differing;
    for (std::size_t i = 0; i < trees.size(); ++i)
        for (const std::size_t leaf : MerkleTree::difference(ownTree, trees[i])) {
            differing.insert(leaf);
            auto pulling = pull(session.others[i], session.table, leaves[leaf], summary);
            RW_CO_TRY(co_await pulling);
        }
    summary->rangesDiffering += differing.size();
    for (const InetEndpoint& other : session.others)
        for (const std::size_t leaf : differing) {
            auto pushing = push(other, session.table, leaves[leaf], summary);
            RW_CO_TRY(co_await pushing);
        }
    co_return ok();
}

Task<storage::LocalRead> RepairService::readRange(schema::TablePtr table, ring::TokenRange range,
                                                  std::int64_t nowSeconds)
{
    rows::ReadCommand command;
    command.table = std::move(table);
    command.range.start = {range.start.value, std::nullopt, false};
    command.range.end = rows::PartitionBound{range.end.value, std::nullopt, true};
    command.nowSeconds = nowSeconds;
    auto reading = m_context.store.read(std::move(command), Priority::Background);
    co_return co_await reading;
}

// ---- validation ----

Task<std::vector<MerkleHash>> RepairService::validate(schema::TablePtr table,
                                                      std::vector<ring::TokenRange> leaves,
                                                      std::int64_t nowSeconds)
{
    std::vector<MerkleHash> hashes;
    hashes.reserve(leaves.size());
    for (const ring::TokenRange& leaf : leaves) {
        auto reading = readRange(table, leaf, nowSeconds);
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
                                                        schema::TablePtr table,
                                                        std::vector<ring::TokenRange> leaves,
                                                        std::int64_t nowSeconds)
{
    Bytes payload;
    ByteWriter out(payload);
    out.raw(table->id().value.view());
    out.i64(nowSeconds);
    out.unsignedVint(leaves.size());
    for (const ring::TokenRange& leaf : leaves)
        writeRange(out, leaf);
    auto asking = m_context.messaging.call(endpoint, Verb::ValidationReq, std::move(payload),
                                           kValidationTimeout);
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
    const ByteView rawId = in.raw(16);
    const std::int64_t nowSeconds = in.i64();
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count > in.remaining() / kRangeBytes) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    const auto table = m_context.planner.schema()->table({Uuid::fromBytes(rawId)});
    if (table == nullptr) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    std::vector<ring::TokenRange> leaves;
    for (std::uint64_t i = 0; i < count; ++i)
        leaves.push_back(readTokenRange(in));
    m_context.runtime.spawn(Priority::Background, "validation",
                            validateAndAnswer(to, table, std::move(leaves), nowSeconds));
}

Task<void> RepairService::validateAndAnswer(messaging::ReplyTo to, schema::TablePtr table,
                                            std::vector<ring::TokenRange> leaves,
                                            std::int64_t nowSeconds)
{
    auto validating = validate(std::move(table), std::move(leaves), nowSeconds);
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

Task<void> RepairService::pull(InetEndpoint from, schema::TablePtr table, ring::TokenRange range,
                               RepairSummary* summary)
{
    Bytes payload;
    ByteWriter out(payload);
    out.raw(table->id().value.view());
    writeRange(out, range);
    auto asking = m_context.messaging.call(from, Verb::SyncReq, std::move(payload), kSyncTimeout);
    auto answer = co_await asking;
    if (!answer)
        co_return answer.error();
    auto response = decodeReadResponse(*answer, m_context.planner.tableLookup());
    if (!response)
        co_return response.error();
    for (rows::Partition& partition : response->data.partitions) {
        rows::Mutation mutation;
        mutation.keyspace = table->keyspace();
        mutation.updates.push_back(std::move(partition));
        auto applying = m_context.store.apply(std::move(mutation));
        RW_CO_TRY(co_await applying);
        ++summary->partitionsPulled;
    }
    co_return ok();
}

void RepairService::onSync(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    const ByteView rawId = in.raw(16);
    const ring::TokenRange range = readTokenRange(in);
    const auto table =
        in.ok() ? m_context.planner.schema()->table({Uuid::fromBytes(rawId)}) : nullptr;
    if (table == nullptr) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::IncompatibleSchema);
        return;
    }
    m_context.runtime.spawn(Priority::Background, "repair sync", syncAndAnswer(to, table, range));
}

Task<void> RepairService::syncAndAnswer(messaging::ReplyTo to, schema::TablePtr table,
                                        ring::TokenRange range)
{
    auto reading = readRange(std::move(table), range, m_context.runtime.wallNow().seconds());
    auto data = co_await reading;
    if (data)
        m_context.messaging.respond(to, encodeData(data->partitions, false));
    else
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
    co_return ok();
}

Task<void> RepairService::push(InetEndpoint to, schema::TablePtr table, ring::TokenRange range,
                               RepairSummary* summary)
{
    auto reading = readRange(table, range, m_context.runtime.wallNow().seconds());
    auto data = co_await reading;
    if (!data)
        co_return data.error();
    std::size_t at = 0;
    while (at < data->partitions.size()) {
        auto group = std::make_shared<FanOut>(m_context.runtime);
        const MonoTime deadline = m_context.runtime.now() + kSyncTimeout;
        const std::size_t end = std::min(data->partitions.size(), at + kPushesInFlight);
        for (; at < end; ++at) {
            rows::Mutation mutation;
            mutation.keyspace = table->keyspace();
            mutation.updates.push_back(std::move(data->partitions[at]));
            Bytes bytes;
            rows::writeMutation(mutation, bytes);
            const auto id = m_context.messaging.openRequest(group->expect(1), deadline);
            m_context.messaging.sendRequest(id, to, Verb::ReadRepairReq, bytes, deadline);
            ++summary->partitionsPushed;
        }
        auto finishing = group->finished();
        RW_CO_TRY(co_await finishing);
        if (group->failures() != 0)
            co_return Error{ErrorCode::Timeout,
                            fmt::format("{} did not take what it lacked.", to.toString())};
    }
    co_return ok();
}

void RepairService::emitRepair(const RepairProgress& progress, const RepairOptions& options)
{
    if (!m_context.events.wants(EventKind::Repair))
        return;
    m_context.events.emit(EventKind::Repair, "progress",
                          fmt::format(R"({{"keyspace":"{}","done":{},"total":{}}})",
                                      options.keyspace, progress.done, progress.total),
                          {});
}

} // namespace engine::coordination
