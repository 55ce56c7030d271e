#include "app/settings_dialog.h"
#include "tests/support/test_main.h"
#include "widgets/studio/action_registry.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QSpinBox>

class TstSettingsDialog : public QObject {
    Q_OBJECT
private slots:
    void searchLeavesTheRowsThatHaveTheWords();
    void aChangeCountsAtOnce();
    void changedKeysAreKeptAndTakenFromWhoHadThem();
};

void TstSettingsDialog::searchLeavesTheRowsThatHaveTheWords()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::ActionRegistry actions;
    app::SettingsDialog dialog(theme, settings, actions);
    const int all = dialog.rowsShown();
    QVERIFY(all >= 12);
    dialog.searchField()->setText("font size");
    QCOMPARE(dialog.rowsShown(), 1);
    dialog.searchField()->setText("no such words at all");
    QCOMPARE(dialog.rowsShown(), 0);
    dialog.searchField()->clear();
    QCOMPARE(dialog.rowsShown(), all);
}

void TstSettingsDialog::aChangeCountsAtOnce()
{
    theme::Theme theme(*qApp, theme::Theme::Mode::Light);
    studio::Settings settings{QString()};
    studio::ActionRegistry actions;
    app::SettingsDialog dialog(theme, settings, actions);
    for (QSpinBox* box : dialog.findChildren<QSpinBox*>())
        if (box->accessibleName() == QLatin1String("Tab size"))
            box->setValue(2);
    QCOMPARE(settings.tabSize.value(), 2);
    for (QComboBox* box : dialog.findChildren<QComboBox*>())
        if (box->accessibleName() == QLatin1String("Theme")) {
            box->setCurrentIndex(2);
            emit box->activated(2);
        }
    QCOMPARE(settings.theme.value(), QString("dark"));
}

void TstSettingsDialog::changedKeysAreKeptAndTakenFromWhoHadThem()
{
    studio::ActionRegistry actions;
    QAction* run = actions.add("query.run").shortcut(QKeySequence("Ctrl+Return")).action();
    QAction* format = actions.add("query.format").shortcut(QKeySequence("Ctrl+Shift+F")).action();
    QVERIFY(actions.changedShortcuts().isEmpty());
    actions.setShortcut(run, QKeySequence("Ctrl+Shift+F"));
    QVERIFY(format->shortcut().isEmpty());
    const QStringList changed = actions.changedShortcuts();
    QCOMPARE(changed, QStringList({"query.run=Ctrl+Shift+F", "query.format="}));

    studio::ActionRegistry next;
    QAction* nextRun = next.add("query.run").shortcut(QKeySequence("Ctrl+Return")).action();
    QAction* nextFormat = next.add("query.format").shortcut(QKeySequence("Ctrl+Shift+F")).action();
    next.applyShortcuts(changed + QStringList{"no.such=Ctrl+X"});
    QCOMPARE(nextRun->shortcut(), QKeySequence("Ctrl+Shift+F"));
    QVERIFY(nextFormat->shortcut().isEmpty());
    next.resetShortcut(nextRun);
    QCOMPARE(nextRun->shortcut(), QKeySequence("Ctrl+Return"));
}

RW_TEST(TstSettingsDialog)
#include "tst_settings_dialog.moc"
