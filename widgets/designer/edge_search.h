#pragma once

#include <QList>
#include <QPointF>
#include <QRectF>

namespace views {

class EdgeRouter;

/// A way at right angles from one box to another round all others, or nothing if none was found
/// within a bounded search. `searched` counts the places that were entered.
///
/// A* over the places where tracks cross: beside the boxes that stand in the corridor between the
/// two. Length, bends, crossings and running along other lines cost, as in EdgeRouter. After
/// Wybrow, Marriott and Stuckey, Orthogonal Connector Routing (2009), with a grid of tracks in
/// place of their visibility graph.
[[nodiscard]] QList<QPointF> wayRound(const EdgeRouter& router, const QRectF& from,
                                      const QRectF& to, qint64& searched);

} // namespace views
