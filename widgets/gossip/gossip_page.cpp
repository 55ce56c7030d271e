#include "widgets/gossip/gossip_page.h"

#include "widgets/gossip/gossip_matrix_model.h"
#include "widgets/gossip/heat_delegate.h"
#include "widgets/studio/session.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>

#include <qcustomplot.h>

namespace views {

namespace {
constexpr double kHistorySeconds = 120;
} // namespace

GossipPage::GossipPage(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_model(new GossipMatrixModel(this)),
      m_matrix(new QTableView),
      m_plot(new QCustomPlot),
      m_subject(new QComboBox),
      m_explain(theme::makeLabel({}, theme::Type::Label, "2")),
      m_pause(theme::makeFlatButton(theme, QStringLiteral("pause"),
                                    tr("Freeze the picture (the cluster goes on)"))),
      m_stack(new QStackedLayout(this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_matrix->setModel(m_model);
    m_matrix->setItemDelegate(new HeatDelegate(theme, m_matrix));
    m_matrix->setHorizontalHeader(new NodeHeader(theme, Qt::Horizontal, m_matrix));
    m_matrix->setVerticalHeader(new NodeHeader(theme, Qt::Vertical, m_matrix));
    m_matrix->setAccessibleName(tr("Endpoint states: the row observes the column"));
    m_matrix->setShowGrid(false);
    m_matrix->setTabKeyNavigation(false);
    m_matrix->setSelectionMode(QAbstractItemView::SingleSelection);
    m_matrix->setCornerButtonEnabled(false);
    connect(m_matrix->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (!index.isValid())
                    return;
                if (index.row() != index.column())
                    m_subject->setCurrentIndex(index.column());
                emit pairSelected(index.row(), index.column());
            });

    const auto titled = [this](const QString& title, const QString& hint, QWidget* extra,
                               QWidget* body) {
        auto* box = new QWidget;
        auto* layout = new QVBoxLayout(box);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(0);
        auto* bar = new QWidget;
        bar->setProperty("bar", true);
        bar->setAttribute(Qt::WA_StyledBackground);
        bar->setFixedHeight(38);
        auto* row = new QHBoxLayout(bar);
        row->setContentsMargins(theme::kSpace3, 0, theme::kSpace2, 0);
        row->addWidget(theme::makeLabel(title, theme::Type::Emphasis));
        row->addWidget(theme::makeLabel(hint, theme::Type::Label, "2"));
        row->addStretch(1);
        if (extra)
            row->addWidget(extra);
        layout->addWidget(bar);
        layout->addWidget(body, 1);
        return box;
    };
    m_pause->setCheckable(true);
    connect(m_pause, &QToolButton::toggled, this, [this](bool frozen) {
        if (!frozen)
            onGossip();
    });
    m_subject->setAccessibleName(tr("Subject of the chart"));
    m_subject->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_subject, &QComboBox::currentIndexChanged, this, &GossipPage::plot);

    auto* chart = new QWidget;
    chart->setProperty("surface", "panel");
    auto* chartLayout = new QVBoxLayout(chart);
    chartLayout->setContentsMargins(theme::kSpace2, theme::kSpace2, theme::kSpace3, theme::kSpace3);
    m_plot->setMinimumHeight(180);
    m_explain->setWordWrap(true);
    chartLayout->addWidget(m_plot, 1);
    chartLayout->addWidget(m_explain);

    // The matrix of a few nodes is low and the chart wants width: one above the other.
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(titled(tr("Endpoint state"),
                            tr("phi, then generation:version; row observes column"), m_pause,
                            m_matrix));
    split->addWidget(titled(tr("phi over time"), {}, m_subject, chart));
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    split->setSizes({380, 420});
    split->setHandleWidth(1);
    m_stack->addWidget(split);
    auto* empty = new theme::EmptyState(
        theme, QStringLiteral("gossip"), tr("No cluster is open"),
        tr("Open a cluster to watch its nodes tell each other who is alive."));
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Start)),
            &QPushButton::clicked, &session, &studio::Session::startClusterRequested);
    connect(empty->addButton(theme::clusterButtonText(theme::ClusterButton::Connect), false),
            &QPushButton::clicked, &session, &studio::Session::connectRequested);
    m_stack->addWidget(empty);
    setFocusProxy(m_matrix);

    restyle();
    connect(&theme, &theme::Theme::changed, this, &GossipPage::restyle);
    connect(&session, &studio::Session::sourceChanged, this, &GossipPage::attach);
    attach();
}

