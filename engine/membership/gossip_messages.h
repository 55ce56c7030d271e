#pragma once

#include "engine/membership/endpoint_state.h"

#include <string>
#include <vector>

namespace engine::membership {

/// What a node has of one endpoint, in short (gms/GossipDigest).
struct GossipDigest {
    InetEndpoint endpoint;
    std::int32_t generation = 0;
    std::int32_t maxVersion = 0;
};

/// An endpoint's heart beat with those of its values that the other side lacks.
struct EndpointDelta {
    InetEndpoint endpoint;
    EndpointState state;
    /// Only values of greater versions are there: the other side said that it has those up to
    /// here. A node that has lost them by a restart since must not take the rest for all.
    std::int32_t above = 0;
};

/// First message of a round.
struct GossipSyn {
    std::string clusterName;
    std::string partitioner;
    std::vector<GossipDigest> digests;
};
/// Second: what is asked for, and what the other lacks.
struct GossipAck {
    std::vector<GossipDigest> wanted;
    std::vector<EndpointDelta> states;
};
/// Third: what was asked for.
struct GossipAck2 {
    std::vector<EndpointDelta> states;
};

[[nodiscard]] Bytes encode(const GossipSyn& syn);
[[nodiscard]] Bytes encode(const GossipAck& ack);
[[nodiscard]] Bytes encode(const GossipAck2& ack2);
/// Corrupt on malformed bytes.
[[nodiscard]] Result<GossipSyn> decodeSyn(ByteView bytes);
[[nodiscard]] Result<GossipAck> decodeAck(ByteView bytes);
[[nodiscard]] Result<GossipAck2> decodeAck2(ByteView bytes);

} // namespace engine::membership
