#ifndef Q_MOC_RUN
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/workspace/workspace.h"
#include "tests/engine/client/scripted_server.h"
#endif
#include "tests/support/test_main.h"
#include "widgets/clusters/live_catalog.h"
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/secret_store.h"
#include "widgets/studio/task_list.h"

#include <QSignalSpy>
#include <QTemporaryDir>

/// The studio's catalog with clusters that somebody else started.
class TstLiveCatalog : public QObject {
    Q_OBJECT
private slots:
    void aRemoteClusterThatAnswersOpens();
    void aClusterThatIsGoneIsNotShownAsUp();
    void nothingListeningIsSaidInWords();
    void theSameAddressIsKeptOnce();
};

namespace {

/// A keychain that keeps nothing.
class NoSecrets final : public studio::SecretStore {
public:
    void read(const QString&, std::function<void(const QString&)> done) override { done({}); }
    void write(const QString&, const QString&, std::function<void(const QString&)> done) override
    {
        done({});
    }
    void remove(const QString&) override {}
};

struct Parts {
    QTemporaryDir folder;
    std::unique_ptr<engine::workspace::Workspace> workspace;
    engine::SystemClock clock;
    studio::TaskList tasks;
    studio::EngineBridge bridge;
    engine::client::ClientThread thread;
    NoSecrets secrets;
    std::unique_ptr<clusters::LiveCatalog> catalog;

    Parts()
    {
        auto opened = engine::workspace::Workspace::open(
            folder.filePath(QStringLiteral("workspace.db")).toStdString());
        workspace = std::move(*opened);
        catalog = std::make_unique<clusters::LiveCatalog>(
            clusters::LiveContext{thread, clock, bridge, tasks},
            clusters::LiveCatalog::Places{folder.filePath(QStringLiteral("clusters")).toStdString(),
                                          "/none"},
            *workspace, secrets);
    }
    void connectTo(const std::string& address)
    {
        studio::RemoteAddress remote;
        remote.contactPoints = {QString::fromStdString(address)};
        catalog->connectTo(remote);
    }
};

} // namespace

void TstLiveCatalog::aRemoteClusterThatAnswersOpens()
{
    tests::ScriptedServer server;
    Parts parts;
    QSignalSpy failed(parts.catalog.get(), &studio::ClusterCatalog::openFailed);
    QSignalSpy opened(parts.catalog.get(), &studio::ClusterCatalog::opened);
    parts.connectTo(server.address());
    QTRY_VERIFY_WITH_TIMEOUT(!opened.isEmpty() || !failed.isEmpty(), 10'000);
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][1].toString()));
    const auto source = opened[0][0].value<studio::ClusterSourcePtr>();
    QCOMPARE(source->entry().phase, studio::ClusterPhase::Running);
    QCOMPARE(source->entry().kind, studio::ClusterKind::Remote);
}

void TstLiveCatalog::aClusterThatIsGoneIsNotShownAsUp()
{
    tests::ScriptedServer server;
    Parts parts;
    QSignalSpy opened(parts.catalog.get(), &studio::ClusterCatalog::opened);
    parts.connectTo(server.address());
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 10'000);
    const auto source = opened[0][0].value<studio::ClusterSourcePtr>();
    QTRY_COMPARE_WITH_TIMEOUT(source->topology().upCount(), 1, 10'000);
    server.stop();
    QTRY_COMPARE_WITH_TIMEOUT(source->topology().upCount(), 0, 10'000);
    QCOMPARE(source->entry().phase, studio::ClusterPhase::Unreachable);
    QVERIFY(!source->entry().detail.isEmpty());
}

void TstLiveCatalog::nothingListeningIsSaidInWords()
{
    Parts parts;
    QSignalSpy failed(parts.catalog.get(), &studio::ClusterCatalog::openFailed);
    parts.connectTo("127.0.0.1:1");
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 10'000);
    const QString text = failed[0][1].toString();
    QVERIFY2(text.contains(QStringLiteral("127.0.0.1:1")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("nothing listens")), qPrintable(text));
}

void TstLiveCatalog::theSameAddressIsKeptOnce()
{
    Parts parts;
    QSignalSpy failed(parts.catalog.get(), &studio::ClusterCatalog::openFailed);
    parts.connectTo("127.0.0.1:1");
    parts.connectTo("127.0.0.1:1");
    QCOMPARE(parts.workspace->connections()->size(), std::size_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), 10'000);
}

RW_TEST(TstLiveCatalog)
#include "tst_live_catalog.moc"
