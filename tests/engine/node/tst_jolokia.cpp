#include "engine/base/real_runtime.h"
#include "engine/node/mbeans.h"
#include "tests/support/test_main.h"

#include <boost/json.hpp>

#include <QFile>

using namespace engine;
using namespace engine::node;
namespace json = boost::json;

namespace {

Task<json::value> flushTables(json::array arguments)
{
    if (arguments.size() != 2)
        co_return javaError("java.lang.IllegalArgumentException", 400, "two arguments");
    co_return json::value();
}

MBeanRegistry storageServiceOnly()
{
    MBeanRegistry registry;
    auto bean = MBean::named("org.apache.cassandra.db:type=StorageService");
    bean.attribute("ReleaseVersion", "java.lang.String",
                   [] { return Result<json::value>(json::value("5.0.4")); });
    bean.attribute("LoadMap", "java.util.Map", [] {
        return Result<json::value>(json::value{{"127.0.0.1", "1 KiB"}});
    });
    bean.operation("takeSnapshot(java.lang.String,[Ljava.lang.String;)", "void", flushTables);
    bean.operation("takeSnapshot(java.lang.String,java.util.Map,[Ljava.lang.String;)", "void",
                   flushTables);
    bean.operation("forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)", "void", flushTables);
    registry.add(std::move(bean));
    return registry;
}

json::value ask(Jolokia& jolokia, const char* request, bool allowChanges = true)
{
    auto task = jolokia.handle(json::parse(request), allowChanges);
    task.start();
    return task.done() && task.outcome() ? *task.outcome() : json::value();
}

} // namespace

class TstJolokia : public QObject {
    Q_OBJECT
private slots:
    void errorsAreThoseOfTheAgentBesideCassandra();
    void readFollowsPathsAndPatterns();
    void changesNeedPermission();
    void notificationsArePulledInOrderAndBounded();
    void pathsBecomeRequests();
    void objectsOfASourceAreMadeWhenAskedFor();
    void objectNamesMatchPatterns_data();
    void objectNamesMatchPatterns();
};

void TstJolokia::errorsAreThoseOfTheAgentBesideCassandra()
{
    MBeanRegistry registry = storageServiceOnly();
    Jolokia jolokia{registry, {"test", "http://x", [] { return 1; }}};
    QFile file(QStringLiteral(RINGWRIGHT_FIXTURES "/jolokia/bulk_and_errors.json"));
    QVERIFY(file.open(QFile::ReadOnly));
    const json::value recorded = json::parse(file.readAll().toStdString());
    const auto& requests = recorded.at(0).at("request").as_array();
    const auto& responses = recorded.at(0).at("response").as_array();
    for (std::size_t i = 3; i < requests.size();
         ++i) { // the first three are successes of Cassandra's own beans
        const json::value answer = ask(jolokia, json::serialize(requests[i]).c_str());
        QCOMPARE(json::serialize(answer.at("error")), json::serialize(responses[i].at("error")));
        QCOMPARE(json::serialize(answer.at("error_type")),
                 json::serialize(responses[i].at("error_type")));
        QCOMPARE(json::serialize(answer.at("status")), json::serialize(responses[i].at("status")));
    }
    const json::value unknown = ask(jolokia, R"({"type":"nope"})");
    QCOMPARE(json::serialize(unknown.at("error")),
             json::serialize(recorded.at(1).at("response").at("error")));
}

void TstJolokia::readFollowsPathsAndPatterns()
{
    MBeanRegistry registry = storageServiceOnly();
    Jolokia jolokia{registry, {"test", "http://x", [] { return 1; }}};
    const auto inner = ask(
        jolokia,
        R"({"type":"read","mbean":"org.apache.cassandra.db:type=StorageService","attribute":"LoadMap","path":"127.0.0.1"})");
    QCOMPARE(json::serialize(inner.at("value")), std::string("\"1 KiB\""));
    const auto all = ask(
        jolokia,
        R"({"type":"read","mbean":"org.apache.cassandra.*:type=*","attribute":"ReleaseVersion"})");
    QCOMPARE(json::serialize(all.at("value")),
             std::string(
                 R"({"org.apache.cassandra.db:type=StorageService":{"ReleaseVersion":"5.0.4"}})"));
    const auto bulk =
        ask(jolokia, R"([{"type":"version"},{"type":"search","mbean":"*:type=StorageService"}])");
    QCOMPARE(bulk.as_array().size(), std::size_t{2});
}

void TstJolokia::changesNeedPermission()
{
    MBeanRegistry registry = storageServiceOnly();
    Jolokia jolokia{registry, {"test", "http://x", [] { return 1; }}};
    const char* flush =
        R"({"type":"exec","mbean":"org.apache.cassandra.db:type=StorageService","operation":"forceKeyspaceFlush","arguments":["k",[]]})";
    QCOMPARE(ask(jolokia, flush, false).at("status").to_number<int>(), 403);
    QCOMPARE(ask(jolokia, flush, true).at("status").to_number<int>(), 200);
}

