#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/start/connect_dialog.h"
#include "widgets/start/create_dialog.h"
#include "widgets/start/recent_row.h"
#include "widgets/start/start_page.h"
#include "widgets/studio/recent_files.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>

using namespace views;

class TstStart : public QObject {
    Q_OBJECT
private slots:
    void oneButtonStartsWorkshopWithThreeNodesAndTheSample();
    void anExistingWorkshopIsOpened();
    void theButtonWaitsForTheStartAndComesBackAfterAFailure();
    void impossibleRecipesNameTheReason();
    void contactPointsAreSplit();
    void theCardOfTheDesignerAsksForModels();
    void filesAndClustersAreListedByTheirLastUse();
};

void TstStart::oneButtonStartsWorkshopWithThreeNodesAndTheSample()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    studio::Settings settings{{}};
    StartPage page(theme, catalog, settings.recentFiles);
    page.startButton()->click();
    QCOMPARE(catalog.created.size(), 1);
    QCOMPARE(catalog.created[0].name, QString("workshop"));
    QCOMPARE(catalog.created[0].nodeCount(), 3);
    QCOMPARE(catalog.created[0].replication, 3);
    QVERIFY(catalog.created[0].sample != studio::ClusterRecipe::Sample::None);
}

void TstStart::anExistingWorkshopIsOpened()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    catalog.list = {tests::FakeSource(3, 4).entry()};
    studio::Settings settings{{}};
    StartPage page(theme, catalog, settings.recentFiles);
    page.startButton()->click();
    QVERIFY(catalog.created.isEmpty());
    QCOMPARE(catalog.openedIds, QStringList("bundled:workshop"));
}

void TstStart::theButtonWaitsForTheStartAndComesBackAfterAFailure()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    studio::Settings settings{{}};
    StartPage page(theme, catalog, settings.recentFiles);
    studio::ClusterCatalog::StartProgress progress;
    progress.id = "bundled:workshop";
    progress.name = "workshop";
    progress.nodeCount = 3;
    emit catalog.startProgress(progress);
    QVERIFY(!page.startButton()->isEnabled());
    progress.finished = true;
    progress.problem = "port 9042 on 127.0.0.1 is in use by java (pid 4711)";
    emit catalog.startProgress(progress);
    QVERIFY(page.startButton()->isEnabled());
    bool shown = false;
    for (const QLabel* label : page.findChildren<QLabel*>())
        shown = shown || label->text() == progress.problem;
    QVERIFY(shown);
}

void TstStart::impossibleRecipesNameTheReason()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    CreateDialog dialog(theme, catalog);
    QPushButton* start = nullptr;
    for (QPushButton* button : dialog.findChildren<QPushButton*>())
        if (button->isDefault())
            start = button;
    QVERIFY(start && start->isEnabled());
    const auto spins = dialog.findChildren<QSpinBox*>();
    QVERIFY(spins.size() >= 5);
    auto* name = dialog.findChild<QLineEdit*>();
    name->clear();
    QVERIFY(!start->isEnabled());
    name->setText("two");
    QVERIFY(start->isEnabled());
}

void TstStart::contactPointsAreSplit()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    ConnectDialog dialog(theme);
    dialog.findChildren<QLineEdit*>().first()->setText("10.0.0.1, 10.0.0.2:9043  db3");
    QCOMPARE(dialog.address().contactPoints, QStringList({"10.0.0.1", "10.0.0.2:9043", "db3"}));
}

void TstStart::theCardOfTheDesignerAsksForModels()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    studio::Settings settings{{}};
    StartPage page(theme, catalog, settings.recentFiles);
    QSignalSpy made(&page, &StartPage::newModelRequested);
    QSignalSpy opened(&page, &StartPage::openModelRequested);
    for (auto* button : page.findChildren<QPushButton*>()) {
        if (button->text() == "New model" || button->accessibleName() == "Open a model")
            button->click();
    }
    QCOMPARE(made.size(), 1);
    QCOMPARE(opened.size(), 1);
}

void TstStart::filesAndClustersAreListedByTheirLastUse()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    auto cluster = tests::FakeSource(3, 4).entry();
    const QDateTime now = QDateTime::currentDateTime();
    cluster.lastUsed = now.addSecs(-60);
    catalog.list = {cluster};
    QTemporaryDir folder;
    const auto made = [&folder](const QString& name) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) ? file.fileName() : QString();
    };
    studio::Settings settings{{}};
    StartPage page(theme, catalog, settings.recentFiles);
    const auto rows = [&page] {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        return page.findChildren<RecentRow*>();
    };
    QCOMPARE(rows().size(), 1);
    const QString model = made("hotel.rwmodel");
    studio::noteRecentFile(settings.recentFiles, made("old script.cql"), now.addDays(-1));
    studio::noteRecentFile(settings.recentFiles, model, now);
    studio::noteRecentFile(settings.recentFiles, folder.filePath("gone.cql"), now);
    QStringList names;
    for (const RecentRow* row : rows())
        names += row->look().name;
    QCOMPARE(names, QStringList({"hotel.rwmodel", cluster.name, "old script.cql"}));

    QSignalSpy opened(&page, &StartPage::openFileRequested);
    QTest::keyClick(rows().at(0), Qt::Key_Return);
    QCOMPARE(opened.value(0).value(0).toString(), model);
    const auto actions = rows().at(0)->actions();
    actions.last()->trigger(); // leaves the file alone
    QCOMPARE(rows().size(), 2);
    QVERIFY(QFile::exists(model));
    for (int i = 0; i < 20; ++i)
        studio::noteRecentFile(settings.recentFiles, made(QString("%1.cql").arg(i)), now);
    QCOMPARE(studio::recentFiles(settings.recentFiles).size(), 10);
    QVERIFY(studio::recentFiles(settings.recentFiles).at(0).path.endsWith("/19.cql"));
}

RW_TEST(TstStart)
#include "tst_start.moc"
