#include "engine/coordination/batchlog.h"
#include "engine/rows/counter_context.h"
#include "tests/engine/coordination/small_cluster.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace std::chrono_literals;
using protocol::Consistency;
using tests::SmallCluster;

namespace {

rows::Mutation countUp(SmallCluster& cluster, int k, std::int64_t delta, std::int64_t timestamp)
{
    rows::PartitionBuilder builder(cluster.counts, tests::intBytes(k));
    rows::Row row;
    auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = cluster.counts->column("n");
    cells[0].timestamp.micros = timestamp;
    Bytes bytes;
    ByteWriter{bytes}.i64(delta);
    cells[0].value = builder.arena().copy(bytes);
    row.cells = cells;
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = "ks";
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

Result<void> addToCounter(SmallCluster& cluster, std::size_t through, int k, std::int64_t delta,
                          Consistency consistency)
{
    rows::Mutations mutations;
    mutations.push_back(countUp(cluster, k, delta, cluster.world.wallClock(0).micros()));
    coordination::RequestOptions options;
    options.consistency = consistency;
    return cluster.world.run(cluster[through].runtime, cluster[through].coordinator.writeCounters(
                                                           std::move(mutations), options));
}

std::string counterAt(SmallCluster& cluster, std::size_t through, int k, Consistency consistency)
{
    rows::ReadCommand command = cluster.selection(k);
    command.table = cluster.counts;
    auto outcome = cluster.readCommand(through, std::move(command), consistency);
    if (!outcome)
        return outcome.error().detail();
    return outcome->partitions.empty() ? "" : SmallCluster::text(outcome->partitions.front());
}

} // namespace

class TstWrites : public QObject {
    Q_OBJECT
private slots:
    void aWriteReachesEveryReplica()
    {
        SmallCluster cluster;
        for (int k = 0; k < 20; ++k)
            QVERIFY(cluster.write(static_cast<std::size_t>(k % 3), k, 1, "x", Consistency::Quorum)
                        .has_value());
        QVERIFY(cluster.world.runUntilQuiet(1min) || true);
        cluster.world.runFor(1s);
        for (int k = 0; k < 20; ++k)
            for (std::size_t node = 0; node < 3; ++node)
                QCOMPARE(cluster.stored(node, k), std::string{"1=x"});
    }

