#include "widgets/ring/ring_page.h"

#include "widgets/ring/key_bar.h"
#include "widgets/ring/ring_canvas.h"
#include "widgets/studio/node_table_model.h"
#include "widgets/studio/session.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QStackedLayout>
#include <QTableView>
#include <QToolBar>

namespace views {

namespace {

/// What the marks of the picture mean.
class RingLegend final : public QWidget {
public:
    RingLegend(const theme::Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
    {
        setFixedHeight(26);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const auto& t = m_theme.tokens();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillRect(rect(), t.panel);
        painter.setFont(theme::typeFont(theme::Type::Label));
        int x = 14;
        const auto put = [&](const QString& text) {
            painter.setPen(t.text2);
            painter.drawText(QRect(x, 0, 600, height()), Qt::AlignVCenter, text);
            x += painter.fontMetrics().horizontalAdvance(text) + 26;
        };
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.text);
        painter.drawEllipse(QRectF(x, height() / 2 - 7, 14, 14));
        painter.setPen(t.panel);
        painter.drawText(QRectF(x, height() / 2 - 7, 14, 14), Qt::AlignCenter, QStringLiteral("1"));
        x += 20;
        put(RingPage::tr("replica order for the key"));
        painter.setPen(Qt::NoPen);
        painter.setBrush(QBrush(t.text3, Qt::BDiagPattern));
        painter.drawRect(QRectF(x, height() / 2 - 5, 22, 10));
        x += 28;
        put(RingPage::tr("ranges of nodes that are down, joining or leaving"));
    }

private:
    const theme::Theme& m_theme;
};

} // namespace

RingPage::RingPage(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_style(new theme::SegmentedControl),
      m_actionBar(new QWidget),
      m_actionRow(new QToolBar),
      m_keyBar(new KeyBar(theme)),
      m_canvas(new RingCanvas(theme)),
      m_model(new studio::NodeTableModel(this)),
      m_table(new QTableView),
      m_stack(new QStackedLayout),
      m_pages(new QStackedLayout(this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_style->addSegment(tr("Rings by DC"));
    m_style->addSegment(tr("One ring"));
    m_style->addSegment(tr("Table"), tr("The same as a table"));
    connect(m_style, &theme::SegmentedControl::currentChanged, this, &RingPage::showAs);

    m_actionBar->setProperty("bar", true);
    m_actionBar->setAttribute(Qt::WA_StyledBackground);
    auto* bar = new QHBoxLayout(m_actionBar);
    bar->setContentsMargins(theme::kSpace3, 5, theme::kSpace3, 5);
    m_actionRow->setIconSize({16, 16});
    m_actionRow->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_actionRow->setAccessibleName(tr("Actions on the selected node"));
    bar->addWidget(m_actionRow, 1);
    bar->addWidget(m_style);

    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Nodes of the ring"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { m_session.selectNode(index.row()); });

    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_actionBar);
    layout->addWidget(m_keyBar);
    m_stack->addWidget(m_canvas);
    m_stack->addWidget(m_table);
    layout->addLayout(m_stack, 1);
    layout->addWidget(new RingLegend(theme, content));
    m_pages->addWidget(content);
    auto* empty = new theme::EmptyState(
        theme, QStringLiteral("ring"), tr("No cluster is open"),
        tr("Open a cluster to see who owns which part of the token ring, and where a key lives."));
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Start)),
            &QPushButton::clicked, &session, &studio::Session::startClusterRequested);
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Connect), false),
            &QPushButton::clicked, &session, &studio::Session::connectRequested);
    m_pages->addWidget(empty);
    setFocusProxy(m_canvas);

    connect(m_keyBar, &KeyBar::placed, m_canvas, &RingCanvas::setKey);
    connect(m_canvas, &RingCanvas::nodeClicked, &session, &studio::Session::selectNode);
    connect(&session, &studio::Session::nodeSelected, this, &RingPage::onSelected);
    connect(&session, &studio::Session::sourceChanged, this, &RingPage::attach);
    attach();
}

void RingPage::setNodeActions(const QList<QAction*>& actions)
{
    for (QAction* action : actions) {
        if (!action) {
            m_actionRow->addSeparator();
            continue;
        }
        m_actionRow->addAction(action);
        m_actionRow->widgetForAction(action)->setFocusPolicy(Qt::StrongFocus);
    }
}

void RingPage::attach()
{
    auto* source = m_session.source();
    m_pages->setCurrentIndex(source ? 0 : 1);
    if (source) {
        connect(source, &studio::ClusterSource::topologyChanged, this, &RingPage::onTopology,
                Qt::UniqueConnection);
        connect(source, &studio::ClusterSource::schemaChanged, m_keyBar, &KeyBar::reloadSchema,
                Qt::UniqueConnection);
    }
    m_keyBar->setSource(source);
    onTopology();
}

void RingPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    onTopology();
}

void RingPage::onTopology()
{
    const auto* source = m_session.source();
    const studio::ClusterTopology topology =
        source ? source->topology() : studio::ClusterTopology();
    m_canvas->setTopology(topology);
    m_model->setNodes(topology.nodes);
    m_keyBar->place();
    // Something is selected from the start, so that the card and the buttons mean something.
    if (m_session.selectedNode() < 0 && !topology.nodes.empty() && isVisible())
        m_session.selectNode(0);
    onSelected(m_session.selectedNode());
}

void RingPage::onSelected(int node)
{
    m_canvas->setSelected(node);
    if (node >= 0 && node < m_model->rowCount() && m_table->currentIndex().row() != node)
        m_table->setCurrentIndex(m_model->index(node, 0));
}

void RingPage::showAs(int segment)
{
    m_stack->setCurrentIndex(segment == 2 ? 1 : 0);
    if (segment < 2)
        m_canvas->setByDatacenter(segment == 0);
}

void RingPage::showKey(const studio::PlacementQuery& query)
{
    m_keyBar->choose(query);
}

} // namespace views
