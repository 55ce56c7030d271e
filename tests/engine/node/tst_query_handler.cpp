#include "engine/coordination/request_errors.h"
#include "engine/node/query_handler.h"
#include "engine/node/server_connection.h"
#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::protocol;

/// Requests by their bytes, executed over memory: when and how a write of one row is answered.
class TstQueryHandler : public QObject {
    Q_OBJECT
private slots:
    void aPreparedWriteIsAnsweredOnceItsOutcomeIsKnown_data();
    void aPreparedWriteIsAnsweredOnceItsOutcomeIsKnown();
    void anOutcomeThatIsKnownAtOnceIsAnsweredAtOnce();
    void whatIsRefusedIsAnsweredAtOnce();
    void manyWritesAreAnsweredEachWithItsOwn();
    void whatComesTogetherHasOneTimeAndWhatComesLaterALaterOne();
    void valuesByNameArePutInTheirPlaces();
    void aWriteThatIsCutOffIsRefused();
    void aPreparedWriteFollowsItsTable();
    void aConnectionStaysUntilItsWriteHasEnded();
    void aHandlerThatEndsForgetsItsWrites();
};

namespace {

constexpr ProtocolVersion kVersion = ProtocolVersion::V4;

struct Answer {
    std::int16_t stream;
    Response response;
    std::vector<std::string> warnings;
};

struct Asked final : node::ConnectionTransport {
    tests::QueryFixture fixture;
    std::unique_ptr<node::QueryHandler> handler =
        std::make_unique<node::QueryHandler>(fixture.runtime, fixture.processor);
    node::ConnectionSettings settings;
    std::shared_ptr<node::ServerConnection> connection = std::make_shared<node::ServerConnection>(
        settings, *handler, nullptr, std::make_shared<node::RequestPool>(), *this, InetEndpoint{},
        1);
    std::vector<std::shared_ptr<tests::HeldWrite>> held;
    Bytes insert;

    Asked()
    {
        StartupRequest startup;
        startup.options = {{"CQL_VERSION", "3.4.7"}};
        (void)ask(startup);
        (void)fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                          "'replication_factor': 1}");
        (void)fixture.run("CREATE TABLE ks.t (p int PRIMARY KEY, v int)");
        insert = fixture.processor.prepare("INSERT INTO ks.t (p, v) VALUES (?, ?)", {})->id;
    }
    ~Asked() override
    {
        if (connection)
            connection->detach();
    }

    void wake() override {}
    MonoTime now() const override { return fixture.runtime.mono; }

    /// Writes wait in `held`.
    void hold()
    {
        fixture.coordinator.startsWrite =
            [this]() -> Result<std::shared_ptr<coordination::Decision>> {
            return held.emplace_back(std::make_shared<tests::HeldWrite>(fixture.runtime));
        };
    }
    [[nodiscard]] static Bytes frameOf(const Request& request, std::int16_t stream = 1)
    {
        Bytes bytes;
        EnvelopeWriter envelope{bytes, kVersion, false, stream, opcodeOf(request)};
        encodeRequest(envelope.body(), kVersion, request);
        envelope.finish();
        return bytes;
    }
    [[nodiscard]] Bytes write(std::int32_t key, std::size_t values = 2, std::int16_t stream = 1,
                              Consistency consistency = Consistency::One) const
    {
        Bytes number;
        ByteWriter{number}.i32(key);
        const std::vector<Value> bound(values, Value::of(number));
        ExecuteRequest request;
        request.id = insert;
        request.options.values = bound;
        request.options.consistency = consistency;
        return frameOf(request, stream);
    }
    std::vector<Answer> answers()
    {
        fixture.runtime.run();
        Bytes out;
        if (connection->hasOutput())
            connection->takeOutput(out);
        std::vector<Answer> all;
        for (ByteView rest = out; !rest.empty();) {
            const EnvelopeHeader header = EnvelopeHeader::read(rest.data());
            ByteView body = rest.substr(kEnvelopeHeaderBytes, header.bodyBytes);
            auto prelude = readPrelude(header, body);
            auto response = decodeResponse(kVersion, static_cast<Opcode>(header.opcode), body);
            all.push_back({header.stream, std::move(*response), std::move(prelude->warnings)});
            rest.remove_prefix(kEnvelopeHeaderBytes + header.bodyBytes);
        }
        return all;
    }
    std::vector<Answer> ask(const Request& request)
    {
        connection->receive(frameOf(request));
        return answers();
    }
};

/// "void", or the error's sentence.
std::string told(const Answer& answer)
{
    if (const auto* error = std::get_if<ErrorResponse>(&answer.response))
        return error->error.detail();
    return std::holds_alternative<VoidResult>(answer.response) ? "void" : "something else";
}

} // namespace

void TstQueryHandler::aPreparedWriteIsAnsweredOnceItsOutcomeIsKnown_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("within the call that tells it") << true;
    QTest::newRow("in a later step") << false;
}

