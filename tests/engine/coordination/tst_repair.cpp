#include "tests/engine/coordination/small_cluster.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace std::chrono_literals;
using protocol::Consistency;
using tests::SmallCluster;

class TstRepair : public QObject {
    Q_OBJECT
private slots:
    void afterARepairAllReplicasHoldTheSame()
    {
        tests::SmallClusterOptions options;
        options.nodes = 4;
        options.coordination.switches.hints = false;
        SmallCluster cluster(options);
        cluster.kill(1);
        QVERIFY(
            cluster.world.runUntil([&] { return cluster[0].gossiper.live().size() == 2; }, 1min));
        for (int k = 0; k < 40; ++k)
            QVERIFY(cluster.write(0, k, 1, "first", Consistency::Quorum).has_value());
        cluster.start(1);
        QVERIFY(cluster.converge());
        cluster.kill(2);
        QVERIFY(
            cluster.world.runUntil([&] { return cluster[0].gossiper.live().size() == 2; }, 1min));
        for (int k = 20; k < 60; ++k)
            QVERIFY(cluster.write(0, k, 2, "second", Consistency::Quorum).has_value());
        cluster.start(2);
        QVERIFY(cluster.converge());

        std::uint32_t steps = 0;
        for (std::size_t node = 0; node < 4; ++node) {
            const auto summary =
                cluster.world.run(cluster[node].runtime,
                                  cluster[node].coordinator.repairs().repair(
                                      {"ks", {"t"}, false}, [&](const auto&) { ++steps; }),
                                  10min);
            QVERIFY2(summary.has_value(), summary ? "" : summary.error().detail().c_str());
            QCOMPARE(summary->sessions > 0, true);
        }
        QVERIFY(steps > 0);
        const auto map = *cluster[0].coordinator.planner().mapOf("ks");
        for (int k = 0; k < 60; ++k) {
            const std::string expected = k < 20   ? "1=first"
                                         : k < 40 ? "1=first 2=second"
                                                  : "2=second";
            for (const auto node : map->replicas(ring::murmur3Token(tests::intBytes(k))))
                QCOMPARE(cluster.stored(node, k), expected);
        }
        // Nothing is left to exchange.
        const auto again = cluster.world.run(
            cluster[0].runtime, cluster[0].coordinator.repairs().repair({"ks", {}, false}), 10min);
        QVERIFY(again.has_value());
        QCOMPARE(again->rangesDiffering, std::uint64_t{0});
        QCOMPARE(again->partitionsPulled, std::uint64_t{0});
    }

    void aRepairWithADownReplicaIsRefused()
    {
        SmallCluster cluster;
        cluster.kill(2);
        QVERIFY(
            cluster.world.runUntil([&] { return cluster[0].gossiper.live().size() == 1; }, 1min));
        const auto summary = cluster.world.run(
            cluster[0].runtime, cluster[0].coordinator.repairs().repair({"ks", {}, false}));
        QVERIFY(!summary);
        QVERIFY(summary.error().detail().find("127.0.0.3:7000 is down") != std::string::npos);
        QVERIFY(!cluster.world.run(cluster[0].runtime,
                                   cluster[0].coordinator.repairs().repair({"nope", {}, false})));
        QVERIFY(!cluster.world.run(
            cluster[0].runtime, cluster[0].coordinator.repairs().repair({"ks", {"nope"}, false})));
    }
};

RW_TEST(TstRepair)
#include "tst_repair.moc"
