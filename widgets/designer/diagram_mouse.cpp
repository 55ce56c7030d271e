#include "engine/modeling/edit.h"
#include "widgets/designer/diagram_scene.h"
#include "widgets/designer/far_painter.h"

#include <QGraphicsSceneMouseEvent>
#include <QGraphicsView>
#include <QPainter>
#include <QSet>

#include <cmath>

/// The mouse on a DiagramScene.
namespace views {

namespace mo = engine::modeling;

namespace {
constexpr qreal kDragDistance = 5;
constexpr qreal kSnapDistance = 6;
constexpr qreal kGrid = 4;
constexpr qreal kDots = 20;
} // namespace

NodeItem* DiagramScene::nodeAt(const QPointF& at) const
{
    for (QGraphicsItem* item : items(at, Qt::IntersectsItemShape))
        if (auto* box = qgraphicsitem_cast<NodeItem*>(item))
            return box;
    return nullptr;
}

bool DiagramScene::isFar() const
{
    return !views().isEmpty() && views().first()->transform().m11() < kFarScale;
}

EdgeItem* DiagramScene::edgeAt(const QPointF& at) const
{
    for (QGraphicsItem* item : items(at, Qt::IntersectsItemShape)) {
        auto* line = qgraphicsitem_cast<EdgeItem*>(item);
        if (line && (line->flags() & QGraphicsItem::ItemIsSelectable))
            return line;
    }
    return nullptr;
}

void DiagramScene::finishTool(Qt::KeyboardModifiers modifiers)
{
    if (!(modifiers & Qt::ShiftModifier))
        setTool(Tool::Select);
}

void DiagramScene::mousePressEvent(QGraphicsSceneMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        // A menu is about what is under the mouse.
        if (NodeItem* box = nodeAt(event->scenePos()); box && event->button() == Qt::RightButton)
            selectOne(box, event->modifiers());
        event->setAccepted(event->button() == Qt::RightButton);
        return;
    }
    const QPointF at = event->scenePos();
    NodeItem* box = nodeAt(at);
    m_pressedAt = at;
    m_pressed = box ? box->spec().id : ElementId::None;
    m_pressedRow = -1;
    if (m_tool != Tool::Select) {
        if (box && dragsFrom(m_tool, *box)) {
            m_drag = Drag::Line;
            m_lineEnd = at;
        } else if (box ? createOn(m_tool, *box) : createAt(m_tool, at)) {
            finishTool(event->modifiers());
        }
        event->accept();
        return;
    }
    // The pill of a query lies above boxes.
    if (EdgeItem* line = edgeAt(at); line && (!box || line->zValue() > box->zValue())) {
        selectOne(line, event->modifiers());
        event->accept();
        return;
    }
    if (!box) {
        QGraphicsScene::mousePressEvent(event);
        return;
    }
    m_keyboard = box;
    // From afar nobody sees rows and marks, and must not change a key by them.
    const int row = isFar() ? -1 : rowAt(box->spec(), at.y() - box->pos().y());
    if (row >= 0 && box->spec().kind == NodeKind::Table) {
        const ElementId column = box->spec().rows[static_cast<std::size_t>(row)].column;
        if (column != ElementId::None && !(event->modifiers() & Qt::ControlModifier)) {
            m_pressedRow = row;
            m_context.select({column});
        } else {
            selectOne(box, event->modifiers());
        }
    } else {
        selectOne(box, event->modifiers());
    }
    m_drag = Drag::Pressed;
    event->accept();
}

