#pragma once

#include "widgets/studio/cluster_source.h"

#include <QObject>

namespace studio {

/// What one window works on: the cluster its selector shows, and the selection that several
/// views share. Views talk to each other only through it. GUI thread.
class Session : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// nullptr: none.
    [[nodiscard]] ClusterSource* source() const noexcept { return m_source.get(); }
    [[nodiscard]] const ClusterSourcePtr& sourcePtr() const noexcept { return m_source; }
    void setSource(ClusterSourcePtr source);

    /// Index into the topology, or -1.
    [[nodiscard]] int selectedNode() const noexcept { return m_node; }
    void selectNode(int index);

    struct TableRef {
        QString keyspace;
        QString table;
        friend bool operator==(const TableRef&, const TableRef&) = default;
    };
    [[nodiscard]] const TableRef& selectedTable() const noexcept { return m_table; }
    void selectTable(const TableRef& table);

signals:
    void sourceChanged();
    void nodeSelected(int index);
    void tableSelected(const studio::Session::TableRef& table);
    // Requests of one view that another fulfils; app connects them.
    void openTableRequested(const studio::Session::TableRef& table);
    void insertTextRequested(const QString& text);
    void showKeyOnRingRequested(const studio::PlacementQuery& query);
    void showTraceRequested(const QString& traceId);
    // Of a view that has no cluster to show.
    void startClusterRequested();
    void connectRequested();

private:
    ClusterSourcePtr m_source;
    int m_node = -1;
    TableRef m_table;
};

} // namespace studio
