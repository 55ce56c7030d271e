#include "widgets/designer/stage_views.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/mapping.h"
#include "engine/modeling/notation.h"
#include "widgets/designer/conceptual_scene.h"
#include "widgets/designer/table_scene.h"
#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;
using theme::Type;

QWidget* makeStrip(const theme::Theme& theme, const QString& icon, const QString& title,
                   QLabel** figures, const QList<QWidget*>& buttons)
{
    auto* strip = new QWidget;
    strip->setProperty("bar", true);
    strip->setFixedHeight(30);
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(12, 0, 8, 0);
    row->setSpacing(8);
    auto* mark = new QLabel(strip);
    const auto draw = [&theme, icon, mark] {
        mark->setPixmap(theme.icon(icon).pixmap(QSize(15, 15), mark->devicePixelRatioF()));
    };
    draw();
    QObject::connect(&theme, &theme::Theme::changed, mark, draw);
    row->addWidget(mark);
    row->addWidget(theme::makeLabel(title, Type::Emphasis));
    *figures = theme::makeLabel({}, Type::Label, "2");
    // Gives way in a narrow window, which must not be as wide as all its words.
    (*figures)->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(*figures, 1);
    for (QWidget* button : buttons)
        row->addWidget(button);
    return strip;
}

namespace {

QWidget* withStrip(QWidget* strip, QWidget* body)
{
    auto* pane = new QWidget;
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(strip);
    layout->addWidget(body, 1);
    return pane;
}

} // namespace

ConceptualStage::ConceptualStage(const theme::Theme& theme, studio::DesignContext& context,
                                 QWidget* parent)
    : QSplitter(Qt::Vertical, parent), m_context(context)
{
    m_entities = new DiagramView(theme, *new ConceptualScene(theme, context, this),
                                 tr("Entities and relationships"));
    m_workflow = new DiagramView(theme, *new WorkflowScene(theme, context, this),
                                 tr("Application workflow"));
    m_entities->setMinimapShown(true);
    m_workflow->setMinimapShown(true);
    addWidget(withStrip(makeStrip(theme, QStringLiteral("shapes"), tr("Entities and relationships"),
                                  &m_entityFigures),
                        m_entities));
    auto* renumber = new QToolButton;
    renumber->setText(tr("Renumber"));
    renumber->setToolTip(tr("Labels Q1, Q2 … in the order of the workflow"));
    renumber->setIcon(theme.icon(QStringLiteral("list-ordered")));
    renumber->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    renumber->setProperty("flat", true);
    renumber->setAccessibleName(tr("Renumber queries"));
    connect(renumber, &QToolButton::clicked, this, [this] {
        m_context.edit(tr("Renumber queries"),
                       [](const Model& model) { return renumberQueries(model); });
    });
    addWidget(withStrip(makeStrip(theme, QStringLiteral("route"), tr("Application workflow"),
                                  &m_workflowFigures, {renumber}),
                        m_workflow));
    setSizes({540, 430});
    setChildrenCollapsible(false);
    connect(&context, &studio::DesignContext::modelChanged, this, &ConceptualStage::refresh);
    refresh();
}

void ConceptualStage::refresh()
{
    const Model& model = m_context.model();
    int keyless = 0;
    for (const EntityType& entity : model.entities)
        keyless +=
            std::ranges::none_of(entity.attributes, &Attribute::key) &&
                    std::ranges::none_of(model.hierarchies,
                                         [&](const Hierarchy& h) {
                                             return std::ranges::find(h.subtypes, entity.id) !=
                                                    h.subtypes.end();
                                         })
                ? 1
                : 0;
    m_entityFigures->setText(
        model.entities.empty()
            ? QString()
            : tr("%1, %2, %3")
                  .arg(tr("%n entities", nullptr, static_cast<int>(model.entities.size())),
                       tr("%n relationship(s)", nullptr,
                          static_cast<int>(model.relationships.size())),
                       keyless == 0 ? tr("all keys set")
                                    : tr("%n without a key", nullptr, keyless)));
    m_workflowFigures->setText(
        model.screens.empty() && model.queries.empty()
            ? QString()
            : tr("%1, %2. Each edge is a query the application asks")
                  .arg(tr("%n screen(s)", nullptr, static_cast<int>(model.screens.size())),
                       tr("%n queries", nullptr, static_cast<int>(model.queries.size()))));
}

// ---- logical ------------------------------------------------------------------------------------

