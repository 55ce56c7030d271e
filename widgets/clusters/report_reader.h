#pragma once

#include "engine/client/cluster_info.h"
#include "widgets/clusters/cluster_poller.h"
#include "widgets/studio/cluster_types.h"

namespace clusters {

/// Brings together what the nodes' admin endpoints, the host process and the driver say. Pure.
///
/// Nodes are numbered by address. A node is up if a live peer says so; without admin answers, as
/// the driver sees it; with neither, unknown.
[[nodiscard]] studio::ClusterTopology toTopology(const ClusterReport& report,
                                                 const engine::client::Topology* driver);
/// Observers and subjects are indexes into `topology.nodes`.
[[nodiscard]] studio::GossipState toGossip(const ClusterReport& report,
                                           const studio::ClusterTopology& topology);

} // namespace clusters
