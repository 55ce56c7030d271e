#include "widgets/ring/ring_canvas.h"

#include "widgets/studio/format.h"
#include "widgets/studio/node_table_model.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <cmath>
#include <numbers>

namespace views {

using studio::NodeRow;

namespace {

constexpr double kFlagRoom = 34;

QPointF onCircle(const QPointF& centre, double radius, double degrees)
{
    const double angle = degrees * std::numbers::pi / 180 - std::numbers::pi / 2;
    return centre + QPointF(std::cos(angle), std::sin(angle)) * radius;
}

QPainterPath arcPath(const QPointF& c, double outer, double inner, double from, double span)
{
    // Qt counts degrees counter-clockwise from three o'clock.
    const QRectF big(c.x() - outer, c.y() - outer, 2 * outer, 2 * outer);
    const QRectF small(c.x() - inner, c.y() - inner, 2 * inner, 2 * inner);
    QPainterPath path;
    path.arcMoveTo(big, 90 - from);
    path.arcTo(big, 90 - from, -span);
    path.arcTo(small, 90 - from - span, span);
    path.closeSubpath();
    return path;
}

} // namespace

RingCanvas::RingCanvas(const theme::Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(false);
    setAccessibleName(tr("Token ring"));
    connect(&theme, &theme::Theme::changed, this, &RingCanvas::invalidate);
}

void RingCanvas::invalidate()
{
    m_stale = true;
    update();
}

void RingCanvas::setTopology(const studio::ClusterTopology& topology)
{
    const auto sameLook = [&] {
        if (topology.ring != m_topology.ring || topology.nodes.size() != m_topology.nodes.size())
            return false;
        for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
            const NodeRow& a = topology.nodes[i];
            const NodeRow& b = m_topology.nodes[i];
            if (a.stateCode() != b.stateCode() || a.datacenter != b.datacenter ||
                a.rack != b.rack || a.number != b.number)
                return false;
        }
        return true;
    };
    const bool same = sameLook();
    m_topology = topology;
    if (!same) {
        m_pictures = layOutRings(m_topology, m_byDatacenter);
        invalidate();
    } else {
        update();
    }
}

void RingCanvas::setByDatacenter(bool on)
{
    m_byDatacenter = on;
    m_pictures = layOutRings(m_topology, on);
    invalidate();
}

void RingCanvas::setKey(std::optional<studio::Placement> placement, const QString& label)
{
    m_key = std::move(placement);
    m_keyLabel = label;
    invalidate();
}

void RingCanvas::setSelected(int node)
{
    m_selected = node;
    setAccessibleDescription(node >= 0 ? describe(node) : QString());
    theme::announceCurrentItem(*this);
    update();
}

int RingCanvas::replicaOrder(int node) const
{
    if (!m_key)
        return 0;
    for (std::size_t i = 0; i < m_key->replicas.size(); ++i)
        if (m_key->replicas[i] == node)
            return static_cast<int>(i) + 1;
    return 0;
}

QString RingCanvas::describe(int node) const
{
    if (node < 0 || node >= static_cast<int>(m_topology.nodes.size()))
        return {};
    const NodeRow& row = m_topology.nodes[static_cast<std::size_t>(node)];
    QString text =
        tr("%1, %2, %3 %4").arg(row.name, studio::stateWords(row), row.datacenter, row.rack);
    if (const int order = replicaOrder(node))
        text += tr(", replica %1 of %2").arg(order).arg(m_keyLabel);
    if (const QString remark = studio::nodeRemark(row); !remark.isEmpty())
        text += QStringLiteral(", ") + remark;
    return text;
}

