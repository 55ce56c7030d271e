#include "engine/protocol/envelope.h"

#include "engine/protocol/compression.h"
#include "engine/protocol/message_reader.h"

namespace engine::protocol {

std::string_view opcodeName(Opcode opcode) noexcept
{
    switch (opcode) {
    case Opcode::Error:
        return "ERROR";
    case Opcode::Startup:
        return "STARTUP";
    case Opcode::Ready:
        return "READY";
    case Opcode::Authenticate:
        return "AUTHENTICATE";
    case Opcode::Options:
        return "OPTIONS";
    case Opcode::Supported:
        return "SUPPORTED";
    case Opcode::Query:
        return "QUERY";
    case Opcode::Result:
        return "RESULT";
    case Opcode::Prepare:
        return "PREPARE";
    case Opcode::Execute:
        return "EXECUTE";
    case Opcode::Register:
        return "REGISTER";
    case Opcode::Event:
        return "EVENT";
    case Opcode::Batch:
        return "BATCH";
    case Opcode::AuthChallenge:
        return "AUTH_CHALLENGE";
    case Opcode::AuthResponse:
        return "AUTH_RESPONSE";
    case Opcode::AuthSuccess:
        return "AUTH_SUCCESS";
    }
    return {};
}

bool isKnownOpcode(std::uint8_t number) noexcept
{
    return !opcodeName(static_cast<Opcode>(number)).empty();
}

bool isRequest(Opcode opcode) noexcept
{
    switch (opcode) {
    case Opcode::Startup:
    case Opcode::Options:
    case Opcode::Query:
    case Opcode::Prepare:
    case Opcode::Execute:
    case Opcode::Register:
    case Opcode::Batch:
    case Opcode::AuthResponse:
        return true;
    default:
        return false;
    }
}

EnvelopeHeader EnvelopeHeader::read(const char* from) noexcept
{
    EnvelopeHeader header;
    const auto first = static_cast<std::uint8_t>(from[0]);
    header.version = first & 0x7f;
    header.isResponse = (first & 0x80) != 0;
    header.flags = static_cast<std::uint8_t>(from[1]);
    header.stream = loadBigEndian<std::int16_t>(from + 2);
    header.opcode = static_cast<std::uint8_t>(from[4]);
    header.bodyBytes = loadBigEndian<std::uint32_t>(from + 5);
    return header;
}

void EnvelopeHeader::write(char* to) const noexcept
{
    to[0] = static_cast<char>(version | (isResponse ? 0x80 : 0));
    to[1] = static_cast<char>(flags);
    storeBigEndian(to + 2, stream);
    to[4] = static_cast<char>(opcode);
    storeBigEndian(to + 5, bodyBytes);
}

std::uint8_t Prelude::flags() const noexcept
{
    std::uint8_t flags = 0;
    if (traced || tracingId)
        flags |= envelope_flag::kTracing;
    if (!warnings.empty())
        flags |= envelope_flag::kWarning;
    if (!customPayload.empty())
        flags |= envelope_flag::kCustomPayload;
    return flags;
}

EnvelopeWriter::EnvelopeWriter(Bytes& out, ProtocolVersion version, bool isResponse,
                               std::int16_t stream, Opcode opcode)
    : m_writer(out), m_start(out.size())
{
    EnvelopeHeader header;
    header.version = static_cast<std::uint8_t>(version);
    header.isResponse = isResponse;
    header.flags = isBeta(version) ? envelope_flag::kUseBeta : std::uint8_t{0};
    header.stream = stream;
    header.opcode = static_cast<std::uint8_t>(opcode);
    char raw[kEnvelopeHeaderBytes];
    header.write(raw);
    m_writer.raw({raw, sizeof raw});
}

EnvelopeWriter::EnvelopeWriter(Bytes& out, ProtocolVersion version, bool isResponse,
                               std::int16_t stream, Opcode opcode, const Prelude& prelude)
    : EnvelopeWriter(out, version, isResponse, stream, opcode)
{
    std::uint8_t flags = prelude.flags();
    if (version == ProtocolVersion::V3) // warnings and payloads came with v4
        flags &= envelope_flag::kTracing;
    if (flags == 0)
        return;
    char& flagsByte = out[m_start + 1];
    flagsByte = static_cast<char>(static_cast<std::uint8_t>(flagsByte) | flags);
    if (isResponse && prelude.tracingId)
        m_writer.raw(prelude.tracingId->view());
    if ((flags & envelope_flag::kWarning) != 0)
        writeStringList(m_writer, prelude.warnings);
    if ((flags & envelope_flag::kCustomPayload) != 0) {
        m_writer.u16(static_cast<std::uint16_t>(prelude.customPayload.size()));
        for (const auto& [name, value] : prelude.customPayload) {
            writeString(m_writer, name);
            writeBytes(m_writer, value);
        }
    }
}

std::size_t EnvelopeWriter::bodyBytes() const noexcept
{
    return m_writer.position() - m_start - kEnvelopeHeaderBytes;
}

void EnvelopeWriter::finish() noexcept
{
    storeBigEndian(m_writer.buffer().data() + m_start + 5, static_cast<std::uint32_t>(bodyBytes()));
}

void EnvelopeWriter::abandon()
{
    m_writer.buffer().resize(m_start);
}

Result<Prelude> readPrelude(const EnvelopeHeader& header, ByteView& body)
{
    Prelude prelude;
    MessageReader in{body};
    if (header.has(envelope_flag::kTracing)) {
        if (header.isResponse)
            prelude.tracingId = in.uuid();
        else
            prelude.traced = true;
    }
    if (header.isResponse && header.has(envelope_flag::kWarning))
        prelude.warnings = in.stringList();
    if (header.version >= 4 && header.has(envelope_flag::kCustomPayload)) {
        const std::size_t size = in.count(in.u16("a custom payload"), 6);
        for (std::size_t i = 0; i < size && in.ok(); ++i) {
            std::string name{in.string()};
            const auto value = in.bytes();
            prelude.customPayload.emplace_back(std::move(name),
                                               value ? std::optional<Bytes>{*value} : std::nullopt);
        }
    }
    if (!in.ok())
        return in.error();
    body = in.raw().rest();
    return prelude;
}

void compressEnvelope(Bytes& out, std::size_t start, Compression compression, Bytes& scratch)
{
    const ByteView body = ByteView{out}.substr(start + kEnvelopeHeaderBytes);
    if (compression == Compression::None || body.empty())
        return;
    scratch.clear();
    compressBody(compression, body, scratch);
    out.replace(start + kEnvelopeHeaderBytes, Bytes::npos, scratch);
    char& flags = out[start + 1];
    flags = static_cast<char>(static_cast<std::uint8_t>(flags) | envelope_flag::kCompressed);
    storeBigEndian(out.data() + start + 5, static_cast<std::uint32_t>(scratch.size()));
}

Result<std::optional<Envelope>> FrameDecoder::next(ByteView& in)
{
    if (m_failure)
        return *m_failure;
    if (in.size() < kEnvelopeHeaderBytes)
        return std::optional<Envelope>{};
    m_header = EnvelopeHeader::read(in.data());
    if (m_header.bodyBytes > m_bodyBytesMax) {
        m_failure =
            Error{ErrorCode::ProtocolError,
                  "Request is too big: length " + std::to_string(m_header.bodyBytes) +
                      " exceeds maximum allowed length " + std::to_string(m_bodyBytesMax) + "."};
        return *m_failure;
    }
    if (in.size() - kEnvelopeHeaderBytes < m_header.bodyBytes)
        return std::optional<Envelope>{};
    Envelope envelope{m_header, in.substr(kEnvelopeHeaderBytes, m_header.bodyBytes)};
    in.remove_prefix(kEnvelopeHeaderBytes + m_header.bodyBytes);
    if (m_header.has(envelope_flag::kCompressed) && !envelope.body.empty()) {
        if (m_compression == Compression::None) {
            m_failure = Error{ErrorCode::ProtocolError,
                              "Frame has its compression flag set, but no compression was agreed "
                              "in STARTUP"};
            return *m_failure;
        }
        if (auto done = decompressBody(m_compression, envelope.body, m_bodyBytesMax, m_plain);
            !done) {
            m_failure = done.error();
            return *m_failure;
        }
        envelope.body = m_plain;
    }
    return std::optional<Envelope>{envelope};
}

} // namespace engine::protocol
