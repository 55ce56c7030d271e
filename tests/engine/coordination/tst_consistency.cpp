#include "engine/coordination/merkle_tree.h"
#include "engine/coordination/replica_plan.h"
#include "engine/coordination/request_errors.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::coordination;
using protocol::Consistency;

namespace {

ring::ReplicationStrategyPtr strategyOf(ring::ReplicationOptions options)
{
    return *ring::ReplicationStrategy::make("ks", options);
}

Replicas replicasIn(const std::string& datacenters)
{
    // "1" and "2": alive in dc1, dc2; "a" and "b": the same, down. This node is in dc1.
    Replicas all;
    for (const char each : datacenters) {
        Replica replica;
        replica.datacenter = each == '1' || each == 'a' ? "dc1" : "dc2";
        replica.isAlive = each == '1' || each == '2';
        replica.isLocalDatacenter = replica.datacenter == "dc1";
        all.push_back(replica);
    }
    return all;
}

} // namespace

class TstConsistency : public QObject {
    Q_OBJECT
private slots:
    void everyLevelWantsWhatItDoesInCassandra()
    {
        const auto simple = strategyOf({{"class", "SimpleStrategy"}, {"replication_factor", "3"}});
        const auto topology =
            strategyOf({{"class", "NetworkTopologyStrategy"}, {"dc1", "3"}, {"dc2", "5"}});
        const auto wants = [](Consistency level, const ring::ReplicationStrategyPtr& strategy) {
            return blockFor(level, *strategy, "dc1");
        };
        QCOMPARE(wants(Consistency::Any, simple), 1);
        QCOMPARE(wants(Consistency::One, simple), 1);
        QCOMPARE(wants(Consistency::LocalOne, topology), 1);
        QCOMPARE(wants(Consistency::Two, simple), 2);
        QCOMPARE(wants(Consistency::Three, simple), 3);
        QCOMPARE(wants(Consistency::Quorum, simple), 2);
        QCOMPARE(wants(Consistency::Quorum, topology), 5);
        QCOMPARE(wants(Consistency::All, topology), 8);
        QCOMPARE(wants(Consistency::LocalQuorum, topology), 2);
        QCOMPARE(wants(Consistency::LocalQuorum, simple), 2);
        QCOMPARE(wants(Consistency::EachQuorum, topology), 5);
        QCOMPARE(wants(Consistency::EachQuorum, simple), 2);
    }

    void tooFewAliveIsUnavailableWithCassandrasCounts_data()
    {
        QTest::addColumn<int>("level");
        QTest::addColumn<QString>("replicas");
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<int>("required");
        QTest::addColumn<int>("alive");
        const auto row = [](const char* name, Consistency level, const char* replicas,
                            const char* sentence, int required, int alive) {
            QTest::newRow(name) << static_cast<int>(level) << replicas << sentence << required
                                << alive;
        };
        row("quorum", Consistency::Quorum, "1aab", "Cannot achieve consistency level QUORUM", 3, 1);
        row("all", Consistency::All, "111b", "Cannot achieve consistency level ALL", 4, 3);
        row("local quorum ignores others", Consistency::LocalQuorum, "1aa2",
            "Cannot achieve consistency level LOCAL_QUORUM", 2, 1);
        row("local one", Consistency::LocalOne, "aaa2",
            "Cannot achieve consistency level LOCAL_ONE", 1, 0);
        row("each quorum names the datacenter", Consistency::EachQuorum, "111b",
            "Cannot achieve consistency level EACH_QUORUM in DC dc2", 1, 0);
        row("enough", Consistency::Quorum, "11a2", "", 0, 0);
        row("any is content", Consistency::Any, "aaab", "", 0, 0);
        row("local quorum without the others", Consistency::LocalQuorum, "11ab", "", 0, 0);
    }
    void tooFewAliveIsUnavailableWithCassandrasCounts()
    {
        QFETCH(int, level);
        QFETCH(QString, replicas);
        QFETCH(QString, sentence);
        QFETCH(int, required);
        QFETCH(int, alive);
        const auto strategy =
            strategyOf({{"class", "NetworkTopologyStrategy"}, {"dc1", "3"}, {"dc2", "1"}});
        const auto consistency = static_cast<Consistency>(level);
        const auto checked =
            checkEnoughAlive(consistency, Needed::of(consistency, *strategy, "dc1"),
                             replicasIn(replicas.toStdString()));
        QCOMPARE(checked.has_value(), sentence.isEmpty());
        if (checked)
            return;
        QCOMPARE(checked.error().code(), ErrorCode::Unavailable);
        QCOMPARE(QString::fromStdString(checked.error().detail()), sentence);
        const auto* extra = checked.error().extra<protocol::RequestFailure>();
        QVERIFY(extra != nullptr);
        QCOMPARE(extra->blockFor, required);
        QCOMPARE(extra->received, alive);
    }

    void timeoutsHaveCassandrasSentence()
    {
        const Error error = writeTimeout(Consistency::All, 1, 3, protocol::WriteType::Simple);
        QCOMPARE(error.detail(), std::string{"Operation timed out - received only 1 responses."});
        QCOMPARE(error.code(), ErrorCode::WriteTimeout);
    }

    void merkleTreesFindExactlyTheLeavesThatDiffer()
    {
        for (const std::size_t count : {1, 2, 3, 7, 8, 100}) {
            std::vector<MerkleHash> leaves(count);
            for (std::size_t i = 0; i < count; ++i)
                leaves[i][0] = static_cast<std::uint8_t>(i + 1);
            auto changed = leaves;
            std::vector<std::size_t> expected;
            for (std::size_t i = 0; i < count; i += 3) {
                changed[i][5] = 9;
                expected.push_back(i);
            }
            QCOMPARE(MerkleTree::difference(MerkleTree(leaves), MerkleTree(changed)), expected);
            QVERIFY(MerkleTree::difference(MerkleTree(leaves), MerkleTree(leaves)).empty());
        }
    }

    void splitRangesCoverTheSameTokensOnce()
    {
        const std::vector<ring::TokenRange> ranges{
            {{100}, {2000}}, {{INT64_MAX - 50}, {INT64_MIN + 50}}, {{-5000}, {-100}}};
        const auto pieces = splitRanges(ranges, 16);
        QVERIFY(pieces.size() >= 16);
        for (const std::int64_t token :
             {std::int64_t{101}, std::int64_t{2000}, std::int64_t{2001}, std::int64_t{100},
              INT64_MAX, INT64_MIN + 1, INT64_MIN + 50, INT64_MIN + 51, std::int64_t{-100},
              std::int64_t{-4999}, std::int64_t{0}}) {
            int inRanges = 0;
            int inPieces = 0;
            for (const auto& range : ranges)
                inRanges += range.contains({token}) ? 1 : 0;
            for (const auto& piece : pieces)
                inPieces += piece.contains({token}) ? 1 : 0;
            QCOMPARE(inPieces, inRanges);
        }
        // The whole ring.
        for (const auto& piece : splitRanges({{{7}, {7}}}, 8))
            QVERIFY(piece.start < piece.end);
    }
};

RW_TEST(TstConsistency)
#include "tst_consistency.moc"
