#pragma once

#include "engine/base/bytes.h"

#include <array>
#include <cstdint>

namespace engine {

/// MurmurHash3 x64 128 with Cassandra's sign extension of the tail bytes
/// (org.apache.cassandra.utils.MurmurHash.hash3_x64_128), which differs from the reference for
/// bytes above 0x7f. Partitioner and bloom filter use it.
[[nodiscard]] std::array<std::uint64_t, 2> murmur3(ByteView bytes, std::uint64_t seed = 0) noexcept;

/// CRC-32 (zlib polynomial), continuing from `seed`.
[[nodiscard]] std::uint32_t crc32(ByteView bytes, std::uint32_t seed = 0) noexcept;
[[nodiscard]] std::uint32_t adler32(ByteView bytes, std::uint32_t seed = 1) noexcept;

[[nodiscard]] std::array<std::uint8_t, 16> md5(ByteView bytes);
[[nodiscard]] std::array<std::uint8_t, 32> sha256(ByteView bytes);
[[nodiscard]] std::array<std::uint8_t, 32> hmacSha256(ByteView key, ByteView bytes);

} // namespace engine
