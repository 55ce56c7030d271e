#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/gossip/endpoint_panel.h"
#include "widgets/gossip/gossip_matrix_model.h"
#include "widgets/gossip/gossip_page.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QTableView>
#include <QTableWidget>

using namespace views;

class TstGossip : public QObject {
    Q_OBJECT
private slots:
    void verdictsAreWords();
    void sourceIsWatchedOnlyWhileVisible();
    void endpointPanelShowsWhatOneKnowsOfAnother();
};

void TstGossip::verdictsAreWords()
{
    tests::FakeSource source(4, 4);
    GossipMatrixModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    source.setPhi(2, 8.4);
    source.setPhi(3, 6.9);
    model.set(source.topology().nodes, source.gossip());
    const auto verdict = [&](int row, int column) {
        return model.index(row, column).data(GossipMatrixModel::VerdictRole).toString();
    };
    QCOMPARE(verdict(0, 0), QString("self"));
    QCOMPARE(verdict(0, 1), QString());
    QCOMPARE(verdict(0, 2), QString("DOWN"));
    QCOMPARE(verdict(0, 3), QString("suspect"));
    QVERIFY(model.index(0, 2).data(Qt::AccessibleTextRole).toString().contains("n1 sees n3"));
}

void TstGossip::sourceIsWatchedOnlyWhileVisible()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    GossipPage page(theme, session);
    QCOMPARE(source->gossipWatchers, 0);
    page.show();
    QCOMPARE(source->gossipWatchers, 1);
    const int before = page.replots();
    source->setPhi(1, 2.0);
    QVERIFY(page.replots() > before);
    page.hide();
    QCOMPARE(source->gossipWatchers, 0);
    page.show();
    session.setSource(nullptr);
    QCOMPARE(page.model()->rowCount(), 0);
}

void TstGossip::endpointPanelShowsWhatOneKnowsOfAnother()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Dark);
    studio::Session session;
    session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    EndpointPanel panel(theme, session);
    panel.showPair(0, 2);
    const auto* states = panel.findChild<QTableWidget*>();
    QVERIFY(states);
    QCOMPARE(states->rowCount(), 6);
    QCOMPARE(states->item(0, 0)->text(), QString("STATUS_WITH_PORT"));
}

RW_TEST(TstGossip)
#include "tst_gossip.moc"
