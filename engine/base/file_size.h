#pragma once

#include <string>

namespace engine {

/// "455.8 KiB", "38 MiB", "0 bytes": how Cassandra and nodetool write sizes (FileUtils.
/// stringifyFileSize). Any thread.
[[nodiscard]] std::string formatFileSize(double bytes);

} // namespace engine
