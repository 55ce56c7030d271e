#include "engine/admin/jolokia_client.h"
#include "engine/admin/node_admin.h"
#include "tests/support/test_main.h"

#include <boost/json.hpp>

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>

#include <atomic>
#include <thread>

using namespace engine;
using namespace engine::admin;
namespace json = boost::json;

namespace {

json::value fixture(const char* name)
{
    QFile file(QStringLiteral(RINGWRIGHT_FIXTURES "/jolokia/%1.json").arg(QLatin1String(name)));
    return file.open(QFile::ReadOnly) ? json::parse(file.readAll().toStdString()) : json::value();
}

/// Answers HTTP POSTs with what real Cassandra's agent recorded, on a thread of its own.
class RecordedAgent {
public:
    explicit RecordedAgent(std::function<json::value(const json::value&)> answer)
        : m_answer(std::move(answer))
    {
        m_thread = std::thread([this] { serve(); });
        while (m_port == 0)
            std::this_thread::yield();
    }
    ~RecordedAgent()
    {
        m_stop = true;
        m_thread.join();
    }
    JolokiaAddress address() const
    {
        JolokiaAddress address;
        address.endpoint = InetEndpoint::parse("127.0.0.1", m_port).value();
        return address;
    }

private:
    void serve()
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        while (!m_stop) {
            if (!server.waitForNewConnection(20))
                continue;
            const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
            QByteArray in;
            while (!m_stop && socket->state() == QAbstractSocket::ConnectedState) {
                socket->waitForReadyRead(20);
                in += socket->readAll();
                const auto head = in.indexOf("\r\n\r\n");
                const auto length = in.toLower().indexOf("content-length: ");
                if (head < 0 || length < 0)
                    continue;
                const int size =
                    in.mid(length + 16, in.indexOf('\r', length) - length - 16).toInt();
                if (in.size() < head + 4 + size)
                    continue;
                const std::string body =
                    json::serialize(m_answer(json::parse(in.mid(head + 4, size).toStdString())));
                in.remove(0, head + 4 + size);
                socket->write(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                    QByteArray::number(qulonglong(body.size())) + "\r\n\r\n" +
                    QByteArray::fromStdString(body));
                socket->waitForBytesWritten(1000);
            }
        }
    }
    std::function<json::value(const json::value&)> m_answer;
    std::atomic<quint16> m_port{0};
    std::atomic<bool> m_stop{false};
    std::thread m_thread;
};

json::value done(json::value value)
{
    return json::value{{"value", std::move(value)}, {"status", 200}};
}

} // namespace

class TstJolokiaAdmin : public QObject {
    Q_OBJECT
private slots:
    void gossipOfRealCassandraIsRead();
    void ringOfRealCassandraIsRead();
    void snapshotsThatDoNotExpireAreRead();
    void partitionsOfATableAreRead();
    void anErrorOfTheAgentKeepsItsSentence();
    void nobodyListeningSaysWhere();
    void repairFollowsItsNotificationsToTheEnd();
};

void TstJolokiaAdmin::gossipOfRealCassandraIsRead()
{
    const json::value recorded = fixture("FailureDetector").at("read").at("response");
    RecordedAgent agent([&](const json::value&) { return recorded; });
    const auto report = makeJolokiaAdmin(agent.address(), std::chrono::seconds{5})->gossip();
    QVERIFY2(report.has_value(), report ? "" : report.error().detail().c_str());
    QCOMPARE(report->endpoints.size(), std::size_t{3});
    const auto& first = report->endpoints[0];
    QCOMPARE(first.endpoint.toString(), std::string("127.0.0.21:7000"));
    QCOMPARE(first.generation, std::int64_t{1795220522});
    QCOMPARE(first.heartbeat, std::int64_t{1562});
    QVERIFY(first.alive && !first.phi);
    QCOMPARE(report->endpoints[2].phi.value(), 0.6537805456601922);
    const auto dc = std::find_if(first.states.begin(), first.states.end(),
                                 [](const auto& s) { return s.name == "DC"; });
    QVERIFY(dc != first.states.end());
    QCOMPARE(dc->value, std::string("dc1"));
    QCOMPARE(dc->version, std::int64_t{12});
}

