#include "widgets/trace/trace_page.h"

#include "widgets/studio/format.h"
#include "widgets/theme/small_widgets.h"
#include "widgets/trace/sequence_canvas.h"
#include "widgets/trace/trace_reads_model.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>

namespace views {

namespace {

QWidget* makeBar(QHBoxLayout*& row)
{
    auto* bar = new QWidget;
    bar->setProperty("bar", true);
    bar->setAttribute(Qt::WA_StyledBackground);
    row = new QHBoxLayout(bar);
    row->setContentsMargins(theme::kSpace3, 5, theme::kSpace2, 5);
    row->setSpacing(theme::kSpace2);
    return bar;
}

void setUpTable(QTableView* table, const QString& name)
{
    table->setAccessibleName(name);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

} // namespace

TracePage::TracePage(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_reader(new studio::TraceReader(this)),
      m_sessions(new TraceSessionsModel(this)),
      m_filter(new QSortFilterProxyModel(this)),
      m_events(new TraceEventsModel(this)),
      m_reads(new TraceReadsModel(this)),
      m_search(new QLineEdit),
      m_list(new QTableView),
      m_count(theme::makeLabel({}, theme::Type::Label, "2")),
      m_title(theme::makeLabel({}, theme::Type::Emphasis)),
      m_facts(theme::makeLabel({}, theme::Type::Label, "2")),
      m_meaning(theme::makeLabel({}, theme::Type::Body)),
      m_parts(new theme::SegmentedControl),
      m_canvas(new SequenceCanvas(theme)),
      m_scroll(new QScrollArea),
      m_timeline(new QTableView),
      m_storage(new QWidget),
      m_readsTable(new QTableView),
      m_noReads(theme::makeLabel({}, theme::Type::Body, "2")),
      m_eventsBox(nullptr),
      m_detail(new QStackedLayout),
      m_empty(new theme::EmptyState(theme, QStringLiteral("coordinator"), {}, {})),
      m_stack(new QStackedLayout(this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* split = new QSplitter(Qt::Horizontal);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(buildSessions());
    split->addWidget(buildTrace());
    split->setSizes({330, 900});
    split->setStretchFactor(1, 1);
    m_stack->addWidget(split);
    auto* none = new theme::EmptyState(
        theme, QStringLiteral("coordinator"), tr("No cluster is open"),
        tr("Open a cluster to see, step by step, what its nodes do for one request."));
    connect(none->addButton(theme::clusterButtonText(theme::ClusterButton::Start)),
            &QPushButton::clicked, &session, &studio::Session::startClusterRequested);
    connect(none->addButton(theme::clusterButtonText(theme::ClusterButton::Connect), false),
            &QPushButton::clicked, &session, &studio::Session::connectRequested);
    m_stack->addWidget(none);
    setFocusProxy(m_list);

    connect(m_reader, &studio::TraceReader::sessionsRead, this, &TracePage::onSessions);
    connect(m_reader, &studio::TraceReader::traceRead, this, &TracePage::onTrace);
    connect(m_reader, &studio::TraceReader::failed, this, &TracePage::onFailed);
    connect(&session, &studio::Session::sourceChanged, this, &TracePage::attach);
    attach();
}

QWidget* TracePage::buildSessions()
{
    auto* box = new QWidget;
    QHBoxLayout* row = nullptr;
    auto* bar = makeBar(row);
    m_search->setPlaceholderText(tr("Filter statements"));
    m_search->setAccessibleName(tr("Filter statements"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(m_theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    auto* again =
        theme::makeFlatButton(m_theme, QStringLiteral("refresh"), tr("Read the sessions again"));
    connect(again, &QToolButton::clicked, this, &TracePage::refresh);
    row->addWidget(m_search, 1);
    row->addWidget(m_count);
    row->addWidget(again);

    m_filter->setSourceModel(m_sessions);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(m_search, &QLineEdit::textChanged, m_filter,
            &QSortFilterProxyModel::setFilterFixedString);
    m_list->setModel(m_filter);
    setUpTable(m_list, tr("Traced requests"));
    auto* header = m_list->horizontalHeader();
    header->setSectionResizeMode(TraceSessionsModel::Statement, QHeaderView::Stretch);
    m_list->setColumnWidth(TraceSessionsModel::Took, 78);
    m_list->setColumnWidth(TraceSessionsModel::Started, 112);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                const QString id = index.data(TraceSessionsModel::IdRole).toString();
                if (!id.isEmpty() && id != m_id)
                    showTrace(id);
            });
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_list, 1);
    return box;
}

QWidget* TracePage::buildTrace()
{
    auto* box = new QWidget;
    QHBoxLayout* row = nullptr;
    auto* bar = makeBar(row);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_parts->addSegment(tr("Both"), tr("Sequence and timeline"));
    m_parts->addSegment(tr("Sequence"));
    m_parts->addSegment(tr("Timeline"));
    m_parts->addSegment(tr("Storage"), tr("What each node's storage did for its reads"));
    connect(m_parts, &theme::SegmentedControl::currentChanged, this, &TracePage::showParts);
    row->addWidget(m_title, 1);
    row->addWidget(m_facts);
    row->addWidget(m_parts);

    m_scroll->setWidget(m_canvas);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    connect(m_canvas, &SequenceCanvas::eventChosen, this, &TracePage::chooseEvent);
    m_timeline->setModel(m_events);
    m_timeline->setItemDelegate(new TraceDelegate(m_theme, m_timeline));
    setUpTable(m_timeline, tr("Events of the request"));
    auto* header = m_timeline->horizontalHeader();
    header->setSectionResizeMode(TraceEventsModel::Activity, QHeaderView::Stretch);
    m_timeline->setColumnWidth(TraceEventsModel::At, 72);
    m_timeline->setColumnWidth(TraceEventsModel::Node, 108);
    m_timeline->setColumnWidth(TraceEventsModel::Step, 230);
    m_timeline->setColumnWidth(TraceEventsModel::Thread, 150);
    m_timeline->setColumnHidden(TraceEventsModel::Thread, true);
    connect(m_timeline->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid())
                    chooseEvent(index.row());
            });

    auto* split = new QSplitter(Qt::Vertical);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_scroll);
    split->addWidget(m_timeline);
    split->setSizes({430, 330});
    m_eventsBox = split;
    buildReads();
    m_meaning->setWordWrap(true);
    m_meaning->setMargin(theme::kSpace2);
    m_meaning->setMinimumHeight(40);
    m_meaning->setAccessibleName(tr("What the chosen event means"));
    auto* content = new QWidget;
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(0);
    contentLayout->addWidget(bar);
    contentLayout->addWidget(split, 1);
    contentLayout->addWidget(m_storage, 1);
    m_storage->hide();
    contentLayout->addWidget(theme::makeRule());
    contentLayout->addWidget(m_meaning);

