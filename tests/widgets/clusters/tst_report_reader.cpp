#ifndef Q_MOC_RUN
#include "widgets/clusters/report_reader.h"
#endif
#include "tests/support/test_main.h"

/// What the studio says of nodes, from what it was told.
class TstReportReader : public QObject {
    Q_OBJECT
private slots:
    void theDriversWordCountsWhileItIsConnected_data();
    void theDriversWordCountsWhileItIsConnected();
};

void TstReportReader::theDriversWordCountsWhileItIsConnected_data()
{
    QTest::addColumn<bool>("isUp");
    QTest::addColumn<bool>("isConnected");
    QTest::addColumn<int>("liveness");
    using studio::Liveness;
    QTest::newRow("up") << true << true << static_cast<int>(Liveness::Up);
    QTest::newRow("down") << false << true << static_cast<int>(Liveness::Down);
    QTest::newRow("was up, nobody answers") << true << false << static_cast<int>(Liveness::Unknown);
}

void TstReportReader::theDriversWordCountsWhileItIsConnected()
{
    QFETCH(bool, isUp);
    QFETCH(bool, isConnected);
    QFETCH(int, liveness);
    engine::client::Topology driver;
    engine::client::NodeInfo node;
    node.address = engine::InetEndpoint::parse("10.0.0.1", 9042).value();
    node.isUp = isUp;
    node.isConnected = isConnected;
    driver.nodes.push_back(node);
    const auto topology = clusters::toTopology(clusters::ClusterReport{}, &driver);
    QCOMPARE(topology.nodes.size(), std::size_t{1});
    QCOMPARE(static_cast<int>(topology.nodes.front().liveness), liveness);
}

RW_TEST(TstReportReader)
#include "tst_report_reader.moc"
