#include "app/studio.h"

#include "app/command_palette.h"
#include "app/design_mode.h"
#include "app/main_window.h"
#include "app/query_page.h"
#include "app/status_strip.h"
#include "app/window_catalog.h"
#include "engine/cql/quote.h"
#include "widgets/designer/designer_page.h"
#include "widgets/explorer/clusters_panel.h"
#include "widgets/explorer/schema_panel.h"
#include "widgets/explorer/table_inspector.h"
#include "widgets/gossip/endpoint_panel.h"
#include "widgets/gossip/gossip_page.h"
#include "widgets/operations/node_actions.h"
#include "widgets/operations/nodes_page.h"
#include "widgets/ring/node_card.h"
#include "widgets/ring/ring_page.h"
#include "widgets/start/start_page.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/recent_files.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/tasks/events_panel.h"
#include "widgets/tasks/history_panel.h"
#include "widgets/tasks/task_panel.h"
#include "widgets/theme/theme.h"
#include "widgets/trace/trace_page.h"

#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QStatusBar>

namespace app {

Studio::Studio(const Parts& parts, const QList<studio::SavedTab>& tabs, QObject* parent)
    : QObject(parent),
      m_catalog(std::make_unique<WindowCatalog>(parts.catalog)),
      m_parts{parts.theme, parts.settings, parts.tasks,   *m_catalog,
              parts.store, parts.models,   parts.workload},
      m_actions(std::make_unique<studio::ActionRegistry>()),
      m_window(std::make_unique<MainWindow>(parts.theme, *m_actions, parts.settings))
{
    m_status = new StatusStrip(parts.theme, m_session, parts.tasks, m_window->statusBar());
    buildPanels(tabs);
    buildModes();
    buildActions();
    buildMenus();
    buildToolBar();
    connectRequests();
    onSourceChanged();
}

Studio::~Studio()
{
    m_query->storeAll();
    // Views go before the session that they refer to.
    m_window.reset();
}

void Studio::show(const QWidget* beside)
{
    m_window->restore();
    if (beside)
        m_window->standBeside(*beside);
    m_window->show();
}

void Studio::begin(const QString& file)
{
    m_window->restore();
    if (m_parts.settings.showStart.value())
        m_window->setMode(QStringLiteral("home"));
    else if (m_window->mode() == QLatin1String("home"))
        m_window->setMode(QStringLiteral("query"));
    m_window->show();
    if (!file.isEmpty())
        openFile(file);
}

void Studio::openFile(const QString& path)
{
    const bool isModel = path.endsWith(QLatin1String(".rwmodel"), Qt::CaseInsensitive);
    m_window->setMode(isModel ? QStringLiteral("design") : QStringLiteral("query"));
    if (isModel)
        m_design->page().openFile(path);
    else
        m_query->openFile(path);
}

void Studio::storeLayout()
{
    m_window->storeAll();
}

void Studio::buildPanels(const QList<studio::SavedTab>& tabs)
{
    auto& w = *m_window;
    const auto& theme = m_parts.theme;
    w.addPanel("clusters", tr("Clusters"),
               new views::ClustersPanel(theme, m_parts.catalog, m_session), Qt::LeftDockWidgetArea);
    auto* schema = new views::SchemaPanel(theme, m_session);
    w.addPanel("schema", tr("Schema"), schema, Qt::LeftDockWidgetArea);
    w.addPanel("inspector", tr("Inspector"), new views::TableInspector(theme, m_session),
               Qt::RightDockWidgetArea);
    w.addPanel("tasks", tr("Tasks"), new views::TaskPanel(theme, m_parts.tasks),
               Qt::BottomDockWidgetArea);
    auto* history = new views::HistoryPanel(theme, m_parts.store);
    w.addPanel("history", tr("CQL history"), history, Qt::BottomDockWidgetArea, "tasks");
    w.addPanel("events", tr("Cluster events"), new views::EventsPanel(theme, m_session),
               Qt::BottomDockWidgetArea, "tasks");
    m_actions->add("schema.filter")
        .text(tr("&Filter schema"))
        .icon("search")
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_E))
        .onTriggered(schema, [this, schema] {
            m_window->panel("schema")->show();
            schema->focusFilter();
        });
    m_nodeActions = new views::NodeActions(*m_actions, m_session, m_window.get());
    auto* card = new views::NodeCard(theme, m_session);
    card->setActions(m_nodeActions->process());
    w.addPanel("node", tr("Node"), card, Qt::RightDockWidgetArea);
    w.addPanel("endpoint", tr("Endpoint state"), new views::EndpointPanel(theme, m_session),
               Qt::RightDockWidgetArea);
    m_query = new QueryPage(theme, m_session, m_parts.store, m_parts.settings, tabs);
    connect(m_query, &QueryPage::statementFinished, history, &views::HistoryPanel::refresh);
    connect(history, &views::HistoryPanel::statementChosen, this, [this](const QString& statement) {
        m_window->setMode("query");
        m_query->newTab(statement);
    });
}

