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
