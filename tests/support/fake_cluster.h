#pragma once

#include "widgets/studio/cluster_source.h"
#include "widgets/studio/statement_run.h"
#include "widgets/studio/workspace_store.h"

#include <map>

/// A cluster for tests of views: says what the test told it and records what it was asked.
namespace tests {

/// A page from cells that the test serialized itself; nullopt is null.
class FakePage final : public studio::ResultPage {
public:
    using Row = std::vector<std::optional<engine::Bytes>>;
    FakePage(studio::ResultColumns columns, std::vector<Row> rows);
    const studio::ResultColumns& columns() const override { return m_columns; }
    int rowCount() const override { return static_cast<int>(m_rows.size()); }
    bool cell(int row, int column, engine::ByteView& value) const override;
    qint64 byteSize() const override;

private:
    studio::ResultColumns m_columns;
    std::vector<Row> m_rows;
};

/// Answers when the test says so.
class FakeRun final : public studio::StatementRun {
    Q_OBJECT
public:
    void fetchNext() override { ++fetches; }
    void cancel() override;
    void answer(const std::vector<studio::ResultPagePtr>& pages,
                const studio::StatementOutcome& outcome);
    int fetches = 0;
};

class FakeSource final : public studio::ClusterSource {
    Q_OBJECT
public:
    /// `nodeCount` nodes in `datacenters` data centres with `vnodes` tokens each, all up, and the
    /// hotel sample's schema.
    FakeSource(int nodeCount, int vnodes, int datacenters = 1);

    const studio::ClusterEntry& entry() const override { return m_entry; }
    const studio::ClusterTopology& topology() const override { return m_topology; }
    const studio::GossipState& gossip() const override { return m_gossip; }
    studio::SchemaPtr schema() const override { return m_schema; }
    QString protocolText() const override
    {
        return QStringLiteral("CQL v5 · engine 5.0-compatible");
    }
    studio::Placement place(const studio::PlacementQuery& query) const override;
    studio::Ability ability(studio::NodeAction action, int node) const override;
    void perform(const studio::NodeActionRequest& request) override { performed.append(request); }
    std::unique_ptr<studio::StatementRun> run(const QString& statement,
                                              const studio::StatementOptions& options) override;
    void refreshSchema() override { ++schemaReads; }
    void watchGossip(bool watched) override { gossipWatchers += watched ? 1 : -1; }

    /// Changes a node and tells.
    void setNode(int index, const studio::NodeRow& row);
    void setLiveness(int index, studio::Liveness liveness);
    /// Every observer sees `subject` with this phi.
    void setPhi(int subject, double phi);
    void setSchema(studio::SchemaPtr schema);

    QList<studio::NodeActionRequest> performed;
    QStringList statements;
    FakeRun* lastRun = nullptr;
    mutable int placed = 0;
    int schemaReads = 0;
    int gossipWatchers = 0;
    /// Called for each statement, if set: tests that want answers at once.
    std::function<void(FakeRun*, const QString&)> onRun;

private:
    studio::ClusterEntry m_entry;
    studio::ClusterTopology m_topology;
    studio::GossipState m_gossip;
    studio::SchemaPtr m_schema;
};

class FakeCatalog final : public studio::ClusterCatalog {
    Q_OBJECT
public:
    QList<studio::ClusterEntry> entries() const override { return list; }
    QString problemWith(const studio::ClusterRecipe& recipe) const override;
    QString create(const studio::ClusterRecipe& recipe) override;
    void open(const QString& id) override { openedIds.append(id); }
    QString connectTo(const studio::RemoteAddress& address) override;
    void stop(const QString& id) override { stopped.append(id); }
    void remove(const QString& id) override { removed.append(id); }
    void cancelStart(const QString& id) override { cancelled.append(id); }
    QStringList runningWithStudio() const override { return running; }
    void keepRunning(bool keep) override { kept.append(keep); }

    QList<studio::ClusterEntry> list;
    QList<studio::ClusterRecipe> created;
    QStringList openedIds, stopped, removed, cancelled, running;
    QList<bool> kept;
    QList<studio::RemoteAddress> connected;
};

class FakeStore final : public studio::WorkspaceStore {
public:
    QList<studio::SavedTab> tabs() override { return saved.values(); }
    qint64 saveTab(const studio::SavedTab& tab) override;
    void removeTab(qint64 id) override { saved.remove(id); }
    void addHistory(const studio::HistoryEntry& entry) override { history.prepend(entry); }
    QList<studio::HistoryEntry> searchHistory(const QString& words, int limit) override;
    void clearHistory() override { history.clear(); }

    QMap<qint64, studio::SavedTab> saved;
    QList<studio::HistoryEntry> history;
    int writes = 0;
};

/// The hotel sample's schema.
[[nodiscard]] studio::SchemaPtr hotelSchema();
/// Rows of available_rooms_by_hotel_date, with a null and an empty among them.
[[nodiscard]] studio::ResultPagePtr roomsPage(int rows, int first = 0);
/// A row with a map, a list, a set and a user type.
[[nodiscard]] studio::ResultPagePtr guestsPage();

} // namespace tests