void Studio::buildModes()
{
    auto& s = m_parts.settings;
    m_start = new views::StartPage(m_parts.theme, m_parts.catalog, s.recentFiles);
    m_window->addMode(
        {"home", tr("Home"), "house", QKeySequence("Ctrl+1"), m_start, {}, &s.homeDocks});
    m_window->addMode({"query",
                       tr("Query"),
                       "terminal",
                       QKeySequence("Ctrl+2"),
                       m_query,
                       {"clusters", "schema", "inspector", "tasks", "history", "events"},
                       &s.queryDocks});
    m_design = new DesignMode({m_parts.theme, m_session, m_parts.catalog, m_parts.tasks, s,
                               *m_actions, m_parts.models, m_parts.workload, *m_window},
                              this);
    m_ring = new views::RingPage(m_parts.theme, m_session);
    m_ring->setNodeActions(m_nodeActions->maintenance());
    m_window->addMode({"ring",
                       tr("Ring"),
                       "ring",
                       QKeySequence("Ctrl+4"),
                       m_ring,
                       {"clusters", "node", "tasks", "events"},
                       &s.ringDocks});
    auto* gossip = new views::GossipPage(m_parts.theme, m_session);
    m_window->addMode({"gossip",
                       tr("Gossip"),
                       "gossip",
                       QKeySequence("Ctrl+5"),
                       gossip,
                       {"clusters", "endpoint"},
                       &s.gossipDocks});
    auto* endpoint = qobject_cast<views::EndpointPanel*>(m_window->panel("endpoint")->widget());
    connect(gossip, &views::GossipPage::pairSelected, endpoint, &views::EndpointPanel::showPair);
    m_trace = new views::TracePage(m_parts.theme, m_session);
    auto* nodes = new views::NodesPage(m_parts.theme, m_session);
    nodes->setActions(m_nodeActions->process(), m_nodeActions->maintenance());
    m_window->addMode({"nodes",
                       tr("Nodes"),
                       "activity",
                       QKeySequence("Ctrl+7"),
                       nodes,
                       {"clusters", "tasks", "events"},
                       &s.nodesDocks});
    m_window->addMode({"trace",
                       tr("Trace"),
                       "coordinator",
                       QKeySequence("Ctrl+8"),
                       m_trace,
                       {"clusters"},
                       &s.traceDocks});
    m_start->showAtStart()->setChecked(s.showStart.value());
    connect(m_start->showAtStart(), &QCheckBox::toggled, this,
            [&s](bool on) { s.showStart.set(on); });
}

