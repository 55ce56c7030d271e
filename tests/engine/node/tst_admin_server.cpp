#include "engine/base/real_runtime.h"
#include "engine/node/admin_server.h"
#include "engine/node/mbeans.h"
#include "tests/support/test_main.h"

#include <arpa/inet.h>
#include <boost/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

using namespace engine;
using namespace engine::node;

namespace {

constexpr const char* kSecret = "s3cret";
constexpr const char* kAuthorization = "Basic cmluZ3dyaWdodDpzM2NyZXQ="; // ringwright:s3cret

/// A real server on its own thread, and raw bytes over a real socket.
class ServerUnderTest {
public:
    ServerUnderTest()
    {
        RealRuntimeOptions options;
        options.logLevel = LogLevel::Error;
        m_runtime = RealRuntime::make(options);
        auto bean = MBean::named("a:type=B");
        bean.attribute("X", "int",
                       [] { return Result<boost::json::value>(boost::json::value(7)); });
        m_registry.add(std::move(bean));
        m_jolokia = std::make_unique<Jolokia>(
            m_registry, Jolokia::Identity{"test", "http://x", [] { return 1; }});
        AdminContent content;
        content.jolokia = m_jolokia.get();
        content.metrics = [] { return std::string("cassandra_storage_load 1\n"); };
        content.subscribe = [this](EventSubscription subscription) {
            subscription.send(R"({"v":1,"kind":"snapshot"})");
            ++subscribers;
            return [this] { --subscribers; };
        };
        m_server = std::make_unique<AdminServer>(
            *m_runtime, AdminServerOptions{endpoint(), kSecret}, std::move(content));
        started = m_server->start();
        m_thread = std::thread([this] { m_runtime->run(); });
    }
    ~ServerUnderTest()
    {
        m_runtime->post(Priority::Request, "stop", [this] {
            m_server->stop();
            m_runtime->stop();
        });
        m_thread.join();
        m_server.reset();
    }
    static InetEndpoint endpoint() { return InetEndpoint::parse("127.9.8.1:18778", 0).value(); }

    /// Sends raw bytes and returns what comes until the peer closes or `until` was seen.
    static std::string exchange(const std::string& bytes, const std::string& until = {})
    {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(18778);
        ::inet_pton(AF_INET, "127.9.8.1", &address.sin_addr);
        std::string answer;
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
            (void)!::write(fd, bytes.data(), bytes.size());
            char buffer[4096];
            for (ssize_t n = 1;
                 n > 0 && (until.empty() || answer.find(until) == std::string::npos);) {
                n = ::read(fd, buffer, sizeof(buffer));
                if (n > 0)
                    answer.append(buffer, static_cast<std::size_t>(n));
            }
        }
        ::close(fd);
        return answer;
    }
    static std::string get(const std::string& target, const std::string& headers,
                           const std::string& host = "127.9.8.1:18778")
    {
        return exchange("GET " + target + " HTTP/1.1\r\nHost: " + host +
                        "\r\nConnection: close\r\n" + headers + "\r\n");
    }
    static std::string post(const std::string& type, const std::string& body,
                            const std::string& more = {})
    {
        return exchange("POST /jolokia/ HTTP/1.1\r\nHost: 127.9.8.1:18778\r\nConnection: "
                        "close\r\nAuthorization: " +
                        std::string(kAuthorization) + "\r\n" + more + "Content-Type: " + type +
                        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }

    Result<void> started = ok();
    int subscribers = 0;

private:
    std::unique_ptr<RealRuntime> m_runtime;
    MBeanRegistry m_registry;
    std::unique_ptr<Jolokia> m_jolokia;
    std::unique_ptr<AdminServer> m_server;
    std::thread m_thread;
};

const std::string kAuthorized = std::string("Authorization: ") + kAuthorization + "\r\n";

int statusOf(const std::string& answer)
{
    return answer.size() > 12 ? std::atoi(answer.c_str() + 9) : 0;
}

} // namespace

class TstAdminServer : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_server = std::make_unique<ServerUnderTest>();
        QVERIFY(m_server->started);
    }
    void cleanupTestCase() { m_server.reset(); }

    void anAuthorizedPostIsAnswered();
    void anImageOfAWebPageIsRefused();
    void aPlainTextPostIsRefused();
    void aForeignWebSocketOriginIsRefused();
    void aReboundHostIsRefused();
    void aRequestWithoutTheSecretIsRefused();
    void aWrongSecretIsRefused();
    void aForeignRefererIsRefused();
    void noAnswerAllowsAnotherOrigin();
    void changesByGetAreRefused();
    void metricsArePrometheusText();
    void eventsComeOverWebSocket();
    void garbageDoesNotHurt();

