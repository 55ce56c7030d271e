#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/protocol/version.h"

namespace engine::protocol {

/// Appends the compressed form of an envelope's body in v3 and v4: LZ4 with the plain length in
/// front (4 bytes), or Snappy's own format. Requires a compression.
void compressBody(Compression compression, ByteView plain, Bytes& out);
/// Replaces `out` by the plain body. ProtocolError if malformed or longer than `bytesMax`;
/// nothing is allocated for a length that the format cannot reach from what is there.
[[nodiscard]] Result<void> decompressBody(Compression compression, ByteView compressed,
                                          std::size_t bytesMax, Bytes& out);

/// One LZ4 block without its length, as in segments. Replaces `out`.
void compressLz4Block(ByteView plain, Bytes& out);
/// Replaces `out` by exactly `plainBytes` bytes; ProtocolError if the block does not hold them.
[[nodiscard]] Result<void> decompressLz4Block(ByteView block, std::size_t plainBytes, Bytes& out);

} // namespace engine::protocol
