#include "widgets/designer/physical/physical_stage.h"

#include "engine/modeling/edit_cql.h"
#include "widgets/designer/physical/cql_pane.h"
#include "widgets/designer/table_scene.h"
#include "widgets/theme/small_widgets.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;
using theme::Type;

PhysicalStage::PhysicalStage(const theme::Theme& theme, PhysicalContext& physical, QWidget* parent)
    : QSplitter(Qt::Horizontal, parent),
      m_theme(theme),
      m_physical(physical),
      m_scene(new TableScene(theme, physical.design(), true, this)),
      m_view(new DiagramView(theme, *m_scene, tr("Tables with types"))),
      m_tabs(new QTabBar(this)),
      m_panes(new QStackedWidget(this)),
      m_differences(new CqlPane(theme, tr("CQL with differences"))),
      m_model(new CqlPane(theme, tr("CQL of the model"))),
      m_live(new CqlPane(theme, tr("CQL of the cluster"))),
      m_deployed(new CqlPane(theme, tr("CQL with differences to the last deployment"))),
      m_problem(theme::makeLabel({}, Type::Label, "error")),
      m_pause(new QTimer(this))
{
    m_view->setFitsWidth(true);
    addWidget(m_view);
    addWidget(makeCqlSide());
    setSizes({380, 600});
    setStretchFactor(0, 2);
    setStretchFactor(1, 3);
    setChildrenCollapsible(false);
    m_pause->setSingleShot(true);
    m_pause->setInterval(500);
    connect(m_pause, &QTimer::timeout, this, &PhysicalStage::takeText);
    connect(&physical, &PhysicalContext::compared, this, &PhysicalStage::showComparison);
    connect(&physical.design(), &studio::DesignContext::selectionChanged, this,
            &PhysicalStage::showElement);
    connect(m_model, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_taking && m_model->hasFocus())
            m_pause->start();
    });
    for (CqlPane* pane : {m_differences, m_model, m_live, m_deployed})
        connect(pane, &CqlPane::elementEntered, this, [this](ElementId element) {
            if (m_physical.design().current() != element)
                m_physical.design().reveal(element);
        });
}

QWidget* PhysicalStage::makeCqlSide()
{
    auto* side = new QWidget;
    side->setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QWidget;
    bar->setProperty("bar", "chrome");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 6, 0);
    m_tabs->addTab(tr("CQL with differences"));
    m_tabs->addTab(tr("CQL of the model"));
    m_tabs->setTabToolTip(1, tr("Can be edited: valid text changes the model"));
    m_tabs->addTab(tr("Cluster's schema"));
    m_tabs->addTab(tr("Last deployed"));
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setExpanding(false);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Sides of the comparison"));
    row->addWidget(m_tabs, 1);
    auto* copy = theme::makeFlatButton(m_theme, QStringLiteral("copy"), tr("Copy the CQL"));
    connect(copy, &QToolButton::clicked, this, &PhysicalStage::copyText);
    row->addWidget(copy);
    layout->addWidget(bar);
    for (CqlPane* pane : {m_differences, m_model, m_live, m_deployed})
        m_panes->addWidget(pane);
    m_model->setReadOnly(false);
    layout->addWidget(m_panes, 1);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(12, 6, 12, 6);
    m_problem->hide();
    layout->addWidget(m_problem);
    connect(m_tabs, &QTabBar::currentChanged, m_panes, &QStackedWidget::setCurrentIndex);
    return side;
}

QString PhysicalStage::problemText() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void PhysicalStage::showComparison()
{
    const PhysicalComparison& now = *m_physical.comparison();
    m_scene->setDifferences(now.target.isEmpty() ? std::vector<Difference>{}
                                                 : now.diff.differences);
    m_differences->setLines(now.differences);
    // Text that is being written, or does not fit the model yet, is not taken away.
    if (!m_model->hasFocus() || m_problem->isHidden()) {
        m_taking = true;
        if (!m_pause->isActive() && !m_model->hasFocus())
            m_model->setLines(now.modelOnly);
        m_taking = false;
    }
    m_live->setLines(now.liveOnly);
    m_deployed->setLines(now.sinceDeployed);
    m_tabs->setTabVisible(3, !now.deployedTo.isEmpty());
    m_tabs->setTabToolTip(
        3, tr("What the model has otherwise than the last deployment: %1").arg(now.deployedTo));
    m_tabs->setTabText(0, now.target.isEmpty() ? tr("CQL") : tr("CQL with differences"));
    m_tabs->setTabVisible(2, !now.target.isEmpty());
    m_tabs->setTabText(2, now.target.isEmpty() ? tr("Cluster's schema")
                                               : tr("Schema of %1").arg(now.target));
    showElement();
}

void PhysicalStage::showElement()
{
    const ModelTable* table = m_physical.design().currentTable();
    const ElementId element = table ? table->id : m_physical.design().current();
    for (CqlPane* pane : {m_differences, m_model, m_live, m_deployed})
        pane->showElement(element);
}

void PhysicalStage::takeText()
{
    const std::string text = m_model->toPlainText().toStdString();
    auto changed = withCql(m_physical.design().model(), text);
    if (!changed) {
        const QString why = QString::fromStdString(changed.error().detail());
        static const QRegularExpression kLine(QStringLiteral("\\bline (\\d+)"));
        const auto match = kLine.match(why);
        m_model->showProblem(match.hasMatch() ? match.captured(1).toInt() - 1 : -1);
        m_problem->setText(tr("The model waits: %1").arg(why));
        m_problem->show();
        return;
    }
    m_problem->hide();
    m_model->showProblem(-1);
    m_taking = true;
    m_physical.design().edit(
        tr("Edit CQL"),
        [text](const Model& before) -> engine::Result<Model> { return withCql(before, text); },
        QStringLiteral("cql"));
    m_taking = false;
}

void PhysicalStage::copyText()
{
    QGuiApplication::clipboard()->setText(
        qobject_cast<CqlPane*>(m_panes->currentWidget())->toPlainText());
}

} // namespace views
