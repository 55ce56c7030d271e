#include "widgets/sizing/measure_panel.h"

#include "widgets/theme/small_widgets.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace views {

using namespace engine::modeling;
using engine::workload::MeasuredTable;
using theme::Type;

namespace {

enum Column { Table, Partitions, Rows, RowsEstimated, Bytes, BytesEstimated, SameRows, Calibrated };
constexpr double kDiffersMore = 0.25;
constexpr int kRowsInView = 5;
constexpr int kRowsDefault = 100'000;
constexpr int kRowsMost = 100'000'000;
constexpr int kSeedDefault = 20240611;

QString measuredFigure(double value)
{
    const bool tenths = value < 100 && std::abs(value - std::round(value)) > 0.05;
    return QLocale().toString(value, 'f', tenths ? 1 : 0);
}

QString measuredPercent(double ratio)
{
    const double percent = 100 * (ratio - 1);
    return QStringLiteral("%1%2 %")
        .arg(percent < 0 ? QStringLiteral("−") : QStringLiteral("+"))
        .arg(QLocale().toString(std::abs(percent), 'f', 1));
}

/// The ratio that says something about the columns, whatever the number of rows.
double columnRatio(const SizeComparison& comparison)
{
    return comparison.sameRowsRatio.value_or(comparison.ratio);
}

std::string fullName(const ModelTable& table)
{
    return table.keyspace + "." + table.name;
}

} // namespace

