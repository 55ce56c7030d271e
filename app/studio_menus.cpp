#include "app/cluster_selector.h"
#include "app/design_mode.h"
#include "app/main_window.h"
#include "app/query_page.h"
#include "app/settings_dialog.h"
#include "app/studio.h"
#include "widgets/start/start_page.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/settings.h"
#include "widgets/theme/small_widgets.h"

#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QToolBar>
#include <QToolButton>

namespace app {

void Studio::buildActions()
{
    auto& a = *m_actions;
    m_query->addActions(a);
    m_design->addActions();
    const auto hasSource = [this] { return m_session.source() != nullptr; };
    a.add("go.anything")
        .text(tr("&Go to anything"))
        .icon("search")
        .shortcut(QKeySequence("Ctrl+K"))
        .onTriggered(this, [this] { showPalette(); });
    a.add("file.closeWindow")
        .text(tr("Close &window"))
        .shortcut(QKeySequence("Ctrl+Shift+W"))
        .onTriggered(this, [this] { m_window->close(); });
    a.add("file.quit").text(tr("&Quit")).shortcut(QKeySequence("Ctrl+Q")).onTriggered(this, [this] {
        emit quitRequested();
    });
    a.add("view.newWindow")
        .text(tr("New &window"))
        .icon("screen")
        .tip(tr("Another window on the same clusters and models"))
        .shortcut(QKeySequence("Ctrl+Shift+N"))
        .onTriggered(this, [this] { emit newWindowRequested(); });
    a.add("file.settings")
        .text(tr("Se&ttings…"))
        .icon("settings")
        .shortcut(QKeySequence("Ctrl+,"))
        .onTriggered(this, [this] { showSettings(); });
    a.add("view.theme")
        .text(tr("Switch between &light and dark"))
        .icon("moon")
        .onTriggered(this, [this] { toggleTheme(); });
    a.add("view.systemTheme").text(tr("Theme of the &desktop")).onTriggered(this, [this] {
        m_parts.settings.theme.set(QStringLiteral("system"));
    });
    a.add("view.resetLayout").text(tr("&Reset layout")).icon("layout").onTriggered(this, [this] {
        m_window->resetLayout();
    });
    a.add("view.nextRegion")
        .text(tr("&Next region"))
        .shortcut(QKeySequence("F6"))
        .onTriggered(this, [this] { m_window->focusNextRegion(true); });
    a.add("view.previousRegion")
        .text(tr("&Previous region"))
        .shortcut(QKeySequence("Shift+F6"))
        .onTriggered(this, [this] { m_window->focusNextRegion(false); });
    a.add("cluster.start").text(tr("&Start local cluster")).icon("box").onTriggered(this, [this] {
        m_start->startWorkshop();
    });
    a.add("cluster.new").text(tr("&New local cluster…")).icon("plus").onTriggered(this, [this] {
        m_start->showMore();
    });
    a.add("cluster.connect").text(tr("&Connect…")).icon("plug").onTriggered(this, [this] {
        m_start->showConnect();
    });
    a.add("cluster.stop")
        .text(tr("S&top cluster"))
        .icon("stop")
        .enabledWhen(this,
                     [this] {
                         return m_session.source() &&
                                m_session.source()->entry().kind == studio::ClusterKind::Bundled;
                     })
        .onTriggered(this, [this] { m_parts.catalog.stop(m_session.source()->entry().id); });
    a.add("schema.refresh")
        .text(tr("&Read schema again"))
        .icon("refresh")
        .enabledWhen(this, hasSource)
        .shortcut(QKeySequence("Ctrl+F5"))
        .onTriggered(this, [this] { m_session.source()->refreshSchema(); });
    a.add("help.about").text(tr("&About Ringwright")).onTriggered(this, [this] { showAbout(); });
    a.applyShortcuts(m_parts.settings.keys.value());
    m_window->addModeBarAction(action("file.settings"));
    action("file.settings")->setIconText(tr("Settings"));
    for (QAction* each : a.all()) {
        if (!a.iconName(each).isEmpty())
            m_parts.theme.setIcon(each, a.iconName(each));
        // Its shortcut works wherever the focus is, and whether or not a menu has it.
        m_window->addAction(each);
    }
}

void Studio::buildMenus()
{
    QMenuBar* bar = m_window->menuBar();
    const auto fill = [this, bar](const QString& title, std::initializer_list<const char*> ids) {
        QMenu* menu = bar->addMenu(title);
        for (const char* id : ids) {
            if (!*id)
                menu->addSeparator();
            else if (QAction* found = action(id))
                menu->addAction(found);
        }
        return menu;
    };
    fill(tr("&File"), {"file.newTab", "file.open", "", "file.save", "file.saveAs", "",
                       "file.closeTab", "file.closeWindow", "", "file.settings", "", "file.quit"});
    fill(tr("&Edit"), {"edit.undo", "edit.redo", "", "schema.filter"});
    QMenu* view = fill(tr("&View"), {"go.anything",
                                     "view.newWindow",
                                     "",
                                     "mode.home",
                                     "mode.query",
                                     "mode.design",
                                     "mode.ring",
                                     "mode.gossip",
                                     "mode.nodes",
                                     "mode.trace",
                                     "",
                                     "view.theme",
                                     "view.systemTheme",
                                     "",
                                     "view.zoomIn",
                                     "view.zoomOut",
                                     "view.zoomReset",
                                     "",
                                     "view.nextRegion",
                                     "view.previousRegion",
                                     "view.resetLayout"});
    QMenu* docks = view->addMenu(tr("Do&cks"));
    for (QDockWidget* dock : m_window->findChildren<QDockWidget*>())
        docks->addAction(dock->toggleViewAction());
    fill(tr("&Cluster"), {"cluster.start", "cluster.new", "cluster.connect", "", "schema.refresh",
                          "", "cluster.stop"});
    fill(tr("&Query"), {"query.run", "query.runAll", "query.cancel", "", "query.complete",
                        "query.fix", "query.format", "", "query.tracing", "query.showOnRing"});
    QMenu* model = fill(tr("&Model"), {"model.new",
                                       "model.open",
                                       "model.reverse",
                                       "model.reverseCluster",
                                       "",
                                       "model.conceptual",
                                       "model.logical",
                                       "model.physical",
                                       "",
                                       "model.generate",
                                       "model.coverage",
                                       "model.writes",
                                       "model.arrange",
                                       "model.duplicate",
                                       "model.inspect",
                                       "",
                                       "model.zoomIn",
                                       "model.zoomOut",
                                       "model.fit",
                                       "",
                                       "model.dryRun",
                                       "model.deploy",
                                       "model.loadData",
                                       "model.measure",
                                       "model.calibrate",
                                       "model.bucket",
                                       "",
                                       "model.export",
                                       "model.print"});
    QMenu* align = new QMenu(tr("A&lign"), model);
    for (const char* id :
         {"model.alignLeft", "model.alignCentre", "model.alignRight", "model.alignTop",
          "model.alignMiddle", "model.alignBottom", "model.spreadAcross", "model.spreadDown"})
        align->addAction(action(id));
    model->insertMenu(action("model.duplicate"), align);
    fill(tr("&Node"), {"node.start", "node.stop", "node.kill", "node.pause", "node.resume", "",
                       "node.flush", "node.compact", "node.snapshot", "node.repair"});
    fill(tr("&Help"), {"model.help", "", "help.about"});

    auto* go = new QToolButton(bar);
    go->setText(tr("Go to anything    %1")
                    .arg(action("go.anything")->shortcut().toString(QKeySequence::NativeText)));
    go->setIcon(m_parts.theme.icon(QStringLiteral("search")));
    go->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    go->setObjectName(QStringLiteral("goToAnything"));
    connect(go, &QToolButton::clicked, action("go.anything"), &QAction::trigger);
    bar->setCornerWidget(go);
}

void Studio::buildToolBar()
{
    QToolBar* bar = m_window->toolBar();
    bar->addWidget(new ClusterSelector(m_parts.theme, m_parts.catalog, m_session));
    bar->addSeparator();
    for (const char* id : {"file.newTab", "file.open", "file.save"})
        bar->addAction(action(id));
    bar->addSeparator();
    bar->addAction(action("edit.undo"));
    bar->addAction(action("edit.redo"));
    auto* spacer = new QWidget;
    spacer->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(spacer);
    bar->addAction(action("view.theme"));
    auto* end = new QWidget;
    end->setFixedWidth(6);
    bar->addWidget(end);
    for (QAction* each : bar->actions()) {
        auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(each));
        if (!button || qobject_cast<ClusterSelector*>(button))
            continue;
        button->setProperty("flat", true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(QString(each->text()).remove(u'&'));
    }
}

void Studio::showSettings()
{
    auto* dialog = new SettingsDialog(m_parts.theme, m_parts.settings, *m_actions, m_window.get());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

bool Studio::mayQuit()
{
    auto& settings = m_parts.settings;
    const QStringList names = m_parts.catalog.runningWithStudio();
    if (names.isEmpty())
        return true;
    QString choice = settings.onQuit.value();
    if (choice != QLatin1String("stop") && choice != QLatin1String("keep")) {
        QMessageBox ask(QMessageBox::Question, tr("Quit"),
                        tr("%1 runs. Stop it?", nullptr).arg(names.join(QLatin1String(", "))),
                        QMessageBox::Cancel, m_window.get());
        if (names.size() > 1)
            ask.setText(tr("%1 run. Stop them?").arg(names.join(QLatin1String(", "))));
        ask.setInformativeText(tr("The data stays either way. Drivers and cqlsh can go on using a "
                                  "cluster that is kept running."));
        QPushButton* stop = ask.addButton(tr("Stop and quit"), QMessageBox::AcceptRole);
        QPushButton* keep = ask.addButton(tr("Keep running"), QMessageBox::YesRole);
        ask.setDefaultButton(stop);
        auto* remember = new QCheckBox(tr("Do not ask again"));
        ask.setCheckBox(remember);
        ask.exec();
        if (ask.clickedButton() != stop && ask.clickedButton() != keep)
            return false;
        choice = ask.clickedButton() == keep ? QStringLiteral("keep") : QStringLiteral("stop");
        if (remember->isChecked())
            settings.onQuit.set(choice);
    }
    m_parts.catalog.keepRunning(choice == QLatin1String("keep"));
    return true;
}

void Studio::showAbout()
{
    QMessageBox::about(
        m_window.get(), tr("About Ringwright"),
        tr("<b>Ringwright %1</b><p>A desktop studio for Apache Cassandra with its own clusters."
           "</p><p>GPL-3.0. Not affiliated with the Apache Software Foundation. Apache Cassandra "
           "is a trademark of the Apache Software Foundation.</p>")
            .arg(QApplication::applicationVersion()));
}

} // namespace app
