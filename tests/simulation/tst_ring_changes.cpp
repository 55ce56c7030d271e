#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/ring_change.h"
#include "engine/membership/ring_view.h"
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
