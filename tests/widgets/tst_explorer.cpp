#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/explorer/cluster_tree_model.h"
#include "widgets/explorer/clusters_panel.h"
#include "widgets/explorer/schema_panel.h"
#include "widgets/explorer/schema_tree_model.h"
#include "widgets/explorer/table_inspector.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTreeView>

using namespace views;

class TstExplorer : public QObject {
    Q_OBJECT
private slots:
    void treeHoldsTheSchema();
    void filterFindsColumnsAndKeepsTheirTables();
    void expandedBranchesSurviveASchemaChange();
    void openClusterUnfoldsToItsNodes();
    void enterOnATableAsksToOpenIt();
    void coloursOfTheInspectorFollowTheTheme();
};

namespace {
QModelIndex find(const QAbstractItemModel& model, const QString& name)
{
    const auto found = model.match(model.index(0, 0), Qt::DisplayRole, name, 1,
                                   Qt::MatchExactly | Qt::MatchRecursive);
    return found.value(0);
}
} // namespace

void TstExplorer::treeHoldsTheSchema()
{
    SchemaTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSchema(tests::hotelSchema());
    const QModelIndex table = find(model, "available_rooms_by_hotel_date");
    QVERIFY(table.isValid());
    QCOMPARE(model.rowCount(table), 4);
    const QModelIndex date = model.index(1, 0, table);
    QCOMPARE(date.data(SchemaTreeModel::KeyRoleRole).toInt(),
             int(studio::KeyRole::ClusteringAscending));
    QVERIFY(date.data(Qt::AccessibleTextRole).toString().contains("clustering"));
    QVERIFY(find(model, "address").isValid());
    QVERIFY(find(model, "cassandra").isValid());
    model.setSchema(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TstExplorer::filterFindsColumnsAndKeepsTheirTables()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    SchemaPanel panel(theme, session);
    panel.filter()->setText("confirm_number");
    const auto* shown = panel.tree()->model();
    QVERIFY(find(*shown, "reservations_by_guest").isValid());
    QVERIFY(!find(*shown, "hotels").isValid());
    panel.filter()->clear();
    QVERIFY(find(*shown, "hotels").isValid());
}

void TstExplorer::expandedBranchesSurviveASchemaChange()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    SchemaPanel panel(theme, session);
    panel.tree()->expand(find(*panel.tree()->model(), "guests"));
    source->setSchema(tests::hotelSchema());
    QVERIFY(panel.tree()->isExpanded(find(*panel.tree()->model(), "guests")));
    QVERIFY(!panel.tree()->isExpanded(find(*panel.tree()->model(), "hotels")));
}

void TstExplorer::openClusterUnfoldsToItsNodes()
{
    tests::FakeSource source(3, 4);
    ClusterTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    studio::ClusterEntry other;
    other.id = "remote:x";
    other.kind = studio::ClusterKind::Remote;
    other.name = "staging";
    model.set({source.entry(), other}, source.entry().id, source.topology().nodes);
    QCOMPARE(model.rowCount(), 2);
    const QModelIndex workshop = model.indexOfCluster(source.entry().id);
    QCOMPARE(model.rowCount(workshop), 3);
    QCOMPARE(model.rowCount(model.indexOfCluster("remote:x")), 0);
    QPersistentModelIndex node = model.index(1, 0, workshop);
    source.setLiveness(1, studio::Liveness::Down);
    model.set({source.entry(), other}, source.entry().id, source.topology().nodes);
    QVERIFY(node.isValid()); // figures changed, rows did not
    QVERIFY(node.data(Qt::AccessibleTextRole).toString().contains("DN"));
    model.set({other}, {}, {});
    QCOMPARE(model.rowCount(), 1);
}

void TstExplorer::enterOnATableAsksToOpenIt()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    SchemaPanel panel(theme, session);
    TableInspector inspector(theme, session);
    QSignalSpy opened(&session, &studio::Session::openTableRequested);
    panel.tree()->setCurrentIndex(find(*panel.tree()->model(), "hotels"));
    QCOMPARE(session.selectedTable().table, QString("hotels"));
    emit panel.tree()->activated(panel.tree()->currentIndex());
    QCOMPARE(opened.size(), 1);
}

void TstExplorer::coloursOfTheInspectorFollowTheTheme()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    session.setSource(std::make_shared<tests::FakeSource>(3, 4));
    SchemaPanel panel(theme, session);
    TableInspector inspector(theme, session);
    panel.tree()->setCurrentIndex(find(*panel.tree()->model(), "hotels"));
    const auto* columns = inspector.findChild<QTableWidget*>();
    const QColor light = columns->item(0, 2)->foreground().color();
    theme.setMode(theme::Theme::Mode::Dark);
    const QColor dark = columns->item(0, 2)->foreground().color();
    QVERIFY(light != dark);
    QCOMPARE(dark, theme.tokens().bundled);
}

RW_TEST(TstExplorer)
#include "tst_explorer.moc"
