#include "tests/engine/protocol/capture.h"
#include "tests/engine/protocol/describe.h"
#include "tests/support/test_main.h"

#include "engine/protocol/segment.h"

#include <QJsonDocument>

using namespace engine;
using namespace engine::protocol;

/// What real Cassandra 5.0.4 and its clients said to each other.
class TstCaptures : public QObject {
    Q_OBJECT
private slots:
    void theCapturesAreAllThere();
    void everyFrameDecodesAsRecordedAndIsEncodedAgainByteForByte_data();
    void everyFrameDecodesAsRecordedAndIsEncodedAgainByteForByte();
};

namespace {

/// One direction of a connection.
struct Side {
    FrameDecoder frames;
    SegmentDecoder segments;
    Bytes recorded; ///< segments since the last complete envelope
};

QString show(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// The first field of `recorded` that `ours` has not with the same value.
QString difference(const QJsonObject& recorded, const QJsonObject& ours)
{
    for (auto it = recorded.begin(); it != recorded.end(); ++it) {
        QJsonValue expected = it.value();
        if (it.key() == u"code") // "0x2000 SYNTAX_ERROR"
            expected = expected.toString().section(u' ', 0, 0).toInt(nullptr, 16);
        if (ours[it.key()] != expected)
            return QStringLiteral("%1\n recorded %2\n ours     %3")
                .arg(it.key(), show(recorded), show(ours));
    }
    return {};
}

QJsonObject merged(QJsonObject a, const QJsonObject& b)
{
    for (auto it = b.begin(); it != b.end(); ++it)
        a[it.key()] = it.value();
    return a;
}

/// Decodes one envelope to typed fields, compares them with what was recorded and appends the
/// envelope that these fields alone make.
QString checkEnvelope(const Envelope& envelope, const QJsonObject& recorded, Bytes& again)
{
    const auto version = static_cast<ProtocolVersion>(envelope.header.version);
    const auto opcode = static_cast<Opcode>(envelope.header.opcode);
    ByteView message = envelope.body;
    const auto prelude = readPrelude(envelope.header, message);
    if (!prelude)
        return QString::fromStdString(prelude.error().detail());
    EnvelopeWriter writer{again,  version, envelope.header.isResponse, envelope.header.stream,
                          opcode, *prelude};
    QJsonObject ours = tests::describe(envelope.header, *prelude);
    if (envelope.header.isResponse) {
        const auto response = decodeResponse(version, opcode, message);
        if (!response)
            return QString::fromStdString(response.error().detail());
        if (opcodeOf(*response) != opcode)
            return QStringLiteral("another opcode");
        ours = merged(ours, tests::describe(version, *response));
        encodeResponse(writer.body(), version, *response);
    } else {
        Arena arena;
        Request request;
        if (const auto read = decodeRequest(version, opcode, message, arena, request); !read)
            return QString::fromStdString(read.error().detail());
        if (opcodeOf(request) != opcode)
            return QStringLiteral("another opcode");
        ours = merged(ours, tests::describe(version, request));
        encodeRequest(writer.body(), version, request);
    }
    writer.finish();
    return difference(recorded, ours);
}

/// What the recorder could not read, or nobody may send in this direction.
bool isMalformed(const QJsonObject& recorded, const EnvelopeHeader& header)
{
    return recorded.contains(u"decode_error") || !isKnownOpcode(header.opcode) ||
           isRequest(static_cast<Opcode>(header.opcode)) == header.isResponse;
}

Bytes plainBodyOf(const Bytes& envelope, Compression compression)
{
    FrameDecoder decoder;
    decoder.setCompression(compression);
    ByteView in = envelope;
    const auto out = decoder.next(in);
    return out && *out ? Bytes{(*out)->body} : Bytes{"damaged"};
}

/// All envelopes of a stream of segments, one after the other.
Bytes contentOf(const Bytes& segments, Compression compression)
{
    SegmentDecoder decoder{compression};
    ByteView left = segments;
    Bytes content;
    for (auto got = decoder.next(left); got && *got; got = decoder.next(left)) {
        const std::size_t at = content.size();
        content.resize(at + kEnvelopeHeaderBytes);
        (*got)->header.write(content.data() + at);
        content += (*got)->body;
    }
    return left.empty() ? content : Bytes{"damaged"};
}

Compression compressionOf(const QString& name)
{
    return name == u"lz4"      ? Compression::Lz4
           : name == u"snappy" ? Compression::Snappy
                               : Compression::None;
}

} // namespace

void TstCaptures::theCapturesAreAllThere()
{
    QCOMPARE(tests::captureNames().size(), 89);
}

void TstCaptures::everyFrameDecodesAsRecordedAndIsEncodedAgainByteForByte_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : tests::captureNames()) {
        if (!name.startsWith(u"v2") && !name.startsWith(u"v66")) // the server's test answers them
            QTest::newRow(qPrintable(name)) << name;
    }
}

