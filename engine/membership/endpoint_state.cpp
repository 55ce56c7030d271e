#include "engine/membership/endpoint_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::membership {

namespace {
constexpr const char* kReadsMoved = ",read";
} // namespace

std::string_view applicationStateName(ApplicationState state) noexcept
{
    switch (state) {
    case ApplicationState::Load:
        return "LOAD";
    case ApplicationState::Schema:
        return "SCHEMA";
    case ApplicationState::Dc:
        return "DC";
    case ApplicationState::Rack:
        return "RACK";
    case ApplicationState::ReleaseVersion:
        return "RELEASE_VERSION";
    case ApplicationState::RpcReady:
        return "RPC_READY";
    case ApplicationState::Severity:
        return "SEVERITY";
    case ApplicationState::NetVersion:
        return "NET_VERSION";
    case ApplicationState::HostId:
        return "HOST_ID";
    case ApplicationState::Tokens:
        return "TOKENS";
    case ApplicationState::InternalAddressAndPort:
        return "INTERNAL_ADDRESS_AND_PORT";
    case ApplicationState::NativeAddressAndPort:
        return "NATIVE_ADDRESS_AND_PORT";
    case ApplicationState::StatusWithPort:
        return "STATUS_WITH_PORT";
    case ApplicationState::SstableVersions:
        return "SSTABLE_VERSIONS";
    case ApplicationState::DiskUsage:
        return "DISK_USAGE";
    }
    return "UNKNOWN";
}

const std::string* EndpointState::find(ApplicationState state) const
{
    const auto at = values.find(state);
    return at == values.end() ? nullptr : &at->second.value;
}

std::int32_t EndpointState::maxVersion() const
{
    std::int32_t greatest = heartBeat.version;
    for (const auto& [state, value] : values)
        greatest = std::max(greatest, value.version);
    return greatest;
}

std::string_view EndpointState::status() const
{
    const std::string* value = find(ApplicationState::StatusWithPort);
    if (value == nullptr)
        return {};
    return std::string_view{*value}.substr(0, value->find(','));
}

bool EndpointState::isGone() const
{
    const auto word = status();
    return word == "LEFT" || word == "removed";
}

bool EndpointState::statusReadsMoved() const
{
    const std::string* value = find(ApplicationState::StatusWithPort);
    return value != nullptr && value->ends_with(kReadsMoved);
}

std::vector<ring::Token> EndpointState::tokens() const
{
    const std::string* value = find(ApplicationState::Tokens);
    return value == nullptr ? std::vector<ring::Token>{} : decodeTokens(*value);
}

namespace status {

std::string normal(ring::Token first)
{
    return fmt::format("NORMAL,{}", first.value);
}
std::string bootstrapping(ring::Token first, bool readsMoved)
{
    return fmt::format("BOOT,{}{}", first.value, readsMoved ? kReadsMoved : "");
}
std::string leaving(ring::Token first, bool readsMoved)
{
    return fmt::format("LEAVING,{}{}", first.value, readsMoved ? kReadsMoved : "");
}
std::string removing(const Uuid& hostId, bool readsMoved)
{
    return fmt::format("removing,{}{}", hostId.toString(), readsMoved ? kReadsMoved : "");
}
std::string removed(const Uuid& hostId, WallTime expiresAt)
{
    return fmt::format("removed,{},{}", hostId.toString(), expiresAt.millis());
}
std::string left(ring::Token first, WallTime expiresAt)
{
    return fmt::format("LEFT,{},{}", first.value, expiresAt.millis());
}
std::string shutdown()
{
    return "shutdown,true";
}

} // namespace status

std::string encodeTokens(const std::vector<ring::Token>& tokens)
{
    Bytes bytes;
    ByteWriter out(bytes);
    for (const ring::Token token : tokens)
        out.i64(token.value);
    return bytes;
}

std::vector<ring::Token> decodeTokens(std::string_view value)
{
    std::vector<ring::Token> tokens;
    ByteReader in(value);
    while (in.remaining() >= 8)
        tokens.push_back({in.i64()});
    return tokens;
}

std::int32_t nextGeneration(std::int32_t lastGeneration, WallTime now)
{
    return std::max(lastGeneration + 1, static_cast<std::int32_t>(now.seconds()));
}

} // namespace engine::membership