LogicalStage::LogicalStage(const theme::Theme& theme, studio::DesignContext& context,
                           QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_scene(new TableScene(theme, context, false, this)),
      m_view(new DiagramView(theme, *m_scene, tr("Chebotko diagram"))),
      m_bar(new QWidget(this)),
      m_stepRule(theme::makeLabel({}, Type::Emphasis)),
      m_stepText(theme::makeLabel({}, Type::Body)),
      m_legend(theme::makeLabel({}, Type::Label, "2"))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_bar->setProperty("bar", true);
    // The sentence has the whole width: in a column it would push the diagram away.
    auto* rows = new QVBoxLayout(m_bar);
    rows->setContentsMargins(12, 7, 8, 7);
    rows->setSpacing(4);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(10);
    bar->addWidget(m_stepRule, 1);
    rows->addLayout(bar);
    m_stepText->setWordWrap(true);
    rows->addWidget(m_stepText);
    const auto button = [&](const char* icon, const QString& text) {
        auto* made = new QToolButton(m_bar);
        made->setIcon(theme.icon(QLatin1String(icon)));
        made->setText(text);
        made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        made->setAccessibleName(text);
        bar->addWidget(made);
        return made;
    };
    m_back = button("undo", tr("Back"));
    m_next = button("arrow-right", tr("Next step"));
    auto* close = theme::makeFlatButton(theme, QStringLiteral("close"), tr("End the steps"));
    bar->addWidget(close);
    m_bar->hide();
    layout->addWidget(m_bar);
    layout->addWidget(m_view, 1);
    auto* foot = new QWidget(this);
    foot->setProperty("surface", "panel");
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(14, 5, 12, 5);
    row->addWidget(m_legend);
    row->addStretch();
    layout->addWidget(foot);
    m_view->setMinimapShown(true);
    const auto showLegend = [this] {
        QString html;
        for (const LegendEntry& entry : notationLegend()) {
            const QString mark = QString::fromStdString(entry.mark);
            const DiagramLook look{&m_theme.tokens(), false};
            html +=
                QStringLiteral("<span style=\"color:%1\"><b>%2</b></span>&nbsp;%3 &nbsp; &nbsp; ")
                    .arg(look.mark(mark).name(),
                         mark.toHtmlEscaped().replace(u' ', QStringLiteral("&nbsp;")),
                         QString::fromStdString(entry.meaning)
                             .toHtmlEscaped()
                             .replace(u' ', QStringLiteral("&nbsp;")));
        }
        m_legend->setText(html);
        m_legend->setWordWrap(true);
    };
    row->setStretch(0, 1);
    showLegend();
    connect(&theme, &theme::Theme::changed, this, showLegend);
    connect(m_back, &QToolButton::clicked, this, [this] {
        --m_step;
        showStep();
    });
    connect(m_next, &QToolButton::clicked, this, [this] {
        ++m_step;
        showStep();
    });
    connect(close, &QToolButton::clicked, this, &LogicalStage::endSteps);
    connect(&context, &studio::DesignContext::documentChanged, this, &LogicalStage::endSteps);
}

void LogicalStage::stepThrough(ElementId query)
{
    m_query = query;
    m_step = 0;
    m_bar->show();
    showStep();
    m_next->setFocus();
}

void LogicalStage::showStep()
{
    const engine::modeling::Query* query = findQuery(m_context.model(), m_query);
    if (!query) {
        endSteps();
        return;
    }
    const auto mapped = mapQuery(m_context.model(), *query);
    if (!mapped) {
        m_stepRule->setText(QString::fromStdString(query->label));
        m_stepText->setText(QString::fromStdString(mapped.error().detail()));
        m_back->setEnabled(false);
        m_next->setEnabled(false);
        return;
    }
    const int count = static_cast<int>(mapped->steps.size());
    m_step = std::clamp(m_step, 0, count - 1);
    const MappingStep& step = mapped->steps[static_cast<std::size_t>(m_step)];
    m_stepRule->setText(
        tr("%1 · %2 · step %3 of %4")
            .arg(QString::fromStdString(query->label), QString::fromStdString(ruleName(step.rule)))
            .arg(m_step + 1)
            .arg(count));
    m_stepText->setText(QString::fromStdString(step.text));
    m_back->setEnabled(m_step > 0);
    m_next->setEnabled(m_step + 1 < count);
    ElementId table{};
    for (const ModelTable& each : m_context.model().tables)
        if (std::ranges::find(each.queries, m_query) != each.queries.end())
            table = each.id;
    m_scene->showStep(step, table);
    if (table == ElementId::None)
        return;
    m_context.reveal(table);
    // A diagram that is fitted into a small window is too small to follow a column's marks.
    if (m_step == 0)
        m_view->readable(table);
}

void LogicalStage::endSteps()
{
    m_bar->hide();
    m_query = ElementId::None;
    m_scene->showStep(std::nullopt, ElementId::None);
}

} // namespace views
