#include "engine/messaging/envelope.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::messaging;

namespace {

Envelope sampleEnvelope()
{
    Envelope envelope;
    envelope.verb = Verb::ReadReq;
    envelope.flags = kFlagTraced;
    envelope.id = 0x1122334455667788;
    envelope.from = *InetEndpoint::parse("127.0.0.7", 7000);
    envelope.created = WallTime{std::chrono::microseconds{1'700'000'000'000'000}};
    envelope.timeout = std::chrono::milliseconds{5000};
    envelope.clock = HybridTime{42};
    envelope.cause = 99;
    envelope.payload = "payload";
    envelope.traceId = Uuid::fromHalves(7, 8);
    envelope.traceEntries = "entries";
    return envelope;
}

} // namespace

class TstEnvelope : public QObject {
    Q_OBJECT
private slots:
    void decodingUndoesEncodingInEveryVersion()
    {
        for (std::uint8_t version = kVersionMin; version <= kVersionMax; ++version) {
            const Bytes bytes = encodeEnvelope(sampleEnvelope(), version);
            const auto decoded = decodeEnvelope(bytes);
            QVERIFY(decoded.has_value());
            QCOMPARE(decoded->verb, Verb::ReadReq);
            QCOMPARE(decoded->id, sampleEnvelope().id);
            QVERIFY(decoded->from == sampleEnvelope().from);
            QVERIFY(decoded->created == sampleEnvelope().created);
            QVERIFY(decoded->timeout == sampleEnvelope().timeout);
            QCOMPARE(decoded->payload, ByteView{"payload"});
            // Version 1 has neither clock nor cause.
            QCOMPARE(decoded->clock.value, version >= 2 ? std::uint64_t{42} : std::uint64_t{0});
            QCOMPARE(decoded->cause, version >= 2 ? std::uint64_t{99} : std::uint64_t{0});
            // Traces came with version 3.
            QCOMPARE((decoded->flags & kFlagTraced) != 0, version >= 3);
            QVERIFY(decoded->traceId == (version >= 3 ? Uuid::fromHalves(7, 8) : Uuid{}));
            QCOMPARE(decoded->traceEntries, version >= 3 ? ByteView{"entries"} : ByteView{});
        }
    }

    void everyFlippedBitIsNoticed()
    {
        const Bytes good = encodeEnvelope(sampleEnvelope(), kVersionMax);
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
            Bytes bad = good;
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
            QVERIFY(!decodeEnvelope(bad));
        }
    }

    void everyTruncationIsNoticed()
    {
        const Bytes good = encodeEnvelope(sampleEnvelope(), kVersionMax);
        for (std::size_t size = 0; size < good.size(); ++size)
            QVERIFY(!decodeEnvelope(ByteView{good}.substr(0, size)));
    }

    void verbsHaveCassandrasNamesAndAnswers()
    {
        QCOMPARE(verbName(Verb::GossipDigestAck2), std::string_view{"GOSSIP_DIGEST_ACK2"});
        QCOMPARE(verbName(Verb::MutationReq), std::string_view{"MUTATION_REQ"});
        QVERIFY(!isKnownVerb(4711));
        for (const Verb request :
             {Verb::MutationReq, Verb::HintReq, Verb::ReadReq, Verb::RangeReq, Verb::EchoReq,
              Verb::SchemaPullReq, Verb::SchemaPushReq, Verb::TruncateReq, Verb::ValidationReq,
              Verb::SyncReq, Verb::CounterMutationReq, Verb::BatchStoreReq}) {
            QVERIFY(isResponse(responseOf(request)));
            QVERIFY(!isResponse(request));
        }
    }

    void theChannelFollowsVerbAndSize()
    {
        QCOMPARE(channelFor(Verb::GossipDigestAck, 1'000'000), Channel::Urgent);
        QCOMPARE(channelFor(Verb::MutationReq, 100), Channel::Small);
        QCOMPARE(channelFor(Verb::MutationReq, 100'000), Channel::Large);
    }

    void theHybridClockNeverGoesBackAndOvertakesWhatItHears()
    {
        HybridClock clock;
        const auto first = clock.tick(WallTime{std::chrono::microseconds{1000}});
        const auto second = clock.tick(WallTime{std::chrono::microseconds{1}});
        QVERIFY(second > first);
        clock.observe(HybridTime{std::uint64_t{1} << 60});
        QVERIFY(clock.tick(WallTime{std::chrono::microseconds{1}}).value > std::uint64_t{1} << 60);
    }
};

RW_TEST(TstEnvelope)
#include "tst_envelope.moc"
