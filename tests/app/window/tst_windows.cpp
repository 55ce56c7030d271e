#include "app/design_mode.h"
#include "app/main_window.h"
#include "app/query_page.h"
#include "app/window_catalog.h"
#include "app/windows.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/designer/designer_page.h"
#include "widgets/editor/editor_tab.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN
#include "engine/modeling/edit.h"
#endif

#include <QPointer>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>

using studio::DesignStage;
using tests::FakeCatalog;
using tests::FakeSource;

namespace {

struct Program {
    theme::Theme theme{*qApp, theme::Theme::Mode::Light};
    studio::Settings settings{QString()};
    studio::TaskList tasks;
    FakeCatalog catalog;
    tests::FakeStore store;
    studio::OpenModels models{nullptr};
    app::Windows windows{{theme, settings, tasks, catalog, store, models}};

    Program() { windows.begin({}); }
    app::Studio& another()
    {
        windows.openAnother();
        return windows.current();
    }
    static void type(app::Studio& studio, const char* text)
    {
        studio.queryPage().currentTab()->editor()->setText(QString::fromLatin1(text));
        studio.queryPage().storeAll();
    }
};

QStringList texts(const tests::FakeStore& store)
{
    QStringList all;
    for (const studio::SavedTab& tab : store.saved)
        all += tab.text;
    all.sort();
    return all;
}

/// The tabs of models in a window.
QTabBar* modelBar(app::Studio& studio)
{
    for (auto* bar : studio.design().page().findChildren<QTabBar*>())
        if (bar->accessibleName() == QLatin1String("Models"))
            return bar;
    qFatal("the designer has no tabs");
}

QStringList modelTabs(app::Studio& studio)
{
    QStringList all;
    const QTabBar* bar = modelBar(studio);
    for (int i = 0; i < bar->count(); ++i)
        all += bar->tabText(i);
    return all;
}

} // namespace

class TstWindows : public QObject {
    Q_OBJECT
private slots:
    void oneModelIsShownInTwoStagesAndEditedInBoth();
    void modelsAreOpenedMovedAndClosedInEveryWindow();
    void onlyTheWindowThatAskedOpensACluster();
    void onlyTheWindowThatAskedIsAskedForAPassword();
    void tabsOfAClosedWindowGoToTheOneUsedBeforeIt();
    void lastWindowAsksBeforeItCloses();
    void quittingClosesAllAndForgetsNothing();
    void keysChangedInOneWindowAreKeysOfAll();
    void windowsAreMadeAnewAsTheyWere();
};

void TstWindows::oneModelIsShownInTwoStagesAndEditedInBoth()
{
    Program program;
    app::Studio& first = program.windows.current();
    first.design().page().newModel();
    app::Studio& second = program.another();
    QVERIFY(&first != &second);
    QCOMPARE(second.design().context().document(), first.design().context().document());

    second.design().context().setStage(DesignStage::Logical);
    QCOMPARE(first.design().context().stage(), DesignStage::Conceptual);
    QVERIFY(first.design().context().edit(QStringLiteral("draw"), [](const auto& model) {
        return engine::modeling::addEntity(model, "Hotel", {0, 0});
    }));
    QCOMPARE(second.design().context().model().entities.size(), 1U);
    second.actions().find(QStringLiteral("mode.design"))->trigger();
    second.actions().find(QStringLiteral("edit.undo"))->trigger();
    QCOMPARE(first.design().context().model().entities.size(), 0U);

    // Each comes back to its own stage.
    second.design().page().newModel();
    modelBar(second)->setCurrentIndex(0);
    QCOMPARE(second.design().context().stage(), DesignStage::Logical);
    QCOMPARE(first.design().context().stage(), DesignStage::Conceptual);
    QVERIFY(modelTabs(second)[0].contains(QStringLiteral("Logical")));
    QVERIFY(modelTabs(first)[0].contains(QStringLiteral("Conceptual")));
}

