#pragma once

#include "widgets/studio/cluster_source.h"
#include "widgets/studio/settings.h"

#include <QWidget>

class QVBoxLayout;

namespace theme {
class Theme;
}

namespace views {

class RecentRow;

/// Clusters and files, what was used last first; at the first start two sentences instead.
class RecentList : public QWidget {
    Q_OBJECT
public:
    /// `files` is Settings::recentFiles; both references outlive it.
    RecentList(const theme::Theme& theme, studio::ClusterCatalog& catalog,
               studio::Setting<QStringList>& files, QWidget* parent = nullptr);

signals:
    void fileRequested(const QString& path);

private:
    void rebuild();
    RecentRow* rowOf(const studio::ClusterEntry& entry);
    RecentRow* rowOf(const QString& path, const QDateTime& lastUsed);
    void remove(const studio::ClusterEntry& entry);

    const theme::Theme& m_theme;
    studio::ClusterCatalog& m_catalog;
    studio::Setting<QStringList>& m_files;
    QVBoxLayout* m_rows;
};

} // namespace views
