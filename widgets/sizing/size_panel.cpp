#include "widgets/sizing/size_panel.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/sizing/column_sizes.h"
#include "widgets/sizing/figure_text.h"
#include "widgets/sizing/growth_chart.h"
#include "widgets/sizing/size_cards.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QStyle>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace views {

using namespace engine::modeling;
using theme::Type;

namespace {

QString figure(double value)
{
    return figureText(value);
}

/// Takes a number times `factor` into a member; an empty text takes it away.
auto numberInto(std::optional<double> TableSizing::*member, double factor)
{
    return [member, factor](TableSizing& sizing, const QString& text) {
        const auto value = typedFigure(text);
        if (!text.isEmpty() && (!value || *value < 0))
            return false;
        sizing.*member = value ? std::optional(*value * factor) : std::nullopt;
        return true;
    };
}

} // namespace

SizePanel::SizePanel(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_context(context)
{
    setProperty("surface", "panel");
    setMinimumWidth(392);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Partition size"));
    auto* page = new QWidget;
    page->setProperty("surface", "panel");
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(12, 10, 12, 10);
    m_title = theme::makeLabel({}, Type::Heading);
    m_empty = theme::makeLabel(tr("Select a table to see how large its partitions get."),
                               Type::Body, "2");
    m_empty->setWordWrap(true);
    pageLayout->addWidget(m_title);
    pageLayout->addWidget(m_empty);
    m_body = new QWidget;
    auto* layout = new QVBoxLayout(m_body);
    layout->setContentsMargins(0, 2, 0, 0);
    layout->setSpacing(8);
    pageLayout->addWidget(m_body);
    pageLayout->addStretch(1);
    scroll->setWidget(page);
    outer->addWidget(scroll, 1);
    buildCards(layout);
    buildInputs(layout);
    buildLimits(layout);
    buildFormulas(layout);
    buildBuckets(outer);

    connect(&context, &studio::DesignContext::modelChanged, this, &SizePanel::refresh);
    connect(&context, &studio::DesignContext::selectionChanged, this, &SizePanel::refresh);
    connect(&theme, &theme::Theme::changed, this, [this] {
        const int tried = m_slider->value();
        refresh();
        m_slider->setValue(tried); // other colors are no reason to forget what is being tried
    });
    refresh();
}

QLineEdit* SizePanel::addInput(QGridLayout* grid, int index, const QString& label,
                               const QString& unit)
{
    const int row = index / 3 * 2;
    grid->addWidget(theme::makeLabel(label, Type::Label, "2"), row, index % 3);
    auto* field = new QLineEdit;
    field->setAccessibleName(tr("%1, %2").arg(label, unit));
    field->setToolTip(unit);
    field->setFont(theme::typeFont(Type::Code));
    grid->addWidget(field, row + 1, index % 3);
    return field;
}

void SizePanel::buildCards(QVBoxLayout* layout)
{
    auto* cards = new QHBoxLayout;
    cards->setSpacing(8);
    m_rows = new SizeCard(m_theme, tr("Rows"), QStringLiteral("Nr"));
    m_cells = new SizeCard(m_theme, tr("Cells"), QStringLiteral("Nv"));
    m_bytes = new SizeCard(m_theme, tr("Disk"), QStringLiteral("St"));
    for (SizeCard* card : {m_rows, m_cells, m_bytes})
        cards->addWidget(card);
    layout->addLayout(cards);
    auto* strip = new QFrame;
    strip->setProperty("banner", "bundled");
    auto* stripRow = new QHBoxLayout(strip);
    stripRow->setContentsMargins(10, 4, 6, 4);
    m_measured = theme::makeLabel({}, Type::Label);
    m_measured->setWordWrap(true);
    stripRow->addWidget(m_measured, 1);
    layout->addWidget(strip);
    setMeasured({}, false);

    auto* profileRow = new QHBoxLayout;
    m_profile = new theme::SegmentedControl;
    m_profile->addSegment(tr("Average"), tr("The average partition"));
    m_profile->addSegment(tr("Largest"), tr("The largest partition: what limits are about"));
    m_profile->setCurrent(1);
    m_source = theme::makeLabel({}, Type::Label, "2");
    m_source->setWordWrap(true);
    profileRow->addWidget(m_profile);
    profileRow->addWidget(m_source, 1);
    layout->addLayout(profileRow);
    connect(m_profile, &theme::SegmentedControl::currentChanged, this, &SizePanel::refresh);
}

void SizePanel::connectField(QLineEdit* field,
                             const std::function<bool(TableSizing&, const QString&)>& put)
{
    connect(field, &QLineEdit::editingFinished, this, [this, field, put] {
        if (!field->isModified() || m_filling)
            return;
        field->setModified(false);
        takeInput(field->text().trimmed(), put);
    });
}

void SizePanel::buildInputs(QVBoxLayout* layout)
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    m_rowsField = addInput(grid, 0, tr("Rows per partition"),
                           tr("a number, 410×730, or a distribution: 90% 100; 10% 1..5000"));
    m_growthField = addInput(grid, 1, tr("Growth"), tr("rows a day"));
    m_ttlField = addInput(grid, 2, tr("TTL"), tr("days"));
    m_partitionsField = addInput(grid, 3, tr("Partitions"), tr("of the table"));
    m_replicas = addInput(grid, 4, tr("Replicas"), tr("of the keyspace"));
    m_replicas->setReadOnly(true);
    m_overheadField = addInput(grid, 5, tr("Cell overhead tavg"), tr("bytes"));
    layout->addLayout(grid);
    m_problem = theme::makeLabel({}, Type::Label, "error");
    m_problem->setWordWrap(true);
    m_problem->hide();
    layout->addWidget(m_problem);

    connectField(m_rowsField, [this](TableSizing& sizing, const QString& text) {
        (profile() == SizeProfile::Largest ? sizing.maximumRows : sizing.rows) = text.toStdString();
        return true;
    });
    connectField(m_growthField, numberInto(&TableSizing::rowsPerDay, 1));
    connectField(m_ttlField, numberInto(&TableSizing::ttlSeconds, 86400));
    connectField(m_partitionsField, numberInto(&TableSizing::partitions, 1));
    connectField(m_overheadField, numberInto(&TableSizing::averageOverhead, 1));

    m_columns = new ColumnSizes(m_theme, m_context);
    layout->addWidget(m_columns);
    m_guesses = theme::makeLabel({}, Type::Label, "2");
    m_guesses->setWordWrap(true);
    layout->addWidget(m_guesses);
}

