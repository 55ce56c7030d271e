#pragma once

#include "widgets/clusters/live_source.h"

#include <memory>

namespace clusters {

/// Loads the hotel sample into an open cluster on a thread of its own, as a task of the task
/// list. The source is held until it has ended.
void startSampleTask(const LiveContext& context, std::shared_ptr<LiveSource> source,
                     const studio::ClusterRecipe& recipe);

} // namespace clusters
