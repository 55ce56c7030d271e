#pragma once

#include "engine/base/disk.h"
#include "engine/modeling/measurement.h"

namespace engine::workload {

/// What the SSTables in a folder say of their partitions, by their Statistics.db and chunk
/// offsets; their rows are not read. For the data folders of bundled nodes, after a flush.
/// Partitions that lie in several SSTables count in each, so compact first for exact means.
/// NotFound if there is no SSTable.
[[nodiscard]] Result<modeling::TableMeasurement> measureFolder(Disk& disk,
                                                               const std::string& folder);

/// The folders of `keyspace`.`table` below a node's data folder ("…/data"), newest last.
[[nodiscard]] Result<std::vector<std::string>> tableFolders(Disk& disk,
                                                            const std::string& dataFolder,
                                                            const std::string& keyspace,
                                                            const std::string& table);

} // namespace engine::workload
