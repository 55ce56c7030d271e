#include "widgets/designer/free_place.h"

#include "widgets/designer/diagram_spec.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace views {

namespace {

constexpr double kStep = 20; ///< between the places that are tried
constexpr int kRings = 60;   ///< of them; further out there is nothing to look at
constexpr double kAttributeGap = 5;
constexpr double kLineGap = 2;

std::uint32_t placeKey(ElementId id)
{
    return static_cast<std::uint32_t>(id);
}

QRectF boxAt(const QPointF& centre, const QSizeF& size, double gap)
{
    return {centre.x() - size.width() / 2 - gap, centre.y() - size.height() / 2 - gap,
            size.width() + 2 * gap, size.height() + 2 * gap};
}

bool isClear(const RectIndex& taken, const QRectF& box)
{
    bool clear = true;
    taken.visit(box,
                [&](std::uint64_t, const QRectF& rect) { clear = clear && !rect.intersects(box); });
    return clear;
}

/// Liang and Barsky's test: whether a straight line passes a box.
bool passes(const QLineF& line, const QRectF& box)
{
    double from = 0, to = 1;
    const auto cut = [&](double by, double room) {
        if (by == 0)
            return room >= 0;
        const double at = room / by;
        if (by < 0)
            from = std::max(from, at);
        else
            to = std::min(to, at);
        return from <= to;
    };
    return cut(-line.dx(), line.x1() - box.left()) && cut(line.dx(), box.right() - line.x1()) &&
           cut(-line.dy(), line.y1() - box.top()) && cut(line.dy(), box.bottom() - line.y1());
}

/// The places round an owner, the ones that are near first: rows above and below it, then beside
/// it.
class Surroundings {
public:
    Surroundings()
    {
        for (const double y :
             {-78.0, 78.0, -122.0, 122.0, 0.0, -44.0, 44.0, -166.0, 166.0, -210.0, 210.0})
            for (double x = -320; x <= 320; x += 32)
                m_places.emplace_back(x, y);
    }
    /// The nearest free one to both the owner and where the attribute was wanted.
    template <class IsFree>
    [[nodiscard]] QPointF best(const QPointF& owner, const QPointF& wanted, IsFree&& isFree) const
    {
        QPointF found = wanted;
        double least = 1e12;
        for (const QPointF& place : m_places) {
            const QPointF at = owner + place;
            const double cost = std::hypot(place.x(), 1.3 * place.y()) +
                                0.5 * std::hypot(at.x() - wanted.x(), at.y() - wanted.y());
            if (cost < least && isFree(at)) {
                least = cost;
                found = at;
            }
        }
        return found;
    }

private:
    std::vector<QPointF> m_places;
};

/// The boxes and straight lines of a conceptual diagram.
class Ground {
public:
    void addBox(const NodeSpec& node) { m_boxes.insert(placeKey(node.id), node.rect()); }
    void addLine(const QPointF& from, const QPointF& to)
    {
        m_strips.insert(m_lines.size(), QRectF(from, to).normalized());
        m_lines.emplace_back(from, to);
    }
    [[nodiscard]] bool isFree(const QPointF& at, const QSizeF& size) const
    {
        if (!isClear(m_boxes, boxAt(at, size, kAttributeGap)))
            return false;
        const QRectF box = boxAt(at, size, kLineGap);
        bool clear = true;
        m_strips.visit(box, [&](std::uint64_t line, const QRectF&) {
            clear = clear && !passes(m_lines[line], box);
        });
        return clear;
    }

private:
    RectIndex m_boxes;
    RectIndex m_strips; ///< what a line spans, by its number
    std::vector<QLineF> m_lines;
};

} // namespace

QPointF freePlace(const RectIndex& taken, const QSizeF& size, const QPointF& wanted, double gap)
{
    if (isClear(taken, boxAt(wanted, size, gap)))
        return wanted;
    for (int ring = 1; ring <= kRings; ++ring) {
        QPointF found;
        double least = 1e12;
        for (int across = -ring; across <= ring; ++across)
            for (int down = -ring; down <= ring; ++down) {
                if (std::max(std::abs(across), std::abs(down)) != ring)
                    continue;
                const QPointF by(across * kStep, down * kStep);
                const double far = std::hypot(by.x(), by.y());
                if (far < least && isClear(taken, boxAt(wanted + by, size, gap))) {
                    least = far;
                    found = wanted + by;
                }
            }
        if (least < 1e12)
            return found;
    }
    return wanted;
}

void clearAttributes(DiagramSpec& spec, const std::function<bool(std::uint32_t id)>& isPut)
{
    static const Surroundings kSurroundings;
    Ground ground;
    std::unordered_map<std::uint32_t, QPointF> centres;
    for (const NodeSpec& node : spec.nodes)
        if (!isAttribute(node.kind) || isPut(placeKey(node.id))) {
            ground.addBox(node);
            centres[placeKey(node.id)] = node.centre;
        }
    for (const EdgeSpec& edge : spec.edges) {
        const auto from = centres.find(placeKey(edge.from));
        const auto to = centres.find(placeKey(edge.to));
        if (from != centres.end() && to != centres.end())
            ground.addLine(from->second, to->second);
    }
    // An attribute that moves takes its parts along, which come after it.
    std::unordered_map<std::uint32_t, QPointF> shifts;
    for (NodeSpec& node : spec.nodes) {
        if (!isAttribute(node.kind) || isPut(placeKey(node.id)))
            continue;
        const auto along = shifts.find(placeKey(node.owner));
        const QPointF wanted = node.centre + (along == shifts.end() ? QPointF() : along->second);
        const auto owner = centres.find(placeKey(node.owner));
        QPointF at = wanted;
        if (owner != centres.end() && !ground.isFree(wanted, node.size))
            at = kSurroundings.best(owner->second, wanted, [&](const QPointF& place) {
                return ground.isFree(place, node.size);
            });
        shifts[placeKey(node.id)] = at - node.centre;
        node.centre = at;
        centres[placeKey(node.id)] = at;
        ground.addBox(node);
    }
}

} // namespace views
