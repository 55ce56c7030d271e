#pragma once

// Only for .cpp files that open sockets: node, client, admin, launcher.

#include "engine/base/real_runtime.h"

#include <boost/asio/io_context.hpp>

namespace engine {

/// The io_context that a real runtime's thread runs. Handlers on it run on the node thread.
/// Requires a RealRuntime (not a simulated one).
[[nodiscard]] boost::asio::io_context& ioContextOf(Runtime& runtime);

} // namespace engine
