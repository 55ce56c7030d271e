#include "tests/engine/client/scripted_server.h"
#include "tests/support/test_main.h"

#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/protocol/error_extras.h"

#include <atomic>
#include <condition_variable>
#include <future>

using namespace engine;
using namespace engine::client;
using namespace engine::node;
using namespace engine::protocol;
using tests::ScriptedServer;

/// The driver against our own server.
class TstSession : public QObject {
    Q_OBJECT
private slots:
    void findsNodesAndSchema_data();
    void findsNodesAndSchema();
    void aKeyspaceThatMakesNoSenseIsNamedAndTheOthersStay();
    void pagesFollowEachOther();
    void aStatementTheNodeForgotIsPreparedAgain();
    void errorsOfTheClusterKeepTheirCodeAndFields();
    void aLateAnswerIsATimeoutAndACancelledOneComesAtOnce();
    void nothingListeningIsSaidWithItsStage();
    void aWrongPasswordIsSaidWithItsStage();
    void aRightPasswordEnters();
    void anUnknownHostIsSaidWithItsStage();
    void somethingElseListeningIsSaidWithItsStage();
    void comesBackAfterTheNodeDid();
    void aSchemaEventIsFollowedByTheNewSchema();
    void statusEventsMarkNodes();
    void aChangeOfTheSchemaWaitsUntilAllNodesKnowIt();
    void closingAnswersWhatIsInFlight();
    void manyRequestsAtOnceAllGetTheirOwnAnswer();
};

namespace {

/// Collects what a session tells and lets a test wait for it.
struct Watcher final : SessionListener {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<SessionState> states;
    TopologyPtr topology;
    SchemaInfoPtr schema;
    int schemas = 0;

    void onState(const SessionState& state) override
    {
        const std::lock_guard lock(mutex);
        states.push_back(state);
        changed.notify_all();
    }
    void onTopology(const TopologyPtr& next) override
    {
        const std::lock_guard lock(mutex);
        topology = next;
        changed.notify_all();
    }
    void onSchema(const SchemaInfoPtr& next) override
    {
        const std::lock_guard lock(mutex);
        schema = next;
        ++schemas;
        changed.notify_all();
    }
    template <class Condition>
    bool wait(Condition condition)
    {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, std::chrono::seconds{10}, condition);
    }
    bool waitForPhase(SessionState::Phase phase)
    {
        return wait([&] { return !states.empty() && states.back().phase == phase; });
    }
    std::optional<Error> waitForError()
    {
        wait([&] { return !states.empty() && states.back().error.has_value(); });
        const std::lock_guard lock(mutex);
        return states.empty() ? std::nullopt : states.back().error;
    }
};

struct Fixture {
    ClientThread thread;
    SystemClock clock;
    Watcher watcher;
    std::unique_ptr<Session> session;

    explicit Fixture(SessionOptions options)
    {
        options.connectTimeout = std::chrono::seconds{3};
        session = std::make_unique<Session>(thread, clock, std::move(options), watcher);
    }
    explicit Fixture(const ScriptedServer& server)
        : Fixture(SessionOptions{.contactPoints = {server.address()}})
    {
    }

    Result<ResultPagePtr> execute(const std::string& cql, RequestOptions options = {})
    {
        std::promise<Result<ResultPagePtr>> answer;
        session->execute(cql, {}, std::move(options),
                         [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
        return answer.get_future().get();
    }
};

ConnectStage stageOf(const Error& error)
{
    const auto* failure = error.extra<ConnectFailure>();
    return failure != nullptr ? failure->stage : static_cast<ConnectStage>(99);
}

struct PlainAuthenticator final : ServerAuthenticator {
    std::string className() const override
    {
        return "org.apache.cassandra.auth.PasswordAuthenticator";
    }
    void authenticate(Bytes token, UniqueFunction<void(Result<std::string>)> done) override
    {
        if (token == Bytes{"\0ann\0secret", 11})
            done(std::string{"ann"});
        else
            done(Error{ErrorCode::BadCredentials,
                       "Provided username ann and/or password are incorrect"});
    }
};

} // namespace

void TstSession::findsNodesAndSchema_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<int>("compression");
    for (int version : {3, 4, 5}) {
        for (int compression : {0, 1, 2})
            QTest::addRow("v%d compression %d", version, compression) << version << compression;
    }
}

