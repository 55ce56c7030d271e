#pragma once

#include "engine/protocol/message_reader.h"
#include "engine/protocol/responses.h"

namespace engine::protocol {

// <metadata> of results; check `in.ok()` after reading.
void encodeRowsMetadata(ByteWriter& out, ProtocolVersion version, const RowsMetadata& metadata);
[[nodiscard]] RowsMetadata decodeRowsMetadata(MessageReader& in, ProtocolVersion version);
void encodePreparedMetadata(ByteWriter& out, ProtocolVersion version,
                            const PreparedMetadata& metadata);
[[nodiscard]] PreparedMetadata decodePreparedMetadata(MessageReader& in, ProtocolVersion version);

} // namespace engine::protocol
