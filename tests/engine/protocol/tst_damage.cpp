#include "tests/engine/protocol/capture.h"
#include "tests/support/test_main.h"

#include "engine/base/random.h"
#include "engine/protocol/compression.h"
#include "engine/protocol/responses.h"
#include "engine/protocol/segment.h"

using namespace engine;
using namespace engine::protocol;

/// Whatever comes from the wire: an error or a message, never a crash, a hang or an over-read
/// (this program also runs under ASan).
class TstDamage : public QObject {
    Q_OBJECT
private slots:
    void aFlippedBitInASegmentIsACrcError_data();
    void aFlippedBitInASegmentIsACrcError();
    void aFlippedBitInAFrameIsAnErrorOrAMessage();
    void everyTruncationWaitsForMoreOrIsAnError();
    void bytesThatArriveOneByOneGiveTheSameMessages_data();
    void bytesThatArriveOneByOneGiveTheSameMessages();
    void aBodyAboveTheLimitIsRefusedByItsHeaderAlone();
    void aLargeEnvelopeAboveTheLimitIsRefusedByItsFirstSegment();
    void anEnvelopeThatLeavesItsSegmentIsAnError();
    void aFailedDecoderStaysFailed();
    void randomMutationsNeverBreakAnything();
    void decompressionIsBoundedByWhatTheInputCanHold();
    void segmentsCarryAnySequenceOfEnvelopes();
};

namespace {

/// Every message of every capture with its bytes.
const std::vector<tests::CapturedMessage>& corpus()
{
    static const std::vector<tests::CapturedMessage> kAll = [] {
        std::vector<tests::CapturedMessage> all;
        for (const QString& name : tests::captureNames()) {
            for (auto& message : tests::readCapture(name).messages) {
                if (!message.bytes.empty() && message.bytes.size() < 20000)
                    all.push_back(std::move(message));
            }
        }
        return all;
    }();
    return kAll;
}

/// Reads a message as whatever its header says, in every way a server or client would.
void readEverything(const Envelope& envelope)
{
    if (!isKnownVersion(envelope.header.version))
        return;
    const auto version = static_cast<ProtocolVersion>(envelope.header.version);
    const auto opcode = static_cast<Opcode>(envelope.header.opcode);
    ByteView message = envelope.body;
    const auto prelude = readPrelude(envelope.header, message);
    if (!prelude)
        return;
    Arena arena;
    Request request;
    (void)decodeRequest(version, opcode, message, arena, request);
    const auto response = decodeResponse(version, opcode, message);
    if (!response)
        return;
    if (const auto* rows = std::get_if<RowsResult>(&*response)) {
        RowsReader reader{rows->content, rows->metadata.count(), std::min(rows->rowCount, 100000)};
        std::vector<std::optional<ByteView>> row;
        while (reader.next(row)) {
        }
    }
    // What was understood can be written.
    Bytes out;
    ByteWriter writer{out};
    encodeResponse(writer, version, *response);
}

template <class Decoder>
int drain(Decoder& decoder, ByteView in, std::optional<Error>* failure = nullptr)
{
    int count = 0;
    for (;;) {
        const auto got = decoder.next(in);
        if (!got) {
            if (failure != nullptr)
                *failure = got.error();
            return count;
        }
        if (!*got)
            return count;
        readEverything(**got);
        ++count;
    }
}

Bytes someEnvelopes(SeededRandom& random, std::size_t count, std::size_t bodyMax)
{
    Bytes out;
    for (std::size_t i = 0; i < count; ++i) {
        EnvelopeWriter writer{out, ProtocolVersion::V5, true,
                              static_cast<std::int16_t>(random.below(30000)), Opcode::Result};
        Bytes body(random.below(bodyMax + 1), '\0');
        // Half of it compresses well.
        random.fill(body.data(), body.size() / 2);
        writer.body().raw(body);
        writer.finish();
    }
    return out;
}

} // namespace

void TstDamage::aFlippedBitInASegmentIsACrcError_data()
{
    QTest::addColumn<bool>("lz4");
    QTest::newRow("plain") << false;
    QTest::newRow("lz4") << true;
}

void TstDamage::aFlippedBitInASegmentIsACrcError()
{
    QFETCH(bool, lz4);
    const Compression compression = lz4 ? Compression::Lz4 : Compression::None;
    SeededRandom random{11};
    const Bytes envelopes = someEnvelopes(random, 3, 90);
    Bytes segment;
    Bytes scratch;
    writeSegments(segment, envelopes, compression, scratch);
    for (std::size_t bit = 0; bit < segment.size() * 8; ++bit) {
        Bytes damaged = segment;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        SegmentDecoder decoder{compression};
        ByteView in = damaged;
        const auto got = decoder.next(in);
        QVERIFY(!got);
        QCOMPARE(static_cast<int>(got.error().code()), static_cast<int>(ErrorCode::ProtocolError));
        QVERIFY(got.error().extra<CrcMismatch>() != nullptr);
        QCOMPARE(got.error().extra<CrcMismatch>()->inHeader, bit / 8 < (lz4 ? 8U : 6U));
    }
}

