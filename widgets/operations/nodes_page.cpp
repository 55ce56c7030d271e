#include "widgets/operations/nodes_page.h"

#include "widgets/studio/node_table_model.h"
#include "widgets/studio/session.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QSortFilterProxyModel>
#include <QStackedLayout>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolBar>

namespace views {

using studio::NodeTableModel;

namespace {

/// Paints the node's dot before its name, and the state as a badge with what peers suspect.
class NodeDelegate final : public QStyledItemDelegate {
public:
    NodeDelegate(const theme::Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), m_theme(theme)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        if (index.column() != NodeTableModel::Node && index.column() != NodeTableModel::State) {
            QStyledItemDelegate::paint(painter, option, index);
            return;
        }
        QStyleOptionViewItem base = option;
        initStyleOption(&base, index);
        const QString text = std::exchange(base.text, QString());
        base.widget->style()->drawControl(QStyle::CE_ItemViewItem, &base, painter, base.widget);
        const auto& t = m_theme.tokens();
        const QString code = index.data(NodeTableModel::StateCodeRole).toString();
        painter->save();
        const QRect rect = option.rect.adjusted(8, 0, -4, 0);
        if (index.column() == NodeTableModel::Node) {
            theme::paintNodeDot(*painter, t, QRectF(rect.left(), rect.center().y() - 9, 19, 19),
                                index.data(NodeTableModel::NumberRole).toInt(),
                                !code.startsWith(u'U'));
            QFont bold = theme::typeFont(theme::Type::Emphasis);
            painter->setFont(bold);
            painter->setPen(t.text);
            painter->drawText(rect.adjusted(27, 0, 0, 0), Qt::AlignVCenter, text);
        } else {
            const qreal used = theme::paintBadge(*painter, t, rect.topLeft(), rect.height(), code,
                                                 theme::stateColor(t, code));
            const QString remark = index.data(NodeTableModel::RemarkRole).toString();
            painter->setFont(theme::typeFont(theme::Type::Label));
            painter->setPen(t.warning);
            const QRect rest = rect.adjusted(static_cast<int>(used) + 8, 0, 0, 0);
            painter->drawText(
                rest, Qt::AlignVCenter,
                painter->fontMetrics().elidedText(remark, Qt::ElideRight, rest.width()));
        }
        painter->restore();
    }

private:
    const theme::Theme& m_theme;
};

} // namespace

NodesPage::NodesPage(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_model(new NodeTableModel(this)),
      m_proxy(new QSortFilterProxyModel(this)),
      m_table(new QTableView),
      m_bar(new QToolBar),
      m_selected(theme::makeLabel({}, theme::Type::Emphasis)),
      m_stack(new QStackedLayout(this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(NodeTableModel::SortRole);
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(NodeTableModel::Node, Qt::AscendingOrder);
    m_table->setItemDelegate(new NodeDelegate(theme, m_table));
    m_table->setAccessibleName(tr("Nodes"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(34);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setTextElideMode(Qt::ElideMiddle);
    // All columns fit beside the explorer in a window of 1440; what is left is for the state, which
    // says what peers suspect, and for the long host ID.
    const int widths[] = {74, 150, 96, 104, 64, 82, 72, 70, 86, 96, 96, 140};
    m_table->horizontalHeader()->setMinimumSectionSize(56);
    m_table->horizontalHeader()->setSectionResizeMode(NodeTableModel::State, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(NodeTableModel::HostId, QHeaderView::Stretch);
    for (int column = 0; column < NodeTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid())
                    m_session.selectNode(m_proxy->mapToSource(index).row());
            });

    auto* content = new QWidget;
    auto* bar = new QWidget;
    bar->setProperty("bar", true);
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* barLayout = new QHBoxLayout(bar);
    barLayout->setContentsMargins(theme::kSpace3, 5, theme::kSpace3, 5);
    barLayout->setSpacing(6);
    m_selected->setMinimumWidth(56);
    barLayout->addWidget(m_selected);
    m_bar->setIconSize({16, 16});
    m_bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_bar->setAccessibleName(tr("Actions on the selected node"));
    barLayout->addWidget(m_bar, 1);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_table, 1);
    m_stack->addWidget(content);
    auto* empty = new theme::EmptyState(
        theme, QStringLiteral("activity"), tr("No cluster is open"),
        tr("Open a cluster to see its nodes and to start, stop, flush or repair them."));
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Start)),
            &QPushButton::clicked, &session, &studio::Session::startClusterRequested);
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Connect), false),
            &QPushButton::clicked, &session, &studio::Session::connectRequested);
    m_stack->addWidget(empty);
    setFocusProxy(m_table);

    connect(&session, &studio::Session::sourceChanged, this, &NodesPage::attach);
    connect(&session, &studio::Session::nodeSelected, this, &NodesPage::onSelected);
    attach();
}

void NodesPage::setActions(const QList<QAction*>& process, const QList<QAction*>& maintenance)
{
    for (const auto& group : {process, maintenance}) {
        for (QAction* action : group) {
            m_bar->addAction(action);
            m_bar->widgetForAction(action)->setFocusPolicy(Qt::StrongFocus);
            m_table->addAction(action);
        }
        m_bar->addSeparator();
    }
}

void NodesPage::resizeEvent(QResizeEvent* event)
{
    // Nothing scrolls sideways: what the node card has too goes first.
    const int width = event->size().width();
    m_table->setColumnHidden(NodeTableModel::HostId, width < 1080);
    m_table->setColumnHidden(NodeTableModel::Tokens, width < 940);
    QWidget::resizeEvent(event);
}

void NodesPage::attach()
{
    auto* source = m_session.source();
    m_stack->setCurrentIndex(source ? 0 : 1);
    if (source)
        connect(source, &studio::ClusterSource::topologyChanged, this, &NodesPage::onTopology,
                Qt::UniqueConnection);
    onTopology();
}

void NodesPage::onTopology()
{
    const auto* source = m_session.source();
    m_model->setNodes(source ? source->topology().nodes : std::vector<studio::NodeRow>());
    if (source) {
        const auto& topology = source->topology();
        // Something is selected from the start, so that the buttons mean something.
        if (m_session.selectedNode() < 0 && !topology.nodes.empty() && isVisible())
            m_session.selectNode(0);
    }
    onSelected(m_session.selectedNode());
}

void NodesPage::onSelected(int node)
{
    if (node < 0 || node >= m_model->rowCount()) {
        m_selected->clear();
        return;
    }
    m_selected->setText(m_model->node(node).name);
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(node, 0));
    // A table that gets the focus makes its first row current without selecting it.
    if (!m_table->selectionModel()->isRowSelected(index.row()))
        m_table->selectRow(index.row());
}

} // namespace views
