#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/trace_service.h"
#include "engine/node/schema_holder.h"
#include "engine/simulation/cluster/simulated_cluster.h"
#include "engine/storage/local_store.h"
#endif
#include "tests/support/test_main.h"

#include <map>
#include <set>

using namespace engine;
using namespace engine::simulation;
using protocol::Consistency;

namespace {

struct StoredTrace {
    bool hasDuration = false;
    std::map<std::string, std::string> parameters;
    std::vector<std::pair<std::string, std::string>> events; ///< source and activity
};

/// What `node` itself holds of a trace.
StoredTrace storedTrace(SimulatedCluster& cluster, NodeIndex node, const Uuid& id)
{
    StoredTrace trace;
    for (const char* name : {"sessions", "events"}) {
        rows::ReadCommand command;
        command.table = cluster.node(node).schema().current()->table("system_traces", name);
        command.key = Bytes{id.view()};
        command.nowSeconds = cluster.node(node).runtime().wallNow().seconds();
        auto reading = cluster.node(node).store().read(command);
        const auto read = cluster.world().run(cluster.node(node).runtime(), std::move(reading));
        if (!read || read->partitions.empty())
            continue;
        for (const auto& unfiltered : read->partitions.front().unfiltereds) {
            std::string source;
            std::string activity;
            for (const rows::Cell& cell : unfiltered.row.cells) {
                if (cell.column->name == "duration")
                    trace.hasDuration = true;
                else if (cell.column->name == "parameters")
                    trace.parameters[std::string{cell.path}] = std::string{cell.value};
                else if (cell.column->name == "source")
                    source = InetAddress::fromBytes(cell.value)->toString();
                else if (cell.column->name == "activity")
                    activity = std::string{cell.value};
            }
            if (!activity.empty())
                trace.events.emplace_back(source, activity);
        }
    }
    return trace;
}

bool mentions(const StoredTrace& trace, const std::string& source, const std::string& words)
{
    return std::any_of(trace.events.begin(), trace.events.end(), [&](const auto& event) {
        return event.first == source && event.second.find(words) != std::string::npos;
    });
}

} // namespace

class TstTracing : public QObject {
    Q_OBJECT
private slots:
    void aWriteIsToldByAllItsReplicas();
    void aDigestMismatchAndItsRepairAreTold();
    void whatIsNotTracedLeavesNothing();
    void aReplicaThatDoesNotAnswerDelaysTheTraceByASecond();
    void theSameSeedGivesTheSameTrace();
};

void TstTracing::aWriteIsToldByAllItsReplicas()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 11}};
    QVERIFY(cluster.start());
    const auto written = cluster.runTraced(0, 7, true, Consistency::Quorum);
    QVERIFY2(written->succeeded, written->error.c_str());
    cluster.world().runFor(std::chrono::seconds{2});
    QCOMPARE(cluster.node(0).coordinator().tracing().openCount(), std::size_t{0});
    // system_traces has two copies.
    int copies = 0;
    for (NodeIndex i = 0; i < 3; ++i) {
        const StoredTrace trace = storedTrace(cluster, i, written->trace->id());
        if (trace.events.empty())
            continue;
        ++copies;
        QVERIFY(trace.hasDuration);
        QCOMPARE(trace.parameters.at("key"), std::string{"value"});
        QVERIFY(mentions(trace, "10.0.0.1", "Determining replicas"));
        QVERIFY(mentions(trace, "10.0.0.1", "consistency level QUORUM is reached"));
        for (const char* replica : {"10.0.0.2", "10.0.0.3"}) {
            QVERIFY(mentions(trace, replica, "Received MUTATION_REQ from 10.0.0.1"));
            QVERIFY(mentions(trace, replica, "Sending MUTATION_RSP"));
        }
    }
    QCOMPARE(copies, 2);
}

