#include "engine/base/random.h"
#include "engine/messaging/internode_handshake.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::messaging;

namespace {

HandshakeIdentity identityAt(const char* address, const char* secret = "secret",
                             const char* cluster = "workshop")
{
    return {*InetEndpoint::parse(address, 7000), cluster, secret, kVersionMin, kVersionMax};
}

struct HandshakeOutcome {
    Result<Bytes> connecting = Bytes{};
    Result<Bytes> accepting = Bytes{};
    bool bothDone = false;
    std::uint8_t version = 0;
};

/// Passes messages to and fro until nobody has anything to say or one side fails.
HandshakeOutcome shake(HandshakeIdentity a, HandshakeIdentity b)
{
    SeededRandom random(7);
    InternodeHandshake connecting(std::move(a), true, random, {});
    InternodeHandshake accepting(std::move(b), false, random, {});
    HandshakeOutcome outcome;
    Bytes toConnecting;
    for (int round = 0; round < 4; ++round) {
        if (round > 0 && toConnecting.empty())
            break;
        outcome.connecting = connecting.advance(toConnecting);
        if (!outcome.connecting || outcome.connecting->empty())
            break;
        outcome.accepting = accepting.advance(*outcome.connecting);
        if (!outcome.accepting)
            break;
        toConnecting = *outcome.accepting;
    }
    outcome.bothDone = connecting.done() && accepting.done();
    if (outcome.bothDone)
        outcome.version = connecting.version();
    return outcome;
}

} // namespace

class TstInternodeHandshake : public QObject {
    Q_OBJECT
private slots:
    void nodesOfOneClusterAgreeOnTheNewestCommonVersion()
    {
        const auto same = shake(identityAt("127.0.0.1"), identityAt("127.0.0.2"));
        QVERIFY(same.bothDone);
        QCOMPARE(same.version, kVersionMax);
        auto old = identityAt("127.0.0.2");
        old.versionMax = 1;
        const auto mixed = shake(identityAt("127.0.0.1"), old);
        QVERIFY(mixed.bothDone);
        QCOMPARE(mixed.version, std::uint8_t{1});
        const auto mixedOtherWay = shake(old, identityAt("127.0.0.1"));
        QVERIFY(mixedOtherWay.bothDone);
        QCOMPARE(mixedOtherWay.version, std::uint8_t{1});
    }

    void disjointVersionsAreRefusedWithTheReasonOnBothSides()
    {
        auto old = identityAt("127.0.0.2");
        old.versionMax = 1;
        auto modern = identityAt("127.0.0.1");
        modern.versionMin = 2;
        const auto outcome = shake(old, modern);
        QVERIFY(!outcome.bothDone);
        QVERIFY(!outcome.connecting);
        QVERIFY(outcome.connecting.error().detail().find("internode versions") !=
                std::string::npos);
    }

    void anotherClusterIsRefusedByName()
    {
        const auto outcome = shake(identityAt("127.0.0.1", "secret", "mine"),
                                   identityAt("127.0.0.2", "secret", "yours"));
        QVERIFY(!outcome.bothDone);
        QVERIFY(!outcome.connecting);
        QVERIFY(outcome.connecting.error().detail().find("'mine'") != std::string::npos);
        QVERIFY(outcome.connecting.error().detail().find("'yours'") != std::string::npos);
    }

    void neitherSideAcceptsAPeerWithoutTheSecret()
    {
        const auto outcome =
            shake(identityAt("127.0.0.1", "right"), identityAt("127.0.0.2", "wrong"));
        QVERIFY(!outcome.bothDone);
        QVERIFY(!outcome.connecting);
        QVERIFY(outcome.connecting.error().detail().find("secret") != std::string::npos);

        // The accepting side, faced with a forged proof.
        SeededRandom random(1);
        InternodeHandshake connecting(identityAt("127.0.0.1"), true, random, {});
        InternodeHandshake accepting(identityAt("127.0.0.2"), false, random, {});
        const auto hello = connecting.advance({});
        QVERIFY(accepting.advance(*hello).has_value());
        QVERIFY(!accepting.advance(Bytes(32, 'x')));
        QVERIFY(!accepting.done());
    }

    void aProofCannotBeReplayedOrReflected()
    {
        SeededRandom random(1);
        InternodeHandshake connecting(identityAt("127.0.0.1"), true, random, {});
        InternodeHandshake accepting(identityAt("127.0.0.2"), false, random, {});
        const Bytes hello = *connecting.advance({});
        const Bytes answer = *accepting.advance(hello);
        const Bytes proof = *connecting.advance(answer);
        // Replayed to another connection: its nonce differs.
        InternodeHandshake again(identityAt("127.0.0.2"), false, random, {});
        QVERIFY(again.advance(hello).has_value());
        QVERIFY(!again.advance(proof));
        // Reflected: the acceptor's own proof sent back to it.
        InternodeHandshake third(identityAt("127.0.0.2"), false, random, {});
        const Bytes thirdAnswer = *third.advance(hello);
        QVERIFY(!third.advance(ByteView{thirdAnswer}.substr(thirdAnswer.size() - 32)));
    }

    void garbageNeverCompletesAHandshake()
    {
        SeededRandom random(3);
        for (int i = 0; i < 2000; ++i) {
            InternodeHandshake accepting(identityAt("127.0.0.2"), false, random, {});
            InternodeHandshake connecting(identityAt("127.0.0.1"), true, random, {});
            Bytes garbage(random.below(120), '\0');
            random.fill(garbage.data(), garbage.size());
            const Bytes hello = *connecting.advance({});
            if (i % 2 == 0 && !garbage.empty()) {
                garbage = hello;
                garbage[random.below(garbage.size())] ^= static_cast<char>(1 + random.below(255));
            }
            (void)accepting.advance(garbage);
            (void)connecting.advance(garbage);
            QVERIFY(!accepting.done());
            QVERIFY(!connecting.done());
        }
    }
};

RW_TEST(TstInternodeHandshake)
#include "tst_internode_handshake.moc"
