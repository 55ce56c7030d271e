#pragma once

#include <cstdint>

namespace engine::protocol {

/// Versions of the native protocol; the value is the low 7 bits of an envelope's first byte.
/// V6 is Cassandra 5.0's beta ("6/v6-beta"): V5 under another number, spoken only by who sets the
/// USE_BETA flag.
enum class ProtocolVersion : std::uint8_t { V3 = 3, V4 = 4, V5 = 5, V6Beta = 6 };

inline constexpr ProtocolVersion kProtocolVersionMin = ProtocolVersion::V3;
/// The newest that needs no flag.
inline constexpr ProtocolVersion kProtocolVersionMax = ProtocolVersion::V5;

[[nodiscard]] constexpr bool isKnownVersion(std::uint8_t number) noexcept
{
    return number >= 3 && number <= 6;
}
[[nodiscard]] constexpr bool isBeta(ProtocolVersion version) noexcept
{
    return version == ProtocolVersion::V6Beta;
}
/// Whether envelopes travel in checksummed segments after STARTUP.
[[nodiscard]] constexpr bool usesSegments(ProtocolVersion version) noexcept
{
    return version >= ProtocolVersion::V5;
}

/// What STARTUP's COMPRESSION option chose. Snappy exists only without segments.
enum class Compression : std::uint8_t { None, Lz4, Snappy };

} // namespace engine::protocol
