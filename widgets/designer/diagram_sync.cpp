#include "widgets/designer/diagram_scene.h"

#include <algorithm>

/// What is shown becomes what the model says: items that differ are touched, others are not.
namespace views {

using namespace engine::modeling;

namespace {

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
    const DiagramSpec spec = build(m_context.model());
    const bool moved = syncNodes(spec.nodes);
    if (syncEdges(spec.edges) || moved)
        routeFlows(nullptr);
    m_selecting = blocked;
    showSelection();
    emit synced();
}

bool DiagramScene::syncNodes(const std::vector<NodeSpec>& specs)
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
        } else if (!(item->spec() == spec) || item->pos() != spec.centre) {
            if (item->spec().size != spec.size || item->spec().centre != spec.centre ||
                item->pos() != spec.centre)
                moved.insert(itemKey(spec.id));
            item->setSpec(spec);
        } else {
            continue;
        }
        ++m_changed;
    }
    bool removed = false;
    for (auto it = m_nodes.begin(); it != m_nodes.end();) {
        if (wanted.contains(it.key())) {
            ++it;
            continue;
        }
        if (m_keyboard == *it)
            m_keyboard = nullptr;
        delete *it;
        it = m_nodes.erase(it);
        removed = true;
        ++m_changed;
    }
    if (!moved.isEmpty())
        for (EdgeItem* item : std::as_const(m_edges))
            if (moved.contains(itemKey(item->spec().from)) ||
                moved.contains(itemKey(item->spec().to)))
                item->reroute();
    return removed || !moved.isEmpty();
}

bool DiagramScene::syncEdges(const std::vector<EdgeSpec>& specs)
{
    QSet<quint64> wanted;
    bool changed = false;
    for (const EdgeSpec& spec : specs) {
        const quint64 id = itemKey(spec);
        wanted.insert(id);
        EdgeItem*& item = m_edges[id];
        if (!item) {
            item = new EdgeItem(*this, spec);
            addItem(item);
            changed = true;
        } else if (!(item->spec() == spec)) {
            const EdgeSpec& had = item->spec();
            changed |= had.from != spec.from || had.to != spec.to || had.label != spec.label ||
                       had.kind != spec.kind;
            item->setSpec(spec);
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
        delete *it;
        it = m_edges.erase(it);
        changed = true;
        ++m_changed;
    }
    return changed;
}

void DiagramScene::rerouteEdgesOf(const QSet<quint32>& moved)
{
    if (moved.isEmpty())
        return;
    for (EdgeItem* item : std::as_const(m_edges))
        if (moved.contains(itemKey(item->spec().from)) || moved.contains(itemKey(item->spec().to)))
            item->reroute();
    routeFlows(&moved);
}

void DiagramScene::routeFlows(const QSet<quint32>* only)
{
    QList<EdgeItem*> flows;
    QList<EdgeItem*> fixed;
    for (EdgeItem* item : std::as_const(m_edges)) {
        const EdgeSpec& spec = item->spec();
        if (item->isFlow() &&
            (!only || only->contains(itemKey(spec.from)) || only->contains(itemKey(spec.to))))
            flows.append(item);
        else if (item->isFlow() || spec.kind == EdgeKind::Entry)
            fixed.append(item);
    }
    if (flows.isEmpty())
        return;
    std::vector<QRectF> boxes;
    for (const NodeItem* item : std::as_const(m_nodes))
        boxes.push_back(item->sceneRect());
    EdgeRouter router(std::move(boxes));
    for (const EdgeItem* item : fixed)
        router.occupy(item->route(), item->labelSize());
    // Short ways first: they have the least choice. The same order every time.
    const auto distance = [this](const EdgeItem* item) {
        const NodeItem* from = node(item->spec().from);
        const NodeItem* to = node(item->spec().to);
        return from && to ? QLineF(from->pos(), to->pos()).length() : 0;
    };
    std::ranges::sort(flows, [&](const EdgeItem* a, const EdgeItem* b) {
        return std::pair(distance(a), itemKey(a->spec())) <
               std::pair(distance(b), itemKey(b->spec()));
    });
    for (EdgeItem* item : flows) {
        const NodeItem* from = node(item->spec().from);
        const NodeItem* to = node(item->spec().to);
        if (!from || !to)
            continue;
        const bool round = from->spec().kind == NodeKind::Start;
        item->setRoute(router.route(from->sceneRect(), to->sceneRect(), item->labelSize(), round));
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

QRectF DiagramScene::contentRect() const
{
    QRectF box;
    for (const NodeItem* item : m_nodes)
        box |= item->sceneRect();
    for (const EdgeItem* item : m_edges)
        box |= item->boundingRect();
    return box.isNull() ? QRectF(0, 0, 600, 300) : box.adjusted(-24, -24, 24, 24);
}

} // namespace views
