#include "engine/node/repair_admin_bean.h"
#include "tests/support/test_main.h"

#ifndef Q_MOC_RUN
#include "tests/engine/coordination/small_cluster.h"

#include <boost/json.hpp>
#endif

using namespace engine;
using namespace engine::node;
using namespace std::chrono_literals;
namespace json = boost::json;

/// What nodetool repair_admin asks a node, while sessions run.
class TstRepairAdmin : public QObject {
    Q_OBJECT
private slots:
    void theListShowsASessionAndCancelFailsIt();
    void cancellingHasCassandrasConditions();
    void whatIsSetApartIsSummedByTheSessionsState();
    void repairedRangesAreToldSinceWhen();
    void cleanupSettlesOnlyWhatHasEnded();
    void rangesAndTablesAreChosen();
};

namespace {

/// Three nodes of which one lacks a row, with a session that stays prepared on the second node.
struct Administered {
    Administered() : cluster(optionsOf())
    {
        const auto mutation = cluster.insertion(0, 1, 1, "first");
        for (const std::size_t node : {0, 1})
            cluster[node].store.put(mutation);
    }
    static tests::SmallClusterOptions optionsOf()
    {
        tests::SmallClusterOptions options;
        options.coordination.switches.hints = false;
        options.coordination.repairs.callTimeout = 2s;
        return options;
    }
    static Task<void> repairInto(coordination::RepairService* repairs, bool* ended)
    {
        coordination::RepairOptions options{"ks", {"t"}, false, true};
        auto repairing = repairs->repair(std::move(options));
        (void)co_await repairing;
        *ended = true;
        co_return ok();
    }
    void begin()
    {
        cluster[0].runtime.spawn(Priority::Background, "repair",
                                 repairInto(&cluster[0].coordinator.repairs(), &ended));
    }
    bool beginUntilPrepared()
    {
        begin();
        return cluster.world.runUntil([&] { return !sessions(1).all().empty(); }, 1min);
    }
    bool repairWhole()
    {
        begin();
        return cluster.world.runUntil([&] { return ended; }, 5min);
    }
    coordination::LocalSessions& sessions(std::size_t node)
    {
        return cluster[node].coordinator.repairSessions();
    }
    Uuid id(std::size_t node) { return sessions(node).all().begin()->first; }

    Result<json::value> call(std::size_t node, const char* signature, json::array arguments)
    {
        const MBean bean = repairServiceBean(
            sessions(node),
            [this](const std::vector<std::string>& words) -> Result<std::vector<RepairTable>> {
                if (!words.empty() && words.front() != "ks")
                    return javaError("java.lang.IllegalArgumentException", 400,
                                     "Keyspace [" + words.front() + "] does not exist.");
                return std::vector{RepairTable{"ks",
                                               "t",
                                               cluster.table->id(),
                                               {{ring::Token{INT64_MIN}, ring::Token{INT64_MIN}}},
                                               pending}};
            });
        return cluster.world.run(cluster[node].runtime,
                                 bean.operations.at(signature).invoke(std::move(arguments)));
    }
    Result<json::value> list(std::size_t node, bool all, const char* ranges = "")
    {
        return call(node, "getSessions(boolean,java.lang.String)", {all, ranges});
    }
    Result<json::value> fail(std::size_t node, const std::string& session, bool force)
    {
        return call(node, "failSession(java.lang.String,boolean)", {session, force});
    }

    tests::SmallCluster cluster;
    std::vector<RepairTable::Pending> pending;
    bool ended = false;
};

std::string textOf(const json::value& value)
{
    return std::string{value.as_string()};
}

} // namespace

void TstRepairAdmin::theListShowsASessionAndCancelFailsIt()
{
    Administered nodes;
    QVERIFY(nodes.list(0, true)->as_array().empty());
    QVERIFY(nodes.beginUntilPrepared());
    const auto listed = nodes.list(0, false);
    QCOMPARE(listed->as_array().size(), std::size_t{1});
    const json::value& session = listed->as_array()[0];
    QCOMPARE(textOf(session.at("SESSION_ID")), nodes.id(1).toString());
    QCOMPARE(textOf(session.at("COORDINATOR")), std::string{"/127.0.0.1:7000"});
    QCOMPARE(textOf(session.at("PARTICIPANTS")), std::string{"127.0.0.1,127.0.0.2,127.0.0.3"});
    QCOMPARE(textOf(session.at("PARTICIPANTS_WP")),
             std::string{"127.0.0.1:7000,127.0.0.2:7000,127.0.0.3:7000"});
    QCOMPARE(textOf(session.at("TABLES")), nodes.cluster.table->id().value.toString());
    QVERIFY(nodes.fail(0, nodes.id(0).toString(), false));
    QVERIFY(nodes.cluster.world.runUntil([&] { return nodes.ended; }, 1min));
    nodes.cluster.world.runFor(1s);
    for (const std::size_t node : {0, 1, 2}) {
        QVERIFY(nodes.list(node, false)->as_array().empty());
        const auto all = nodes.list(node, true);
        QCOMPARE(all->as_array().size(), std::size_t{1});
        QCOMPARE(textOf(all->as_array()[0].at("STATE")), std::string{"FAILED"});
    }
}

