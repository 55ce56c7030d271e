#pragma once

#include "engine/ring/ring_state.h"

#include <span>
#include <string>
#include <vector>

namespace engine::ring {

/// Where the node itself stands, and how near others are (NetworkTopologySnitch's order: itself,
/// own rack, own datacenter, the rest). Within equals the given order stays. Pure.
struct Snitch {
    InetEndpoint self;
    std::string datacenter = "datacenter1";
    std::string rack = "rack1";

    /// 0: itself, 1: same rack, 2: same datacenter, 3: elsewhere.
    [[nodiscard]] int distance(const RingNode& node) const noexcept;
    [[nodiscard]] bool isLocalDatacenter(const RingNode& node) const noexcept
    {
        return node.datacenter == datacenter;
    }
    /// Sorts nearest first; stable.
    void sortByProximity(const RingState& ring, std::span<NodeIndex> nodes) const;
};

} // namespace engine::ring
