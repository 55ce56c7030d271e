#pragma once

#include "widgets/studio/settings.h"

#include <QHash>
#include <QKeySequence>
#include <QMainWindow>

class QActionGroup;
class QDockWidget;
class QStackedWidget;
class QToolBar;

namespace studio {
class ActionRegistry;
}
namespace theme {
class Theme;
}

namespace app {

class DockTabs;

/// One mode of the window: a page in the middle, and the docks that it shows at first.
struct Mode {
    QString id; ///< "query"
    QString text;
    QString icon;
    QKeySequence shortcut;
    QWidget* page = nullptr;
    QStringList docks;
    studio::Setting<QByteArray>* layout = nullptr; ///< where its dock layout is kept
};

/// The frame: mode bar, tool bar, docks, status bar, and their layout of each mode. It knows no
/// view and no cluster; Studio fills it.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(const theme::Theme& theme, studio::ActionRegistry& actions,
               studio::Settings& settings);

    void addMode(const Mode& mode);
    /// Something that stands at the end of the mode bar and is no mode.
    void addModeBarAction(QAction* action);
    /// Adds a dock, hidden until a mode shows it. `tabWith` names the dock to share tabs with.
    QDockWidget* addPanel(const QString& id, const QString& title, QWidget* panel,
                          Qt::DockWidgetArea area, const QString& tabWith = {});
    [[nodiscard]] QDockWidget* panel(const QString& id) const { return m_docks.value(id); }
    [[nodiscard]] QToolBar* toolBar() const { return m_toolBar; }
    /// A tool bar in the place of toolBar(); hidden until its mode shows it.
    void addModeToolBar(QToolBar* bar);
    /// A mode shows other docks from now on (its stage changed); each set has its own layout.
    void setDocks(const QString& modeId, const QStringList& docks,
                  studio::Setting<QByteArray>* layout);
    [[nodiscard]] QString mode() const { return m_mode; }
    [[nodiscard]] QWidget* page(const QString& modeId) const;

    /// Restores geometry and the mode of last time. Call once, after all modes and panels.
    void restore();
    /// Takes the size of another window, and a place where both are seen.
    void standBeside(const QWidget& other);

    /// Geometry and the dock layout of the mode go to the settings.
    void storeAll();

public slots:
    void setMode(const QString& id);
    /// The docks of this mode as they were at first.
    void resetLayout();
    /// Moves the focus to the next (or previous) region: page, docks, mode bar (F6).
    void focusNextRegion(bool forward);

signals:
    void modeChanged(const QString& id);
    /// The user wants to close; clear `allowed` to stay.
    void aboutToClose(bool& allowed);
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    const Mode* find(const QString& id) const;
    void storeLayout();
    [[nodiscard]] QByteArray layoutOf(const Mode& mode) const;
    Mode* find(const QString& id);
    void showDocks(const Mode& mode);
    /// False if nothing in the region takes the keyboard.
    static bool focusInto(QWidget* region);
    void sizeDocks(const QStringList& docks);

    const theme::Theme& m_theme;
    studio::ActionRegistry& m_actions;
    studio::Settings& m_settings;
    QToolBar* m_modeBar;
    QToolBar* m_toolBar;
    QWidget* m_modeSpacer;
    QAction* m_modeSpacerAction;
    QActionGroup* m_modeGroup;
    QStackedWidget* m_pages;
    DockTabs* m_dockTabs;
    QList<Mode> m_modes;
    /// Of this window; the settings have those of the window that stored last.
    QHash<const studio::Setting<QByteArray>*, QByteArray> m_layouts;
    QHash<QString, QDockWidget*> m_docks;
    QStringList m_dockOrder;
    QString m_mode;
};

} // namespace app
