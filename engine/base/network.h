#pragma once

#include "engine/base/bytes.h"
#include "engine/base/callback.h"
#include "engine/base/inet.h"
#include "engine/base/result.h"

#include <memory>

namespace engine {

/// The exchange that opens an internode connection, without I/O: one object a connection, made
/// by messaging, which owns the format (versions, cluster name, proof of the secret).
class Handshake {
public:
    virtual ~Handshake() = default;

    /// Takes the peer's bytes (empty on the first call of the side that connects) and returns
    /// what to send next (empty: nothing). A failure closes the connection and is logged.
    virtual Result<Bytes> advance(ByteView received) = 0;
    [[nodiscard]] virtual bool done() const = 0;
    /// The peer as it names itself. Requires done().
    [[nodiscard]] virtual InetEndpoint peer() const = 0;
};

/// Three connections a peer, as Cassandra has: a large message never delays a small one, nor
/// either of them a gossip round.
enum class Channel : std::uint8_t { Urgent, Small, Large };

/// What the network calls, always on the node's thread.
class NetworkReceiver {
public:
    virtual ~NetworkReceiver() = default;
    virtual std::unique_ptr<Handshake> newHandshake(bool connecting) = 0;
    virtual void onMessage(const InetEndpoint& from, Bytes message) = 0;
    virtual void onConnected(const InetEndpoint& peer) = 0;
    /// The last connection to a peer is gone: its process may have ended.
    virtual void onDisconnected(const InetEndpoint& peer) = 0;
};

/// Internode messages: delivered at most once, in order a channel, or not at all.
class Network {
public:
    virtual ~Network() = default;

    /// Starts to accept. AddressInUse names the endpoint. `receiver` outlives the network's use.
    virtual Result<void> listen(const InetEndpoint& local, NetworkReceiver& receiver) = 0;
    /// Queues a message and returns; connects if needed. Past the channel's bound of queued
    /// bytes the message is dropped: senders have deadlines anyway.
    virtual void send(const InetEndpoint& to, Channel channel, Bytes message) = 0;
    /// Closes all connections to a peer and forgets what is queued.
    virtual void disconnect(const InetEndpoint& peer) = 0;
    virtual void stop() = 0;
};

} // namespace engine