void SizePanel::buildLimits(QVBoxLayout* layout)
{
    m_more = new QToolButton;
    m_more->setText(tr("Limits and compression"));
    m_more->setIcon(m_theme.icon(QStringLiteral("chevron-right")));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setCheckable(true);
    m_more->setProperty("flat", true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    layout->addWidget(m_more, 0, Qt::AlignLeft);
    m_limits = new QWidget;
    auto* grid = new QGridLayout(m_limits);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    m_rowsLimit = addInput(grid, 0, tr("Most rows"), tr("a partition"));
    m_cellsLimit = addInput(grid, 1, tr("Most cells"), tr("a partition"));
    m_bytesLimit = addInput(grid, 2, tr("Most bytes"), tr("MB a partition"));
    m_ratioField = addInput(grid, 3, tr("Compressed to"), tr("percent of the bytes written"));
    connectField(m_rowsLimit, numberInto(&TableSizing::limitRows, 1));
    connectField(m_cellsLimit, numberInto(&TableSizing::limitCells, 1));
    connectField(m_bytesLimit, numberInto(&TableSizing::limitBytes, 1e6));
    connectField(m_ratioField, numberInto(&TableSizing::compressionRatio, 0.01));
    m_limits->hide();
    layout->addWidget(m_limits);
    connect(m_more, &QToolButton::toggled, this, [this](bool open) {
        m_limits->setVisible(open);
        m_more->setIcon(
            m_theme.icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    });
}

void SizePanel::buildFormulas(QVBoxLayout* layout)
{
    auto* box = new QFrame;
    box->setProperty("card", true);
    auto* boxLayout = new QVBoxLayout(box);
    boxLayout->setContentsMargins(12, 8, 12, 8);
    auto* head = new QHBoxLayout;
    head->addWidget(theme::makeLabel(tr("Cells by"), Type::Label, "2"));
    m_formula = new theme::SegmentedControl;
    m_formula->addSegment(tr("Textbook"), QStringLiteral("Nv = Nr × (Nc − Npk − Ns) + Ns"));
    m_formula->addSegment(tr("Course notes"),
                          QStringLiteral("Nv = Nr × (Nc − Npk − Nck) + Nr × Nsc"));
    head->addWidget(m_formula);
    head->addStretch();
    boxLayout->addLayout(head);
    connect(m_formula, &theme::SegmentedControl::currentChanged, this, &SizePanel::refresh);
    m_formulas = theme::makeLabel({}, Type::Label);
    m_formulas->setWordWrap(true);
    m_formulas->setTextInteractionFlags(Qt::TextSelectableByMouse);
    boxLayout->addWidget(m_formulas);
    m_exact = theme::makeLabel({}, Type::Label, "2");
    m_exact->setWordWrap(true);
    boxLayout->addWidget(m_exact);
    layout->addWidget(box);

    auto* chartHead = new QHBoxLayout;
    chartHead->addWidget(theme::makeLabel(tr("Over time"), Type::Emphasis));
    chartHead->addStretch();
    m_chartUnit = new theme::SegmentedControl;
    m_chartUnit->addSegment(tr("Cells"));
    m_chartUnit->addSegment(tr("Bytes"));
    chartHead->addWidget(m_chartUnit);
    layout->addLayout(chartHead);
    m_chart = new GrowthChart(m_theme);
    layout->addWidget(m_chart);
    connect(m_chartUnit, &theme::SegmentedControl::currentChanged, this,
            [this] { showCandidate(m_slider->value()); });
}

void SizePanel::buildBuckets(QVBoxLayout* layout)
{
    m_foot = new QWidget;
    auto* foot = m_foot;
    foot->setProperty("surface", "panel");
    auto* around = new QVBoxLayout(foot);
    around->setContentsMargins(0, 0, 0, 0);
    around->setSpacing(0);
    around->addWidget(theme::makeRule());
    auto* column = new QVBoxLayout;
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(6);
    around->addLayout(column);
    auto* head = new QHBoxLayout;
    head->addWidget(theme::makeLabel(tr("Bucket size"), Type::Emphasis));
    m_bucketName = theme::makeLabel({}, Type::Label, "2");
    head->addWidget(m_bucketName, 1);
    m_apply = theme::makeButton(m_theme, QStringLiteral("circle-check"), tr("Apply"), true);
    head->addWidget(m_apply);
    column->addLayout(head);
    m_slider = new QSlider(Qt::Horizontal);
    m_slider->setAccessibleName(tr("Bucket size"));
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_slider->setPageStep(1);
    column->addWidget(m_slider);
    m_bucketEffect = theme::makeLabel({}, Type::Label);
    m_bucketEffect->setWordWrap(true);
    column->addWidget(m_bucketEffect);
    layout->addWidget(foot);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (!m_filling)
            showCandidate(value);
    });
    connect(m_apply, &QPushButton::clicked, this, [this] {
        const auto index = static_cast<std::size_t>(m_slider->value());
        if (index >= m_candidates.size())
            return;
        const Bucket bucket = m_candidates[index].bucket;
        m_context.edit(bucket.kind == Bucket::Kind::None
                           ? tr("Remove bucket")
                           : tr("Apply %1 bucket").arg(studio::text(m_candidates[index].label)),
                       [table = m_table, bucket](const Model& model) {
                           return applyBucket(model, table, bucket);
                       });
    });
}