std::vector<RingCanvas::Placed> RingCanvas::placeRings() const
{
    const int count = std::max<int>(1, static_cast<int>(m_pictures.size()));
    // As many columns as make the rings largest.
    int columns = 1;
    double best = 0;
    for (int c = 1; c <= count; ++c) {
        const int rows = (count + c - 1) / c;
        const double size = std::min<double>(width() / c, height() / rows);
        if (size > best) {
            best = size;
            columns = c;
        }
    }
    const int rows = (count + columns - 1) / columns;
    const double cellWidth = static_cast<double>(width()) / columns;
    const double cellHeight = static_cast<double>(height()) / rows;
    std::vector<Placed> placed;
    for (int i = 0; i < static_cast<int>(m_pictures.size()); ++i) {
        const bool titled = !m_pictures[static_cast<std::size_t>(i)].title.isEmpty();
        const double top = titled ? 46 : 10;
        Placed p;
        p.outer =
            std::max(40.0, std::min(cellWidth / 2 - 46, (cellHeight - top - kFlagRoom) / 2 - 8));
        p.inner = p.outer * 0.885;
        p.centre = QPointF(cellWidth * (i % columns + 0.5),
                           cellHeight * (i / columns) + top + (cellHeight - top) / 2);
        const double nodes =
            static_cast<double>(m_pictures[static_cast<std::size_t>(i)].nodes.size());
        p.discs = p.outer * 0.58;
        const double chord = nodes > 1 ? p.discs * std::sin(std::numbers::pi / nodes) * 0.86 : 60;
        p.disc = std::clamp(std::min(chord, p.outer * 0.16), 5.0, 40.0);
        placed.push_back(p);
    }
    return placed;
}

void RingCanvas::drawArcs(QPainter& painter, const RingPicture& picture, const Placed& placed)
{
    const auto& t = m_theme.tokens();
    const bool keyed = m_key && !m_key->replicas.empty();
    for (const RingArc& arc : picture.arcs) {
        const NodeRow& node = m_topology.nodes[static_cast<std::size_t>(arc.node)];
        QColor color = t.node(node.number);
        // With a key typed, the arcs of its replicas are strong and the others stand back.
        if (keyed && replicaOrder(arc.node) == 0)
            color = theme::mix(color, t.panel, t.dark ? 0.38 : 0.32);
        const QPainterPath path =
            arcPath(placed.centre, placed.outer, placed.inner, arc.from, arc.span);
        const bool whole = node.isUp() && node.mode == studio::NodeMode::Normal;
        painter.setPen(Qt::NoPen);
        painter.setBrush(whole ? color : theme::mix(color, t.panel, 0.14));
        painter.drawPath(path);
        if (!whole) {
            painter.setBrush(QBrush(color, Qt::BDiagPattern));
            painter.drawPath(path);
        }
        painter.setBrush(Qt::NoBrush);
        // A hair of the ground between arcs, as long as they are wide enough to have one.
        if (picture.arcs.size() < 300) {
            painter.setPen(QPen(t.panel, 1.4));
            painter.drawLine(onCircle(placed.centre, placed.inner - 0.5, arc.from),
                             onCircle(placed.centre, placed.outer + 0.5, arc.from));
        }
        ++m_arcsPainted;
    }
    painter.setPen(QPen(t.text3, 1.2));
    painter.drawLine(onCircle(placed.centre, placed.outer + 3, 0),
                     onCircle(placed.centre, placed.outer + 8, 0));
    if (!picture.racks.empty()) {
        painter.setPen(QPen(t.edge, 1));
        const double radius = placed.outer * 0.82;
        const QRectF circle(placed.centre.x() - radius, placed.centre.y() - radius, 2 * radius,
                            2 * radius);
        for (const RackLabel& rack : picture.racks)
            painter.drawArc(circle, static_cast<int>((90 - rack.from - 2) * 16),
                            static_cast<int>(-(rack.span - 4) * 16));
    }
}

