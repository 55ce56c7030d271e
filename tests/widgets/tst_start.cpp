#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/start/connect_dialog.h"
#include "widgets/start/create_dialog.h"
#include "widgets/start/start_page.h"
#include "widgets/theme/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>

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
};

void TstStart::oneButtonStartsWorkshopWithThreeNodesAndTheSample()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    StartPage page(theme, catalog);
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
    StartPage page(theme, catalog);
    page.startButton()->click();
    QVERIFY(catalog.created.isEmpty());
    QCOMPARE(catalog.openedIds, QStringList("bundled:workshop"));
}

void TstStart::theButtonWaitsForTheStartAndComesBackAfterAFailure()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    tests::FakeCatalog catalog;
    StartPage page(theme, catalog);
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
    StartPage page(theme, catalog);
    QSignalSpy made(&page, &StartPage::newModelRequested);
    QSignalSpy opened(&page, &StartPage::openModelRequested);
    for (auto* button : page.findChildren<QPushButton*>()) {
        if (button->text() == "New model" || button->accessibleName() == "Open a model")
            button->click();
    }
    QCOMPARE(made.size(), 1);
    QCOMPARE(opened.size(), 1);
}

RW_TEST(TstStart)
#include "tst_start.moc"