void TstQueryHandler::aPreparedWriteIsAnsweredOnceItsOutcomeIsKnown()
{
    QFETCH(bool, atOnce);
    const Resume resume = atOnce ? Resume::AtOnce : Resume::Queued;
    Asked asked;
    asked.hold();
    asked.fixture.guardWrite = [](auto, std::vector<std::string>& warnings) -> Result<void> {
        warnings.emplace_back("the disk is nearly full");
        return ok();
    };
    asked.connection->receive(asked.write(1));
    QVERIFY(asked.answers().empty());
    QCOMPARE(asked.handler->inFlight(), std::size_t{1});
    asked.held[0]->decide(ok(), resume);
    asked.held.clear();
    auto answers = asked.answers();
    QCOMPARE(answers.size(), std::size_t{1});
    QCOMPARE(told(answers[0]), std::string{"void"});
    QCOMPARE(answers[0].warnings, std::vector<std::string>{"the disk is nearly full"});
    QCOMPARE(asked.handler->inFlight(), std::size_t{0});

    asked.connection->receive(asked.write(2));
    asked.held[0]->decide(coordination::writeTimeout(Consistency::Quorum, 1, 2, WriteType::Simple),
                          resume);
    asked.held.clear();
    answers = asked.answers();
    QCOMPARE(answers.size(), std::size_t{1});
    const auto* const error = std::get_if<ErrorResponse>(&answers[0].response);
    QVERIFY(error != nullptr && error->error.code() == ErrorCode::WriteTimeout);
    QCOMPARE(asked.handler->inFlight(), std::size_t{0});
}

void TstQueryHandler::anOutcomeThatIsKnownAtOnceIsAnsweredAtOnce()
{
    Asked asked;
    asked.connection->receive(asked.write(1)); // MemoryCoordinator has written it
    QCOMPARE(told(asked.answers().at(0)), std::string{"void"});
    QCOMPARE(asked.fixture.show("SELECT * FROM ks.t"), std::string{"p | v\n1 | 1"});

    asked.fixture.coordinator.startsWrite =
        [&]() -> Result<std::shared_ptr<coordination::Decision>> {
        const auto decided = std::make_shared<tests::HeldWrite>(asked.fixture.runtime);
        decided->decide(ok());
        return decided;
    };
    asked.connection->receive(asked.write(2));
    QCOMPARE(told(asked.answers().at(0)), std::string{"void"});
    QCOMPARE(asked.handler->inFlight(), std::size_t{0});
}

void TstQueryHandler::whatIsRefusedIsAnsweredAtOnce()
{
    Asked asked;
    asked.hold();
    asked.connection->receive(asked.write(1, 1));
    QCOMPARE(told(asked.answers().at(0)), std::string{"Invalid amount of bind variables"});
    asked.connection->receive(asked.write(1, 2, 1, Consistency::Serial));
    QCOMPARE(told(asked.answers().at(0)),
             std::string{"You must use conditional updates for serializable writes"});
    asked.fixture.guardWrite = [](auto, auto&) -> Result<void> {
        return Error{ErrorCode::Invalid, "the disk is full"};
    };
    asked.connection->receive(asked.write(1));
    QCOMPARE(told(asked.answers().at(0)), std::string{"the disk is full"});
    asked.fixture.guardWrite = [](auto, auto&) -> Result<void> {
        throw std::runtime_error{"a defect"};
    };
    asked.connection->receive(asked.write(1));
    QCOMPARE(told(asked.answers().at(0)), std::string{"a defect"});
    asked.fixture.guardWrite = nullptr;
    asked.fixture.coordinator.startsWrite =
        []() -> Result<std::shared_ptr<coordination::Decision>> {
        return coordination::unavailable(Consistency::Quorum, 2, 1);
    };
    asked.connection->receive(asked.write(1));
    const auto answers = asked.answers();
    const auto* const error = std::get_if<ErrorResponse>(&answers.at(0).response);
    QVERIFY(error != nullptr && error->error.code() == ErrorCode::Unavailable);
    QVERIFY(asked.held.empty());
    QCOMPARE(asked.handler->inFlight(), std::size_t{0});
}

/// Outcomes come in another order than the requests; slots and requests are used again.
void TstQueryHandler::manyWritesAreAnsweredEachWithItsOwn()
{
    Asked asked;
    asked.hold();
    for (int round = 0; round < 3; ++round) {
        Bytes all;
        for (std::int16_t stream = 0; stream < 50; ++stream)
            all += asked.write(stream, 2, stream);
        asked.connection->receive(all);
        QCOMPARE(asked.held.size(), std::size_t{50});
        for (std::size_t i = 50; i-- > 0;) {
            const bool fails = i % 7 == 0;
            asked.held[i]->decide(
                fails ? Result<void>{Error{ErrorCode::ServerError, "write " + std::to_string(i)}}
                      : ok(),
                i % 2 == 0 ? Resume::AtOnce : Resume::Queued);
        }
        asked.held.clear();
        const auto answers = asked.answers();
        QCOMPARE(answers.size(), std::size_t{50});
        for (const Answer& answer : answers)
            QCOMPARE(told(answer),
                     answer.stream % 7 == 0 ? "write " + std::to_string(answer.stream) : "void");
    }
}

