#include "widgets/designer/diagram_scene.h"
#include "widgets/designer/free_place.h"

#include <algorithm>
#include <cmath>

/// What is shown becomes what the model says: items that differ are touched, others are not.
namespace views {

using namespace engine::modeling;

namespace {

constexpr double kNewGap = 12; ///< between a new box and what stands there

quint32 itemKey(ElementId id)
{
    return static_cast<quint32>(id);
}

quint64 itemKey(const EdgeSpec& spec)
{
    return (static_cast<quint64>(spec.id) << 24U) | (static_cast<quint64>(spec.kind) << 16U) |
           static_cast<quint64>(spec.index & 0xffff);
}

} // namespace

void DiagramScene::sync()
{
    m_stale = false;
    m_changed = 0;
    const bool blocked = m_selecting;
    m_selecting = true;
    DiagramSpec spec = build(m_context.model());
    if (clearNewNodes(spec, m_context.model()))
        spec = build(m_context.model());
    syncNodes(spec.nodes);
    syncEdges(spec.edges);
    m_selecting = blocked;
    m_content = {};
    routeWhatChanged();
    showSelection();
    emit synced();
}

void DiagramScene::syncNodes(const std::vector<NodeSpec>& specs)
{
    QSet<quint32> wanted;
    QSet<quint32> moved;
    for (const NodeSpec& spec : specs) {
        wanted.insert(itemKey(spec.id));
        NodeItem*& item = m_nodes[itemKey(spec.id)];
        if (!item) {
            item = new NodeItem(*this, spec);
            addItem(item);
            moved.insert(itemKey(spec.id));
            placeBox(*item);
        } else if (!(item->spec() == spec) || item->pos() != spec.centre) {
            if (item->spec().size != spec.size || item->spec().centre != spec.centre ||
                item->pos() != spec.centre)
                moved.insert(itemKey(spec.id));
            item->setSpec(spec);
            if (moved.contains(itemKey(spec.id)))
                placeBox(*item);
        } else {
            continue;
        }
        ++m_changed;
    }
    for (auto it = m_nodes.begin(); it != m_nodes.end();) {
        if (wanted.contains(it.key())) {
            ++it;
            continue;
        }
        if (m_keyboard == *it)
            m_keyboard = nullptr;
        removeBox(it.key());
        delete *it;
        it = m_nodes.erase(it);
        ++m_changed;
    }
    followBoxes(moved);
}

void DiagramScene::syncEdges(const std::vector<EdgeSpec>& specs)
{
    QSet<quint64> wanted;
    for (const EdgeSpec& spec : specs) {
        const quint64 id = itemKey(spec);
        wanted.insert(id);
        EdgeItem*& item = m_edges[id];
        if (!item) {
            item = new EdgeItem(*this, spec);
            addItem(item);
            edgeChanged(id, *item);
        } else if (!(item->spec() == spec)) {
            const EdgeSpec had = item->spec();
            item->setSpec(spec);
            if (had.from != spec.from || had.to != spec.to || had.label != spec.label ||
                had.slot != spec.slot || had.slotCount != spec.slotCount)
                edgeChanged(id, *item);
        } else {
            continue;
        }
        ++m_changed;
    }
    for (auto it = m_edges.begin(); it != m_edges.end();) {
        if (wanted.contains(it.key())) {
            ++it;
            continue;
        }
        m_router.release(it.key());
        delete *it;
        it = m_edges.erase(it);
        ++m_changed;
    }
}

QPointF DiagramScene::centreOf(const Model& model, ElementId id)
{
    if (const auto found = model.positions.find(id); found != model.positions.end())
        return {found->second.x, found->second.y};
    auto known = m_auto.find(id);
    if (known == m_auto.end()) {
        // New ones only: what has been laid out stays where it is.
        for (const auto& [each, at] : layout(model))
            m_auto.try_emplace(each, at);
        known = m_auto.try_emplace(id, Point{0, 0}).first;
    }
    return {known->second.x, known->second.y};
}

Point DiagramScene::freeCentre(NodeKind kind, const QPointF& wanted) const
{
    NodeSpec fresh;
    fresh.kind = kind;
    fresh.text = QStringLiteral("Relationship"); // as wide as most names
    if (kind == NodeKind::Table || kind == NodeKind::Type)
        fresh.rows.resize(3);
    const QPointF at = freePlace(m_router.boxes(), sizeOfNode(fresh), wanted, kNewGap);
    return {std::round(at.x()), std::round(at.y())};
}

bool DiagramScene::clearNewNodes(const DiagramSpec& spec, const Model& model)
{
    // Without anything that somebody has put there, the layout leaves nothing on top of another.
    RectIndex taken;
    std::vector<const NodeSpec*> fresh;
    bool isPut = false;
    for (const NodeSpec& node : spec.nodes) {
        const bool put = model.positions.contains(node.id);
        isPut = isPut || put;
        if (put || m_nodes.contains(itemKey(node.id)))
            taken.insert(itemKey(node.id), node.rect());
        else if (m_auto.contains(node.id) && node.owner == ElementId::None)
            fresh.push_back(&node);
    }
    if (!isPut && m_nodes.isEmpty())
        return false;
    bool moved = false;
    for (const NodeSpec* node : fresh) {
        const QPointF at = freePlace(taken, node->size, node->centre, kNewGap);
        if (at != node->centre) {
            m_auto[node->id] = {at.x(), at.y()};
            moved = true;
        }
        QRectF rect = node->rect();
        rect.moveCenter(at);
        taken.insert(itemKey(node->id), rect);
    }
    return moved;
}

QRectF DiagramScene::contentRect() const
{
    if (m_content.isNull()) {
        QRectF box;
        for (const NodeItem* item : m_nodes)
            box |= item->sceneRect();
        for (const EdgeItem* item : m_edges)
            box |= item->boundingRect();
        m_content = box.isNull() ? QRectF(0, 0, 600, 300) : box.adjusted(-24, -24, 24, 24);
    }
    return m_content;
}

} // namespace views
