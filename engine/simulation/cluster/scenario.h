#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/coordination/coordination_options.h"
#include "engine/simulation/simulated_world.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine::simulation {

class SimulatedCluster;
struct ClientOperation;

/// What a test build of the simulation may switch off, to prove that the checkers notice.
struct ScenarioSwitches {
    bool fsync = true;
    coordination::CoordinationSwitches coordination;
};

struct ScenarioOptions {
    std::uint64_t seed = 1;
    std::uint32_t nodeCount = 5;
    ScenarioSwitches switches;
    std::function<void(const WorldEvent&)> observer;
};

struct ScenarioOutcome {
    bool passed = false;
    std::string story;   ///< which kind of scenario it was
    std::string failure; ///< one sentence; empty if passed
    std::uint64_t eventHash = 0;
    std::uint64_t eventCount = 0;
    Duration virtualTime{};
    std::uint32_t writesAcknowledged = 0;
    std::uint32_t readsAnswered = 0;
    std::uint32_t repairsBegun = 0;                        ///< incremental ones, disturbed
    std::uint32_t repairsFinished = 0;                     ///< of them, well
    std::vector<std::shared_ptr<ClientOperation>> history; ///< what clients did, in order
};

/// From nothing to `most`.
[[nodiscard]] Duration anyDuration(SeededRandom& random, Duration most);

/// What became of a story that was told on `cluster`; an error is the failure's sentence.
[[nodiscard]] ScenarioOutcome outcomeOf(std::string story, const Result<void>& told,
                                        SimulatedCluster& cluster);

/// Runs the scenario of one seed and checks it. The seed chooses one of these stories, and in it
/// every moment, victim, key and delay:
///
/// - partition: some nodes are cut off while clients write at QUORUM; after the healing hints alone
///   must bring every replica up to date
/// - power loss: all machines lose power at once (batch or group sync), or a minority (periodic)
/// - clock steps: clocks jump by up to an hour either way, nodes are killed and restarted
/// - stale replica: hints are off; digests and read repair must keep QUORUM reads right
/// - mixture: crashes, partitions, slow and breaking links, clock steps under a load
///
/// All end with everything healed and running, and the checks: gossip converged; no acknowledged
/// QUORUM write lost and no QUORUM read older than what was acknowledged or read before it, judged
/// by write timestamp; write timestamps of one coordinator increase in the order of the writes;
/// replicas equal after repair.
[[nodiscard]] ScenarioOutcome runScenario(const ScenarioOptions& options);

} // namespace engine::simulation
