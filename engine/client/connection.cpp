#include "engine/client/connection.h"

#include "engine/protocol/error_extras.h"

#include <algorithm>

namespace engine::client {

using namespace protocol;

namespace {

/// Requests in flight on one connection, as other drivers: the ids reach 32,767.
constexpr std::size_t kStreamsMax = 2048;
constexpr std::int16_t kGreetingStream = 0;

Bytes saslPlain(const Credentials& credentials)
{
    Bytes token;
    token.push_back('\0');
    token += credentials.user;
    token.push_back('\0');
    token += credentials.password;
    return token;
}

bool offers(const SupportedResponse& supported, std::string_view option, std::string_view value)
{
    for (const auto& [name, values] : supported.options) {
        if (name == option)
            return std::find(values.begin(), values.end(), value) != values.end();
    }
    return false;
}

} // namespace

ClientConnection::ClientConnection(ConnectionOptions options,
                                   UniqueFunction<void(Result<void>)> ready,
                                   UniqueFunction<void(const Event&)> onEvent)
    : m_options(std::move(options)), m_ready(std::move(ready)), m_onEvent(std::move(onEvent))
{
}

void ClientConnection::start()
{
    m_stage = Stage::Options;
    sendGreeting(OptionsRequest{});
}

void ClientConnection::sendGreeting(const Request& request)
{
    append(kGreetingStream, request, false);
}

void ClientConnection::append(std::int16_t stream, const Request& request, bool traced)
{
    const std::size_t start = m_plain.size();
    Prelude prelude;
    prelude.traced = traced;
    EnvelopeWriter envelope{m_plain, m_options.version, false, stream, opcodeOf(request), prelude};
    encodeRequest(envelope.body(), m_options.version, request);
    envelope.finish();
    if (!m_segments)
        compressEnvelope(m_plain, start, m_compression, m_scratch);
}

void ClientConnection::seal()
{
    if (m_plain.empty())
        return;
    if (m_segments)
        writeSegments(m_sealed, m_plain, m_compression, m_scratch);
    else
        m_sealed += m_plain;
    m_plain.clear();
}

void ClientConnection::takeOutput(Bytes& out)
{
    seal();
    out.clear();
    std::swap(out, m_sealed);
}

void ClientConnection::receive(ByteView bytes)
{
    if (m_stage == Stage::Failed)
        return;
    m_input.append(bytes);
    ByteView in = m_input;
    while (m_stage != Stage::Failed) {
        const auto got = m_segments ? m_segments->next(in) : m_frames.next(in);
        if (!got) {
            refuse(got.error(), ConnectStage::Protocol);
            break;
        }
        if (!*got)
            break;
        handle(**got);
    }
    m_input.erase(0, m_input.size() - in.size());
}

void ClientConnection::handle(const Envelope& envelope)
{
    const EnvelopeHeader& header = envelope.header;
    if (!header.isResponse || header.version < 3 || !isKnownVersion(header.version)) {
        refuse(Error{ErrorCode::ProtocolError,
                     "what answers does not speak Cassandra's native protocol"},
               ConnectStage::Protocol);
        return;
    }
    // A server that does not speak our version answers in one of its own.
    const auto version = static_cast<ProtocolVersion>(header.version);
    ByteView message = envelope.body;
    auto prelude = readPrelude(header, message);
    if (!prelude) {
        refuse(prelude.error(), ConnectStage::Protocol);
        return;
    }
    auto response = decodeResponse(version, static_cast<Opcode>(header.opcode), message);
    if (m_stage != Stage::Ready) {
        if (response)
            greet(*response);
        else
            refuse(response.error(), ConnectStage::Protocol);
        return;
    }
    if (response && header.stream < 0) {
        if (const auto* event = std::get_if<EventResponse>(&*response);
            event != nullptr && m_onEvent)
            m_onEvent(event->event);
        return;
    }
    const auto at = m_waiting.find(header.stream);
    if (at == m_waiting.end())
        return; // an answer to nothing: harmless
    ReplyCallback done = std::move(at->second);
    m_waiting.erase(at);
    if (!done)
        return;
    if (!response)
        done(response.error());
    else if (const auto* error = std::get_if<ErrorResponse>(&*response))
        done(error->error);
    else
        done(Reply{std::move(*response), std::move(*prelude)});
}

void ClientConnection::greet(const Response& response)
{
    if (const auto* error = std::get_if<ErrorResponse>(&response)) {
        const bool isAuth =
            m_stage == Stage::Authenticating || error->error.code() == ErrorCode::BadCredentials;
        refuse(error->error, isAuth ? ConnectStage::Auth : ConnectStage::Protocol);
        return;
    }
    if (const auto* supported = std::get_if<SupportedResponse>(&response);
        supported != nullptr && m_stage == Stage::Options) {
        startUp(*supported);
        return;
    }
    const bool afterStartup = m_stage == Stage::Startup;
    if (afterStartup && usesSegments(m_options.version)) {
        seal();
        m_segments = std::make_unique<SegmentDecoder>(m_compression);
    }
    if (afterStartup && std::holds_alternative<ReadyResponse>(response)) {
        becomeReady();
        return;
    }
    if (const auto* authenticate = std::get_if<AuthenticateResponse>(&response);
        afterStartup && authenticate) {
        if (!m_options.credentials) {
            refuse(Error{ErrorCode::BadCredentials, "the cluster asks for a user and a password (" +
                                                        authenticate->authenticator + ")"},
                   ConnectStage::Auth);
            return;
        }
        m_stage = Stage::Authenticating;
        sendGreeting(AuthResponseRequest{saslPlain(*m_options.credentials)});
        return;
    }
    if (m_stage == Stage::Authenticating && std::holds_alternative<AuthSuccessResponse>(response)) {
        becomeReady();
        return;
    }
    if (m_stage == Stage::Authenticating &&
        std::holds_alternative<AuthChallengeResponse>(response)) {
        // Only SASL PLAIN is spoken: DSE's challenge asks which mechanism, and takes the token.
        sendGreeting(AuthResponseRequest{saslPlain(*m_options.credentials)});
        return;
    }
    refuse(Error{ErrorCode::ProtocolError, "the server answered the greeting with " +
                                               std::string(opcodeName(opcodeOf(response)))},
           ConnectStage::Protocol);
}

void ClientConnection::startUp(const SupportedResponse& supported)
{
    StartupRequest startup;
    startup.options.emplace_back("CQL_VERSION", "3.0.0");
    Compression compression = m_options.compression;
    if (compression == Compression::Snappy && usesSegments(m_options.version))
        compression = Compression::Lz4;
    if (compression == Compression::Lz4 && !offers(supported, "COMPRESSION", "lz4"))
        compression = Compression::None;
    if (compression == Compression::Snappy && !offers(supported, "COMPRESSION", "snappy"))
        compression = Compression::None;
    if (compression != Compression::None)
        startup.options.emplace_back("COMPRESSION",
                                     compression == Compression::Lz4 ? "lz4" : "snappy");
    startup.options.emplace_back("DRIVER_NAME", "Ringwright");
    startup.options.emplace_back("DRIVER_VERSION", "0.1.0");
    if (!m_options.applicationName.empty())
        startup.options.emplace_back("APPLICATION_NAME", m_options.applicationName);
    m_stage = Stage::Startup;
    sendGreeting(startup);
    m_compression = compression; // STARTUP itself is never compressed
    m_frames.setCompression(compression);
}

void ClientConnection::becomeReady()
{
    m_stage = Stage::Ready;
    if (auto ready = std::move(m_ready); ready)
        ready(ok());
}

void ClientConnection::refuse(const Error& error, ConnectStage stage)
{
    m_failureStage = stage;
    fail(error);
}

void ClientConnection::fail(const Error& error)
{
    if (m_stage == Stage::Failed)
        return;
    m_stage = Stage::Failed;
    if (auto ready = std::move(m_ready); ready)
        ready(error);
    auto waiting = std::move(m_waiting);
    m_waiting.clear();
    for (auto& [stream, done] : waiting) {
        if (done)
            done(error);
    }
}

bool ClientConnection::takesRequests() const noexcept
{
    return m_stage == Stage::Ready && m_waiting.size() < kStreamsMax;
}

std::optional<std::int16_t> ClientConnection::freeStream()
{
    if (m_waiting.size() >= kStreamsMax)
        return std::nullopt;
    while (m_waiting.count(m_nextStream) != 0)
        m_nextStream = static_cast<std::int16_t>((m_nextStream + 1) % 32768);
    const std::int16_t stream = m_nextStream;
    m_nextStream = static_cast<std::int16_t>((m_nextStream + 1) % 32768);
    return stream;
}

std::optional<std::int16_t> ClientConnection::send(const Request& request, bool traced,
                                                   ReplyCallback done)
{
    if (m_stage != Stage::Ready)
        return std::nullopt;
    const auto stream = freeStream();
    if (!stream)
        return std::nullopt;
    append(*stream, request, traced);
    m_waiting.emplace(*stream, std::move(done));
    return stream;
}

void ClientConnection::cancel(std::int16_t stream)
{
    if (const auto at = m_waiting.find(stream); at != m_waiting.end())
        at->second = {};
}

} // namespace engine::client
