#pragma once

#include "engine/base/inet.h"
#include "engine/base/runtime.h"
#include "engine/node/request_handler.h"
#include "engine/node/server_connection.h"
#include "engine/query/node_info.h"

#include <memory>
#include <vector>

namespace engine::node {

struct CqlServerOptions {
    InetEndpoint listen; ///< port 0: any free one, see CqlServer::address()
    ConnectionSettings connection;
    std::uint32_t connectionsMax = 2048;
};

/// The native-protocol server: sockets around ServerConnection. Reads each socket until it is
/// empty, writes each at most once a loop turn. Runs on the node's thread and needs a real
/// runtime.
class CqlServer {
public:
    /// References outlive it; `authenticator` may be nullptr.
    CqlServer(Runtime& runtime, CqlServerOptions options, RequestHandler& handler,
              ServerAuthenticator* authenticator = nullptr);
    /// stop()s. Requests in flight may end after it; their answers are dropped.
    ~CqlServer();

    /// AddressInUse names the endpoint.
    [[nodiscard]] Result<void> start();
    /// Closes the listener and every connection (nodetool disablebinary). start() opens again.
    void stop();
    [[nodiscard]] bool isRunning() const noexcept;
    /// The endpoint that start() bound.
    [[nodiscard]] InetEndpoint address() const noexcept;

    /// Sends an event to every connection that registered for its type.
    void push(const protocol::Event& event);
    /// The connections of the moment, for system_views.clients and nodetool clientstats.
    [[nodiscard]] std::vector<query::ClientRow> clients() const;

private:
    class Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace engine::node