void TstDamage::aFlippedBitInAFrameIsAnErrorOrAMessage()
{
    for (const auto& message : corpus()) {
        if (message.isSegment)
            continue;
        const std::size_t bits = std::min<std::size_t>(message.bytes.size(), 40) * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            Bytes damaged = message.bytes;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            FrameDecoder decoder;
            decoder.setCompression(bit % 2 == 0 ? Compression::Lz4 : Compression::Snappy);
            std::optional<Error> failure;
            drain(decoder, damaged, &failure);
            if (failure)
                QCOMPARE(static_cast<int>(failure->code()),
                         static_cast<int>(ErrorCode::ProtocolError));
        }
    }
}

void TstDamage::everyTruncationWaitsForMoreOrIsAnError()
{
    for (const auto& message : corpus()) {
        const std::size_t step = 1 + message.bytes.size() / 60;
        for (std::size_t size = 0; size < message.bytes.size(); size += step) {
            // A copy of its own size, so that ASan sees a read past it.
            const Bytes cut = message.bytes.substr(0, size);
            FrameDecoder frames;
            drain(frames, cut);
            for (const Compression compression : {Compression::None, Compression::Lz4}) {
                SegmentDecoder segments{compression};
                drain(segments, cut);
            }
            // The body cut short behind an honest header.
            if (size >= kEnvelopeHeaderBytes) {
                Bytes frame = cut;
                storeBigEndian(frame.data() + 5,
                               static_cast<std::uint32_t>(size - kEnvelopeHeaderBytes));
                FrameDecoder honest;
                honest.setCompression(Compression::Lz4);
                drain(honest, frame);
            }
        }
    }
}

void TstDamage::bytesThatArriveOneByOneGiveTheSameMessages_data()
{
    QTest::addColumn<bool>("segments");
    QTest::newRow("frames") << false;
    QTest::newRow("segments") << true;
}

void TstDamage::bytesThatArriveOneByOneGiveTheSameMessages()
{
    QFETCH(bool, segments);
    SeededRandom random{5};
    const Bytes envelopes = someEnvelopes(random, 40, 300) + someEnvelopes(random, 1, 400000) +
                            someEnvelopes(random, 5, 30);
    Bytes stream = envelopes;
    Bytes scratch;
    if (segments) {
        stream.clear();
        writeSegments(stream, envelopes, Compression::Lz4, scratch);
    }
    FrameDecoder frameDecoder;
    SegmentDecoder segmentDecoder{Compression::Lz4};
    Bytes buffer;
    Bytes seen;
    std::size_t position = 0;
    while (position < stream.size()) {
        const std::size_t size = std::min<std::size_t>(
            1 + random.below(position < 6000 ? 3 : 20000), stream.size() - position);
        buffer.append(stream, position, size);
        position += size;
        ByteView in = buffer;
        for (;;) {
            const auto got = segments ? segmentDecoder.next(in) : frameDecoder.next(in);
            QVERIFY2(got, got ? "" : got.error().detail().c_str());
            if (!*got)
                break;
            const std::size_t at = seen.size();
            seen.resize(at + kEnvelopeHeaderBytes);
            (*got)->header.write(seen.data() + at);
            seen += (*got)->body;
        }
        buffer.erase(0, buffer.size() - in.size());
    }
    QVERIFY(seen == envelopes);
}

void TstDamage::aBodyAboveTheLimitIsRefusedByItsHeaderAlone()
{
    FrameDecoder decoder{1000};
    Bytes fits;
    EnvelopeHeader header{.version = 4, .stream = 9, .opcode = 7, .bodyBytes = 1000};
    fits.resize(kEnvelopeHeaderBytes);
    header.write(fits.data());
    ByteView in = fits;
    QVERIFY(decoder.next(in));
    header.bodyBytes = 1001;
    header.write(fits.data());
    in = fits;
    const auto got = decoder.next(in);
    QVERIFY(!got);
    QCOMPARE(decoder.header().stream, std::int16_t{9});
}

void TstDamage::aLargeEnvelopeAboveTheLimitIsRefusedByItsFirstSegment()
{
    SeededRandom random{3};
    Bytes large;
    EnvelopeWriter writer{large, ProtocolVersion::V5, false, 1, Opcode::Query};
    writer.body().raw(Bytes(300000, 'x'));
    writer.finish();
    Bytes segments;
    Bytes scratch;
    writeSegments(segments, large, Compression::None, scratch);
    SegmentDecoder decoder{Compression::None, 200000};
    ByteView in = ByteView{segments}.substr(0, kSegmentPayloadMax + 10);
    QVERIFY(!decoder.next(in));
}

