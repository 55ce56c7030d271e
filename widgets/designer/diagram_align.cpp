#include "engine/modeling/edit.h"
#include "widgets/designer/diagram_scene.h"

#include <algorithm>
#include <cmath>

/// Boxes in line with each other, or as far from each other.
namespace views {

namespace mo = engine::modeling;

namespace {

/// Centres along one axis at which the boxes have the same free space between them; the outermost
/// ones stay.
QList<qreal> spreadCentres(QList<NodeItem*>& boxes, bool across)
{
    const auto lowOf = [across](const NodeItem* box) {
        return across ? box->sceneRect().left() : box->sceneRect().top();
    };
    const auto extentOf = [across](const NodeItem* box) {
        return across ? box->sceneRect().width() : box->sceneRect().height();
    };
    std::ranges::stable_sort(boxes, {},
                             [&](const NodeItem* box) { return lowOf(box) + extentOf(box) / 2; });
    qreal filled = 0;
    for (const NodeItem* box : boxes)
        filled += extentOf(box);
    const qreal from = lowOf(boxes.first());
    const qreal to = lowOf(boxes.last()) + extentOf(boxes.last());
    const qreal gap = (to - from - filled) / static_cast<qreal>(boxes.size() - 1);
    QList<qreal> centres;
    qreal at = from;
    for (const NodeItem* box : boxes) {
        centres.append(at + extentOf(box) / 2);
        at += extentOf(box) + gap;
    }
    return centres;
}

} // namespace

QList<NodeItem*> DiagramScene::alignable() const
{
    QList<NodeItem*> boxes;
    for (NodeItem* item : nodes()) {
        // Attributes keep their places round an owner that moves itself.
        const NodeItem* owner = node(item->spec().owner);
        if (item->isSelected() && item->spec().kind != NodeKind::Start &&
            !(owner && owner->isSelected()))
            boxes.append(item);
    }
    return boxes;
}

void DiagramScene::align(Alignment how)
{
    QList<NodeItem*> boxes = alignable();
    const bool spreads = how == Alignment::SpreadAcross || how == Alignment::SpreadDown;
    if (boxes.size() < (spreads ? 3 : 2)) {
        emit m_context.messageArrived(spreads ? tr("Select three boxes or more.")
                                              : tr("Select two boxes or more."));
        return;
    }
    QRectF all;
    for (const NodeItem* box : boxes)
        all |= box->sceneRect();
    const QList<qreal> spread =
        spreads ? spreadCentres(boxes, how == Alignment::SpreadAcross) : QList<qreal>();
    std::map<ElementId, mo::Point> centres;
    for (qsizetype i = 0; i < boxes.size(); ++i) {
        const NodeItem* box = boxes[i];
        const QSizeF half = box->spec().size / 2;
        QPointF at = box->pos();
        switch (how) {
        case Alignment::Left:
            at.setX(all.left() + half.width());
            break;
        case Alignment::Centre:
            at.setX(all.center().x());
            break;
        case Alignment::Right:
            at.setX(all.right() - half.width());
            break;
        case Alignment::Top:
            at.setY(all.top() + half.height());
            break;
        case Alignment::Middle:
            at.setY(all.center().y());
            break;
        case Alignment::Bottom:
            at.setY(all.bottom() - half.height());
            break;
        case Alignment::SpreadAcross:
            at.setX(spread[i]);
            break;
        case Alignment::SpreadDown:
            at.setY(spread[i]);
            break;
        }
        const QPointF by(std::round(at.x() - box->pos().x()), std::round(at.y() - box->pos().y()));
        centres[box->spec().id] = {box->pos().x() + by.x(), box->pos().y() + by.y()};
        takeAlong(box->spec().id, by, centres);
    }
    m_context.edit(tr("Align"),
                   [centres](const Model& model) { return mo::place(model, centres); });
}

void DiagramScene::takeAlong(ElementId owner, const QPointF& by,
                             std::map<ElementId, mo::Point>& centres) const
{
    for (const NodeItem* item : m_nodes)
        if (item->spec().owner == owner && m_context.model().positions.contains(item->spec().id)) {
            centres[item->spec().id] = {item->pos().x() + by.x(), item->pos().y() + by.y()};
            takeAlong(item->spec().id, by, centres);
        }
}

} // namespace views
