#include "engine/node/server_connection.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace engine::node {

using namespace protocol;

namespace {

constexpr std::size_t kInputBytesFirst = 4096;
/// An input buffer that one large message made larger shrinks again.
constexpr std::size_t kInputBytesKept = 1 << 20;
constexpr std::size_t kRequestsFreeMax = 4096;
/// A request object that grew beyond this is not kept for reuse.
constexpr std::size_t kRequestBytesKept = 256 * 1024;
constexpr std::string_view kSupportedVersions = "3/v3, 4/v4, 5/v5, 6/v6-beta";

Error protocolError(std::string sentence)
{
    return Error{ErrorCode::ProtocolError, std::move(sentence)};
}

} // namespace

ServerRequestPtr RequestPool::take()
{
    std::unique_ptr<ServerRequest> request;
    if (m_free.empty()) {
        request = std::make_unique<ServerRequest>();
    } else {
        request = std::move(m_free.back());
        m_free.pop_back();
    }
    return ServerRequestPtr{request.release()};
}

PendingAnswer::PendingAnswer(ServerConnection& connection, std::int16_t stream)
    : m_connection(&connection), m_stream(stream)
{
    connection.requestBegan();
}

PendingAnswer::~PendingAnswer()
{
    if (m_connection != nullptr)
        m_connection->requestEnded();
}

void RecycleRequest::operator()(ServerRequest* request) const
{
    const PendingAnswer ending = std::move(request->answer); // the pool is the connection's
    std::unique_ptr<ServerRequest> owned{request};
    owned->request = OptionsRequest{};
    owned->customPayload.clear();
    RequestPool* const pool = ending.connection().m_pool.get();
    if (pool->m_free.size() >= kRequestsFreeMax || owned->m_body.capacity() > kRequestBytesKept ||
        owned->m_arena.reservedBytes() > kRequestBytesKept)
        return;
    owned->m_arena.clear();
    pool->m_free.push_back(std::move(owned));
}

ServerConnection::ServerConnection(const ConnectionSettings& settings, RequestHandler& handler,
                                   ServerAuthenticator* authenticator,
                                   std::shared_ptr<RequestPool> pool,
                                   ConnectionTransport& transport, const InetEndpoint& remote,
                                   std::uint32_t id)
    : m_settings(settings),
      m_handler(handler),
      m_authenticator(authenticator),
      m_pool(std::move(pool)),
      m_transport(&transport),
      m_remote(remote),
      m_id(id),
      m_frames(settings.bodyBytesMax),
      m_keyspace(&*m_keyspaces.emplace().first)
{
}

ServerConnection::~ServerConnection() = default;

std::span<char> ServerConnection::prepareInput(std::size_t bytesMin)
{
    if (m_inputBegin == m_inputEnd) {
        m_inputBegin = m_inputEnd = 0;
        if (m_input.size() > kInputBytesKept && bytesMin < kInputBytesKept) {
            m_input.resize(kInputBytesFirst);
            m_input.shrink_to_fit();
        }
    } else if (m_inputBegin > 0 && m_input.size() - m_inputEnd < bytesMin && !m_decoding &&
               !isPaused()) {
        // A paused segment decoder still points into the bytes; then they stay where they are.
        std::memmove(m_input.data(), m_input.data() + m_inputBegin, m_inputEnd - m_inputBegin);
        m_inputEnd -= m_inputBegin;
        m_inputBegin = 0;
    }
    if (m_input.size() - m_inputEnd < bytesMin)
        m_input.resize(std::max({kInputBytesFirst, m_input.size() * 2, m_inputEnd + bytesMin}));
    return {m_input.data() + m_inputEnd, m_input.size() - m_inputEnd};
}

void ServerConnection::inputArrived(std::size_t size)
{
    m_inputEnd += size;
    decode();
}

