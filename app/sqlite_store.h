#pragma once

#include "app/told_problem.h"
#include "engine/workspace/workspace.h"
#include "widgets/studio/workspace_store.h"

#include <functional>
#include <map>

namespace app {

/// The workspace file as the views' WorkspaceStore. Every write is in the file when it returns. A
/// failure (full disk) is told once by `problem`, and again only when it changes.
class SqliteStore final : public studio::WorkspaceStore {
public:
    /// `workspace` outlives the store.
    SqliteStore(engine::workspace::Workspace& workspace,
                std::function<void(const QString&)> problem);

    [[nodiscard]] QList<studio::SavedTab> tabs() override;
    qint64 saveTab(const studio::SavedTab& tab) override;
    void removeTab(qint64 id) override;
    void addHistory(const studio::HistoryEntry& entry) override;
    [[nodiscard]] QList<studio::HistoryEntry> searchHistory(const QString& words,
                                                            int limit) override;
    void clearHistory() override;

private:
    std::int64_t connectionOf(const QString& cluster, studio::ClusterKind kind);
    void readConnections();

    engine::workspace::Workspace& m_workspace;
    ToldProblem m_problem;
    std::map<QString, std::int64_t> m_connections;
    std::map<std::int64_t, QString> m_names;
    qint64 m_current = 0;
};

} // namespace app
