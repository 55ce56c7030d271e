#include "engine/node/size_estimates.h"
#include "tests/support/test_main.h"

#include <random>

using namespace engine;

class TstSizeEstimates : public QObject {
    Q_OBJECT
private slots:
    void rangesOfAllNodesCoverTheRingOnce();
    void aDatacenterHasARingOfItsOwn();
    void aNodeWithoutTokensHasNone();
};

namespace {

InetEndpoint endpointOf(int node)
{
    return *InetEndpoint::parse("127.0.0." + std::to_string(node), 7000);
}

ring::RingState ringOf(std::uint64_t seed, int nodes)
{
    std::mt19937_64 random{seed};
    std::vector<ring::RingNode> members;
    for (int i = 1; i <= nodes; ++i) {
        ring::RingNode node;
        node.endpoint = endpointOf(i);
        node.datacenter = i % 2 == 0 ? "even" : "odd";
        for (int t = 0; t < 4; ++t)
            node.tokens.push_back({static_cast<std::int64_t>(random())});
        members.push_back(node);
    }
    return ring::RingState{members};
}

} // namespace

void TstSizeEstimates::rangesOfAllNodesCoverTheRingOnce()
{
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const auto ring = ringOf(seed, 5);
        std::vector<ring::TokenRange> all;
        for (int node = 1; node <= 5; ++node)
            for (const auto& range : node::primaryRanges(ring, endpointOf(node), false))
                all.push_back(range);
        std::sort(all.begin(), all.end());
        // The ring's end is the minimum token, as a start and as an end.
        QCOMPARE(all.front().start.value, INT64_MIN);
        for (std::size_t i = 1; i < all.size(); ++i)
            QCOMPARE(all[i].start.value, all[i - 1].end.value);
        QCOMPARE(all.back().end.value, INT64_MIN);
    }
}

void TstSizeEstimates::aDatacenterHasARingOfItsOwn()
{
    const auto ring = ringOf(7, 4);
    std::size_t ends = 0;
    for (const int node : {2, 4}) {
        const auto ranges = node::primaryRanges(ring, endpointOf(node), true);
        QVERIFY(ranges.size() >= 4);
        for (const auto& range : ranges)
            ends += range.end.value == INT64_MIN;
    }
    QCOMPARE(ends, std::size_t{1});
}

void TstSizeEstimates::aNodeWithoutTokensHasNone()
{
    QVERIFY(node::primaryRanges(ringOf(1, 3), endpointOf(9), false).empty());
}

RW_TEST(TstSizeEstimates)
#include "tst_size_estimates.moc"
