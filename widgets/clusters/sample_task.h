#pragma once

#include "widgets/clusters/live_source.h"

#include <functional>
#include <memory>

namespace clusters {

/// Loads the hotel sample into an open cluster on a thread of its own, as a task of the task
/// list. The source is held until it has ended. `loaded` is called on that thread once all rows are
/// there, with the sample's queries.
void startSampleTask(const LiveContext& context, std::shared_ptr<LiveSource> source,
                     const studio::ClusterRecipe& recipe,
                     std::function<void(const QString&)> loaded);

} // namespace clusters
