#include "engine/ring/ownership.h"

namespace engine::ring {

namespace {

constexpr double kRingSize = 18446744073709551616.0; // 2^64

double ownershipShareOf(const RingState& ring, std::size_t tokenIndex)
{
    if (ring.tokens().size() == 1)
        return 1.0;
    const TokenRange range = ring.rangeEndingAt(tokenIndex);
    const auto width =
        static_cast<std::uint64_t>(range.end.value) - static_cast<std::uint64_t>(range.start.value);
    return static_cast<double>(width) / kRingSize;
}

} // namespace

std::vector<double> primaryOwnership(const RingState& ring)
{
    std::vector<double> shares(ring.nodes().size(), 0.0);
    for (std::size_t i = 0; i < ring.tokens().size(); ++i)
        shares[ring.tokens()[i].node] += ownershipShareOf(ring, i);
    return shares;
}

std::vector<double> effectiveOwnership(const ReplicaMap& replicas)
{
    const RingState& ring = replicas.ring();
    if (replicas.strategy().kind() == StrategyKind::Local)
        return std::vector<double>(ring.nodes().size(), 1.0);
    std::vector<double> shares(ring.nodes().size(), 0.0);
    for (std::size_t i = 0; i < ring.tokens().size(); ++i)
        for (const NodeIndex node : replicas.replicasAt(i))
            shares[node] += ownershipShareOf(ring, i);
    return shares;
}

} // namespace engine::ring
