#pragma once

#include "engine/base/inet.h"
#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::launcher {

/// What the user asks of a new bundled cluster.
struct ClusterRequest {
    struct Datacenter {
        std::string name = "datacenter1";
        std::vector<unsigned> nodesOfRack{1, 1, 1}; ///< one entry a rack: rack1, rack2, …
    };
    std::string name;
    std::vector<Datacenter> datacenters{Datacenter{}};
    unsigned tokensPerNode = 16;
    /// cassandra.yaml's commitlog_sync: periodic, batch or group.
    std::string commitlogSync = "periodic";
    /// Further lines of every node's cassandra.yaml ("key: value").
    std::vector<std::string> settings;

    /// `count` nodes in one datacenter, each in a rack of its own up to three racks.
    [[nodiscard]] static ClusterRequest withNodes(std::string name, unsigned count);
    [[nodiscard]] unsigned nodeCount() const;
};

/// One node of a cluster folder. Every node is a seed.
struct NodeSpec {
    std::string name; ///< "n1"; also its folder
    InetAddress address;
    std::string datacenter;
    std::string rack;
    std::uint16_t cqlPort = 9042;
    std::uint16_t adminPort = 8778;
    std::uint16_t storagePort = 7000;
};

/// What cluster.json holds.
struct ClusterSpec {
    std::string name;
    unsigned index = 0; ///< addresses 127.0.<index>.1 …
    unsigned tokensPerNode = 16;
    std::vector<NodeSpec> nodes;
};

/// Letters, digits, '-' and '_', at most 48, beginning with a letter or digit; else Invalid.
[[nodiscard]] Result<void> checkClusterName(const std::string& name);

/// The text of cluster.json (magic and version inside), and back. A newer version is
/// VersionTooNew; anything malformed Corrupt with the reason.
[[nodiscard]] std::string toJson(const ClusterSpec& spec);
[[nodiscard]] Result<ClusterSpec> clusterSpecFromJson(const std::string& text);

} // namespace engine::launcher