void TstRepairAdmin::cancellingHasCassandrasConditions()
{
    Administered nodes;
    QVERIFY(nodes.beginUntilPrepared());
    const std::string id = nodes.id(1).toString();
    const auto reason = [](const Result<json::value>& refused) {
        return refused ? std::string{"not refused"} : refused.error().detail();
    };
    QVERIFY(
        reason(nodes.fail(1, "no-session", false)).ends_with("Invalid UUID string: no-session"));
    const std::string unknown = "f5b8e2a0-0000-11f0-8000-000000000001";
    QVERIFY(
        reason(nodes.fail(1, unknown, false)).ends_with("Session " + unknown + " does not exist"));
    QVERIFY(reason(nodes.fail(1, id, false)).find("or use --force") != std::string::npos);
    QVERIFY(nodes.fail(1, id, true));
    QVERIFY(reason(nodes.fail(1, id, true)).find("has ended") != std::string::npos);
}

void TstRepairAdmin::whatIsSetApartIsSummedByTheSessionsState()
{
    Administered nodes;
    QVERIFY(nodes.beginUntilPrepared());
    const Uuid unknown = Uuid::fromHalves(0x0123456789AB11EF, 0x8123456789ABCDEF);
    nodes.pending = {{nodes.id(1), 1000}, {nodes.id(1), 200}, {unknown, 30}};
    const auto figures = [&] {
        return nodes
            .call(1, "getPendingStats(java.util.List,java.lang.String)", {json::array{"ks"}, ""})
            ->as_array()[0];
    };
    const auto before = figures();
    QCOMPARE(before.at("total").at("dataSize").to_number<int>(), 1230);
    QCOMPARE(before.at("total").at("numSSTables").to_number<int>(), 3);
    QCOMPARE(before.at("pending").at("dataSize").to_number<int>(), 1200);
    QCOMPARE(before.at("pending").at("sessions").as_array().size(), std::size_t{1});
    QCOMPARE(before.at("failed").at("dataSize").to_number<int>(), 30);
    QVERIFY(nodes.fail(1, nodes.id(1).toString(), true));
    QCOMPARE(figures().at("failed").at("dataSize").to_number<int>(), 1230);
    QCOMPARE(figures().at("pending").at("numSSTables").to_number<int>(), 0);
}

void TstRepairAdmin::repairedRangesAreToldSinceWhen()
{
    Administered nodes;
    const auto figures = [&](const char* ranges) {
        return nodes
            .call(0, "getRepairStats(java.util.List,java.lang.String)",
                  {json::array{"ks", "t"}, ranges})
            ->as_array()[0];
    };
    QCOMPARE(figures("").at("maxRepaired").to_number<std::int64_t>(), std::int64_t{0});
    QVERIFY(nodes.repairWhole());
    const std::int64_t at = nodes.sessions(0).all().begin()->second.repairedAt;
    QVERIFY(at > 0);
    // RF 3 of three nodes: all of the ring, in one section.
    QCOMPARE(figures("").at("minRepaired").to_number<std::int64_t>(), at);
    QCOMPARE(figures("").at("sections").as_array().size(), std::size_t{1});
    const json::value some = figures("10:20");
    QCOMPARE(textOf(some.at("sections").as_array()[0].at("start")), std::string{"10"});
    QCOMPARE(some.at("sections").as_array()[0].at("repairedAt").to_number<std::int64_t>(), at);
}

void TstRepairAdmin::cleanupSettlesOnlyWhatHasEnded()
{
    Administered nodes;
    QVERIFY(nodes.beginUntilPrepared());
    nodes.pending = {{nodes.id(1), 1000}};
    const auto cleaned = [&] {
        return nodes
            .call(1, "cleanupPending(java.util.List,java.lang.String,boolean)",
                  {json::array{}, "", false})
            ->as_array()[0]
            .at("successful")
            .as_array()
            .size();
    };
    QCOMPARE(cleaned(), std::size_t{0});
    QVERIFY(!nodes.sessions(1).all().begin()->second.isCompleted());
    QVERIFY(nodes.fail(1, nodes.id(1).toString(), true));
    QCOMPARE(cleaned(), std::size_t{1});
}

void TstRepairAdmin::rangesAndTablesAreChosen()
{
    Administered nodes;
    QVERIFY(nodes.beginUntilPrepared());
    QCOMPARE(nodes.list(0, false, "1:2,3:4")->as_array().size(), std::size_t{1});
    QVERIFY(
        nodes.list(0, false, "1").error().detail().ends_with("'1' is not a range of two tokens"));
    const auto none = nodes.call(0, "getPendingStats(java.util.List,java.lang.String)",
                                 {json::array{"nowhere"}, ""});
    QVERIFY(none.error().detail().ends_with("Keyspace [nowhere] does not exist."));
}

RW_TEST(TstRepairAdmin)
#include "tst_repair_admin.moc"
