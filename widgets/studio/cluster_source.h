#pragma once

#include "widgets/studio/cluster_types.h"
#include "widgets/studio/schema_snapshot.h"

#include <QObject>

#include <memory>

namespace studio {

class MigrationRun;
class StatementRun;
struct MigrationRequest;
struct StatementOptions;

/// Where a partition key lives.
struct Placement {
    qint64 token = 0;
    std::vector<int> replicas; ///< indexes into ClusterTopology::nodes, preferred first
    QString problem;           ///< why there is no answer, else empty
};

struct PlacementQuery {
    QString keyspace;
    QString table;
    QStringList keyValues; ///< one text a partition-key column, without quotes
};

/// One open cluster, as every view sees it, whatever its kind.
///
/// GUI thread only. Values returned by reference stay as they are until the matching signal has
/// been emitted. What this cluster cannot do is said by ability(), never faked. Owned by the
/// Session through shared_ptr; implementations do their work elsewhere and never block.
class ClusterSource : public QObject, public std::enable_shared_from_this<ClusterSource> {
    Q_OBJECT
public:
    using QObject::QObject;
    ~ClusterSource() override;

    [[nodiscard]] virtual const ClusterEntry& entry() const = 0;
    [[nodiscard]] virtual const ClusterTopology& topology() const = 0;
    [[nodiscard]] virtual const GossipState& gossip() const = 0;
    /// Never null; empty until the first answer.
    [[nodiscard]] virtual SchemaPtr schema() const = 0;
    /// "CQL v5 · engine 5.0-compatible"; empty until connected.
    [[nodiscard]] virtual QString protocolText() const = 0;

    /// Token and replicas of a key from the topology and schema at hand; no request is made.
    [[nodiscard]] virtual Placement place(const PlacementQuery& query) const = 0;

    [[nodiscard]] virtual Ability ability(NodeAction action, int node) const = 0;
    /// Begins the action as a task of the task list. What comes of it arrives there and as
    /// topologyChanged(). Requires ability().
    virtual void perform(const NodeActionRequest& request) = 0;

    /// Starts one statement; nothing has been emitted yet when it returns. Never null.
    [[nodiscard]] virtual std::unique_ptr<StatementRun> run(const QString& statement,
                                                            const StatementOptions& options) = 0;
    /// Begins a migration as a task of the task list; nothing has been emitted yet when it
    /// returns. nullptr: this cluster cannot be migrated.
    [[nodiscard]] virtual std::unique_ptr<MigrationRun> migrate(MigrationRequest request);
    /// Reads the schema again; schemaChanged() follows.
    virtual void refreshSchema() = 0;
    /// While somebody watches, gossip() is kept current. Each `true` is taken back by a `false`.
    virtual void watchGossip(bool watched) = 0;

signals:
    void entryChanged();
    void topologyChanged();
    void gossipChanged();
    void schemaChanged();
    void eventArrived(const studio::ClusterEvent& event);
};
using ClusterSourcePtr = std::shared_ptr<ClusterSource>;

/// The clusters that the studio knows: bundled ones in the clusters' folder, remote ones from
/// the workspace. GUI thread only; long work becomes tasks.
class ClusterCatalog : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] virtual QList<ClusterEntry> entries() const = 0;
    /// Empty if the recipe can be created; else one sentence with the way out.
    [[nodiscard]] virtual QString problemWith(const ClusterRecipe& recipe) const = 0;
    /// Creates, starts, fills and opens; progress by startProgress(). Returns its id before any
    /// signal of it comes.
    virtual QString create(const ClusterRecipe& recipe) = 0;
    /// Starts a stopped cluster if needed, connects, then emits opened().
    virtual void open(const QString& id) = 0;
    /// As open(), for an address. Returns its id before any signal of it comes.
    virtual QString connectTo(const RemoteAddress& address) = 0;
    virtual void stop(const QString& id) = 0;
    /// Deletes a bundled cluster's folder, or forgets a remote one. Requires it to be stopped.
    virtual void remove(const QString& id) = 0;
    virtual void cancelStart(const QString& id) = 0;
    /// Names of the bundled clusters that run and end with the studio unless keepRunning().
    [[nodiscard]] virtual QStringList runningWithStudio() const { return {}; }
    /// Whether those go on when the studio ends. Blocks for milliseconds: asked when it quits.
    virtual void keepRunning(bool keep) { Q_UNUSED(keep); }

    struct StartProgress {
        QString id;
        QString name;
        QString text; ///< "n3 joins the ring: 2 of 3 nodes accept CQL on port 9042"
        int nodeCount = 0;
        int readyCount = 0;
        int percent = 0;
        qint64 elapsedMs = 0;
        bool finished = false;
        QString problem; ///< why it failed, else empty
    };

signals:
    void entriesChanged();
    void startProgress(const studio::ClusterCatalog::StartProgress& progress);
    void opened(const studio::ClusterSourcePtr& source);
    /// It was stopped; who works on it lets go.
    void closed(const QString& id);
    /// The sample is in cluster `id`, which create() made; `queries` is a CQL script of what can be
    /// asked of it, with keys of rows that are there.
    void sampleLoaded(const QString& id, const QString& queries);
    /// A connection could not be made; `text` is one sentence with the way out.
    void openFailed(const QString& id, const QString& text);
    /// The cluster wants a user and password, or other ones; connectTo() with them tries again.
    void credentialsWanted(const QString& id, const studio::RemoteAddress& address,
                           const QString& text);
};

} // namespace studio
