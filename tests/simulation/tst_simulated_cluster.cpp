#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/simulation/cluster/simulated_cluster.h"
#endif
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;

class TstSimulatedCluster : public QObject {
    Q_OBJECT
private slots:
    void threeNodesConvergeAndServe();
};

void TstSimulatedCluster::threeNodesConvergeAndServe()
{
    SimulatedCluster cluster{{.nodeCount = 3, .seed = 1}};
    if (qEnvironmentVariableIsSet("SIM_LOG"))
        cluster.world().setObserver([](const WorldEvent& e) {
            if (e.kind == "log" || e.kind == "life")
                qDebug("%10.6f n%u %.*s %.*s", double(e.at.count()) / 1e9, e.node,
                       int(e.kind.size()), e.kind.data(), int(e.text.size()), e.text.data());
        });
    const auto started = cluster.start();
    QVERIFY2(started, started ? "" : started.error().detail().c_str());
    const auto written = cluster.write(0, 7);
    QVERIFY2(written->succeeded, written->error.c_str());
    for (NodeIndex i = 0; i < 3; ++i) {
        const auto read = cluster.read(i, 7);
        QVERIFY2(read->succeeded, read->error.c_str());
        QCOMPARE(read->value, written->value);
        QVERIFY(read->timestamp == written->timestamp);
    }
    qDebug("virtual %f s, %llu events", double(cluster.world().now().count()) / 1e9,
           (unsigned long long)cluster.world().eventCount());
}

RW_TEST(TstSimulatedCluster)
#include "tst_simulated_cluster.moc"
