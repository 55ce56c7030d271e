// The fields and lists of the dock Partition size, and what an edit of each takes into the model.
#include "engine/modeling/edit.h"
#include "widgets/sizing/column_sizes.h"
#include "widgets/sizing/growth_chart.h"
#include "widgets/sizing/size_cards.h"
#include "widgets/sizing/size_panel.h"
#include "widgets/studio/format.h"
#include "widgets/studio/text.h"
#include "widgets/theme/small_widgets.h"

#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace views {

using studio::figureText;
using studio::typedFigure;

using namespace engine::modeling;
using theme::Type;

namespace {

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
    m_measured->setTextFormat(Qt::RichText);
    m_measured->setTextInteractionFlags(Qt::TextBrowserInteraction);
    connect(m_measured, &QLabel::linkActivated, this, &SizePanel::measureWanted);
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

} // namespace views
