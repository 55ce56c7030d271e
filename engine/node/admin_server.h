#pragma once

#include "engine/base/inet.h"
#include "engine/base/runtime.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace engine::node {

class Jolokia;

/// A subscriber to the event stream over WebSocket: gets complete JSON texts until unsubscribed.
/// `send` returns false when the reader is behind and the text was not taken.
struct EventSubscription {
    std::vector<std::string> kinds; ///< empty: all
    std::function<bool(const std::string&)> send;
};

struct AdminServerOptions {
    InetEndpoint listen;
    /// What clients prove by HTTP Basic as user "ringwright". Never empty.
    std::string secret;
};

/// What the server shows of the node. Node thread only.
struct AdminContent {
    Jolokia* jolokia = nullptr;
    /// Prometheus text.
    std::function<std::string()> metrics;
    /// Returns what ends the subscription; empty when there is no event stream.
    std::function<std::function<void()>(EventSubscription)> subscribe;
};

/// The node's admin endpoint: /jolokia/ (Jolokia 2), /metrics (Prometheus), /events (WebSocket).
///
/// Every request needs the secret; `Host` must be the node's own address and port; a foreign
/// Origin, Referer or Sec-Fetch-Site gets 403, no CORS header is ever sent; exec and write are
/// taken only by POST with application/json. So a web page, a rebound name or another user of
/// the machine cannot reach a cluster. Runs on the node's thread; needs a real runtime.
class AdminServer {
public:
    AdminServer(Runtime& runtime, AdminServerOptions options, AdminContent content);
    ~AdminServer();

    /// AddressInUse names the endpoint.
    [[nodiscard]] Result<void> start();
    /// Closes the listener and every connection.
    void stop();

private:
    class Impl;
    std::shared_ptr<Impl> m_impl;
};

/// Why a request is refused, or 0: the rules by themselves, for tests. Empty strings: the header
/// is absent.
struct AdminRequestHead {
    std::string method;
    std::string target;
    std::string host;
    std::string origin;
    std::string referer;
    std::string secFetchSite;
    std::string authorization;
    std::string contentType;
};
struct AdminRefusal {
    unsigned status = 0; ///< 0: allowed
    std::string sentence;
};
[[nodiscard]] AdminRefusal checkAdminRequest(const AdminRequestHead& head,
                                             const AdminServerOptions& options);

} // namespace engine::node
