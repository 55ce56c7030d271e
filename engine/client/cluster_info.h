#pragma once

#include "engine/base/inet.h"
#include "engine/base/uuid.h"
#include "engine/schema/schema.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::client {

/// A node as system.local and system.peers_v2 describe it.
struct NodeInfo {
    Uuid hostId;
    InetEndpoint address;   ///< its native address, where clients connect
    InetEndpoint broadcast; ///< its internode address; port 0 where the cluster does not say it
    std::string datacenter;
    std::string rack;
    std::string releaseVersion;
    Uuid schemaVersion;
    std::vector<std::string> tokens; ///< as the partitioner writes them
    /// What the cluster said last (STATUS_CHANGE); true until it said something.
    bool isUp = true;
    /// Whether this session has a usable connection to it now.
    bool isConnected = false;
};

/// An immutable picture of the cluster's nodes; a new one is published on every change.
struct Topology {
    std::string clusterName;
    std::string partitioner;     ///< class name
    std::string releaseVersion;  ///< of the node that the control connection talks to
    std::vector<NodeInfo> nodes; ///< by address

    /// nullptr if there is none.
    [[nodiscard]] const NodeInfo* find(const InetEndpoint& address) const noexcept;
};
using TopologyPtr = std::shared_ptr<const Topology>;

/// The cluster's schema from system_schema.*, with the keyspaces of system_virtual_schema.* among
/// them; a new one is published on every change. Immutable; any thread.
struct SchemaInfo {
    schema::SchemaPtr schema; ///< never nullptr
    /// Definitions that were left out because we could not read them, one sentence each.
    std::vector<std::string> unread;
};
using SchemaInfoPtr = std::shared_ptr<const SchemaInfo>;

} // namespace engine::client
