#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/node/bean_values.h"
#include "engine/node/disk_usage.h"
#include "engine/node/schema_holder.h"
#include "engine/simulation/cluster/simulated_cluster.h"
#endif
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;
using engine::node::DiskUsage;
namespace json = boost::json;

namespace {

constexpr std::uint64_t kBallast = 16 << 20;
constexpr const char* kRefusal = "Guardrail replica_disk_usage violated: Write request failed "
                                 "because disk usage exceeds failure threshold";
constexpr const char* kWarning =
    "Guardrail replica_disk_usage violated: Replica disk usage exceeds warning threshold";

/// Somebody's large file among the data, and little beside it.
void fill(SimulatedCluster& cluster, NodeIndex node, std::uint64_t availableBytes)
{
    SimulatedDisk& disk = cluster.disk(node);
    if (!disk.exists("/node/data/ballast")) {
        const auto file = disk.open("/node/data/ballast", OpenMode::CreateNew);
        QVERIFY(file);
        QVERIFY((*file)->append(Bytes(kBallast, 'x')));
    }
    disk.faults().capacityBytes = disk.usedBytes() + availableBytes;
}

/// A key whose only replica is this node.
std::uint32_t keyOf(SimulatedCluster& cluster, NodeIndex node)
{
    std::uint32_t key = 0;
    while (cluster.replicasOf(key) != std::vector<NodeIndex>{node})
        ++key;
    return key;
}

bool everyoneKnows(SimulatedCluster& cluster, NodeIndex node, DiskUsage usage)
{
    for (NodeIndex i = 0; i < cluster.nodeCount(); ++i)
        if (cluster.node(i).diskUsage().usageOf(cluster.node(node).config().internode) != usage)
            return false;
    return true;
}

} // namespace

class TstDiskUsageCluster : public QObject {
    Q_OBJECT
private slots:
    void writesToAFullReplicaAreRefusedUntilItHasSpace();
    void limitsAreChangedWhileTheNodeRuns();
};

void TstDiskUsageCluster::writesToAFullReplicaAreRefusedUntilItHasSpace()
{
    SimulatedCluster cluster{{.nodeCount = 3,
                              .seed = 11,
                              .replicationFactor = 1,
                              .diskUsage = {.warnPercent = 80, .failPercent = 90}}};
    const auto started = cluster.start();
    QVERIFY2(started, started ? "" : started.error().detail().c_str());
    const std::uint32_t onFull = keyOf(cluster, 2);
    const std::uint32_t elsewhere = keyOf(cluster, 0);
    QVERIFY(cluster.write(0, onFull, protocol::Consistency::One)->succeeded);
    QVERIFY(everyoneKnows(cluster, 2, DiskUsage::Spacious));

    fill(cluster, 2, 1 << 20);
    cluster.world().runFor(std::chrono::seconds{35});
    QVERIFY(everyoneKnows(cluster, 2, DiskUsage::Full));
    for (const NodeIndex coordinator : {0u, 2u}) {
        const auto refused = cluster.write(coordinator, onFull, protocol::Consistency::One);
        QVERIFY(!refused->succeeded);
        QCOMPARE(refused->error, std::string{kRefusal});
        QVERIFY(cluster.read(coordinator, onFull, protocol::Consistency::One)->succeeded);
        const auto other = cluster.write(coordinator, elsewhere, protocol::Consistency::One);
        QVERIFY2(other->succeeded, other->error.c_str());
        QVERIFY(other->warnings.empty());
    }

    fill(cluster, 2, 3 << 20);
    cluster.world().runFor(std::chrono::seconds{35});
    QVERIFY(everyoneKnows(cluster, 2, DiskUsage::Stuffed));
    const auto warned = cluster.write(0, onFull, protocol::Consistency::One);
    QVERIFY2(warned->succeeded, warned->error.c_str());
    QVERIFY((warned->warnings == std::vector<std::string>{kWarning}));
    // Once in half an hour is enough.
    QVERIFY(cluster.write(0, onFull, protocol::Consistency::One)->warnings.empty());

    QVERIFY(cluster.disk(2).remove("/node/data/ballast"));
    cluster.disk(2).faults().capacityBytes = 1ULL << 40;
    cluster.world().runFor(std::chrono::seconds{35});
    QVERIFY(everyoneKnows(cluster, 2, DiskUsage::Spacious));
    QVERIFY(cluster.write(0, onFull, protocol::Consistency::One)->succeeded);
}

void TstDiskUsageCluster::limitsAreChangedWhileTheNodeRuns()
{
    SimulatedCluster cluster{{.nodeCount = 1, .seed = 12, .replicationFactor = 1}};
    QVERIFY(cluster.start());
    fill(cluster, 0, 1 << 20);
    cluster.world().runFor(std::chrono::minutes{1});
    QVERIFY(cluster.write(0, 1, protocol::Consistency::One)->succeeded); // the guardrail is off
    auto& node = cluster.node(0);
    node::BeanContext context{node.runtime(), node.store(),  node.gossiper(),
                              node.ring(),    node.schema(), node.coordinator()};
    context.diskUsage = &node.diskUsage();
    const auto bean = node::guardrailsBean(context);
    const auto set = [&](std::int64_t warn, std::int64_t fail) {
        auto task = bean.operations.at("setDataDiskUsagePercentageThreshold(int,int)")
                        .invoke(json::array{warn, fail});
        return cluster.world().run(node.runtime(), std::move(task)).has_value();
    };
    const auto read = [&](const char* name) {
        return json::serialize(*bean.attributes.at(name).read());
    };
    QCOMPARE(read("DataDiskUsagePercentageFailThreshold"), std::string{"-1"});
    QVERIFY(!set(90, 80));
    QVERIFY(set(80, 90));
    QCOMPARE(read("DataDiskUsagePercentageWarnThreshold"), std::string{"80"});
    cluster.world().runFor(std::chrono::seconds{1});
    QCOMPARE(cluster.write(0, 1, protocol::Consistency::One)->error, std::string{kRefusal});

    const auto& maxSize = bean.attributes.at("DataDiskUsageMaxDiskSize");
    QCOMPARE(read("DataDiskUsageMaxDiskSize"), std::string{"null"});
    QVERIFY(!maxSize.write("much"));
    QVERIFY(maxSize.write("10MiB"));
    QCOMPARE(read("DataDiskUsageMaxDiskSize"), std::string{"\"10MiB\""});
    cluster.disk(0).faults().capacityBytes = 1ULL << 40; // and yet it is too much
    cluster.world().runFor(std::chrono::seconds{35});
    QVERIFY(!cluster.write(0, 1, protocol::Consistency::One)->succeeded);
    QVERIFY(maxSize.write(nullptr));
    cluster.world().runFor(std::chrono::seconds{1});
    QVERIFY(cluster.write(0, 1, protocol::Consistency::One)->succeeded);

    fill(cluster, 0, 1 << 20);
    cluster.world().runFor(std::chrono::seconds{35});
    QVERIFY(!cluster.write(0, 1, protocol::Consistency::One)->succeeded);
    QVERIFY(set(-1, -1));
    QVERIFY(everyoneKnows(cluster, 0, DiskUsage::NotAvailable));
    QVERIFY(cluster.write(0, 1, protocol::Consistency::One)->succeeded);
}

RW_TEST(TstDiskUsageCluster)
#include "tst_disk_usage_cluster.moc"
