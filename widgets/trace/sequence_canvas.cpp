#include "widgets/trace/sequence_canvas.h"

#include "widgets/studio/format.h"
#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace views {

namespace {
constexpr double kTop = 74;  ///< below the heads of the lanes
constexpr double kLeft = 64; ///< the scale's figures
constexpr double kLane = 132;
constexpr double kStepMin = 24; ///< between moments, so that labels do not meet
constexpr double kStepMax = 90;

QString figure(qint64 us)
{
    return studio::formatLatency(std::chrono::microseconds(us));
}

bool isResponse(const QString& verb)
{
    return verb.endsWith(QLatin1String("_RSP")) || verb.contains(QLatin1String("RESPONSE"));
}
} // namespace

SequenceCanvas::SequenceCanvas(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Messages of the request"));
    connect(&theme, &theme::Theme::changed, this, qOverload<>(&QWidget::update));
}

int SequenceCanvas::laneOf(const QString& address) const
{
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        if (m_nodes[i].address == address)
            return static_cast<int>(i) + 1;
    return -1;
}

QString SequenceCanvas::laneName(int lane) const
{
    return lane == 0 ? tr("Client") : m_nodes[static_cast<std::size_t>(lane) - 1].name;
}

void SequenceCanvas::set(const studio::Trace& trace, std::vector<TraceNode> nodes)
{
    m_trace = trace;
    m_nodes = std::move(nodes);
    m_arrows.clear();
    m_current = -1;
    if (!m_nodes.empty()) {
        m_arrows.push_back({0, 1, 0, 0, trace.session.request, -1, -1, false});
        for (const studio::TraceMessage& message : m_trace.messages) {
            const int from = laneOf(message.from);
            const int to = laneOf(message.to);
            if (from > 0 && to > 0 && from != to)
                m_arrows.push_back({from, to, message.sentUs, message.receivedUs, message.verb,
                                    message.sentEvent, message.receivedEvent,
                                    isResponse(message.verb)});
        }
        if (m_trace.session.durationUs >= 0)
            m_arrows.push_back({1, 0, m_trace.session.durationUs, m_trace.session.durationUs,
                                tr("answer, %1").arg(figure(m_trace.session.durationUs)), -1, -1,
                                true});
    }
    layOut();
    updateGeometry();
    update();
}

void SequenceCanvas::layOut()
{
    std::set<qint64> moments{0};
    for (const Arrow& arrow : m_arrows) {
        moments.insert(arrow.sentUs);
        moments.insert(arrow.receivedUs);
    }
    m_scale.clear();
    const double perUs = 420.0 / static_cast<double>(std::max<qint64>(1, m_trace.endUs()));
    double y = kTop + 18;
    qint64 before = 0;
    for (const qint64 moment : moments) {
        if (moment != before)
            y += std::clamp(static_cast<double>(moment - before) * perUs, kStepMin, kStepMax);
        m_scale.emplace_back(moment, y);
        before = moment;
    }
    resize(sizeHint().expandedTo(parentWidget() ? parentWidget()->size() : QSize()));
}

double SequenceCanvas::yOf(qint64 us) const
{
    if (m_scale.empty())
        return kTop;
    const auto behind =
        std::lower_bound(m_scale.begin(), m_scale.end(), us,
                         [](const auto& entry, qint64 value) { return entry.first < value; });
    if (behind == m_scale.end())
        return m_scale.back().second;
    if (behind->first == us || behind == m_scale.begin())
        return behind->second;
    const auto& ahead = *std::prev(behind);
    const double share =
        static_cast<double>(us - ahead.first) / static_cast<double>(behind->first - ahead.first);
    return ahead.second + share * (behind->second - ahead.second);
}

double SequenceCanvas::xOf(int lane) const
{
    const double lanes = static_cast<double>(m_nodes.size());
    const double step =
        lanes > 0 ? std::clamp((width() - kLeft - 110) / lanes, kLane, 2.2 * kLane) : kLane;
    return kLeft + 50 + lane * step;
}

