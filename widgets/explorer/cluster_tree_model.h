#pragma once

#include "widgets/studio/cluster_types.h"

#include <QAbstractItemModel>
#include <QList>

namespace views {

/// Three levels: kinds (those that have clusters), clusters, and the nodes of the open one.
class ClusterTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        LevelRole = Qt::UserRole, ///< 0 kind, 1 cluster, 2 node
        ClusterIdRole,
        EntryRole, ///< row in the entries given, or -1
        NodeRole,  ///< index of the node, or -1
        DetailRole,
    };
    explicit ClusterTreeModel(QObject* parent = nullptr);

    /// `openId` names the open cluster, whose nodes these are.
    void set(const QList<studio::ClusterEntry>& entries, const QString& openId,
             const std::vector<studio::NodeRow>& nodes);
    [[nodiscard]] const studio::ClusterEntry* entry(const QModelIndex& index) const;
    [[nodiscard]] const studio::NodeRow* node(const QModelIndex& index) const;
    [[nodiscard]] studio::ClusterKind kind(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOfCluster(const QString& id) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Group {
        studio::ClusterKind kind;
        QList<studio::ClusterEntry> entries;
    };
    // Internal id: 0 for a kind; group + 1 for a cluster; (group, cluster) packed for a node.
    static constexpr quintptr kNodeBit = 1u << 30;

    QList<Group> m_groups;
    QString m_openId;
    std::vector<studio::NodeRow> m_nodes;
};

} // namespace views
