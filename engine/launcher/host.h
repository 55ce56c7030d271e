#pragma once

#include "engine/launcher/cluster_folder.h"

#include <string>

namespace engine::launcher {

struct HostOptions {
    ClusterFolder folder;
    std::string nodeProgram; ///< path of ringwright-node
    int readyFd = -1;        ///< gets "ready\n", or "error: …\n" when the host cannot start
};

/// Runs `ringwright-cluster host`: the parent of a cluster's nodes.
///
/// Holds the lock on the cluster's folder and the control socket; starts, signals and reaps the
/// nodes; ends when told to, on SIGTERM, or when the last owner has gone and nobody asked to keep
/// running. Nodes end with it. Returns the process's exit code.
[[nodiscard]] int runHost(const HostOptions& options);

} // namespace engine::launcher
