#pragma once

#include "engine/protocol/envelope.h"
#include "engine/protocol/requests.h"
#include "engine/protocol/responses.h"

#include <QJsonObject>

namespace tests {

/// Typed messages in the words of the recorder's `decoded`, to compare with it.
QJsonObject describe(engine::protocol::ProtocolVersion version,
                     const engine::protocol::Request& request);
QJsonObject describe(engine::protocol::ProtocolVersion version,
                     const engine::protocol::Response& response);
/// opcode, version, flags, stream, body_length; tracing id, warnings and payload.
QJsonObject describe(const engine::protocol::EnvelopeHeader& header,
                     const engine::protocol::Prelude& prelude);

} // namespace tests
