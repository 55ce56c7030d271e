#include "widgets/sizing/size_panel.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/sizing/column_sizes.h"
#include "widgets/sizing/growth_chart.h"
#include "widgets/sizing/size_cards.h"
#include "widgets/studio/format.h"
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

using studio::figureText;
using studio::typedFigure;

using namespace engine::modeling;
using theme::Type;

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
        showMeasured();
        const int tried = m_slider->value();
        refresh();
        m_slider->setValue(tried); // other colors are no reason to forget what is being tried
    });
    refresh();
}

SizeProfile SizePanel::profile() const
{
    return m_profile->current() == 0 ? SizeProfile::Average : SizeProfile::Largest;
}

void SizePanel::setMeasured(const QString& text, bool differs)
{
    m_measuredText = text;
    showMeasured();
    m_measured->setProperty("tone", differs ? "warning" : "2");
    m_measured->style()->unpolish(m_measured);
    m_measured->style()->polish(m_measured);
}

void SizePanel::showMeasured()
{
    const QString link = QStringLiteral("%1 <a href=\"measure\" style=\"color:%2\">%3</a>");
    m_measured->setText(m_measuredText.isEmpty()
                            ? link.arg(tr("Not measured."), m_theme.tokens().accent.name(),
                                       tr("Load data and measure"))
                            : m_measuredText.toHtmlEscaped());
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
    m_rows->set(m_size->rows, figureText(in.rows), figureText(in.limitRows));
    m_cells->set(m_size->cells, figureText(m_size->cells.value), figureText(in.limitCells));
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
    set(m_rowsField, studio::text(typed), figureText(in.rows));
    set(m_growthField, sizing.rowsPerDay ? figureText(*sizing.rowsPerDay) : QString(),
        in.rowsPerDay > 0 ? figureText(in.rowsPerDay) : tr("none"));
    set(m_ttlField, sizing.ttlSeconds ? figureText(*sizing.ttlSeconds / 86400) : QString(),
        in.ttlSeconds > 0 ? figureText(in.ttlSeconds / 86400) : tr("none"));
    set(m_partitionsField, sizing.partitions ? figureText(*sizing.partitions) : QString(),
        figureText(in.partitions));
    set(m_replicas, figureText(in.replicas), {});
    set(m_overheadField, sizing.averageOverhead ? figureText(*sizing.averageOverhead) : QString(),
        figureText(in.overhead));
    const auto own = [](const std::optional<double>& value, double unit) {
        return value ? figureText(*value / unit) : QString();
    };
    set(m_rowsLimit, own(sizing.limitRows, 1), figureText(in.limitRows));
    set(m_cellsLimit, own(sizing.limitCells, 1), figureText(in.limitCells));
    set(m_bytesLimit, own(sizing.limitBytes, 1e6), figureText(in.limitBytes / 1e6));
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
                 studio::text(formula.numbers).toHtmlEscaped(), color, figureText(formula.result),
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
                        .arg(figureText(exact.partitionBytes),
                             studio::decimalBytes(exact.compressedBytes),
                             studio::text(exact.explanation)));
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
