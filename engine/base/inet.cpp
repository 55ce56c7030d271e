#include "engine/base/inet.h"

#include <arpa/inet.h>

#include <charconv>

namespace engine {

Result<InetAddress> InetAddress::parse(std::string_view text)
{
    const std::string copy(text.substr(0, 64));
    InetAddress address;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1)
        return address;
    if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) {
        address.size = 16;
        return address;
    }
    return Error{ErrorCode::Invalid, "'" + copy + "' is not a numeric IP address"};
}

Result<InetAddress> InetAddress::fromBytes(ByteView raw)
{
    if (raw.size() != 4 && raw.size() != 16)
        return Error{ErrorCode::Invalid,
                     "an IP address has 4 or 16 bytes, not " + std::to_string(raw.size())};
    InetAddress address;
    address.size = static_cast<std::uint8_t>(raw.size());
    std::memcpy(address.bytes.data(), raw.data(), raw.size());
    return address;
}

std::string InetAddress::toString() const
{
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
    return text;
}

bool InetAddress::isLoopback() const noexcept
{
    if (size == 4)
        return bytes[0] == 127;
    for (std::size_t i = 0; i < 15; ++i) {
        if (bytes[i] != 0)
            return false;
    }
    return bytes[15] == 1;
}

std::string InetEndpoint::toString() const
{
    const std::string host = address.toString();
    return (address.size == 16 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<InetEndpoint> InetEndpoint::parse(std::string_view text, std::uint16_t portDefault)
{
    InetEndpoint endpoint;
    endpoint.port = portDefault;
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos)
            return Error{ErrorCode::Invalid, "'" + std::string(text) + "' has no closing bracket"};
        host = text.substr(1, close - 1);
        if (close + 1 < text.size() && text[close + 1] == ':')
            port = text.substr(close + 2);
    } else if (const auto colon = text.find(':');
               colon != std::string_view::npos &&
               text.find(':', colon + 1) == std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (!port.empty()) {
        const auto [end, error] =
            std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
        if (error != std::errc{} || end != port.data() + port.size())
            return Error{ErrorCode::Invalid,
                         "'" + std::string(port) + "' is not a port (1 to 65535)"};
    }
    RW_ASSIGN(endpoint.address, InetAddress::parse(host));
    return endpoint;
}

} // namespace engine
