#pragma once

#include "widgets/designer/canvas_index.h"

#include <QLineF>
#include <QList>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace views {

/// A line at right angles from one box to another, and the middle of its label.
struct Route {
    QList<QPointF> points;
    QPointF label;
    friend bool operator==(const Route&, const Route&) = default;
};

/// What routing has cost so far, in work and not in time: for tests of performance.
struct RouterWork {
    qint64 routed = 0;   ///< lines
    qint64 paths = 0;    ///< whose cost was counted
    qint64 compared = 0; ///< boxes, lines and labels looked at for it
    qint64 searched = 0; ///< places entered on the way round boxes
};

/// Finds lines at right angles that keep clear of boxes, of each other and of each other's labels.
///
/// It knows what stands on a canvas and follows its changes. Lines are routed one after the other;
/// each takes the cheapest of the paths with up to two bends between the sides of its boxes, where
/// length, bends, crossings and running along another line cost. If each of those passes a box, a
/// way round is searched in the corridor between the ends. What a path costs is asked of indexes
/// by place, so that the work for one line does not grow with what stands elsewhere. Pure values,
/// so that it can be tested without a canvas.
class EdgeRouter {
public:
    using Id = std::uint64_t;
    /// What makes one path better than another, in points of length.
    static constexpr double kBend = 34;
    static constexpr double kAcrossLine = 70;
    static constexpr double kAlongLine = 900;
    static constexpr double kNear = 9;  ///< closer than this, two parallel lines read as one
    static constexpr double kStub = 14; ///< how far a line goes straight before it bends

    /// A box that stands there now.
    void setBox(Id box, const QRectF& rect) { m_boxes.insert(box, rect); }
    void removeBox(Id box) { m_boxes.remove(box); }
    /// `round`: lines leave `from` in the middle of its sides only. The route is remembered in
    /// place of the one that `edge` had, and the next ones keep clear of it.
    Route route(Id edge, const QRectF& from, const QRectF& to, const QSizeF& label,
                bool round = false);
    /// A line that is there already; in place of the one that it had.
    void occupy(Id edge, const Route& route, const QSizeF& label);
    void release(Id edge);
    /// The lines that pass or whose label touches the area, in order of their ids.
    [[nodiscard]] std::vector<Id> edgesAt(const QRectF& area) const;
    /// True if a path with these corners passes a box; its ends may touch one.
    [[nodiscard]] bool passesBox(const QList<QPointF>& points) const;

    [[nodiscard]] const RouterWork& work() const { return m_work; }
    [[nodiscard]] const RectIndex& boxes() const { return m_boxes; }
    [[nodiscard]] const StretchIndex& levels() const { return m_levels; }
    [[nodiscard]] const StretchIndex& uprights() const { return m_uprights; }

private:
    struct Candidate {
        QList<QPointF> points;
        double base = 0; ///< what length, bends and its place at the box cost
        int number = 0;  ///< in the order in which they were thought of
    };
    struct Taken {
        std::vector<Stretch> levels;
        std::vector<Stretch> uprights;
    };

    void collect(const QRectF& from, const QRectF& to, bool round);
    [[nodiscard]] double segmentCost(const QLineF& segment, double most) const;
    [[nodiscard]] double penaltyOf(const QList<QPointF>& points, double most) const;
    [[nodiscard]] QPointF placeLabel(const QList<QPointF>& points, const QSizeF& size) const;
    [[nodiscard]] double labelCost(const QRectF& label) const;
    /// Calls `take(stretch)` for each part of a line that passes the area.
    template <class Take>
    void visitLines(const QRectF& area, Take&& take) const
    {
        m_levels.within(area.top(), area.bottom(), area.left(), area.right(),
                        [&](const Stretch& line) {
                            if (line.at > area.top() && line.at < area.bottom() &&
                                line.low < area.right() && line.high > area.left())
                                take(line);
                        });
        m_uprights.within(area.left(), area.right(), area.top(), area.bottom(),
                          [&](const Stretch& line) {
                              if (line.at > area.left() && line.at < area.right() &&
                                  line.low < area.bottom() && line.high > area.top())
                                  take(line);
                          });
    }

    RectIndex m_boxes;
    RectIndex m_labels;
    StretchIndex m_levels;   ///< at: y, low and high: x
    StretchIndex m_uprights; ///< at: x, low and high: y
    std::unordered_map<Id, Taken> m_taken;
    std::vector<Candidate> m_candidates;
    mutable RouterWork m_work;
};

} // namespace views
