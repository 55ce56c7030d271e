#include "widgets/designer/edge_router.h"

#include "widgets/designer/edge_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace views {

namespace {

constexpr double kThroughBox = 4000;
/// So many of the shortest paths are tried before a way round boxes is searched.
constexpr std::size_t kTriedFirst = 160;
constexpr std::size_t kManyLines = 120;
constexpr int kLoopsMost = 12;
constexpr double kLabelOnLabel = 600;
constexpr std::size_t kPatience = 100; ///< paths tried among many lines after the best one

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
        if (first * outward(sideA) < EdgeRouter::kStub || last * outward(sideB) < EdgeRouter::kStub)
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
        if (std::abs(a2 - b2) < EdgeRouter::kNear)
            return {};
    } else {
        if ((b1 - a1) * outward(sideA) < 2 * EdgeRouter::kStub)
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

/// The line to itself: out at the right, in at the top, the `number`th round those before it.
QList<QPointF> loopOf(const QRectF& box, int number)
{
    const double x = box.right() + 26 + 12 * number;
    const double y = box.top() - 26 - 28 * number;
    const double in = box.right() - std::min(24.0 + 10 * number, box.width() / 2);
    const double out = box.top() + std::min(20.0 + 7 * number, box.height() / 2);
    return {{box.right(), out}, {x, out}, {x, y}, {in, y}, {in, box.top()}};
}

/// What length and bends of a path cost.
double lengthCost(const QList<QPointF>& points)
{
    double cost = EdgeRouter::kBend * static_cast<double>(points.size() - 2);
    for (qsizetype i = 1; i < points.size(); ++i)
        cost += std::abs(points[i].x() - points[i - 1].x()) +
                std::abs(points[i].y() - points[i - 1].y());
    return cost;
}

bool isLevel(const QLineF& line)
{
    return std::abs(line.dy()) < std::abs(line.dx());
}

Stretch stretchOf(std::uint64_t owner, const QLineF& line)
{
    return isLevel(line) ? Stretch{owner, line.y1(), std::min(line.x1(), line.x2()),
                                   std::max(line.x1(), line.x2())}
                         : Stretch{owner, line.x1(), std::min(line.y1(), line.y2()),
                                   std::max(line.y1(), line.y2())};
}

/// A line may touch the box that it comes from; others keep a margin.
bool passes(double x1, double y1, double x2, double y2, const QRectF& box)
{
    return x1 < box.right() - 1 && x2 > box.left() + 1 && y1 < box.bottom() - 1 &&
           y2 > box.top() + 1;
}

} // namespace

// ---- what a path costs --------------------------------------------------------------------------

/// Stops counting above `most`.
double EdgeRouter::segmentCost(const QLineF& segment, double most) const
{
    const double x1 = std::min(segment.x1(), segment.x2());
    const double x2 = std::max(segment.x1(), segment.x2());
    const double y1 = std::min(segment.y1(), segment.y2());
    const double y2 = std::max(segment.y1(), segment.y2());
    const bool level = y2 - y1 < x2 - x1;
    constexpr double kBeside = 6;
    double cost = 0;
    const QRectF around(QPointF(x1 - kBeside, y1 - kBeside), QPointF(x2 + kBeside, y2 + kBeside));
    m_boxes.visit(around, [&](Id, const QRectF& box) {
        ++m_work.compared;
        if (passes(x1, y1, x2, y2, box))
            cost += kThroughBox;
        else if (level
                     ? (std::min(std::abs(y1 - box.top()), std::abs(y1 - box.bottom())) < kBeside &&
                        shared(x1, x2, box.left(), box.right()) > 4)
                     : (std::min(std::abs(x1 - box.left()), std::abs(x1 - box.right())) < kBeside &&
                        shared(y1, y2, box.top(), box.bottom()) > 4))
            cost += kAlongLine / 2;
    });
    if (cost > most)
        return cost;
    const double at = level ? y1 : x1;
    const double low = level ? x1 : y1;
    const double high = level ? x2 : y2;
    (level ? m_levels : m_uprights)
        .within(at - kNear, at + kNear, low, high, [&](const Stretch& line) {
            ++m_work.compared;
            if (std::abs(line.at - at) < kNear && shared(low, high, line.low, line.high) > 2)
                cost += kAlongLine;
        });
    if (cost > most)
        return cost;
    (level ? m_uprights : m_levels).across(low - 1, high + 1, at, [&](const Stretch& line) {
        ++m_work.compared;
        if (line.at > low - 1 && line.at < high + 1 && at > line.low - 1 && at < line.high + 1)
            cost += kAcrossLine;
    });
    m_labels.visit({QPointF(x1, y1), QPointF(x2, y2)}, [&](Id, const QRectF& label) {
        ++m_work.compared;
        if (x1 < label.right() && x2 > label.left() && y1 < label.bottom() && y2 > label.top())
            cost += kAlongLine / 2;
    });
    return cost;
}

double EdgeRouter::penaltyOf(const QList<QPointF>& points, double most) const
{
    ++m_work.paths;
    double cost = 0;
    for (qsizetype i = 1; i < points.size() && cost <= most; ++i)
        cost += segmentCost({points[i - 1], points[i]}, most - cost);
    return cost;
}

