#pragma once

#include "engine/base/inet.h"
#include "engine/base/result.h"

#include <boost/json/fwd.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace engine::admin {

struct JolokiaAddress {
    InetEndpoint endpoint;
    std::string path = "/jolokia/";
    std::string user; ///< empty: no authentication
    std::string password;
};

/// Speaks Jolokia to one agent over HTTP, ours or the Java agent beside Apache Cassandra.
///
/// Blocking, one thread at a time; keeps its connection between requests and connects again when
/// the peer has closed it. Errors: ConnectionRefused, Timeout, BadCredentials, Corrupt (the
/// answer is no JSON), Invalid (the agent's own error, with its sentence).
class JolokiaClient {
public:
    JolokiaClient(JolokiaAddress address, std::chrono::milliseconds timeout);
    ~JolokiaClient();

    [[nodiscard]] Result<boost::json::value> read(const std::string& bean,
                                                  const std::vector<std::string>& attributes);
    /// `signature` as Cassandra's, "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)".
    /// A timeout of zero waits for ever: for operations that end when their work has.
    [[nodiscard]] Result<boost::json::value>
    exec(const std::string& bean, const std::string& signature, boost::json::array arguments);
    /// Any request object; the `value` of the answer.
    [[nodiscard]] Result<boost::json::value> ask(const boost::json::object& request);
    /// Several requests in one HTTP exchange; each its own outcome, in order.
    [[nodiscard]] Result<std::vector<Result<boost::json::value>>>
    askAll(const boost::json::array& requests);

    [[nodiscard]] const JolokiaAddress& address() const noexcept { return m_address; }

private:
    Result<boost::json::value> post(const std::string& body);

    struct Connection;
    JolokiaAddress m_address;
    std::chrono::milliseconds m_timeout;
    std::unique_ptr<Connection> m_connection;
};

} // namespace engine::admin
