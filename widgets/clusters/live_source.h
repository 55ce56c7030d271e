#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/workload/cluster_reach.h"
#include "widgets/clusters/cluster_poller.h"
#endif
#include "widgets/studio/cluster_source.h"
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/task_list.h"

#include <QElapsedTimer>

#include <memory>

namespace clusters {

/// What all live sources of a program share; outlives them.
struct LiveContext {
    engine::client::ClientThread& clientThread;
    engine::Clock& clock;
    studio::EngineBridge& bridge;
    studio::TaskList& tasks;
};

/// An open cluster of processes that exist: bundled, or somebody's Apache Cassandra. CQL through
/// the driver, the rest through admin endpoints and, for bundled ones, the host process.
class LiveSource final : public studio::ClusterSource {
    Q_OBJECT
public:
    struct Setup {
        studio::ClusterEntry entry;
        engine::client::SessionOptions session;
        ClusterPoller::Target target;
        /// For bundled clusters: where the host is reached for actions on processes.
        std::optional<engine::launcher::ClusterFolder> folder;
    };
    LiveSource(LiveContext context, Setup setup);
    ~LiveSource() override;

    [[nodiscard]] const studio::ClusterEntry& entry() const override { return m_entry; }
    [[nodiscard]] const studio::ClusterTopology& topology() const override { return m_topology; }
    [[nodiscard]] const studio::GossipState& gossip() const override { return m_gossip; }
    [[nodiscard]] studio::SchemaPtr schema() const override { return m_schema; }
    [[nodiscard]] QString protocolText() const override { return m_protocolText; }
    [[nodiscard]] studio::Placement place(const studio::PlacementQuery& query) const override;
    [[nodiscard]] studio::Ability ability(studio::NodeAction action, int node) const override;
    void perform(const studio::NodeActionRequest& request) override;
    [[nodiscard]] std::unique_ptr<studio::StatementRun>
    run(const QString& statement, const studio::StatementOptions& options) override;
    [[nodiscard]] std::unique_ptr<studio::MigrationRun>
    migrate(studio::MigrationRequest request) override;
    void refreshSchema() override;
    void watchGossip(bool watched) override;

    /// Of the last attempt to connect; nothing while connected.
    [[nodiscard]] const std::optional<engine::Error>& connectError() const noexcept
    {
        return m_connectError;
    }
    /// For loading and measuring.
    [[nodiscard]] engine::client::Session& session() noexcept { return *m_session; }

    /// Admin endpoints and, of a bundled cluster, files.
    [[nodiscard]] engine::workload::ClusterReach reach() const;

private:
    struct Listener;

    void onReport(const ClusterReport& report);
    void onState(const engine::client::SessionState& state);
    void onTopology();
    void readRoles();
    void onRoles(std::vector<studio::RoleInfo> roles, const QString& problem);
    void announceConnection(studio::ClusterPhase phase);
    void announceSchema(const studio::SchemaSnapshot& before);
    void onSchema(const engine::client::SchemaInfoPtr& schema);
    void rebuild();
    void announceChanges(const studio::ClusterTopology& before);
    [[nodiscard]] studio::Placement failedPlacement(const QString& why) const;

    LiveContext m_context;
    studio::ClusterEntry m_entry;
    std::optional<engine::launcher::ClusterFolder> m_folder;
    std::vector<engine::admin::JolokiaAddress> m_adminAddresses;
    engine::admin::JolokiaAddress m_adminTemplate; ///< credentials for nodes found later
    std::unique_ptr<Listener> m_listener;
    std::unique_ptr<engine::client::Session> m_session;
    std::unique_ptr<ClusterPoller> m_poller;
    ClusterReport m_report;
    studio::ClusterTopology m_topology;
    studio::GossipState m_gossip;
    studio::SchemaPtr m_schema;
    engine::client::SchemaInfoPtr m_engineSchema;
    QString m_protocolText;
    QString m_connectionProblem;
    std::optional<engine::Error> m_connectError;
    std::vector<studio::RoleInfo> m_roles;
    QString m_rolesProblem;
    quint64 m_revision = 0;
    int m_watchers = 0; ///< of gossip
    int m_roundsWithoutRing = 0;
    QElapsedTimer m_watching;
};

} // namespace clusters
