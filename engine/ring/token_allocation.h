#pragma once

#include "engine/ring/ring_state.h"

#include <string>
#include <vector>

namespace engine::ring {

/// Where a node to be given tokens stands.
struct NodePlace {
    std::string datacenter = "datacenter1";
    std::string rack = "rack1";
    std::uint32_t tokenCount = 16;
};

/// Tokens for all nodes of a new cluster at once, sorted, in the order of `nodes`.
///
/// Pure and deterministic. Every rack's tokens are spread evenly over the whole ring and dealt
/// to its nodes in turn, racks of a datacenter are shifted against each other, and so are
/// datacenters; so each node of a rack owns the same share whatever the replication factor, as
/// long as racks are equal in size. Requires token counts > 0.
[[nodiscard]] std::vector<std::vector<Token>> allocateTokens(const std::vector<NodePlace>& nodes);

/// Tokens for one node that joins: each halves the widest range left of its rack (of its
/// datacenter if the rack is new), never repeating a token of the ring. Sorted.
[[nodiscard]] std::vector<Token> allocateTokensForJoining(const RingState& ring,
                                                          const NodePlace& node);

} // namespace engine::ring
