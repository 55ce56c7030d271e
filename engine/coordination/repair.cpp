#include "engine/coordination/repair.h"

#include "engine/coordination/local_sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace engine::coordination {

using messaging::Envelope;
using messaging::Verb;

namespace {
constexpr std::size_t kLeavesASession = 256;
} // namespace

RepairService::RepairService(Context& context, LocalSessions& sessions)
    : m_context(context), m_sessions(sessions)
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
    if (options.incremental && !sessions->empty()) {
        auto repairing = repairIncrementally(std::move(*sessions), options, std::move(progress));
        co_return co_await repairing;
    }
    RepairSummary summary;
    auto running = runAll(std::move(*sessions), std::nullopt,
                          {options, std::move(progress), m_cancellations}, &summary);
    RW_CO_TRY(co_await running);
    co_return summary;
}

Task<void> RepairService::runAll(std::vector<Session> sessions, Scope scope, Command command,
                                 RepairSummary* summary)
{
    const std::string keyspace = command.options.keyspace;
    RepairProgress at;
    at.total = static_cast<std::uint32_t>(sessions.size());
    for (Session& session : sessions) {
        RW_CO_TRY(checkGoesOn(command.cancellations));
        const std::string name = session.table->name();
        const std::uint64_t differingBefore = summary->rangesDiffering;
        auto running = run(std::move(session), scope, summary);
        auto ran = co_await running;
        if (!ran)
            co_return ran.error().within(fmt::format("Repair of {}.{} failed", keyspace, name));
        ++summary->sessions;
        ++at.done;
        at.sentence = fmt::format("{}.{}: {} ranges differed", keyspace, name,
                                  summary->rangesDiffering - differingBefore);
        emitRepair(at, command.options);
        if (command.progress)
            command.progress(at);
    }
    co_return ok();
}

Result<void> RepairService::checkGoesOn(std::uint64_t cancellations) const
{
    if (m_cancellations != cancellations)
        return Error{ErrorCode::Cancelled, "The repair was cancelled."};
    return ok();
}

Task<void> RepairService::run(Session session, Scope scope, RepairSummary* summary)
{
    const std::vector<ring::TokenRange> leaves = splitRanges(session.ranges, kLeavesASession);
    const std::int64_t nowSeconds = m_context.runtime.wallNow().seconds();
    auto validating = validate(session.table, leaves, scope, nowSeconds);
    auto own = co_await validating;
    if (!own)
        co_return own.error();
    const MerkleTree ownTree(std::move(*own));
    summary->rangesCompared += leaves.size();

    std::vector<MerkleTree> trees;
    for (const InetEndpoint& other : session.others) {
        auto asking = validateAt(other, session.table, leaves, scope, nowSeconds);
        auto hashes = co_await asking;
        if (!hashes)
            co_return hashes.error();
        trees.emplace_back(std::move(*hashes));
    }
    // First everything comes here, then each gets the whole: two others that lack different
    // things need no exchange of their own.
    std::set<std::size_t> differing;
    for (std::size_t i = 0; i < trees.size(); ++i) {
        auto differs = MerkleTree::difference(ownTree, trees[i]);
        if (!m_context.options.switches.repairExchange)
            differs.clear();
        std::vector<ring::TokenRange> ranges;
        for (const std::size_t leaf : differs)
            ranges.push_back(leaves[leaf]);
        differing.insert(differs.begin(), differs.end());
        auto pulling = pull(session.others[i], session.table, std::move(ranges), scope, summary);
        RW_CO_TRY(co_await pulling);
    }
    summary->rangesDiffering += differing.size();
    std::vector<ring::TokenRange> ranges;
    for (const std::size_t leaf : differing)
        ranges.push_back(leaves[leaf]);
    for (const InetEndpoint& other : session.others) {
        auto pushing = push(other, session.table, ranges, scope, summary);
        RW_CO_TRY(co_await pushing);
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
