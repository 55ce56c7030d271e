#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

#include <array>
#include <compare>
#include <cstddef>
#include <functional>

namespace engine {

class Random;

/// 128 bits in network order. A value; any thread.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// Accepts the 36 characters with hyphens, either case; anything else is Invalid.
    [[nodiscard]] static Result<Uuid> parse(std::string_view text);
    /// Requires: `raw` has 16 bytes.
    [[nodiscard]] static Uuid fromBytes(ByteView raw);
    [[nodiscard]] static Uuid fromHalves(std::uint64_t high, std::uint64_t low);
    /// Version 4.
    [[nodiscard]] static Uuid random(Random& random);
    /// Version 3 of raw bytes, as Java's UUID.nameUUIDFromBytes (MD5).
    [[nodiscard]] static Uuid nameFromBytes(ByteView bytes);
    /// Version 1 from 100 ns ticks since 1582-10-15 and a clock sequence with node.
    [[nodiscard]] static Uuid timeUuid(std::uint64_t ticks, std::uint64_t clockSeqAndNode);
    /// The 100 ns ticks that timeUuid() wants for a wall time.
    [[nodiscard]] static std::uint64_t ticksOf(WallTime time);

    [[nodiscard]] std::string toString() const;
    [[nodiscard]] ByteView view() const noexcept
    {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] std::uint64_t high() const noexcept;
    [[nodiscard]] std::uint64_t low() const noexcept;
    [[nodiscard]] int version() const noexcept { return bytes[6] >> 4; }
    [[nodiscard]] bool isZero() const noexcept { return high() == 0 && low() == 0; }
    /// Milliseconds since 1970. Requires version 1.
    [[nodiscard]] std::int64_t unixMillis() const noexcept;
    [[nodiscard]] std::uint64_t ticks() const noexcept;

    /// Byte order, not Cassandra's order of uuid or timeuuid values (see engine/cql/type.h).
    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

} // namespace engine

template <>
struct std::hash<engine::Uuid> {
    std::size_t operator()(const engine::Uuid& uuid) const noexcept
    {
        return static_cast<std::size_t>(uuid.high() * 0x9e3779b97f4a7c15ULL ^ uuid.low());
    }
};
