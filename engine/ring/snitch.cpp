#include "engine/ring/snitch.h"

#include <algorithm>

namespace engine::ring {

int Snitch::distance(const RingNode& node) const noexcept
{
    if (node.endpoint == self)
        return 0;
    if (node.datacenter != datacenter)
        return 3;
    return node.rack == rack ? 1 : 2;
}

void Snitch::sortByProximity(const RingState& ring, std::span<NodeIndex> nodes) const
{
    // Replica lists are short and this is on the hot path: an insertion sort needs no buffer.
    for (std::size_t i = 1; i < nodes.size(); ++i)
        for (std::size_t j = i;
             j > 0 && distance(ring.node(nodes[j])) < distance(ring.node(nodes[j - 1])); --j)
            std::swap(nodes[j], nodes[j - 1]);
}

} // namespace engine::ring
