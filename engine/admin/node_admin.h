#pragma once

#include "engine/base/inet.h"
#include "engine/base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::admin {

/// What one node says of the ring, as `nodetool status` would print it there.
struct RingReport {
    std::string clusterName;
    std::string partitioner;
    std::string releaseVersion;
    std::string operationMode; ///< "NORMAL", "JOINING", "DRAINED", …
    std::string schemaVersion;
    struct Node {
        InetEndpoint endpoint;
        std::string hostId;
        bool up = false;
        char mode = 'N';            ///< N, J, L, M
        std::string load;           ///< as the node formats it; empty if unknown
        std::optional<double> owns; ///< effective ownership of the keyspace asked for, 0 … 1
    };
    std::vector<Node> nodes; ///< sorted by endpoint
    std::map<std::int64_t, InetEndpoint> tokens;
    std::chrono::milliseconds uptime{0};
    std::uint64_t memoryBytes = 0; ///< JVM heap in use; a bundled node's engine memory
};

/// One endpoint as an observer's gossip knows it.
struct EndpointReport {
    InetEndpoint endpoint;
    bool alive = false;
    bool socketClosed = false; ///< bundled nodes only
    std::optional<double> phi; ///< none for the observer itself
    std::int64_t generation = 0;
    std::int64_t heartbeat = 0;
    struct State {
        std::string name;
        std::int64_t version = 0;
        std::string value;
    };
    std::vector<State> states;
    std::vector<float> intervalsMs; ///< bundled nodes only; latest heartbeat intervals
};
struct GossipReport {
    double phiThreshold = 8;
    std::vector<EndpointReport> endpoints; ///< sorted by endpoint
};

struct SnapshotRow {
    std::string name;
    std::string keyspace;
    std::string table;
    std::string trueSize;
    std::string sizeOnDisk;
    std::string created; ///< "2026-11-21T00:38:50.849Z"
    std::string expires; ///< likewise; empty: it stays until somebody removes it
};

struct RepairOptions {
    std::string keyspace;
    std::vector<std::string> tables; ///< empty: all
    bool primaryRange = false;
    bool incremental = false;
    std::string parallelism = "parallel";
};
struct RepairProgress {
    enum class State { Running, Completed, Failed, Unknown } state = State::Running;
    int done = 0;
    int total = 0;
    std::string message; ///< the latest
};

/// What a node's SSTables say of one table's partitions (`nodetool tablestats`, `tablehistograms`).
struct PartitionReport {
    double partitions = 0; ///< those also in the memtable, and in several SSTables, count again
    double meanBytes = 0;  ///< uncompressed; 0 if nothing is on disk
    double maximumBytes = 0;
    std::optional<double> compressionRatio; ///< compressed/uncompressed; none if not compressed
    double meanCells = 0;
};

/// Operations on one node, by name and never by MBean: what the views and the tasks call.
///
/// Blocking, one thread at a time; use one object for quick questions and another for an
/// operation that lasts. A lost connection during an operation is ConnectionLost: what became of
/// it is unknown, not failed.
class NodeAdmin {
public:
    virtual ~NodeAdmin() = default;

    /// `keyspace`: whose replication effective ownership means; empty: raw token ownership.
    [[nodiscard]] virtual Result<RingReport> ring(const std::string& keyspace) = 0;
    [[nodiscard]] virtual Result<GossipReport> gossip() = 0;

    [[nodiscard]] virtual Result<void> flush(const std::string& keyspace,
                                             const std::vector<std::string>& tables) = 0;
    [[nodiscard]] virtual Result<void> compact(const std::string& keyspace,
                                               const std::vector<std::string>& tables) = 0;
    /// `keyspaces` empty: all.
    [[nodiscard]] virtual Result<void> snapshot(const std::string& tag,
                                                const std::vector<std::string>& keyspaces) = 0;
    [[nodiscard]] virtual Result<std::vector<SnapshotRow>> snapshots() = 0;
    [[nodiscard]] virtual Result<void> clearSnapshot(const std::string& tag) = 0;
    [[nodiscard]] virtual Result<void> drain() = 0;
    /// Runs a repair to its end; `progress` returns false to stop watching (the repair is then
    /// cancelled on the node).
    [[nodiscard]] virtual Result<void>
    repair(const RepairOptions& options,
           const std::function<bool(const RepairProgress&)>& progress) = 0;
    /// Invalid, with the node's sentence, if it has no such table.
    [[nodiscard]] virtual Result<PartitionReport> partitions(const std::string& keyspace,
                                                             const std::string& table) = 0;
    /// User keyspaces of the node.
    [[nodiscard]] virtual Result<std::vector<std::string>> keyspaces() = 0;
};

struct JolokiaAddress;

/// Over Jolokia: our nodes and Apache Cassandra with the agent.
[[nodiscard]] std::unique_ptr<NodeAdmin> makeJolokiaAdmin(const JolokiaAddress& address,
                                                          std::chrono::milliseconds timeout);

/// Reads `nodetool gossipinfo`'s text (FailureDetector.AllEndpointStatesWithPort).
[[nodiscard]] std::vector<EndpointReport> parseEndpointStates(const std::string& text);

} // namespace engine::admin
