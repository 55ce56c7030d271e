#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/ring_change.h"
#include "engine/membership/ring_view.h"
#include "engine/simulation/cluster/checkers.h"
#include "engine/simulation/cluster/membership_scenario.h"
#include "engine/simulation/cluster/simulated_cluster.h"
#endif
#include "tests/support/test_main.h"

#include <set>

using namespace engine;
using namespace engine::simulation;

namespace {

/// Without optimisation a seed takes five times as long; the normal run is optimised.
#ifdef __OPTIMIZE__
constexpr std::uint64_t kRingSeedLast = 60;
#else
constexpr std::uint64_t kRingSeedLast = 5;
#endif

} // namespace

class TstRingChanges : public QObject {
    Q_OBJECT
private slots:
    void nodesJoinAndLeaveUnderLoad();
    void withoutPendingWritesACheckerNotices();
    void whatNobodyAcknowledgedBindsOnlyTheReplicasThatWereAsked();
    void aValueReadWhileTheRingChangesStaysForTheSameReplicas();
    void aJoiningNodeIsSeenInItsStepsAndGetsItsData();
    void aNodeThatHasLeftRefusesToStart();
    void decommissionIsRefusedBelowTheReplicationFactor();
    void removalOfALiveNodeIsRefused();
};

void TstRingChanges::nodesJoinAndLeaveUnderLoad()
{
    QStringList failures;
    for (std::uint64_t seed = 1; seed <= kRingSeedLast; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        const ScenarioOutcome outcome = runMembershipScenario(options);
        if (!outcome.passed)
            failures << QString("seed %1 (%2): %3")
                            .arg(seed)
                            .arg(QString::fromStdString(outcome.story),
                                 QString::fromStdString(outcome.failure));
        QVERIFY(outcome.writesAcknowledged > 0);
    }
    QVERIFY2(failures.isEmpty(), qPrintable(failures.join('\n')));
}

void TstRingChanges::withoutPendingWritesACheckerNotices()
{
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        options.switches.coordination.pendingWrites = false;
        options.switches.coordination.ringBarrier = false;
        if (!runMembershipScenario(options).passed)
            return;
    }
    QFAIL("no seed noticed");
}

void TstRingChanges::whatNobodyAcknowledgedBindsOnlyTheReplicasThatWereAsked()
{
    const auto operation = [](bool isWrite, int begun, int ended, std::int64_t timestamp,
                              std::vector<NodeIndex> replicas, bool succeeded = true) {
        auto made = std::make_shared<ClientOperation>();
        made->isWrite = isWrite;
        made->begun = std::chrono::seconds{begun};
        made->ended = std::chrono::seconds{ended};
        made->hasEnded = true;
        made->succeeded = succeeded;
        made->timestamp = timestamp;
        made->value = static_cast<std::uint64_t>(timestamp);
        made->replicas = std::move(replicas);
        return made;
    };
    const auto old = operation(true, 0, 1, 10, {});
    const auto failed = operation(true, 2, 9, 20, {}, false);
    const auto acknowledged = operation(true, 2, 4, 20, {});
    const auto seen = operation(false, 3, 4, 20, {0, 1, 2});
    const auto missedThere = operation(false, 5, 6, 10, {0, 1, 2});
    const auto missedElsewhere = operation(false, 5, 6, 10, {0, 1, 3});
    QVERIFY(checkQuorumReads({old, failed, seen, missedThere}).has_value());
    QVERIFY(!checkQuorumReads({old, failed, seen, missedElsewhere}).has_value());
    QVERIFY(checkQuorumReads({old, acknowledged, seen, missedElsewhere}).has_value());
}

void TstRingChanges::aValueReadWhileTheRingChangesStaysForTheSameReplicas()
{
    // Node 3 leaves; of the other replicas of the key, only `holder` gets a write while the
    // ring changes.
    SimulatedCluster cluster{{.nodeCount = 4, .seed = 9, .hintedHandoff = false}};
    QVERIFY(cluster.start());
    std::uint32_t key = 0;
    const auto isOn3 = [&] {
        const auto replicas = cluster.replicasOf(key);
        return std::find(replicas.begin(), replicas.end(), NodeIndex{3}) != replicas.end();
    };
    while (!isOn3())
        ++key;
    auto replicas = cluster.replicasOf(key);
    std::erase(replicas, NodeIndex{3});
    const NodeIndex holder = replicas[0];
    const NodeIndex other = replicas[1];
    const NodeIndex pending = 3 - holder - other; // of 0, 1 and 2
    QVERIFY(cluster.write(holder, key, protocol::Consistency::All)->succeeded);

    auto leaving = cluster.node(3).decommission(false);
    auto& runtime = cluster.node(3).runtime();
    runtime.spawn(Priority::Request, "decommission", std::move(leaving));
    const Uuid leaver = cluster.node(3).hostId();
    const auto isEverywhere = [&](membership::MemberPhase phase) {
        for (const NodeIndex node : {holder, other, pending})
            if (cluster.node(node).ring().phaseOf(leaver) != phase)
                return false;
        return true;
    };
    QVERIFY(cluster.world().runUntil([&] { return isEverywhere(membership::MemberPhase::Leaving); },
                                     std::chrono::seconds{5}));
    // Until the pending replica has streamed what there was, and before it is asked whether it has.
    cluster.world().runFor(std::chrono::milliseconds{150});
    cluster.world().fabric().partition({holder}, {other, pending});
    const auto write = cluster.beginWrite(holder, key);
    cluster.world().runFor(std::chrono::milliseconds{20});
    const auto seen = cluster.read(holder, key);
    QVERIFY2(seen->succeeded, seen->error.c_str());
    QVERIFY(!write->hasEnded && seen->timestamp == write->timestamp);
    QVERIFY(isEverywhere(membership::MemberPhase::Leaving));

    QVERIFY(cluster.world().runUntil(
        [&] {
            return cluster.node(pending).ring().phaseOf(leaver) ==
                   membership::MemberPhase::LeavingRead;
        },
        std::chrono::seconds{10}));
    const auto after = cluster.read(pending, key);
    QVERIFY2(after->succeeded, after->error.c_str());
    QVERIFY(after->replicas != seen->replicas);
    QVERIFY(after->timestamp < seen->timestamp); // right by the new ring, which never got it
    QVERIFY(!write->hasEnded);
    QVERIFY(!checkQuorumReads(cluster.history()).has_value());

    // Once the new replicas have answered it, they keep to it.
    cluster.heal();
    QVERIFY(cluster.world().runUntil([&] { return cluster.hasLeft(3); }, std::chrono::minutes{2}));
    cluster.crash(3, SimulatedRuntime::Death::Process);
    cluster.setGone(3);
    QVERIFY(cluster.settle());
    const auto found = cluster.read(holder, key, protocol::Consistency::All);
    QVERIFY(found->succeeded && found->timestamp == write->timestamp);
    for (const NodeIndex node : {holder, other, pending})
        QCOMPARE(cluster.read(node, key)->timestamp, write->timestamp);
    QVERIFY(!checkQuorumReads(cluster.history()).has_value());
}

