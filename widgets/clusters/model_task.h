#pragma once

#include "widgets/clusters/live_source.h"
#include "widgets/studio/model_workload.h"

namespace clusters {

/// Loads and measures on live clusters, on a thread of its own for each task. The source is held
/// until that has ended.
class LiveModelWorkload final : public studio::ModelWorkload {
    Q_OBJECT
public:
    explicit LiveModelWorkload(LiveContext context, QObject* parent = nullptr);

    [[nodiscard]] QString problemWith(const studio::ClusterSource& source,
                                      bool load) const override;
    void start(const studio::ClusterSourcePtr& source, const studio::ModelWork& work) override;

private:
    LiveContext m_context;
};

} // namespace clusters
