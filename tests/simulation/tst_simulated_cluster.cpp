#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/simulation/cluster/simulated_cluster.h"
#endif
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;

class TstSimulatedCluster : public QObject {
    Q_OBJECT
private slots:
    void threeNodesConvergeAndServe();
    void aNodeRemembersWhoItIs();
    void aDrainedNodeIsKnownAsDown();
    void writesDuringAPartitionArriveAfterwards();
};

void TstSimulatedCluster::threeNodesConvergeAndServe()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 1}};
    const auto started = cluster.start();
    QVERIFY2(started, started ? "" : started.error().detail().c_str());
    const auto written = cluster.write(0, 7);
    QVERIFY2(written->succeeded, written->error.c_str());
    for (NodeIndex i = 0; i < 3; ++i) {
        const auto read = cluster.read(i, 7);
        QVERIFY2(read->succeeded, read->error.c_str());
        QCOMPARE(read->value, written->value);
        QVERIFY(read->timestamp == written->timestamp);
    }
}

void TstSimulatedCluster::aNodeRemembersWhoItIs()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 2}};
    QVERIFY(cluster.start());
    QVERIFY(cluster.write(0, 1)->succeeded);
    const auto hostId = cluster.node(1).hostId();
    const auto generation = cluster.node(1).gossipGeneration();
    const auto tokens = cluster.node(1).local().tokens;
    cluster.world().stepClock(1, -std::chrono::hours{1});
    cluster.crash(1, SimulatedRuntime::Death::Machine, CrashMode::DropAll);
    cluster.restart(1);
    const auto settled = cluster.settle();
    QVERIFY2(settled, settled ? "" : settled.error().detail().c_str());
    QVERIFY(cluster.node(1).hostId() == hostId);
    QVERIFY(cluster.node(1).gossipGeneration() > generation);
    QVERIFY(cluster.node(1).local().tokens == tokens);
    QCOMPARE(cluster.node(1).peers().size(), std::size_t{2});
    QVERIFY(cluster.read(1, 1)->succeeded);
}

void TstSimulatedCluster::aDrainedNodeIsKnownAsDown()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 3}};
    QVERIFY(cluster.start());
    QVERIFY(cluster.write(0, 1)->succeeded);
    auto draining = cluster.node(2).drain();
    const auto drained = cluster.world().run(cluster.node(2).runtime(), std::move(draining));
    QVERIFY2(drained, drained ? "" : drained.error().detail().c_str());
    QVERIFY(cluster.node(2).status() == engine::node::NodeStatus::Drained);
    cluster.world().runFor(std::chrono::seconds{2});
    QVERIFY(cluster.write(0, 1)->succeeded); // QUORUM of the other two
    QVERIFY(!cluster.write(0, 1, engine::protocol::Consistency::All)->succeeded);
    cluster.crash(2, SimulatedRuntime::Death::Process);
    cluster.restart(2);
    QVERIFY(cluster.settle());
    QVERIFY(cluster.write(0, 1, engine::protocol::Consistency::All)->succeeded);
}

void TstSimulatedCluster::writesDuringAPartitionArriveAfterwards()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 20240611}};
    QVERIFY(cluster.start());
    cluster.isolate({2});
    const auto written = cluster.write(0, 5);
    QVERIFY2(written->succeeded, written->error.c_str());
    cluster.world().runFor(std::chrono::seconds{20});
    QVERIFY(!cluster.write(2, 5)->succeeded); // alone it has no quorum
    cluster.heal();
    const auto settled = cluster.settle();
    QVERIFY2(settled, settled ? "" : settled.error().detail().c_str());
    const auto stored = cluster.storedOn(2, 5);
    QVERIFY(stored);
    QVERIFY(stored->timestamp && *stored->timestamp >= *written->timestamp);
}

RW_TEST(TstSimulatedCluster)
#include "tst_simulated_cluster.moc"
