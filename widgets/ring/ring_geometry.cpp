#include "widgets/ring/ring_geometry.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace views {

using studio::ClusterTopology;
using studio::VnodeOwner;

namespace {

constexpr double kFullCircle = 360.0;

std::vector<RingArc> exactArcs(const std::vector<VnodeOwner>& ring)
{
    std::vector<RingArc> arcs;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        // The range (previous token, token]; the first one wraps around the top.
        const double end = tokenAngle(ring[i].token);
        const double begin = tokenAngle(ring[(i + ring.size() - 1) % ring.size()].token);
        double span = end - begin;
        if (span <= 0)
            span += kFullCircle;
        if (!arcs.empty() && arcs.back().node == ring[i].node)
            arcs.back().span += span;
        else
            arcs.push_back({begin, span, ring[i].node});
    }
    if (arcs.size() > 1 && arcs.front().node == arcs.back().node) {
        arcs.front().from = arcs.back().from;
        arcs.front().span += arcs.back().span;
        arcs.pop_back();
    }
    return arcs;
}

std::vector<RingArc> mergedArcs(const std::vector<VnodeOwner>& ring, int count)
{
    const double step = kFullCircle / count;
    std::vector<std::map<int, double>> share(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const double begin = tokenAngle(ring[(i + ring.size() - 1) % ring.size()].token);
        double end = tokenAngle(ring[i].token);
        if (end <= begin)
            end += kFullCircle;
        for (double at = begin; at < end;) {
            const int bucket = static_cast<int>(at / step);
            const double next = std::min(end, (bucket + 1) * step);
            share[static_cast<std::size_t>(bucket % count)][ring[i].node] += next - at;
            // A step too small to move `at` would never end.
            at = next > at ? next : at + step / 2;
        }
    }
    std::vector<RingArc> arcs;
    for (int b = 0; b < count; ++b) {
        const auto& owners = share[static_cast<std::size_t>(b)];
        if (owners.empty())
            continue;
        const auto most =
            std::max_element(owners.begin(), owners.end(),
                             [](const auto& x, const auto& y) { return x.second < y.second; });
        if (!arcs.empty() && arcs.back().node == most->first)
            arcs.back().span += step;
        else
            arcs.push_back({b * step, step, most->first});
    }
    return arcs;
}

/// Discs on a circle, the nodes of a rack side by side, with a gap between racks.
void placeDiscs(RingPicture& picture, const ClusterTopology& topology)
{
    std::vector<int> order = picture.nodes;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return topology.nodes[static_cast<std::size_t>(a)].rack <
               topology.nodes[static_cast<std::size_t>(b)].rack;
    });
    const auto rackOf = [&](std::size_t i) {
        return topology.nodes[static_cast<std::size_t>(order[i])].rack;
    };
    const auto at = [](double turn) {
        const double angle = 2 * std::numbers::pi * turn - std::numbers::pi / 2;
        return QPointF(std::cos(angle), std::sin(angle));
    };
    const double count = static_cast<double>(order.size());
    std::size_t rackBegin = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const QPointF place =
            order.size() == 1 ? QPointF(0, 0) : at(static_cast<double>(i) / count);
        picture.discs.push_back({order[i], place});
        const bool rackEnds = i + 1 == order.size() || rackOf(i + 1) != rackOf(i);
        if (!rackEnds)
            continue;
        // The label stands before the rack's first disc, where it covers none.
        const double begin = (static_cast<double>(rackBegin) - 0.5) / count;
        const double end = (static_cast<double>(i) + 0.5) / count;
        picture.racks.push_back({rackOf(i), at(begin + 0.14 / count), begin * kFullCircle,
                                 (end - begin) * kFullCircle});
        rackBegin = i + 1;
    }
    if (picture.racks.size() <= 1)
        picture.racks.clear();
}

} // namespace

double tokenAngle(qint64 token)
{
    // From the smallest token; unsigned, so that the distance does not overflow.
    const auto distance = static_cast<quint64>(token) - static_cast<quint64>(INT64_MIN);
    return static_cast<double>(distance) / 18446744073709551616.0 * kFullCircle;
}

std::vector<RingPicture> layOutRings(const ClusterTopology& topology, bool byDatacenter,
                                     int arcsMax)
{
    std::vector<RingPicture> pictures;
    const QStringList titles = byDatacenter ? topology.datacenters() : QStringList{QString()};
    for (const QString& title : titles) {
        RingPicture picture;
        picture.title = title;
        std::vector<bool> member(topology.nodes.size());
        for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
            member[i] = !byDatacenter || topology.nodes[i].datacenter == title;
            if (member[i])
                picture.nodes.push_back(static_cast<int>(i));
        }
        std::vector<VnodeOwner> ring;
        for (const VnodeOwner& vnode : topology.ring)
            if (member[static_cast<std::size_t>(vnode.node)])
                ring.push_back(vnode);
        picture.merged = static_cast<int>(ring.size()) > arcsMax;
        picture.arcs = picture.merged ? mergedArcs(ring, arcsMax) : exactArcs(ring);
        placeDiscs(picture, topology);
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

} // namespace views
