#pragma once

#include "engine/base/time.h"
#include "engine/base/uuid.h"

#include <chrono>
#include <string>

namespace engine::coordination {

/// Parts that a test build of the simulation turns off to prove that its checkers notice.
struct CoordinationSwitches {
    bool hints = true;
    bool readRepair = true;
    bool digestComparison = true; ///< off: the first data answer is believed
    bool pendingWrites = true;    ///< off: writes go only where reads go while the ring changes
    bool ringBarrier = true;      ///< off: steps of such a change are not confirmed
    bool repairExchange = true;   ///< off: repair finds what differs and leaves it
    bool timestampOrder = true;   ///< off: write timestamps follow the wall clock, also backward
};

/// When a node looks after sessions of incremental repair that are not its own to drive:
/// Cassandra's times (LocalSessions), which its system properties change.
struct RepairTimes {
    Duration cleanupInterval =
        std::chrono::seconds{10};              ///< Cassandra's 10 minutes; it costs little
    Duration askAfter = std::chrono::hours{1}; ///< nothing has changed: ask the others
    Duration failAfter = std::chrono::hours{24};
    Duration removeAfter = std::chrono::hours{24}; ///< one that has ended
    Duration callTimeout = std::chrono::seconds{10};
    Duration settleTimeout = std::chrono::minutes{1}; ///< for an answer to FINALIZE_COMMIT
    /// A repair that waits for a replica ends once that has been down so long. Cassandra ends it at
    /// twice the conviction threshold of phi, which grows evenly with time: as long again as it
    /// took to be convicted.
    Duration replicaDownMax = std::chrono::seconds{18};
};

/// The part of cassandra.yaml that coordination understands, with Cassandra 5.0's defaults.
struct CoordinationOptions {
    std::string hintsFolder;    ///< hints_directory; absolute
    std::string batchlogFolder; ///< absolute
    Uuid hostId;                ///< this node's; also the id of its counter shards
    Duration writeTimeout = std::chrono::seconds{2};
    Duration readTimeout = std::chrono::seconds{5};
    Duration rangeTimeout = std::chrono::seconds{10};
    Duration counterTimeout = std::chrono::seconds{5};
    Duration truncateTimeout = std::chrono::seconds{60};
    Duration maxHintWindow = std::chrono::hours{3};
    std::uint64_t hintedHandoffThrottleBytes = 1024 * 1024; ///< a second
    Duration batchReplayInterval = std::chrono::seconds{10};
    RepairTimes repairs;
    CoordinationSwitches switches;
};

} // namespace engine::coordination