    m_detail->addWidget(m_empty);
    m_detail->addWidget(content);
    box->setLayout(m_detail);
    return box;
}

void TracePage::buildReads()
{
    m_readsTable->setModel(m_reads);
    setUpTable(m_readsTable, tr("Reads of the nodes' storage"));
    auto* header = m_readsTable->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(TraceReadsModel::RuledOut, QHeaderView::Stretch);
    m_noReads->setText(tr("No node of this trace tells of a read of its storage."));
    m_noReads->setAlignment(Qt::AlignCenter);
    m_noReads->setWordWrap(true);
    auto* layout = new QVBoxLayout(m_storage);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_readsTable, 1);
    layout->addWidget(m_noReads, 1);
}

void TracePage::attach()
{
    const auto source = m_session.sourcePtr();
    m_reader->setSource(source);
    m_stack->setCurrentIndex(source ? 0 : 1);
    m_sessions->set({});
    m_id.clear();
    m_detail->setCurrentIndex(0);
    m_count->clear();
    m_empty->setTexts(tr("No trace is chosen"),
                      tr("Turn on Tracing in a query tab and run a statement: its trace is listed "
                         "here, also those of other programs."));
    if (source && isVisible())
        refresh();
}

void TracePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void TracePage::refresh()
{
    m_reader->readSessions();
}