void ServerConnection::receive(ByteView bytes)
{
    const auto room = prepareInput(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    inputArrived(bytes.size());
}

bool ServerConnection::isPaused() const noexcept
{
    return m_inFlight >= m_settings.inFlightMax ||
           m_plain.size() + m_sealed.size() > m_settings.outputBytesMax;
}

bool ServerConnection::wantsInput() const noexcept
{
    return m_stage != Stage::Closing && !isDetached() && !isPaused();
}

void ServerConnection::resume()
{
    if (m_inputBegin != m_inputEnd || m_segments)
        decode();
}

void ServerConnection::detach() noexcept
{
    m_transport = nullptr;
    m_stage = Stage::Closing;
    m_plain.clear();
    m_sealed.clear();
}

void ServerConnection::decode()
{
    // A handler that answers at once may wake us in here, or end the connection.
    if (m_decoding || isDetached())
        return;
    m_decoding = true;
    m_decodingSince = m_transport->now(); // one look at the clock for all that came together
    const auto self = shared_from_this();
    while (wantsInput()) {
        if (m_stage == Stage::Fresh && !checkFirstBytes())
            break;
        ByteView in{m_input.data() + m_inputBegin, m_inputEnd - m_inputBegin};
        const std::size_t before = in.size();
        const auto got = m_segments ? m_segments->next(in) : m_frames.next(in);
        m_inputBegin += before - in.size();
        if (!got) {
            fail(got.error());
            break;
        }
        if (!*got)
            break;
        handle(**got);
    }
    m_decoding = false;
}

bool ServerConnection::checkFirstBytes()
{
    // v1 and v2 have headers of 8 bytes, and garbage may have any length: the version is judged
    // before there is a header.
    const std::size_t size = m_inputEnd - m_inputBegin;
    if (size == 0)
        return false;
    const auto first = static_cast<std::uint8_t>(m_input[m_inputBegin]) & 0x7f;
    if (!isKnownVersion(static_cast<std::uint8_t>(first))) {
        refuseVersion(static_cast<std::uint8_t>(first));
        return false;
    }
    if (size < 2)
        return false;
    m_version = static_cast<ProtocolVersion>(first);
    const auto flags = static_cast<std::uint8_t>(m_input[m_inputBegin + 1]);
    if (isBeta(m_version) && (flags & envelope_flag::kUseBeta) == 0) {
        respondError(0, protocolError("Beta version of the protocol used (6/v6-beta), but USE_BETA "
                                      "flag is unset"));
        m_stage = Stage::Closing;
        return false;
    }
    m_stage = Stage::Startup;
    return true;
}

void ServerConnection::refuseVersion(std::uint8_t first)
{
    const Error error =
        protocolError("Invalid or unsupported protocol version (" + std::to_string(first) +
                      "); supported versions are (" + std::string(kSupportedVersions) + ")");
    if (first == 1 || first == 2) {
        // In the header that such a client understands: one byte of stream.
        ByteWriter out{m_plain};
        const std::size_t start = m_plain.size();
        out.u8(static_cast<std::uint8_t>(0x80 | first));
        out.u8(0);
        out.u8(0);
        out.u8(static_cast<std::uint8_t>(Opcode::Error));
        out.u32(0);
        encodeError(out, ProtocolVersion::V3, error);
        storeBigEndian(m_plain.data() + start + 4,
                       static_cast<std::uint32_t>(m_plain.size() - start - 8));
        m_transport->wake();
    } else {
        m_version = kProtocolVersionMax;
        respondError(0, error);
    }
    m_stage = Stage::Closing;
}

void ServerConnection::fail(const Error& error)
{
    Error told = error;
    std::int16_t stream = m_segments ? m_segments->header().stream : m_frames.header().stream;
    if (error.extra<CrcMismatch>() != nullptr) {
        char id[16];
        std::snprintf(id, sizeof id, "%08x ", m_id);
        told = Error{error.code(), id + error.detail()};
        stream = 0; // nothing that was read can be trusted
    }
    respondError(stream, told);
    m_stage = Stage::Closing;
}

void ServerConnection::handle(const Envelope& envelope)
{
    const EnvelopeHeader& header = envelope.header;
    if (m_stuck) {
        respondError(m_stuck->first, m_stuck->second);
        return;
    }
    if (header.version != static_cast<std::uint8_t>(m_version)) {
        respondError(header.stream,
                     protocolError("Invalid message version. Got " +
                                   std::to_string(header.version) +
                                   " but previous messages on this connection had version " +
                                   std::to_string(static_cast<int>(m_version))));
        m_stage = Stage::Closing;
        return;
    }
    const auto opcode = static_cast<Opcode>(header.opcode);
    if (!isKnownOpcode(header.opcode)) {
        Error error = protocolError("Unknown opcode " + std::to_string(header.opcode));
        respondError(header.stream, error);
        if (!usesSegments(m_version))
            m_stuck.emplace(header.stream, std::move(error));
        return;
    }
    if (header.isResponse) {
        respondError(header.stream,
                     protocolError("Wrong protocol direction (expected REQUEST, got RESPONSE) for "
                                   "opcode " +
                                   std::to_string(header.opcode) + " (" +
                                   std::string(opcodeName(opcode)) + ")"));
        return;
    }
    ++m_requestCount;
    if (opcode == Opcode::Execute && handleAtOnce(envelope))
        return;
    ByteView message = envelope.body;
    auto prelude = readPrelude(header, message);
    if (!prelude) {
        respondError(header.stream, prelude.error());
        return;
    }
    const bool isForHandler = opcode == Opcode::Query || opcode == Opcode::Prepare ||
                              opcode == Opcode::Execute || opcode == Opcode::Batch;
    if (isForHandler && m_stage == Stage::Ready) {
        handleRequest(envelope, opcode, prelude->traced, message,
                      std::move(prelude->customPayload));
        return;
    }
    m_arena.clear();
    Request request;
    if (const auto decoded = decodeRequest(m_version, opcode, message, m_arena, request);
        !decoded) {
        respondError(header.stream, decoded.error());
        if (m_stage == Stage::Startup)
            ++m_startupsFailed;
        return;
    }
    if (std::holds_alternative<OptionsRequest>(request))
        sendSupported(header.stream);
    else if (m_stage == Stage::Ready && std::holds_alternative<RegisterRequest>(request))
        registerFor(header.stream, std::get<RegisterRequest>(request));
    else
        handleBeforeReady(header.stream, request);
}

bool ServerConnection::handleAtOnce(const Envelope& envelope)
{
    constexpr std::uint8_t kWithPrelude = envelope_flag::kTracing | envelope_flag::kCustomPayload;
    return m_stage == Stage::Ready && !envelope.header.has(kWithPrelude) &&
           m_handler.handleAtOnce(*this, envelope.header.stream, envelope.body, m_decodingSince);
}

void ServerConnection::handleRequest(const Envelope& envelope, Opcode opcode, bool traced,
                                     ByteView message, CustomPayload payload)
{
    ServerRequestPtr request = m_pool->take();
    request->answer = PendingAnswer{*this, envelope.header.stream};
    // The message moves into the request, because the input buffer goes on without it: a copy
    // of a few hundred bytes instead of a lifetime that every statement would have to mind.
    request->m_body.assign(message);
    if (const auto decoded =
            decodeRequest(m_version, opcode, request->m_body, request->m_arena, request->request);
        !decoded) {
        respondError(envelope.header.stream, decoded.error());
        return;
    }
    request->opcode = opcode;
    request->traced = traced;
    request->received = m_decodingSince;
    request->customPayload = std::move(payload);
    m_handler.handle(std::move(request));
}

void ServerConnection::handleBeforeReady(std::int16_t stream, const Request& request)
{
    const std::string name{opcodeName(opcodeOf(request))};
    switch (m_stage) {
    case Stage::Startup:
        if (const auto* startup = std::get_if<StartupRequest>(&request)) {
            startUp(stream, *startup);
            return;
        }
        respondError(
            0, protocolError("Unexpected message " + name + ", expecting STARTUP or OPTIONS"));
        m_stage = Stage::Closing;
        return;
    case Stage::Authenticating:
        if (const auto* token = std::get_if<AuthResponseRequest>(&request)) {
            logIn(stream, *token);
            return;
        }
        respondError(stream,
                     protocolError("Unexpected message " + name + ", expecting SASL_RESPONSE"));
        return;
    default:
        respondError(stream, protocolError("Unexpected message " + name + " in state READY"));
        return;
    }
}

void ServerConnection::sendSupported(std::int16_t stream)
{
    respond(stream, SupportedResponse{{{"PROTOCOL_VERSIONS", {"3/v3", "4/v4", "5/v5", "6/v6-beta"}},
                                       {"COMPRESSION", {"snappy", "lz4"}},
                                       {"CQL_VERSION", {"3.4.7"}}}});
}

void ServerConnection::startUp(std::int16_t stream, const StartupRequest& startup)
{
    // Real Cassandra drops a v5 connection at its third try: by then it expects segments.
    if (usesSegments(m_version) && m_startupsFailed >= 2) {
        m_stage = Stage::Closing;
        return;
    }
    const auto refuse = [&](std::string sentence) {
        ++m_startupsFailed;
        respondError(stream, protocolError(std::move(sentence)));
    };
    if (startup.find("CQL_VERSION") == nullptr) {
        refuse("Missing value CQL_VERSION in STARTUP message");
        return;
    }
    Compression compression = Compression::None;
    if (const std::string* name = startup.find("COMPRESSION"); name != nullptr && !name->empty()) {
        std::string lower = *name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (lower == "lz4") {
            compression = Compression::Lz4;
        } else if (lower == "snappy") {
            if (usesSegments(m_version)) {
                refuse("Snappy compression is not supported in protocol V5");
                return;
            }
            compression = Compression::Snappy;
        } else {
            refuse("Unknown compression algorithm: " + *name);
            return;
        }
    }
    if (const std::string* name = startup.find("DRIVER_NAME"))
        m_driverName = *name;
    if (const std::string* version = startup.find("DRIVER_VERSION"))
        m_driverVersion = *version;

    if (!usesSegments(m_version)) {
        m_compression = compression;
        m_frames.setCompression(compression);
    }
    if (m_authenticator != nullptr) {
        m_stage = Stage::Authenticating;
        respond(stream, AuthenticateResponse{m_authenticator->className()});
    } else {
        m_stage = Stage::Ready;
        respond(stream, ReadyResponse{});
    }
    if (usesSegments(m_version)) {
        sealOutput(); // the answer to STARTUP is the last one outside a segment
        m_compression = compression;
        m_segments = std::make_unique<SegmentDecoder>(compression, m_settings.bodyBytesMax);
    }
}

void ServerConnection::logIn(std::int16_t stream, AuthResponseRequest request)
{
    m_authenticator->authenticate(
        request.token.value_or(Bytes{}),
        [answer = PendingAnswer{*this, stream}](Result<std::string> user) {
            ServerConnection& self = answer.connection();
            if (self.isDetached() || self.m_stage != Stage::Authenticating)
                return;
            if (!user) {
                self.respondError(answer.stream(), user.error());
                return;
            }
            self.m_user = std::move(*user);
            self.m_stage = Stage::Ready;
            self.respond(answer.stream(), AuthSuccessResponse{});
        });
}

void ServerConnection::registerFor(std::int16_t stream, const RegisterRequest& request)
{
    std::array<bool, 3> wanted = m_registered;
    for (const std::string& name : request.events) {
        const auto type = parseEventType(name);
        if (!type) {
            respondError(stream, protocolError("Invalid value '" + name + "' for Type"));
            return;
        }
        wanted[static_cast<std::size_t>(*type)] = true;
    }
    m_registered = wanted;
    respond(stream, ReadyResponse{});
}

void ServerConnection::push(const Event& event)
{
    if (m_stage == Stage::Ready && isRegistered(eventTypeOf(event)))
        respond(-1, EventResponse{event});
}

void ServerConnection::setKeyspace(std::string keyspace)
{
    m_keyspace = &*m_keyspaces.insert(std::move(keyspace)).first;
}

void ServerConnection::respond(std::int16_t stream, const Response& response,
                               const Prelude& prelude)
{
    respond(stream, opcodeOf(response), prelude,
            [&](ByteWriter& out) { encodeResponse(out, m_version, response); });
}

void ServerConnection::respondError(std::int16_t stream, const Error& error, const Prelude& prelude)
{
    respond(stream, Opcode::Error, prelude,
            [&](ByteWriter& out) { encodeError(out, m_version, error); });
}

void ServerConnection::respondVoid(std::int16_t stream)
{
    if (isDetached())
        return;
    const std::size_t start = m_plain.size();
    EnvelopeWriter envelope{m_plain, m_version, true, stream, Opcode::Result};
    envelope.body().i32(1); // RESULT's kind
    envelope.finish();
    finishAnswer(start);
}

void ServerConnection::requestBegan()
{
    if (m_inFlight++ == 0)
        m_whileInFlight = shared_from_this();
}

void ServerConnection::requestEnded() noexcept
{
    const bool wasPaused = isPaused();
    --m_inFlight;
    if (wasPaused && m_transport != nullptr)
        m_transport->wake();
    if (m_inFlight == 0) {
        const auto perhapsLast = std::move(m_whileInFlight);
    }
}

void ServerConnection::finishAnswer(std::size_t start)
{
    if (!m_segments)
        compressEnvelope(m_plain, start, m_compression, m_scratch);
    m_transport->wake();
}

void ServerConnection::sealOutput()
{
    if (m_plain.empty())
        return;
    if (m_segments)
        writeSegments(m_sealed, m_plain, m_compression, m_scratch, kServerSegmentPayloadMax);
    else if (m_sealed.empty())
        std::swap(m_sealed, m_plain);
    else
        m_sealed += m_plain;
    m_plain.clear();
}

void ServerConnection::takeOutput(Bytes& out)
{
    sealOutput();
    out.clear();
    std::swap(out, m_sealed);
}

} // namespace engine::node
