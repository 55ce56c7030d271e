#include "tests/engine/protocol/capture.h"
#include "tests/support/test_main.h"

#include "engine/base/random.h"
#include "engine/node/server_connection.h"

using namespace engine;
using namespace engine::node;
using namespace engine::protocol;

/// The server's side of a connection against what real Cassandra answered.
class TstServerConnection : public QObject {
    Q_OBJECT
private slots:
    void answersAsCassandraDid_data();
    void answersAsCassandraDid();
    void badChecksumIsToldAndClosesTheConnection_data();
    void badChecksumIsToldAndClosesTheConnection();
    void unknownVersionIsToldInAHeaderTheClientUnderstands();
    void garbageNeverGetsFurtherThanAnError();
    void answersComeByStreamInAnyOrder();
    void inputWaitsWhileTooMuchIsInFlight_data();
    void inputWaitsWhileTooMuchIsInFlight();
    void eventsReachOnlyWhoRegistered();
    void answersAfterTheSocketIsGoneAreDropped();
    void steadyRequestsReuseTheirMemory();
    void useAppliesToLaterRequestsOnly();
};

namespace {

struct FakeTransport final : ConnectionTransport {
    int wakes = 0;
    void wake() override { ++wakes; }
    MonoTime now() const override { return {}; }
};

struct FakeHandler final : RequestHandler {
    std::vector<ServerRequestPtr> waiting;
    bool answersAtOnce = false;
    void handle(ServerRequestPtr request) override
    {
        if (answersAtOnce)
            request->connection().respond(request->stream(), VoidResult{});
        else
            waiting.push_back(std::move(request));
    }
};

/// Refuses everybody in the words of the captures.
struct FakeAuthenticator final : ServerAuthenticator {
    std::string className() const override
    {
        return "org.apache.cassandra.auth.PasswordAuthenticator";
    }
    void authenticate(Bytes token, UniqueFunction<void(Result<std::string>)> done) override
    {
        if (token.empty())
            done(Error{ErrorCode::BadCredentials, "Password must not be null"});
        else if (token == Bytes{"\0cassandra\0cassandra", 20})
            done(std::string{"cassandra"});
        else
            done(Error{ErrorCode::BadCredentials,
                       "Provided username cassandra and/or password are incorrect"});
    }
};

struct Fixture {
    ConnectionSettings settings;
    FakeTransport transport;
    FakeHandler handler;
    FakeAuthenticator authenticator;
    std::shared_ptr<RequestPool> pool = std::make_shared<RequestPool>();
    std::shared_ptr<ServerConnection> connection;

    explicit Fixture(bool withAuthentication = false, ConnectionSettings given = {})
        : settings(given)
    {
        connection = std::make_shared<ServerConnection>(
            settings, handler, withAuthentication ? &authenticator : nullptr, pool, transport,
            InetEndpoint{}, 0x8e773957);
    }
    ~Fixture() { connection->detach(); }

    Bytes output()
    {
        Bytes out;
        connection->takeOutput(out);
        return out;
    }
    Bytes exchange(ByteView in)
    {
        connection->receive(in);
        return output();
    }
    void startUp(const char* versionByte = "\x04")
    {
        Bytes in{versionByte, 1};
        in += Bytes{"\x00\x00\x01\x01\x00\x00\x00\x16\x00\x01\x00\x0b"
                    "CQL_VERSION\x00\x05"
                    "3.0.0",
                    30};
        exchange(in);
        QVERIFY(connection->isReady());
    }
};

Bytes queryEnvelope(std::int16_t stream, ByteView text,
                    ProtocolVersion version = ProtocolVersion::V4)
{
    Bytes out;
    EnvelopeWriter writer{out, version, false, stream, Opcode::Query};
    encodeRequest(writer.body(), version, QueryRequest{text, {}});
    writer.finish();
    return out;
}

std::vector<std::int16_t> streamsOf(ByteView out)
{
    std::vector<std::int16_t> streams;
    FrameDecoder decoder;
    for (auto got = decoder.next(out); got && *got; got = decoder.next(out))
        streams.push_back((*got)->header.stream);
    return streams;
}

} // namespace

