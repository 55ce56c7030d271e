#include "widgets/designer/diagram_scene.h"

#include <QGraphicsView>

#include <algorithm>

/// Which lines are led anew, and when.
///
/// A small diagram is led as a whole after each change of where things stand: that gives the best
/// picture, and the same one for the same model. In a large one only lines are led that an edit
/// touches: those at a box that has moved or grown, and those that pass where it stands or stood.
namespace views {

namespace {

constexpr std::size_t kWholeMost = 60; ///< lines of a diagram that is led as a whole
constexpr int kAtOnceMs = 12;
constexpr int kUnshownMs = 150; ///< ways that were found are shown together: each costs a frame
constexpr double kNearBox = 30; ///< lines that go round a box pass so near

quint32 boxKey(ElementId id)
{
    return static_cast<quint32>(id);
}

} // namespace

void DiagramScene::placeBox(const NodeItem& item)
{
    const quint32 id = boxKey(item.spec().id);
    removeBox(id);
    for (const EdgeRouter::Id edge : m_router.edgesAt(item.sceneRect()))
        m_touched.insert(edge);
    m_router.setBox(id, item.sceneRect());
}

void DiagramScene::removeBox(quint32 id)
{
    const QRectF* was = m_router.boxes().find(id);
    if (!was)
        return;
    for (const EdgeRouter::Id edge :
         m_router.edgesAt(was->adjusted(-kNearBox, -kNearBox, kNearBox, kNearBox)))
        m_touched.insert(edge);
    m_router.removeBox(id);
}

void DiagramScene::followBoxes(const QSet<quint32>& moved)
{
    if (moved.isEmpty())
        return;
    for (auto it = m_edges.cbegin(); it != m_edges.cend(); ++it) {
        EdgeItem& item = **it;
        if (!moved.contains(boxKey(item.spec().from)) && !moved.contains(boxKey(item.spec().to)))
            continue;
        item.reroute();
        edgeChanged(it.key(), item);
    }
    m_content = {};
}

void DiagramScene::edgeChanged(quint64 id, const EdgeItem& item)
{
    if (item.isFlow()) {
        m_touched.insert(id);
    } else if (item.spec().kind == EdgeKind::Entry) {
        m_router.occupy(id, item.route(), item.labelSize());
        for (const EdgeRouter::Id edge : m_router.edgesAt(item.boundingRect()))
            m_touched.insert(edge);
    }
}

void DiagramScene::routeWhatChanged(const QSet<quint32>* only)
{
    if (m_touched.isEmpty())
        return;
    for (const quint64 id : m_waiting)
        m_touched.insert(id);
    m_waiting.clear();
    std::size_t flows = 0, touched = 0;
    for (auto it = m_edges.cbegin(); it != m_edges.cend(); ++it) {
        flows += (*it)->isFlow() ? 1 : 0;
        touched += (*it)->isFlow() && m_touched.contains(it.key()) ? 1 : 0;
    }
    const bool whole = !only && touched > 0 && (flows <= kWholeMost || 2 * touched > flows);
    const QRectF seen =
        views().isEmpty() || whole
            ? QRectF()
            : views().first()->mapToScene(views().first()->viewport()->rect()).boundingRect();
    struct Wanted {
        bool unseen;
        double length;
        quint64 id;
        auto operator<=>(const Wanted&) const = default;
    };
    std::vector<Wanted> wanted;
    for (auto it = m_edges.cbegin(); it != m_edges.cend(); ++it) {
        const EdgeSpec& spec = (*it)->spec();
        if (!(*it)->isFlow() || (!whole && !m_touched.contains(it.key())))
            continue;
        if (only && !only->contains(boxKey(spec.from)) && !only->contains(boxKey(spec.to)))
            continue;
        m_touched.remove(it.key());
        const NodeItem* from = node(spec.from);
        const NodeItem* to = node(spec.to);
        m_router.release(it.key());
        if (!from || !to)
            continue;
        // Short ways first: they have the least choice. The same order every time.
        const bool unseen = !whole && !seen.intersects(from->sceneRect().united(to->sceneRect()));
        wanted.push_back({unseen, QLineF(from->pos(), to->pos()).length(), it.key()});
    }
    if (!only)
        m_touched.clear(); // and what is no flow, or gone
    std::ranges::sort(wanted, std::greater());
    for (const Wanted& each : wanted)
        m_waiting.push_back(each.id);
    routeSlice(kAtOnceMs);
    showRoutes();
}

void DiagramScene::rerouteEdgesOf(const QSet<quint32>& moved)
{
    for (const quint32 id : moved)
        if (const NodeItem* item = m_nodes.value(id))
            placeBox(*item);
    followBoxes(moved);
    // While the mouse holds a box its own lines follow; others wait until it is let go.
    routeWhatChanged(&moved);
}

void DiagramScene::routeSlice(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (!m_waiting.empty()) {
        const quint64 id = m_waiting.back();
        m_waiting.pop_back();
        const EdgeItem* item = m_edges.value(id);
        const NodeItem* from = item ? node(item->spec().from) : nullptr;
        const NodeItem* to = item ? node(item->spec().to) : nullptr;
        if (!from || !to)
            continue;
        const bool round = from->spec().kind == NodeKind::Start;
        m_found[id] =
            m_router.route(id, from->sceneRect(), to->sceneRect(), item->labelSize(), round);
        if (timer.elapsed() >= milliseconds)
            break;
    }
    if (m_waiting.empty()) {
        if (m_slices.isActive()) {
            m_slices.stop();
            showRoutes();
            emit routed();
        }
        return;
    }
    if (!m_slices.isActive()) {
        m_slices.start(0);
        m_unshown.start();
    } else if (m_unshown.elapsed() > kUnshownMs) {
        showRoutes();
        m_unshown.start();
    }
}

void DiagramScene::showRoutes()
{
    for (auto it = m_found.cbegin(); it != m_found.cend(); ++it)
        if (EdgeItem* item = m_edges.value(it.key()))
            item->setRoute(*it);
    if (!m_found.isEmpty())
        m_content = {};
    m_found.clear();
}

void DiagramScene::finishRouting()
{
    while (!m_waiting.empty())
        routeSlice(1000);
}

} // namespace views
