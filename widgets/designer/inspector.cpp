#include "widgets/designer/inspector.h"

#include "engine/modeling/edit.h"
#include "widgets/designer/conceptual_forms.h"
#include "widgets/designer/query_form.h"
#include "widgets/designer/table_forms.h"
#include "widgets/theme/small_widgets.h"

#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTimer>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;

DesignInspector::DesignInspector(const theme::Theme& theme, studio::DesignContext& context,
                                 QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_modelForm(new ModelForm(theme, context)),
      m_query(new QueryForm(theme, context)),
      m_rule(theme::makeRule()),
      m_generate(theme::makeButton(theme, QStringLiteral("arrow-right"),
                                   tr("Generate logical model"), true)),
      m_soon(new QTimer(this))
{
    setProperty("surface", "panel");
    setMinimumWidth(300);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Inspector"));
    auto* body = new QWidget;
    body->setProperty("surface", "panel");
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_forms = {new OwnerForm(theme, context), new DetailForm(theme, context),
               new TableForm(theme, context), new ColumnForm(theme, context)};
    for (Form* form : std::as_const(m_forms))
        column->addWidget(form);
    column->addWidget(m_modelForm);
    column->addWidget(m_rule);
    column->addWidget(m_query);
    column->addStretch(1);
    scroll->setWidget(body);
    layout->addWidget(scroll, 1);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 8, 12, 10);
    foot->addWidget(m_generate);
    foot->addStretch();
    layout->addLayout(foot);

    m_soon->setSingleShot(true);
    m_soon->setInterval(0);
    connect(m_soon, &QTimer::timeout, this, &DesignInspector::refresh);
    const auto soon = [this] { m_soon->start(); };
    connect(&context, &studio::DesignContext::modelChanged, this, soon);
    connect(&context, &studio::DesignContext::findingsChanged, this, soon);
    connect(&context, &studio::DesignContext::selectionChanged, this, soon);
    connect(&context, &studio::DesignContext::stageChanged, this, soon);
    connect(&theme, &theme::Theme::changed, this, soon); // cells have their colors from it
    connect(m_generate, &QPushButton::clicked, this, &DesignInspector::generateRequested);
    connect(m_query, &QueryForm::alternativesRequested, this,
            &DesignInspector::alternativesRequested);
    connect(m_query, &QueryForm::stepsRequested, this, &DesignInspector::stepsRequested);
    auto* leave = new QShortcut(Qt::Key_Escape, this);
    leave->setContext(Qt::WidgetWithChildrenShortcut);
    connect(leave, &QShortcut::activated, this, &DesignInspector::leaveRequested);
    refresh();
}

void DesignInspector::edit()
{
    if (m_soon->isActive()) {
        m_soon->stop();
        refresh();
    }
    QList<Form*> forms = m_forms;
    forms << m_query << m_modelForm;
    for (Form* form : std::as_const(forms)) {
        if (!form->isVisible())
            continue;
        for (QLineEdit* field : form->findChildren<QLineEdit*>())
            if (field->isVisible() && field->isEnabled()) {
                field->setFocus(Qt::ShortcutFocusReason);
                field->selectAll();
                return;
            }
    }
}

void DesignInspector::refresh()
{
    const ElementId id = m_context.current();
    const bool isQuery = findQuery(m_context.model(), id) != nullptr;
    if (isQuery)
        m_lastQuery = id;
    bool shown = false;
    for (Form* form : std::as_const(m_forms)) {
        const bool mine = !shown && !isQuery && id != ElementId::None && form->show(id);
        form->setVisible(mine);
        shown = shown || mine;
    }
    const bool query = m_query->show(m_lastQuery);
    m_query->setVisible(query && (isQuery || m_context.stage() == studio::DesignStage::Conceptual));
    m_modelForm->setVisible(!shown && !isQuery);
    if (!shown && !isQuery)
        m_modelForm->show(ElementId::None);
    m_rule->setVisible(m_query->isVisibleTo(this) && (shown || m_modelForm->isVisibleTo(this)));
    m_generate->setVisible(m_context.stage() == studio::DesignStage::Conceptual);
    m_generate->setEnabled(!m_context.model().queries.empty());
    m_generate->setToolTip(m_context.model().queries.empty()
                               ? tr("Needs a query: tables follow from what is asked")
                               : QString());
}

} // namespace views