void DiagramScene::mouseMoveEvent(QGraphicsSceneMouseEvent* event)
{
    const QPointF at = event->scenePos();
    if (m_drag == Drag::Pressed &&
        std::hypot(at.x() - m_pressedAt.x(), at.y() - m_pressedAt.y()) > kDragDistance) {
        NodeItem* box = node(m_pressed);
        if (box && m_pressedRow >= 0) {
            m_drag = Drag::Row;
        } else if (box && box->spec().kind != NodeKind::Start) {
            beginMove(*box);
            m_drag = Drag::Move;
        }
    }
    if (m_drag == Drag::Move)
        continueMove(at);
    if (m_drag == Drag::Line) {
        m_lineEnd = at;
        update();
    }
    if (m_drag == Drag::Row)
        if (const NodeItem* box = node(m_pressed)) {
            const qreal inside =
                at.y() - box->pos().y() + box->spec().size.height() / 2 - kTitleHeight - 4;
            m_dropRow = std::clamp(static_cast<int>(std::lround(inside / kRowHeight)), 0,
                                   static_cast<int>(box->spec().rows.size()));
            update();
        }
    if (m_drag == Drag::None)
        QGraphicsScene::mouseMoveEvent(event);
}

void DiagramScene::mouseReleaseEvent(QGraphicsSceneMouseEvent* event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    NodeItem* from = node(m_pressed);
    switch (drag) {
    case Drag::Line: {
        NodeItem* to = nodeAt(event->scenePos());
        const bool far = std::hypot(event->scenePos().x() - m_pressedAt.x(),
                                    event->scenePos().y() - m_pressedAt.y()) > kDragDistance;
        update();
        if (from && to && far) {
            if (createBetween(m_tool, *from, *to))
                finishTool(event->modifiers());
        } else if (from && !far && createOn(m_tool, *from)) {
            finishTool(event->modifiers());
        }
        break;
    }
    case Drag::Move:
        endMove();
        break;
    case Drag::Row:
        if (from && m_dropRow >= 0)
            rowMoved(*from, m_pressedRow, m_dropRow > m_pressedRow ? m_dropRow - 1 : m_dropRow);
        m_dropRow = -1;
        update();
        break;
    case Drag::Pressed:
        if (from && m_pressedRow >= 0 &&
            markRect(from->spec(), m_pressedRow).contains(event->scenePos() - from->pos()))
            markClicked(*from, m_pressedRow);
        else if (from && !(event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)) &&
                 m_pressedRow < 0)
            m_context.select({m_pressed});
        break;
    case Drag::None:
        QGraphicsScene::mouseReleaseEvent(event);
    }
    m_pressedRow = -1;
}

void DiagramScene::mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event)
{
    if (nodeAt(event->scenePos()) || edgeAt(event->scenePos()))
        renameSelected();
    event->accept();
}

// ---- moving boxes -------------------------------------------------------------------------------

void DiagramScene::beginMove(NodeItem& pressed)
{
    m_moving.clear();
    if (!pressed.isSelected())
        selectOne(&pressed, {});
    for (NodeItem* item : nodes()) {
        const NodeItem* owner = node(item->spec().owner);
        const NodeItem* whole = owner ? node(owner->spec().owner) : nullptr;
        if (item->isSelected() || (owner && owner->isSelected()) || (whole && whole->isSelected()))
            m_moving.insert(static_cast<quint32>(item->spec().id), item->pos());
    }
}

QPointF DiagramScene::snapped(const QPointF& delta)
{
    m_guides.clear();
    const QPointF start = m_moving.value(static_cast<quint32>(m_pressed));
    const NodeItem* moving = node(m_pressed);
    const QPointF wanted = start + delta;
    QPointF best(std::round(wanted.x() / kGrid) * kGrid, std::round(wanted.y() / kGrid) * kGrid);
    qreal nearX = kSnapDistance, nearY = kSnapDistance;
    const NodeItem* withX = nullptr;
    const NodeItem* withY = nullptr;
    const qreal halfWidth = moving ? moving->spec().size.width() / 2 : 0;
    for (const NodeItem* other : nodes()) {
        if (m_moving.contains(static_cast<quint32>(other->spec().id)))
            continue;
        const QPointF p = other->pos();
        const qreal otherHalf = other->spec().size.width() / 2;
        // Centres, and for boxes of different width their left edges.
        for (const qreal x : {p.x(), p.x() - otherHalf + halfWidth})
            if (std::abs(x - wanted.x()) < nearX) {
                nearX = std::abs(x - wanted.x());
                best.setX(x);
                withX = other;
            }
        if (std::abs(p.y() - wanted.y()) < nearY) {
            nearY = std::abs(p.y() - wanted.y());
            best.setY(p.y());
            withY = other;
        }
    }
    if (withX) {
        const bool centred = std::abs(withX->pos().x() - best.x()) < 0.5;
        const qreal x = centred ? best.x() : best.x() - halfWidth;
        m_guides.append(QLineF(x, std::min(best.y(), withX->pos().y()) - 30, x,
                               std::max(best.y(), withX->pos().y()) + 30));
    }
    if (withY)
        m_guides.append(QLineF(std::min(best.x(), withY->pos().x()) - 60, best.y(),
                               std::max(best.x(), withY->pos().x()) + 60, best.y()));
    return best - start;
}

