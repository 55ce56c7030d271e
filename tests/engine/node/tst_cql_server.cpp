#include "tests/support/test_main.h"

#include "engine/base/real_runtime.h"
#include "engine/node/cql_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

using namespace engine;
using namespace engine::node;
using namespace engine::protocol;

/// The native server on real sockets.
class TstCqlServer : public QObject {
    Q_OBJECT
private slots:
    void aHandshakeAndPipelinedRequestsAreAnswered();
    void answersLargerThanTheSocketTakesArriveWhole();
    void aTakenPortIsNamed();
    void theLastAnswerOfARefusedConnectionArrives();
    void garbageAndSilenceDoNotDisturbOthers();
    void stoppingClosesEveryConnection();
};

namespace {

struct EchoHandler final : RequestHandler {
    Bytes answer = "x";
    void handle(ServerRequestPtr request) override
    {
        request->connection().respond(request->stream(),
                                      SetKeyspaceResult{answer.substr(0, 60000)});
    }
};

/// A server on its own thread.
struct Server {
    std::unique_ptr<RealRuntime> runtime = RealRuntime::make({.logLevel = LogLevel::Error});
    EchoHandler handler;
    CqlServer server{*runtime, {.listen = {*InetAddress::parse("127.0.0.1"), 0}}, handler};
    std::thread thread;

    Server()
    {
        const auto started = server.start();
        if (!started)
            qFatal("%s", started.error().detail().c_str());
        thread = std::thread{[this] { runtime->run(); }};
    }
    ~Server()
    {
        runtime->post(Priority::Request, "stop", [this] {
            server.stop();
            runtime->stop();
        });
        thread.join();
    }
};

/// A blocking client socket.
struct Client {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Bytes buffer;

    explicit Client(const InetEndpoint& to)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(to.port);
        std::memcpy(&address.sin_addr, to.address.bytes.data(), 4);
        timeval timeout{5, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            qFatal("cannot connect");
    }
    ~Client() { ::close(fd); }

    void send(ByteView bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// More bytes; false at the end of the connection or after five silent seconds.
    bool receive()
    {
        char chunk[65536];
        const ssize_t size = ::recv(fd, chunk, sizeof chunk, 0);
        if (size > 0)
            buffer.append(chunk, static_cast<std::size_t>(size));
        return size > 0;
    }
    template <class Decoder>
    std::vector<std::pair<EnvelopeHeader, Bytes>> read(Decoder& decoder, std::size_t count)
    {
        std::vector<std::pair<EnvelopeHeader, Bytes>> all;
        for (;;) {
            ByteView in = buffer;
            for (auto got = decoder.next(in); got && *got; got = decoder.next(in))
                all.emplace_back((*got)->header, (*got)->body);
            buffer.erase(0, buffer.size() - in.size());
            if (all.size() >= count || !receive())
                return all;
        }
    }
};

Bytes envelope(ProtocolVersion version, std::int16_t stream, const Request& request)
{
    Bytes out;
    EnvelopeWriter writer{out, version, false, stream, opcodeOf(request)};
    encodeRequest(writer.body(), version, request);
    writer.finish();
    return out;
}

const StartupRequest kStartup{{{"CQL_VERSION", "3.0.0"}}};

} // namespace

void TstCqlServer::aHandshakeAndPipelinedRequestsAreAnswered()
{
    Server server;
    Client client{server.server.address()};
    FrameDecoder frames;
    client.send(envelope(ProtocolVersion::V5, 1, OptionsRequest{}));
    QCOMPARE(client.read(frames, 1).size(), std::size_t{1});
    client.send(envelope(ProtocolVersion::V5, 2, kStartup));
    const auto ready = client.read(frames, 1);
    QCOMPARE(ready.size(), std::size_t{1});
    QCOMPARE(ready[0].first.opcode, static_cast<std::uint8_t>(Opcode::Ready));
    Bytes requests;
    for (std::int16_t stream = 0; stream < 500; ++stream)
        requests += envelope(ProtocolVersion::V5, stream, QueryRequest{"SELECT", {}});
    Bytes segments;
    Bytes scratch;
    writeSegments(segments, requests, Compression::None, scratch);
    client.send(segments);
    SegmentDecoder decoder{Compression::None};
    QCOMPARE(client.read(decoder, 500).size(), std::size_t{500});
}

void TstCqlServer::answersLargerThanTheSocketTakesArriveWhole()
{
    Server server;
    server.handler.answer.assign(60000, 'y');
    Client client{server.server.address()};
    FrameDecoder frames;
    client.send(envelope(ProtocolVersion::V4, 1, kStartup));
    QCOMPARE(client.read(frames, 1).size(), std::size_t{1});
    // 60 MB of answers that nobody reads until all is asked: more than sockets and bounds take.
    std::thread asking{[&] {
        for (std::int16_t stream = 0; stream < 1000; ++stream)
            client.send(envelope(ProtocolVersion::V4, stream, QueryRequest{"SELECT", {}}));
    }};
    asking.join();
    const auto answers = client.read(frames, 1000);
    QCOMPARE(answers.size(), std::size_t{1000});
    for (const auto& [header, body] : answers)
        QCOMPARE(body.size(), std::size_t{60006});
}

void TstCqlServer::aTakenPortIsNamed()
{
    Server server;
    EchoHandler handler;
    CqlServer second{*server.runtime, {.listen = server.server.address()}, handler};
    const auto started = second.start();
    QVERIFY(!started);
    QCOMPARE(static_cast<int>(started.error().code()), static_cast<int>(ErrorCode::AddressInUse));
    QVERIFY(started.error().detail().find(server.server.address().toString()) != std::string::npos);
}

void TstCqlServer::theLastAnswerOfARefusedConnectionArrives()
{
    Server server;
    Client client{server.server.address()};
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + Bytes(5000, 'x'));
    while (client.receive()) {
    }
    QVERIFY(client.buffer.find("Invalid or unsupported protocol version (71)") != Bytes::npos);
}

void TstCqlServer::garbageAndSilenceDoNotDisturbOthers()
{
    Server server;
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 40; ++i) {
        others.push_back(std::make_unique<Client>(server.server.address()));
        others.back()->send(
            i % 4 == 0 ? Bytes{} : Bytes(static_cast<std::size_t>(i) * 50, static_cast<char>(i)));
    }
    Client client{server.server.address()};
    FrameDecoder frames;
    client.send(envelope(ProtocolVersion::V4, 1, kStartup) +
                envelope(ProtocolVersion::V4, 2, QueryRequest{"SELECT", {}}));
    QCOMPARE(client.read(frames, 2).size(), std::size_t{2});
}

void TstCqlServer::stoppingClosesEveryConnection()
{
    Server server;
    Client client{server.server.address()};
    FrameDecoder frames;
    client.send(envelope(ProtocolVersion::V4, 1, kStartup));
    QCOMPARE(client.read(frames, 1).size(), std::size_t{1});
    server.runtime->post(Priority::Request, "stop", [&] { server.server.stop(); });
    QVERIFY(!client.receive());
    QVERIFY(client.buffer.empty());
}

RW_TEST(TstCqlServer)
#include "tst_cql_server.moc"
