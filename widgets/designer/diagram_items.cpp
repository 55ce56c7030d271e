#include "widgets/designer/diagram_items.h"

#include "widgets/designer/diagram_scene.h"
#include "widgets/designer/far_painter.h"
#include "widgets/theme/paint.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPathStroker>

#include <cmath>

namespace views {

namespace {

constexpr qreal kPillHeight = 20;
constexpr qreal kEntryLength = 50;

qreal pillWidth(const QString& text)
{
    QFont font = theme::typeFont(theme::Type::Label);
    font.setWeight(QFont::DemiBold);
    return std::max<qreal>(30, QFontMetricsF(font).horizontalAdvance(text) + 16);
}

void paintArrowHead(QPainter& painter, const QPointF& from, const QPointF& tip, const QColor& color)
{
    const qreal length = std::hypot(tip.x() - from.x(), tip.y() - from.y());
    if (length < 0.5)
        return;
    const QPointF along = (tip - from) / length;
    const QPointF across(-along.y(), along.x());
    const QPointF back = tip - along * 8;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF({tip, back + across * 3.6, back - across * 3.6}));
}

} // namespace

qreal slotOffset(int slot, int slotCount, qreal extent)
{
    if (slotCount < 2)
        return 0;
    const qreal step = std::min<qreal>(46, extent / slotCount);
    return (slot - (slotCount - 1) / 2.0) * step;
}

// ---- boxes --------------------------------------------------------------------------------------

NodeItem::NodeItem(const DiagramScene& scene, const NodeSpec& spec) : m_scene(scene)
{
    setFlag(ItemIsSelectable, spec.kind != NodeKind::KeyspaceCard);
    setFlag(ItemIsFocusable);
    setCacheMode(NoCache);
    setZValue(1);
    setSpec(spec);
}

void NodeItem::setSpec(const NodeSpec& spec)
{
    if (m_spec.size != spec.size)
        prepareGeometryChange();
    m_spec = spec;
    setToolTip(spec.dotText);
    setPos(spec.centre);
    update();
}

QRectF NodeItem::sceneRect() const
{
    return {pos().x() - m_spec.size.width() / 2, pos().y() - m_spec.size.height() / 2,
            m_spec.size.width(), m_spec.size.height()};
}

QRectF NodeItem::boundingRect() const
{
    return QRectF(-m_spec.size.width() / 2, -m_spec.size.height() / 2, m_spec.size.width(),
                  m_spec.size.height())
        .adjusted(-7, -7, 7, 7);
}

QPainterPath NodeItem::shape() const
{
    return outlineOf(m_spec);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    const bool focused = m_scene.keyboardItem() == this && m_scene.hasFocus();
    const DiagramLook look = m_scene.look();
    if (isFar(*painter, look) && m_spec.kind != NodeKind::Note &&
        m_spec.kind != NodeKind::KeyspaceCard)
        paintFromAfar(*painter, look, m_spec, isSelected(), m_farName);
    else
        paintNode(*painter, look, m_spec, isSelected(), focused && !isSelected());
    m_scene.countPaint();
}

QPointF NodeItem::borderTowards(const QPointF& towards) const
{
    const QPointF d = towards - pos();
    const qreal w = m_spec.size.width() / 2;
    const qreal h = m_spec.size.height() / 2;
    if (std::abs(d.x()) < 0.01 && std::abs(d.y()) < 0.01)
        return pos();
    qreal share = 1;
    switch (m_spec.kind) {
    case NodeKind::Relationship:
    case NodeKind::IdentifyingRelationship:
        share = 1 / (std::abs(d.x()) / w + std::abs(d.y()) / h);
        break;
    case NodeKind::Attribute:
    case NodeKind::MultiValuedAttribute:
    case NodeKind::DerivedAttribute:
    case NodeKind::Start:
        share = 1 / std::hypot(d.x() / w, d.y() / h);
        break;
    default:
        share = std::min(std::abs(d.x()) < 0.01 ? 1e9 : w / std::abs(d.x()),
                         std::abs(d.y()) < 0.01 ? 1e9 : h / std::abs(d.y()));
    }
    return pos() + d * std::min<qreal>(share, 1);
}

