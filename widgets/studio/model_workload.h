#pragma once

#include "widgets/studio/cluster_source.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/model.h"
#include "engine/workload/measured_table.h"
#endif

#include <memory>
#include <vector>

namespace studio {

/// What shall be done with a model on a cluster.
struct ModelWork {
    engine::modeling::ModelPtr model;
    bool load = true;       ///< else what is there is measured
    quint64 rows = 100'000; ///< of all tables together, about
    quint64 seed = 20240611;
};

/// What came of it.
struct MeasuredModel {
    engine::modeling::ModelPtr model; ///< as it was then; ids are its own
    QString cluster;
    bool generated = false; ///< the rows were made for this: their number says nothing
    std::vector<engine::workload::MeasuredTable> tables;
};
using MeasuredModelPtr = std::shared_ptr<const MeasuredModel>;

/// Loads generated data into clusters and measures them. GUI thread; the work is done elsewhere
/// and shown as a task.
class ModelWorkload : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Why it cannot be done on this cluster, one sentence; empty if it can.
    [[nodiscard]] virtual QString problemWith(const ClusterSource& source, bool load) const = 0;
    /// Requires that there is no problem. measured() follows unless it fails or is cancelled.
    virtual void start(const ClusterSourcePtr& source, const ModelWork& work) = 0;

signals:
    void measured(const studio::MeasuredModelPtr& result);
};

} // namespace studio