LoadDataDialog::LoadDataDialog(const ModelPtr& model, const QString& cluster, QWidget* parent)
    : QDialog(parent), m_model(model), m_rows(new QSpinBox(this)), m_seed(new QSpinBox(this))
{
    setWindowTitle(tr("Load data"));
    setMinimumWidth(360);
    auto* layout = new QVBoxLayout(this);
    auto* text = theme::makeLabel(
        tr("Creates the tables of %1 where they are missing, fills them with generated rows that "
           "agree with each other, and measures them. Rows of the same keys are overwritten.")
            .arg(QString::fromStdString(model->name)),
        Type::Body, "2", this);
    text->setWordWrap(true);
    layout->addWidget(text);
    auto* form = new QFormLayout;
    form->addRow(tr("Cluster"), theme::makeLabel(cluster, Type::Emphasis, nullptr, this));
    m_rows->setRange(1, kRowsMost);
    m_rows->setGroupSeparatorShown(true);
    m_rows->setSingleStep(10'000);
    m_rows->setValue(kRowsDefault);
    m_rows->setToolTip(tr("Of all tables together, about. Values of more than a gigabyte in all "
                          "are not made."));
    form->addRow(tr("&Rows"), m_rows);
    m_seed->setRange(0, INT_MAX);
    m_seed->setValue(kSeedDefault);
    m_seed->setToolTip(tr("The same seed gives the same rows."));
    form->addRow(tr("&Seed"), m_seed);
    layout->addLayout(form);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* go = buttons->addButton(tr("Load"), QDialogButtonBox::AcceptRole);
    go->setProperty("primary", true);
    go->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_rows->setFocus();
    m_rows->selectAll();
}

studio::ModelWork LoadDataDialog::work() const
{
    return {m_model, true, static_cast<quint64>(m_rows->value()),
            static_cast<quint64>(m_seed->value())};
}

MeasurePanel::MeasurePanel(const theme::Theme& theme, studio::DesignContext& context,
                           studio::ModelWorkload* workload, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_context(context), m_workload(workload)
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    auto* head = new QHBoxLayout;
    m_target = theme::makeLabel({}, Type::Body, "2");
    m_target->setWordWrap(true);
    m_load = theme::makeButton(theme, QStringLiteral("download"), tr("Load data…"), false);
    m_measure = theme::makeButton(theme, QStringLiteral("ruler"), tr("Measure"), false);
    m_calibrate = theme::makeButton(theme, QStringLiteral("circle-check"), tr("Calibrate"), true);
    m_calibrate->setToolTip(tr("Puts sizes, null shares and compression as measured in place of "
                               "the assumed ones: in the selected tables, or in all."));
    head->addWidget(m_target, 1);
    for (QPushButton* button : {m_load, m_measure, m_calibrate})
        head->addWidget(button);
    layout->addLayout(head);

    m_table = new QTableWidget(0, Calibrated + 1);
    // On two lines: eight columns stand beside each other in a narrow window.
    m_table->setHorizontalHeaderLabels({tr("Table"), tr("Partitions"), tr("Rows"),
                                        tr("Estimated\nrows"), tr("Bytes"), tr("Estimated\nbytes"),
                                        tr("For as\nmany rows"), tr("After\ncalibrating")});
    const int lines = 2 * QFontMetrics(m_table->horizontalHeader()->font()).lineSpacing();
    m_table->horizontalHeader()->setMinimumHeight(lines + 10);
    m_table->setAccessibleName(tr("Measured against estimated"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Table, QHeaderView::Stretch);
    m_table->horizontalHeader()->setMinimumSectionSize(56);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->viewport()->installEventFilter(this);
    layout->addWidget(m_table, 1);
    m_sentence = theme::makeLabel({}, Type::Label, "2");
    m_sentence->setWordWrap(true);
    layout->addWidget(m_sentence);

    connect(m_load, &QPushButton::clicked, this, &MeasurePanel::loadData);
    connect(m_measure, &QPushButton::clicked, this, &MeasurePanel::measure);
    connect(m_calibrate, &QPushButton::clicked, this, &MeasurePanel::calibrate);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &MeasurePanel::showSentence);
    connect(&context, &studio::DesignContext::modelChanged, this, &MeasurePanel::fill);
    connect(&context, &studio::DesignContext::documentChanged, this, &MeasurePanel::refreshTarget);
    connect(&context, &studio::DesignContext::selectionChanged, this, &MeasurePanel::showSentence);
    connect(&context.session(), &studio::Session::sourceChanged, this,
            &MeasurePanel::refreshTarget);
    if (workload)
        connect(workload, &studio::ModelWorkload::measured, this, &MeasurePanel::showResult);
    fill();
}

void MeasurePanel::refreshTarget()
{
    const studio::ClusterSource* source = m_context.session().source();
    QString problem;
    QString loadProblem;
    if (!m_workload || !source)
        problem = tr("Open a cluster to load data for the model and to measure it.");
    else if (!m_context.document() || m_context.model().tables.empty())
        problem = tr("The model has no tables yet.");
    else
        problem = m_workload->problemWith(*source, false);
    if (problem.isEmpty())
        loadProblem = m_workload->problemWith(*source, true);
    m_measure->setEnabled(problem.isEmpty());
    m_measure->setToolTip(problem);
    m_load->setEnabled(problem.isEmpty() && loadProblem.isEmpty());
    m_load->setToolTip(problem.isEmpty() ? loadProblem : problem);
    m_calibrate->setEnabled(!chosen().empty());
    QString text = problem;
    if (text.isEmpty())
        text = m_result ? tr("Measured on %1.").arg(m_result->cluster)
                        : tr("%1 is open. Nothing is measured yet.").arg(source->entry().name);
    m_target->setText(text);
}

void MeasurePanel::loadData()
{
    if (!m_load->isEnabled())
        return;
    const auto source = m_context.session().sourcePtr();
    LoadDataDialog dialog(std::make_shared<Model>(m_context.model()), source->entry().name,
                          window());
    if (dialog.exec() == QDialog::Accepted)
        m_workload->start(source, dialog.work());
}

void MeasurePanel::measure()
{
    if (!m_measure->isEnabled())
        return;
    studio::ModelWork work;
    work.model = std::make_shared<Model>(m_context.model());
    work.load = false;
    m_workload->start(m_context.session().sourcePtr(), work);
}

void MeasurePanel::showResult(const studio::MeasuredModelPtr& result)
{
    m_result = result;
    fill();
}

const MeasuredTable* MeasurePanel::measuredOf(const std::string& name) const
{
    if (!m_result)
        return nullptr;
    const auto found = std::ranges::find(m_result->tables, name, &MeasuredTable::name);
    return found == m_result->tables.end() ? nullptr : &*found;
}

void MeasurePanel::fill()
{
    // By name: the model may have been edited, or read anew, since it was measured.
    std::vector<const MeasuredTable*> shown;
    for (const ModelTable& table : m_context.model().tables) {
        if (const MeasuredTable* measured = measuredOf(fullName(table)))
            shown.push_back(measured);
    }
    m_table->setRowCount(static_cast<int>(shown.size()));
    for (std::size_t row = 0; row < shown.size(); ++row)
        setRow(static_cast<int>(row), *shown[row]);
    // Its dock makes room for the figures when they come.
    m_table->setMinimumHeight(m_table->horizontalHeader()->sizeHint().height() + 2 +
                              std::min(m_table->rowCount(), kRowsInView) * theme::kTableRow);
    fitColumns();
    refreshTarget();
    showSentence();
}

bool MeasurePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize)
        fitColumns();
    return QWidget::eventFilter(watched, event);
}

