#pragma once

#include "engine/admin/jolokia_client.h"
#include "engine/admin/node_admin.h"
#include "engine/launcher/launcher.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clusters {

/// One look at a cluster from outside its CQL ports: processes, ring, gossip of each node.
struct ClusterReport {
    std::optional<engine::launcher::ClusterStatus> processes; ///< bundled clusters only
    struct Observer {
        engine::InetEndpoint endpoint; ///< internode address of the node asked
        engine::admin::GossipReport gossip;
    };
    std::vector<Observer> observers;               ///< nodes that answered, by address
    std::optional<engine::admin::RingReport> ring; ///< from the first that answered
    /// Uptime as each observer says it, in the order of `observers`; zero if unknown.
    std::string problem; ///< why no node answered, one sentence
};

/// Asks the nodes of one cluster at an interval, on a thread of its own.
///
/// GUI thread only; `publish` is called on the poller's thread. Destroying it returns at once:
/// the thread ends after the question it is at, and publishes nothing more. It keeps the owning
/// connection to the host of a bundled cluster, so the cluster lives as long as the poller.
class ClusterPoller {
public:
    struct Target {
        std::vector<engine::admin::JolokiaAddress> nodes;
        std::unique_ptr<engine::launcher::HostConnection> host; ///< null for remote clusters
    };
    ClusterPoller(Target target, std::function<void(ClusterReport)> publish);
    ~ClusterPoller();

    void setInterval(std::chrono::milliseconds interval);
    /// Whose replication effective ownership is about.
    void setKeyspace(std::string keyspace);
    void setNodes(std::vector<engine::admin::JolokiaAddress> nodes);
    void pollNow();

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace clusters
