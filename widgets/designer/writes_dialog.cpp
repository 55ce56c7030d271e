#include "widgets/designer/writes_dialog.h"

#include "engine/modeling/advice.h"
#include "widgets/designer/physical/cql_pane.h"
#include "widgets/studio/format.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>

namespace views {

using namespace engine::modeling;
using theme::Type;

namespace {

enum Column { Written, Tables, Rows, OnReplicas, Calls, ColumnCount };

QString summaryOf(const WorkloadTotals& load)
{
    if (load.writesPerSecond <= 0)
        return WritesDialog::tr("No query of the workflow writes yet, or none says how often: what "
                                "a single write costs stands below.");
    return WritesDialog::tr("The application writes %1 a second: %2 rows and index entries in all "
                            "tables, %3 on all replicas.")
        .arg(studio::figureText(load.writesPerSecond),
             studio::figureText(load.tableWritesPerSecond),
             studio::figureText(load.replicaWritesPerSecond));
}

} // namespace

WritesDialog::WritesDialog(const theme::Theme& theme, studio::DesignContext& context,
                           QWidget* parent)
    : QDialog(parent),
      m_plans(writePlans(context.model())),
      m_list(new QTableWidget(0, ColumnCount, this)),
      m_advice(theme::makeLabel({}, Type::Body)),
      m_kinds(new theme::SegmentedControl),
      m_statements(new CqlPane(theme, tr("Statements"), this))
{
    setWindowTitle(tr("Cost of writes"));
    resize(1040, 600);
    auto* layout = new QVBoxLayout(this);
    auto* summary = theme::makeLabel(summaryOf(workloadTotals(context.model())), Type::Body, "2");
    summary->setWordWrap(true);
    layout->addWidget(summary);

    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(theme::kSpace2, 0, 0, 0);
    m_advice->setWordWrap(true);
    m_kinds->addSegment(tr("Insert"), tr("Statements that write a new instance"));
    m_kinds->addSegment(tr("Update"), tr("Statements that change what is in no key"));
    m_kinds->addSegment(tr("Delete"), tr("Statements that remove an instance"));
    m_statements->setReadOnly(true);
    column->addWidget(m_advice);
    column->addWidget(m_kinds, 0, Qt::AlignLeft);
    column->addWidget(m_statements, 1);
    auto* split = new QSplitter(this);
    split->addWidget(m_list);
    split->addWidget(right);
    split->setStretchFactor(1, 1);
    layout->addWidget(split, 1);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    connect(m_list, &QTableWidget::currentCellChanged, this, &WritesDialog::showPlan);
    connect(m_kinds, &theme::SegmentedControl::currentChanged, this, &WritesDialog::showPlan);
    fillList(context.model());
}

void WritesDialog::fillList(const Model& model)
{
    m_list->setAccessibleName(tr("What is written"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->verticalHeader()->hide();
    m_list->setHorizontalHeaderLabels(
        {tr("Write of"), tr("Tables"), tr("Rows"), tr("On replicas"), tr("Calls/s")});
    m_list->horizontalHeaderItem(Rows)->setToolTip(
        tr("One a table, and one for each of its indexes and views"));
    m_list->setRowCount(static_cast<int>(m_plans.size()));
    for (int row = 0; row < m_list->rowCount(); ++row) {
        const WritePlan& plan = m_plans[static_cast<std::size_t>(row)];
        const auto put = [&](int column, const QString& text) {
            auto* item = new QTableWidgetItem(text);
            item->setTextAlignment((column == Written ? Qt::AlignLeft : Qt::AlignRight) |
                                   Qt::AlignVCenter);
            m_list->setItem(row, column, item);
        };
        put(Written, studio::text(elementName(model, plan.of)));
        put(Tables, QString::number(plan.tables.size()));
        put(Rows, studio::figureText(plan.rows));
        put(OnReplicas, studio::figureText(plan.replicaRows));
        put(Calls, plan.callsPerSecond > 0 ? studio::figureText(plan.callsPerSecond) : QString());
    }
    m_list->resizeColumnsToContents();
    m_list->horizontalHeader()->setSectionResizeMode(Written, QHeaderView::Stretch);
    m_list->setMinimumWidth(400);
    if (m_plans.empty())
        m_advice->setText(tr("No table holds an entity or relationship type yet. Generate the "
                             "logical model, or link a table to its queries."));
    // What costs most comes first to the eye.
    const auto most = std::ranges::max_element(m_plans, {}, &WritePlan::replicaRows);
    m_list->setCurrentCell(static_cast<int>(most - m_plans.begin()), 0);
}

void WritesDialog::showPlan()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    const WritePlan& plan = m_plans[static_cast<std::size_t>(row)];
    m_advice->setText(studio::text(plan.advice));
    const std::string* statements[] = {&plan.insert, &plan.update, &plan.erase};
    QString text = studio::text(*statements[m_kinds->current()]);
    if (text.isEmpty())
        text = tr("-- All columns are in the key: there is nothing to update.");
    std::vector<CqlLine> lines;
    for (const QString& line : text.split(u'\n'))
        lines.push_back({line, CqlLine::State::Same, ElementId::None});
    m_statements->setLines(lines);
}

} // namespace views
