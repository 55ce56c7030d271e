#pragma once

#include "widgets/studio/cluster_types.h"

#include <QAbstractTableModel>

namespace views {

/// Row observes column: phi, generation and version, and whether the observer holds it alive.
class GossipMatrixModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        PhiRole = Qt::UserRole, ///< double; invalid: none
        HeatRole,               ///< phi of threshold, 0 … 1
        VersionRole,            ///< "803:344", the generation's last three digits and the version
        VerdictRole,            ///< "DOWN", "suspect", "self", "", "unknown"
        NumberRole,             ///< of the header's node
    };
    explicit GossipMatrixModel(QObject* parent = nullptr);

    void set(const std::vector<studio::NodeRow>& nodes, const studio::GossipState& gossip);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const studio::EndpointView* view(const QModelIndex& index) const;
    QString verdict(const QModelIndex& index) const;

    std::vector<studio::NodeRow> m_nodes;
    double m_threshold = 8;
    std::vector<studio::EndpointView> m_views;
    std::vector<int> m_at; ///< observer × subject → index into m_views, or -1
};

} // namespace views
