#include "app/dock_tabs.h"

#include <QContextMenuEvent>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QTabBar>

namespace app {

DockTabs::DockTabs(QMainWindow& window) : QObject(&window), m_window(window) {}

void DockTabs::add(QDockWidget* dock)
{
    m_docks.append(dock);
    connect(dock, &QDockWidget::visibilityChanged, this, &DockTabs::scheduleUpdate);
    connect(dock, &QDockWidget::dockLocationChanged, this, &DockTabs::scheduleUpdate);
    connect(dock, &QDockWidget::topLevelChanged, this, &DockTabs::scheduleUpdate);
    connect(dock->toggleViewAction(), &QAction::toggled, this, &DockTabs::scheduleUpdate);
}

void DockTabs::scheduleUpdate()
{
    // The window rearranges its docks first, and tells of each.
    if (std::exchange(m_scheduled, true))
        return;
    QMetaObject::invokeMethod(this, &DockTabs::update, Qt::QueuedConnection);
}

void DockTabs::update()
{
    m_scheduled = false;
    for (QDockWidget* dock : m_docks) {
        bool shared = false;
        if (!dock->isFloating())
            for (const QDockWidget* other : m_window.tabifiedDockWidgets(dock))
                shared = shared || !other->isHidden();
        QWidget* bar = dock->titleBarWidget();
        if (shared && !bar) {
            dock->setTitleBarWidget(new QWidget(dock));
        } else if (!shared && bar) {
            dock->setTitleBarWidget(nullptr);
            delete bar;
        }
    }
    for (QTabBar* bar : m_window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        const bool isNew = !bar->tabsClosable();
        bar->setTabsClosable(true);
        for (int i = 0; i < bar->count(); ++i)
            if (QWidget* close = bar->tabButton(i, QTabBar::RightSide))
                close->setAccessibleName(tr("Close"));
        if (!isNew)
            continue;
        bar->setFocusPolicy(Qt::TabFocus);
        bar->setAccessibleName(tr("Panels"));
        bar->installEventFilter(this);
        connect(bar, &QTabBar::tabCloseRequested, this, [this, bar](int index) {
            if (QDockWidget* dock = dockOfTab(bar, index))
                dock->close();
        });
    }
}

QDockWidget* DockTabs::dockOfTab(const QTabBar* bar, int index) const
{
    for (QDockWidget* dock : m_docks)
        if (dock->windowTitle() == bar->tabText(index) && !dock->isFloating())
            return dock;
    return nullptr;
}

bool DockTabs::eventFilter(QObject* watched, QEvent* event)
{
    auto* bar = qobject_cast<QTabBar*>(watched);
    if (!bar || event->type() != QEvent::ContextMenu)
        return QObject::eventFilter(watched, event);
    const auto* asked = static_cast<QContextMenuEvent*>(event);
    const bool byKey = asked->reason() == QContextMenuEvent::Keyboard;
    if (QDockWidget* dock =
            dockOfTab(bar, byKey ? bar->currentIndex() : bar->tabAt(asked->pos()))) {
        QMenu menu(bar);
        menu.addAction(tr("Float"), dock, [dock] { dock->setFloating(true); });
        menu.addAction(tr("Close"), dock, &QDockWidget::close);
        menu.exec(asked->globalPos());
    }
    return true;
}

} // namespace app
