#include "widgets/designer/edge_router.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace views {

namespace {

constexpr double kBend = 34;
constexpr double kThroughBox = 4000;
constexpr double kAlongLine = 900;
constexpr double kAcrossLine = 70;
constexpr double kStub = 14; ///< how far a line goes straight before it bends
constexpr double kNear = 9;  ///< closer than this, two parallel lines read as one

enum class Side { Left, Right, Top, Bottom };
constexpr std::array kSides{Side::Left, Side::Right, Side::Top, Side::Bottom};

bool isLevel(Side side)
{
    return side == Side::Left || side == Side::Right;
}

double outward(Side side)
{
    return side == Side::Right || side == Side::Bottom ? 1 : -1;
}

QPointF portOf(const QRectF& box, Side side, double shift)
{
    const double roomX = std::max(0.0, box.width() / 2 - 12);
    const double roomY = std::max(0.0, box.height() / 2 - 10);
    const QPointF c = box.center();
    switch (side) {
    case Side::Left:
        return {box.left(), c.y() + std::clamp(shift, -roomY, roomY)};
    case Side::Right:
        return {box.right(), c.y() + std::clamp(shift, -roomY, roomY)};
    case Side::Top:
        return {c.x() + std::clamp(shift, -roomX, roomX), box.top()};
    case Side::Bottom:
        break;
    }
    return {c.x() + std::clamp(shift, -roomX, roomX), box.bottom()};
}

/// The path between two ports, empty if these sides cannot be joined by two bends. `bend` is where
/// in the gap, or how far out, the middle part runs.
QList<QPointF> pathOf(QPointF a, Side sideA, QPointF b, Side sideB, double share, double out)
{
    const bool level = isLevel(sideA);
    if (level != isLevel(sideB)) {
        const QPointF corner = level ? QPointF(b.x(), a.y()) : QPointF(a.x(), b.y());
        const double first = level ? (corner.x() - a.x()) : (corner.y() - a.y());
        const double last = level ? (corner.y() - b.y()) : (corner.x() - b.x());
        if (first * outward(sideA) < kStub || last * outward(sideB) < kStub)
            return {};
        return {a, corner, b};
    }
    // Seen with the axis along which the line leaves as the first coordinate.
    const double a1 = level ? a.x() : a.y();
    const double b1 = level ? b.x() : b.y();
    const double a2 = level ? a.y() : a.x();
    const double b2 = level ? b.y() : b.x();
    double middle = 0;
    if (sideA == sideB) {
        middle = outward(sideA) > 0 ? std::max(a1, b1) + out : std::min(a1, b1) - out;
        if (std::abs(a2 - b2) < kNear)
            return {};
    } else {
        if ((b1 - a1) * outward(sideA) < 2 * kStub)
            return {};
        if (std::abs(a2 - b2) < 0.5)
            return {a, b};
        middle = a1 + (b1 - a1) * share;
    }
    return level ? QList<QPointF>{a, {middle, a2}, {middle, b2}, b}
                 : QList<QPointF>{a, {a2, middle}, {b2, middle}, b};
}

/// How much of two parallel stretches lies side by side.
double shared(double a1, double a2, double b1, double b2)
{
    return std::min(std::max(a1, a2), std::max(b1, b2)) -
           std::max(std::min(a1, a2), std::min(b1, b2));
}

QRectF around(const QPointF& centre, const QSizeF& size)
{
    return {centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(),
            size.height()};
}

/// The line to itself: out at the right, in at the top.
QList<QPointF> loopOf(const QRectF& box)
{
    const double x = box.right() + 26;
    const double y = box.top() - 26;
    const double in = box.right() - std::min(24.0, box.width() / 4);
    const double out = box.top() + std::min(20.0, box.height() / 2);
    return {{box.right(), out}, {x, out}, {x, y}, {in, y}, {in, box.top()}};
}

} // namespace

double EdgeRouter::segmentCost(const QLineF& segment) const
{
    const double x1 = std::min(segment.x1(), segment.x2());
    const double x2 = std::max(segment.x1(), segment.x2());
    const double y1 = std::min(segment.y1(), segment.y2());
    const double y2 = std::max(segment.y1(), segment.y2());
    const bool level = y2 - y1 < x2 - x1;
    double cost = 0;
    for (const QRectF& box : m_boxes)
        // A line may touch the box that it comes from; others keep a margin.
        if (x1 < box.right() - 1 && x2 > box.left() + 1 && y1 < box.bottom() - 1 &&
            y2 > box.top() + 1)
            cost += kThroughBox;
        else if (level ? (std::min(std::abs(y1 - box.top()), std::abs(y1 - box.bottom())) < 6 &&
                          shared(x1, x2, box.left(), box.right()) > 4)
                       : (std::min(std::abs(x1 - box.left()), std::abs(x1 - box.right())) < 6 &&
                          shared(y1, y2, box.top(), box.bottom()) > 4))
            cost += kAlongLine / 2;
    for (const QLineF& line : m_lines) {
        const bool other = std::abs(line.dy()) < std::abs(line.dx());
        if (level == other) {
            const double apart = level ? std::abs(line.y1() - y1) : std::abs(line.x1() - x1);
            const double length =
                level ? shared(x1, x2, line.x1(), line.x2()) : shared(y1, y2, line.y1(), line.y2());
            if (apart < kNear && length > 2)
                cost += kAlongLine;
        } else {
            const double x = level ? line.x1() : x1;
            const double y = level ? y1 : line.y1();
            if (x > x1 - 1 && x < x2 + 1 && y > y1 - 1 && y < y2 + 1 &&
                x > std::min(line.x1(), line.x2()) - 1 && x < std::max(line.x1(), line.x2()) + 1 &&
                y > std::min(line.y1(), line.y2()) - 1 && y < std::max(line.y1(), line.y2()) + 1)
                cost += kAcrossLine;
        }
    }
    for (const QRectF& label : m_labels)
        if (x1 < label.right() && x2 > label.left() && y1 < label.bottom() && y2 > label.top())
            cost += kAlongLine / 2;
    return cost;
}

