#include "app/design_mode.h"

#include "app/main_window.h"
#include "widgets/designer/designer_page.h"
#include "widgets/designer/inspector.h"
#include "widgets/designer/model_panels.h"
#include "widgets/sizing/size_panel.h"
#include "widgets/studio/action_registry.h"
#include "widgets/studio/settings.h"

#include <QDockWidget>
#include <QToolBar>

namespace app {

using studio::DesignStage;

namespace {

const QStringList kConceptualDocks{"designQueries", "designTables", "designChecks",
                                   "designInspector"};
const QStringList kLogicalDocks{"designQueries", "designTables", "designChecks", "designSizing",
                                "designInspector"};

} // namespace

DesignMode::DesignMode(const Parts& parts, QObject* parent)
    : QObject(parent),
      m_parts(parts),
      m_context(parts.session),
      m_page(new views::DesignerPage(parts.theme, m_context, parts.store)),
      m_bar(new QToolBar(&parts.window))
{
    m_bar->setObjectName(QStringLiteral("designBar"));
    m_bar->setWindowTitle(tr("Design"));
    m_bar->setMovable(false);
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
    w.addPanel("designSizing", tr("Partition size"), new views::SizePanel(theme, m_context),
               Qt::RightDockWidgetArea, "designInspector");
    connect(queries, &views::QueriesPanel::coverageRequested, m_page,
            &views::DesignerPage::showCoverage);
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
    m_page->fillToolBar(*m_bar, m_parts.actions);
    m_parts.actions.refresh();
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
    const bool conceptual = m_context.stage() == DesignStage::Conceptual;
    m_parts.window.setDocks(QStringLiteral("design"), conceptual ? kConceptualDocks : kLogicalDocks,
                            conceptual ? &m_parts.settings.designDocks
                                       : &m_parts.settings.logicalDocks);
}

} // namespace app
