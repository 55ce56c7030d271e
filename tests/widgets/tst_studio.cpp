#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/format.h"
#include "widgets/studio/node_table_model.h"
#include "widgets/studio/script_runner.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/tasks/task_model.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QFileInfo>
#include <QSignalSpy>

#include <thread>

using namespace studio;

class TstStudio : public QObject {
    Q_OBJECT
private slots:
    void bridgeDeliversInTheGuiThreadAndInOrder();
    void bridgeForgetsReceiversThatAreGone();
    void taskCancelIsAskedOnceAndEndsWhenTheOwnerSaysSo();
    void taskModelFollowsTheList();
    void actionsAreEnabledByTheirRule();
    void settingsTellOnlyRealChanges();
    void settingsWithoutAFileWriteNone();
    void nodeModelChangesOnlyRowsThatChanged();
    void remarkNamesSocketAndPhiBeforeConviction();
    void scriptStopsAtTheFirstError();
    void scriptCarriesTheKeyspaceOfUse();
    void furtherPagesAreFetchedOneAtATime();
    void bytesHaveBinaryUnits();
};

void TstStudio::bridgeDeliversInTheGuiThreadAndInOrder()
{
    EngineBridge bridge;
    QObject receiver;
    QList<int> got;
    bool sameThread = true;
    auto call = bridge.callback(&receiver, [&](int value) {
        got.append(value);
        sameThread = sameThread && QThread::currentThread() == qApp->thread();
    });
    std::thread thread([call] {
        for (int i = 0; i < 50; ++i)
            call(i);
    });
    thread.join();
    QVERIFY(got.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(got.size(), 50);
    for (int i = 0; i < 50; ++i)
        QCOMPARE(got[i], i);
    QVERIFY(sameThread);
}

void TstStudio::bridgeForgetsReceiversThatAreGone()
{
    auto bridge = std::make_unique<EngineBridge>();
    auto receiver = std::make_unique<QObject>();
    int calls = 0;
    auto call = bridge->callback(receiver.get(), [&calls] { ++calls; });
    call();
    receiver.reset();
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
    bridge.reset();
    call(); // nothing happens, nothing crashes
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
}

void TstStudio::taskCancelIsAskedOnceAndEndsWhenTheOwnerSaysSo()
{
    TaskList tasks;
    QSignalSpy ended(&tasks, &TaskList::ended);
    int asked = 0;
    const quint64 id = tasks.begin("Repair", "workshop", [&asked] { ++asked; });
    tasks.progress(id, 40, "range 2 of 5");
    tasks.cancel(id);
    tasks.cancel(id);
    QCOMPARE(asked, 1);
    QCOMPARE(tasks.at(0).state, TaskState::Running);
    QVERIFY(!tasks.at(0).cancellable);
    tasks.finish(id, TaskState::Cancelled, "cancelled");
    QCOMPARE(tasks.at(0).state, TaskState::Cancelled);
    QCOMPARE(tasks.runningCount(), 0);
    QCOMPARE(ended.size(), 0); // the user knows
    tasks.finish(id, TaskState::Done, "again");
    QCOMPARE(tasks.at(0).state, TaskState::Cancelled);
}

void TstStudio::taskModelFollowsTheList()
{
    TaskList tasks;
    views::TaskModel model(tasks);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const quint64 first = tasks.begin("Flush", "n1");
    tasks.begin("Snapshot", "n2");
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, views::TaskModel::Title).data().toString(), QString("Snapshot"));
    tasks.finish(first, TaskState::Failed, "no such node");
    QCOMPARE(model.index(1, views::TaskModel::Text).data().toString(), QString("no such node"));
    tasks.clearEnded();
    QCOMPARE(model.rowCount(), 1);
}

void TstStudio::actionsAreEnabledByTheirRule()
{
    ActionRegistry actions;
    bool open = false;
    int runs = 0;
    auto receiver = std::make_unique<QObject>();
    QAction* action = actions.add("query.run")
                          .text("Run")
                          .enabledWhen(receiver.get(), [&open] { return open; })
                          .onTriggered(this, [&runs] { ++runs; })
                          .action();
    QVERIFY(!action->isEnabled());
    open = true;
    actions.refresh();
    QVERIFY(actions.find("query.run")->isEnabled());
    action->trigger();
    QCOMPARE(runs, 1);
    // A view's rule refers to the view, and other parts may still ask for all when it is gone.
    receiver.reset();
    actions.refresh();
    QVERIFY(!action->isEnabled());
}

