#include "engine/simulation/cluster/repair_scenario.h"

#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/local_sessions.h"
#include "engine/coordination/repair.h"
#include "engine/simulation/cluster/checkers.h"
#include "engine/simulation/cluster/simulated_cluster.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRepairKeys = 16;
constexpr int kRounds = 3;
/// Longer than a blocked connection lives, so that what was under way is lost for good.
constexpr Duration kCutOff = 20s;

/// What became of a repair; stays empty if its coordinator died.
using RepairOutcome = std::shared_ptr<std::optional<Result<coordination::RepairSummary>>>;

Task<void> repairInto(node::Node* node, coordination::RepairOptions options, RepairOutcome to)
{
    auto repairing = node->coordinator().repairs().repair(std::move(options));
    to->emplace(co_await repairing);
    co_return ok();
}

class RepairScenario {
public:
    explicit RepairScenario(const ScenarioOptions& options)
        : m_random(SeededRandom{options.seed * 2 + 1}), m_cluster(clusterOptions(options))
    {
        if (options.observer)
            m_cluster.world().setObserver(options.observer);
    }

    ScenarioOutcome run()
    {
        const auto told = tell();
        auto outcome = outcomeOf("repair", told, m_cluster);
        outcome.repairsBegun = m_repairs;
        outcome.repairsFinished = m_repairsGood;
        return outcome;
    }

private:
    SimulatedClusterOptions clusterOptions(const ScenarioOptions& options)
    {
        SimulatedClusterOptions cluster;
        cluster.nodeCount = options.nodeCount;
        cluster.seed = options.seed;
        cluster.commitLogSync =
            m_random.below(2) == 0 ? storage::CommitLogSync::Batch : storage::CommitLogSync::Group;
        cluster.hintedHandoff = m_random.below(4) == 0;
        cluster.fsync = options.switches.fsync;
        cluster.switches = options.switches.coordination;
        cluster.repairs.askAfter = 20s;
        cluster.repairs.callTimeout = 3s;
        cluster.repairs.settleTimeout = 5s;
        return cluster;
    }

    [[nodiscard]] NodeIndex anyNode() { return m_cluster.anyNode(m_random); }
    [[nodiscard]] NodeIndex anyUpNode() { return m_cluster.anyUpNode(m_random); }
    [[nodiscard]] Duration upTo(Duration max) { return anyDuration(m_random, max); }

    void load(std::uint32_t operations, Duration between)
    {
        for (std::uint32_t i = 0; i < operations; ++i) {
            const auto key = static_cast<std::uint32_t>(m_random.below(kRepairKeys));
            if (m_random.below(4) != 0)
                m_cluster.beginWrite(anyUpNode(), key);
            else
                m_cluster.beginRead(anyUpNode(), key);
            m_cluster.world().runFor(upTo(between));
        }
    }

    Result<void> heal()
    {
        m_cluster.healLinks();
        m_cluster.restartAll();
        return m_cluster.settle();
    }

