#pragma once

#include "engine/admin/jolokia_client.h"
#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace engine::launcher {
class ClusterFolder;
}

namespace engine::workload {

/// How the nodes of a cluster are reached beside CQL, for flushing and measuring.
struct ClusterReach {
    struct Node {
        std::string name;            ///< "n1", or its address
        admin::JolokiaAddress admin; ///< without a port: not reachable
        std::string dataFolder;      ///< "…/n1/data"; empty: not on this machine
    };
    std::vector<Node> nodes; ///< empty: by CQL alone

    [[nodiscard]] bool hasAdmin() const noexcept;
    [[nodiscard]] bool hasFolders() const noexcept;
};

/// That of a bundled cluster.
[[nodiscard]] Result<ClusterReach> reachOfFolder(const launcher::ClusterFolder& folder);

/// The bundled cluster below `clustersFolder` one of whose nodes has the address `host`; NotFound
/// if none has, with the sentence what that means. Reads the cluster's secret.
[[nodiscard]] Result<ClusterReach> bundledReach(const std::string& clustersFolder,
                                                const std::string& host);

/// Puts what the nodes hold of the model's tables into one SSTable a table, so that every
/// partition lies in one: flushes, and if `compact`, compacts. `progress` gets the step ("flushing
/// hotel on n2"); Cancelled soon after `cancelled` became true. Blocks.
[[nodiscard]] Result<void> settleTables(const ClusterReach& reach, const modeling::Model& model,
                                        bool compact,
                                        const std::function<void(const std::string&)>& progress,
                                        const std::atomic<bool>& cancelled);

} // namespace engine::workload
