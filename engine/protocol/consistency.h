#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine::protocol {

/// Native-protocol codes; never renumber.
enum class Consistency : std::uint16_t {
    Any = 0,
    One = 1,
    Two = 2,
    Three = 3,
    Quorum = 4,
    All = 5,
    LocalQuorum = 6,
    EachQuorum = 7,
    Serial = 8,
    LocalSerial = 9,
    LocalOne = 10,
    NodeLocal = 11,
};

/// "LOCAL_QUORUM"
[[nodiscard]] std::string_view consistencyName(Consistency consistency) noexcept;
/// Either case; nullopt for another word.
[[nodiscard]] std::optional<Consistency> parseConsistency(std::string_view name) noexcept;

[[nodiscard]] constexpr bool isSerial(Consistency c) noexcept
{
    return c == Consistency::Serial || c == Consistency::LocalSerial;
}
[[nodiscard]] constexpr bool isDatacenterLocal(Consistency c) noexcept
{
    return c == Consistency::LocalOne || c == Consistency::LocalQuorum ||
           c == Consistency::LocalSerial;
}

} // namespace engine::protocol
