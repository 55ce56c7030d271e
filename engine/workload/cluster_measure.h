#pragma once

#include "engine/client/session.h"
#include "engine/workload/cluster_reach.h"
#include "engine/workload/measured_table.h"

namespace engine::workload {

struct ClusterMeasureOptions {
    std::uint32_t sampledRows = 2000; ///< a table, for sizes of columns; 0: none are read
};

/// Measures each table of the model, but for views. Partition sizes come from the first of these
/// that there is: the SSTables' statistics in the nodes' folders; the table's beans on each node;
/// system.size_estimates of each node. Sizes of columns come from sampled rows. Flush first
/// (settleTables()), or recent rows are missing. Blocks; Cancelled soon after `cancelled` became
/// true. `progress` gets the name of the table at hand.
[[nodiscard]] Result<std::vector<MeasuredTable>>
measureCluster(client::Session& session, const ClusterReach& reach, const modeling::Model& model,
               const ClusterMeasureOptions& options,
               const std::function<void(const std::string&)>& progress,
               const std::atomic<bool>& cancelled);

/// The model with every measured table calibrated (modeling::calibrate()).
[[nodiscard]] Result<modeling::Model> calibrateAll(const modeling::Model& model,
                                                   const std::vector<MeasuredTable>& tables,
                                                   modeling::Calibrate what);

} // namespace engine::workload