SizeProfile SizePanel::profile() const
{
    return m_profile->current() == 0 ? SizeProfile::Average : SizeProfile::Largest;
}

void SizePanel::setMeasured(const QString& text, bool differs)
{
    m_measured->setText(text.isEmpty() ? tr("Not measured.") : text);
    m_measured->setProperty("tone", differs ? "warning" : "2");
    m_measured->style()->unpolish(m_measured);
    m_measured->style()->polish(m_measured);
}

void SizePanel::showProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

void SizePanel::takeInput(const QString& text,
                          const std::function<bool(TableSizing&, const QString&)>& put)
{
    const ModelTable* table = findTable(m_context.model(), m_table);
    if (!table)
        return;
    ModelTable changed = *table;
    if (!put(changed.sizing, text)) {
        showProblem(tr("%1 is not a number.").arg(text));
        return;
    }
    // An expression that cannot be understood says so, and stays out of the model.
    Model trial = m_context.model();
    for (ModelTable& each : trial.tables)
        if (each.id == m_table)
            each = changed;
    if (const auto inputs = tableInputs(trial, changed, profile()); !inputs) {
        showProblem(studio::text(inputs.error().detail()));
        return;
    }
    m_context.edit(tr("Change sizes of %1").arg(studio::text(table->name)),
                   [changed](const Model& model) { return setTable(model, changed); });
}

