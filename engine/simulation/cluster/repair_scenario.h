#pragma once

#include "engine/simulation/cluster/scenario.h"

namespace engine::simulation {

/// Incremental repairs of a cluster whose replicas have missed writes. The seed chooses who missed
/// what, what of it is in SSTables, which nodes repair (sometimes two at once), and what goes wrong
/// meanwhile: the coordinator or a replica is killed or loses power and comes back, is cut off
/// (both ways or one), links delay and break, clocks step, clients write, tables are flushed and
/// compacted.
///
/// Checked after each round, with everything healed: every session of every node ends, no SSTable
/// stays pending, and what is marked repaired on one replica is held by all replicas of its key. At
/// the end: no acknowledged QUORUM write lost and no QUORUM read older than what was acknowledged
/// or read before it; an incremental repair through each node succeeds, all replicas are equal
/// then, and another one finds no difference.
[[nodiscard]] ScenarioOutcome runRepairScenario(const ScenarioOptions& options);

} // namespace engine::simulation
