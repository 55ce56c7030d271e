#include "app/main_window.h"
#include "app/studio.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#include <QTemporaryDir>

class TstStartPage : public QObject {
    Q_OBJECT
private slots:
    void standsFirstAtEachStartIfItIsToBeShown();
    void givesWayToAFileThatWasGiven();
};

namespace {

/// The mode that a studio begins in; it is left in `leaveIn`.
QString begun(const QString& settingsFile, bool showsStart, const QString& leaveIn,
              const QString& file = {})
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{settingsFile};
    settings.showStart.set(showsStart);
    studio::TaskList tasks;
    tests::FakeCatalog catalog;
    tests::FakeStore store;
    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    studio.begin(file);
    const QString mode = studio.window().mode();
    studio.window().setMode(leaveIn);
    studio.storeLayout();
    return mode;
}

} // namespace

void TstStartPage::standsFirstAtEachStartIfItIsToBeShown()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("settings.ini");
    QCOMPARE(begun(file, true, "ring"), QString("home"));
    QCOMPARE(begun(file, true, "ring"), QString("home"));
    QCOMPARE(begun(file, false, "nodes"), QString("ring"));
    QCOMPARE(begun(file, false, "home"), QString("nodes"));
    QCOMPARE(begun(file, false, "query"), QString("query"));
}

void TstStartPage::givesWayToAFileThatWasGiven()
{
    const QTemporaryDir folder;
    const QString settings = folder.filePath("settings.ini");
    QCOMPARE(begun(settings, true, "ring", RINGWRIGHT_SOURCE "/resources/models/hotel.rwmodel"),
             QString("design"));
    const QString script = folder.filePath("a.cql");
    QFile file(script);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("SELECT now() FROM system.local;") > 0);
    file.close();
    QCOMPARE(begun(settings, false, "ring", script), QString("query"));
}

RW_TEST(TstStartPage)
#include "tst_start_page.moc"