void TstWindows::modelsAreOpenedMovedAndClosedInEveryWindow()
{
    Program program;
    app::Studio& first = program.windows.current();
    app::Studio& second = program.another();
    const auto open = [](app::Studio& studio, const char* name) {
        engine::modeling::Model model;
        model.name = name;
        studio.design().page().openModel(model);
    };
    open(first, "a");
    open(second, "b");
    open(first, "c");
    // Who opened a model shows it; the other stays where it was.
    QCOMPARE(first.design().context().document()->title(), QStringLiteral("c"));
    QCOMPARE(second.design().context().document()->title(), QStringLiteral("b"));

    modelBar(first)->moveTab(2, 0);
    QCOMPARE(modelTabs(first), modelTabs(second));
    QVERIFY(modelTabs(second)[0].startsWith(u'c'));
    QCOMPARE(program.models.at(0)->title(), QStringLiteral("c"));
    QCOMPARE(first.design().context().document()->title(), QStringLiteral("c"));
    QCOMPARE(second.design().context().document()->title(), QStringLiteral("b"));

    const QPointer<studio::ModelDocument> closing = second.design().context().document();
    first.design().page().closeTab(2);
    QCOMPARE(modelTabs(second).size(), 2);
    QVERIFY(second.design().context().document() != closing);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!closing);
    first.design().page().closeTab(0);
    first.design().page().closeTab(0);
    QCOMPARE(second.design().context().document(), nullptr);
}

void TstWindows::onlyTheWindowThatAskedOpensACluster()
{
    Program program;
    const auto workshop = std::make_shared<FakeSource>(3, 8);
    program.catalog.list = {workshop->entry()};
    app::Studio& first = program.windows.current();
    first.session().setSource(workshop);
    app::Studio& second = program.another();
    QCOMPARE(second.session().source(), workshop.get()); // that of the window it came from

    second.session().setSource(nullptr);
    emit program.catalog.opened(workshop);
    QCOMPARE(second.session().source(), nullptr); // it has not asked
    program.catalog.list.clear();
    emit second.session().startClusterRequested();
    QCOMPARE(program.catalog.created.size(), 1);
    emit program.catalog.opened(workshop);
    QCOMPARE(second.session().source(), workshop.get());
    QCOMPARE(first.session().source(), workshop.get());
}

void TstWindows::onlyTheWindowThatAskedIsAskedForAPassword()
{
    FakeCatalog all;
    app::WindowCatalog mine(all);
    app::WindowCatalog other(all);
    QSignalSpy asked(&mine, &studio::ClusterCatalog::credentialsWanted);
    QSignalSpy failed(&mine, &studio::ClusterCatalog::openFailed);
    QSignalSpy sample(&mine, &studio::ClusterCatalog::sampleLoaded);
    QSignalSpy otherAsked(&other, &studio::ClusterCatalog::credentialsWanted);
    QSignalSpy otherFailed(&other, &studio::ClusterCatalog::openFailed);
    QSignalSpy otherSample(&other, &studio::ClusterCatalog::sampleLoaded);
    studio::RemoteAddress address;
    address.contactPoints = {QStringLiteral("10.0.0.1")};
    const QString id = mine.connectTo(address);
    emit all.credentialsWanted(id, address, QStringLiteral("wrong"));
    QCOMPARE(asked.size(), 1);
    // The user gave up; another window asks later.
    QCOMPARE(other.connectTo(address), id);
    emit all.openFailed(id, QStringLiteral("nobody answers"));
    QCOMPARE(otherFailed.size(), 1);
    QCOMPARE(failed.size(), 0);
    QCOMPARE(otherAsked.size(), 0);

    studio::ClusterRecipe recipe;
    const QString made = mine.create(recipe);
    emit all.sampleLoaded(made, QStringLiteral("SELECT"));
    QCOMPARE(sample.size(), 1);
    QCOMPARE(otherSample.size(), 0);
}