void TstSession::findsNodesAndSchema()
{
    QFETCH(int, version);
    QFETCH(int, compression);
    ScriptedServer server;
    Fixture fixture{SessionOptions{.contactPoints = {server.address()},
                                   .versionMax = static_cast<ProtocolVersion>(version),
                                   .compression = static_cast<Compression>(compression)}};
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.schema != nullptr; }));
    const auto state = fixture.session->state();
    QVERIFY(state.phase == SessionState::Phase::Connected);
    QCOMPARE(static_cast<int>(state.version), version);
    const auto topology = fixture.session->topology();
    QCOMPARE(topology->clusterName, std::string{"scripted"});
    QCOMPARE(topology->nodes.size(), std::size_t{1});
    QCOMPARE(topology->nodes[0].tokens, (std::vector<std::string>{"0", "42"}));
    const auto table = fixture.session->schema()->schema->table("hotel", "guests");
    QVERIFY(table != nullptr);
    QCOMPARE(table->column("tags")->type->toString(), std::string{"map<text, frozen<list<int>>>"});
}

void TstSession::aKeyspaceThatMakesNoSenseIsNamedAndTheOthersStay()
{
    ScriptedServer server;
    Fixture fixture{server};
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.schema != nullptr; }));
    const auto info = fixture.session->schema();
    QCOMPARE(info->unread.size(), std::size_t{1});
    QVERIFY(info->unread[0].find("broken") != std::string::npos);
    QVERIFY(info->schema->keyspace("hotel") != nullptr);
}

void TstSession::pagesFollowEachOther()
{
    ScriptedServer server;
    server.on("SELECT id FROM guests", [](ServerRequestPtr request) {
        const auto& options = std::get<QueryRequest>(request->request).options;
        const int page = options.pagingState ? std::stoi(std::string(*options.pagingState)) : 0;
        if (options.pageSize != 2)
            request->connection().respondError(request->stream(),
                                               Error{ErrorCode::Invalid, "page size"});
        else
            ScriptedServer::rows(request, {{"id", cql::Type::native(cql::TypeKind::Text)}},
                                 {{std::to_string(page * 2)}, {std::nullopt}},
                                 page < 2 ? std::optional<Bytes>{std::to_string(page + 1)}
                                          : std::nullopt);
    });
    Fixture fixture{server};
    RequestOptions options;
    options.pageSize = 2;
    std::string seen;
    for (int page = 0;; ++page) {
        const auto result = fixture.execute("SELECT id FROM guests", options);
        QVERIFY2(result, result ? "" : result.error().detail().c_str());
        const ResultPage& rows = **result;
        QCOMPARE(rows.rowCount, 2);
        const auto offsets = rows.rowOffsets();
        QCOMPARE(offsets.size(), std::size_t{3});
        seen += *rows.rowAt(offsets[0])[0];
        QVERIFY(!rows.rowAt(offsets[1])[0]);
        if (!rows.hasMore())
            break;
        options.pagingState = rows.pagingState;
    }
    QCOMPARE(seen, std::string{"024"});
}