void MeasurePanel::fitColumns()
{
    constexpr int kNameLeast = 130;
    const QHeaderView* header = m_table->horizontalHeader();
    const QFontMetrics metrics(theme::typeFont(theme::Type::Code));
    const auto widthOf = [&](int column) {
        constexpr int kAround = 34; // margins, and the icon that warns
        int width = std::max(header->minimumSectionSize(), header->sectionSizeHint(column));
        for (int row = 0; row < m_table->rowCount(); ++row)
            if (const QTableWidgetItem* item = m_table->item(row, column))
                width = std::max(width, metrics.horizontalAdvance(item->text()) + kAround);
        return width;
    };
    int need = kNameLeast;
    for (int column = Partitions; column <= Calibrated; ++column)
        need += widthOf(column);
    const int room = m_table->viewport()->width();
    for (const Column column : {Partitions, RowsEstimated, Calibrated}) {
        const bool hide = need > room;
        need -= hide ? widthOf(column) : 0;
        if (m_table->isColumnHidden(column) != hide)
            m_table->setColumnHidden(column, hide);
    }
}

QString MeasurePanel::guessesOf(const std::string& name) const
{
    for (const ModelTable& table : m_context.model().tables) {
        if (fullName(table) != name)
            continue;
        const auto inputs = tableInputs(m_context.model(), table, SizeProfile::Average);
        QStringList columns;
        for (const ColumnSize& size : inputs ? inputs->columns : std::vector<ColumnSize>{})
            if (size.isGuess)
                columns += QString::fromStdString(size.name);
        return columns.join(QStringLiteral(", "));
    }
    return {};
}