double EdgeRouter::costOf(const QList<QPointF>& points, double best) const
{
    double cost = kBend * static_cast<double>(points.size() - 2);
    for (qsizetype i = 1; i < points.size(); ++i)
        cost += std::abs(points[i].x() - points[i - 1].x()) +
                std::abs(points[i].y() - points[i - 1].y());
    for (qsizetype i = 1; i < points.size() && cost < best; ++i)
        cost += segmentCost({points[i - 1], points[i]});
    return cost;
}

Route EdgeRouter::route(const QRectF& from, const QRectF& to, const QSizeF& label, bool round)
{
    Route found;
    if (from == to) {
        found.points = loopOf(from);
        found.label = placeLabel(found.points, label);
        occupy(found, label);
        return found;
    }
    double best = std::numeric_limits<double>::infinity();
    const auto consider = [&](const QList<QPointF>& points, double extra) {
        if (points.size() < 2)
            return;
        const double cost = extra + costOf(points, best - extra);
        if (cost < best) {
            best = cost;
            found.points = points;
        }
    };
    constexpr std::array kShifts{0.0, -14.0, 14.0, -28.0, 28.0};
    for (const Side sideA : kSides)
        for (const Side sideB : kSides)
            for (const double shiftA : kShifts) {
                if (round && shiftA != 0)
                    break;
                const QPointF a = portOf(from, sideA, shiftA);
                // Straight across, if the boxes face each other.
                if (isLevel(sideA) == isLevel(sideB) && sideA != sideB) {
                    const bool level = isLevel(sideA);
                    const QPointF c = to.center();
                    const QPointF facing = portOf(to, sideB, level ? a.y() - c.y() : a.x() - c.x());
                    consider(pathOf(a, sideA, facing, sideB, 0.5, 0), std::abs(shiftA) / 4);
                }
                for (const double shiftB : kShifts) {
                    const QPointF b = portOf(to, sideB, shiftB);
                    const double off = (std::abs(shiftA) + std::abs(shiftB)) / 4;
                    if (isLevel(sideA) != isLevel(sideB)) {
                        consider(pathOf(a, sideA, b, sideB, 0, 0), off);
                    } else if (sideA == sideB) {
                        for (const double out : {24.0, 38.0, 52.0})
                            consider(pathOf(a, sideA, b, sideB, 0, out), off);
                    } else {
                        for (const double share : {0.5, 0.3, 0.7})
                            consider(pathOf(a, sideA, b, sideB, share, 0), off);
                    }
                }
            }
    if (found.points.isEmpty())
        found.points = {from.center(), to.center()}; // one lies on the other
    found.label = placeLabel(found.points, label);
    occupy(found, label);
    return found;
}

double EdgeRouter::labelCost(const QRectF& label) const
{
    double cost = 0;
    for (const QRectF& box : m_boxes)
        cost += box.intersects(label) ? 400 : 0;
    for (const QRectF& other : m_labels)
        cost += other.adjusted(-3, -3, 3, 3).intersects(label) ? 600 : 0;
    for (const QLineF& line : m_lines)
        if (std::min(line.x1(), line.x2()) < label.right() &&
            std::max(line.x1(), line.x2()) > label.left() &&
            std::min(line.y1(), line.y2()) < label.bottom() &&
            std::max(line.y1(), line.y2()) > label.top())
            cost += 150;
    return cost;
}

QPointF EdgeRouter::placeLabel(const QList<QPointF>& points, const QSizeF& size) const
{
    QPointF best = points.first();
    double least = std::numeric_limits<double>::infinity();
    for (qsizetype i = 1; i < points.size(); ++i) {
        const QLineF segment(points[i - 1], points[i]);
        for (const double share : {0.5, 0.35, 0.65, 0.2, 0.8}) {
            const QPointF at = segment.pointAt(share);
            const double cost = labelCost(around(at, size)) + std::abs(share - 0.5) * 60 -
                                std::min(segment.length(), 160.0) / 2;
            if (cost < least) {
                least = cost;
                best = at;
            }
        }
    }
    return best;
}

void EdgeRouter::occupy(const Route& route, const QSizeF& label)
{
    for (qsizetype i = 1; i < route.points.size(); ++i)
        m_lines.emplace_back(route.points[i - 1], route.points[i]);
    m_labels.push_back(around(route.label, label));
}

} // namespace views
