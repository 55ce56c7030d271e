#pragma once

#include "engine/base/runtime.h"
#include "engine/base/task.h"
#include "engine/coordination/replica_plan.h"
#include "engine/membership/gossiper.h"
#include "engine/node/node_config.h"
#include "engine/rows/partition.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::storage {
class LocalStore;
}

namespace engine::node {

/// How full the disks of a node's data folders are, as it says in gossip (DiskUsageState).
enum class DiskUsage : std::uint8_t {
    NotAvailable, ///< the guardrail is off there, or nothing has been heard yet
    Spacious,
    Stuffed, ///< above the warning threshold
    Full,    ///< above the failure threshold: it is to get no more writes of clients
};
/// "NOT_AVAILABLE", "SPACIOUS", "STUFFED", "FULL"
[[nodiscard]] std::string_view diskUsageName(DiskUsage usage) noexcept;

/// What files take, and what is free where they lie.
struct FolderUsage {
    std::uint64_t usedBytes = 0;
    std::uint64_t availableBytes = 0;
};
/// Sums the files below some folders and the free space of their file systems, each of these
/// once. Blocks.
[[nodiscard]] Result<FolderUsage> measureFolders(Disk& disk,
                                                 const std::vector<std::string>& folders);
/// The share of the space that is taken, in percent, rounded up. `memtableBytes` will be files
/// soon; the space is what is used and what is free, at most `maxBytes`. Over 100 if that is less
/// than what is used (DiskUsageMonitor.getDiskUsage).
[[nodiscard]] std::uint64_t diskUsagePercent(FolderUsage usage, std::uint64_t memtableBytes,
                                             std::optional<std::uint64_t> maxBytes);

/// The guardrails local_data_disk_usage and replica_disk_usage: measures every 30 seconds how full
/// this node's data folders are and says it in gossip; refuses the writes of clients that a FULL
/// replica would get, and warns of STUFFED ones (DiskUsageMonitor, DiskUsageBroadcaster,
/// ModificationStatement.validateDiskUsage). Reads, TRUNCATE and what nodes write by themselves
/// are not refused. Node thread only.
class DiskUsageGuardrail final : public membership::MembershipListener {
public:
    /// All references outlive it. Requires valid limits.
    DiskUsageGuardrail(Runtime& runtime, storage::LocalStore& store, membership::Gossiper& gossiper,
                       coordination::ReplicaPlanner& planner, DiskUsageLimits limits);

    /// Begins to measure, if the limits ask for it. Once, when gossip has started.
    void start();
    [[nodiscard]] const DiskUsageLimits& limits() const noexcept { return m_limits; }
    /// Takes effect with the next measurement, which begins at once.
    [[nodiscard]] Result<void> setLimits(const DiskUsageLimits& limits);
    /// What a node said of itself.
    [[nodiscard]] DiskUsage usageOf(const InetEndpoint& endpoint) const;

    /// Invalid in Cassandra's words if a replica of one of them is FULL. Adds a warning if one is
    /// STUFFED, once in half an hour.
    [[nodiscard]] Result<void> check(std::span<const rows::Mutation> mutations,
                                     std::vector<std::string>& warnings);

    void onStateChanged(const InetEndpoint& endpoint, membership::ApplicationState state,
                        const std::string& value) override;
    void onEndpointRestarted(const InetEndpoint& endpoint) override;
    void onEndpointLeft(const InetEndpoint& endpoint) override;

private:
    void watch();
    Task<void> measure();
    void take(const FolderUsage& usage);
    void announce(DiskUsage usage);
    void lookForStuffed();
    [[nodiscard]] Result<void> checkReplica(const InetEndpoint& replica,
                                            std::vector<std::string>& warnings);
    /// Whether it is time to say something again, which was last said then.
    [[nodiscard]] bool isDue(std::optional<MonoTime>& saidAt) const;

    Runtime& m_runtime;
    storage::LocalStore& m_store;
    membership::Gossiper& m_gossiper;
    coordination::ReplicaPlanner& m_planner;
    DiskUsageLimits m_limits;
    DiskUsage m_own = DiskUsage::NotAvailable;
    bool m_isStarted = false;
    bool m_isMeasuring = false;
    bool m_isAnyStuffed = false; ///< or full: all that a write must look at in good times
    TimerId m_timer;
    std::optional<MonoTime> m_ownWarnedAt;
    std::optional<MonoTime> m_ownFailedAt;
    std::optional<MonoTime> m_replicaWarnedAt;
    std::optional<MonoTime> m_replicaFailedAt;
};

} // namespace engine::node
