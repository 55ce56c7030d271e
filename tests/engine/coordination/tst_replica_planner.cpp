#include "tests/engine/coordination/small_cluster.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::coordination;
using namespace std::chrono_literals;
using tests::SmallCluster;

namespace {

/// Whether the planner's lists say of every token what gossip says at this moment.
bool isUpToDate(tests::SmallNode& node)
{
    auto& planner = node.coordinator.planner();
    const auto map = *planner.mapOf("ks");
    for (const ring::TokenOwner& owner : map->ring().tokens()) {
        const auto now = planner.describe(map->ring(), map->replicas(owner.token));
        const Replicas& known = planner.replicas(*map, owner.token);
        if (!std::equal(known.begin(), known.end(), now.begin(), now.end(),
                        [](const Replica& a, const Replica& b) {
                            return a.endpoint == b.endpoint && a.isAlive == b.isAlive &&
                                   a.isSuspect == b.isSuspect;
                        }))
            return false;
    }
    return true;
}

} // namespace

class TstReplicaPlanner : public QObject {
    Q_OBJECT
private slots:
    void replicasAreAsGossipSeesThemAtEveryMoment()
    {
        SmallCluster cluster({.nodes = 5});
        const auto runFor = [&](Duration duration) {
            bool holds = true;
            for (Duration gone{}; gone < duration; gone += 10ms) {
                cluster.world.runFor(10ms);
                holds = holds && isUpToDate(cluster[0]) && isUpToDate(cluster[1]);
            }
            return holds;
        };
        const auto& gossiper = cluster[0].gossiper;
        QVERIFY(runFor(1s));
        const InetEndpoint third = cluster[2].messaging.local();
        cluster.kill(2);
        QVERIFY(runFor(1s));
        QVERIFY(gossiper.isSuspect(third));
        QVERIFY(runFor(1min));
        QVERIFY(!gossiper.isAlive(third));
        cluster.start(2);
        QVERIFY(runFor(10s));
        QVERIFY(gossiper.isAlive(third) && !gossiper.isSuspect(third));
        // A short absence, seen by its sockets only.
        cluster.kill(3);
        cluster.start(3);
        QVERIFY(runFor(10s));
    }

    void underLocalStrategyThisNodeIsTheOnlyReplica()
    {
        SmallCluster cluster;
        const auto strategy =
            *ring::ReplicationStrategy::make("system", {{"class", "LocalStrategy"}});
        auto& planner = cluster[0].coordinator.planner();
        const KeyspaceReplicas here(planner.ring(), strategy, "dc1");
        for (const ring::TokenOwner& owner : planner.ring()->tokens()) {
            const Replicas& replicas = planner.replicas(here, owner.token);
            QCOMPARE(replicas.size(), std::size_t{1});
            QCOMPARE(replicas.front().endpoint, cluster[0].messaging.local());
            QVERIFY(replicas.front().isSelf && replicas.front().isAlive);
        }
    }
};

RW_TEST(TstReplicaPlanner)
#include "tst_replica_planner.moc"
