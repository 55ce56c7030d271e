#pragma once

#include "engine/admin/jolokia_client.h"
#include "engine/launcher/cluster_folder.h"
#include "widgets/clusters/live_source.h"

#include <functional>
#include <optional>

namespace clusters {

struct NodeTaskRequest {
    studio::NodeAction action = studio::NodeAction::Flush;
    QString nodeName; ///< bundled: as the host knows it
    QString clusterName;
    QString keyspace; ///< empty: all of the user's
    QString snapshotName;
    bool fullRepair = false;
    std::optional<engine::launcher::ClusterFolder> folder; ///< for actions on the process
    engine::admin::JolokiaAddress admin;
};

/// Runs one action on one node on a thread of its own, as a task of the task list; `done` is
/// called in the GUI thread when it has ended, however, unless `receiver` is gone.
void startNodeTask(const LiveContext& context, NodeTaskRequest request, QObject* receiver,
                   std::function<void()> done);

} // namespace clusters