void DiagramScene::continueMove(const QPointF& at)
{
    const QPointF delta = snapped(at - m_pressedAt);
    QSet<quint32> moved;
    for (auto it = m_moving.cbegin(); it != m_moving.cend(); ++it)
        if (NodeItem* item = m_nodes.value(it.key())) {
            item->setPos(it.value() + delta);
            moved.insert(it.key());
        }
    rerouteEdgesOf(moved);
    update();
}

void DiagramScene::endMove()
{
    m_guides.clear();
    update();
    std::map<ElementId, mo::Point> centres;
    for (auto it = m_moving.cbegin(); it != m_moving.cend(); ++it) {
        NodeItem* item = m_nodes.value(it.key());
        if (!item || item->spec().kind == NodeKind::Start)
            continue;
        // An attribute that nobody has put anywhere goes on following its owner.
        const bool follows = item->spec().owner != ElementId::None && !item->isSelected() &&
                             !m_context.model().positions.contains(item->spec().id);
        if (!follows)
            centres[item->spec().id] = {item->pos().x(), item->pos().y()};
    }
    m_moving.clear();
    m_context.edit(tr("Move"), [centres](const Model& model) { return mo::place(model, centres); });
    routeWhatChanged(); // if it came back to where it was, that was no edit
}

// ---- behind and above the items -----------------------------------------------------------------

void DiagramScene::drawBackground(QPainter* painter, const QRectF& rect)
{
    if (m_print) {
        painter->fillRect(rect, Qt::white);
        return;
    }
    const theme::Tokens& t = m_theme.tokens();
    painter->fillRect(rect, t.alternate);
    if (painter->worldTransform().m11() < 0.45)
        return;
    painter->setPen(QPen(t.dark ? t.line : theme::mix(t.edge, t.alternate, 0.55), 1.3,
                         Qt::SolidLine, Qt::RoundCap));
    QList<QPointF> dots;
    for (qreal x = std::floor(rect.left() / kDots) * kDots; x < rect.right(); x += kDots)
        for (qreal y = std::floor(rect.top() / kDots) * kDots; y < rect.bottom(); y += kDots)
            dots.append({x, y});
    painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

void DiagramScene::drawForeground(QPainter* painter, const QRectF& exposed)
{
    painter->setRenderHint(QPainter::Antialiasing);
    for (const EdgeItem* line : std::as_const(m_edges))
        if (line->boundingRect().intersects(exposed))
            line->paintLabel(*painter);
    if (m_print)
        return;
    const theme::Tokens& t = m_theme.tokens();
    painter->setRenderHint(QPainter::Antialiasing);
    if (!m_guides.isEmpty()) {
        QPen pen(t.accent, 1);
        pen.setDashPattern({3, 3});
        painter->setPen(pen);
        painter->drawLines(m_guides);
    }
    const NodeItem* from = node(m_pressed);
    if (m_drag == Drag::Line && from) {
        painter->setPen(QPen(t.accent, 2, Qt::DashLine));
        painter->drawLine(from->borderTowards(m_lineEnd), m_lineEnd);
    }
    if (m_drag == Drag::Row && from && m_dropRow >= 0) {
        const QRectF line = rowRect(from->spec(), m_dropRow).translated(from->pos());
        painter->setPen(QPen(t.accent, 2));
        painter->drawLine(line.topLeft() + QPointF(4, 0), line.topRight() - QPointF(4, 0));
    }
}

} // namespace views
