#include "engine/base/random.h"
#include "engine/membership/gossip_messages.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::membership;

class TstGossipMessages : public QObject {
    Q_OBJECT
private slots:
    void decodingUndoesEncoding()
    {
        const auto endpoint = *InetEndpoint::parse("127.0.0.2", 7000);
        EndpointState state;
        state.heartBeat = {7, 12};
        state.values[ApplicationState::Schema] = {"abc", 9};
        state.values[ApplicationState::Tokens] = {encodeTokens({{-5}, {5}}), 3};
        const GossipAck ack{{{endpoint, 7, 4}}, {{endpoint, state, 2}}};
        const auto decoded = decodeAck(encode(ack));
        QVERIFY(decoded.has_value());
        QVERIFY(decoded->wanted[0].endpoint == endpoint && decoded->wanted[0].maxVersion == 4);
        QVERIFY(decoded->states[0].state.values == state.values);
        QVERIFY(decoded->states[0].state.heartBeat == state.heartBeat);
        QCOMPARE(decoded->states[0].above, 2);
        QCOMPARE(decoded->states[0].state.tokens(), (std::vector<ring::Token>{{-5}, {5}}));
        const auto syn = decodeSyn(encode(GossipSyn{"c", "p", {{endpoint, 1, 2}}}));
        QVERIFY(syn.has_value() && syn->clusterName == "c" && syn->digests.size() == 1);
        QCOMPARE(decodeAck2(encode(GossipAck2{{{endpoint, state}}}))->states.size(),
                 std::size_t{1});
    }

    void malformedMessagesAreErrors()
    {
        SeededRandom random(5);
        const auto endpoint = *InetEndpoint::parse("::1", 7000);
        const Bytes good =
            encode(GossipAck{{{endpoint, 7, 4}, {endpoint, 1, 1}}, {{endpoint, {}}}});
        // Without its last number the message is what older releases sent.
        const std::size_t sizeBefore = good.size() - sizeof(EndpointDelta::above);
        for (std::size_t size = 0; size < good.size(); ++size)
            QCOMPARE(decodeAck(ByteView{good}.substr(0, size)).has_value(), size == sizeBefore);
        for (int i = 0; i < 5000; ++i) {
            Bytes garbage(random.below(80), '\0');
            random.fill(garbage.data(), garbage.size());
            (void)decodeAck(garbage);
            (void)decodeSyn(garbage);
            (void)decodeAck2(garbage);
        }
    }

    void generationsGrowWhateverTheClockSays()
    {
        const WallTime now{std::chrono::seconds{1000}};
        QCOMPARE(nextGeneration(0, now), 1000);
        QCOMPARE(nextGeneration(1000, now), 1001);
        QCOMPARE(nextGeneration(4600, now), 4601);
    }
};

RW_TEST(TstGossipMessages)
#include "tst_gossip_messages.moc"
