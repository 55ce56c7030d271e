#pragma once

#include "widgets/studio/cluster_types.h"

#include <QPointF>
#include <QString>

#include <vector>

namespace views {

/// One arc of a donut: degrees clockwise from the top, which is the smallest token.
struct RingArc {
    double from = 0;
    double span = 0;
    int node = 0; ///< index into the topology
    bool operator==(const RingArc&) const = default;
};

/// A node's disc inside a ring, on the unit circle (x to the right, y down).
struct RingDisc {
    int node = 0;
    QPointF place;
};

/// A rack's part of the circle of discs, in degrees as RingArc, and where its name stands on it.
struct RackLabel {
    QString name;
    QPointF place;
    double from = 0;
    double span = 0;
};

/// One donut: the arcs and nodes of a data centre, or of the whole cluster.
struct RingPicture {
    QString title; ///< the data centre; empty for one ring of all
    std::vector<int> nodes;
    std::vector<RingArc> arcs;
    std::vector<RingDisc> discs;
    std::vector<RackLabel> racks;
    bool merged = false; ///< too many vnodes: neighbours share arcs
};

/// Where a token stands, in degrees clockwise from the top.
[[nodiscard]] double tokenAngle(qint64 token);

/// Ranges that meet and belong to one node become one arc; beyond `arcsMax` tokens the circle is
/// divided into that many equal arcs, each the colour of the node that owns most of it.
[[nodiscard]] std::vector<RingPicture> layOutRings(const studio::ClusterTopology& topology,
                                                   bool byDatacenter, int arcsMax = 512);

} // namespace views
