#pragma once

#include "engine/base/callback.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/cluster_spec.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::launcher {

/// What the host knows of a node's process. `Ready`: its native transport accepts connections.
enum class ProcessState : std::uint8_t { Stopped, Starting, Ready, Paused, Stopping, Failed };

/// "stopped", "starting", "ready", …
[[nodiscard]] const char* processStateName(ProcessState state) noexcept;

struct NodeStatus {
    NodeSpec spec;
    ProcessState state = ProcessState::Stopped;
    int pid = 0;                   ///< 0: no process
    std::uint64_t memoryBytes = 0; ///< proportional set size
    std::chrono::seconds uptime{0};
    std::string error; ///< one sentence, if the process failed
};

struct ClusterStatus {
    std::string name;
    /// "stopped" (no host), "starting", "ready" (all nodes), "partial"
    std::string state;
    std::vector<NodeStatus> nodes;
};

/// What to do to one node: ends cleanly, SIGKILL, SIGSTOP, SIGCONT.
enum class NodeAction : std::uint8_t { Start, Stop, Kill, Pause, Resume };

/// A connection to the host process of one cluster.
///
/// Blocking calls with a deadline; one thread at a time. While an owning connection is open the
/// cluster lives: when the last owner goes, even by SIGKILL, the host ends the nodes, unless it
/// was asked to keep running.
class HostConnection {
public:
    /// Connects to the host, starting it if none runs. `owner`: the cluster's life is tied to
    /// this connection. `program` is the path of ringwright-cluster.
    /// Errors: NotFound (no such cluster), AddressInUse (who has the port), Io.
    [[nodiscard]] static Result<std::unique_ptr<HostConnection>>
    open(const ClusterFolder& folder, const std::string& program, bool owner);
    /// Connects to a host that runs; NotFound if none does.
    [[nodiscard]] static Result<std::unique_ptr<HostConnection>> attach(const ClusterFolder& folder,
                                                                        bool owner);
    ~HostConnection();

    [[nodiscard]] Result<ClusterStatus> status();
    /// Starts every node that has no process, and returns when all are Ready or one has failed
    /// (its sentence). `progress` gets the status after each change.
    [[nodiscard]] Result<ClusterStatus>
    startAll(const std::function<void(const ClusterStatus&)>& progress,
             std::chrono::milliseconds timeout);
    [[nodiscard]] Result<void> act(const std::string& node, NodeAction action);
    /// After nodes were added to the cluster's folder or removed from it.
    [[nodiscard]] Result<void> reload();
    /// Waits until a node's process is in a state, up to `timeout`; its own sentence if it fails.
    [[nodiscard]] Result<void> waitFor(const std::string& node, ProcessState state,
                                       std::chrono::milliseconds timeout);
    /// Stops all nodes and ends the host; returns when it is gone.
    [[nodiscard]] Result<void> stopAll();
    /// Whether the cluster goes on when the last owner goes.
    [[nodiscard]] Result<void> keepRunning(bool keep);

private:
    explicit HostConnection(int fd);
    struct State;
    std::unique_ptr<State> m_state;
};

/// The program file of ringwright-cluster beside the running program.
[[nodiscard]] std::string programBeside(const std::string& name);

/// The status of a cluster whether or not a host runs.
[[nodiscard]] Result<ClusterStatus> statusOf(const ClusterFolder& folder);

} // namespace engine::launcher