void TstWindows::tabsOfAClosedWindowGoToTheOneUsedBeforeIt()
{
    Program program;
    app::Studio& first = program.windows.current();
    Program::type(first, "SELECT 1");
    QPointer<app::Studio> second = &program.another();
    Program::type(*second, "SELECT 2");
    QPointer<app::Studio> third = &program.another(); // nobody types in it
    QVERIFY(third->window().close());
    QCOMPARE(&program.windows.current(), second.data());
    QVERIFY(second->window().close());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QVERIFY(!second && !third);
    QCOMPARE(program.windows.count(), 1);
    QCOMPARE(first.queryPage().currentTab()->editor()->text(), QStringLiteral("SELECT 1"));
    QCOMPARE(texts(program.store), (QStringList{"SELECT 1", "SELECT 2"}));
    // It is this window's now: what is typed into it is kept.
    auto* tabs = first.queryPage().findChild<QTabWidget*>();
    QCOMPARE(tabs->count(), 2);
    tabs->setCurrentIndex(1);
    Program::type(first, "SELECT 3");
    QCOMPARE(texts(program.store), (QStringList{"SELECT 1", "SELECT 3"}));
}

void TstWindows::lastWindowAsksBeforeItCloses()
{
    Program program;
    program.settings.onQuit.set(QStringLiteral("keep"));
    program.catalog.running = {QStringLiteral("workshop")};
    QVERIFY(program.another().window().close());
    QVERIFY(program.catalog.kept.isEmpty());
    QVERIFY(program.windows.current().window().close());
    QCOMPARE(program.catalog.kept, QList<bool>{true});
    QCOMPARE(program.windows.count(), 1);
}

void TstWindows::quittingClosesAllAndForgetsNothing()
{
    Program program;
    Program::type(program.windows.current(), "SELECT 1");
    Program::type(program.another(), "SELECT 2");
    program.windows.current().actions().find(QStringLiteral("file.quit"))->trigger();
    for (const QWidget* window : QApplication::topLevelWidgets())
        QVERIFY(!qobject_cast<const app::MainWindow*>(window) || !window->isVisible());
    QCOMPARE(texts(program.store), (QStringList{"SELECT 1", "SELECT 2"}));
}

void TstWindows::keysChangedInOneWindowAreKeysOfAll()
{
    Program program;
    app::Studio& first = program.windows.current();
    app::Studio& second = program.another();
    const auto ring = QStringLiteral("mode.ring");
    const QKeySequence usual = second.actions().find(ring)->shortcut();
    const QKeySequence other(QStringLiteral("Ctrl+Alt+R"));
    first.actions().setShortcut(first.actions().find(ring), other);
    program.settings.keys.set(first.actions().changedShortcuts());
    QCOMPARE(second.actions().find(ring)->shortcut(), other);
    first.actions().resetShortcut(first.actions().find(ring));
    program.settings.keys.set(first.actions().changedShortcuts());
    QCOMPARE(second.actions().find(ring)->shortcut(), usual);
}

void TstWindows::windowsAreMadeAnewAsTheyWere()
{
    Program program;
    const auto workshop = std::make_shared<FakeSource>(3, 8);
    program.windows.current().session().setSource(workshop);
    Program::type(program.windows.current(), "SELECT 1");
    app::Studio& second = program.another();
    Program::type(second, "SELECT 2");
    second.window().setMode(QStringLiteral("ring"));
    int between = 0;
    program.windows.rebuild([&] { between = program.windows.count() + 1; });
    QCOMPARE(between, 1);
    QCOMPARE(program.windows.count(), 2);
    app::Studio& made = program.windows.current();
    QCOMPARE(made.window().mode(), QStringLiteral("ring"));
    QCOMPARE(made.queryPage().currentTab()->editor()->text(), QStringLiteral("SELECT 2"));
    QCOMPARE(made.session().source(), workshop.get());
    QCOMPARE(texts(program.store), (QStringList{"SELECT 1", "SELECT 2"}));
}

RW_TEST(TstWindows)
#include "tst_windows.moc"