void SizePanel::refresh()
{
    const ModelTable* table = m_context.currentTable();
    if (!table)
        table = findTable(m_context.model(), m_table);
    m_table = table ? table->id : ElementId::None;
    m_body->setVisible(table);
    m_empty->setVisible(!table);
    m_title->setText(table ? studio::text(table->name) : tr("No table"));
    m_foot->setVisible(table);
    m_size.reset();
    m_candidates.clear();
    if (!table) {
        m_apply->setEnabled(false);
        m_bucketEffect->clear();
        return;
    }
    auto size = sizeOf(m_context.model(), m_table, profile(), Depth::Formula, cellFormula());
    showProblem(size ? QString() : studio::text(size.error().detail()));
    if (!size)
        return;
    m_size = std::move(*size);
    showSize();
    m_columns->show(*table, *m_size);
    showFormulas();
    showBuckets();
    computeExact();
}

void SizePanel::showSize()
{
    const TableInputs& in = m_size->inputs;
    m_filling = true;
    m_rows->set(m_size->rows, figure(in.rows), figure(in.limitRows));
    m_cells->set(m_size->cells, figure(m_size->cells.value), figure(in.limitCells));
    m_bytes->set(m_size->bytes, studio::decimalBytes(m_size->bytes.value),
                 studio::decimalBytes(in.limitBytes));
    m_source->setText(studio::text(in.rowsSource));
    const ModelTable* table = findTable(m_context.model(), m_table);
    const std::string& typed =
        profile() == SizeProfile::Largest ? table->sizing.maximumRows : table->sizing.rows;
    const auto set = [](QLineEdit* field, const QString& text, const QString& placeholder) {
        if (!(field->hasFocus() && field->isModified())) {
            field->setText(text);
            field->setModified(false);
        }
        field->setPlaceholderText(placeholder);
    };
    const TableSizing& sizing = table->sizing;
    set(m_rowsField, studio::text(typed), figure(in.rows));
    set(m_growthField, sizing.rowsPerDay ? figure(*sizing.rowsPerDay) : QString(),
        in.rowsPerDay > 0 ? figure(in.rowsPerDay) : tr("none"));
    set(m_ttlField, sizing.ttlSeconds ? figure(*sizing.ttlSeconds / 86400) : QString(),
        in.ttlSeconds > 0 ? figure(in.ttlSeconds / 86400) : tr("none"));
    set(m_partitionsField, sizing.partitions ? figure(*sizing.partitions) : QString(),
        figure(in.partitions));
    set(m_replicas, figure(in.replicas), {});
    set(m_overheadField, sizing.averageOverhead ? figure(*sizing.averageOverhead) : QString(),
        figure(in.overhead));
    const auto own = [](const std::optional<double>& value, double unit) {
        return value ? figure(*value / unit) : QString();
    };
    set(m_rowsLimit, own(sizing.limitRows, 1), figure(in.limitRows));
    set(m_cellsLimit, own(sizing.limitCells, 1), figure(in.limitCells));
    set(m_bytesLimit, own(sizing.limitBytes, 1e6), figure(in.limitBytes / 1e6));
    set(m_ratioField, own(sizing.compressionRatio, 0.01), tr("as encoded"));
    // Fixed lengths are no guess.
    const auto guessed =
        std::ranges::count_if(in.columns, [](const ColumnSize& each) { return each.isGuess; });
    m_guesses->setText(
        guessed == 0 ? QString()
                     : tr("~ %n size(s) are guesses by type: real values may be half or twice as "
                          "long. Type what you know, or load data and calibrate.",
                          nullptr, static_cast<int>(guessed)));
    m_guesses->setVisible(guessed > 0);
    m_filling = false;
}

CellFormula SizePanel::cellFormula() const
{
    return m_formula->current() == 1 ? CellFormula::CourseNotes : CellFormula::Textbook;
}

void SizePanel::showFormulas()
{
    const ClassicalSize& c = m_size->classical;
    const QString color = (m_size->light == Light::Red     ? m_theme.tokens().error
                           : m_size->light == Light::Amber ? m_theme.tokens().warning
                                                           : m_theme.tokens().success)
                              .name();
    const auto html = [&color](const Formula& formula, const QString& unit) {
        return QStringLiteral("%1<br>&nbsp;&nbsp;= %2 = <b style=\"color:%3\">%4 %5</b>")
            .arg(studio::text(formula.symbols).toHtmlEscaped(),
                 studio::text(formula.numbers).toHtmlEscaped(), color, figure(formula.result),
                 unit);
    };
    QString text = html(c.cells, tr("cells")) + QStringLiteral("<br>") + html(c.bytes, tr("bytes"));
    if (!c.whyTheyDiffer.empty())
        text +=
            QStringLiteral("<br><span style=\"color:%1\">%2</span>")
                .arg(m_theme.tokens().text2.name(), studio::text(c.whyTheyDiffer).toHtmlEscaped());
    m_formulas->setText(text);
    m_exact->setText(tr("Encoding sample rows…"));
}

