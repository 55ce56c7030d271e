#pragma once

#include "widgets/clusters/live_source.h"
#include "widgets/studio/migration_run.h"

#include <atomic>
#include <memory>

namespace clusters {

/// A migration through the source's session, on a thread of its own, as a task of the task list.
class LiveMigration final : public studio::MigrationRun {
    Q_OBJECT
public:
    /// `source` is held until the thread has ended.
    LiveMigration(const LiveContext& context, std::shared_ptr<LiveSource> source,
                  studio::MigrationRequest request);
    void cancel() override { *m_cancelled = true; }

private:
    std::shared_ptr<std::atomic<bool>> m_cancelled = std::make_shared<std::atomic<bool>>(false);
};

} // namespace clusters
