#include "engine/node/node_state.h"

#include "engine/base/hash.h"

#include <fmt/format.h>

namespace engine::node {

namespace {

constexpr ByteView kMagic = "RWNS";
/// 1 had neither phases nor removed hosts: nothing joined or left then.
constexpr std::uint16_t kStateVersion = 2;

std::string statePath(const std::string& folder)
{
    return folder + "/node.state";
}

void putTokens(ByteWriter& out, const std::vector<ring::Token>& tokens)
{
    out.unsignedVint(tokens.size());
    for (const ring::Token token : tokens)
        out.i64(token.value);
}

std::vector<ring::Token> takeTokens(ByteReader& in)
{
    std::vector<ring::Token> tokens;
    const std::uint64_t count = in.unsignedVint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i)
        tokens.push_back({in.i64()});
    return tokens;
}

bool takePhase(ByteReader& in, membership::MemberPhase& phase)
{
    const std::uint8_t number = in.u8();
    phase = static_cast<membership::MemberPhase>(number);
    return number <= static_cast<std::uint8_t>(membership::MemberPhase::Gone);
}

} // namespace

Bytes encodeNodeState(const NodeState& state)
{
    Bytes body;
    ByteWriter out{body};
    out.raw(kMagic);
    out.u16(kStateVersion);
    out.bytesVint(state.clusterName);
    out.raw(state.hostId.view());
    out.i32(state.generation);
    putTokens(out, state.tokens);
    out.u8(static_cast<std::uint8_t>(state.phase));
    out.unsignedVint(state.peers.size());
    for (const membership::RingMember& peer : state.peers) {
        out.bytesVint(peer.node.endpoint.toString());
        out.raw(peer.node.hostId.view());
        out.bytesVint(peer.node.datacenter);
        out.bytesVint(peer.node.rack);
        putTokens(out, peer.node.tokens);
        out.u8(static_cast<std::uint8_t>(peer.phase));
        out.u8(peer.isBeingRemoved ? 1 : 0);
    }
    out.unsignedVint(state.removed.size());
    for (const Uuid& host : state.removed)
        out.raw(host.view());
    const std::uint32_t checksum = crc32(body);
    ByteWriter{body}.u32(checksum);
    return body;
}

Result<NodeState> decodeNodeState(ByteView bytes, const std::string& file)
{
    const auto corrupt = [&] {
        return Error{ErrorCode::Corrupt,
                     file + " is damaged; restore it from a backup, or remove the node "
                            "and let it join as a new one"};
    };
    constexpr std::size_t kFixedBytes = 4 + 2 + 4;
    if (bytes.size() < kFixedBytes || bytes.substr(0, 4) != kMagic)
        return corrupt();
    const auto version = loadBigEndian<std::uint16_t>(bytes.data() + 4);
    if (version > kStateVersion)
        return Error{ErrorCode::VersionTooNew,
                     file + " was written by a newer version of this program; use that one"};
    const ByteView body = bytes.substr(0, bytes.size() - 4);
    if (crc32(body) != loadBigEndian<std::uint32_t>(bytes.data() + body.size()))
        return corrupt();
    ByteReader in{body.substr(6)};
    NodeState state;
    state.clusterName = in.bytesVint();
    const ByteView host = in.raw(16);
    if (in.ok())
        state.hostId = Uuid::fromBytes(host);
    state.generation = in.i32();
    state.tokens = takeTokens(in);
    if (version >= 2 && !takePhase(in, state.phase))
        return corrupt();
    const std::uint64_t count = in.unsignedVint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        membership::RingMember member;
        ring::RingNode& peer = member.node;
        const auto endpoint = InetEndpoint::parse(in.bytesVint(), 0);
        const ByteView id = in.raw(16);
        peer.datacenter = in.bytesVint();
        peer.rack = in.bytesVint();
        peer.tokens = takeTokens(in);
        if (version >= 2) {
            if (!takePhase(in, member.phase))
                return corrupt();
            member.isBeingRemoved = in.u8() != 0;
        }
        if (!in.ok() || !endpoint)
            return corrupt();
        peer.endpoint = *endpoint;
        peer.hostId = Uuid::fromBytes(id);
        state.peers.push_back(std::move(member));
    }
    const std::uint64_t removed = version >= 2 ? in.unsignedVint() : 0;
    for (std::uint64_t i = 0; i < removed && in.ok(); ++i)
        if (const ByteView id = in.raw(16); in.ok())
            state.removed.push_back(Uuid::fromBytes(id));
    if (!in.ok() || !in.atEnd())
        return corrupt();
    return state;
}

Result<NodeState> loadNodeState(Disk& disk, const std::string& folder)
{
    const std::string path = statePath(folder);
    if (!disk.exists(path))
        return NodeState{};
    RW_ASSIGN(const Bytes bytes, disk.readAll(path));
    return decodeNodeState(bytes, path);
}

Result<void> saveNodeState(Disk& disk, const std::string& folder, const NodeState& state)
{
    RW_TRY(disk.createDirectories(folder));
    return disk.replaceFile(statePath(folder), encodeNodeState(state));
}

} // namespace engine::node