// ---- lines --------------------------------------------------------------------------------------

EdgeItem::EdgeItem(const DiagramScene& scene, const EdgeSpec& spec) : m_scene(scene), m_spec(spec)
{
    const bool flow = spec.kind == EdgeKind::Flow || spec.kind == EdgeKind::Entry;
    setFlag(ItemIsSelectable, flow);
    setZValue(flow ? 2 : 0);
    m_pill = pillWidth(spec.label);
    reroute();
}

void EdgeItem::setSpec(const EdgeSpec& spec)
{
    if (spec.label != m_spec.label) {
        prepareGeometryChange();
        m_pill = pillWidth(spec.label);
    }
    m_spec = spec;
    reroute();
}

void EdgeItem::reroute()
{
    const NodeItem* from = m_scene.node(m_spec.from);
    const NodeItem* to = m_scene.node(m_spec.to);
    if (isFlow()) {
        update();
        return;
    }
    prepareGeometryChange();
    m_points.clear();
    if (m_spec.kind == EdgeKind::Entry && to) {
        const QRectF box = to->sceneRect();
        const qreal x =
            box.center().x() + slotOffset(m_spec.slot, m_spec.slotCount, box.width() - 40);
        m_points = {{x, box.top() - kEntryLength}, {x, box.top()}};
        m_label = {x, box.top() - kEntryLength / 2 - 1};
    } else if (from && to) {
        m_points = {from->borderTowards(to->pos()), to->borderTowards(from->pos())};
        const QPointF a = m_points[0];
        const QPointF b = m_points[1];
        const qreal length = std::hypot(b.x() - a.x(), b.y() - a.y());
        m_label = length < 1 ? b : b + (a - b) * (std::min<qreal>(15, length / 2) / length);
        // Two lines to one entity type: their marks stand apart.
        if (m_spec.index > 0 && m_spec.slotCount > 1)
            m_label += QPointF(0, 14);
    }
    update();
}

bool EdgeItem::setRoute(const Route& route)
{
    if (route.points == m_points && route.label == m_label)
        return false;
    prepareGeometryChange();
    m_points = route.points;
    m_label = route.label;
    update();
    return true;
}

QSizeF EdgeItem::labelSize() const
{
    return {m_pill, kPillHeight};
}

QRectF EdgeItem::boundingRect() const
{
    if (m_points.isEmpty())
        return {};
    QRectF box = QPolygonF(m_points).boundingRect();
    const qreal half = m_pill / 2;
    box |= QRectF(m_label.x() - half, m_label.y() - kPillHeight / 2, 2 * half, kPillHeight);
    return box.adjusted(-12, -12, 12, 12);
}

