#include "widgets/sizing/column_sizes.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/studio/format.h"
#include "widgets/studio/text.h"

#include <QHeaderView>

#include <algorithm>

namespace views {

using studio::figureText;
using studio::typedFigure;

using namespace engine::modeling;

ColumnSizes::ColumnSizes(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QTableWidget(0, 6, parent), m_theme(theme), m_context(context)
{
    setAccessibleName(tr("Sizes of the columns"));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(30);
    setColumnWidth(Key, 52);
    setColumnWidth(Type, 64);
    setColumnWidth(Size, 66);
    setColumnWidth(Nulls, 44);
    setColumnWidth(Elements, 48);
    setShowGrid(false);
    setWordWrap(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QTableWidget::cellChanged, this, &ColumnSizes::edited);
}

QTableWidgetItem* ColumnSizes::cell(int row, int column, const QString& text, bool editable)
{
    QTableWidgetItem* found = item(row, column);
    if (!found) {
        found = new QTableWidgetItem;
        found->setFont(theme::typeFont(theme::Type::Code));
        setItem(row, column, found);
    }
    if (found->text() != text)
        found->setText(text);
    found->setFlags(editable ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable
                             : Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return found;
}

void ColumnSizes::show(const ModelTable& table, const TableSize& size)
{
    m_filling = true;
    m_profile = size.profile;
    m_sizes = size.inputs.columns;
    const bool largest = m_profile == SizeProfile::Largest;
    setHorizontalHeaderLabels({tr("Column"), tr("Key"), tr("Type"),
                               largest ? tr("Largest") : tr("Average"), tr("Null"),
                               largest ? tr("Most") : tr("Items")});
    horizontalHeaderItem(Size)->setToolTip(
        largest ? tr("Bytes of the largest value, or of all elements of the largest collection")
                : tr("Bytes of a value on average, or of all elements of a collection"));
    horizontalHeaderItem(Nulls)->setToolTip(tr("The share of rows without a value"));
    horizontalHeaderItem(Elements)->setToolTip(largest ? tr("Elements of the largest collection")
                                                       : tr("Elements of a collection"));
    setRowCount(static_cast<int>(m_sizes.size()));
    bool collections = false;
    for (int row = 0; row < rowCount(); ++row) {
        showRow(row, table, m_sizes[static_cast<std::size_t>(row)]);
        collections = collections || m_sizes[static_cast<std::size_t>(row)].elements > 0;
    }
    setColumnHidden(Elements, !collections);
    setFixedHeight(horizontalHeader()->sizeHint().height() + rowCount() * theme::kTableRow + 2);
    m_filling = false;
}

void ColumnSizes::showRow(int row, const ModelTable& table, const ColumnSize& size)
{
    const theme::Tokens& t = m_theme.tokens();
    const auto found = std::ranges::find(table.columns, size.column, &TableColumn::id);
    if (found == table.columns.end())
        return;
    const bool inKey =
        found->role == ColumnRole::PartitionKey || found->role == ColumnRole::Clustering;
    cell(row, Name, studio::text(size.name), false)->setToolTip(studio::text(size.name));
    cell(row, Key, studio::text(columnNotation(table, *found, true).mark), false);
    QTableWidgetItem* type = cell(row, Type, studio::text(size.type), false);
    type->setForeground(t.bundled);
    type->setToolTip(studio::text(size.type));
    const auto figureCell = [&](int column, const QString& text, bool own, const QString& guess) {
        QTableWidgetItem* made = cell(row, column, text, true);
        made->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        made->setForeground(own ? t.accent : t.text2);
        made->setToolTip(own ? tr("Your own figure. Clear it for the default: %1.").arg(guess)
                         : size.isGuess ? tr("A default and so a guess: %1. Type your own figure, "
                                             "or load data, measure and calibrate.")
                                              .arg(guess)
                                        : tr("The default: %1. Type your own figure.").arg(guess));
    };
    figureCell(Size,
               size.isGuess ? tr("~%1 B").arg(figureText(size.bytes))
                            : tr("%1 B").arg(figureText(size.bytes)),
               size.overridden, tr("%1 B for the type").arg(figureText(size.defaultBytes)));
    if (inKey)
        cell(row, Nulls, {}, false)->setToolTip(tr("A column of the key has a value in each row"));
    else
        figureCell(Nulls, QStringLiteral("%1%").arg(figureText(100 * size.nullShare)),
                   found->sizing.nullShare.has_value(), tr("no nulls"));
    if (size.elements > 0)
        figureCell(Elements, figureText(size.elements),
                   found->sizing.elements || found->sizing.maximumElements, tr("10 elements"));
    else
        cell(row, Elements, {}, false)->setToolTip({});
}

std::optional<ColumnSizing> ColumnSizes::taken(const ColumnSizing& before, int column,
                                               const QString& text, const ColumnSize& size) const
{
    ColumnSizing changed = before;
    const bool largest = m_profile == SizeProfile::Largest;
    const auto value = typedFigure(
        QString(text).remove(u'~').section(column == Size ? u'B' : u'%', 0, 0).trimmed());
    if ((!text.isEmpty() && (!value || *value < 0)) || (column == Nulls && value && *value > 100))
        return std::nullopt;
    switch (column) {
    case Size: {
        // Of a collection the model keeps the size of one element.
        const auto each = value && size.elements > 0
                              ? std::optional(*value / std::max(1.0, size.elements))
                              : value;
        // What is shown for the largest is the average where nothing else is given.
        (largest && (each || before.maximumBytes) ? changed.maximumBytes : changed.averageBytes) =
            each;
        break;
    }
    case Nulls:
        changed.nullShare = value ? std::optional(*value / 100) : std::nullopt;
        break;
    case Elements:
        (largest && (value || before.maximumElements) ? changed.maximumElements
                                                      : changed.elements) = value;
        break;
    default:
        return std::nullopt;
    }
    return changed;
}

void ColumnSizes::edited(int row, int column)
{
    if (m_filling || row >= static_cast<int>(m_sizes.size()))
        return;
    const ColumnSize& size = m_sizes[static_cast<std::size_t>(row)];
    const TableColumn* found = findColumn(m_context.model(), size.column);
    const ModelTable* table = tableOfColumn(m_context.model(), size.column);
    if (!found || !table)
        return;
    const auto sizing = taken(found->sizing, column, item(row, column)->text().trimmed(), size);
    if (!sizing || *sizing == found->sizing) {
        m_filling = true;
        showRow(row, *table, size);
        m_filling = false;
        return;
    }
    TableColumn changed = *found;
    changed.sizing = *sizing;
    m_context.edit(tr("Change size of %1").arg(studio::text(found->name)),
                   [changed](const Model& model) { return setColumn(model, changed); });
}

} // namespace views