void TstJolokiaAdmin::ringOfRealCassandraIsRead()
{
    const json::value storage = fixture("StorageService").at("read").at("response");
    RecordedAgent agent([&](const json::value&) {
        return json::value{storage, done(123456), done(99),
                           done(json::object{{"127.0.0.21:7000", 0.5}})};
    });
    const auto report = makeJolokiaAdmin(agent.address(), std::chrono::seconds{5})->ring("rich");
    QVERIFY2(report.has_value(), report ? "" : report.error().detail().c_str());
    QCOMPARE(report->clusterName, std::string("Fixture Cluster"));
    QCOMPARE(report->operationMode, std::string("NORMAL"));
    QCOMPARE(report->nodes.size(), std::size_t{3});
    QVERIFY(report->nodes[1].up);
    QCOMPARE(report->nodes[0].load, std::string("455.8 KiB"));
    QCOMPARE(report->nodes[0].owns.value(), 0.5);
    QCOMPARE(report->tokens.size(), std::size_t{48});
    QCOMPARE(report->uptime.count(), 123456L);
}

void TstJolokiaAdmin::snapshotsThatDoNotExpireAreRead()
{
    // The agent breaks off its JSON unless it is asked for the outermost level alone.
    const json::value recorded = fixture("operations/snapshots");
    RecordedAgent agent([&](const json::value& request) {
        for (const auto& pair : recorded.as_array()) {
            const auto* config = pair.at("request").as_object().if_contains("config");
            const auto* asked = request.as_object().if_contains("config");
            if (config && asked && *config == *asked)
                return pair.at("response");
        }
        return json::value{{"status", 500}, {"error", "asked for what breaks off"}};
    });
    const auto rows = makeJolokiaAdmin(agent.address(), std::chrono::seconds{5})->snapshots();
    QVERIFY2(rows.has_value(), rows ? "" : rows.error().detail().c_str());
    const auto base = std::find_if(rows->begin(), rows->end(), [](const SnapshotRow& row) {
        return row.name == "snap2" && row.table == "base";
    });
    QVERIFY(base != rows->end());
    QCOMPARE(base->keyspace, std::string("rich"));
    QCOMPARE(base->trueSize, std::string("1.13 KiB"));
    QCOMPARE(base->sizeOnDisk, std::string("8.79 KiB"));
    QCOMPARE(base->created, std::string("2026-11-21T00:38:50.870Z"));
    QCOMPARE(base->expires, std::string());
    const auto expiring = std::find_if(
        rows->begin(), rows->end(), [](const SnapshotRow& row) { return row.name == "snapttl"; });
    QVERIFY(expiring != rows->end());
    QCOMPARE(expiring->expires, std::string("2026-11-22T00:38:50.849Z"));
}

void TstJolokiaAdmin::partitionsOfATableAreRead()
{
    // Recorded names and forms of values; figures as a table with 9 partitions on disk has them.
    const json::value recorded = fixture("metrics_table").at(0).at("response").at("value");
    RecordedAgent agent([&](const json::value& requests) {
        json::array answers;
        for (const auto& request : requests.as_array()) {
            const std::string bean = json::value_to<std::string>(request.at("mbean"));
            const std::string name = bean.substr(bean.rfind("name=") + 5);
            const std::string asRecorded =
                "org.apache.cassandra.metrics:keyspace=rich,name=" + name +
                ",scope=indexed,type=Table";
            if (bean.find("scope=indexed,") == std::string::npos ||
                !recorded.as_object().contains(asRecorded)) {
                answers.push_back(json::object{{"status", 404}, {"error", "no such bean"}});
                continue;
            }
            json::value value = recorded.at(asRecorded).at("Value");
            if (name == "MeanPartitionSize")
                value = 1200;
            else if (name == "CompressionRatio")
                value = 0.25;
            else if (name == "EstimatedColumnCountHistogram")
                value = json::array{0, 0, 4, 0, 0, 4, 0}; // limits 1 2 3 4 5 6 7
            answers.push_back(done(value));
        }
        return json::value(std::move(answers));
    });
    const auto admin = makeJolokiaAdmin(agent.address(), std::chrono::seconds{5});
    const auto report = admin->partitions("rich", "indexed");
    QVERIFY2(report.has_value(), report ? "" : report.error().detail().c_str());
    QCOMPARE(report->partitions, 9.0);
    QCOMPARE(report->meanBytes, 1100.0); // the middle of the bucket that ends at 1200
    QCOMPARE(report->compressionRatio, std::optional<double>(0.25));
    QCOMPARE(report->meanCells, 4.5 * 11 / 12);
    QVERIFY(!admin->partitions("rich", "nope"));
}

