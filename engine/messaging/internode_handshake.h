#pragma once

#include "engine/base/network.h"
#include "engine/messaging/envelope.h"

#include <functional>
#include <string>

namespace engine {
class Random;
}

namespace engine::messaging {

/// What a node brings into a handshake.
struct HandshakeIdentity {
    InetEndpoint local;
    std::string clusterName;
    Bytes secret; ///< the cluster's; may be empty in tests
    std::uint8_t versionMin = kVersionMin;
    std::uint8_t versionMax = kVersionMax;
};

/// Opens an internode connection in three messages, without I/O:
///
///   1. connecting → accepting: magic, version range, cluster name, endpoint, nonce
///   2. accepting → connecting: magic, accepted or the reason, chosen version, endpoint, nonce,
///      HMAC over both nonces and endpoints
///   3. connecting → accepting: its own HMAC over the same
///
/// The secret itself never travels, and neither side's proof can be replayed or reflected as the
/// other's. A refusal reaches the connecting side as a sentence. Each call of advance() takes one
/// whole message: the network frames them.
class InternodeHandshake final : public Handshake {
public:
    /// `onDone` gets the peer and the version that both speak.
    using OnDone = std::function<void(const InetEndpoint& peer, std::uint8_t version)>;
    InternodeHandshake(HandshakeIdentity identity, bool connecting, Random& random, OnDone onDone);

    Result<Bytes> advance(ByteView received) override;
    [[nodiscard]] bool done() const override { return m_step == Step::Done; }
    [[nodiscard]] InetEndpoint peer() const override { return m_peer; }
    /// Requires done().
    [[nodiscard]] std::uint8_t version() const noexcept { return m_version; }

private:
    enum class Step : std::uint8_t {
        SendHello,
        AwaitAnswer,
        AwaitHello,
        AwaitProof,
        Refused,
        Done
    };

    Result<Bytes> answerHello(ByteView received);
    Result<Bytes> proveAfter(ByteView received);
    Result<Bytes> finish(ByteView received);
    [[nodiscard]] Bytes hello() const;
    [[nodiscard]] Bytes refusal(const std::string& reason);
    [[nodiscard]] Bytes proof(bool ofConnecting) const;

    HandshakeIdentity m_identity;
    OnDone m_onDone;
    Step m_step;
    bool m_connecting;
    InetEndpoint m_peer;
    std::uint8_t m_version = 0;
    Bytes m_ownNonce;
    Bytes m_peerNonce;
    std::string m_refusal;
};

} // namespace engine::messaging