void MeasurePanel::setRow(int row, const MeasuredTable& table)
{
    const auto put = [&](Column column, const QString& text) {
        auto* item = new QTableWidgetItem(text);
        item->setTextAlignment(column == Table ? Qt::AlignLeft | Qt::AlignVCenter
                                               : Qt::AlignRight | Qt::AlignVCenter);
        if (column != Table)
            item->setFont(theme::typeFont(Type::Code));
        m_table->setItem(row, column, item);
        return item;
    };
    put(Table, QString::fromStdString(table.name))->setToolTip(QString::fromStdString(table.name));
    if (!table.comparison) {
        for (int column = Partitions; column <= Calibrated; ++column)
            put(static_cast<Column>(column), QStringLiteral("–"))
                ->setToolTip(QString::fromStdString(table.problem));
        return;
    }
    const SizeComparison& c = *table.comparison;
    put(Partitions, measuredFigure(table.measurement.partitions.value_or(0)));
    put(Rows, c.measuredRows ? measuredFigure(*c.measuredRows) : QStringLiteral("–"));
    put(RowsEstimated, measuredFigure(c.estimatedRows));
    put(Bytes, studio::decimalBytes(c.measuredBytes));
    put(BytesEstimated, studio::decimalBytes(c.estimatedBytes));
    auto* same = put(SameRows, measuredPercent(columnRatio(c)));
    if (std::abs(columnRatio(c) - 1) > kDiffersMore) {
        same->setIcon(m_theme.icon(QStringLiteral("alert"), theme::Ink::Warning));
        const QString guesses = guessesOf(table.name);
        same->setToolTip(guesses.isEmpty()
                             ? tr("More than a quarter off: look at the sizes of the columns.")
                             : tr("More than a quarter off. The sizes of these columns are guesses "
                                  "by type, until you type or calibrate them: %1.")
                                   .arg(guesses));
    }
    put(Calibrated, table.calibrated ? measuredPercent(table.calibrated->ratio) : QString());
    QStringList all{QString::fromStdString(table.name)};
    for (int column = Partitions; column <= Calibrated; ++column)
        all += m_table->horizontalHeaderItem(column)->text().replace(u'\n', u' ') +
               QStringLiteral(": ") + m_table->item(row, column)->text();
    m_table->item(row, Table)->setToolTip(all.join(u'\n'));
}

void MeasurePanel::showSentence()
{
    const QList<QTableWidgetItem*> selected = m_table->selectedItems();
    const std::string name =
        selected.isEmpty() ? std::string{}
                           : m_table->item(selected.front()->row(), Table)->text().toStdString();
    QString text;
    if (const MeasuredTable* table = measuredOf(name))
        text = table->comparison
                   ? tr("%1 %2.").arg(QString::fromStdString(table->comparison->sentence),
                                      QString::fromStdString(table->measurement.source))
                   : QString::fromStdString(table->problem);
    else if (m_result)
        text = tr("Rows and bytes are of a partition on average, uncompressed.");
    m_sentence->setText(text);
    m_calibrate->setEnabled(!chosen().empty());

    const ModelTable* current = m_context.currentTable();
    const MeasuredTable* measured = current ? measuredOf(fullName(*current)) : nullptr;
    emit measuredText(measured && measured->comparison
                          ? QString::fromStdString(measured->comparison->sentence)
                          : QString(),
                      measured && measured->comparison &&
                          std::abs(columnRatio(*measured->comparison) - 1) > kDiffersMore);
}

std::vector<MeasuredTable> MeasurePanel::chosen() const
{
    std::vector<MeasuredTable> tables;
    if (!m_result)
        return tables;
    const bool all = m_table->selectedItems().isEmpty();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto* item = m_table->item(row, Table);
        const MeasuredTable* table = measuredOf(item->text().toStdString());
        if (table && table->comparison && (all || item->isSelected()))
            tables.push_back(*table);
    }
    return tables;
}

void MeasurePanel::calibrate()
{
    const std::vector<MeasuredTable> tables = chosen();
    if (tables.empty())
        return;
    // Generated rows are as many as were asked for: the model keeps its own number.
    const auto what = m_result->generated ? engine::modeling::Calibrate::Columns
                                          : engine::modeling::Calibrate::Everything;
    m_context.edit(tr("Calibrate %n table(s)", nullptr, static_cast<int>(tables.size())),
                   [tables, what](const Model& before) -> engine::Result<Model> {
                       Model model = before;
                       for (const MeasuredTable& table : tables) {
                           const auto& m = table.measurement;
                           const ModelTable* now = findTable(model, m.keyspace, m.table);
                           if (!now)
                               continue;
                           RW_ASSIGN(model, engine::modeling::calibrate(model, now->id, m, what));
                       }
                       return model;
                   });
}

} // namespace views
