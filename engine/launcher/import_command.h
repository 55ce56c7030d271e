#pragma once

#include <string>
#include <vector>

namespace engine::launcher {

/// `ringwright-cluster import CLUSTER FOLDER …`: copies the tables of a snapshot of any cluster
/// into a bundled one that runs. Every node takes all SSTables in and then drops the partitions
/// that it does not replicate, so that timestamps, tombstones, TTLs and counters stay as they are.
/// Prints to standard output; gives the exit code.
[[nodiscard]] int runImportCommand(const std::vector<std::string>& arguments);

} // namespace engine::launcher
