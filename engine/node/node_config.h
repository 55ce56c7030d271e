#pragma once

#include "engine/base/inet.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/coordination/coordination_options.h"
#include "engine/storage/store_options.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine::node {

/// data_disk_usage_percentage_warn_threshold, …_fail_threshold, data_disk_usage_max_disk_size.
struct DiskUsageLimits {
    std::int32_t warnPercent = -1; ///< -1: never
    std::int32_t failPercent = -1; ///< -1: never
    /// What the data folders may take of a larger disk; none: all of it.
    std::optional<std::uint64_t> maxBytes;

    [[nodiscard]] bool isEnabled() const noexcept { return warnPercent > 0 || failPercent > 0; }
    /// ConfigError in Cassandra's words for a percentage out of 1 … 100 that is not -1, a warning
    /// that is not below the failure, or a size of nothing.
    [[nodiscard]] Result<void> check() const;
};

/// What a node is told by cassandra.yaml and cassandra-rackdc.properties, under Cassandra's names
/// where they differ in spelling only. A value; the defaults are Cassandra 5.0's, sizes scaled to
/// a laptop.
struct NodeConfig {
    std::string clusterName = "Test Cluster";
    std::string partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
    std::string endpointSnitch = "org.apache.cassandra.locator.SimpleSnitch";
    std::string datacenter = "datacenter1";
    std::string rack = "rack1";
    std::uint32_t tokenCount = 16;           ///< num_tokens
    std::vector<std::int64_t> initialTokens; ///< initial_token; empty: chosen at the first start
    std::set<InetEndpoint> seeds;
    /// auto_bootstrap: a new node that is no seed streams what it will own before it serves.
    bool autoBootstrap = true;

    InetEndpoint internode;      ///< listen_address, storage_port
    InetEndpoint native;         ///< rpc_address, native_transport_port
    InetEndpoint admin;          ///< listen_address, 8778
    bool nativeTransport = true; ///< start_native_transport

    std::string hintsFolder; ///< hints_directory
    std::string stateFolder; ///< saved_caches_directory: host id, tokens, peers
    /// memtable_offheap_space; part of store.memtableBytes, which it is added to.
    std::uint64_t memtableOffheapBytes = 0;
    storage::StoreOptions store; ///< data_file_directories, commitlog_*, memtable_*, …

    Duration writeTimeout = std::chrono::seconds{2};
    Duration readTimeout = std::chrono::seconds{5};
    Duration rangeTimeout = std::chrono::seconds{10};
    Duration counterTimeout = std::chrono::seconds{5};
    Duration truncateTimeout = std::chrono::seconds{60};
    Duration maxHintWindow = std::chrono::hours{3};
    bool hintedHandoff = true;                              ///< hinted_handoff_enabled
    std::uint64_t hintedHandoffThrottleBytes = 1024 * 1024; ///< a second
    double phiConvictThreshold = 8.0;
    std::uint32_t preparedStatementsMax = 4096;
    std::uint64_t batchBytesWarn = 5 * 1024;
    std::uint64_t batchBytesFail = 50 * 1024;
    std::uint32_t unloggedPartitionsWarn = 10;
    DiskUsageLimits diskUsage;
    coordination::RepairTimes repairs; ///< no setting of cassandra.yaml

    /// Every key of the file with its text, for system_views.settings.
    std::map<std::string, std::string> settings;

    // ---- not from cassandra.yaml ----
    Bytes secret; ///< of the cluster: internode handshake, admin endpoint
    Duration gossipInterval = std::chrono::seconds{1};
};

struct ParsedConfig {
    NodeConfig config;
    std::vector<std::string> warnings; ///< one sentence a recognised key without effect here
};

/// Reads the text of cassandra.yaml. ConfigError names the file, the line and the way out: an
/// unknown key, a value of the wrong form, a missing one that is needed. `file` is for the
/// sentences; folders that are not given lie beside it.
[[nodiscard]] Result<ParsedConfig> parseNodeConfig(std::string_view yaml, const std::string& file);
/// Takes `dc=` and `rack=` over from cassandra-rackdc.properties.
[[nodiscard]] Result<void> applyRackDc(std::string_view text, const std::string& file,
                                       NodeConfig& config);

/// "10s", "500ms", "3h", "2d", or a bare number of milliseconds (DurationSpec).
[[nodiscard]] Result<Duration> parseConfigDuration(std::string_view text);
/// "32MiB", "64KiB", "10B", "1GiB" (DataStorageSpec). Bytes.
[[nodiscard]] Result<std::uint64_t> parseConfigSize(std::string_view text);

} // namespace engine::node