void TracePage::onSessions(const std::vector<studio::TraceSession>& sessions)
{
    m_sessions->set(sessions);
    m_count->setText(tr("%n trace(s)", nullptr, static_cast<int>(sessions.size())));
    const int row = m_sessions->rowOf(m_id);
    if (row >= 0)
        m_list->selectRow(m_filter->mapFromSource(m_sessions->index(row, 0)).row());
}

void TracePage::showTrace(const QString& id)
{
    m_id = id;
    m_shownEvents = -1;
    m_detail->setCurrentIndex(0);
    m_empty->setTexts(tr("Reading the trace"),
                      tr("The nodes store it a moment behind the answer."));
    m_reader->readTrace(id);
}

void TracePage::onTrace(const studio::Trace& trace)
{
    if (trace.session.id != m_id)
        return;
    const auto* source = m_session.source();
    const auto nodes = traceNodes(trace, source ? source->topology() : studio::ClusterTopology());
    // What has grown keeps the choice.
    const int chosen = m_shownEvents > 0 ? m_timeline->currentIndex().row() : -1;
    m_shownEvents = static_cast<int>(trace.events.size());
    m_events->set(trace, nodes);
    m_reads->set(studio::readsOf(trace), nodes);
    m_readsTable->setVisible(m_reads->rowCount() > 0);
    m_noReads->setVisible(m_reads->rowCount() == 0);
    m_canvas->set(trace, nodes);
    m_detail->setCurrentIndex(1);
    m_title->setText(m_title->fontMetrics().elidedText(trace.session.title(), Qt::ElideRight,
                                                       std::max(160, m_title->width())));
    m_title->setToolTip(trace.session.title());
    QStringList facts;
    if (!trace.session.consistency.isEmpty())
        facts += trace.session.consistency;
    facts += trace.session.durationUs < 0
                 ? tr("not ended")
                 : studio::formatLatency(std::chrono::microseconds(trace.session.durationUs));
    facts += tr("%n event(s)", nullptr, m_shownEvents);
    if (trace.estimated)
        facts += tr("times of some nodes are estimated");
    m_facts->setText(facts.join(QStringLiteral("  ·  ")));
    const int event = chosen >= 0 ? chosen : m_events->slowest();
    if (event >= 0)
        m_timeline->selectRow(event);
    if (m_sessions->rowOf(m_id) < 0)
        refresh();
}

void TracePage::onFailed(const QString& text)
{
    m_detail->setCurrentIndex(0);
    m_empty->setTexts(tr("The trace could not be read"), text);
}

void TracePage::chooseEvent(int event)
{
    if (event < 0 || event >= m_events->rowCount())
        return;
    if (m_timeline->currentIndex().row() != event)
        m_timeline->selectRow(event);
    m_canvas->setEvent(event);
    const QModelIndex index = m_events->index(event, TraceEventsModel::Activity);
    const QString activity = index.data().toString();
    const QString meaning = studio::explainActivity(activity);
    QString text = meaning.isEmpty() ? activity + u'.' : meaning;
    if (event == m_events->slowest())
        text += QLatin1Char(' ') +
                tr("This is the slowest step: %1.")
                    .arg(m_events->index(event, TraceEventsModel::Step).data().toString());
    m_meaning->setText(text);
}

void TracePage::showParts(int segment)
{
    m_storage->setVisible(segment == 3);
    m_eventsBox->setVisible(segment != 3);
    m_meaning->setVisible(segment != 3);
    m_scroll->setVisible(segment != 2);
    m_timeline->setVisible(segment != 1);
    m_timeline->setColumnHidden(TraceEventsModel::Thread, segment != 2);
}

} // namespace views
