#pragma once

#include "engine/base/bytes.h"
#include "engine/base/inet.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/ring/token.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::membership {

/// What nodes tell each other about themselves (gms/ApplicationState). On the wire; never
/// renumber. A number of a newer version is passed on as it is.
enum class ApplicationState : std::uint8_t {
    Load = 1,
    Schema = 2,
    Dc = 3,
    Rack = 4,
    ReleaseVersion = 5,
    RpcReady = 14,
    Severity = 10,
    NetVersion = 11,
    HostId = 12,
    Tokens = 13,
    InternalAddressAndPort = 15,
    NativeAddressAndPort = 16,
    StatusWithPort = 17,
    SstableVersions = 18,
    DiskUsage = 19,
};
/// "STATUS_WITH_PORT"
[[nodiscard]] std::string_view applicationStateName(ApplicationState state) noexcept;

/// A value with the gossip version at which its node set it.
struct VersionedValue {
    std::string value;
    std::int32_t version = 0;
    friend bool operator==(const VersionedValue&, const VersionedValue&) = default;
};

/// `generation` grows with each start of the node, `version` with each round.
struct HeartBeatState {
    std::int32_t generation = 0;
    std::int32_t version = 0;
    friend bool operator==(const HeartBeatState&, const HeartBeatState&) = default;
};

/// The greatest version that marks a node as shut down: nothing it said before is newer.
inline constexpr std::int32_t kHighestVersion = INT32_MAX;

/// All that is known of one endpoint (gms/EndpointState).
struct EndpointState {
    HeartBeatState heartBeat;
    std::map<ApplicationState, VersionedValue> values;
    bool alive = false;
    MonoTime updatedAt{};

    [[nodiscard]] const std::string* find(ApplicationState state) const;
    /// The greatest version in it.
    [[nodiscard]] std::int32_t maxVersion() const;
    /// The first word of STATUS_WITH_PORT ("NORMAL", "BOOT", "LEFT", "shutdown", …), or "".
    [[nodiscard]] std::string_view status() const;
    /// Whether a status that tells a change of the ring has come to its second step: reads go by
    /// the ring to be (ring_member.h).
    [[nodiscard]] bool statusReadsMoved() const;
    /// left or removed: the node will not come back under this generation.
    [[nodiscard]] bool isGone() const;
    /// Others are taking the node out of the ring: it is not to be talked to.
    [[nodiscard]] bool isRemoving() const { return status() == "removing"; }
    [[nodiscard]] bool isShutdown() const { return status() == "shutdown"; }
    [[nodiscard]] std::vector<ring::Token> tokens() const;
};

namespace status {
[[nodiscard]] std::string normal(ring::Token first);
/// "BOOT,-42", and "BOOT,-42,read" in the second step; the same with "LEAVING" and "removing".
[[nodiscard]] std::string bootstrapping(ring::Token first, bool readsMoved = false);
[[nodiscard]] std::string leaving(ring::Token first, bool readsMoved = false);
[[nodiscard]] std::string removing(const Uuid& hostId, bool readsMoved);
[[nodiscard]] std::string removed(const Uuid& hostId, WallTime expiresAt);
[[nodiscard]] std::string left(ring::Token first, WallTime expiresAt);
[[nodiscard]] std::string shutdown();
} // namespace status

/// The value of TOKENS: eight bytes a token.
[[nodiscard]] std::string encodeTokens(const std::vector<ring::Token>& tokens);
[[nodiscard]] std::vector<ring::Token> decodeTokens(std::string_view value);

/// The generation for a start of a node: the wall clock's seconds, but greater than the last.
[[nodiscard]] std::int32_t nextGeneration(std::int32_t lastGeneration, WallTime now);

} // namespace engine::membership