void SizePanel::computeExact()
{
    const quint64 generation = ++m_generation;
    const ModelPtr model = m_context.document() ? m_context.document()->model() : nullptr;
    if (!model)
        return;
    QThreadPool::globalInstance()->start([self = QPointer<SizePanel>(this), model, generation,
                                          table = m_table, which = profile(),
                                          formula = cellFormula()] {
        auto size = sizeOf(*model, table, which, Depth::Exact, formula);
        QMetaObject::invokeMethod(
            qApp,
            [self, generation, size = std::move(size)] {
                if (!self || self->m_generation != generation)
                    return;
                if (!size || !size->exact) {
                    self->m_exact->setText(size ? QString() : studio::text(size.error().detail()));
                    return;
                }
                self->m_size = *size;
                const ExactSize& exact = *size->exact;
                self->m_exact->setText(
                    SizePanel::tr("Encoded: %1 bytes in Data.db, %2 compressed. %3")
                        .arg(figure(exact.partitionBytes),
                             studio::decimalBytes(exact.compressedBytes),
                             studio::text(exact.explanation)));
                self->m_bytes->set(size->bytes, studio::decimalBytes(size->bytes.value),
                                   studio::decimalBytes(size->inputs.limitBytes));
            },
            Qt::QueuedConnection);
    });
}

void SizePanel::showBuckets()
{
    auto candidates = bucketCandidates(m_context.model(), m_table, Depth::Formula);
    m_filling = true;
    m_candidates.clear();
    if (candidates)
        m_candidates = std::move(*candidates);
    const ModelTable* table = findTable(m_context.model(), m_table);
    const auto present = bucketOf(*table);
    int current = 0;
    int recommended = -1;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        if (present && m_candidates[i].bucket == *present)
            current = static_cast<int>(i);
        if (m_candidates[i].recommended)
            recommended = static_cast<int>(i);
    }
    m_slider->setRange(0, std::max(0, static_cast<int>(m_candidates.size()) - 1));
    m_slider->setValue(current);
    m_slider->setEnabled(m_candidates.size() > 1);
    m_filling = false;
    showCandidate(current);
    if (recommended >= 0 && recommended != current)
        m_bucketEffect->setText(
            m_bucketEffect->text() +
            tr(" Recommended: %1.")
                .arg(studio::text(m_candidates[static_cast<std::size_t>(recommended)].label)));
}

void SizePanel::showCandidate(int index)
{
    if (!m_size)
        return;
    const bool bytes = m_chartUnit->current() == 1;
    if (index < 0 || index >= static_cast<int>(m_candidates.size())) {
        m_bucketEffect->setText(tr("This table has no column that could be a bucket."));
        m_bucketName->clear();
        m_apply->setEnabled(false);
        m_chart->show(*m_size, std::nullopt, bytes);
        return;
    }
    const BucketCandidate& candidate = m_candidates[static_cast<std::size_t>(index)];
    const ModelTable* table = findTable(m_context.model(), m_table);
    const auto present = table ? bucketOf(*table) : std::nullopt;
    const bool isPresent =
        present ? candidate.bucket == *present : candidate.bucket.kind == Bucket::Kind::None;
    m_bucketName->setText(studio::text(candidate.label));
    m_slider->setAccessibleDescription(studio::text(candidate.label));
    QString effect =
        QStringLiteral("%1: %2").arg(lightText(candidate.light), studio::text(candidate.sentence));
    for (const BucketReads& reads : candidate.queries)
        if (!reads.sentence.empty())
            effect += QStringLiteral(". ") + studio::text(reads.sentence);
    m_bucketEffect->setText(effect + u'.');
    m_apply->setEnabled(!isPresent);
    m_apply->setText(candidate.bucket.kind == Bucket::Kind::None
                         ? tr("Remove bucket")
                         : tr("Apply %1").arg(studio::text(candidate.label)));
    std::optional<TableSize> bucketed;
    if (!isPresent)
        if (auto model = applyBucket(m_context.model(), m_table, candidate.bucket))
            if (auto size = sizeOf(*model, m_table, profile(), Depth::Formula))
                bucketed = std::move(*size);
    m_chart->show(*m_size, bucketed, bytes);
}

} // namespace views
