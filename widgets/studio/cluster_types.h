#pragma once

#include <QDateTime>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

/// Plain values that the views show. Immutable once published; copied between threads freely.
namespace studio {

enum class ClusterKind { Bundled, Simulated, Remote };
enum class ClusterPhase { Stopped, Starting, Running, Stopping, Unreachable };
/// What the cluster's gossip says of a node, as `nodetool status`' first letter.
enum class Liveness { Unknown, Up, Down };
/// Its second letter.
enum class NodeMode { Normal, Joining, Leaving, Moving };
/// What the operating system says of a bundled node's process; Unknown for remote nodes.
enum class ProcessState { Unknown, Running, Paused, Stopped };

/// One node as the nodes table, the ring and the gossip view show it.
struct NodeRow {
    int number = 0; ///< from 1; chooses the node's colour and stands in its dot
    QString name;   ///< "n1"; a remote node has its address
    QString hostId;
    QString address;
    quint16 cqlPort = 0;
    quint16 adminPort = 0;
    QString datacenter;
    QString rack;
    Liveness liveness = Liveness::Unknown;
    NodeMode mode = NodeMode::Normal;
    ProcessState process = ProcessState::Unknown;
    qint64 pid = 0;
    bool socketClosed = false; ///< peers lost their connection but have not convicted it yet
    std::optional<double> phi; ///< the highest that a live peer computes for it
    double phiThreshold = 8;
    std::optional<qint64> loadBytes;
    std::optional<qint64> memoryBytes;
    std::optional<double> owns; ///< effective ownership, 0 … 1
    int tokenCount = 0;
    std::optional<std::chrono::seconds> uptime;
    qint64 generation = 0;
    QString schemaVersion;
    QString releaseVersion;

    /// "UN", "DN", "UJ", … as nodetool prints; "?N" while unknown.
    [[nodiscard]] QString stateCode() const;
    [[nodiscard]] bool isUp() const noexcept { return liveness == Liveness::Up; }

    friend bool operator==(const NodeRow&, const NodeRow&) = default;
};

/// One token and the node that owns the range which ends at it.
struct VnodeOwner {
    qint64 token = 0;
    int node = 0; ///< index into ClusterTopology::nodes

    friend bool operator==(const VnodeOwner&, const VnodeOwner&) = default;
};

/// Nodes and the token ring at one moment.
struct ClusterTopology {
    quint64 revision = 0; ///< grows with each change; views drop what is older
    QString clusterName;
    QString partitioner;
    std::vector<NodeRow> nodes;
    std::vector<VnodeOwner> ring; ///< ascending by token

    [[nodiscard]] int upCount() const noexcept;
    /// The index of the node with this number, or -1.
    [[nodiscard]] int indexOfNumber(int number) const noexcept;
    /// Data centres in order of first appearance.
    [[nodiscard]] QStringList datacenters() const;
    /// The index into `ring` of the range that holds `token`; -1 for an empty ring.
    [[nodiscard]] int rangeOf(qint64 token) const noexcept;
};

/// One application state of an endpoint, as gossipinfo prints it.
struct ApplicationState {
    QString name;
    QString value;
    int version = 0;

    friend bool operator==(const ApplicationState&, const ApplicationState&) = default;
};

/// What one node knows of another (or of itself).
struct EndpointView {
    int observer = 0; ///< index into ClusterTopology::nodes
    int subject = 0;
    bool alive = false;
    std::optional<double> phi; ///< none for itself, or before the second heartbeat
    qint64 generation = 0;
    int version = 0; ///< heartbeat version
    std::vector<ApplicationState> states;
    std::vector<float> intervalsMs; ///< the latest heartbeat intervals, oldest first

    [[nodiscard]] bool isSelf() const noexcept { return observer == subject; }
};

/// Everything that the observers we can reach know.
struct GossipState {
    quint64 revision = 0;
    double phiThreshold = 8;
    std::chrono::milliseconds elapsed{0}; ///< since the source began to watch
    std::vector<EndpointView> views;

    [[nodiscard]] const EndpointView* find(int observer, int subject) const noexcept;
};

/// One line for the events list; from a node's event stream or the studio itself.
struct ClusterEvent {
    QDateTime at;
    QString node;
    QString kind;
    QString text;
};

/// A cluster as the explorer and the start page list it.
struct ClusterEntry {
    QString id; ///< stable across sessions: "bundled:workshop", "remote:10.0.0.1:9042"
    ClusterKind kind = ClusterKind::Bundled;
    QString name;
    ClusterPhase phase = ClusterPhase::Stopped;
    bool production = false;
    int nodeCount = 0;
    int upCount = 0;
    QString detail; ///< one line: "3 nodes, 31 MB on disk"
    QDateTime lastUsed;

    friend bool operator==(const ClusterEntry&, const ClusterEntry&) = default;
};

/// What to create when somebody starts a new bundled cluster.
struct ClusterRecipe {
    QString name = QStringLiteral("workshop");
    int datacenters = 1;
    int racksPerDatacenter = 3;
    int nodesPerDatacenter = 3;
    int vnodes = 16;
    int replication = 3; ///< of the sample's keyspaces, in each data centre
    enum class Sample { None, Small, Full } sample = Sample::Small;

    [[nodiscard]] int nodeCount() const noexcept { return datacenters * nodesPerDatacenter; }
};

/// Where a cluster that we did not start listens.
struct RemoteAddress {
    QStringList contactPoints; ///< host or host:port
    QString user;
    QString password; ///< goes to the keychain once it was right, never to the workspace
    QString localDatacenter;
};

/// What the nodes view can ask of one node.
enum class NodeAction { Start, Stop, Kill, Pause, Resume, Flush, Compact, Snapshot, Repair };

struct NodeActionRequest {
    NodeAction action = NodeAction::Flush;
    int node = 0;            ///< index into ClusterTopology::nodes
    QString keyspace;        ///< empty: all
    QString name;            ///< the snapshot's
    bool fullRepair = false; ///< else an incremental one
};

/// Whether something can be done now; if not, why, as the control's tool tip.
struct Ability {
    bool possible = true;
    QString reason;

    explicit operator bool() const noexcept { return possible; }
};

} // namespace studio

Q_DECLARE_METATYPE(studio::ClusterEvent)