void RingCanvas::drawDisc(QPainter& painter, int index, const QPointF& centre, double radius) const
{
    const auto& t = m_theme.tokens();
    const NodeRow& node = m_topology.nodes[static_cast<std::size_t>(index)];
    const QColor color = t.node(node.number);
    const int order = replicaOrder(index);
    painter.save();
    if (index == m_selected) {
        painter.setPen(QPen(t.accent, hasFocus() ? 3 : 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, radius + 5, radius + 5);
    }
    QPen ring(color, std::max(2.0, radius * 0.11));
    if (!node.isUp()) {
        ring.setColor(t.text3);
        ring.setDashPattern({1.4, 1.2});
    }
    painter.setPen(ring);
    painter.setBrush(node.isUp() ? t.panel : t.hover);
    painter.drawEllipse(centre, radius, radius);
    if (radius >= 13) {
        QFont name = theme::typeFont(theme::Type::Emphasis);
        name.setPointSizeF(std::clamp(radius * 0.32, 6.5, 10.5));
        painter.setFont(name);
        painter.setPen(node.isUp() ? t.text : t.text2);
        const QFont small = theme::typeFont(theme::Type::Small);
        const QString second = !node.isUp()     ? studio::stateWords(node)
                               : node.loadBytes ? studio::formatBytes(*node.loadBytes)
                                                : QString();
        // The second line needs the width that the circle has so far below its centre.
        const double below = 13;
        const double room =
            radius > below ? 2 * std::sqrt(radius * radius - below * below) - ring.widthF() : 0;
        const bool two = QFontMetricsF(small).horizontalAdvance(second) <= room;
        painter.drawText(QRectF(centre.x() - radius, centre.y() - radius - (two ? 7 : 0),
                                2 * radius, 2 * radius),
                         Qt::AlignCenter,
                         node.name.size() > 6 ? QString::number(node.number) : node.name);
        if (two) {
            painter.setFont(small);
            painter.setPen(t.text2);
            painter.drawText(QRectF(centre.x() - radius, centre.y() + 1, 2 * radius, 16),
                             Qt::AlignCenter, second);
        }
    }
    if (radius >= 16) {
        const QString code = node.stateCode();
        theme::paintBadge(painter, t, centre + QPointF(radius * 0.42, -radius - 4), 18, code,
                          theme::stateColor(t, code));
        const QString remark = studio::nodeRemark(node);
        if (!remark.isEmpty()) {
            const qreal wide = theme::badgeWidth(remark);
            theme::paintBadge(painter, t, centre + QPointF(-wide / 2, radius + 5), 18, remark,
                              t.warning);
        }
    }
    if (order > 0) {
        const QPointF at = centre + QPointF(-radius * 0.72, -radius * 0.72);
        const double size = std::max(8.0, radius * 0.28);
        painter.setPen(QPen(t.panel, 1.5));
        painter.setBrush(t.text);
        painter.drawEllipse(at, size, size);
        QFont digits = theme::typeFont(theme::Type::Small);
        digits.setWeight(QFont::Bold);
        painter.setFont(digits);
        painter.setPen(t.panel);
        painter.drawText(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size), Qt::AlignCenter,
                         QString::number(order));
    }
    painter.restore();
}

void RingCanvas::drawDiscs(QPainter& painter, const RingPicture& picture,
                           const Placed& placed) const
{
    const auto& t = m_theme.tokens();
    painter.setFont(theme::typeFont(theme::Type::Small));
    for (const RackLabel& rack : picture.racks) {
        const qreal width = painter.fontMetrics().horizontalAdvance(rack.name) + 10;
        // Sideways a name reaches further out than upwards: it never covers the arcs.
        const double reach = std::abs(rack.place.x()) * width / 2 + std::abs(rack.place.y()) * 8;
        const QPointF at =
            placed.centre + rack.place * std::min(placed.outer * 0.82, placed.inner - reach - 3);
        const QRectF box(at.x() - width / 2, at.y() - 8, width, 16);
        painter.fillRect(box, t.panel);
        painter.setPen(t.text2);
        painter.drawText(box, Qt::AlignCenter, rack.name);
    }
    for (const RingDisc& disc : picture.discs)
        drawDisc(painter, disc.node, placed.centre + disc.place * placed.discs, placed.disc);
    if (picture.title.isEmpty())
        return;
    int up = 0;
    for (const int node : picture.nodes)
        up += m_topology.nodes[static_cast<std::size_t>(node)].isUp();
    const int all = static_cast<int>(picture.nodes.size());
    const double top = placed.centre.y() - placed.outer - kFlagRoom / 2 - 36;
    painter.setFont(theme::typeFont(theme::Type::Heading));
    painter.setPen(t.text);
    painter.drawText(QRectF(placed.centre.x() - 200, top, 400, 20), Qt::AlignCenter, picture.title);
    painter.setFont(theme::typeFont(theme::Type::Label));
    painter.setPen(t.text2);
    QString subtitle = up == all ? tr("%n node(s)", nullptr, all)
                                 : tr("%n node(s), %1 down", nullptr, all).arg(all - up);
    if (picture.merged)
        subtitle += tr(", arcs merged");
    painter.drawText(QRectF(placed.centre.x() - 200, top + 19, 400, 17), Qt::AlignCenter, subtitle);
}

