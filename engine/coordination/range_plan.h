#pragma once

#include "engine/coordination/replica_plan.h"
#include "engine/rows/read_command.h"

#include <vector>

namespace engine::coordination {

/// A piece of a range read with the replicas that can answer it, nearest first, alive ones only.
struct RangePiece {
    rows::PartitionRange range;
    Replicas replicas;
};

/// Cuts `range` along the ring and merges neighbours again as long as enough replicas hold them
/// all (ReplicaPlans.maybeMerge). In token order. Unavailable if a piece has too few.
[[nodiscard]] Result<std::vector<RangePiece>> planRange(const ReplicaPlanner& planner,
                                                        const KeyspaceReplicas& map,
                                                        const rows::PartitionRange& range,
                                                        protocol::Consistency consistency);

} // namespace engine::coordination