bool EdgeRouter::passesBox(const QList<QPointF>& points) const
{
    bool through = false;
    for (qsizetype i = 1; i < points.size() && !through; ++i) {
        const QRectF line = QRectF(points[i - 1], points[i]).normalized();
        m_boxes.visit(line, [&](Id, const QRectF& box) {
            through = through || passes(line.left(), line.top(), line.right(), line.bottom(), box);
        });
    }
    return through;
}

// ---- choosing one -------------------------------------------------------------------------------

/// Every path with up to two bends, cheapest without what is in its way first.
void EdgeRouter::collect(const QRectF& from, const QRectF& to, bool round)
{
    m_candidates.clear();
    const auto consider = [this](QList<QPointF> points, double extra) {
        if (points.size() < 2)
            return;
        const double base = extra + lengthCost(points);
        m_candidates.push_back({std::move(points), base, static_cast<int>(m_candidates.size())});
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
    std::ranges::stable_sort(m_candidates, {}, &Candidate::base);
}

Route EdgeRouter::route(Id edge, const QRectF& from, const QRectF& to, const QSizeF& label,
                        bool round)
{
    release(edge);
    ++m_work.routed;
    Route found;
    if (from == to) {
        // As many as there are, each a little wider, until its label hides no other.
        for (int number = 0; number <= kLoopsMost; ++number) {
            found.points = loopOf(from, number);
            found.label = placeLabel(found.points, label);
            if (labelCost(around(found.label, label)) < kLabelOnLabel)
                break;
        }
        occupy(edge, found, label);
        return found;
    }
    collect(from, to, round);
    double best = std::numeric_limits<double>::infinity();
    const Candidate* chosen = nullptr;
    std::size_t next = 0, better = 0;
    // Among many lines nearly every path crosses some: most of what can be won is won early.
    const std::size_t patience = m_taken.size() > kManyLines ? kPatience : m_candidates.size();
    const auto tryUntil = [&](std::size_t last) {
        for (; next < last; ++next) {
            const Candidate& each = m_candidates[next];
            // The others are longer than the best one costs with all that is in its way.
            if (each.base > best || next > better + patience)
                break;
            const double cost = each.base + penaltyOf(each.points, best - each.base);
            better = cost < best ? next : better;
            if (cost < best || (cost == best && chosen && each.number < chosen->number)) {
                best = cost;
                chosen = &each;
            }
        }
    };
    tryUntil(std::min(kTriedFirst, m_candidates.size()));
    QList<QPointF> way;
    if (best >= kThroughBox) {
        way = wayRound(*this, from, to, m_work.searched);
        const double cost = way.isEmpty() ? best : lengthCost(way) + penaltyOf(way, best);
        if (cost < best)
            best = cost;
        else
            way.clear();
    }
    tryUntil(way.isEmpty() ? m_candidates.size() : next);
    if (!way.isEmpty())
        found.points = way;
    else if (chosen)
        found.points = chosen->points;
    if (found.points.isEmpty())
        found.points = {from.center(), to.center()}; // one lies on the other
    found.label = placeLabel(found.points, label);
    occupy(edge, found, label);
    return found;
}

// ---- labels -------------------------------------------------------------------------------------

double EdgeRouter::labelCost(const QRectF& label) const
{
    double cost = 0;
    m_boxes.visit(label, [&](Id, const QRectF& box) { cost += box.intersects(label) ? 400 : 0; });
    const QRectF near = label.adjusted(-3, -3, 3, 3);
    m_labels.visit(
        near, [&](Id, const QRectF& other) { cost += other.intersects(near) ? kLabelOnLabel : 0; });
    visitLines(label, [&](const Stretch&) { cost += 150; });
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

// ---- what is there ------------------------------------------------------------------------------

void EdgeRouter::occupy(Id edge, const Route& route, const QSizeF& label)
{
    release(edge);
    Taken& taken = m_taken[edge];
    for (qsizetype i = 1; i < route.points.size(); ++i) {
        const QLineF line(route.points[i - 1], route.points[i]);
        const Stretch stretch = stretchOf(edge, line);
        (isLevel(line) ? taken.levels : taken.uprights).push_back(stretch);
        (isLevel(line) ? m_levels : m_uprights).insert(stretch);
    }
    m_labels.insert(edge, around(route.label, label));
}

void EdgeRouter::release(Id edge)
{
    const auto found = m_taken.find(edge);
    if (found == m_taken.end())
        return;
    for (const Stretch& each : found->second.levels)
        m_levels.remove(each);
    for (const Stretch& each : found->second.uprights)
        m_uprights.remove(each);
    m_labels.remove(edge);
    m_taken.erase(found);
}

std::vector<EdgeRouter::Id> EdgeRouter::edgesAt(const QRectF& area) const
{
    std::vector<Id> out;
    visitLines(area, [&](const Stretch& line) { out.push_back(line.owner); });
    m_labels.visit(area, [&](Id id, const QRectF& label) {
        if (label.intersects(area))
            out.push_back(id);
    });
    std::ranges::sort(out);
    const auto twice = std::ranges::unique(out);
    out.erase(twice.begin(), twice.end());
    return out;
}

} // namespace views