void TstRingChanges::aJoiningNodeIsSeenInItsStepsAndGetsItsData()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 5}};
    QVERIFY(cluster.start());
    for (std::uint32_t key = 0; key < 30; ++key)
        QVERIFY(cluster.write(0, key, protocol::Consistency::All)->succeeded);
    const NodeIndex added = cluster.addNode();
    std::set<membership::MemberPhase> seen;
    const bool joined = cluster.world().runUntil(
        [&] {
            for (const auto& member : cluster.node(0).ring().changing())
                seen.insert(member.phase);
            return cluster.isUp(added);
        },
        std::chrono::minutes{1});
    QVERIFY(joined);
    QVERIFY(seen.contains(membership::MemberPhase::Joining));
    QVERIFY(seen.contains(membership::MemberPhase::JoiningRead));
    QVERIFY(cluster.settle());
    int held = 0;
    for (std::uint32_t key = 0; key < 30; ++key) {
        const auto replicas = cluster.replicasOf(key);
        if (std::find(replicas.begin(), replicas.end(), added) == replicas.end())
            continue;
        ++held;
        const auto stored = cluster.storedOn(added, key);
        QVERIFY(stored && stored->timestamp);
    }
    QVERIFY(held > 5);
}

void TstRingChanges::aNodeThatHasLeftRefusesToStart()
{
    SimulatedCluster cluster{{.nodeCount = 4, .seed = 6}};
    QVERIFY(cluster.start());
    auto leaving = cluster.node(3).decommission(false);
    const auto left = cluster.world().run(cluster.node(3).runtime(), std::move(leaving));
    QVERIFY2(left, left ? "" : left.error().detail().c_str());
    QVERIFY(cluster.node(3).status() == engine::node::NodeStatus::Decommissioned);
    cluster.crash(3, SimulatedRuntime::Death::Process);
    cluster.setGone(3);
    const auto settled = cluster.settle();
    QVERIFY2(settled, settled ? "" : settled.error().detail().c_str());
    cluster.restart(3);
    cluster.world().runFor(std::chrono::seconds{3});
    QVERIFY(cluster.node(3).status() == engine::node::NodeStatus::Failed);
    QVERIFY(cluster.write(0, 1, protocol::Consistency::All)->succeeded);
}

void TstRingChanges::decommissionIsRefusedBelowTheReplicationFactor()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 7}};
    QVERIFY(cluster.start());
    auto leaving = cluster.node(2).decommission(false);
    const auto left = cluster.world().run(cluster.node(2).runtime(), std::move(leaving));
    QVERIFY(!left);
    QVERIFY2(left.error().detail().find("--force") != std::string::npos,
             left.error().detail().c_str());
    QVERIFY(cluster.node(2).status() == engine::node::NodeStatus::Normal);
    auto forced = cluster.node(2).decommission(true);
    QVERIFY(cluster.world().run(cluster.node(2).runtime(), std::move(forced)));
}

void TstRingChanges::removalOfALiveNodeIsRefused()
{
    SimulatedCluster cluster{{.nodeCount = 4, .seed = 8}};
    QVERIFY(cluster.start());
    auto removing = cluster.node(0).coordinator().ringChange().removeNode(cluster.node(3).hostId());
    const auto removed = cluster.world().run(cluster.node(0).runtime(), std::move(removing));
    QVERIFY(!removed);
    QVERIFY2(removed.error().detail().find("is up") != std::string::npos,
             removed.error().detail().c_str());
    QVERIFY(cluster.write(0, 1, protocol::Consistency::All)->succeeded);
}

RW_TEST(TstRingChanges)
#include "tst_ring_changes.moc"
