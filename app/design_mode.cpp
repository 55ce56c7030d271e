#include "app/design_mode.h"

#include "app/main_window.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/inspector.h"
#include "widgets/designer/model_panels.h"
#include "widgets/designer/physical/deploy_panel.h"
#include "widgets/designer/physical/differences_panel.h"
#include "widgets/designer/physical/physical_stage.h"
#include "widgets/sizing/measure_panel.h"
#include "widgets/sizing/size_panel.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/settings.h"

#include <QDockWidget>
#include <QPushButton>
#include <QSlider>
#include <QTimer>
#include <QToolBar>

#include <algorithm>

namespace app {

using studio::DesignStage;

namespace {

const QStringList kConceptualDocks{"designQueries", "designTables", "designChecks",
                                   "designInspector"};
// What was measured, and the tasks, come when they are asked for: the diagram needs the room.
const QStringList kLogicalDocks{"designQueries", "designTables", "designChecks", "designSizing",
                                "designInspector"};
const QStringList kPhysicalDocks{"designInspector", "designDifferences", "designDeploy"};

constexpr int kNamesWidth = 232;

} // namespace

DesignMode::DesignMode(const Parts& parts, QObject* parent)
    : QObject(parent),
      m_parts(parts),
      m_context(parts.session),
      m_physical(new views::PhysicalContext(m_context, this)),
      m_page(new views::DesignerPage(parts.theme, m_context, parts.models)),
      m_bar(new QToolBar(&parts.window))
{
    m_bar->setObjectName(QStringLiteral("designBar"));
    m_bar->setWindowTitle(tr("Design"));
    m_bar->setMovable(false);
    m_stage = new views::PhysicalStage(parts.theme, *m_physical);
    m_page->addStage(DesignStage::Physical, tr("3 Physical"), m_stage, m_stage->diagram());
    addDocks();
    parts.window.addMode({"design", tr("Design"), "workflow", QKeySequence("Ctrl+3"), m_page,
                          kConceptualDocks, &parts.settings.designDocks});
    parts.window.addModeToolBar(m_bar);
    connect(&parts.window, &MainWindow::modeChanged, this, &DesignMode::showBars);
    connect(m_page, &views::DesignerPage::stageWidgetsChanged, this, &DesignMode::showStageDocks);
    connect(m_page, &views::DesignerPage::statusChanged, this, &DesignMode::statusChanged);
}

DesignMode::~DesignMode() = default;

void DesignMode::addDocks()
{
    MainWindow& w = m_parts.window;
    const theme::Theme& theme = m_parts.theme;
    auto* queries = new views::QueriesPanel(theme, m_context);
    w.addPanel("designQueries", tr("Queries"), queries, Qt::LeftDockWidgetArea);
    w.addPanel("designTables", tr("Tables"), new views::TablesPanel(theme, m_context),
               Qt::LeftDockWidgetArea);
    w.addPanel("designChecks", tr("Checks"), new views::ChecksPanel(theme, m_context),
               Qt::LeftDockWidgetArea);
    auto* inspector = new views::DesignInspector(theme, m_context);
    w.addPanel("designInspector", tr("Inspector"), inspector, Qt::RightDockWidgetArea);
    auto* sizes = new views::SizePanel(theme, m_context);
    m_sizes = sizes;
    w.addPanel("designSizing", tr("Partition size"), sizes, Qt::RightDockWidgetArea,
               "designInspector");
    auto* measured = new views::MeasurePanel(theme, m_context, m_parts.workload);
    m_measured = measured;
    w.addPanel("designMeasured", tr("Measured"), measured, Qt::BottomDockWidgetArea, "tasks");
    connect(measured, &views::MeasurePanel::measuredText, sizes, &views::SizePanel::setMeasured);
    connect(sizes, &views::SizePanel::measureWanted, this, [this] { raise("designMeasured"); });
    w.addPanel("designDifferences", tr("Differences"),
               new views::DifferencesPanel(theme, *m_physical), Qt::RightDockWidgetArea,
               "designInspector");
    m_deploy = new views::DeployPanel(theme, *m_physical, m_parts.catalog);
    w.addPanel("designDeploy", tr("Deploy"), m_deploy, Qt::RightDockWidgetArea);
    connect(queries, &views::QueriesPanel::coverageRequested, m_page,
            &views::DesignerPage::showCoverage);
    m_inspector = inspector;
    connect(inspector, &views::DesignInspector::leaveRequested, m_page,
            &views::DesignerPage::focusCanvas);
    connect(inspector, &views::DesignInspector::generateRequested, m_page,
            &views::DesignerPage::generate);
    connect(inspector, &views::DesignInspector::alternativesRequested, m_page,
            &views::DesignerPage::showAlternatives);
    connect(inspector, &views::DesignInspector::stepsRequested, m_page,
            &views::DesignerPage::stepThrough);
}

void DesignMode::addActions()
{
    m_page->addActions(m_parts.actions);
    const auto hasModel = [this] { return m_context.document() != nullptr; };
    m_parts.actions.add("model.physical")
        .text(tr("Stage 3: &physical"))
        .shortcut(QKeySequence(Qt::ALT | Qt::Key_3))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { m_context.setStage(DesignStage::Physical); });
    m_parts.actions.add("model.inspect")
        .text(tr("Edit in the &inspector"))
        .shortcut(QKeySequence(Qt::CTRL | Qt::Key_I))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] {
            if (m_parts.window.mode() != QLatin1String("design"))
                return;
            raise("designInspector");
            m_inspector->edit();
        });
    m_parts.actions.add("model.bucket")
        .text(tr("Choose a &bucket"))
        .tip(tr("The slider of the dock Partition size, for the table that is selected"))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] {
            onStage(DesignStage::Logical, "designSizing",
                    [this] { m_sizes->bucketSlider()->setFocus(Qt::ShortcutFocusReason); });
        });
    m_parts.actions.add("model.loadData")
        .text(tr("&Load data…"))
        .icon("download")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { onMeasured(&views::MeasurePanel::loadData); });
    m_parts.actions.add("model.measure")
        .text(tr("&Measure"))
        .icon("ruler")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { onMeasured(&views::MeasurePanel::measure); });
    m_parts.actions.add("model.calibrate")
        .text(tr("Cali&brate"))
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { onMeasured(&views::MeasurePanel::calibrate); });
    m_parts.actions.add("model.dryRun")
        .text(tr("Dr&y run"))
        .icon("play")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { onDeploy([this] { m_deploy->tryDry(); }); });
    m_parts.actions.add("model.deploy")
        .text(tr("&Deploy…"))
        .icon("rocket")
        .enabledWhen(this, hasModel)
        .onTriggered(this, [this] { onDeploy([this] { m_deploy->deployButton()->setFocus(); }); });
    m_page->fillToolBar(*m_bar, m_parts.actions);
    m_parts.actions.refresh();
}

