#pragma once

#include "engine/base/callback.h"
#include "engine/client/session.h"
#include "engine/protocol/requests.h"
#include "engine/protocol/responses.h"
#include "engine/protocol/segment.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::client {

/// A response with what stood in front of it. Views in it are valid during the callback only.
struct Reply {
    protocol::Response response;
    protocol::Prelude prelude;
};
/// Gets the reply (an ERROR has become the failure of the result).
using ReplyCallback = UniqueFunction<void(Result<Reply>)>;

/// What a connection says when it greets.
struct ConnectionOptions {
    protocol::ProtocolVersion version = protocol::kProtocolVersionMax;
    protocol::Compression compression = protocol::Compression::Lz4;
    std::optional<Credentials> credentials;
    std::string applicationName;
};

/// The client's side of one native-protocol connection, without I/O: negotiates compression and
/// authenticates, then carries requests under stream ids. Client thread only.
class ClientConnection {
public:
    /// `ready` comes once: success, or why the connection cannot be used (with ConnectFailure's
    /// stage in stage()).
    ClientConnection(ConnectionOptions options, UniqueFunction<void(Result<void>)> ready,
                     UniqueFunction<void(const protocol::Event&)> onEvent);

    /// Begins to greet: fills the output.
    void start();
    /// Bytes from the socket. After a failure of the protocol hasFailed() is true.
    void receive(ByteView bytes);
    void takeOutput(Bytes& out);
    [[nodiscard]] bool hasOutput() const noexcept { return !m_plain.empty() || !m_sealed.empty(); }
    [[nodiscard]] bool isReady() const noexcept { return m_stage == Stage::Ready; }
    [[nodiscard]] bool hasFailed() const noexcept { return m_stage == Stage::Failed; }
    [[nodiscard]] ConnectStage stage() const noexcept { return m_failureStage; }
    [[nodiscard]] protocol::ProtocolVersion version() const noexcept { return m_options.version; }

    /// Sends a request; nothing is returned if all stream ids are taken (then it was not sent).
    /// `done` comes exactly once unless cancelled.
    [[nodiscard]] std::optional<std::int16_t> send(const protocol::Request& request, bool traced,
                                                   ReplyCallback done);
    /// Forgets the callback of a request; its stream id stays taken until the answer comes.
    void cancel(std::int16_t stream);
    /// Whether a request can be sent now: greeted, and a stream id is free.
    [[nodiscard]] bool takesRequests() const noexcept;
    [[nodiscard]] std::size_t inFlight() const noexcept { return m_waiting.size(); }
    /// The socket is gone: every callback gets `error`.
    void fail(const Error& error);

private:
    enum class Stage : std::uint8_t { New, Options, Startup, Authenticating, Ready, Failed };

    void handle(const protocol::Envelope& envelope);
    void greet(const protocol::Response& response);
    void startUp(const protocol::SupportedResponse& supported);
    void sendGreeting(const protocol::Request& request);
    void becomeReady();
    void refuse(const Error& error, ConnectStage stage);
    void append(std::int16_t stream, const protocol::Request& request, bool traced);
    void seal();
    [[nodiscard]] std::optional<std::int16_t> freeStream();

    ConnectionOptions m_options;
    UniqueFunction<void(Result<void>)> m_ready;
    UniqueFunction<void(const protocol::Event&)> m_onEvent;
    Stage m_stage = Stage::New;
    ConnectStage m_failureStage = ConnectStage::Protocol;
    protocol::Compression m_compression = protocol::Compression::None;
    protocol::FrameDecoder m_frames;
    std::unique_ptr<protocol::SegmentDecoder> m_segments;
    Bytes m_input;
    Bytes m_plain;
    Bytes m_sealed;
    Bytes m_scratch;
    std::map<std::int16_t, ReplyCallback> m_waiting; ///< an empty callback: cancelled
    std::int16_t m_nextStream = 0;
};

} // namespace engine::client
