#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/launcher/cluster_folder.h"
#include "engine/workspace/workspace.h"
#endif
#include "widgets/clusters/live_source.h"
#include "widgets/studio/secret_store.h"

#include <QTimer>

#include <atomic>
#include <map>

namespace clusters {

/// The clusters' folder and the workspace's remote connections as one list; creates, starts,
/// opens and stops them. Blocking work runs on threads of its own. GUI thread.
class LiveCatalog final : public studio::ClusterCatalog {
    Q_OBJECT
public:
    struct Places {
        std::string clustersFolder;
        std::string clusterProgram; ///< path of ringwright-cluster
    };
    /// `workspace`, `secrets` and what `context` refers to outlive the catalog.
    LiveCatalog(LiveContext context, Places places, engine::workspace::Workspace& workspace,
                studio::SecretStore& secrets);
    ~LiveCatalog() override;

    [[nodiscard]] QList<studio::ClusterEntry> entries() const override { return m_entries; }
    [[nodiscard]] QString problemWith(const studio::ClusterRecipe& recipe) const override;
    QString create(const studio::ClusterRecipe& recipe) override;
    void open(const QString& id) override;
    QString connectTo(const studio::RemoteAddress& address) override;
    void stop(const QString& id) override;
    void remove(const QString& id) override;
    void cancelStart(const QString& id) override;

    [[nodiscard]] QStringList runningWithStudio() const override;
    void keepRunning(bool keep) override;

private:
    struct Start;

    [[nodiscard]] engine::launcher::ClusterFolder folderOf(const QString& id) const;
    void forget(const QString& id);
    void refresh();
    void publish(QList<studio::ClusterEntry> entries);
    void startBundled(const QString& name, std::optional<studio::ClusterRecipe> recipe);
    void onStarted(const std::shared_ptr<Start>& start);
    void onStartFailed(const std::shared_ptr<Start>& start, const QString& why);
    void openRemote(const QString& id, const engine::workspace::Connection& connection,
                    const QString& password);
    void openRemembered(const QString& id, const engine::workspace::Connection& connection);
    void onConnected(const QString& id);
    void onRefused(const QString& id, const engine::Error& error);
    void waitUntilConnected(const std::shared_ptr<LiveSource>& source, const QString& id);
    void loadSample(const std::shared_ptr<LiveSource>& source, const studio::ClusterRecipe& recipe);

    LiveContext m_context;
    Places m_places;
    engine::workspace::Workspace& m_workspace;
    studio::SecretStore& m_secrets;
    std::map<QString, QString> m_passwords; ///< by id, of connections of this run
    QList<studio::ClusterEntry> m_entries;
    std::map<QString, std::weak_ptr<LiveSource>> m_open;
    /// Bundled ones run until they are stopped or the studio ends, whether a window shows them or
    /// not.
    std::map<QString, std::shared_ptr<LiveSource>> m_running;
    std::map<QString, std::shared_ptr<Start>> m_starting;
    QTimer m_refresh;
    bool m_refreshing = false;
};

} // namespace clusters