void TstTracing::aDigestMismatchAndItsRepairAreTold()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 12, .hintedHandoff = false}};
    QVERIFY(cluster.start());
    QVERIFY(cluster.write(0, 7, Consistency::All)->succeeded);
    cluster.isolate({2});
    QVERIFY(cluster.write(0, 7)->succeeded);
    cluster.world().runFor(std::chrono::seconds{20});
    cluster.heal();
    QVERIFY(cluster.settle());
    const auto read = cluster.runTraced(0, 7, false, Consistency::All);
    QVERIFY2(read->succeeded, read->error.c_str());
    cluster.world().runFor(std::chrono::seconds{2});
    StoredTrace trace;
    for (NodeIndex i = 0; i < 3 && trace.events.empty(); ++i)
        trace = storedTrace(cluster, i, read->trace->id());
    QVERIFY(mentions(trace, "10.0.0.1", "Digests of the replicas differ"));
    QVERIFY(mentions(trace, "10.0.0.1", "1 of them lack something"));
    QVERIFY(mentions(trace, "10.0.0.1", "Sending READ_REPAIR_REQ to 10.0.0.3"));
    QVERIFY(mentions(trace, "10.0.0.3", "Received READ_REPAIR_REQ from 10.0.0.1"));
    QVERIFY(mentions(trace, "10.0.0.2", "Read 1 live rows and 0 tombstone cells"));
}

void TstTracing::whatIsNotTracedLeavesNothing()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 13}};
    QVERIFY(cluster.start());
    QVERIFY(cluster.write(0, 7)->succeeded);
    QVERIFY(cluster.read(1, 7)->succeeded);
    cluster.world().runFor(std::chrono::seconds{2});
    const auto table = cluster.node(0).schema().current()->table("system_traces", "events");
    for (NodeIndex i = 0; i < 3; ++i)
        QCOMPARE(cluster.node(i).store().metrics(table->id())->memtableRows, std::uint64_t{0});
    QVERIFY(!cluster.node(0).coordinator().tracing().choosesByChance());
    cluster.node(0).coordinator().tracing().setProbability(1);
    QVERIFY(cluster.node(0).coordinator().tracing().choosesByChance());
}

void TstTracing::aReplicaThatDoesNotAnswerDelaysTheTraceByASecond()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 14}};
    QVERIFY(cluster.start());
    cluster.isolate({2}); // not noticed yet: it is asked, and does not answer
    const auto written = cluster.runTraced(0, 7, true, Consistency::Quorum);
    QVERIFY2(written->succeeded, written->error.c_str());
    cluster.world().runFor(std::chrono::milliseconds{500});
    StoredTrace early;
    for (NodeIndex i = 0; i < 2; ++i)
        if (early.events.empty())
            early = storedTrace(cluster, i, written->trace->id());
    QVERIFY(early.events.empty());
    cluster.world().runFor(std::chrono::seconds{1});
    StoredTrace trace;
    for (NodeIndex i = 0; i < 2; ++i)
        if (trace.events.empty())
            trace = storedTrace(cluster, i, written->trace->id());
    QVERIFY(trace.hasDuration);
    QVERIFY(mentions(trace, "10.0.0.2", "Received MUTATION_REQ"));
    QVERIFY(!mentions(trace, "10.0.0.3", ""));
    cluster.world().runFor(std::chrono::seconds{12});
    QCOMPARE(cluster.node(0).coordinator().tracing().openCount(), std::size_t{0});
}

void TstTracing::theSameSeedGivesTheSameTrace()
{
    std::vector<std::vector<std::pair<std::string, std::string>>> traces;
    for (int i = 0; i < 2; ++i) {
        SimulatedCluster cluster{{.nodeCount = 3, .seed = 15}};
        QVERIFY(cluster.start());
        const auto written = cluster.runTraced(1, 7, true, Consistency::All);
        cluster.world().runFor(std::chrono::seconds{2});
        for (NodeIndex node = 0; node < 3; ++node)
            traces.push_back(storedTrace(cluster, node, written->trace->id()).events);
    }
    for (std::size_t node = 0; node < 3; ++node)
        QVERIFY(traces[node] == traces[node + 3]);
}

RW_TEST(TstTracing)
#include "tst_tracing.moc"
