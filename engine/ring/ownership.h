#pragma once

#include "engine/ring/replication_strategy.h"

#include <vector>

namespace engine::ring {

/// The share of the ring that each node is primary for, by node index; all together 1.
/// What `nodetool ring` and `status` call "Owns" without a keyspace.
[[nodiscard]] std::vector<double> primaryOwnership(const RingState& ring);
/// The share of the data that each node holds under a keyspace's replication, by node index; all
/// together the replication factor. "Owns (effective)". LocalStrategy: 1 each.
[[nodiscard]] std::vector<double> effectiveOwnership(const ReplicaMap& replicas);

} // namespace engine::ring
