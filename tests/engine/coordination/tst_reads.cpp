#include "tests/engine/coordination/small_cluster.h"
#include "tests/support/test_main.h"

#include <set>

using namespace engine;
using namespace std::chrono_literals;
using protocol::Consistency;
using tests::SmallCluster;
using tests::SmallClusterOptions;

namespace {

SmallClusterOptions withoutHints()
{
    SmallClusterOptions options;
    options.coordination.switches.hints = false;
    return options;
}

/// Cuts a node off while `action` runs.
template <class Action>
void without(SmallCluster& cluster, std::uint32_t node, Action action)
{
    std::vector<std::uint32_t> others;
    for (std::uint32_t i = 0; i < 3; ++i)
        if (i != node)
            others.push_back(i);
    cluster.world.fabric().setStallMax(100ms);
    cluster.world.fabric().partition({node}, others);
    action();
    cluster.world.runFor(3s);
    cluster.world.fabric().heal();
    cluster.world.runFor(1s);
    (void)cluster.converge();
}

} // namespace

class TstReads : public QObject {
    Q_OBJECT
private slots:
    void aReadGivesWhatWasWrittenThroughAnotherNode()
    {
        SmallCluster cluster;
        QVERIFY(cluster.write(0, 1, 5, "five", Consistency::Quorum).has_value());
        QVERIFY(cluster.write(1, 1, 3, "three", Consistency::Quorum).has_value());
        for (std::size_t node = 0; node < 3; ++node)
            QCOMPARE(cluster.read(node, 1, Consistency::Quorum), std::string{"3=three 5=five"});
        QCOMPARE(cluster.read(2, 99, Consistency::All), std::string{});
    }

