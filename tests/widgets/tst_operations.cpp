#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/operations/node_actions.h"
#include "widgets/operations/nodes_page.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/node_table_model.h"
#include "widgets/studio/session.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QDialog>
#include <QTableView>
#include <QTimer>

using namespace views;
using studio::NodeAction;

class TstOperations : public QObject {
    Q_OBJECT
private slots:
    void actionsSayWhyTheyAreDisabled();
    void killIsAskedOfTheSelectedNode();
    void aRepairIsIncrementalUnlessFullIsTicked();
    void selectionSurvivesFigures();
};

void TstOperations::actionsSayWhyTheyAreDisabled()
{
    studio::ActionRegistry actions;
    studio::Session session;
    QWidget parent;
    NodeActions nodes(actions, session, &parent);
    QAction* kill = actions.find("node.kill");
    QVERIFY(!kill->isEnabled());
    QCOMPARE(kill->toolTip(), QString("Open a cluster first"));
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    QCOMPARE(kill->toolTip(), QString("Select a node first"));
    session.selectNode(1);
    QVERIFY(kill->isEnabled());
    QVERIFY(!actions.find("node.start")->isEnabled());
    source->setLiveness(1, studio::Liveness::Down);
    QVERIFY(!kill->isEnabled());
    QCOMPARE(kill->toolTip(), QString("The node is not running"));
    QVERIFY(actions.find("node.start")->isEnabled());
}

void TstOperations::killIsAskedOfTheSelectedNode()
{
    studio::ActionRegistry actions;
    studio::Session session;
    QWidget parent;
    NodeActions nodes(actions, session, &parent);
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    session.selectNode(2);
    actions.find("node.kill")->trigger();
    QCOMPARE(source->performed.size(), 1);
    QCOMPARE(source->performed[0].action, NodeAction::Kill);
    QCOMPARE(source->performed[0].node, 2);
}

void TstOperations::aRepairIsIncrementalUnlessFullIsTicked()
{
    studio::ActionRegistry actions;
    studio::Session session;
    QWidget parent;
    NodeActions nodes(actions, session, &parent);
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    session.selectNode(1);
    for (const bool isFull : {false, true}) {
        QTimer::singleShot(0, &parent, [&parent, isFull] {
            auto* dialog = parent.findChild<QDialog*>();
            auto* full = dialog->findChild<QCheckBox*>("fullRepair");
            QVERIFY(full != nullptr && !full->isChecked());
            full->setChecked(isFull);
            dialog->accept();
        });
        actions.find("node.repair")->trigger();
        QCOMPARE(source->performed.size(), isFull ? 2 : 1);
        QCOMPARE(source->performed.back().action, NodeAction::Repair);
        QCOMPARE(source->performed.back().fullRepair, isFull);
    }
}

void TstOperations::selectionSurvivesFigures()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Session session;
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    session.setSource(source);
    NodesPage page(theme, session);
    page.show();
    page.table()->selectRow(1);
    QCOMPARE(session.selectedNode(), 1);
    source->setLiveness(0, studio::Liveness::Down);
    QCOMPARE(page.table()->currentIndex().row(), 1);
    QCOMPARE(page.model()->index(0, studio::NodeTableModel::State).data().toString(),
             QString("DN"));
}

RW_TEST(TstOperations)
#include "tst_operations.moc"