    /// Some replicas miss some writes.
    Result<void> tear()
    {
        m_cluster.isolate({anyNode()});
        load(12, 60ms);
        m_cluster.world().runFor(kCutOff);
        load(6, 30ms);
        m_cluster.finishOperations();
        RW_TRY(heal());
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i)
            RW_TRY(maintain(i));
        return ok();
    }
    Result<void> maintain(NodeIndex index)
    {
        auto& store = m_cluster.node(index).store();
        auto& runtime = m_cluster.node(index).runtime();
        const auto table = m_cluster.table()->id();
        const auto what = m_random.below(4);
        if (what == 0)
            return m_cluster.world().run(runtime, store.flush(table));
        if (what == 1)
            return m_cluster.world().run(runtime, store.compact(table));
        return ok();
    }

    RepairOutcome beginRepair(NodeIndex through)
    {
        coordination::RepairOptions options;
        options.keyspace = m_cluster.table()->keyspace();
        options.primaryRangeOnly = m_random.below(4) == 0;
        options.incremental = true;
        auto outcome = std::make_shared<RepairOutcome::element_type>();
        m_cluster.node(through).runtime().spawn(
            Priority::Background, "repair",
            repairInto(&m_cluster.node(through), std::move(options), outcome));
        ++m_repairs;
        return outcome;
    }

    void goWrong(NodeIndex coordinator)
    {
        auto& world = m_cluster.world();
        const NodeIndex victim = m_random.below(3) == 0 ? coordinator : anyNode();
        switch (m_random.below(7)) {
        case 0:
        case 1:
            if (m_cluster.isRunning(victim))
                m_cluster.crash(victim);
            break;
        case 2:
            if (m_cluster.isRunning(victim))
                m_cluster.crash(victim, SimulatedRuntime::Death::Process);
            break;
        case 3:
            m_cluster.isolate({victim});
            break;
        case 4:
            world.fabric().setBlocked(victim, (victim + 1) % m_cluster.nodeCount(), true);
            break;
        case 5:
            world.fabric().defaultCondition().delayChance = m_random.unit() * 0.05;
            world.fabric().defaultCondition().breakChance = m_random.unit() * 0.01;
            break;
        default: // nothing
            break;
        }
        if (m_random.below(4) == 0)
            world.stepClock(victim,
                            std::chrono::duration_cast<std::chrono::microseconds>(upTo(2h)) - 1h);
    }

    Result<void> tellRound()
    {
        RW_TRY(tear());
        const NodeIndex coordinator = anyNode();
        std::vector<RepairOutcome> outcomes;
        outcomes.reserve(2); // else GCC 12 warns of the second at -O2, wrongly
        outcomes.push_back(beginRepair(coordinator));
        if (m_random.below(4) == 0)
            outcomes.push_back(beginRepair(anyNode()));
        // Between nothing and the end of a repair that nobody disturbs.
        m_cluster.world().runFor(upTo(m_random.below(2) == 0 ? Duration{60ms} : Duration{600ms}));
        goWrong(coordinator);
        load(6, 20ms);
        m_cluster.world().runFor(upTo(kCutOff));
        RW_TRY(heal());
        m_cluster.finishOperations();
        RW_TRY(waitUntilDecided());
        for (const RepairOutcome& outcome : outcomes)
            m_repairsGood += outcome->has_value() && (*outcome)->has_value() ? 1 : 0;
        if (const auto wrong = checkRepairedIsEverywhere(m_cluster, kRepairKeys))
            return Error{ErrorCode::Corrupt, *wrong};
        return ok();
    }

    [[nodiscard]] std::optional<std::string> undecided()
    {
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i) {
            for (const auto& [id, session] : m_cluster.node(i).coordinator().repairSessions().all())
                if (!session.isCompleted())
                    return fmt::format("session {} stays {} on node {}", id.toString(),
                                       coordination::repairStateName(session.state), i);
            if (!m_cluster.node(i).store().pendingRepairs().empty())
                return fmt::format("SSTables of node {} stay pending", i);
        }
        return std::nullopt;
    }
    Result<void> waitUntilDecided()
    {
        const bool isDecided =
            m_cluster.world().runUntil([this] { return !undecided(); }, Duration{15min});
        return isDecided ? Result<void>{ok()}
                         : Result<void>{Error{ErrorCode::Timeout, undecided().value_or("")}};
    }

    /// Through each node, one after the other; all must succeed.
    Result<std::uint64_t> repairAllIncrementally()
    {
        std::uint64_t differing = 0;
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i) {
            // A repair is over before its replicas have heard that it is.
            RW_TRY(waitUntilDecided());
            coordination::RepairOptions options;
            options.keyspace = m_cluster.table()->keyspace();
            options.incremental = true;
            auto repairing = m_cluster.node(i).coordinator().repairs().repair(std::move(options));
            const auto repaired =
                m_cluster.world().run(m_cluster.node(i).runtime(), std::move(repairing));
            if (!repaired)
                return repaired.error().within(fmt::format("incremental repair on node {}", i));
            differing += repaired->rangesDiffering;
        }
        return differing;
    }

    Result<void> tell()
    {
        RW_TRY(m_cluster.start());
        for (std::uint32_t key = 0; key < kRepairKeys; ++key)
            m_cluster.beginWrite(anyNode(), key);
        m_cluster.world().runFor(200ms);
        for (int round = 0; round < kRounds; ++round)
            RW_TRY(tellRound());
        return checkAtTheEnd();
    }

    Result<void> checkAtTheEnd()
    {
        for (std::uint32_t key = 0; key < kRepairKeys; ++key) {
            const auto read = m_cluster.read(anyNode(), key);
            if (!read->succeeded)
                return Error{
                    ErrorCode::Unavailable,
                    fmt::format("with all nodes up, reading key {} failed: {}", key, read->error)};
        }
        if (const auto wrong = checkQuorumReads(m_cluster.history()))
            return Error{ErrorCode::Corrupt, *wrong};
        // Until all see each other and no hint is on its way: one that comes between two repairs is
        // unrepaired on its replica alone, and a difference, though all have the write.
        m_cluster.world().runFor(1min);
        RW_TRY(repairAllIncrementally());
        RW_TRY(waitUntilDecided());
        for (const auto& wrong : {checkReplicasEqual(m_cluster, kRepairKeys),
                                  checkRepairedIsEverywhere(m_cluster, kRepairKeys)})
            if (wrong)
                return Error{ErrorCode::Corrupt, *wrong};
        RW_ASSIGN(const std::uint64_t differing, repairAllIncrementally());
        if (differing != 0)
            return Error{ErrorCode::Corrupt,
                         fmt::format("{} ranges differ when nothing is left to repair", differing)};
        return ok();
    }

    SeededRandom m_random;
    SimulatedCluster m_cluster;
    std::uint32_t m_repairs = 0;
    std::uint32_t m_repairsGood = 0;
};

} // namespace

ScenarioOutcome runRepairScenario(const ScenarioOptions& options)
{
    return RepairScenario{options}.run();
}

} // namespace engine::simulation
