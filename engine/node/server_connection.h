#pragma once

#include "engine/base/inet.h"
#include "engine/node/request_handler.h"
#include "engine/protocol/envelope.h"
#include "engine/protocol/segment.h"

#include <array>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace engine::node {

struct ConnectionSettings {
    std::uint32_t bodyBytesMax = protocol::kBodyBytesMax;
    /// Requests of one connection that may wait for their answers; then it is not read further.
    std::uint32_t inFlightMax = 1024;
    /// Unsent answers of one connection; then it is not read further.
    std::size_t outputBytesMax = 32 << 20;
};

/// Requests ready for reuse; shared by the connections of a server.
class RequestPool {
public:
    [[nodiscard]] ServerRequestPtr take();

private:
    friend struct RecycleRequest;
    std::vector<std::unique_ptr<ServerRequest>> m_free;
};

/// What a ServerConnection asks of the socket that carries it.
class ConnectionTransport {
public:
    virtual ~ConnectionTransport() = default;
    /// There is output, or the connection may be read again, or shall be closed: look at it
    /// before the loop turn ends. Called often; cheap when already said.
    virtual void wake() = 0;
    [[nodiscard]] virtual MonoTime now() const = 0;
};

/// The server's side of one native-protocol connection, without I/O: bytes in, requests to the
/// handler, bytes out. Speaks v3, v4 and v5 (and 6/v6-beta), negotiates version and compression,
/// authenticates, registers for events, and answers what is malformed as Cassandra 5.0 does
/// (InitialConnectionHandler, CQLMessageHandler, ExceptionHandlers). Node thread only.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
public:
    /// References outlive it, except the transport: see detach(). `authenticator` may be
    /// nullptr. `id` distinguishes connections in messages.
    ServerConnection(const ConnectionSettings& settings, RequestHandler& handler,
                     ServerAuthenticator* authenticator, std::shared_ptr<RequestPool> pool,
                     ConnectionTransport& transport, const InetEndpoint& remote, std::uint32_t id);
    ~ServerConnection();

    // --- the socket's side ---

    /// Room for bytes from the socket, at least `bytesMin`.
    [[nodiscard]] std::span<char> prepareInput(std::size_t bytesMin = 4096);
    /// `size` bytes were written to it: decodes and handles what is complete.
    void inputArrived(std::size_t size);
    /// For tests: the two in one.
    void receive(ByteView bytes);
    /// Whether to read from the socket now; false while too much is in flight or unsent.
    [[nodiscard]] bool wantsInput() const noexcept;
    /// Goes on with input that waited. Call after output was taken.
    void resume();
    /// Everything to send now, replacing `out` (whose memory is reused).
    void takeOutput(Bytes& out);
    [[nodiscard]] bool hasOutput() const noexcept { return !m_plain.empty() || !m_sealed.empty(); }
    /// Close the socket once the output is sent.
    [[nodiscard]] bool wantsClose() const noexcept { return m_stage == Stage::Closing; }
    /// The socket is gone: answers are dropped from now on.
    void detach() noexcept;
    [[nodiscard]] bool isDetached() const noexcept { return m_transport == nullptr; }

    // --- the handler's side ---

    /// Answers `stream`: `encode(ByteWriter&)` appends the message.
    template <class Encode>
    void respond(std::int16_t stream, protocol::Opcode opcode, const protocol::Prelude& prelude,
                 Encode&& encode)
    {
        if (isDetached())
            return;
        const std::size_t start = m_plain.size();
        protocol::EnvelopeWriter envelope{m_plain, m_version, true, stream, opcode, prelude};
        encode(envelope.body());
        envelope.finish();
        finishAnswer(start);
    }
    /// RESULT of the kind Void.
    void respondVoid(std::int16_t stream);
    void respond(std::int16_t stream, const protocol::Response& response,
                 const protocol::Prelude& prelude = {});
    void respondError(std::int16_t stream, const Error& error,
                      const protocol::Prelude& prelude = {});
    /// Sends an event if the client registered for its type.
    void push(const protocol::Event& event);

    [[nodiscard]] protocol::ProtocolVersion version() const noexcept { return m_version; }
    [[nodiscard]] const InetEndpoint& remote() const noexcept { return m_remote; }
    [[nodiscard]] bool isReady() const noexcept { return m_stage == Stage::Ready; }
    [[nodiscard]] const std::string& user() const noexcept { return m_user; }
    [[nodiscard]] const std::string& driverName() const noexcept { return m_driverName; }
    [[nodiscard]] const std::string& driverVersion() const noexcept { return m_driverVersion; }
    [[nodiscard]] std::uint64_t requestCount() const noexcept { return m_requestCount; }
    [[nodiscard]] std::uint32_t inFlight() const noexcept { return m_inFlight; }
    [[nodiscard]] bool isRegistered(protocol::EventType type) const noexcept
    {
        return m_registered[static_cast<std::size_t>(type)];
    }

    /// The keyspace that USE chose, empty before. The string stays as long as the connection, so
    /// that a request that began before another USE keeps its own.
    [[nodiscard]] const std::string& keyspace() const noexcept { return *m_keyspace; }
    void setKeyspace(std::string keyspace);