void TstServerConnection::answersAsCassandraDid_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"v2_none_unsupported_version", "v66_none_unsupported_version",
          "v6_none_unsupported_version", "v6_none_beta_v6", "v5_none_snappy_refused",
          "v4_none_protocol_error_bad_startup", "v5_none_protocol_error_bad_startup",
          "v4_none_protocol_error_bad_opcode_body", "v5_none_protocol_error_bad_opcode_body",
          "v4_none_protocol_error_query_before_startup",
          "v5_none_protocol_error_query_before_startup", "v4_none_auth_errors",
          "v5_none_auth_errors", "v4_none_auth_errors_query_first",
          "v5_none_auth_errors_query_first"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TstServerConnection::answersAsCassandraDid()
{
    QFETCH(QString, name);
    const tests::Capture capture = tests::readCapture(name);
    QVERIFY(!capture.messages.empty());
    Fixture fixture{name.contains(u"auth")};
    Bytes answered;
    Bytes expected;
    for (const tests::CapturedMessage& message : capture.messages) {
        if (message.isNote) {
            QVERIFY(fixture.connection->wantsClose());
        } else if (message.fromClient) {
            QVERIFY(!fixture.connection->wantsClose());
            fixture.connection->receive(message.bytes);
            answered += fixture.output();
        } else {
            expected += message.bytes;
        }
    }
    QCOMPARE(toHex(answered), toHex(expected));
}

void TstServerConnection::badChecksumIsToldAndClosesTheConnection_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"v5_none_bad_crc_header", "v5_none_bad_crc_payload",
                             "v5_lz4_bad_crc_header", "v5_lz4_bad_crc_payload"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TstServerConnection::badChecksumIsToldAndClosesTheConnection()
{
    QFETCH(QString, name);
    const tests::Capture capture = tests::readCapture(name);
    Fixture fixture;
    Bytes last;
    for (const tests::CapturedMessage& message : capture.messages) {
        if (message.fromClient)
            last = fixture.exchange(message.bytes);
    }
    QVERIFY(fixture.connection->wantsClose());
    SegmentDecoder decoder{capture.compression == u"lz4" ? Compression::Lz4 : Compression::None};
    ByteView in = last;
    const auto got = decoder.next(in);
    QVERIFY(got && *got);
    QCOMPARE((*got)->header.stream, std::int16_t{0});
    const auto response = decodeResponse(ProtocolVersion::V5, Opcode::Error, (*got)->body);
    QVERIFY(response);
    const QString ours = QString::fromStdString(std::get<ErrorResponse>(*response).error.detail());
    const QString recorded = capture.messages.back().decoded.front()[u"message"].toString();
    // The first eight characters name the connection.
    QCOMPARE(ours.mid(8), recorded.mid(8));
    QCOMPARE(ours.left(8), QStringLiteral("8e773957"));
}

void TstServerConnection::unknownVersionIsToldInAHeaderTheClientUnderstands()
{
    for (int version : {0, 1, 2, 7, 99, 127}) {
        Fixture fixture;
        const char first = static_cast<char>(version);
        const Bytes out = fixture.exchange({&first, 1}); // nothing but the first byte is needed
        QVERIFY(fixture.connection->wantsClose());
        QVERIFY(out.find("(" + std::to_string(version) +
                         "); supported versions are (3/v3, 4/v4, 5/v5, "
                         "6/v6-beta)") != Bytes::npos);
        QCOMPARE(static_cast<int>(static_cast<std::uint8_t>(out[0])),
                 0x80 | (version == 1 || version == 2 ? version : 5));
    }
}

void TstServerConnection::garbageNeverGetsFurtherThanAnError()
{
    SeededRandom random{77};
    for (int round = 0; round < 3000; ++round) {
        Fixture fixture;
        if (round % 3 != 0)
            fixture.startUp(round % 3 == 1 ? "\x04" : "\x05");
        Bytes garbage(1 + random.below(200), '\0');
        random.fill(garbage.data(), garbage.size());
        if (round % 5 == 0)
            garbage[0] = '\x04';
        for (char byte : garbage) {
            if (fixture.connection->wantsInput())
                fixture.connection->receive({&byte, 1});
        }
        fixture.output();
        fixture.handler.waiting.clear();
    }
}

void TstServerConnection::answersComeByStreamInAnyOrder()
{
    Fixture fixture;
    fixture.startUp();
    fixture.connection->receive(queryEnvelope(1, "a") + queryEnvelope(32767, "b") +
                                queryEnvelope(0, "c"));
    QCOMPARE(fixture.handler.waiting.size(), std::size_t{3});
    QCOMPARE(std::get<QueryRequest>(fixture.handler.waiting[1]->request).query, ByteView{"b"});
    QVERIFY(!fixture.connection->hasOutput());
    for (std::size_t i : {2U, 0U, 1U}) {
        auto& request = fixture.handler.waiting[i];
        request->connection().respond(request->stream(), VoidResult{});
        request.reset();
    }
    QCOMPARE(streamsOf(fixture.output()), (std::vector<std::int16_t>{0, 1, 32767}));
    QCOMPARE(fixture.connection->inFlight(), 0U);
}