void TstCaptures::everyFrameDecodesAsRecordedAndIsEncodedAgainByteForByte()
{
    QFETCH(QString, name);
    const tests::Capture capture = tests::readCapture(name);
    const Compression compression = compressionOf(capture.compression);
    Side sides[2] = {{FrameDecoder{}, SegmentDecoder{compression}, {}},
                     {FrameDecoder{}, SegmentDecoder{compression}, {}}};
    Bytes scratch;
    int checked = 0;
    for (const tests::CapturedMessage& message : capture.messages) {
        if (message.isNote || message.note.contains(u"corrupted")) // bad CRC: the server's test
            continue;
        Side& side = sides[message.fromClient ? 0 : 1];
        side.frames.setCompression(compression);
        side.recorded += message.bytes;
        ByteView in = message.bytes;
        Bytes again;
        std::size_t index = 0;
        bool complete = true;
        for (;;) {
            const auto got = message.isSegment ? side.segments.next(in) : side.frames.next(in);
            QVERIFY2(got, got ? "" : got.error().detail().c_str());
            if (!*got)
                break;
            const Envelope& envelope = **got;
            QCOMPARE(envelope.header.isResponse, !message.fromClient);
            if (message.decoded.empty()) { // four envelopes that the recorder did not read
                Arena arena;
                Request request;
                QVERIFY(decodeRequest(ProtocolVersion::V5, Opcode::Query, envelope.body, arena,
                                      request));
                complete = false;
                continue;
            }
            QVERIFY(index < message.decoded.size());
            const QJsonObject& recorded = message.decoded[index++];
            if (isMalformed(recorded, envelope.header)) {
                complete = false;
                continue;
            }
            Bytes one;
            const QString problem = checkEnvelope(envelope, recorded, one);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            if (envelope.header.version == 6) // a client forgets the flag in one capture
                one[1] = static_cast<char>(envelope.header.flags);
            if (envelope.header.has(envelope_flag::kCompressed)) {
                compressEnvelope(one, 0, compression, scratch);
                QCOMPARE(plainBodyOf(one, compression), Bytes{envelope.body});
                complete = false;
            }
            again += one;
            ++checked;
        }
        QVERIFY(in.empty());
        QCOMPARE(index, message.decoded.size());
        if (again.empty() && complete)
            continue; // part of a large envelope
        if (complete && !message.isSegment)
            QCOMPARE(toHex(again), toHex(message.bytes));
        if (complete && message.isSegment) {
            Bytes segments;
            writeSegments(segments, again, compression, scratch,
                          message.fromClient ? kSegmentPayloadMax : kServerSegmentPayloadMax);
            if (compression == Compression::None)
                QVERIFY2(segments == side.recorded, "the segments are others");
            else
                QVERIFY2(contentOf(segments, compression) == again, "the content is another");
        }
        side.recorded.clear();
    }
    QVERIFY(checked > 0);
}

RW_TEST(TstCaptures)
#include "tst_captures.moc"
