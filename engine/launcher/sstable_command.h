#pragma once

#include <string>
#include <vector>

namespace engine::launcher {

/// `ringwright-cluster sstable inspect|dump …`: looks at SSTable files of any cluster, without a
/// node. Prints to standard output, errors to standard error; gives the exit code.
[[nodiscard]] int runSstableCommand(const std::vector<std::string>& arguments);

} // namespace engine::launcher
