#include "tests/engine/coordination/small_cluster.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace std::chrono_literals;
using protocol::Consistency;
using tests::SmallCluster;

namespace {

bool waitDown(SmallCluster& cluster, std::size_t seenBy, std::size_t liveLeft)
{
    return cluster.world.runUntil(
        [&] { return cluster[seenBy].gossiper.live().size() == liveLeft; }, 1min);
}

} // namespace

class TstHints : public QObject {
    Q_OBJECT
private slots:
    void aReturningNodeGetsEverythingItMissed()
    {
        SmallCluster cluster;
        cluster.kill(2);
        // Before conviction, too: those writes time out on the node and leave hints then.
        for (int k = 0; k < 50; ++k)
            QVERIFY(cluster.write(static_cast<std::size_t>(k % 2), k, 1, "v", Consistency::Quorum)
                        .has_value());
        QVERIFY(waitDown(cluster, 0, 1));
        QVERIFY(waitDown(cluster, 1, 1));
        for (int k = 50; k < 100; ++k)
            QVERIFY(cluster.write(static_cast<std::size_t>(k % 2), k, 1, "v", Consistency::Quorum)
                        .has_value());
        cluster.world.runFor(3s);
        cluster.start(2);
        QVERIFY(cluster.converge());
        QVERIFY(cluster.world.runUntil(
            [&] {
                return cluster[0].coordinator.hints().pending().empty() &&
                       cluster[1].coordinator.hints().pending().empty();
            },
            2min));
        for (int k = 0; k < 100; ++k)
            QCOMPARE(cluster.stored(2, k), std::string{"1=v"});
        QVERIFY(cluster[0].coordinator.hints().counters().dispatched > 0);
    }

    void hintsSurviveARestartOfTheNodeThatKeepsThem()
    {
        SmallCluster cluster;
        cluster.kill(2);
        QVERIFY(waitDown(cluster, 0, 1));
        for (int k = 0; k < 20; ++k)
            QVERIFY(cluster.write(0, k, 1, "v", Consistency::Quorum).has_value());
        cluster.world.runFor(1s);
        cluster.kill(0);
        cluster.start(0);
        QCOMPARE(cluster[0].coordinator.hints().pending().size(), std::size_t{1});
        cluster.start(2);
        QVERIFY(cluster.converge());
        QVERIFY(cluster.world.runUntil(
            [&] { return cluster[0].coordinator.hints().pending().empty(); }, 2min));
        for (int k = 0; k < 20; ++k)
            QCOMPARE(cluster.stored(2, k), std::string{"1=v"});
    }

    void anyIsContentWithAHint()
    {
        tests::SmallClusterOptions options;
        options.nodes = 4;
        SmallCluster cluster(options);
        // A key of which node 0 holds no replica, with all its replicas down.
        int key = 0;
        auto map = *cluster[0].coordinator.planner().mapOf("ks");
        for (;; ++key) {
            bool own = false;
            for (const auto node : map->replicas(ring::murmur3Token(tests::intBytes(key))))
                own = own || node == 0;
            if (!own)
                break;
        }
        for (std::size_t i = 1; i < 4; ++i)
            cluster.kill(i);
        QVERIFY(waitDown(cluster, 0, 0));
        QVERIFY(!cluster.write(0, key, 1, "v", Consistency::One));
        const auto any = cluster.write(0, key, 1, "any", Consistency::Any);
        QVERIFY2(any.has_value(), any ? "" : any.error().detail().c_str());
        for (std::size_t i = 1; i < 4; ++i)
            cluster.start(i);
        QVERIFY(cluster.converge());
        QVERIFY(cluster.world.runUntil(
            [&] {
                return cluster.stored(1, key) == "1=any" && cluster.stored(2, key) == "1=any" &&
                       cluster.stored(3, key) == "1=any";
            },
            2min));
    }

    void nothingIsKeptForANodeThatIsAwayTooLong()
    {
        tests::SmallClusterOptions options;
        options.coordination.maxHintWindow = 30s;
        SmallCluster cluster(options);
        cluster.kill(2);
        QVERIFY(waitDown(cluster, 0, 1));
        cluster.world.runFor(40s);
        QVERIFY(cluster.write(0, 1, 1, "v", Consistency::Quorum).has_value());
        QVERIFY(cluster[0].coordinator.hints().pending().empty());
    }

    void switchedOffNoneAreStored()
    {
        tests::SmallClusterOptions options;
        options.coordination.switches.hints = false;
        SmallCluster cluster(options);
        cluster.kill(2);
        QVERIFY(waitDown(cluster, 0, 1));
        QVERIFY(cluster.write(0, 1, 1, "v", Consistency::Quorum).has_value());
        QVERIFY(cluster[0].coordinator.hints().pending().empty());
    }

    void truncatedHintsAreGone()
    {
        SmallCluster cluster;
        cluster.kill(2);
        QVERIFY(waitDown(cluster, 0, 1));
        QVERIFY(cluster.write(0, 1, 1, "v", Consistency::Quorum).has_value());
        cluster.world.runFor(1s);
        QCOMPARE(cluster[0].coordinator.hints().pending().size(), std::size_t{1});
        QVERIFY(cluster.world.run(cluster[0].runtime, cluster[0].coordinator.hints().truncate())
                    .has_value());
        QVERIFY(cluster[0].coordinator.hints().pending().empty());
        QVERIFY(cluster[0].runtime.disk().list("/node/hints")->empty());
    }
};

RW_TEST(TstHints)
#include "tst_hints.moc"
