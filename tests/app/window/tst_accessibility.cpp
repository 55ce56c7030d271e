#include "app/design_mode.h"
#include "app/main_window.h"
#include "app/settings_dialog.h"
#include "app/studio.h"
#include "tests/support/fake_cluster.h"
#include "tests/support/test_main.h"
#include "widgets/designer/designer_page.h"
#include "widgets/start/connect_dialog.h"
#include "widgets/start/create_dialog.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabBar>

using tests::FakeCatalog;
using tests::FakeSource;
using tests::FakeStore;

namespace {

/// What a user operates, or what takes the keyboard: each needs a name and a role.
bool isControl(const QWidget* widget)
{
    if (qobject_cast<const QHeaderView*>(widget))
        return false;
    // Parts of a control that has a name itself.
    const QWidget* parent = widget->parentWidget();
    if (qobject_cast<const QLineEdit*>(widget) &&
        (qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QComboBox*>(parent) ||
         (parent && parent->inherits("QKeySequenceEdit"))))
        return false;
    // The icon in a search field, and the one that clears it: the field does that by keyboard.
    if (widget->inherits("QLineEditIconButton"))
        return false;
    if (qobject_cast<const QAbstractButton*>(widget))
        return widget->objectName() != QLatin1String("qt_toolbar_ext_button") &&
               !widget->inherits("QTableCornerButton") &&
               !widget->inherits("QDockWidgetTitleButton");
    return qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           ((widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy() &&
            !widget->inherits("QScrollArea"));
}

/// "QToolButton in views::KeyBar" of each control without a name or a role.
QStringList unnamed(QWidget* root)
{
    QStringList found;
    for (QWidget* widget : root->findChildren<QWidget*>()) {
        // What belongs to a view's own machinery is never shown by itself.
        if (!isControl(widget) || widget->objectName().startsWith(QLatin1String("qt_")) ||
            widget->inherits("QComboBoxListView") || widget->inherits("QMenuBar") ||
            widget->isHidden())
            continue;
        // The window keeps those of docks that are gone.
        if (const auto* bar = qobject_cast<const QTabBar*>(widget); bar && bar->count() == 0)
            continue;
        const QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
        const bool good = interface && !interface->text(QAccessible::Name).trimmed().isEmpty() &&
                          interface->role() != QAccessible::NoRole;
        if (good)
            continue;
        QString where;
        for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget())
            if (QByteArray(up->metaObject()->className()).contains("::")) {
                where = QString::fromLatin1(up->metaObject()->className());
                break;
            }
        found += QStringLiteral("%1 in %2 (%3)")
                     .arg(QString::fromLatin1(widget->metaObject()->className()), where,
                          widget->toolTip());
    }
    return found;
}

} // namespace

class TstAccessibility : public QObject {
    Q_OBJECT
private slots:
    void everyControlOfEveryModeHasANameAndARole();
    void everyControlOfEveryStageOfDesignHasANameAndARole();
    void everyControlOfTheDialogsHasANameAndARole();
    void theRingTellsItsNodesToScreenReaders();
    void tabReachesEveryRegionOfTheWindow();
};

void TstAccessibility::everyControlOfEveryModeHasANameAndARole()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::TaskList tasks;
    FakeCatalog catalog;
    FakeStore store;
    auto source = std::make_shared<FakeSource>(3, 8);
    catalog.list = {source->entry()};
    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    studio.show();
    QStringList problems = unnamed(&studio.window());
    studio.session().setSource(source);
    int modes = 0;
    for (QAction* action : studio.actions().all()) {
        if (!action->objectName().startsWith(QLatin1String("mode.")))
            continue;
        action->trigger();
        QApplication::processEvents();
        ++modes;
        for (const QString& problem : unnamed(&studio.window()))
            problems += action->objectName() + QStringLiteral(": ") + problem;
    }
    QVERIFY(modes >= 6);
    problems.removeDuplicates();
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TstAccessibility::everyControlOfEveryStageOfDesignHasANameAndARole()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::TaskList tasks;
    FakeCatalog catalog;
    FakeStore store;
    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    studio.show();
    studio.session().setSource(std::make_shared<FakeSource>(3, 8));
    studio.window().setMode(QStringLiteral("design"));
    auto* page = studio.window().findChild<views::DesignerPage*>();
    QVERIFY(page);
    page->openSample(QStringLiteral("iot"));
    QStringList problems;
    const auto look = [&](const QString& where) {
        QApplication::processEvents();
        for (const QString& problem : unnamed(&studio.window()))
            problems += where + QStringLiteral(": ") + problem;
    };
    for (const char* stage : {"model.conceptual", "model.logical", "model.physical"}) {
        QAction* action = studio.actions().find(QString::fromLatin1(stage));
        QVERIFY2(action, stage);
        action->trigger();
        look(QString::fromLatin1(stage));
        // Each kind of element has an inspector of its own.
        const auto& model = studio.design().context().model();
        std::vector<engine::modeling::ElementId> elements{
            model.entities[0].id,         model.entities[0].attributes[0].id,
            model.relationships[0].id,    model.screens[0].id,
            model.queries[0].id,          model.tables[1].id,
            model.tables[1].columns[1].id};
        for (const auto element : elements) {
            studio.design().context().select({element});
            look(QString::fromLatin1(stage));
        }
    }
    problems.removeDuplicates();
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
}