QPainterPath EdgeItem::shape() const
{
    QPainterPath path;
    if (m_points.isEmpty())
        return path;
    path.addPolygon(QPolygonF(m_points));
    QPainterPathStroker stroker;
    stroker.setWidth(8);
    QPainterPath hit = stroker.createStroke(path);
    if (m_spec.kind == EdgeKind::Flow || m_spec.kind == EdgeKind::Entry) {
        const qreal half = m_pill / 2;
        hit.addRect(
            QRectF(m_label.x() - half, m_label.y() - kPillHeight / 2, 2 * half, kPillHeight));
    }
    return hit;
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    if (m_points.size() < 2)
        return;
    painter->setRenderHint(QPainter::Antialiasing);
    m_scene.countPaint();
    const DiagramLook look = m_scene.look();
    const theme::Tokens& t = *look.tokens;
    if (isFar(*painter, look)) {
        paintFar(*painter, look);
        return;
    }
    if (m_spec.kind == EdgeKind::Attribute) {
        painter->setPen(QPen(look.print ? QColor(Qt::black) : t.edge, 1.1));
        painter->drawPolyline(QPolygonF(m_points));
        return;
    }
    if (m_spec.kind == EdgeKind::Chen) {
        painter->setPen(QPen(look.line(), 1.3));
        if (m_spec.doubled) {
            const QPointF d = m_points[1] - m_points[0];
            const qreal length = std::max<qreal>(1, std::hypot(d.x(), d.y()));
            const QPointF across(-d.y() / length * 1.8, d.x() / length * 1.8);
            painter->drawLine(m_points[0] + across, m_points[1] + across);
            painter->drawLine(m_points[0] - across, m_points[1] - across);
        } else {
            painter->drawPolyline(QPolygonF(m_points));
        }
        QFont font = theme::typeFont(theme::Type::Body);
        font.setWeight(QFont::Bold);
        painter->setFont(font);
        const qreal width = QFontMetricsF(font).horizontalAdvance(m_spec.label) + 6;
        const QRectF box(m_label.x() - width / 2, m_label.y() - 9, width, 18);
        painter->fillRect(box, look.print ? QColor(Qt::white) : t.alternate);
        painter->setPen(look.accent());
        painter->drawText(box, Qt::AlignCenter, m_spec.label);
        return;
    }
    const bool selected = (isSelected() || m_lit) && !look.print;
    const QColor color = colorOf(look, selected);
    QPen pen(color, selected ? 2 : 1.5);
    if (m_spec.warning)
        pen.setDashPattern({4, 3});
    painter->setPen(pen);
    painter->drawPolyline(QPolygonF(m_points));
    paintArrowHead(*painter, m_points[m_points.size() - 2], m_points.last(), color);
    if (m_spec.kind == EdgeKind::Entry) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(color);
        painter->drawEllipse(m_points.first(), 4, 4);
    }
}

QColor EdgeItem::colorOf(const DiagramLook& look, bool selected) const
{
    return m_spec.warning ? look.warning() : selected ? look.accent() : look.line();
}

void EdgeItem::paintFar(QPainter& painter, const DiagramLook& look) const
{
    const theme::Tokens& t = *look.tokens;
    const qreal point = 1 / painter.worldTransform().m11(); // on the screen
    if (m_spec.kind == EdgeKind::Attribute) {
        painter.setPen(QPen(t.edge, 0.6 * point));
    } else if (m_spec.kind == EdgeKind::Chen) {
        painter.setPen(QPen(t.text2, point));
    } else {
        // What is not asked for steps back. Level and upright lines need no smoothing, which costs
        // most of a picture of hundreds.
        painter.setRenderHint(QPainter::Antialiasing, false);
        const bool selected = isSelected() || m_lit;
        const QColor color = colorOf(look, selected);
        painter.setPen(
            QPen(selected || m_spec.warning ? color : theme::mix(color, t.alternate, 0.4),
                 selected ? 2 * point : 0));
    }
    painter.drawPolyline(QPolygonF(m_points));
}

void EdgeItem::paintLabel(QPainter& painter) const
{
    const DiagramLook look = m_scene.look();
    const bool flow = m_spec.kind == EdgeKind::Flow || m_spec.kind == EdgeKind::Entry;
    if (flow && !isFar(painter, look) && m_points.size() > 1)
        paintPill(painter, look, m_spec.warning ? look.warning() : look.accent());
}

void EdgeItem::setLit(bool lit)
{
    if (m_lit == lit)
        return;
    m_lit = lit;
    setZValue(lit ? 2.5 : 2);
    update();
}

void EdgeItem::paintPill(QPainter& painter, const DiagramLook& look, const QColor& color) const
{
    const QRectF pill(m_label.x() - m_pill / 2, m_label.y() - kPillHeight / 2, m_pill, kPillHeight);
    painter.setPen(QPen(color, isSelected() && !look.print ? 2 : 1.3));
    painter.setBrush(isSelected() && !look.print ? look.tokens->selection : look.panel());
    painter.drawRoundedRect(pill, kPillHeight / 2, kPillHeight / 2);
    QFont font = theme::typeFont(theme::Type::Label);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(pill, Qt::AlignCenter, m_spec.label);
}

} // namespace views
