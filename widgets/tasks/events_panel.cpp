#include "widgets/tasks/events_panel.h"

#include "widgets/theme/small_widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QSortFilterProxyModel>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>

namespace views {

void EventsModel::add(const QString& cluster, const studio::ClusterEvent& event)
{
    beginInsertRows({}, 0, 0);
    m_lines.push_front({cluster, event});
    endInsertRows();
    const int count = static_cast<int>(m_lines.size());
    if (count <= kEventsMax)
        return;
    beginRemoveRows({}, count - 1, count - 1);
    m_lines.pop_back();
    endRemoveRows();
}

void EventsModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

int EventsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int EventsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) ||
        (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case When:
        return role == Qt::ToolTipRole ? QLocale().toString(line.event.at, QLocale::LongFormat)
                                       : line.event.at.toString(QStringLiteral("HH:mm:ss.zzz"));
    case Cluster:
        return line.cluster;
    case Node:
        return line.event.node;
    case Kind:
        return line.event.kind;
    default:
        return line.event.text;
    }
}

QVariant EventsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case When:
        return tr("When");
    case Cluster:
        return tr("Cluster");
    case Node:
        return tr("Node");
    case Kind:
        return tr("Kind");
    default:
        return tr("What happened");
    }
}

EventsPanel::EventsPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new EventsModel(this)),
      m_byKind(new QSortFilterProxyModel(this)),
      m_byWords(new QSortFilterProxyModel(this)),
      m_search(new QLineEdit),
      m_kinds(new QComboBox),
      m_table(new QTableView),
      m_stack(new QStackedLayout)
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_byKind->setSourceModel(m_model);
    m_byKind->setFilterKeyColumn(EventsModel::Kind);
    m_byWords->setSourceModel(m_byKind);
    m_byWords->setFilterKeyColumn(-1);
    m_byWords->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_search->setPlaceholderText(tr("Filter events"));
    m_search->setAccessibleName(tr("Filter events"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(theme.icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    connect(m_search, &QLineEdit::textChanged, m_byWords,
            &QSortFilterProxyModel::setFilterFixedString);
    m_kinds->setAccessibleName(tr("Kind of events"));
    m_kinds->addItem(tr("All kinds"));
    connect(m_kinds, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_byKind->setFilterFixedString(index > 0 ? m_kinds->itemText(index) : QString());
    });
    auto* clear = theme::makeFlatButton(theme, QStringLiteral("trash"), tr("Forget the events"));
    connect(clear, &QToolButton::clicked, m_model, &EventsModel::clear);

    m_table->setModel(m_byWords);
    m_table->setAccessibleName(tr("Cluster events"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(EventsModel::When, 110);
    m_table->setColumnWidth(EventsModel::Cluster, 110);
    m_table->setColumnWidth(EventsModel::Node, 80);
    m_table->setColumnWidth(EventsModel::Kind, 100);

    auto* bar = new QWidget;
    bar->setProperty("bar", true);
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(theme::kSpace2, theme::kSpace1, theme::kSpace2, theme::kSpace1);
    row->addWidget(m_search, 1);
    row->addWidget(m_kinds);
    row->addWidget(clear);
    m_stack->addWidget(m_table);
    m_stack->addWidget(new theme::EmptyState(
        theme, QStringLiteral("bell"), tr("No events yet"),
        tr("Nodes that go down or come up, changes of the schema and of the topology are listed "
           "here as they happen.")));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addLayout(m_stack, 1);
    setFocusProxy(m_table);

    const auto choose = [this] { m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1); };
    connect(m_model, &QAbstractItemModel::rowsInserted, this, choose);
    connect(m_model, &QAbstractItemModel::modelReset, this, choose);
    choose();
    connect(&session, &studio::Session::sourceChanged, this, &EventsPanel::attach);
    attach();
}

void EventsPanel::attach()
{
    if (auto* source = m_session.source())
        connect(source, &studio::ClusterSource::eventArrived, this, &EventsPanel::onEvent,
                Qt::UniqueConnection);
}

void EventsPanel::onEvent(const studio::ClusterEvent& event)
{
    const auto* source = qobject_cast<studio::ClusterSource*>(sender());
    if (m_kinds->findText(event.kind) < 0)
        m_kinds->addItem(event.kind);
    m_model->add(source ? source->entry().name : QString(), event);
}

} // namespace views