QSize SequenceCanvas::sizeHint() const
{
    const double tall = m_scale.empty() ? 200 : m_scale.back().second + 34;
    return {static_cast<int>(kLeft + 110 + kLane * static_cast<double>(m_nodes.size())),
            static_cast<int>(tall)};
}

void SequenceCanvas::paintLanes(QPainter& painter) const
{
    const auto& t = m_theme.tokens();
    painter.setFont(theme::typeFont(theme::Type::Small));
    double last = 0;
    for (const auto& [moment, y] : m_scale) {
        painter.setPen(QPen(t.line, 1));
        painter.drawLine(QPointF(kLeft, y), QPointF(width() - 8, y));
        if (y - last < 15)
            continue;
        last = y;
        painter.setPen(t.text2);
        painter.drawText(QRectF(0, y - 8, kLeft - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                         figure(moment));
    }
    const double bottom = m_scale.empty() ? kTop : m_scale.back().second + 16;
    for (int lane = 0; lane <= static_cast<int>(m_nodes.size()); ++lane) {
        const double x = xOf(lane);
        const QColor color =
            lane == 0 ? t.edge : t.node(m_nodes[static_cast<std::size_t>(lane) - 1].number);
        painter.setPen(QPen(t.edge, 1.2));
        painter.drawLine(QPointF(x, 54), QPointF(x, bottom));
        painter.setPen(QPen(color, 1.8));
        painter.setBrush(t.panel);
        const QRectF head(x - 56, 10, 112, 44);
        painter.drawRoundedRect(head, 5, 5);
        painter.setFont(theme::typeFont(theme::Type::Emphasis));
        painter.setPen(t.text);
        painter.drawText(head.adjusted(4, 4, -4, -20), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(laneName(lane), Qt::ElideMiddle, 104));
        painter.setFont(theme::typeFont(theme::Type::Small));
        painter.setPen(t.text2);
        painter.drawText(head.adjusted(4, 22, -4, -4), Qt::AlignCenter,
                         lane == 0   ? tr("driver")
                         : lane == 1 ? tr("coordinator")
                                     : tr("replica"));
        if (lane == 0)
            continue;
        // The time in which this node had something to say.
        qint64 first = -1;
        qint64 end = -1;
        for (const studio::TraceEvent& event : m_trace.events)
            if (event.source == m_nodes[static_cast<std::size_t>(lane) - 1].address) {
                first = first < 0 ? event.atUs : first;
                end = event.atUs;
            }
        if (lane == 1)
            end = std::max(end, m_trace.session.durationUs);
        if (first < 0)
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        const double top = yOf(first);
        painter.drawRoundedRect(QRectF(x - 5, top, 10, std::max(8.0, yOf(end) - top)), 2, 2);
    }
}

void SequenceCanvas::paintArrow(QPainter& painter, const Arrow& arrow, bool strong) const
{
    const auto& t = m_theme.tokens();
    const QColor color = arrow.response ? t.success : t.accent;
    const bool right = arrow.to > arrow.from;
    const QPointF from(xOf(arrow.from) + (right ? 6 : -6), yOf(arrow.sentUs));
    const QPointF to(xOf(arrow.to) + (right ? -7 : 7), yOf(arrow.receivedUs));
    painter.setPen(QPen(color, strong ? 2.6 : 1.4));
    painter.drawLine(from, to);
    const double angle = std::atan2(to.y() - from.y(), to.x() - from.x());
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const auto corner = [&](double turn) {
        return to - QPointF(std::cos(angle + turn), std::sin(angle + turn)) * 8;
    };
    painter.drawPolygon(QPolygonF{to, corner(0.42), corner(-0.42)});
    QFont font = theme::typeFont(theme::Type::Small);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    const double room = std::abs(to.x() - from.x()) - 16;
    const QString text = painter.fontMetrics().elidedText(arrow.text, Qt::ElideRight,
                                                          static_cast<int>(std::max(40.0, room)));
    const double wide = painter.fontMetrics().horizontalAdvance(text) + 12;
    // Nearer to the sender, where arrows of one moment lie apart.
    const QPointF middle = from + (to - from) * (arrow.response ? 0.38 : 0.55);
    const QRectF box(middle.x() - wide / 2, middle.y() - 9, wide, 18);
    painter.setPen(QPen(strong ? color : t.line, 1));
    painter.setBrush(t.panel);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(color);
    painter.drawText(box, Qt::AlignCenter, text);
}

void SequenceCanvas::paintEvent(QPaintEvent*)
{
    const auto& t = m_theme.tokens();
    QPainter painter(this);
    painter.fillRect(rect(), t.panel);
    if (m_nodes.empty())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    paintLanes(painter);
    for (std::size_t i = 0; i < m_arrows.size(); ++i)
        if (static_cast<int>(i) != m_current)
            paintArrow(painter, m_arrows[i], false);
    if (m_current >= 0)
        paintArrow(painter, m_arrows[static_cast<std::size_t>(m_current)], true);
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(visibleRegion().boundingRect()).adjusted(1, 1, -1, -1));
    }
}