void TstDamage::anEnvelopeThatLeavesItsSegmentIsAnError()
{
    SeededRandom random{4};
    Bytes envelopes = someEnvelopes(random, 1, 100);
    Bytes scratch;
    Bytes segments;
    writeSegments(segments, envelopes, Compression::None, scratch);
    // The same length, but the envelope's header promises a byte more.
    Bytes lying = envelopes;
    storeBigEndian(lying.data() + 5,
                   static_cast<std::uint32_t>(lying.size() - kEnvelopeHeaderBytes + 1));
    const std::uint32_t crc = segmentCrc32(lying);
    Bytes damaged = segments.substr(0, 6) + lying;
    for (int i = 0; i < 4; ++i)
        damaged.push_back(static_cast<char>(crc >> (8 * i)));
    SegmentDecoder decoder{Compression::None};
    ByteView in = damaged;
    const auto got = decoder.next(in);
    QVERIFY(!got);
    QVERIFY(got.error().extra<CrcMismatch>() == nullptr);
}

void TstDamage::aFailedDecoderStaysFailed()
{
    SegmentDecoder decoder{Compression::None};
    ByteView bad{"garbage that is no segment"};
    QVERIFY(!decoder.next(bad));
    SeededRandom random{6};
    Bytes scratch;
    Bytes good;
    writeSegments(good, someEnvelopes(random, 1, 10), Compression::None, scratch);
    ByteView in = good;
    QVERIFY(!decoder.next(in));
}

void TstDamage::randomMutationsNeverBreakAnything()
{
    const int rounds = 15000 * std::max(1, qEnvironmentVariableIntValue("RINGWRIGHT_FUZZ_TIMES"));
    SeededRandom random{20261121};
    const auto& all = corpus();
    for (int round = 0; round < rounds; ++round) {
        Bytes bytes = all[random.below(all.size())].bytes;
        if (random.below(4) == 0)
            bytes += all[random.below(all.size())].bytes;
        for (std::uint64_t changes = 1 + random.below(6); changes > 0; --changes) {
            const std::size_t at = random.below(bytes.size());
            switch (random.below(4)) {
            case 0:
                bytes[at] = static_cast<char>(random.next());
                break;
            case 1:
                bytes.erase(at, random.below(9));
                break;
            case 2:
                bytes.insert(at, random.below(9), static_cast<char>(random.next()));
                break;
            default: // the extremes of lengths
                bytes.replace(at, 4, Bytes(4, random.below(2) == 0 ? '\xff' : '\x7f'), 0, 4);
                break;
            }
            if (bytes.empty())
                bytes = "x";
        }
        FrameDecoder frames;
        frames.setCompression(static_cast<Compression>(random.below(3)));
        drain(frames, bytes);
        SegmentDecoder segments{random.below(2) == 0 ? Compression::None : Compression::Lz4};
        drain(segments, bytes);
        // As if the checksums had been right.
        const EnvelopeHeader header{.version = static_cast<std::uint8_t>(3 + random.below(4)),
                                    .isResponse = random.below(2) == 0,
                                    .flags = static_cast<std::uint8_t>(random.below(16) & 0x0e),
                                    .stream = 1,
                                    .opcode = static_cast<std::uint8_t>(random.below(18)),
                                    .bodyBytes = 0};
        readEverything({header, ByteView{bytes}.substr(std::min<std::size_t>(9, bytes.size()))});
    }
}

void TstDamage::decompressionIsBoundedByWhatTheInputCanHold()
{
    Bytes out;
    // 256 MiB promised by ten bytes.
    const Bytes lz4 = Bytes{"\x0f\xff\xff\xff", 4} + "0123456789";
    QVERIFY(!decompressBody(Compression::Lz4, lz4, kBodyBytesMax, out));
    QVERIFY(out.capacity() < 1000);
    const Bytes snappy = Bytes{"\xff\xff\xff\x7f", 4} + "0123456789";
    QVERIFY(!decompressBody(Compression::Snappy, snappy, kBodyBytesMax, out));
    QVERIFY(out.capacity() < 1000);
}

void TstDamage::segmentsCarryAnySequenceOfEnvelopes()
{
    SeededRandom random{8};
    for (int round = 0; round < 60; ++round) {
        const Compression compression = round % 2 == 0 ? Compression::None : Compression::Lz4;
        const std::size_t bodyMax = round % 5 == 0 ? 300000 : round % 5 == 1 ? 131071 : 2000;
        const Bytes envelopes = someEnvelopes(random, 1 + random.below(8), bodyMax);
        Bytes scratch;
        Bytes stream;
        writeSegments(stream, envelopes, compression, scratch);
        SegmentDecoder decoder{compression};
        ByteView in = stream;
        Bytes seen;
        for (;;) {
            const auto got = decoder.next(in);
            QVERIFY2(got, got ? "" : got.error().detail().c_str());
            if (!*got)
                break;
            const std::size_t at = seen.size();
            seen.resize(at + kEnvelopeHeaderBytes);
            (*got)->header.write(seen.data() + at);
            seen += (*got)->body;
        }
        QVERIFY(in.empty());
        QVERIFY(seen == envelopes);
    }
}

RW_TEST(TstDamage)
#include "tst_damage.moc"
