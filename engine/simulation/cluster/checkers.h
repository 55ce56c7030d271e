#pragma once

#include "engine/simulation/cluster/simulated_cluster.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::simulation {

/// Each gives the first violation as a sentence, or nothing.

/// A QUORUM read must find at least the newest timestamp of all QUORUM writes that were
/// acknowledged, and of all QUORUM reads that were answered, before it began; and what it finds
/// must have been written.
[[nodiscard]] std::optional<std::string>
checkQuorumReads(const std::vector<ClientOperationPtr>& history);
/// Writes through one coordinator get increasing timestamps, across its restarts and whatever its
/// clock does.
[[nodiscard]] std::optional<std::string>
checkTimestampOrder(const std::vector<ClientOperationPtr>& history);
/// Every replica holds at least the newest acknowledged write of each key by itself.
[[nodiscard]] std::optional<std::string> checkAllReplicasCurrent(SimulatedCluster& cluster,
                                                                 std::uint32_t keyCount);
/// The replicas of each key hold the same.
[[nodiscard]] std::optional<std::string> checkReplicasEqual(SimulatedCluster& cluster,
                                                            std::uint32_t keyCount);

} // namespace engine::simulation