void Studio::connectRequests()
{
    connect(&m_session, &studio::Session::sourceChanged, this, &Studio::onSourceChanged);
    connect(&m_parts.catalog, &studio::ClusterCatalog::opened, this,
            [this](const studio::ClusterSourcePtr& source) {
                m_session.setSource(source);
                m_parts.settings.lastCluster.set(source->entry().id);
                if (m_window->mode() == QLatin1String("home"))
                    m_window->setMode(m_modeAfterOpening);
                m_modeAfterOpening = QStringLiteral("query");
            });
    connect(&m_parts.catalog, &studio::ClusterCatalog::closed, this, [this](const QString& id) {
        if (m_session.source() && m_session.source()->entry().id == id)
            m_session.setSource(nullptr);
    });
    connect(&m_parts.catalog, &studio::ClusterCatalog::sampleLoaded, this,
            [this](const QString&, const QString& queries) {
                const QStringList head = {tr("What the hotel sample answers."),
                                          tr("Ctrl+Enter runs the statement at the caret."),
                                          tr("In Nodes, kill one and ask again.")};
                m_query->offerScript(
                    QStringLiteral("-- %1\n\n%2").arg(head.join(u"\n-- "), queries),
                    tr("hotel queries"));
            });
    connect(&m_session, &studio::Session::openTableRequested, this,
            [this](const studio::Session::TableRef& table) {
                const auto quoted = [](const QString& name) {
                    return QString::fromStdString(engine::cql::quote(name.toStdString()));
                };
                m_window->setMode("query");
                m_query->runStatement(QStringLiteral("SELECT * FROM %1.%2 LIMIT %3;")
                                          .arg(quoted(table.keyspace), quoted(table.table))
                                          .arg(m_parts.settings.openTableLimit.value()),
                                      table.table);
            });
    connect(&m_session, &studio::Session::showKeyOnRingRequested, this,
            [this](const studio::PlacementQuery& query) {
                m_window->setMode("ring");
                m_ring->showKey(query);
            });
    connect(&m_session, &studio::Session::startClusterRequested, this, [this] {
        // Progress shows on the start page; then the view that asked is back.
        m_modeAfterOpening = m_window->mode();
        m_window->setMode("home");
        m_start->startWorkshop();
    });
    connect(&m_session, &studio::Session::connectRequested, m_start,
            &views::StartPage::showConnect);
    connect(&m_session, &studio::Session::showTraceRequested, this, [this](const QString& id) {
        m_window->setMode("trace");
        m_trace->showTrace(id);
    });
    connect(m_start, &views::StartPage::newModelRequested, this, [this] {
        m_window->setMode("design");
        m_actions->find("model.new")->trigger();
    });
    connect(m_start, &views::StartPage::openFileRequested, this, &Studio::openFile);
    const auto note = [this](const QString& path) {
        studio::noteRecentFile(m_parts.settings.recentFiles, path);
    };
    connect(&m_design->page(), &views::DesignerPage::fileUsed, this, note);
    connect(m_query, &QueryPage::fileUsed, this, note);
    // Without an open model the mode shows one's own models and the samples.
    connect(m_start, &views::StartPage::openModelRequested, this, [this] {
        m_window->setMode("design");
        if (!m_design->title().isEmpty())
            m_actions->find("model.open")->trigger();
    });
    connect(m_query, &QueryPage::caretMoved, m_status, &StatusStrip::setContext);
    connect(m_status, &StatusStrip::tasksClicked, this, [this] {
        QDockWidget* dock = m_window->panel("tasks");
        dock->show();
        dock->raise();
        dock->widget()->setFocus();
    });
    connect(m_status, &StatusStrip::healthClicked, this, [this] { m_window->setMode("nodes"); });
    connect(m_window.get(), &MainWindow::modeChanged, this, [this](const QString& mode) {
        m_query->setAnswering(mode != QLatin1String("design"));
        m_status->setContext(mode == QLatin1String("design") ? m_design->statusText() : QString());
        updateTitle();
    });
    connect(m_design, &DesignMode::statusChanged, this, [this] {
        if (m_window->mode() == QLatin1String("design"))
            m_status->setContext(m_design->statusText());
        updateTitle();
    });
    connect(m_window.get(), &MainWindow::aboutToClose, this, [this](bool& allowed) {
        m_query->storeAll();
        m_parts.models.storeAll();
        emit aboutToClose(allowed);
    });
    connect(m_window.get(), &MainWindow::closed, this, &Studio::closed);
    auto& settings = m_parts.settings;
    connect(&settings.theme, &studio::SettingSignal::changed, this,
            [this] { m_parts.theme.setMode(theme::modeNamed(m_parts.settings.theme.value())); });
    // Changed in whatever window.
    connect(&settings.keys, &studio::SettingSignal::changed, this,
            [this] { m_actions->applyShortcuts(m_parts.settings.keys.value()); });
}

void Studio::onSourceChanged()
{
    m_actions->refresh();
    updateTitle();
}

void Studio::updateTitle()
{
    if (m_window->mode() == QLatin1String("design") && !m_design->title().isEmpty()) {
        m_window->setWindowTitle(tr("%1 — Ringwright").arg(m_design->title()));
        return;
    }
    const auto* source = m_session.source();
    m_window->setWindowTitle(source ? tr("%1 — Ringwright").arg(source->entry().name)
                                    : tr("Ringwright"));
}

void Studio::showPalette()
{
    QStringList tables;
    if (const auto* source = m_session.source())
        for (const auto& keyspace : source->schema()->keyspaces)
            for (const auto& table : keyspace.tables)
                tables += keyspace.name + u'.' + table.name;
    auto* palette = new CommandPalette(m_parts.theme, *m_actions, tables, m_window.get());
    palette->setAttribute(Qt::WA_DeleteOnClose);
    connect(palette, &CommandPalette::tableChosen, this, [this](const QString& name) {
        emit m_session.openTableRequested({name.section(u'.', 0, 0), name.section(u'.', 1)});
    });
    palette->move(m_window->mapToGlobal(QPoint(m_window->width() - palette->width() - 12, 34)));
    palette->show();
}

void Studio::toggleTheme()
{
    const bool dark = !m_parts.theme.tokens().dark;
    m_parts.settings.theme.set(dark ? QStringLiteral("dark") : QStringLiteral("light"));
}

QAction* Studio::action(const char* id) const
{
    return m_actions->find(QString::fromLatin1(id));
}

} // namespace app
