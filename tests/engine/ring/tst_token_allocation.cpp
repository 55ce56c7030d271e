#include "engine/ring/ownership.h"
#include "engine/ring/token_allocation.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <set>

using namespace engine;
using namespace engine::ring;

namespace {

RingStatePtr allocatedRing(const std::vector<NodePlace>& places)
{
    const auto tokens = allocateTokens(places);
    std::vector<RingNode> nodes;
    for (std::size_t i = 0; i < places.size(); ++i) {
        RingNode node;
        node.endpoint = *InetEndpoint::parse("127.0.0." + std::to_string(i + 1), 7000);
        node.datacenter = places[i].datacenter;
        node.rack = places[i].rack;
        node.tokens = tokens[i];
        nodes.push_back(node);
    }
    return std::make_shared<RingState>(nodes);
}

} // namespace

class TstTokenAllocation : public QObject {
    Q_OBJECT
private slots:
    void everyNodeOfANewClusterHoldsTheSameShare_data()
    {
        QTest::addColumn<int>("datacenters");
        QTest::addColumn<int>("racks");
        QTest::addColumn<int>("nodesARack");
        QTest::addColumn<int>("tokenCount");
        QTest::newRow("three nodes, one rack") << 1 << 1 << 3 << 16;
        QTest::newRow("three racks") << 1 << 3 << 2 << 16;
        QTest::newRow("two datacenters") << 2 << 3 << 3 << 8;
        QTest::newRow("single tokens") << 1 << 1 << 5 << 1;
        QTest::newRow("many") << 2 << 4 << 5 << 256;
    }
    void everyNodeOfANewClusterHoldsTheSameShare()
    {
        QFETCH(int, datacenters);
        QFETCH(int, racks);
        QFETCH(int, nodesARack);
        QFETCH(int, tokenCount);
        std::vector<NodePlace> places;
        ReplicationOptions options{{"class", "NetworkTopologyStrategy"}};
        const int factor = std::min(3, racks * nodesARack);
        for (int d = 0; d < datacenters; ++d) {
            options["dc" + std::to_string(d)] = std::to_string(factor);
            for (int r = 0; r < racks; ++r)
                for (int n = 0; n < nodesARack; ++n)
                    places.push_back({"dc" + std::to_string(d), "r" + std::to_string(r),
                                      static_cast<std::uint32_t>(tokenCount)});
        }
        const auto ring = allocatedRing(places);
        QCOMPARE(ring->tokens().size(), places.size() * static_cast<std::size_t>(tokenCount));
        const auto shares =
            effectiveOwnership(ReplicaMap(ring, *ReplicationStrategy::make("ks", options)));
        const double fair = static_cast<double>(factor) / (racks * nodesARack);
        for (const double share : shares)
            QVERIFY2(std::abs(share - fair) < 0.01 * fair, qPrintable(QString::number(share)));
    }

    void allocationIsTheSameEveryTime()
    {
        const std::vector<NodePlace> places(3);
        QCOMPARE(allocateTokens(places), allocateTokens(places));
        const auto tokens = allocateTokens({NodePlace{"dc", "r", 1}});
        QVERIFY(tokens[0][0] != Token::minimum());
    }

    void aJoiningNodeTakesAFairShareWithoutRepeatingTokens()
    {
        const auto ring = allocatedRing(std::vector<NodePlace>(3));
        const auto tokens = allocateTokensForJoining(*ring, NodePlace{});
        QCOMPARE(tokens.size(), std::size_t{16});
        std::set<Token> all(tokens.begin(), tokens.end());
        for (const auto& owner : ring->tokens())
            all.insert(owner.token);
        QCOMPARE(all.size(), std::size_t{64});
        std::vector<RingNode> nodes(ring->nodes().begin(), ring->nodes().end());
        RingNode added;
        added.endpoint = *InetEndpoint::parse("127.0.0.9", 7000);
        added.tokens = tokens;
        nodes.push_back(added);
        const auto shares = primaryOwnership(RingState(nodes));
        QVERIFY(shares.back() > 0.12 && shares.back() < 0.30);
    }

    void theFirstNodeMayJoinAnEmptyRing()
    {
        const auto tokens = allocateTokensForJoining(RingState({}), NodePlace{"dc", "r", 4});
        QCOMPARE(tokens.size(), std::size_t{4});
        for (std::size_t i = 1; i < 4; ++i) {
            const auto width = static_cast<std::uint64_t>(tokens[i].value) -
                               static_cast<std::uint64_t>(tokens[i - 1].value);
            QVERIFY(width > (std::uint64_t{1} << 61) && width < (std::uint64_t{3} << 61));
        }
    }
};

RW_TEST(TstTokenAllocation)
#include "tst_token_allocation.moc"