private:
    friend class PendingAnswer;
    friend struct RecycleRequest;
    enum class Stage : std::uint8_t { Fresh, Startup, Authenticating, Ready, Closing };

    void requestBegan();
    /// May be the end of this.
    void requestEnded() noexcept;
    void decode();
    [[nodiscard]] bool checkFirstBytes();
    void refuseVersion(std::uint8_t first);
    void handle(const protocol::Envelope& envelope);
    [[nodiscard]] bool handleAtOnce(const protocol::Envelope& envelope);
    void handleRequest(const protocol::Envelope& envelope, protocol::Opcode opcode, bool traced,
                       ByteView message, protocol::CustomPayload payload);
    void handleBeforeReady(std::int16_t stream, const protocol::Request& request);
    void startUp(std::int16_t stream, const protocol::StartupRequest& startup);
    void logIn(std::int16_t stream, protocol::AuthResponseRequest request);
    void registerFor(std::int16_t stream, const protocol::RegisterRequest& request);
    void sendSupported(std::int16_t stream);
    void fail(const Error& error);
    void finishAnswer(std::size_t start);
    void sealOutput();
    [[nodiscard]] bool isPaused() const noexcept;

    const ConnectionSettings& m_settings;
    RequestHandler& m_handler;
    ServerAuthenticator* m_authenticator;
    std::shared_ptr<RequestPool> m_pool;
    ConnectionTransport* m_transport;
    InetEndpoint m_remote;
    std::uint32_t m_id;

    Stage m_stage = Stage::Fresh;
    protocol::ProtocolVersion m_version = protocol::kProtocolVersionMax;
    protocol::Compression m_compression = protocol::Compression::None;
    protocol::FrameDecoder m_frames;
    std::unique_ptr<protocol::SegmentDecoder> m_segments; ///< v5 after STARTUP
    std::uint32_t m_startupsFailed = 0;
    bool m_decoding = false;
    MonoTime m_decodingSince{};
    /// v3 and v4 give the answer to an unknown opcode to everything that follows, as Cassandra.
    std::optional<std::pair<std::int16_t, Error>> m_stuck;

    std::vector<char> m_input;
    std::size_t m_inputBegin = 0;
    std::size_t m_inputEnd = 0;
    Bytes m_plain;  ///< finished envelopes, not in segments yet
    Bytes m_sealed; ///< bytes as they go out
    Bytes m_scratch;
    Arena m_arena; ///< for what is handled at once
    std::uint32_t m_inFlight = 0;
    std::shared_ptr<ServerConnection> m_whileInFlight; ///< itself
    std::uint64_t m_requestCount = 0;

    std::array<bool, 3> m_registered{};
    std::set<std::string> m_keyspaces; ///< that were chosen
    const std::string* m_keyspace;     ///< one of them
    std::string m_user = "anonymous";
    std::string m_driverName;
    std::string m_driverVersion;
};

} // namespace engine::node