void TstSession::aStatementTheNodeForgotIsPreparedAgain()
{
    ScriptedServer server;
    server.on("SELECT x FROM guests WHERE id = ?", [](ServerRequestPtr request) {
        const auto& execute = std::get<ExecuteRequest>(request->request);
        ScriptedServer::rows(
            request, {{"x", cql::Type::native(cql::TypeKind::Text)}},
            {{Bytes{execute.options.values[0].bytes} + Bytes{execute.resultMetadataId}}});
    });
    Fixture fixture{server};
    std::promise<Result<PreparedPtr>> prepared;
    fixture.session->prepare("SELECT x FROM guests WHERE id = ?", "hotel",
                             [&](Result<PreparedPtr> one) { prepared.set_value(std::move(one)); });
    const auto statement = prepared.get_future().get();
    QVERIFY(statement);
    for (int round = 0; round < 2; ++round) {
        if (round == 1)
            server.forgetPrepared();
        std::promise<Result<ResultPagePtr>> answer;
        fixture.session->execute(
            *statement, {BoundValue::of("k")}, {},
            [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
        const auto page = answer.get_future().get();
        QVERIFY2(page, page ? "" : page.error().detail().c_str());
        QCOMPARE(Bytes{*(*page)->rowAt(0)[0]}, "k" + Bytes(16, 'm'));
    }
    QCOMPARE(server.count("PREPARE SELECT x FROM guests WHERE id = ?"), 2);
}

void TstSession::errorsOfTheClusterKeepTheirCodeAndFields()
{
    ScriptedServer server;
    server.on("CREATE", [](ServerRequestPtr request) {
        request->connection().respondError(
            request->stream(), Error{ErrorCode::AlreadyExists, "Cannot add existing table",
                                     std::make_shared<AlreadyExistsExtra>("hotel", "guests")});
    });
    Fixture fixture{server};
    const auto result = fixture.execute("CREATE");
    QVERIFY(!result);
    QCOMPARE(static_cast<int>(result.error().code()), static_cast<int>(ErrorCode::AlreadyExists));
    QCOMPARE(result.error().extra<AlreadyExistsExtra>()->table, std::string{"guests"});
}

void TstSession::aLateAnswerIsATimeoutAndACancelledOneComesAtOnce()
{
    ScriptedServer server;
    // Unanswered until the server ends, on its thread.
    server.on("SLOW", [kept = std::make_shared<std::vector<ServerRequestPtr>>()](
                          ServerRequestPtr request) { kept->push_back(std::move(request)); });
    Fixture fixture{server};
    RequestOptions options;
    options.timeout = std::chrono::milliseconds{80};
    const auto late = fixture.execute("SLOW", options);
    QVERIFY(!late);
    QCOMPARE(static_cast<int>(late.error().code()), static_cast<int>(ErrorCode::Timeout));
    std::promise<Result<ResultPagePtr>> answer;
    RequestHandle handle = fixture.session->execute(
        "SLOW", {}, {}, [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
    handle.cancel();
    const auto cancelled = answer.get_future().get();
    QCOMPARE(static_cast<int>(cancelled.error().code()), static_cast<int>(ErrorCode::Cancelled));
    handle.cancel(); // nothing is left to cancel
}

void TstSession::nothingListeningIsSaidWithItsStage()
{
    std::string address;
    {
        ScriptedServer gone;
        address = gone.address();
    }
    Fixture fixture{SessionOptions{.contactPoints = {address}}};
    const auto error = fixture.watcher.waitForError();
    QVERIFY(error);
    QCOMPARE(static_cast<int>(stageOf(*error)), static_cast<int>(ConnectStage::Tcp));
    QCOMPARE(static_cast<int>(error->code()), static_cast<int>(ErrorCode::ConnectionRefused));
    QVERIFY(error->detail().find(address) != std::string::npos);
    QVERIFY(fixture.session->state().retryIn == std::chrono::seconds{1});
}

void TstSession::aWrongPasswordIsSaidWithItsStage()
{
    PlainAuthenticator authenticator;
    ScriptedServer server{&authenticator};
    Fixture fixture{SessionOptions{.contactPoints = {server.address()},
                                   .credentials = Credentials{"ann", "wrong"}}};
    const auto error = fixture.watcher.waitForError();
    QVERIFY(error);
    QCOMPARE(static_cast<int>(stageOf(*error)), static_cast<int>(ConnectStage::Auth));
    QCOMPARE(static_cast<int>(error->code()), static_cast<int>(ErrorCode::BadCredentials));
}

void TstSession::aRightPasswordEnters()
{
    PlainAuthenticator authenticator;
    ScriptedServer server{&authenticator};
    for (int version : {4, 5}) {
        Fixture fixture{SessionOptions{.contactPoints = {server.address()},
                                       .credentials = Credentials{"ann", "secret"},
                                       .versionMax = static_cast<ProtocolVersion>(version)}};
        QVERIFY(fixture.watcher.waitForPhase(SessionState::Phase::Connected));
    }
}

void TstSession::anUnknownHostIsSaidWithItsStage()
{
    Fixture fixture{SessionOptions{.contactPoints = {"no.such.host.invalid:9042"}}};
    const auto error = fixture.watcher.waitForError();
    QVERIFY(error);
    QCOMPARE(static_cast<int>(stageOf(*error)), static_cast<int>(ConnectStage::Resolve));
}

void TstSession::somethingElseListeningIsSaidWithItsStage()
{
    ScriptedServer server;
    Fixture fixture{SessionOptions{.contactPoints = {server.address()}, .tls = TlsOptions{}}};
    const auto error = fixture.watcher.waitForError();
    QVERIFY(error);
    QCOMPARE(static_cast<int>(stageOf(*error)), static_cast<int>(ConnectStage::Tls));
}

void TstSession::comesBackAfterTheNodeDid()
{
    auto server = std::make_unique<ScriptedServer>();
    const std::uint16_t port = server->port();
    Fixture fixture{*server};
    QVERIFY(fixture.watcher.waitForPhase(SessionState::Phase::Connected));
    server.reset();
    QVERIFY(fixture.watcher.waitForPhase(SessionState::Phase::Reconnecting));
    server = std::make_unique<ScriptedServer>(nullptr, port);
    fixture.session->reconnectNow();
    QVERIFY(fixture.watcher.waitForPhase(SessionState::Phase::Connected));
    QVERIFY(fixture.execute("SELECT * FROM system.local"));
}

void TstSession::aSchemaEventIsFollowedByTheNewSchema()
{
    ScriptedServer server;
    Fixture fixture{server};
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.schemas == 1; }));
    const auto before = fixture.session->schema()->schema->table("hotel", "guests");
    server.push(SchemaChange{
        SchemaChange::Change::Updated, SchemaChange::Target::Table, "hotel", "guests", {}});
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.schemas == 2; }));
    // What did not change is the same object.
    QVERIFY(fixture.session->schema()->schema->table("hotel", "guests") == before);
}

