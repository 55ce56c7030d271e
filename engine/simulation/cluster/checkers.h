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
///
/// What was read but never acknowledged binds only reads that ask the same replicas. While the ring
/// changes such a write may be on two old replicas, which agree, and on none of the new ones: the
/// answer is right by the old ring, and nothing makes the coordinator write it to the pending
/// replica. Cassandra promises no more: read repair mends those that were asked when they differ,
/// and a write counts once blockFor and the pending replicas have it. tst_ring_changes builds this
/// moment on purpose.
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
/// What one replica of a key has marked as repaired, every replica of it holds, or something newer.
[[nodiscard]] std::optional<std::string> checkRepairedIsEverywhere(SimulatedCluster& cluster,
                                                                   std::uint32_t keyCount);

} // namespace engine::simulation