GossipPage::~GossipPage()
{
    watch(false);
}

void GossipPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    watch(true);
    onGossip();
}

void GossipPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    watch(false);
}

void GossipPage::watch(bool on)
{
    auto* source = m_session.source();
    if (m_watched && (!on || m_watched != source)) {
        // Only a source that is still the session's is alive for sure.
        if (m_watched == source)
            source->watchGossip(false);
        m_watched = nullptr;
    }
    if (on && source && !m_watched) {
        source->watchGossip(true);
        m_watched = source;
    }
}

void GossipPage::attach()
{
    auto* source = m_session.source();
    m_stack->setCurrentIndex(source ? 0 : 1);
    m_history.clear();
    if (source) {
        connect(source, &studio::ClusterSource::gossipChanged, this, &GossipPage::onGossip,
                Qt::UniqueConnection);
        connect(source, &studio::ClusterSource::topologyChanged, this, &GossipPage::fillSubjects,
                Qt::UniqueConnection);
    }
    fillSubjects();
    if (isVisible())
        watch(true);
    onGossip();
}

void GossipPage::fillSubjects()
{
    const auto* source = m_session.source();
    const std::size_t count = source ? source->topology().nodes.size() : 0;
    if (m_subject->count() == static_cast<int>(count)) {
        for (std::size_t i = 0; i < count; ++i)
            m_subject->setItemText(static_cast<int>(i),
                                   tr("Subject %1").arg(source->topology().nodes[i].name));
        return;
    }
    const QSignalBlocker blocker(m_subject);
    m_subject->clear();
    for (std::size_t i = 0; i < count; ++i)
        m_subject->addItem(tr("Subject %1").arg(source->topology().nodes[i].name));
}

void GossipPage::onGossip()
{
    const auto* source = m_session.source();
    if (!source) {
        m_model->set({}, {});
        return;
    }
    remember();
    if (m_pause->isChecked())
        return;
    const bool first = m_model->rowCount() != static_cast<int>(source->topology().nodes.size());
    m_model->set(source->topology().nodes, source->gossip());
    if (first) {
        const int size = m_model->rowCount() > 8 ? 68 : 88;
        m_matrix->horizontalHeader()->setDefaultSectionSize(size + 6);
        m_matrix->verticalHeader()->setDefaultSectionSize(size / 2 + 12);
        // What a node knows of itself says little; the first pair shows phi and intervals.
        if (m_model->rowCount() > 1)
            m_matrix->setCurrentIndex(m_model->index(0, 1));
    }
    plot();
}

void GossipPage::remember()
{
    const studio::GossipState& gossip = m_session.source()->gossip();
    const double now = static_cast<double>(gossip.elapsed.count()) / 1000;
    for (const studio::EndpointView& view : gossip.views) {
        if (view.isSelf() || !view.phi)
            continue;
        auto& samples = m_history[{view.observer, view.subject}];
        if (!samples.empty() && samples.back().seconds >= now)
            samples.back() = {now, *view.phi};
        else
            samples.push_back({now, *view.phi});
        while (!samples.empty() && samples.front().seconds < now - kHistorySeconds)
            samples.pop_front();
    }
}

