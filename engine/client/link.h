#pragma once

#include "engine/base/inet.h"
#include "engine/client/connection.h"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace engine::client {

/// A ClientConnection on a socket, with or without TLS: connects, greets, carries. Always held by
/// shared_ptr. Client thread only.
class Link {
public:
    struct Target {
        InetEndpoint address;
        std::string name; ///< as the user wrote it, for TLS and messages
    };
    struct Callbacks {
        /// Once: the link can carry requests, or why not, with ConnectFailure.
        UniqueFunction<void(Result<void>)> ready;
        UniqueFunction<void(const protocol::Event&)> event;
        /// Once, after a successful `ready`: the connection is lost.
        UniqueFunction<void(const Error&)> lost;
    };

    virtual ~Link() = default;
    [[nodiscard]] virtual const InetEndpoint& address() const = 0;
    [[nodiscard]] virtual protocol::ProtocolVersion version() const = 0;
    [[nodiscard]] virtual bool isReady() const = 0;
    /// See ClientConnection::takesRequests.
    [[nodiscard]] virtual bool takesRequests() const = 0;
    [[nodiscard]] virtual std::size_t inFlight() const = 0;
    /// See ClientConnection::send.
    [[nodiscard]] virtual std::optional<std::int16_t> send(const protocol::Request& request,
                                                           bool traced, ReplyCallback done) = 0;
    virtual void cancel(std::int16_t stream) = 0;
    /// Ends it; waiting requests get `error`; no callback of Callbacks comes any more.
    virtual void close(const Error& error) = 0;

    /// The keyspace that USE chose on this connection, for v3 and v4.
    std::string keyspace;

    /// Starts to connect. Failures say which stage of which node failed; each stage may take
    /// `timeout`.
    [[nodiscard]] static std::shared_ptr<Link> open(boost::asio::io_context& io, Target target,
                                                    ConnectionOptions options,
                                                    std::optional<TlsOptions> tls, Duration timeout,
                                                    Callbacks callbacks);
};

/// An error of connecting with its stage: "127.0.0.1:9042: the connection was refused".
[[nodiscard]] Error connectError(ConnectStage stage, const std::string& node, ErrorCode code,
                                 const std::string& sentence);

} // namespace engine::client
