#pragma once

#include "engine/base/arena.h"
#include "engine/base/callback.h"
#include "engine/base/time.h"
#include "engine/protocol/requests.h"
#include "engine/protocol/responses.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::node {

class ServerConnection;
class RequestPool;

/// One QUERY, PREPARE, EXECUTE or BATCH on its way through the node: what was asked, with the
/// memory its views point to, and where the answer goes. Taken from a pool and given back to it,
/// so that a steady stream of requests takes nothing from the heap. Node thread only.
class ServerRequest {
public:
    protocol::Request request; ///< views of this object's memory
    std::int16_t stream = 0;
    protocol::Opcode opcode = protocol::Opcode::Query;
    bool traced = false; ///< the client wants a trace
    MonoTime received{};
    protocol::CustomPayload customPayload;

    /// The connection it came from; kept alive by the request, perhaps closed by now.
    [[nodiscard]] ServerConnection& connection() const noexcept { return *m_connection; }

private:
    friend class ServerConnection;
    friend class RequestPool;
    friend struct RecycleRequest;
    std::shared_ptr<ServerConnection> m_connection;
    Bytes m_body;
    Arena m_arena;
};

/// Gives a request back to its connection's pool.
struct RecycleRequest {
    void operator()(ServerRequest* request) const;
};
using ServerRequestPtr = std::unique_ptr<ServerRequest, RecycleRequest>;

/// Who takes credentials (SASL); see ServerConnection. Without one every client may enter.
class ServerAuthenticator {
public:
    virtual ~ServerAuthenticator() = default;
    /// "org.apache.cassandra.auth.PasswordAuthenticator"
    [[nodiscard]] virtual std::string className() const = 0;
    /// Judges a client's token (SASL PLAIN: NUL user NUL password); `done` gets the user's name,
    /// or BadCredentials in Cassandra's words, perhaps later: password hashes take the pool.
    virtual void authenticate(Bytes token, UniqueFunction<void(Result<std::string>)> done) = 0;
};

/// What executes requests. Node thread only.
class RequestHandler {
public:
    virtual ~RequestHandler() = default;
    /// Executes one request and answers it once through `request->connection().respond…`, before
    /// it returns or any time later, in any order between requests. Dropping the request without
    /// an answer leaves the client waiting: do it only on shutdown.
    virtual void handle(ServerRequestPtr request) = 0;
};

} // namespace engine::node