void SequenceCanvas::setEvent(int event)
{
    m_current = -1;
    for (std::size_t i = 0; event >= 0 && i < m_arrows.size(); ++i)
        if (m_arrows[i].event == event || m_arrows[i].otherEvent == event)
            m_current = static_cast<int>(i);
    setAccessibleDescription(m_current >= 0 ? accessibleItemName(m_current) : QString());
    update();
}

void SequenceCanvas::choose(int arrow)
{
    if (arrow < 0 || arrow >= static_cast<int>(m_arrows.size()))
        return;
    const int event = m_arrows[static_cast<std::size_t>(arrow)].event;
    if (event >= 0)
        emit eventChosen(event);
    m_current = arrow;
    setAccessibleDescription(accessibleItemName(arrow));
    theme::announceCurrentItem(*this);
    update();
}

void SequenceCanvas::mousePressEvent(QMouseEvent* event)
{
    int nearest = -1;
    double best = 14;
    for (std::size_t i = 0; i < m_arrows.size(); ++i) {
        const Arrow& arrow = m_arrows[i];
        const QPointF a(xOf(arrow.from), yOf(arrow.sentUs));
        const QPointF b(xOf(arrow.to), yOf(arrow.receivedUs));
        const QPointF p = event->position();
        const double length = std::hypot(b.x() - a.x(), b.y() - a.y());
        const double along =
            ((p.x() - a.x()) * (b.x() - a.x()) + (p.y() - a.y()) * (b.y() - a.y())) /
            std::max(1.0, length * length);
        const QPointF foot = a + (b - a) * std::clamp(along, 0.0, 1.0);
        const double distance = std::hypot(p.x() - foot.x(), p.y() - foot.y());
        if (distance < best) {
            best = distance;
            nearest = static_cast<int>(i);
        }
    }
    choose(nearest);
    QWidget::mousePressEvent(event);
}

void SequenceCanvas::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_arrows.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Down:
    case Qt::Key_Right:
        choose(std::min(last, m_current + 1));
        break;
    case Qt::Key_Up:
    case Qt::Key_Left:
        choose(std::max(0, m_current - 1));
        break;
    case Qt::Key_Home:
        choose(0);
        break;
    case Qt::Key_End:
        choose(last);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

int SequenceCanvas::accessibleItemCount() const
{
    return static_cast<int>(m_arrows.size());
}

QString SequenceCanvas::accessibleItemName(int item) const
{
    const Arrow& arrow = m_arrows[static_cast<std::size_t>(item)];
    return tr("%1 from %2 to %3, sent at %4, arrived at %5")
        .arg(arrow.text, laneName(arrow.from), laneName(arrow.to), figure(arrow.sentUs),
             figure(arrow.receivedUs));
}

QRect SequenceCanvas::accessibleItemRect(int item) const
{
    const Arrow& arrow = m_arrows[static_cast<std::size_t>(item)];
    return QRectF(QPointF(xOf(arrow.from), yOf(arrow.sentUs)),
                  QPointF(xOf(arrow.to), yOf(arrow.receivedUs)))
        .normalized()
        .adjusted(0, -10, 0, 10)
        .toRect();
}

} // namespace views
