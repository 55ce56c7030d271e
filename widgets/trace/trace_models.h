#pragma once

#include "widgets/studio/cluster_types.h"
#include "widgets/studio/trace.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

namespace theme {
class Theme;
}

namespace views {

/// A node of a trace as people know it.
struct TraceNode {
    QString address;
    QString name;   ///< "n2", or the address
    int number = 0; ///< chooses its colour
};
/// In the order of Trace::nodes(). Addresses that the topology does not know get numbers after it.
[[nodiscard]] std::vector<TraceNode> traceNodes(const studio::Trace& trace,
                                                const studio::ClusterTopology& topology);

/// The sessions of system_traces, newest first.
class TraceSessionsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Statement, Took, Started, ColumnCount };
    enum Role { IdRole = Qt::UserRole };
    using QAbstractTableModel::QAbstractTableModel;

    void set(std::vector<studio::TraceSession> sessions);
    [[nodiscard]] int rowOf(const QString& id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<studio::TraceSession> m_sessions;
};

/// The events of one trace in order of time.
class TraceEventsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { At, Node, Activity, Step, Thread, ColumnCount };
    enum Role {
        NumberRole = Qt::UserRole, ///< the node's
        FromRole,                  ///< where the bar begins, 0 … 1 of the trace
        ShareRole,                 ///< how long it is
        SlowestRole,               ///< bool: the longest step of all
    };
    using QAbstractTableModel::QAbstractTableModel;

    void set(const studio::Trace& trace, std::vector<TraceNode> nodes);
    /// Index of the event with the longest step; -1 without events.
    [[nodiscard]] int slowest() const noexcept { return m_slowest; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const TraceNode* nodeOf(const QString& address) const;

    studio::Trace m_trace;
    std::vector<TraceNode> m_nodes;
    int m_slowest = -1;
};

/// Paints the node's dot, and the step as a bar on the trace's time with its figure.
class TraceDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    TraceDelegate(const theme::Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const theme::Theme& m_theme;
};

} // namespace views