void RingCanvas::drawKey(QPainter& painter, const Placed& placed) const
{
    if (!m_key || !m_key->problem.isEmpty())
        return;
    const auto& t = m_theme.tokens();
    const double angle = tokenAngle(m_key->token);
    const QPointF foot = onCircle(placed.centre, placed.inner - 4, angle);
    const QPointF head = onCircle(placed.centre, placed.outer + 18, angle);
    painter.setPen(QPen(t.text, 2.5));
    painter.drawLine(foot, head);
    QFont code = theme::typeFont(theme::Type::Code);
    code.setPointSizeF(8.6);
    code.setWeight(QFont::DemiBold);
    painter.setFont(code);
    const QString label = painter.fontMetrics().elidedText(m_keyLabel, Qt::ElideRight, 160);
    const qreal wide = painter.fontMetrics().horizontalAdvance(label) + 16;
    QRectF flag(head.x() - wide / 2, head.y() - 11, wide, 22);
    flag.moveCenter(onCircle(placed.centre, placed.outer + 24, angle));
    if (flag.left() < 4)
        flag.moveLeft(4);
    if (flag.right() > width() - 4)
        flag.moveRight(width() - 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.text);
    painter.drawRoundedRect(flag, 3, 3);
    painter.setPen(t.panel);
    painter.drawText(flag, Qt::AlignCenter, label);
}

void RingCanvas::paintEvent(QPaintEvent*)
{
    const auto placed = placeRings();
    if (m_stale) {
        m_stale = false;
        ++m_rebuilds;
        m_arcsPainted = 0;
        const double scale = devicePixelRatioF();
        m_arcs = QPixmap(size() * scale);
        m_arcs.setDevicePixelRatio(scale);
        m_arcs.fill(m_theme.tokens().panel);
        QPainter painter(&m_arcs);
        painter.setRenderHint(QPainter::Antialiasing);
        for (std::size_t i = 0; i < m_pictures.size(); ++i)
            drawArcs(painter, m_pictures[i], placed[i]);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_arcs);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        drawDiscs(painter, m_pictures[i], placed[i]);
        drawKey(painter, placed[i]);
    }
}

void RingCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_stale = true;
}

void RingCanvas::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        invalidate();
    QWidget::changeEvent(event);
}

int RingCanvas::accessibleItemCount() const
{
    return static_cast<int>(m_topology.nodes.size());
}

QRect RingCanvas::accessibleItemRect(int item) const
{
    const auto placed = placeRings();
    for (std::size_t i = 0; i < m_pictures.size(); ++i)
        for (const RingDisc& disc : m_pictures[i].discs)
            if (disc.node == item) {
                const QPointF centre = placed[i].centre + disc.place * placed[i].discs;
                const double r = placed[i].disc;
                return QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r).toAlignedRect();
            }
    return {};
}

int RingCanvas::nodeAt(const QPointF& point) const
{
    const auto placed = placeRings();
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        for (const RingDisc& disc : m_pictures[i].discs) {
            const QPointF d = point - (placed[i].centre + disc.place * placed[i].discs);
            if (std::hypot(d.x(), d.y()) <= placed[i].disc + 4)
                return disc.node;
        }
        const QPointF d = point - placed[i].centre;
        const double distance = std::hypot(d.x(), d.y());
        if (distance < placed[i].inner || distance > placed[i].outer)
            continue;
        double angle = std::atan2(d.y(), d.x()) * 180 / std::numbers::pi + 90;
        if (angle < 0)
            angle += 360;
        for (const RingArc& arc : m_pictures[i].arcs) {
            double offset = angle - arc.from;
            if (offset < 0)
                offset += 360;
            if (offset <= arc.span)
                return arc.node;
        }
    }
    return -1;
}

void RingCanvas::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    if (const int node = nodeAt(event->position()); node >= 0)
        emit nodeClicked(node);
}

void RingCanvas::keyPressEvent(QKeyEvent* event)
{
    const int count = static_cast<int>(m_topology.nodes.size());
    int step = 0;
    if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Down)
        step = 1;
    else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Up)
        step = -1;
    if (step == 0 || count == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int next =
        m_selected < 0 ? (step > 0 ? 0 : count - 1) : (m_selected + step + count) % count;
    emit nodeClicked(next);
}

bool RingCanvas::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString text = describe(nodeAt(help->pos()));
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace views
