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
#include <utility>
#include <vector>

namespace engine::node {

class ServerConnection;
class RequestPool;

/// Where the answer to a request goes. Its connection counts it among those in flight and stays
/// until it is gone, perhaps closed. Node thread only.
class PendingAnswer {
public:
    PendingAnswer() noexcept = default;
    PendingAnswer(ServerConnection& connection, std::int16_t stream);
    PendingAnswer(PendingAnswer&& other) noexcept
        : m_connection(std::exchange(other.m_connection, nullptr)), m_stream(other.m_stream)
    {
    }
    PendingAnswer& operator=(PendingAnswer&& other) noexcept
    {
        std::swap(m_connection, other.m_connection);
        std::swap(m_stream, other.m_stream);
        return *this;
    }
    ~PendingAnswer();

    [[nodiscard]] ServerConnection& connection() const noexcept { return *m_connection; }
    [[nodiscard]] std::int16_t stream() const noexcept { return m_stream; }

private:
    ServerConnection* m_connection = nullptr;
    std::int16_t m_stream = 0;
};

/// One QUERY, PREPARE, EXECUTE or BATCH on its way through the node: what was asked, with the
/// memory its views point to, and where the answer goes. Taken from a pool and given back to it,
/// so that a steady stream of requests takes nothing from the heap. Node thread only.
class ServerRequest {
public:
    protocol::Request request; ///< views of this object's memory
    PendingAnswer answer;
    protocol::Opcode opcode = protocol::Opcode::Query;
    bool traced = false; ///< the client wants a trace
    MonoTime received{};
    protocol::CustomPayload customPayload;

    [[nodiscard]] ServerConnection& connection() const noexcept { return answer.connection(); }
    [[nodiscard]] std::int16_t stream() const noexcept { return answer.stream(); }

private:
    friend class ServerConnection;
    friend class RequestPool;
    friend struct RecycleRequest;
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

    /// Executes an EXECUTE, that nothing stands before, from where its connection received it, if
    /// nothing of it is needed once this returns. `message`: a view that is good until then.
    /// False: nothing was done, handle() it.
    [[nodiscard]] virtual bool handleAtOnce(ServerConnection& connection, std::int16_t stream,
                                            ByteView message, MonoTime received)
    {
        (void)connection, (void)stream, (void)message, (void)received;
        return false;
    }
};

} // namespace engine::node