void DesignMode::raise(const char* panel)
{
    QDockWidget* dock = m_parts.window.panel(QString::fromLatin1(panel));
    const bool hidden = dock->isHidden();
    dock->show();
    dock->raise();
    // The tables of a usual model, measured, without scrolling.
    if (hidden && m_parts.window.dockWidgetArea(dock) == Qt::BottomDockWidgetArea)
        m_parts.window.resizeDocks({dock}, {std::clamp(m_parts.window.height() / 3, 220, 300)},
                                   Qt::Vertical);
}

void DesignMode::onStage(DesignStage stage, const char* panel, const std::function<void()>& then)
{
    m_parts.window.setMode(QStringLiteral("design"));
    m_context.setStage(stage);
    raise(panel);
    then();
}

void DesignMode::onDeploy(const std::function<void()>& then)
{
    onStage(DesignStage::Physical, "designDeploy", then);
}

void DesignMode::onMeasured(void (views::MeasurePanel::*run)())
{
    // Beside the tables: both later stages have the dock.
    const DesignStage stage = m_context.stage();
    onStage(stage == DesignStage::Conceptual ? DesignStage::Logical : stage, "designMeasured",
            [this, run] { (m_measured->*run)(); });
}

QString DesignMode::statusText() const
{
    return m_page->statusText();
}

QString DesignMode::title() const
{
    const studio::ModelDocument* document = m_context.document();
    if (!document)
        return {};
    const QString stages[] = {tr("conceptual"), tr("logical"), tr("physical")};
    return tr("%1 · %2").arg(document->title(), stages[static_cast<int>(m_context.stage())]);
}

void DesignMode::showBars()
{
    const bool design = m_parts.window.mode() == QLatin1String("design");
    m_bar->setVisible(design);
    m_parts.window.toolBar()->setVisible(!design);
    if (design)
        showStageDocks();
}

void DesignMode::showStageDocks()
{
    if (m_parts.window.mode() != QLatin1String("design"))
        return;
    if (!m_context.document()) {
        m_parts.window.setDocks(QStringLiteral("design"), {}, nullptr);
        return;
    }
    const auto show = [this](const QStringList& docks, studio::Setting<QByteArray>& layout,
                             const char* front) {
        const bool fresh = layout.value().isEmpty();
        m_parts.window.setDocks(QStringLiteral("design"), docks, &layout);
        if (!fresh)
            return;
        // Tabs and heights exist once the docks have been laid out.
        QDockWidget* dock = m_parts.window.panel(QString::fromLatin1(front));
        QTimer::singleShot(0, dock, [this, dock] {
            dock->raise();
            QDockWidget* deploy = m_parts.window.panel(QStringLiteral("designDeploy"));
            if (deploy->isVisible())
                m_parts.window.resizeDocks({dock, deploy}, {38, 62}, Qt::Vertical);
            // Names of tables are long, and what tells them apart is at their end.
            QDockWidget* tables = m_parts.window.panel(QStringLiteral("designTables"));
            if (tables->isVisible())
                m_parts.window.resizeDocks({tables}, {kNamesWidth}, Qt::Horizontal);
        });
    };
    switch (m_context.stage()) {
    case DesignStage::Conceptual:
        show(kConceptualDocks, m_parts.settings.designDocks, "designInspector");
        break;
    case DesignStage::Logical:
        show(kLogicalDocks, m_parts.settings.logicalDocks, "designSizing");
        break;
    case DesignStage::Physical:
        show(kPhysicalDocks, m_parts.settings.physicalDocks, "designDifferences");
    }
}

} // namespace app
