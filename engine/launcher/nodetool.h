#pragma once

#include "engine/admin/jolokia_client.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace engine::launcher {

/// Runs one nodetool command against a node's admin endpoint and prints what the real nodetool
/// prints, laid out as it does. `words`: the command and its arguments. Blocks until the operation
/// has ended. Errors are one sentence: an unknown command lists those that exist.
[[nodiscard]] Result<void> runNodetool(const admin::JolokiaAddress& node,
                                       const std::vector<std::string>& words, std::ostream& out);

/// The commands, sorted, for --help.
[[nodiscard]] std::vector<std::string> nodetoolCommands();

} // namespace engine::launcher
