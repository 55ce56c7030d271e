#include "app/main_window.h"

#include "app/dock_tabs.h"
#include "widgets/studio/action_registry.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLayout>
#include <QScreen>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>

namespace app {

namespace {
// Grows when docks come or go, so that a layout stored by another version is not restored.
constexpr int kLayoutVersion = 2;
} // namespace

MainWindow::MainWindow(const theme::Theme& theme, studio::ActionRegistry& actions,
                       studio::Settings& settings)
    : m_theme(theme),
      m_actions(actions),
      m_settings(settings),
      m_modeBar(new QToolBar(this)),
      m_toolBar(new QToolBar(this)),
      m_modeSpacer(new QWidget(this)),
      m_modeGroup(new QActionGroup(this)),
      m_pages(new QStackedWidget(this)),
      m_dockTabs(new DockTabs(*this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/ringwright.svg")));
    setDockOptions(AllowTabbedDocks | AllowNestedDocks | AnimatedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setContextMenuPolicy(Qt::NoContextMenu);

    m_toolBar->setObjectName(QStringLiteral("toolBar"));
    m_toolBar->setWindowTitle(tr("Tool bar"));
    m_toolBar->setMovable(false);
    m_toolBar->setIconSize({16, 16});
    // A style sheet cannot indent a tool bar without indenting the mode bar too.
    auto* indent = new QWidget(m_toolBar);
    indent->setFixedWidth(6);
    m_toolBar->addWidget(indent);
    addToolBar(Qt::TopToolBarArea, m_toolBar);
    addToolBarBreak(Qt::TopToolBarArea);

    m_modeBar->setObjectName(QStringLiteral("modeBar"));
    m_modeBar->setWindowTitle(tr("Modes"));
    m_modeBar->setAccessibleName(tr("Modes"));
    m_modeBar->setMovable(false);
    m_modeBar->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    m_modeBar->setIconSize({19, 19});
    m_modeBar->setFixedWidth(62);
    // The style sheet says so too, but is asked before it knows the bar's name.
    m_modeBar->layout()->setSpacing(0);
    addToolBar(Qt::LeftToolBarArea, m_modeBar);
    m_modeSpacer->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    m_modeSpacerAction = m_modeBar->addWidget(m_modeSpacer);

    setCentralWidget(m_pages);
}

void MainWindow::addMode(const Mode& mode)
{
    QAction* action = m_actions.add(QStringLiteral("mode.") + mode.id)
                          .text(mode.text)
                          .shortcut(mode.shortcut)
                          .icon(mode.icon)
                          .checkable()
                          .onTriggered(this, [this, id = mode.id] { setMode(id); })
                          .action();
    action->setToolTip(
        tr("%1 (%2)").arg(mode.text, mode.shortcut.toString(QKeySequence::NativeText)));
    m_theme.setIcon(action, mode.icon);
    m_modeGroup->addAction(action);
    m_modeBar->insertAction(m_modeSpacerAction, action);
    if (QWidget* button = m_modeBar->widgetForAction(action)) {
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(mode.text);
    }
    addAction(action);
    m_pages->addWidget(mode.page);
    m_modes.append(mode);
}

void MainWindow::addModeBarAction(QAction* action)
{
    m_modeBar->addAction(action);
    if (QWidget* button = m_modeBar->widgetForAction(action))
        button->setFocusPolicy(Qt::TabFocus);
}

QDockWidget* MainWindow::addPanel(const QString& id, const QString& title, QWidget* panel,
                                  Qt::DockWidgetArea area, const QString& tabWith)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(id);
    dock->setWidget(panel);
    dock->setAccessibleName(title);
    addDockWidget(area, dock);
    if (QDockWidget* other = m_docks.value(tabWith))
        tabifyDockWidget(other, dock);
    dock->hide();
    m_dockTabs->add(dock);
    m_docks.insert(id, dock);
    m_dockOrder.append(id);
    return dock;
}

QWidget* MainWindow::page(const QString& modeId) const
{
    const Mode* mode = find(modeId);
    return mode ? mode->page : nullptr;
}

void MainWindow::restore()
{
    const bool known = restoreGeometry(m_settings.geometry.value());
    // All of it on the screen, also on a smaller one than last time, with room for the frame that
    // the desktop puts around.
    const QRect free = screen()->availableGeometry();
    const QSize most = free.size() - QSize(8, 48);
    const QSize wantedSize = known ? size() : QSize(1440, 900);
    if (!known || (!isMaximized() && wantedSize.boundedTo(most) != wantedSize)) {
        resize(wantedSize.boundedTo(most));
        move(free.center() - QPoint(width() / 2, (height() + 24) / 2));
    }
    const QString wanted = m_settings.mode.value();
    setMode(find(wanted) ? wanted : m_modes.value(0).id);
    // Sizes of docks count only once the window has been laid out in its own; without this they
    // grow a little with every start.
    const Mode* shown = find(m_mode);
    if (!shown || layoutOf(*shown).isEmpty())
        return;
    QMetaObject::invokeMethod(
        this,
        [this, id = m_mode, state = layoutOf(*shown)] {
            if (m_mode == id)
                restoreState(state, kLayoutVersion);
        },
        Qt::QueuedConnection);
}

void MainWindow::standBeside(const QWidget& other)
{
    constexpr int kStep = 32;
    const QRect free = screen()->availableGeometry();
    setWindowState(windowState() & ~(Qt::WindowMaximized | Qt::WindowFullScreen));
    resize(other.normalGeometry().size().boundedTo(free.size()));
    const QPoint place = other.pos() + QPoint(kStep, kStep);
    // One that fills the screen has no room below it.
    const bool fits = free.contains(QRect(place, size()));
    move(fits ? place : free.topLeft() + QPoint(kStep, kStep));
}

void MainWindow::setMode(const QString& id)
{
    const Mode* mode = find(id);
    if (!mode || id == m_mode)
        return;
    storeLayout();
    m_mode = id;
    m_pages->setCurrentWidget(mode->page);
    if (!restoreState(layoutOf(*mode), kLayoutVersion))
        showDocks(*mode);
    if (QAction* action = m_actions.find(QStringLiteral("mode.") + id))
        action->setChecked(true);
    m_settings.mode.set(id);
    mode->page->setFocus();
    emit modeChanged(id);
}

void MainWindow::resetLayout()
{
    if (const Mode* mode = find(m_mode))
        showDocks(*mode);
}

void MainWindow::showDocks(const Mode& mode)
{
    for (const QString& id : m_dockOrder) {
        QDockWidget* dock = m_docks[id];
        dock->setFloating(false);
        dock->setVisible(mode.docks.contains(id));
    }
    // A dock that shares tabs: the first one named is in front, once the tabs are laid out.
    QMetaObject::invokeMethod(
        this,
        [this, docks = mode.docks] {
            for (auto id = docks.crbegin(); id != docks.crend(); ++id)
                if (QDockWidget* dock = m_docks.value(*id))
                    dock->raise();
        },
        Qt::QueuedConnection);
    // Sizes count only once the docks have been laid out.
    QMetaObject::invokeMethod(
        this, [this, docks = mode.docks] { sizeDocks(docks); }, Qt::QueuedConnection);
}

void MainWindow::sizeDocks(const QStringList& docks)
{
    QList<QDockWidget*> left, right, bottom;
    for (const QString& id : docks) {
        QDockWidget* dock = m_docks.value(id);
        if (!dock)
            continue;
        const auto area = dockWidgetArea(dock);
        (area == Qt::LeftDockWidgetArea    ? left
         : area == Qt::RightDockWidgetArea ? right
                                           : bottom)
            .append(dock);
    }
    const auto sizes = [](const QList<QDockWidget*>& docks, int size) {
        return QList<int>(docks.size(), size);
    };
    resizeDocks(left, sizes(left, 264), Qt::Horizontal);
    resizeDocks(right, sizes(right, 288), Qt::Horizontal);
    resizeDocks(bottom, sizes(bottom, 150), Qt::Vertical);
    if (left.size() == 2)
        resizeDocks(left, {180, 620}, Qt::Vertical);
    if (left.size() == 3)
        resizeDocks(left, {300, 370, 190}, Qt::Vertical);
}

void MainWindow::addModeToolBar(QToolBar* bar)
{
    insertToolBar(m_toolBar, bar);
    insertToolBarBreak(m_toolBar);
    bar->hide();
}

void MainWindow::setDocks(const QString& modeId, const QStringList& docks,
                          studio::Setting<QByteArray>* layout)
{
    Mode* mode = find(modeId);
    if (!mode || (mode->docks == docks && mode->layout == layout))
        return;
    if (modeId == m_mode)
        storeLayout();
    mode->docks = docks;
    mode->layout = layout;
    if (modeId == m_mode && !restoreState(layoutOf(*mode), kLayoutVersion))
        showDocks(*mode);
}

void MainWindow::focusNextRegion(bool forward)
{
    QList<QWidget*> regions{m_pages->currentWidget()};
    for (const QString& id : m_dockOrder)
        if (QDockWidget* dock = m_docks[id]; dock->isVisible() && !dock->visibleRegion().isEmpty())
            regions.append(dock->widget());
    regions.append(m_toolBar);
    regions.append(m_modeBar);
    qsizetype at = 0;
    const QWidget* focused = QApplication::focusWidget();
    for (qsizetype i = 0; i < regions.size(); ++i)
        if (regions[i] == focused || regions[i]->isAncestorOf(focused))
            at = i;
    // A region with nothing in it that takes the keyboard is passed over.
    for (qsizetype step = 1; step < regions.size(); ++step) {
        const qsizetype next = (at + (forward ? step : regions.size() - step)) % regions.size();
        if (focusInto(regions[next]))
            return;
    }
}

bool MainWindow::focusInto(QWidget* region)
{
    QWidget* target = region->focusProxy() ? region->focusProxy() : region;
    if (target->focusPolicy() == Qt::NoFocus || !target->isVisible()) {
        target = nullptr;
        for (QWidget* child : region->findChildren<QWidget*>())
            if (child->isVisible() && child->isEnabled() && child->focusPolicy() & Qt::TabFocus) {
                target = child;
                break;
            }
    }
    if (target)
        target->setFocus(Qt::TabFocusReason);
    return target != nullptr;
}

void MainWindow::storeLayout()
{
    const Mode* mode = find(m_mode);
    if (!mode || !mode->layout)
        return;
    m_layouts[mode->layout] = saveState(kLayoutVersion);
    mode->layout->set(m_layouts[mode->layout]);
}

QByteArray MainWindow::layoutOf(const Mode& mode) const
{
    return mode.layout ? m_layouts.value(mode.layout, mode.layout->value()) : QByteArray();
}

Mode* MainWindow::find(const QString& id)
{
    return const_cast<Mode*>(std::as_const(*this).find(id));
}

const Mode* MainWindow::find(const QString& id) const
{
    for (const Mode& mode : m_modes)
        if (mode.id == id)
            return &mode;
    return nullptr;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    bool allowed = true;
    emit aboutToClose(allowed);
    event->setAccepted(allowed);
    if (!allowed)
        return;
    storeAll();
    emit closed();
}

void MainWindow::storeAll()
{
    storeLayout();
    m_settings.geometry.set(saveGeometry());
}

} // namespace app