void TstJolokiaAdmin::anErrorOfTheAgentKeepsItsSentence()
{
    RecordedAgent agent([&](const json::value&) {
        return json::value{
            {"error", "java.lang.IllegalArgumentException : Unknown keyspace/cf pair (rich.nope)"},
            {"status", 400}};
    });
    const auto flushed =
        makeJolokiaAdmin(agent.address(), std::chrono::seconds{5})->flush("rich", {"nope"});
    QVERIFY(!flushed);
    QCOMPARE(flushed.error().detail(), std::string("Unknown keyspace/cf pair (rich.nope)"));
}

void TstJolokiaAdmin::nobodyListeningSaysWhere()
{
    JolokiaAddress address;
    address.endpoint = InetEndpoint::parse("127.9.7.1:1", 0).value();
    const auto report = makeJolokiaAdmin(address, std::chrono::seconds{5})->gossip();
    QVERIFY(!report);
    QCOMPARE(report.error().code(), ErrorCode::ConnectionRefused);
    QVERIFY(report.error().detail().find("127.9.7.1:1") != std::string::npos);
}

void TstJolokiaAdmin::repairFollowsItsNotificationsToTheEnd()
{
    // The recorded session of a real repair, answered in its order by kind of request.
    const json::value recorded = fixture("operations/repair");
    std::map<std::string, std::vector<json::value>> byKind;
    for (const auto& pair : recorded.as_array()) {
        const auto& request = pair.at("request").as_object();
        const auto* operation = request.if_contains("operation");
        const auto* command = request.if_contains("command");
        const std::string kind = operation != nullptr ? json::value_to<std::string>(*operation)
                                 : command != nullptr ? json::value_to<std::string>(*command)
                                                      : "";
        byKind[kind].push_back(pair.at("response"));
    }
    std::map<std::string, std::size_t> next;
    RecordedAgent agent([&](const json::value& request) {
        const auto& object = request.as_object();
        const std::string kind = json::value_to<std::string>(
            object.contains("operation") ? object.at("operation") : object.at("command"));
        auto& all = byKind[kind];
        return all.empty() ? done(nullptr) : all[std::min(next[kind]++, all.size() - 1)];
    });
    std::vector<RepairProgress> seen;
    RepairOptions options;
    options.keyspace = "rich";
    options.tables = {"indexed", "base"};
    const auto repaired = makeJolokiaAdmin(agent.address(), std::chrono::seconds{5})
                              ->repair(options, [&](const RepairProgress& p) {
                                  seen.push_back(p);
                                  return true;
                              });
    QVERIFY2(repaired.has_value(), repaired ? "" : repaired.error().detail().c_str());
    QVERIFY(seen.size() >= 2);
    QVERIFY(seen.back().state == RepairProgress::State::Completed);
    QVERIFY(std::any_of(seen.begin(), seen.end(), [](const auto& p) { return p.total == 7; }));
}

RW_TEST(TstJolokiaAdmin)
#include "tst_jolokia_admin.moc"
