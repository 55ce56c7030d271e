#pragma once

#include "engine/base/error.h"
#include "engine/protocol/message_reader.h"
#include "engine/protocol/version.h"

namespace engine::protocol {

/// Reads the body of ERROR; check `in.ok()` after it.
[[nodiscard]] Error decodeError(MessageReader& in, ProtocolVersion version);

} // namespace engine::protocol