void TstJolokia::notificationsArePulledInOrderAndBounded()
{
    MBeanRegistry registry = storageServiceOnly();
    Jolokia jolokia{registry, {"test", "http://x", [] { return 1; }}};
    const auto client = json::value_to<std::string>(
        ask(jolokia, R"({"type":"notification","command":"register"})").at("value").at("id"));
    const std::string add =
        R"({"type":"notification","command":"add","client":")" + client +
        R"(","mode":"pull","mbean":"org.apache.cassandra.db:type=StorageService"})";
    const auto handle = json::value_to<std::string>(ask(jolokia, add.c_str()).at("value"));
    const auto bean = *ObjectName::parse("org.apache.cassandra.db:type=StorageService");
    for (int i = 0; i < 103; ++i)
        jolokia.notify(bean, {{"message", std::to_string(i)}});
    const std::string pull =
        R"({"type":"exec","mbean":"jolokia:agent=test,type=NotificationStore","operation":"pull","arguments":[")" +
        client + R"(",")" + handle + R"("]})";
    const auto pulled = ask(jolokia, pull.c_str()).at("value");
    QCOMPARE(pulled.at("notifications").as_array().size(), std::size_t{100});
    QCOMPARE(pulled.at("dropped").to_number<int>(), 3);
    QCOMPARE(
        json::value_to<std::string>(pulled.at("notifications").as_array().front().at("message")),
        std::string("3"));
    QVERIFY(ask(jolokia, pull.c_str()).at("value").is_null());
}

void TstJolokia::pathsBecomeRequests()
{
    QCOMPARE(
        json::serialize(*Jolokia::requestOfPath("read/java.lang:type=Memory/HeapMemoryUsage/used")),
        std::string(
            R"({"type":"read","mbean":"java.lang:type=Memory","attribute":"HeapMemoryUsage","path":"used"})"));
    QCOMPARE(json::serialize(*Jolokia::requestOfPath("")), std::string(R"({"type":"version"})"));
    QCOMPARE(json::serialize(*Jolokia::requestOfPath("search/a!/b:*")),
             std::string(R"({"type":"search","mbean":"a/b:*"})"));
}

void TstJolokia::objectsOfASourceAreMadeWhenAskedFor()
{
    MBeanRegistry registry = storageServiceOnly();
    int made = 0;
    registry.addSource([&made](const ObjectName& wanted) {
        std::vector<MBean> beans;
        for (const char* table : {"t2", "t1"}) {
            if (!wanted.allowsDomain("metrics") || !wanted.allows("scope", table))
                continue;
            ++made;
            beans.push_back(MBean::named(std::string{"metrics:type=Table,scope="} + table));
            beans.back().attribute("Count", "long", [] { return Result<json::value>(7); });
        }
        return beans;
    });
    Jolokia jolokia{registry, {"test", "http://x", [] { return 1; }}};
    const auto valueOf = [&](const char* request) { return ask(jolokia, request).at("value"); };
    QCOMPARE(valueOf(R"({"type":"read","mbean":"metrics:scope=t1,type=Table","attribute":"Count"})")
                 .as_int64(),
             7);
    QCOMPARE(made, 1);
    const auto all = valueOf(R"({"type":"search","mbean":"metrics:*"})");
    QCOMPARE(json::serialize(all),
             std::string{R"(["metrics:scope=t1,type=Table","metrics:scope=t2,type=Table"])"});
    made = 0;
    const auto other = ask(jolokia, R"({"type":"read","mbean":"metrics:scope=t3,type=Table"})");
    QCOMPARE(other.at("status").as_int64(), 404);
    QCOMPARE(made, 0);
    QCOMPARE(valueOf(R"({"type":"search","mbean":"*:*"})").as_array().size(), 4U);
}

void TstJolokia::objectNamesMatchPatterns_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("matches");
    QTest::newRow("exact") << QByteArray("a:b=c") << QByteArray("a:b=c") << true;
    QTest::newRow("order of keys is no matter")
        << QByteArray("a:x=1,b=c") << QByteArray("a:b=c,x=1") << true;
    QTest::newRow("more keys") << QByteArray("a:b=c") << QByteArray("a:b=c,x=1") << false;
    QTest::newRow("more keys allowed") << QByteArray("a:b=c,*") << QByteArray("a:b=c,x=1") << true;
    QTest::newRow("value star") << QByteArray("a:b=*d") << QByteArray("a:b=cd") << true;
    QTest::newRow("domain star") << QByteArray("*:*") << QByteArray("a:b=cd") << true;
    QTest::newRow("quoted comma") << QByteArray("a:b=\"x,y\",*") << QByteArray("a:b=\"x,y\",z=1")
                                  << true;
}

void TstJolokia::objectNamesMatchPatterns()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, name);
    QFETCH(bool, matches);
    QCOMPARE(
        ObjectName::parse(pattern.toStdString())->matches(*ObjectName::parse(name.toStdString())),
        matches);
}

RW_TEST(TstJolokia)
#include "tst_jolokia.moc"