void GossipPage::plot()
{
    const auto* source = m_session.source();
    m_plot->clearGraphs();
    m_plot->clearItems();
    const int subject = m_subject->currentIndex();
    if (!source || subject < 0)
        return;
    const auto& t = m_theme.tokens();
    const auto& nodes = source->topology().nodes;
    const double threshold = source->gossip().phiThreshold;
    const double now = static_cast<double>(source->gossip().elapsed.count()) / 1000;
    double top = threshold * 1.25;
    double highest = 0;
    QList<QCPItemText*> labels;
    QString by;
    for (const auto& [pair, samples] : m_history) {
        if (pair.second != subject || static_cast<std::size_t>(pair.first) >= nodes.size())
            continue;
        const auto& observer = nodes[static_cast<std::size_t>(pair.first)];
        QCPGraph* graph = m_plot->addGraph();
        graph->setName(observer.name);
        graph->setPen(QPen(t.node(observer.number), 1.8));
        QVector<double> x, y;
        for (const Sample& sample : samples) {
            x.append(sample.seconds);
            y.append(std::min(sample.phi, threshold * 2));
        }
        graph->setData(x, y, true);
        if (samples.empty())
            continue;
        top = std::max(top, y.last() * 1.1);
        if (samples.back().phi > highest) {
            highest = samples.back().phi;
            by = observer.name;
        }
        auto* label = new QCPItemText(m_plot);
        label->position->setCoords(now, y.last());
        labels.append(label);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        label->setText(QLatin1Char(' ') + observer.name);
        label->setFont(theme::typeFont(theme::Type::Small));
        label->setColor(t.node(observer.number));
        label->setClipToAxisRect(false);
    }
    // Lines that end together: their names stand one above the other.
    std::sort(labels.begin(), labels.end(), [](const QCPItemText* a, const QCPItemText* b) {
        return a->position->value() < b->position->value();
    });
    const double gap = top * 13 / std::max(60, m_plot->axisRect()->height());
    for (qsizetype i = 1; i < labels.size(); ++i)
        labels[i]->position->setCoords(
            now, std::max(labels[i]->position->value(), labels[i - 1]->position->value() + gap));
    auto* limit = new QCPItemStraightLine(m_plot);
    limit->point1->setCoords(0, threshold);
    limit->point2->setCoords(1, threshold);
    limit->setPen(QPen(t.error, 1.2, Qt::DashLine));
    auto* limitLabel = new QCPItemText(m_plot);
    limitLabel->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    limitLabel->position->setTypeY(QCPItemPosition::ptPlotCoords);
    limitLabel->position->setCoords(0.01, threshold);
    limitLabel->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    limitLabel->setText(tr("phi_convict_threshold %1").arg(threshold));
    limitLabel->setFont(theme::typeFont(theme::Type::Small));
    limitLabel->setColor(t.error);
    m_plot->xAxis->setRange(std::max(0.0, now - 60), std::max(now, 10.0));
    m_plot->yAxis->setRange(0, top);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    ++m_replots;
    m_explain->setText(
        by.isEmpty() ? tr("No observer has two heartbeats of it yet.")
                     : tr("phi grows by 0.434 for every mean heartbeat interval without news. "
                          "Highest now: %1 of %2, computed by %3.")
                           .arg(QLocale().toString(highest, 'f', 2))
                           .arg(threshold)
                           .arg(by));
}

void GossipPage::restyle()
{
    const auto& t = m_theme.tokens();
    m_plot->setBackground(t.panel);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setTickLabelColor(t.text2);
        axis->setTickLabelFont(theme::typeFont(theme::Type::Small));
        axis->setBasePen(QPen(t.edge, 1));
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->grid()->setPen(QPen(t.line, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->setNumberFormat(QStringLiteral("f"));
        axis->setNumberPrecision(0);
    }
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->xAxis->setLabel(tr("seconds since the studio began to watch"));
    m_plot->xAxis->setLabelColor(t.text2);
    m_plot->xAxis->setLabelFont(theme::typeFont(theme::Type::Small));
    m_plot->axisRect()->setMinimumMargins(QMargins(8, 8, 34, 8));
    plot();
}

} // namespace views
