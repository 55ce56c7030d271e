#include "widgets/explorer/table_inspector.h"

#include "widgets/studio/session.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableWidget>

namespace views {

using studio::KeyRole;

namespace {

/// Paints the key marker of a column ("K", "C1 ↑", "S") as a badge.
class KeyMarkerDelegate final : public QStyledItemDelegate {
public:
    KeyMarkerDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyleOptionViewItem base = option;
        initStyleOption(&base, index);
        const QString text = std::exchange(base.text, QString());
        base.widget->style()->drawControl(QStyle::CE_ItemViewItem, &base, painter, base.widget);
        const auto& t = m_theme.tokens();
        const QColor color = text.startsWith(u'K')   ? t.warning
                             : text.startsWith(u'S') ? t.simulated
                                                     : t.accent;
        if (!text.isEmpty())
            theme::paintBadge(*painter, t, option.rect.topLeft() + QPoint(6, 0),
                              option.rect.height(), text, color);
    }

private:
    const theme::Theme& m_theme;
};

QTableWidget* makeTable(const QStringList& headers)
{
    auto* table = new QTableWidget(0, static_cast<int>(headers.size()));
    table->setHorizontalHeaderLabels(headers);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
}

} // namespace

TableInspector::TableInspector(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_stack(new QStackedLayout(this)),
      m_title(theme::makeLabel({}, theme::Type::Heading)),
      m_subtitle(theme::makeLabel({}, theme::Type::Label, "2")),
      m_columns(makeTable({tr("Column"), tr("Key"), tr("Type")})),
      m_options(makeTable({tr("Option"), tr("Value")}))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme::kSpace3, 0, 0);
    layout->setSpacing(theme::kSpace1);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(theme::kSpace3, 0, theme::kSpace3, theme::kSpace2);
    head->setSpacing(2);
    head->addWidget(m_title);
    head->addWidget(m_subtitle);
    layout->addLayout(head);
    m_columns->setAccessibleName(tr("Columns"));
    m_columns->setItemDelegateForColumn(1, new KeyMarkerDelegate(theme, m_columns));
    m_columns->horizontalHeader()->setStretchLastSection(false);
    m_columns->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_columns->setColumnWidth(1, 58);
    m_columns->setColumnWidth(2, 92);
    m_columns->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_columns, 3);
    auto* ring = theme::makeButton(theme, QStringLiteral("ring"), tr("Show on ring"));
    connect(ring, &QPushButton::clicked, this, [this] {
        const auto& table = m_session.selectedTable();
        emit m_session.showKeyOnRingRequested({table.keyspace, table.table, {}});
    });
    auto* open = theme::makeButton(theme, QStringLiteral("table"), tr("Open data"));
    connect(open, &QPushButton::clicked, this,
            [this] { emit m_session.openTableRequested(m_session.selectedTable()); });
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(theme::kSpace3, theme::kSpace2, theme::kSpace3, theme::kSpace2);
    buttons->addWidget(open);
    buttons->addWidget(ring);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    auto* options = theme::makeLabel(tr("Options"), theme::Type::Emphasis);
    auto* optionsRow = new QVBoxLayout;
    optionsRow->setContentsMargins(theme::kSpace3, theme::kSpace2, 0, 2);
    optionsRow->addWidget(options);
    layout->addLayout(optionsRow);
    m_options->setAccessibleName(options->text());
    m_options->horizontalHeader()->hide();
    m_options->setColumnWidth(0, 140);
    layout->addWidget(m_options, 4);
    m_stack->addWidget(page);
    auto* empty = theme::makeLabel(tr("Select a table to see its columns, key and options."),
                                   theme::Type::Body, "2");
    empty->setWordWrap(true);
    empty->setAlignment(Qt::AlignCenter);
    empty->setMargin(theme::kSpace4);
    m_stack->addWidget(empty);
    setFocusProxy(m_columns);

    connect(&session, &studio::Session::sourceChanged, this, &TableInspector::attach);
    connect(&session, &studio::Session::tableSelected, this, &TableInspector::reload);
    connect(&theme, &theme::Theme::changed, this, &TableInspector::reload);
    attach();
}

void TableInspector::attach()
{
    if (auto* source = m_session.source())
        connect(source, &studio::ClusterSource::schemaChanged, this, &TableInspector::reload,
                Qt::UniqueConnection);
    reload();
}

void TableInspector::reload()
{
    const auto& selected = m_session.selectedTable();
    const auto* source = m_session.source();
    const studio::SchemaPtr schema = source ? source->schema() : nullptr;
    const studio::TableInfo* table =
        schema ? schema->table(selected.keyspace, selected.table) : nullptr;
    m_stack->setCurrentIndex(table ? 0 : 1);
    if (!table)
        return;
    m_title->setText(table->name);
    m_subtitle->setText(table->isView
                            ? tr("View of %1 in %2").arg(table->baseTable, table->keyspace)
                            : tr("Table in %1").arg(table->keyspace));
    m_columns->setRowCount(static_cast<int>(table->columns.size()));
    const auto keys = table->partitionKey().size();
    int row = 0;
    for (const studio::ColumnInfo& column : table->columns) {
        QString marker;
        switch (column.role) {
        case KeyRole::PartitionKey:
            marker =
                keys > 1 ? QStringLiteral("K%1").arg(column.position + 1) : QStringLiteral("K");
            break;
        case KeyRole::ClusteringAscending:
            marker = QStringLiteral("C%1 ↑").arg(column.position + 1);
            break;
        case KeyRole::ClusteringDescending:
            marker = QStringLiteral("C%1 ↓").arg(column.position + 1);
            break;
        case KeyRole::Static:
            marker = QStringLiteral("S");
            break;
        case KeyRole::Regular:
            break;
        }
        m_columns->setItem(row, 0, new QTableWidgetItem(column.name));
        m_columns->setItem(row, 1, new QTableWidgetItem(marker));
        auto* type = new QTableWidgetItem(column.type);
        type->setFont(theme::typeFont(theme::Type::Code));
        type->setForeground(m_theme.tokens().bundled);
        type->setToolTip(column.type);
        m_columns->setItem(row, 2, type);
        ++row;
    }
    m_options->setRowCount(static_cast<int>(table->options.size()));
    row = 0;
    for (const auto& [name, value] : table->options) {
        auto* first = new QTableWidgetItem(name);
        first->setForeground(m_theme.tokens().text2);
        m_options->setItem(row, 0, first);
        auto* second = new QTableWidgetItem(value);
        second->setToolTip(value);
        m_options->setItem(row, 1, second);
        ++row;
    }
}

} // namespace views
