#pragma once

#include "widgets/studio/trace_reads.h"
#include "widgets/trace/trace_models.h"

namespace views {

/// What the nodes' storage did for one request: a line for each read of each node.
class TraceReadsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Node, Table, SSTables, RuledOut, Places, Chunks, Rows, Tombstones, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void set(std::vector<studio::TraceRead> reads, std::vector<TraceNode> nodes);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const studio::TraceRead& read, int column) const;

    std::vector<studio::TraceRead> m_reads;
    std::vector<TraceNode> m_nodes;
};

} // namespace views
