#pragma once

#include "engine/simulation/cluster/scenario.h"

namespace engine::simulation {

/// A cluster whose ring changes while clients read and write at QUORUM. The seed chooses which:
/// nodes join (bootstrap), leave (decommission), or die for good and are removed (removenode),
/// one after another, and what goes wrong meanwhile: the node that joins or leaves, the one that
/// leads a removal or any other is killed or loses power and comes back, is cut off for a while
/// (both ways or one), links delay and break.
///
/// Each change must come to its end once everything is healed. The checks are those of
/// runScenario(): no acknowledged QUORUM write lost, no QUORUM read older than what was
/// acknowledged, or read from the same replicas, before it; replicas of the ring at the end equal
/// after repair.
[[nodiscard]] ScenarioOutcome runMembershipScenario(const ScenarioOptions& options);

} // namespace engine::simulation