void TstQueryHandler::whatComesTogetherHasOneTimeAndWhatComesLaterALaterOne()
{
    Asked asked;
    auto& runtime = asked.fixture.runtime;
    runtime.mono.sinceStart = std::chrono::seconds{5};
    const std::int64_t first = runtime.wall.micros() + 1000;
    runtime.wall.sinceEpoch = std::chrono::microseconds{first};
    asked.connection->receive(asked.write(1) + asked.write(2));
    runtime.mono.sinceStart += std::chrono::milliseconds{7};
    runtime.wall.sinceEpoch += std::chrono::milliseconds{7};
    asked.connection->receive(asked.write(3));
    QCOMPARE(asked.answers().size(), std::size_t{3});
    // Write timestamps never repeat, so the second of one time is a microsecond later.
    for (const auto& [key, expected] :
         {std::pair{1, first}, std::pair{2, first + 1}, std::pair{3, first + 7000}})
        QCOMPARE(asked.fixture.show("SELECT writetime(v) AS t FROM ks.t WHERE p = " +
                                    std::to_string(key)),
                 "t\n" + std::to_string(expected));
}

void TstQueryHandler::valuesByNameArePutInTheirPlaces()
{
    Asked asked;
    Bytes seven;
    Bytes eight;
    ByteWriter{seven}.i32(7);
    ByteWriter{eight}.i32(8);
    std::array values{Value::of(seven), Value::of(eight)};
    values[0].name = "v";
    values[1].name = "p";
    ExecuteRequest request;
    request.id = asked.insert;
    request.options.values = values;
    request.options.namedValues = true;
    const auto answers = asked.ask(request);
    QCOMPARE(answers.size(), std::size_t{1});
    QCOMPARE(told(answers[0]), std::string("void"));
    QCOMPARE(asked.fixture.show("SELECT p, v FROM ks.t"), std::string("p | v\n8 | 7"));
}

void TstQueryHandler::aWriteThatIsCutOffIsRefused()
{
    Asked asked;
    const Bytes whole = asked.write(1);
    const std::size_t afterId = kEnvelopeHeaderBytes + 2 + asked.insert.size();
    for (std::size_t size = kEnvelopeHeaderBytes; size < whole.size(); ++size) {
        Bytes cut = whole.substr(0, size);
        storeBigEndian(cut.data() + 5, static_cast<std::uint32_t>(size - kEnvelopeHeaderBytes));
        asked.connection->receive(cut);
        const auto answers = asked.answers();
        QCOMPARE(answers.size(), std::size_t{1});
        const std::string text = told(answers[0]);
        if (size >= afterId)
            QVERIFY2(text.find("Not enough bytes") != std::string::npos, text.c_str());
        QCOMPARE(asked.connection->inFlight(), 0U);
    }
    QCOMPARE(asked.fixture.show("SELECT p FROM ks.t"), std::string("p"));
}

void TstQueryHandler::aPreparedWriteFollowsItsTable()
{
    Asked asked;
    const auto outcome = [&](std::int32_t key) {
        asked.connection->receive(asked.write(key));
        const auto answers = asked.answers();
        return answers.size() == 1 ? told(answers[0]) : "no answer";
    };
    QCOMPARE(outcome(1), std::string("void"));
    (void)asked.fixture.run("ALTER TABLE ks.t ADD w int");
    QCOMPARE(outcome(2), std::string("void"));
    (void)asked.fixture.run("CREATE TABLE ks.other (p int PRIMARY KEY)");
    QCOMPARE(outcome(3), std::string("void"));
    QCOMPARE(asked.fixture.show("SELECT p, v, w FROM ks.t WHERE p = 2"),
             std::string("p | v | w\n2 | 2 | null"));
    (void)asked.fixture.run("DROP TABLE ks.t");
    QVERIFY2(outcome(4) != "void", outcome(4).c_str());
}

void TstQueryHandler::aConnectionStaysUntilItsWriteHasEnded()
{
    Asked asked;
    asked.hold();
    asked.connection->receive(asked.write(1) + asked.write(2));
    const std::weak_ptr<node::ServerConnection> connection = asked.connection;
    asked.connection->detach();
    asked.connection.reset();
    asked.held[0]->decide(ok(), Resume::AtOnce);
    QVERIFY(!connection.expired());
    asked.held[1]->decide(ok(), Resume::AtOnce);
    asked.fixture.runtime.run();
    QVERIFY(connection.expired());
}

void TstQueryHandler::aHandlerThatEndsForgetsItsWrites()
{
    Asked asked;
    asked.hold();
    asked.connection->receive(asked.write(1) + asked.write(2));
    asked.connection->detach();
    asked.handler.reset();
    asked.held[0]->decide(ok(), Resume::AtOnce);
    asked.held[1]->decide(ok(), Resume::Queued);
    asked.fixture.runtime.run();
    QVERIFY(!asked.connection->hasOutput());
}

RW_TEST(TstQueryHandler)
#include "tst_query_handler.moc"
