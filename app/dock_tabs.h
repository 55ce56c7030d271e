#pragma once

#include <QObject>

class QDockWidget;
class QMainWindow;
class QTabBar;

namespace app {

/// Docks that share a place show their title once: in the tab, not above the panel too. The tab has
/// the close button then, and a context menu to float the dock.
class DockTabs : public QObject {
    Q_OBJECT
public:
    explicit DockTabs(QMainWindow& window);
    /// Follows this dock from now on.
    void add(QDockWidget* dock);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void scheduleUpdate();
    void update();
    QDockWidget* dockOfTab(const QTabBar* bar, int index) const;

    QMainWindow& m_window;
    QList<QDockWidget*> m_docks;
    bool m_scheduled = false;
};

} // namespace app
