#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <array>
#include <compare>
#include <functional>
#include <string>

namespace engine {

/// An IPv4 or IPv6 address; IPv4 uses the first four bytes. A value; any thread.
struct InetAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint8_t size = 4; ///< 4 or 16

    /// Numeric text only ("127.0.0.1", "::1"); a host name is Invalid.
    [[nodiscard]] static Result<InetAddress> parse(std::string_view text);
    /// Requires 4 or 16 bytes, else Invalid.
    [[nodiscard]] static Result<InetAddress> fromBytes(ByteView raw);
    [[nodiscard]] std::string toString() const;
    [[nodiscard]] ByteView view() const noexcept
    {
        return {reinterpret_cast<const char*>(bytes.data()), size};
    }
    [[nodiscard]] bool isLoopback() const noexcept;

    friend auto operator<=>(const InetAddress&, const InetAddress&) = default;
};

/// An address with a port; identifies a node (Cassandra's InetAddressAndPort).
struct InetEndpoint {
    InetAddress address;
    std::uint16_t port = 0;

    /// "127.0.0.1:7000", "[::1]:7000".
    [[nodiscard]] std::string toString() const;
    [[nodiscard]] static Result<InetEndpoint> parse(std::string_view text,
                                                    std::uint16_t portDefault);

    friend auto operator<=>(const InetEndpoint&, const InetEndpoint&) = default;
};

} // namespace engine

template <>
struct std::hash<engine::InetAddress> {
    std::size_t operator()(const engine::InetAddress& a) const noexcept
    {
        return std::hash<std::string_view>{}(a.view());
    }
};
template <>
struct std::hash<engine::InetEndpoint> {
    std::size_t operator()(const engine::InetEndpoint& e) const noexcept
    {
        return std::hash<engine::InetAddress>{}(e.address) * 31 + e.port;
    }
};