void TstAccessibility::everyControlOfTheDialogsHasANameAndARole()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::ActionRegistry actions;
    actions.add("query.run").text("&Run").shortcut(QKeySequence("Ctrl+Return"));
    FakeCatalog catalog;
    app::SettingsDialog settingsDialog(theme, settings, actions);
    views::ConnectDialog connectDialog(theme);
    views::CreateDialog createDialog(theme, catalog);
    for (QDialog* dialog :
         {static_cast<QDialog*>(&settingsDialog), static_cast<QDialog*>(&connectDialog),
          static_cast<QDialog*>(&createDialog)}) {
        dialog->show();
        const QStringList problems = unnamed(dialog);
        QVERIFY2(problems.isEmpty(),
                 qPrintable(dialog->windowTitle() + u'\n' + problems.join(u'\n')));
    }
}

void TstAccessibility::theRingTellsItsNodesToScreenReaders()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::TaskList tasks;
    FakeCatalog catalog;
    FakeStore store;
    auto source = std::make_shared<FakeSource>(5, 8);
    source->setLiveness(2, studio::Liveness::Down);
    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    studio.session().setSource(source);
    studio.show();
    studio.window().setMode(QStringLiteral("ring"));
    QApplication::processEvents();
    QWidget* canvas = nullptr;
    for (QWidget* widget : studio.window().findChildren<QWidget*>())
        if (widget->inherits("views::RingCanvas"))
            canvas = widget;
    QVERIFY(canvas);
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(canvas);
    QVERIFY(interface);
    QCOMPARE(interface->role(), QAccessible::List);
    QCOMPARE(interface->childCount(), 5);
    QAccessibleInterface* third = interface->child(2);
    QVERIFY(third);
    QVERIFY(third->text(QAccessible::Name).contains(QStringLiteral("n3")));
    QVERIFY(third->text(QAccessible::Name).contains(QStringLiteral("down")));
    QVERIFY(third->rect().isValid());
    QCOMPARE(interface->indexOfChild(third), 2);
    studio.session().selectNode(2);
    QVERIFY(third->state().selected);
    QVERIFY(!interface->child(1)->state().selected);
    const QPoint middle = third->rect().center();
    QCOMPARE(interface->childAt(middle.x(), middle.y()), third);
}

void TstAccessibility::tabReachesEveryRegionOfTheWindow()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::TaskList tasks;
    FakeCatalog catalog;
    FakeStore store;
    studio::OpenModels models{nullptr};
    app::Studio studio({theme, settings, tasks, catalog, store, models}, store.tabs());
    studio.session().setSource(std::make_shared<FakeSource>(3, 8));
    studio.show();
    studio.window().setMode(QStringLiteral("query"));
    studio.window().activateWindow();
    QApplication::processEvents();
    // F6 comes round: through the page, the docks and the bars, back to where it began.
    const QWidget* first = nullptr;
    int steps = 0;
    do {
        studio.window().focusNextRegion(true);
        const QWidget* now = QApplication::focusWidget();
        QVERIFY(now);
        if (!first)
            first = now;
        else if (now == first)
            break;
    } while (++steps < 20);
    QVERIFY2(steps >= 5 && steps < 20, qPrintable(QString::number(steps)));
}

RW_TEST(TstAccessibility)
#include "tst_accessibility.moc"
