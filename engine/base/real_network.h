#pragma once

#include "engine/base/network.h"
#include "engine/base/real_runtime.h"

#include <memory>

namespace engine {

/// Internode messages over TCP. A frame is a 32-bit big-endian length and the bytes; the first
/// frames of a connection are the handshake's. Messages travel only from the side that connected
/// to the side that accepted, as in Cassandra.
[[nodiscard]] std::unique_ptr<Network> makeRealNetwork(Runtime& runtime,
                                                       const RealRuntimeOptions& options);

} // namespace engine
