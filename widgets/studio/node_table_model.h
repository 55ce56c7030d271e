#pragma once

#include "widgets/studio/cluster_types.h"

#include <QAbstractTableModel>

namespace studio {

/// The nodes as a table, like `nodetool status` with memory and uptime. A row keeps its place
/// while its figures change, so selections stay. Used by the nodes view and as the ring's table.
class NodeTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Node,
        State,
        Address,
        Datacenter,
        Rack,
        Load,
        Owns,
        Tokens,
        Memory,
        Uptime,
        Process,
        HostId,
        ColumnCount,
    };
    enum Role {
        NumberRole = Qt::UserRole, ///< for the dot
        StateCodeRole,
        RemarkRole, ///< "socket closed, phi 3.1 of 8", or empty
        SortRole,
    };
    explicit NodeTableModel(QObject* parent = nullptr);

    void setNodes(const std::vector<NodeRow>& nodes);
    [[nodiscard]] const NodeRow& node(int row) const
    {
        return m_nodes.at(static_cast<std::size_t>(row));
    }
    /// dataChanged() signals so far; tests assert that quiet rows are left alone.
    [[nodiscard]] int rowsChanged() const noexcept { return m_rowsChanged; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const NodeRow& node, int column) const;

    std::vector<NodeRow> m_nodes;
    int m_rowsChanged = 0;
};

/// What peers suspect of a node that is not convicted: "socket closed, phi 3.1 of 8"; or what its
/// process does ("paused"); empty if all is well.
[[nodiscard]] QString nodeRemark(const NodeRow& node);
/// "up, normal", "down", …: the state code in words.
[[nodiscard]] QString stateWords(const NodeRow& node);

} // namespace studio
