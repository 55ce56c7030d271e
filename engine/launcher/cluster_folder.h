#pragma once

#include "engine/launcher/cluster_spec.h"

#include <string>
#include <vector>

namespace engine::launcher {

/// The folder of one bundled cluster, below the folder of clusters:
///
///     <clusters>/<name>/cluster.json   what the cluster is
///                       secret         shared by its nodes and clients, mode 0600
///                       host.lock      held by the host process
///                       host.sock      its control socket, mode 0600
///                       host.log
///                       n1/            conf/cassandra.yaml, data/, system.log, stderr.log
///
/// Blocking file calls; any thread, one writer (the host or a command while no host runs).
class ClusterFolder {
public:
    ClusterFolder(std::string clustersFolder, std::string name);

    /// $XDG_DATA_HOME/ringwright/clusters, or ~/.local/share/… .
    [[nodiscard]] static std::string clustersFolderDefault();
    /// Names of the clusters below a folder, sorted. A missing folder has none.
    [[nodiscard]] static std::vector<std::string> list(const std::string& clustersFolder);

    /// Makes the folder, assigns addresses (the lowest index whose ports are free and that no
    /// other cluster of the folder uses) and tokens, writes every node's configuration.
    /// AlreadyExists if there is one of that name. Nothing is left behind on a failure.
    [[nodiscard]] Result<ClusterSpec> create(const ClusterRequest& request) const;
    /// Adds a node to cluster.json and writes its configuration: it will join the running cluster
    /// when it is started (auto_bootstrap). Datacenter and rack empty: the first datacenter, and
    /// its rack with the fewest nodes. AddressInUse if its ports are taken.
    [[nodiscard]] Result<NodeSpec> addNode(std::string datacenter, std::string rack) const;
    /// Takes a node out of cluster.json and out of the others' seeds, and removes its folder with
    /// all its data. Requires that it has left the ring and that its process has ended.
    [[nodiscard]] Result<void> removeNode(const std::string& node) const;
    [[nodiscard]] Result<ClusterSpec> load() const;
    /// Removes the folder with all data. Requires that no host runs (checked: Refused).
    [[nodiscard]] Result<void> destroy() const;

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }
    [[nodiscard]] std::string path() const { return m_path; }
    [[nodiscard]] std::string lockPath() const { return m_path + "/host.lock"; }
    [[nodiscard]] std::string socketPath() const { return m_path + "/host.sock"; }
    [[nodiscard]] std::string secretPath() const { return m_path + "/secret"; }
    [[nodiscard]] std::string nodePath(const std::string& node) const
    {
        return m_path + "/" + node;
    }
    [[nodiscard]] std::string configPath(const std::string& node) const
    {
        return nodePath(node) + "/conf/cassandra.yaml";
    }
    [[nodiscard]] Result<std::string> secret() const;
    /// Whether a host process holds the lock now.
    [[nodiscard]] bool isHosted() const;

private:
    std::string m_name;
    std::string m_path;
    std::string m_clusters;
};

} // namespace engine::launcher
