#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/ring/key_bar.h"
#include "widgets/ring/ring_canvas.h"
#include "widgets/ring/ring_geometry.h"
#include "widgets/ring/ring_page.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

#include <cmath>

using namespace views;

class TstRing : public QObject {
    Q_OBJECT
private slots:
    void angleOfTheSmallestTokenIsTheTop();
    void arcsCoverTheWholeCircleOnce();
    void neighboursOfOneNodeShareAnArc();
    void manyVnodesAreMerged();
    void eachDatacenterHasItsRing();
    void arcsAreDrawnAgainOnlyWhenTheyChange();
    void typedKeyIsPlacedAndShown();
    void arrowKeysReachEveryNode();
};

void TstRing::angleOfTheSmallestTokenIsTheTop()
{
    QCOMPARE(tokenAngle(INT64_MIN), 0.0);
    QCOMPARE(tokenAngle(0), 180.0);
    QVERIFY(tokenAngle(INT64_MAX) > 359.999 && tokenAngle(INT64_MAX) <= 360.0);
}

void TstRing::arcsCoverTheWholeCircleOnce()
{
    tests::FakeSource source(5, 16);
    const auto rings = layOutRings(source.topology(), false);
    QCOMPARE(rings.size(), 1u);
    double sum = 0;
    for (const RingArc& arc : rings[0].arcs)
        sum += arc.span;
    QVERIFY(std::abs(sum - 360) < 1e-6);
}

void TstRing::neighboursOfOneNodeShareAnArc()
{
    studio::ClusterTopology topology;
    topology.nodes.resize(2);
    topology.ring = {{-100, 0}, {0, 0}, {1'000'000, 1}};
    const auto rings = layOutRings(topology, false);
    QCOMPARE(rings[0].arcs.size(), 2u);
}

void TstRing::manyVnodesAreMerged()
{
    tests::FakeSource source(100, 256);
    const auto rings = layOutRings(source.topology(), false, 512);
    QVERIFY(rings[0].merged);
    QVERIFY(rings[0].arcs.size() <= 512u);
    double sum = 0;
    for (const RingArc& arc : rings[0].arcs)
        sum += arc.span;
    QVERIFY(std::abs(sum - 360) < 1e-6);
}

void TstRing::eachDatacenterHasItsRing()
{
    tests::FakeSource source(6, 8, 2);
    const auto rings = layOutRings(source.topology(), true);
    QCOMPARE(rings.size(), 2u);
    for (const RingPicture& ring : rings) {
        QCOMPARE(ring.nodes.size(), 3u);
        for (const RingArc& arc : ring.arcs)
            QCOMPARE(source.topology().nodes[static_cast<std::size_t>(arc.node)].datacenter,
                     ring.title);
    }
}

void TstRing::arcsAreDrawnAgainOnlyWhenTheyChange()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeSource source(5, 16);
    RingCanvas canvas(theme);
    canvas.resize(500, 500);
    canvas.setTopology(source.topology());
    QImage image(canvas.size(), QImage::Format_RGB32);
    canvas.render(&image);
    QVERIFY(canvas.arcsPainted() > 20);
    const int rebuilds = canvas.rebuilds();
    // Load and phi move every second; the arcs do not.
    auto row = source.topology().nodes[1];
    row.loadBytes = 123456;
    row.phi = 1.1;
    source.setNode(1, row);
    canvas.setTopology(source.topology());
    canvas.setSelected(2);
    canvas.render(&image);
    QCOMPARE(canvas.rebuilds(), rebuilds);
    source.setLiveness(1, studio::Liveness::Down);
    canvas.setTopology(source.topology());
    canvas.render(&image);
    QCOMPARE(canvas.rebuilds(), rebuilds + 1);
}

void TstRing::typedKeyIsPlacedAndShown()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    auto source = std::make_shared<tests::FakeSource>(5, 16);
    session.setSource(source);
    RingPage page(theme, session);
    page.showKey({"hotel", "hotels", {}});
    QCOMPARE(page.keyBar()->fields().size(), 1);
    source->placed = 0;
    QTest::keyClicks(page.keyBar()->fields().first(), "AZ");
    QCOMPARE(source->placed, 2);
    QVERIFY(!page.keyBar()->tokenLabel()->text().isEmpty());
    const int first = source->place({"hotel", "hotels", {"AZ"}}).replicas.front();
    QVERIFY(page.canvas()->describe(first).contains("replica 1 of AZ"));
}

void TstRing::arrowKeysReachEveryNode()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    session.setSource(std::make_shared<tests::FakeSource>(4, 4));
    RingPage page(theme, session);
    QList<int> visited;
    for (int i = 0; i < 4; ++i) {
        QTest::keyClick(page.canvas(), Qt::Key_Right);
        visited.append(session.selectedNode());
    }
    QCOMPARE(visited, QList<int>({0, 1, 2, 3}));
    QVERIFY(page.canvas()->accessibleDescription().startsWith("n4"));
}

RW_TEST(TstRing)
#include "tst_ring.moc"