    void aReadOfOneAsksNobodyElse()
    {
        SmallCluster cluster;
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::All).has_value());
        const auto before = cluster[1].store.reads + cluster[2].store.reads;
        QCOMPARE(cluster.read(0, 1, Consistency::One), std::string{"1=x"});
        QCOMPARE(cluster[1].store.reads + cluster[2].store.reads, before);
        QCOMPARE(cluster[0].coordinator.reads().counters().localReads, std::uint64_t{1});
    }

    void aStaleReplicaIsRepairedBeforeTheAnswer()
    {
        SmallCluster cluster(withoutHints());
        without(cluster, 2,
                [&] { QVERIFY(cluster.write(0, 1, 1, "new", Consistency::Quorum).has_value()); });
        QCOMPARE(cluster.stored(2, 1), std::string{});
        QCOMPARE(cluster.read(2, 1, Consistency::Quorum), std::string{"1=new"});
        QCOMPARE(cluster.stored(2, 1), std::string{"1=new"});
        QCOMPARE(cluster[2].coordinator.reads().counters().mismatches, std::uint64_t{1});
    }

    void aMissedDeletionWins()
    {
        SmallCluster cluster(withoutHints());
        QVERIFY(cluster.write(0, 1, 1, "old", Consistency::All).has_value());
        without(cluster, 2,
                [&] { QVERIFY(cluster.write(0, 1, 1, nullptr, Consistency::Quorum).has_value()); });
        QCOMPARE(cluster.stored(2, 1), std::string{"1=old"});
        QCOMPARE(cluster.read(2, 1, Consistency::Quorum), std::string{});
        QCOMPARE(cluster.stored(2, 1), std::string{});
    }

    void withoutDigestComparisonStaleDataIsAnswered()
    {
        auto options = withoutHints();
        options.coordination.switches.digestComparison = false;
        SmallCluster cluster(options);
        without(cluster, 2,
                [&] { QVERIFY(cluster.write(0, 1, 1, "new", Consistency::Quorum).has_value()); });
        QCOMPARE(cluster.read(2, 1, Consistency::Quorum), std::string{});
    }

    void aShortReadIsReadAgain()
    {
        // Node 2 still has the rows 1 to 5 that were deleted: with LIMIT 2 it answers 1 and 2,
        // which the deletions take away; 6 and 7 must come nevertheless.
        SmallCluster cluster(withoutHints());
        for (int c = 1; c <= 8; ++c)
            QVERIFY(cluster.write(0, 1, c, "v", Consistency::All).has_value());
        without(cluster, 2, [&] {
            for (int c = 1; c <= 5; ++c)
                QVERIFY(cluster.write(0, 1, c, nullptr, Consistency::Quorum).has_value());
        });
        QCOMPARE(cluster.read(2, 1, Consistency::Quorum, 2), std::string{"6=v 7=v"});
        QCOMPARE(cluster.read(2, 1, Consistency::All, 100), std::string{"6=v 7=v 8=v"});
    }

    void aSlowReplicaIsReplacedByAnother()
    {
        SmallCluster cluster;
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::All).has_value());
        cluster[1].runtime.setPaused(true);
        const Duration begun = cluster.world.now();
        QCOMPARE(cluster.read(0, 1, Consistency::Quorum), std::string{"1=x"});
        QCOMPARE(cluster.read(0, 1, Consistency::Quorum), std::string{"1=x"});
        QVERIFY(cluster.world.now() - begun < 500ms);
        cluster[1].runtime.setPaused(false);
    }

    void aReadTimesOutWithTheCounts()
    {
        SmallCluster cluster;
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::All).has_value());
        cluster[1].runtime.setPaused(true);
        auto outcome = cluster.readCommand(0, cluster.selection(1), Consistency::All);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code(), ErrorCode::ReadTimeout);
        const auto* extra = outcome.error().extra<protocol::RequestFailure>();
        QCOMPARE(extra->received, 2);
        QCOMPARE(extra->blockFor, 3);
        QVERIFY(extra->dataPresent);
        cluster[1].runtime.setPaused(false);
    }

    void aFailingReplicaIsAReadFailure()
    {
        SmallCluster cluster;
        cluster[1].store.failReads = true;
        auto outcome = cluster.readCommand(0, cluster.selection(1), Consistency::All);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code(), ErrorCode::ReadFailure);
        QCOMPARE(outcome.error().extra<protocol::RequestFailure>()->failed(), 1);
    }

    void aRangeReadGivesEveryPartitionOnceInTokenOrder_data()
    {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("level");
        for (const int nodes : {3, 5})
            for (const Consistency level :
                 {Consistency::One, Consistency::Quorum, Consistency::All})
                QTest::addRow("%d nodes, level %d", nodes, static_cast<int>(level))
                    << nodes << static_cast<int>(level);
    }
    void aRangeReadGivesEveryPartitionOnceInTokenOrder()
    {
        QFETCH(int, nodes);
        QFETCH(int, level);
        SmallClusterOptions options;
        options.nodes = static_cast<std::uint32_t>(nodes);
        SmallCluster cluster(options);
        for (int k = 0; k < 60; ++k)
            QVERIFY(cluster.write(0, k, 1, "v", Consistency::All).has_value());
        rows::ReadCommand command = cluster.selection(0);
        command.key.reset();
        auto outcome = cluster.readCommand(1, command, static_cast<Consistency>(level));
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().detail().c_str());
        QCOMPARE(outcome->partitions.size(), std::size_t{60});
        for (std::size_t i = 1; i < 60; ++i)
            QVERIFY(ring::murmur3Token(outcome->partitions[i - 1].key()) <
                    ring::murmur3Token(outcome->partitions[i].key()));
        QVERIFY(!outcome->limited);

        // In pages of seven rows.
        std::set<Bytes> seen;
        for (int page = 0; page < 20; ++page) {
            command.limits.rows = 7;
            auto part = cluster.readCommand(2 % static_cast<std::size_t>(nodes), command,
                                            static_cast<Consistency>(level));
            QVERIFY(part.has_value());
            for (const auto& partition : part->partitions)
                QVERIFY(seen.insert(Bytes{partition.key()}).second);
            if (!part->limited)
                break;
            const auto& last = part->partitions.back();
            command.range.start = {ring::murmur3Token(last.key()).value, Bytes{last.key()}, true};
            command.resumeAfter = rows::ClusteringFilter::Name{
                RecycledBytes{last.unfiltereds.back().row.clustering.values[0]}};
        }
        QCOMPARE(seen.size(), std::size_t{60});
    }

    void aRangeReadSeesWhatOnlyAQuorumHas()
    {
        SmallCluster cluster(withoutHints());
        without(cluster, 2, [&] {
            for (int k = 0; k < 10; ++k)
                QVERIFY(cluster.write(0, k, 1, "v", Consistency::Quorum).has_value());
        });
        rows::ReadCommand command = cluster.selection(0);
        command.key.reset();
        auto outcome = cluster.readCommand(2, command, Consistency::Quorum);
        QVERIFY(outcome.has_value());
        QCOMPARE(outcome->partitions.size(), std::size_t{10});
        QCOMPARE(cluster.stored(2, 4), std::string{"1=v"});
    }

    void anyAndSerialAreRefused()
    {
        SmallCluster cluster;
        QVERIFY(!cluster.readCommand(0, cluster.selection(1), Consistency::Any));
        QVERIFY(!cluster.readCommand(0, cluster.selection(1), Consistency::Serial));
    }
};

RW_TEST(TstReads)
#include "tst_reads.moc"