    void quorumGoesOnWithoutOneNodeAndIsUnavailableWithoutTwo()
    {
        SmallCluster cluster;
        cluster.kill(2);
        QVERIFY(cluster.world.runUntil(
            [&] {
                return cluster[0].gossiper.live().size() == 1 &&
                       cluster[1].gossiper.live().size() == 1;
            },
            1min));
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::Quorum).has_value());
        const auto all = cluster.write(0, 1, 1, "x", Consistency::All);
        QVERIFY(!all);
        QCOMPARE(all.error().detail(), std::string{"Cannot achieve consistency level ALL"});
        QCOMPARE(all.error().extra<protocol::RequestFailure>()->received, 2);
        cluster.kill(1);
        QVERIFY(cluster.world.runUntil([&] { return cluster[0].gossiper.live().empty(); }, 1min));
        const auto quorum = cluster.write(0, 1, 1, "x", Consistency::Quorum);
        QVERIFY(!quorum);
        QCOMPARE(quorum.error().code(), ErrorCode::Unavailable);
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::One).has_value());
    }

    void aSilentReplicaMakesAllTimeOutWithTheCounts()
    {
        SmallCluster cluster;
        cluster[2].runtime.setPaused(true);
        const Duration begun = cluster.world.now();
        const auto all = cluster.write(0, 1, 1, "x", Consistency::All);
        QVERIFY(!all);
        QCOMPARE(all.error().code(), ErrorCode::WriteTimeout);
        const auto* extra = all.error().extra<protocol::RequestFailure>();
        QCOMPARE(extra->received, 2);
        QCOMPARE(extra->blockFor, 3);
        QVERIFY(extra->writeType == protocol::WriteType::Simple);
        QVERIFY(cluster.world.now() - begun < 2100ms);
        QVERIFY(cluster.write(0, 1, 1, "y", Consistency::Quorum).has_value());
        cluster[2].runtime.setPaused(false);
    }

    void aFailingReplicaIsReportedAtOnce()
    {
        SmallCluster cluster;
        cluster[1].store.failWrites = true;
        const Duration begun = cluster.world.now();
        const auto all = cluster.write(0, 1, 1, "x", Consistency::All);
        QVERIFY(!all);
        QCOMPARE(all.error().code(), ErrorCode::WriteFailure);
        QCOMPARE(all.error().extra<protocol::RequestFailure>()->failed(), 1);
        QVERIFY(cluster.world.now() - begun < 1s);
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::Quorum).has_value());
    }

    void eachQuorumAndLocalQuorumCountByDatacenter()
    {
        tests::SmallClusterOptions options;
        options.nodes = 4;
        options.datacenters = 2;
        SmallCluster cluster(options);
        // Nodes 0 and 2 are in dc1, 1 and 3 in dc2; RF 2 in each.
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::EachQuorum).has_value());
        cluster.kill(1);
        QVERIFY(
            cluster.world.runUntil([&] { return cluster[0].gossiper.live().size() == 2; }, 1min));
        QVERIFY(cluster.write(0, 1, 1, "y", Consistency::LocalQuorum).has_value());
        const auto each = cluster.write(0, 1, 1, "z", Consistency::EachQuorum);
        QVERIFY(!each);
        QCOMPARE(each.error().detail(),
                 std::string{"Cannot achieve consistency level EACH_QUORUM in DC dc2"});
    }

    void serialWritesAreRefused()
    {
        SmallCluster cluster;
        QVERIFY(!cluster.write(0, 1, 1, "x", Consistency::Serial));
    }

    void aLoggedBatchIsFinishedByOthersWhenItsCoordinatorDies()
    {
        tests::SmallClusterOptions options;
        options.nodes = 4;
        SmallCluster cluster(options);
        rows::Mutations mutations;
        for (int k = 0; k < 10; ++k)
            mutations.push_back(cluster.insertion(0, k, 1, "batch"));
        coordination::RequestOptions request;
        request.consistency = Consistency::Quorum;
        cluster[0].runtime.spawn(
            Priority::Request, "batch",
            [](SmallCluster& c, rows::Mutations m, coordination::RequestOptions r) -> Task<void> {
                auto writing = c[0].coordinator.writeLogged(std::move(m), r);
                (void)co_await writing;
                co_return ok();
            }(cluster, std::move(mutations), request));
        // Killed once the batch is kept by two others, whatever of it has gone out.
        const auto kept = [&] {
            std::size_t sum = 0;
            for (std::size_t i = 1; i < 4; ++i)
                sum += cluster[i].coordinator.batchlog().kept();
            return sum;
        };
        QVERIFY(cluster.world.runUntil([&] { return kept() == 2; }, 10s));
        cluster.kill(0);
        QVERIFY(cluster.world.runUntil([&] { return kept() == 0; }, 2min));
        cluster.world.runFor(5s);
        for (int k = 0; k < 10; ++k)
            QCOMPARE(cluster.read(1, k, Consistency::Quorum), std::string{"1=batch"});
    }

    void aFinishedBatchIsKeptNowhere()
    {
        SmallCluster cluster;
        rows::Mutations mutations;
        for (int k = 0; k < 3; ++k)
            mutations.push_back(cluster.insertion(0, k, 1, "batch"));
        coordination::RequestOptions request;
        request.consistency = Consistency::Quorum;
        QVERIFY(cluster.world
                    .run(cluster[0].runtime,
                         cluster[0].coordinator.writeLogged(std::move(mutations), request))
                    .has_value());
        cluster.world.runFor(1s);
        for (std::size_t i = 0; i < 3; ++i)
            QCOMPARE(cluster[i].coordinator.batchlog().kept(), std::size_t{0});
    }

    void countersAddUpThroughAnyNode()
    {
        SmallCluster cluster;
        for (int i = 0; i < 12; ++i)
            QVERIFY(
                addToCounter(cluster, static_cast<std::size_t>(i % 3), 1, i, Consistency::Quorum)
                    .has_value());
        for (std::size_t node = 0; node < 3; ++node)
            QCOMPARE(counterAt(cluster, node, 1, Consistency::All), std::string{"66"});
    }

    void concurrentCounterUpdatesOfOneKeyAreAllCounted()
    {
        SmallCluster cluster;
        int done = 0;
        for (int i = 0; i < 50; ++i) {
            rows::Mutations mutations;
            mutations.push_back(countUp(cluster, 1, 1, 1000 + i));
            coordination::RequestOptions request;
            request.consistency = Consistency::Quorum;
            cluster[0].runtime.spawn(Priority::Request, "count",
                                     [](SmallCluster& c, rows::Mutations m,
                                        coordination::RequestOptions r, int& d) -> Task<void> {
                                         auto counting =
                                             c[0].coordinator.writeCounters(std::move(m), r);
                                         auto counted = co_await counting;
                                         if (counted)
                                             ++d;
                                         co_return ok();
                                     }(cluster, std::move(mutations), request, done));
        }
        QVERIFY(cluster.world.runUntil([&] { return done == 50; }, 10s));
        QCOMPARE(counterAt(cluster, 1, 1, Consistency::All), std::string{"50"});
    }

    void truncateEmptiesEveryNodeAndNeedsThemAll()
    {
        SmallCluster cluster;
        QVERIFY(cluster.write(0, 1, 1, "x", Consistency::All).has_value());
        QVERIFY(cluster.world
                    .run(cluster[1].runtime, cluster[1].coordinator.truncate(cluster.table, {}))
                    .has_value());
        for (std::size_t node = 0; node < 3; ++node)
            QCOMPARE(cluster.stored(node, 1), std::string{});
        cluster.kill(2);
        QVERIFY(
            cluster.world.runUntil([&] { return cluster[0].gossiper.live().size() == 1; }, 1min));
        const auto truncated = cluster.world.run(
            cluster[0].runtime, cluster[0].coordinator.truncate(cluster.table, {}));
        QVERIFY(!truncated);
        QCOMPARE(truncated.error().detail(),
                 std::string{"Error during truncate: Cannot achieve consistency level ALL"});
    }
};

RW_TEST(TstWrites)
#include "tst_writes.moc"
