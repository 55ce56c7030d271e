#pragma once

#include <QWidget>

class QTreeView;

namespace studio {
class ClusterCatalog;
class Session;
} // namespace studio
namespace theme {
class Theme;
}

namespace views {

class ClusterTreeModel;

/// The Clusters dock: every known cluster by kind; the open one unfolds to its nodes.
class ClustersPanel : public QWidget {
    Q_OBJECT
public:
    ClustersPanel(const theme::Theme& theme, studio::ClusterCatalog& catalog,
                  studio::Session& session, QWidget* parent = nullptr);
    [[nodiscard]] QTreeView* tree() const { return m_tree; }

private:
    void attach();
    void reload();
    void showMenu(const QPoint& at);

    const theme::Theme& m_theme;
    studio::ClusterCatalog& m_catalog;
    studio::Session& m_session;
    ClusterTreeModel* m_model;
    QTreeView* m_tree;
};

} // namespace views
