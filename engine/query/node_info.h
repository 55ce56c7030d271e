#pragma once

#include "engine/base/inet.h"
#include "engine/base/uuid.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace engine::query {

/// One node as system.local and system.peers_v2 show it.
struct NodeRow {
    InetEndpoint internode; ///< broadcast address and storage port
    InetAddress listenAddress;
    InetEndpoint native; ///< rpc address and native port
    Uuid hostId;
    std::string datacenter;
    std::string rack;
    std::string releaseVersion = "5.0.4";
    Uuid schemaVersion;
    std::vector<std::string> tokens; ///< decimal, in ring order
};

/// A client connection, for system_views.clients.
struct ClientRow {
    InetEndpoint remote;
    std::string username = "anonymous";
    std::string connectionStage = "ready";
    std::string driverName;
    std::string driverVersion;
    std::int32_t protocolVersion = 0;
    std::int64_t requestCount = 0;
    bool sslEnabled = false;
};

/// A row of system_views.thread_pools.
struct ThreadPoolRow {
    std::string name;
    std::int32_t active = 0;
    std::int32_t activeLimit = 1;
    std::int32_t pending = 0;
    std::int64_t completed = 0;
    std::int64_t blocked = 0;
    std::int64_t blockedAllTime = 0;
};

/// A row of system_views.disk_usage / max_partition_size and such.
struct TableSizeRow {
    std::string keyspace;
    std::string table;
    std::int64_t diskBytes = 0;
    std::int64_t maxPartitionBytes = 0;
};

/// A row of system.size_estimates and table_estimates: what the SSTables of a table have in a range
/// of tokens.
struct SizeEstimateRow {
    std::string keyspace;
    std::string table;
    std::string rangeStart; ///< decimal token, exclusive
    std::string rangeEnd;
    std::int64_t partitions = 0;
    std::int64_t meanPartitionBytes = 0;
};

/// A row of system_views.gossip_info, as far as the node knows it: column name to value.
struct GossipRow {
    InetEndpoint endpoint;
    std::int32_t generation = 0;
    std::int32_t heartbeat = 0;
    std::map<std::string, std::string> values; ///< "status", "load", "schema", "dc", "rack", …
};

/// What the virtual tables tell about the live node. The node implements it; calls are cheap and
/// give copies. Node thread only. The ones with a default may be left out.
class NodeInfo {
public:
    virtual ~NodeInfo() = default;
    [[nodiscard]] virtual std::string clusterName() const = 0;
    /// "org.apache.cassandra.dht.Murmur3Partitioner"
    [[nodiscard]] virtual std::string partitioner() const = 0;
    /// "org.apache.cassandra.locator.SimpleSnitch"
    [[nodiscard]] virtual std::string snitch() const = 0;
    [[nodiscard]] virtual NodeRow local() const = 0;
    [[nodiscard]] virtual std::int32_t gossipGeneration() const = 0;
    /// Every other node of the ring, also those that are down.
    [[nodiscard]] virtual std::vector<NodeRow> peers() const = 0;
    [[nodiscard]] virtual std::vector<ClientRow> clients() const { return {}; }
    [[nodiscard]] virtual std::vector<ThreadPoolRow> threadPools() const { return {}; }
    [[nodiscard]] virtual std::vector<TableSizeRow> tableSizes() const { return {}; }
    /// Of tables with SSTables, for the ranges that this node is primary for: on the whole ring, or
    /// on that of its data centre alone.
    [[nodiscard]] virtual std::vector<SizeEstimateRow> sizeEstimates(bool /*inDatacenter*/) const
    {
        return {};
    }
    [[nodiscard]] virtual std::vector<GossipRow> gossip() const { return {}; }
    /// Names and values of cassandra.yaml, as system_views.settings.
    [[nodiscard]] virtual std::map<std::string, std::string> settings() const { return {}; }
};

} // namespace engine::query