void TstServerConnection::inputWaitsWhileTooMuchIsInFlight_data()
{
    QTest::addColumn<int>("version");
    QTest::newRow("v4") << 4;
    QTest::newRow("v5") << 5;
}

void TstServerConnection::inputWaitsWhileTooMuchIsInFlight()
{
    QFETCH(int, version);
    const char versionByte = static_cast<char>(version);
    Fixture fixture{false, ConnectionSettings{.inFlightMax = 4}};
    fixture.startUp(&versionByte);
    Bytes all;
    for (std::int16_t stream = 0; stream < 10; ++stream)
        all += queryEnvelope(stream, "q", static_cast<ProtocolVersion>(version));
    if (version == 5) {
        Bytes scratch;
        Bytes segments;
        writeSegments(segments, all, Compression::None, scratch);
        all = segments;
    }
    fixture.connection->receive(all);
    QCOMPARE(fixture.handler.waiting.size(), std::size_t{4});
    QVERIFY(!fixture.connection->wantsInput());
    const int wakes = fixture.transport.wakes;
    fixture.handler.waiting.erase(fixture.handler.waiting.begin());
    QVERIFY(fixture.transport.wakes > wakes); // so that the socket is read again
    fixture.connection->resume();
    QCOMPARE(fixture.handler.waiting.size(), std::size_t{4});
    QCOMPARE(fixture.handler.waiting.back()->stream(), std::int16_t{4});
    while (!fixture.handler.waiting.empty()) {
        fixture.handler.waiting.pop_back();
        fixture.connection->resume();
    }
    QCOMPARE(fixture.connection->requestCount(), std::uint64_t{11});
    QVERIFY(fixture.connection->wantsInput());
}

void TstServerConnection::eventsReachOnlyWhoRegistered()
{
    Fixture fixture;
    fixture.startUp();
    const SchemaChange change{
        SchemaChange::Change::Created, SchemaChange::Target::Keyspace, "ks", {}, {}};
    fixture.connection->push(change);
    QVERIFY(!fixture.connection->hasOutput());
    Bytes in;
    EnvelopeWriter writer{in, ProtocolVersion::V4, false, 3, Opcode::Register};
    encodeRequest(writer.body(), ProtocolVersion::V4, RegisterRequest{{"SCHEMA_CHANGE"}});
    writer.finish();
    QCOMPARE(streamsOf(fixture.exchange(in)), (std::vector<std::int16_t>{3}));
    fixture.connection->push(StatusChange{});
    QVERIFY(!fixture.connection->hasOutput());
    fixture.connection->push(change);
    QCOMPARE(streamsOf(fixture.output()), (std::vector<std::int16_t>{-1}));
}

void TstServerConnection::answersAfterTheSocketIsGoneAreDropped()
{
    Fixture fixture;
    fixture.startUp();
    fixture.connection->receive(queryEnvelope(1, "a"));
    fixture.connection->detach();
    auto& request = fixture.handler.waiting.front();
    request->connection().respond(request->stream(), VoidResult{});
    QVERIFY(!fixture.connection->hasOutput());
    request.reset();
}

void TstServerConnection::steadyRequestsReuseTheirMemory()
{
    Fixture fixture;
    fixture.startUp();
    fixture.connection->receive(queryEnvelope(1, "a"));
    const ServerRequest* first = fixture.handler.waiting.front().get();
    fixture.handler.waiting.clear();
    for (int i = 0; i < 100; ++i) {
        fixture.connection->receive(queryEnvelope(2, "b"));
        QCOMPARE(static_cast<const ServerRequest*>(fixture.handler.waiting.front().get()), first);
        fixture.handler.waiting.clear();
    }
}

void TstServerConnection::useAppliesToLaterRequestsOnly()
{
    Fixture fixture;
    const std::string& before = fixture.connection->keyspace();
    fixture.connection->setKeyspace("hotel");
    QCOMPARE(before, std::string{});
    QCOMPARE(fixture.connection->keyspace(), std::string{"hotel"});
}

RW_TEST(TstServerConnection)
#include "tst_server_connection.moc"
