#include "widgets/trace/trace_models.h"

#include "widgets/studio/format.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QPainter>

namespace views {

namespace {
/// A request slower than this stands out in the list.
constexpr qint64 kSlowUs = 20'000;

QString latency(qint64 us)
{
    return studio::formatLatency(std::chrono::microseconds(us));
}
} // namespace

std::vector<TraceNode> traceNodes(const studio::Trace& trace,
                                  const studio::ClusterTopology& topology)
{
    std::vector<TraceNode> nodes;
    int unknown = static_cast<int>(topology.nodes.size());
    for (const QString& address : trace.nodes()) {
        TraceNode node{address, address, 0};
        for (const studio::NodeRow& row : topology.nodes)
            if (row.address == address) {
                node.name = row.name;
                node.number = row.number;
            }
        if (node.number == 0)
            node.number = ++unknown;
        nodes.push_back(std::move(node));
    }
    return nodes;
}

void TraceSessionsModel::set(std::vector<studio::TraceSession> sessions)
{
    beginResetModel();
    m_sessions = std::move(sessions);
    endResetModel();
}

int TraceSessionsModel::rowOf(const QString& id) const
{
    for (std::size_t i = 0; i < m_sessions.size(); ++i)
        if (m_sessions[i].id == id)
            return static_cast<int>(i);
    return -1;
}

int TraceSessionsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_sessions.size());
}

int TraceSessionsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TraceSessionsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const studio::TraceSession& session = m_sessions[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Statement:
            return session.title();
        case Took:
            return session.durationUs < 0 ? tr("not ended") : latency(session.durationUs);
        default:
            return studio::formatWhen(session.startedAt, QDateTime::currentDateTime());
        }
    case Qt::ToolTipRole:
        return session.consistency.isEmpty()
                   ? session.title()
                   : tr("%1\n%2, coordinator %3")
                         .arg(session.title(), session.consistency, session.coordinator);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (index.column() == Took ? Qt::AlignRight : Qt::AlignLeft)));
    case Qt::FontRole: {
        if (index.column() == Statement)
            return theme::typeFont(theme::Type::Label);
        if (index.column() == Took && session.durationUs >= kSlowUs)
            return theme::typeFont(theme::Type::Emphasis);
        return {};
    }
    case IdRole:
        return session.id;
    default:
        return {};
    }
}

QVariant TraceSessionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Statement:
        return tr("Statement");
    case Took:
        return tr("Took");
    default:
        return tr("Started");
    }
}

void TraceEventsModel::set(const studio::Trace& trace, std::vector<TraceNode> nodes)
{
    beginResetModel();
    m_trace = trace;
    m_nodes = std::move(nodes);
    m_slowest = -1;
    qint64 longest = 0;
    for (std::size_t i = 0; i < m_trace.events.size(); ++i) {
        // While the coordinator waits for its replicas, it is they who take the time.
        const bool waits = m_trace.events[i].source == m_trace.session.coordinator &&
                           m_nodes.size() > 1 &&
                           m_trace.events[i].activity.startsWith(QLatin1String("Sending"));
        const qint64 step = studio::stepUs(m_trace, i);
        if (!waits && step > longest) {
            longest = step;
            m_slowest = static_cast<int>(i);
        }
    }
    endResetModel();
}

const TraceNode* TraceEventsModel::nodeOf(const QString& address) const
{
    for (const TraceNode& node : m_nodes)
        if (node.address == address)
            return &node;
    return nullptr;
}

int TraceEventsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_trace.events.size());
}

int TraceEventsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TraceEventsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto at = static_cast<std::size_t>(index.row());
    const studio::TraceEvent& event = m_trace.events[at];
    const TraceNode* node = nodeOf(event.source);
    const auto end = static_cast<double>(std::max<qint64>(1, m_trace.endUs()));
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (index.column()) {
        case At:
            return latency(event.atUs);
        case Node:
            return node ? node->name : event.source;
        case Activity:
            return event.activity;
        case Step:
            return latency(studio::stepUs(m_trace, at));
        default:
            return event.thread;
        }
    case Qt::ToolTipRole: {
        const QString meaning = studio::explainActivity(event.activity);
        return meaning.isEmpty() ? event.activity : event.activity + u'\n' + meaning;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (index.column() == At ? Qt::AlignRight : Qt::AlignLeft)));
    case NumberRole:
        return node ? node->number : 1;
    case FromRole:
        return static_cast<double>(event.atUs) / end;
    case ShareRole:
        return static_cast<double>(studio::stepUs(m_trace, at)) / end;
    case SlowestRole:
        return index.row() == m_slowest;
    default:
        return {};
    }
}

QVariant TraceEventsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case At:
        return tr("At");
    case Node:
        return tr("Node");
    case Activity:
        return tr("What it did");
    case Step:
        return tr("Until its next step");
    default:
        return tr("Thread");
    }
}

TraceDelegate::TraceDelegate(const theme::Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme)
{
}

void TraceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    if (index.column() != TraceEventsModel::Node && index.column() != TraceEventsModel::Step) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem base = option;
    initStyleOption(&base, index);
    const QString text = std::exchange(base.text, QString());
    base.widget->style()->drawControl(QStyle::CE_ItemViewItem, &base, painter, base.widget);
    const auto& t = m_theme.tokens();
    const int number = index.data(TraceEventsModel::NumberRole).toInt();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect rect = option.rect.adjusted(8, 0, -8, 0);
    painter->setPen(t.text);
    if (index.column() == TraceEventsModel::Node) {
        theme::paintNodeDot(*painter, t, QRectF(rect.left(), rect.center().y() - 7, 15, 15),
                            number);
        painter->drawText(rect.adjusted(22, 0, 0, 0), Qt::AlignVCenter, text);
    } else {
        constexpr int kFigure = 66;
        const double width = std::max(20, rect.width() - kFigure);
        const double from = index.data(TraceEventsModel::FromRole).toDouble();
        const double share = index.data(TraceEventsModel::ShareRole).toDouble();
        painter->setPen(Qt::NoPen);
        painter->setBrush(t.node(number));
        painter->drawRoundedRect(QRectF(rect.left() + std::min(from, 0.995) * width,
                                        rect.center().y() - 5, std::max(2.5, share * width), 11),
                                 2, 2);
        const bool slowest = index.data(TraceEventsModel::SlowestRole).toBool();
        painter->setFont(theme::typeFont(slowest ? theme::Type::Emphasis : theme::Type::Label));
        painter->setPen(slowest ? t.warning : t.text2);
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, text);
    }
    painter->restore();
}

} // namespace views
