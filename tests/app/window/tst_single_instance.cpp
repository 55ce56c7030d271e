#include "app/single_instance.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>

#include <memory>

using app::SingleInstance;

class TstSingleInstance : public QObject {
    Q_OBJECT
private slots:
    void nobodyAnswersWithoutAFirstStart();
    void aSecondStartRaisesTheFirst();
    void anotherWorkspaceIsAnotherStudio();
    void theSocketOfACrashIsReplaced();
};

namespace {
/// A later start in a thread of its own: it blocks while the first one answers.
bool raisedFromElsewhere(const QString& workspace, const QString& file = {})
{
    bool raised = false;
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { raised = SingleInstance(workspace).raiseOther(file); }));
    thread->start();
    while (!thread->wait(10))
        QCoreApplication::processEvents();
    return raised;
}
} // namespace

void TstSingleInstance::nobodyAnswersWithoutAFirstStart()
{
    const QTemporaryDir folder;
    QVERIFY(!SingleInstance(folder.filePath("w.db")).raiseOther());
}

void TstSingleInstance::aSecondStartRaisesTheFirst()
{
    const QTemporaryDir folder;
    SingleInstance first(folder.filePath("w.db"));
    QVERIFY(first.listen());
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    qputenv("XDG_ACTIVATION_TOKEN", "token-7");
    QVERIFY(raisedFromElsewhere(folder.filePath("w.db")));
    QCOMPARE(raised.size(), 1);
    QCOMPARE(raised[0][0].toString(), QString("token-7"));
    QCOMPARE(raised[0][1].toString(), QString());
    QVERIFY(raisedFromElsewhere(folder.filePath("w.db"), "/tmp/ein Modell 100%.rwmodel"));
    QCOMPARE(raised[1][1].toString(), QString("/tmp/ein Modell 100%.rwmodel"));
    // The same file by another name is the same workspace.
    QVERIFY(raisedFromElsewhere(folder.path() + "/../" + QDir(folder.path()).dirName() + "/w.db"));
    qunsetenv("XDG_ACTIVATION_TOKEN");
}

void TstSingleInstance::anotherWorkspaceIsAnotherStudio()
{
    const QTemporaryDir folder;
    SingleInstance first(folder.filePath("w.db"));
    QVERIFY(first.listen());
    QVERIFY(!raisedFromElsewhere(folder.filePath("other.db")));
}

void TstSingleInstance::theSocketOfACrashIsReplaced()
{
    const QTemporaryDir folder;
    SingleInstance crashed(folder.filePath("w.db"));
    QVERIFY(crashed.listen());
    // Its socket file is still there, as after a crash; the workspace's lock says that it may go.
    SingleInstance next(folder.filePath("w.db"));
    QVERIFY(next.listen());
    QSignalSpy raised(&next, &SingleInstance::raiseRequested);
    QVERIFY(raisedFromElsewhere(folder.filePath("w.db")));
    QCOMPARE(raised.size(), 1);
}

RW_TEST(TstSingleInstance)
#include "tst_single_instance.moc"