private:
    std::unique_ptr<ServerUnderTest> m_server;
};

void TstAdminServer::anAuthorizedPostIsAnswered()
{
    const auto answer = ServerUnderTest::post(
        "application/json", R"({"type":"read","mbean":"a:type=B","attribute":"X"})");
    QCOMPARE(statusOf(answer), 200);
    QVERIFY(answer.find(R"("value":7)") != std::string::npos);
}

void TstAdminServer::anImageOfAWebPageIsRefused()
{
    QCOMPARE(statusOf(ServerUnderTest::get(
                 "/jolokia/read/a:type=B/X",
                 kAuthorized + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n")),
             403);
    QCOMPARE(statusOf(ServerUnderTest::get("/jolokia/read/a:type=B/X",
                                           "Referer: http://evil.example/page\r\n")),
             403);
}

void TstAdminServer::aPlainTextPostIsRefused()
{
    QCOMPARE(statusOf(ServerUnderTest::post("text/plain", R"({"type":"version"})")), 415);
}

void TstAdminServer::aForeignWebSocketOriginIsRefused()
{
    const auto answer = ServerUnderTest::get(
        "/events",
        kAuthorized +
            "Upgrade: websocket\r\nOrigin: http://evil.example\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    QCOMPARE(statusOf(answer), 403);
}

void TstAdminServer::aReboundHostIsRefused()
{
    QCOMPARE(statusOf(ServerUnderTest::get("/jolokia/version", kAuthorized, "evil.example:18778")),
             403);
    QCOMPARE(statusOf(ServerUnderTest::get("/jolokia/version", kAuthorized, "localhost:18778")),
             403);
}

void TstAdminServer::aRequestWithoutTheSecretIsRefused()
{
    const auto answer = ServerUnderTest::get("/metrics", "");
    QCOMPARE(statusOf(answer), 401);
    QVERIFY(answer.find("WWW-Authenticate: Basic") != std::string::npos);
    QCOMPARE(statusOf(ServerUnderTest::get("/jolokia/version", "")), 401);
}

void TstAdminServer::aWrongSecretIsRefused()
{
    QCOMPARE(statusOf(ServerUnderTest::get("/jolokia/version",
                                           "Authorization: Basic cmluZ3dyaWdodDp3cm9uZ3g=\r\n")),
             401);
}

void TstAdminServer::aForeignRefererIsRefused()
{
    QCOMPARE(statusOf(ServerUnderTest::post("application/json", R"({"type":"version"})",
                                            "Referer: http://127.9.8.1:18778.evil.example/\r\n")),
             403);
    QCOMPARE(statusOf(ServerUnderTest::post("application/json", R"({"type":"version"})",
                                            "Origin: http://127.9.8.1:18778\r\n")),
             200);
}

void TstAdminServer::noAnswerAllowsAnotherOrigin()
{
    QVERIFY(ServerUnderTest::get("/jolokia/version", kAuthorized).find("Access-Control-Allow") ==
            std::string::npos);
    QCOMPARE(statusOf(ServerUnderTest::exchange(
                 "OPTIONS /jolokia/ HTTP/1.1\r\nHost: 127.9.8.1:18778\r\nConnection: close\r\n" +
                 kAuthorized + "\r\n")),
             405);
}

void TstAdminServer::changesByGetAreRefused()
{
    const auto answer = ServerUnderTest::get("/jolokia/exec/a:type=B/op", kAuthorized);
    QVERIFY(answer.find(R"("status":403)") != std::string::npos);
}

void TstAdminServer::metricsArePrometheusText()
{
    const auto answer = ServerUnderTest::get("/metrics", kAuthorized);
    QCOMPARE(statusOf(answer), 200);
    QVERIFY(answer.ends_with("cassandra_storage_load 1\n"));
}

void TstAdminServer::eventsComeOverWebSocket()
{
    const auto answer = ServerUnderTest::exchange(
        "GET /events?kinds=gossip HTTP/1.1\r\nHost: 127.9.8.1:18778\r\n" + kAuthorized +
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
            "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "snapshot");
    QCOMPARE(statusOf(answer), 101);
    QVERIFY(answer.find(R"({"v":1,"kind":"snapshot"})") != std::string::npos);
}

void TstAdminServer::garbageDoesNotHurt()
{
    (void)ServerUnderTest::exchange(std::string(70000, '\x16'), "HTTP");
    (void)ServerUnderTest::exchange("GET / HTTP/9.9\r\n\r\n", "HTTP");
    QCOMPARE(statusOf(ServerUnderTest::post("application/json", "{nonsense")), 400);
    anAuthorizedPostIsAnswered();
}

RW_TEST(TstAdminServer)
#include "tst_admin_server.moc"