void TstSession::statusEventsMarkNodes()
{
    ScriptedServer server;
    Fixture fixture{server};
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.schemas == 1; }));
    server.push(StatusChange{StatusChange::Change::Down,
                             {*InetAddress::parse("127.0.0.1"), server.port()}});
    QVERIFY(fixture.watcher.wait([&] { return !fixture.watcher.topology->nodes[0].isUp; }));
    server.push(
        StatusChange{StatusChange::Change::Up, {*InetAddress::parse("127.0.0.1"), server.port()}});
    QVERIFY(fixture.watcher.wait([&] { return fixture.watcher.topology->nodes[0].isUp; }));
}

void TstSession::aChangeOfTheSchemaWaitsUntilAllNodesKnowIt()
{
    ScriptedServer server;
    const auto uuid = cql::Type::native(cql::TypeKind::Uuid);
    const auto inet = cql::Type::native(cql::TypeKind::Inet);
    std::atomic<int> looks = 0;
    server.on("ALTER", [](ServerRequestPtr request) {
        request->connection().respond(
            request->stream(),
            SchemaChange{
                SchemaChange::Change::Updated, SchemaChange::Target::Table, "hotel", "guests", {}});
    });
    server.on("SELECT schema_version FROM system.local", [=](ServerRequestPtr request) {
        ScriptedServer::rows(request, {{"schema_version", uuid}}, {{Bytes(16, '\2')}});
    });
    server.on("SELECT peer, rpc_address, schema_version FROM system.peers",
              [=, &looks](ServerRequestPtr request) {
                  const char version = ++looks < 3 ? '\1' : '\2';
                  ScriptedServer::rows(
                      request, {{"peer", inet}, {"rpc_address", inet}, {"schema_version", uuid}},
                      {{Bytes(4, '\3'), Bytes(4, '\3'), Bytes(16, version)}});
              });
    Fixture fixture{server};
    QVERIFY(fixture.execute("ALTER"));
    QCOMPARE(looks.load(), 3);
}

void TstSession::closingAnswersWhatIsInFlight()
{
    std::vector<ServerRequestPtr> kept;
    {
        ScriptedServer server;
        server.on("SLOW", [&](ServerRequestPtr request) { kept.push_back(std::move(request)); });
        Fixture fixture{server};
        std::promise<Result<ResultPagePtr>> answer;
        fixture.session->execute(
            "SLOW", {}, {}, [&](Result<ResultPagePtr> page) { answer.set_value(std::move(page)); });
        fixture.session->close();
        const auto closed = answer.get_future().get();
        QCOMPARE(static_cast<int>(closed.error().code()),
                 static_cast<int>(ErrorCode::ShuttingDown));
        const auto after = fixture.execute("SLOW");
        QCOMPARE(static_cast<int>(after.error().code()), static_cast<int>(ErrorCode::ShuttingDown));
        QVERIFY(fixture.session->state().phase == SessionState::Phase::Closed);
    }
    kept.clear();
}

void TstSession::manyRequestsAtOnceAllGetTheirOwnAnswer()
{
    ScriptedServer server;
    for (int i = 0; i < 50; ++i) {
        server.on("Q" + std::to_string(i), [i](ServerRequestPtr request) {
            ScriptedServer::rows(request, {{"n", cql::Type::native(cql::TypeKind::Text)}},
                                 {{std::to_string(i)}});
        });
    }
    Fixture fixture{server};
    std::atomic<int> right = 0;
    std::atomic<int> left = 6000; // more than a connection has streams
    std::promise<void> all;
    for (int n = 0; n < 6000; ++n) {
        fixture.session->execute("Q" + std::to_string(n % 50), {}, {},
                                 [&, n](Result<ResultPagePtr> page) {
                                     if (page && *(*page)->rowAt(0)[0] == std::to_string(n % 50))
                                         ++right;
                                     if (--left == 0)
                                         all.set_value();
                                 });
    }
    all.get_future().wait();
    QCOMPARE(right.load(), 6000);
}

RW_TEST(TstSession)
#include "tst_session.moc"
