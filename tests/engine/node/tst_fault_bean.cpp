#include "engine/node/fault_bean.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

#include <boost/json.hpp>

#undef emit // Qt's keyword, our method

using namespace engine;
using namespace engine::node;
namespace json = boost::json;

namespace {

class FaultEvents final : public EventSink {
public:
    bool wants(EventKind kind) const noexcept override { return kind == EventKind::Fault; }
    void emit(EventKind, std::string_view name, Bytes json, std::string_view) override
    {
        all.push_back(std::string{name} + " " + json);
    }
    std::vector<std::string> all;
};

struct FaultFixture {
    simulation::SimulatedWorld world{1};
    simulation::SimulatedDisk disk{1};
    simulation::SimulatedRuntime runtime{world, 0, disk};
    FaultEvents events;
    messaging::MessagingService messaging{runtime,
                                          events,
                                          {*InetEndpoint::parse("127.0.0.1", 7000), "c", "s",
                                           messaging::kVersionMin, messaging::kVersionMax}};
    MBean bean = faultBean(messaging, events);

    Result<json::value> call(const char* signature, json::array arguments)
    {
        auto task = bean.operations.at(signature).invoke(std::move(arguments));
        task.start();
        return task.outcome();
    }
    std::string links() { return json::serialize(*bean.attributes.at("Links").read()); }
};

} // namespace

class TstFaultBean : public QObject {
    Q_OBJECT
private slots:
    void linksAreCutSlowedAndHealed()
    {
        FaultFixture f;
        QVERIFY(f.call("cutLinks([Ljava.lang.String;)", {json::array{"127.0.0.2:7000"}}));
        QVERIFY(f.call("slowLinks(long,[Ljava.lang.String;)", {250, json::array{}}));
        QCOMPARE(f.links(), std::string{R"([{"peer":"127.0.0.2:7000","cut":true,"delay_ms":0},)"
                                        R"({"peer":"*","cut":false,"delay_ms":250}])"});
        const auto two = *InetEndpoint::parse("127.0.0.2", 7000);
        const auto three = *InetEndpoint::parse("127.0.0.3", 7000);
        QVERIFY(f.messaging.linkFaults().of(two).isCut);
        QVERIFY(f.messaging.linkFaults().of(three).delay == std::chrono::milliseconds{250});
        QVERIFY(f.call("healLinks()", {}));
        QCOMPARE(f.links(), std::string{"[]"});
        QVERIFY(f.messaging.linkFaults().empty());
        QCOMPARE(f.events.all.size(), std::size_t{3});
        QCOMPARE(f.events.all[0],
                 std::string{R"(link_cut {"peer":"127.0.0.2:7000","cut":true,"delay_ms":0})"});
        QCOMPARE(f.events.all[2], std::string{"links_healed {}"});
    }

    void nonsenseIsRefusedAndChangesNothing_data()
    {
        QTest::addColumn<QString>("signature");
        QTest::addColumn<QString>("arguments");
        const QString cut = "cutLinks([Ljava.lang.String;)";
        const QString slow = "slowLinks(long,[Ljava.lang.String;)";
        QTest::newRow("no endpoint") << cut << R"([["nowhere"]])";
        QTest::newRow("itself") << cut << R"([["127.0.0.2:7000", "127.0.0.1:7000"]])";
        QTest::newRow("no delay") << slow << R"([])";
        QTest::newRow("delay zero") << slow << R"([0, []])";
        QTest::newRow("delay negative") << slow << R"([-1, []])";
        QTest::newRow("delay too long") << slow << R"([60001, []])";
        QTest::newRow("delay as text") << slow << R"(["5", []])";
        QTest::newRow("delay beyond 64 bits") << slow << R"([1e300, []])";
    }
    void nonsenseIsRefusedAndChangesNothing()
    {
        QFETCH(QString, signature);
        QFETCH(QString, arguments);
        FaultFixture f;
        QVERIFY(!f.call(signature.toUtf8().constData(),
                        json::parse(arguments.toStdString()).as_array()));
        QVERIFY(f.messaging.linkFaults().empty());
        QVERIFY(f.events.all.empty());
    }
};

RW_TEST(TstFaultBean)
#include "tst_fault_bean.moc"
