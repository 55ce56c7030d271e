#include "engine/messaging/internode_handshake.h"

#include "engine/base/hash.h"
#include "engine/base/random.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::messaging {

namespace {

constexpr std::uint32_t kHandshakeMagic = 0x52574954; // "RWIT"
constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kProofBytes = 32;
constexpr std::size_t kNameBytesMax = 1024;
constexpr std::uint8_t kAccepted = 0;
constexpr std::uint8_t kRefusedStatus = 1;

/// Takes the same time wherever the two differ.
bool equalInConstantTime(ByteView a, ByteView b)
{
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

Error refuseHandshake(std::string sentence)
{
    return Error{ErrorCode::ConnectionRefused, std::move(sentence)};
}

} // namespace

InternodeHandshake::InternodeHandshake(HandshakeIdentity identity, bool connecting, Random& random,
                                       OnDone onDone)
    : m_identity(std::move(identity)),
      m_onDone(std::move(onDone)),
      m_step(connecting ? Step::SendHello : Step::AwaitHello),
      m_connecting(connecting)
{
    m_ownNonce.resize(kNonceBytes);
    random.fill(m_ownNonce.data(), m_ownNonce.size());
}

Result<Bytes> InternodeHandshake::advance(ByteView received)
{
    switch (m_step) {
    case Step::SendHello:
        m_step = Step::AwaitAnswer;
        return hello();
    case Step::AwaitHello:
        return answerHello(received);
    case Step::AwaitAnswer:
        return proveAfter(received);
    case Step::AwaitProof:
        return finish(received);
    case Step::Refused:
        return refuseHandshake(m_refusal);
    case Step::Done:
        break;
    }
    return Error{ErrorCode::ProtocolError, "A peer sent a handshake message after the handshake."};
}

Bytes InternodeHandshake::hello() const
{
    Bytes bytes;
    ByteWriter out(bytes);
    out.u32(kHandshakeMagic);
    out.u8(m_identity.versionMin);
    out.u8(m_identity.versionMax);
    out.bytes16(ByteView{m_identity.clusterName}.substr(0, kNameBytesMax));
    writeEndpoint(out, m_identity.local);
    out.raw(m_ownNonce);
    return bytes;
}

Bytes InternodeHandshake::refusal(const std::string& reason)
{
    m_step = Step::Refused;
    m_refusal = reason;
    Bytes bytes;
    ByteWriter out(bytes);
    out.u32(kHandshakeMagic);
    out.u8(kRefusedStatus);
    out.bytes16(reason);
    return bytes;
}

Bytes InternodeHandshake::proof(bool ofConnecting) const
{
    // Both sides compute over the same order, and the first byte says whose proof it is.
    Bytes text;
    ByteWriter out(text);
    out.u8(ofConnecting ? 'C' : 'A');
    out.u8(m_version);
    out.raw(m_connecting ? m_ownNonce : m_peerNonce);
    out.raw(m_connecting ? m_peerNonce : m_ownNonce);
    writeEndpoint(out, m_connecting ? m_identity.local : m_peer);
    writeEndpoint(out, m_connecting ? m_peer : m_identity.local);
    out.raw(m_identity.clusterName);
    const auto mac = hmacSha256(m_identity.secret, text);
    return Bytes(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Result<Bytes> InternodeHandshake::answerHello(ByteView received)
{
    ByteReader in(received);
    if (in.u32() != kHandshakeMagic || !in.ok())
        return refuseHandshake("A connection to the storage port is not from a Ringwright node.");
    const std::uint8_t theirMin = in.u8();
    const std::uint8_t theirMax = in.u8();
    const std::string clusterName{in.bytes16()};
    m_peer = readEndpoint(in);
    m_peerNonce = in.raw(kNonceBytes);
    if (!in.ok() || !in.atEnd())
        return refuseHandshake("A node sent a malformed handshake.");
    if (clusterName != m_identity.clusterName)
        return refusal(fmt::format("Node {} belongs to cluster '{}', this node to '{}'; check "
                                   "cluster_name and the seeds.",
                                   m_peer.toString(), clusterName, m_identity.clusterName));
    const std::uint8_t version = std::min(theirMax, m_identity.versionMax);
    if (version < theirMin || version < m_identity.versionMin)
        return refusal(fmt::format(
            "Node {} speaks internode versions {} to {}, this node {} to {}; "
            "upgrade the older one.",
            m_peer.toString(), theirMin, theirMax, m_identity.versionMin, m_identity.versionMax));
    m_version = version;
    m_step = Step::AwaitProof;
    Bytes bytes;
    ByteWriter out(bytes);
    out.u32(kHandshakeMagic);
    out.u8(kAccepted);
    out.u8(m_version);
    writeEndpoint(out, m_identity.local);
    out.raw(m_ownNonce);
    out.raw(proof(false));
    return bytes;
}

Result<Bytes> InternodeHandshake::proveAfter(ByteView received)
{
    ByteReader in(received);
    if (in.u32() != kHandshakeMagic || !in.ok())
        return refuseHandshake(
            "The storage port that was connected to is not a Ringwright node's.");
    if (in.u8() != kAccepted)
        return refuseHandshake("The peer refused the connection: " + std::string{in.bytes16()});
    m_version = in.u8();
    m_peer = readEndpoint(in);
    m_peerNonce = in.raw(kNonceBytes);
    const ByteView theirProof = in.raw(kProofBytes);
    if (!in.ok() || !in.atEnd())
        return refuseHandshake("A node sent a malformed handshake.");
    if (m_version < m_identity.versionMin || m_version > m_identity.versionMax)
        return refuseHandshake(
            fmt::format("Node {} chose internode version {}, which was not offered.",
                        m_peer.toString(), m_version));
    if (!equalInConstantTime(theirProof, proof(false)))
        return refuseHandshake(
            fmt::format("Node {} does not know the cluster's secret.", m_peer.toString()));
    m_step = Step::Done;
    Bytes bytes = proof(true);
    if (m_onDone)
        m_onDone(m_peer, m_version);
    return bytes;
}

Result<Bytes> InternodeHandshake::finish(ByteView received)
{
    if (!equalInConstantTime(received, proof(true)))
        return refuseHandshake(
            fmt::format("Node {} does not know the cluster's secret.", m_peer.toString()));
    m_step = Step::Done;
    if (m_onDone)
        m_onDone(m_peer, m_version);
    return Bytes{};
}

} // namespace engine::messaging
