#pragma once

#include "widgets/studio/cluster_types.h"
#include "widgets/studio/statement_run.h"

#include <QDateTime>
#include <QList>
#include <QString>

namespace studio {

/// One editor tab as it is kept. The text is what was typed, saved to a file or not.
struct SavedTab {
    qint64 id = 0; ///< 0: not stored yet
    int position = 0;
    QString title;
    QString filePath; ///< empty: never saved to a file
    QString text;
    int cursor = 0;
    bool modified = false; ///< the text differs from the file
    bool current = false;
    StatementOptions options;
};

struct HistoryEntry {
    qint64 id = 0;
    QDateTime at;
    QString cluster;
    ClusterKind clusterKind = ClusterKind::Bundled;
    QString keyspace;
    QString statement;
    QString outcome; ///< "15 rows", or the error
    bool failed = false;
    qint64 elapsedUs = 0;
    qint64 rows = -1; ///< -1: it gave none
    QString node;     ///< the coordinator
};

/// What the studio keeps between runs. GUI thread; implementations write at once or on a thread
/// of their own, and lose at most what came in the last second.
class WorkspaceStore {
public:
    virtual ~WorkspaceStore() = default;

    [[nodiscard]] virtual QList<SavedTab> tabs() = 0;
    /// Inserts (id 0) or replaces; returns the id.
    virtual qint64 saveTab(const SavedTab& tab) = 0;
    virtual void removeTab(qint64 id) = 0;

    virtual void addHistory(const HistoryEntry& entry) = 0;
    /// Newest first; entries whose statement, cluster or outcome contains every word of `words`.
    [[nodiscard]] virtual QList<HistoryEntry> searchHistory(const QString& words, int limit) = 0;
    virtual void clearHistory() = 0;
};

} // namespace studio
