#include "engine/membership/gossip_messages.h"

#include "engine/messaging/envelope.h"

namespace engine::membership {

namespace {

constexpr std::size_t kDigestBytesMin = 15;

void writeDigests(ByteWriter& out, const std::vector<GossipDigest>& digests)
{
    out.unsignedVint(digests.size());
    for (const GossipDigest& digest : digests) {
        messaging::writeEndpoint(out, digest.endpoint);
        out.i32(digest.generation);
        out.i32(digest.maxVersion);
    }
}

std::vector<GossipDigest> readDigests(ByteReader& in)
{
    std::vector<GossipDigest> digests;
    const std::uint64_t count = in.unsignedVint();
    if (count > in.remaining() / kDigestBytesMin) {
        in.fail();
        return digests;
    }
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        GossipDigest digest;
        digest.endpoint = messaging::readEndpoint(in);
        digest.generation = in.i32();
        digest.maxVersion = in.i32();
        digests.push_back(digest);
    }
    return digests;
}

void writeStates(ByteWriter& out, const std::vector<EndpointDelta>& states)
{
    out.unsignedVint(states.size());
    for (const auto& [endpoint, state, above] : states) {
        messaging::writeEndpoint(out, endpoint);
        out.i32(state.heartBeat.generation);
        out.i32(state.heartBeat.version);
        out.unsignedVint(state.values.size());
        for (const auto& [key, value] : state.values) {
            out.u8(static_cast<std::uint8_t>(key));
            out.i32(value.version);
            out.bytesVint(value.value);
        }
    }
    // Behind everything else, where releases that know nothing of it do not look.
    for (const EndpointDelta& delta : states)
        out.i32(delta.above);
}

std::vector<EndpointDelta> readStates(ByteReader& in)
{
    std::vector<EndpointDelta> states;
    const std::uint64_t count = in.unsignedVint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        EndpointDelta delta;
        delta.endpoint = messaging::readEndpoint(in);
        delta.state.heartBeat.generation = in.i32();
        delta.state.heartBeat.version = in.i32();
        const std::uint64_t values = in.unsignedVint();
        for (std::uint64_t j = 0; j < values && in.ok(); ++j) {
            const auto key = static_cast<ApplicationState>(in.u8());
            VersionedValue value;
            value.version = in.i32();
            value.value = std::string{in.bytesVint()};
            delta.state.values[key] = std::move(value);
        }
        if (in.ok())
            states.push_back(std::move(delta));
    }
    if (in.ok() && in.remaining() > 0)
        for (EndpointDelta& delta : states)
            delta.above = in.i32();
    return states;
}

Error malformedGossip()
{
    return Error{ErrorCode::Corrupt, "A gossip message is malformed."};
}

} // namespace

Bytes encode(const GossipSyn& syn)
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.bytesVint(syn.clusterName);
    out.bytesVint(syn.partitioner);
    writeDigests(out, syn.digests);
    return bytes;
}

Bytes encode(const GossipAck& ack)
{
    Bytes bytes;
    ByteWriter out(bytes);
    writeDigests(out, ack.wanted);
    writeStates(out, ack.states);
    return bytes;
}

Bytes encode(const GossipAck2& ack2)
{
    Bytes bytes;
    ByteWriter out(bytes);
    writeStates(out, ack2.states);
    return bytes;
}

Result<GossipSyn> decodeSyn(ByteView bytes)
{
    ByteReader in(bytes);
    GossipSyn syn;
    syn.clusterName = std::string{in.bytesVint()};
    syn.partitioner = std::string{in.bytesVint()};
    syn.digests = readDigests(in);
    if (!in.ok())
        return malformedGossip();
    return syn;
}

Result<GossipAck> decodeAck(ByteView bytes)
{
    ByteReader in(bytes);
    GossipAck ack;
    ack.wanted = readDigests(in);
    ack.states = readStates(in);
    if (!in.ok())
        return malformedGossip();
    return ack;
}

Result<GossipAck2> decodeAck2(ByteView bytes)
{
    ByteReader in(bytes);
    GossipAck2 ack2;
    ack2.states = readStates(in);
    if (!in.ok())
        return malformedGossip();
    return ack2;
}

} // namespace engine::membership
