#pragma once

#include <QLineF>
#include <QList>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace views {

/// A line at right angles from one box to another, and the middle of its label.
struct Route {
    QList<QPointF> points;
    QPointF label;
    friend bool operator==(const Route&, const Route&) = default;
};

/// Finds lines at right angles that keep clear of boxes, of each other and of each other's labels.
///
/// Lines are routed one after the other; each takes the cheapest of the paths with up to two bends
/// between the sides of its boxes, where length, bends, crossings and running along another line
/// cost. Pure values, so that it can be tested without a canvas.
class EdgeRouter {
public:
    /// `boxes`: everything that stands on the canvas.
    explicit EdgeRouter(std::vector<QRectF> boxes) : m_boxes(std::move(boxes)) {}

    /// `round`: lines leave `from` in the middle of its sides only. The route is remembered and
    /// the next ones keep clear of it.
    Route route(const QRectF& from, const QRectF& to, const QSizeF& label, bool round = false);
    /// A line that is there already.
    void occupy(const Route& route, const QSizeF& label);

private:
    [[nodiscard]] double costOf(const QList<QPointF>& points, double best) const;
    [[nodiscard]] double segmentCost(const QLineF& segment) const;
    [[nodiscard]] QPointF placeLabel(const QList<QPointF>& points, const QSizeF& size) const;
    [[nodiscard]] double labelCost(const QRectF& label) const;

    std::vector<QRectF> m_boxes;
    std::vector<QLineF> m_lines;
    std::vector<QRectF> m_labels;
};

} // namespace views