void TstStudio::settingsTellOnlyRealChanges()
{
    Settings settings{QString()};
    QSignalSpy changed(&settings.pageSize, &SettingSignal::changed);
    QCOMPARE(settings.pageSize.value(), 500);
    settings.pageSize.set(500);
    QCOMPARE(changed.size(), 0);
    settings.pageSize.set(100);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(settings.pageSize.value(), 100);
}

void TstStudio::settingsWithoutAFileWriteNone()
{
    {
        Settings settings{QString()};
        settings.pageSize.set(100);
        QCoreApplication::processEvents(); // here QSettings writes
        QCOMPARE(settings.pageSize.value(), 100);
    }
    QCOMPARE(Settings{QString()}.pageSize.value(), 500);
    // To root's QSettings /dev/null was a file like any other, to be replaced.
    QVERIFY(!QFileInfo(QStringLiteral("/dev/null")).isFile());
}

void TstStudio::nodeModelChangesOnlyRowsThatChanged()
{
    tests::FakeSource source(5, 4);
    NodeTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNodes(source.topology().nodes);
    source.setLiveness(2, Liveness::Down);
    model.setNodes(source.topology().nodes);
    QCOMPARE(model.rowsChanged(), 1);
    QCOMPARE(model.index(2, NodeTableModel::State).data().toString(), QString("DN"));
}

void TstStudio::remarkNamesSocketAndPhiBeforeConviction()
{
    NodeRow node;
    node.liveness = Liveness::Up;
    node.phi = 0.4;
    QVERIFY(nodeRemark(node).isEmpty());
    node.socketClosed = true;
    node.phi = 3.1;
    QCOMPARE(nodeRemark(node), QString("socket closed, phi 3.1 of 8"));
    node.liveness = Liveness::Down; // then the state says it all
    QVERIFY(nodeRemark(node).isEmpty());
}

namespace {
StatementOutcome outcomeOf(StatementOutcome::Kind kind)
{
    StatementOutcome outcome;
    outcome.kind = kind;
    return outcome;
}
} // namespace

void TstStudio::scriptStopsAtTheFirstError()
{
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    source->onRun = [](tests::FakeRun* run, const QString& statement) {
        run->answer({}, outcomeOf(statement == "bad" ? StatementOutcome::Kind::Failed
                                                     : StatementOutcome::Kind::Done));
    };
    ScriptRunner runner;
    QSignalSpy finished(&runner, &ScriptRunner::finished);
    runner.start(source, {"good", "bad", "never"}, {});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(source->statements, QStringList({"good", "bad"}));
    QCOMPARE(finished[0][0].toInt(), 1);
    QVERIFY(!runner.isRunning());
}

void TstStudio::scriptCarriesTheKeyspaceOfUse()
{
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    source->onRun = [](tests::FakeRun* run, const QString&) {
        auto outcome = outcomeOf(StatementOutcome::Kind::KeyspaceSet);
        outcome.keyspace = "hotel";
        run->answer({}, outcome);
    };
    ScriptRunner runner;
    QSignalSpy finished(&runner, &ScriptRunner::finished);
    runner.start(source, {"USE hotel"}, {});
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished[0][1].toString(), QString("hotel"));
}

void TstStudio::furtherPagesAreFetchedOneAtATime()
{
    auto source = std::make_shared<tests::FakeSource>(3, 4);
    ScriptRunner runner;
    runner.start(source, {"SELECT"}, {});
    auto outcome = outcomeOf(StatementOutcome::Kind::Rows);
    outcome.morePages = true;
    runner.fetchMore(); // not while the first is on its way
    source->lastRun->answer({tests::roomsPage(10)}, outcome);
    QTRY_VERIFY(!runner.isRunning());
    runner.fetchMore();
    runner.fetchMore();
    QCOMPARE(source->lastRun->fetches, 1);
    outcome.morePages = false;
    source->lastRun->answer({tests::roomsPage(10, 10)}, outcome);
    runner.fetchMore();
    QCOMPARE(source->lastRun->fetches, 1);
}

void TstStudio::bytesHaveBinaryUnits()
{
    QLocale::setDefault(QLocale::c());
    QCOMPARE(formatBytes(512), QString("512 B"));
    QCOMPARE(formatBytes(13 * 1024 * 1024 + 100'000), QString("13.1 MiB"));
    QCOMPARE(formatSpan(std::chrono::seconds(135)), QString("2 min 15 s"));
}

RW_TEST(TstStudio)
#include "tst_studio.moc"
