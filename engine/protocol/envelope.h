#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/protocol/version.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::protocol {

/// Native-protocol opcodes; never renumber.
enum class Opcode : std::uint8_t {
    Error = 0x00,
    Startup = 0x01,
    Ready = 0x02,
    Authenticate = 0x03,
    Options = 0x05,
    Supported = 0x06,
    Query = 0x07,
    Result = 0x08,
    Prepare = 0x09,
    Execute = 0x0A,
    Register = 0x0B,
    Event = 0x0C,
    Batch = 0x0D,
    AuthChallenge = 0x0E,
    AuthResponse = 0x0F,
    AuthSuccess = 0x10,
};
/// "AUTH_RESPONSE"; "85" for a number that is no opcode is up to the caller: empty here.
[[nodiscard]] std::string_view opcodeName(Opcode opcode) noexcept;
[[nodiscard]] bool isKnownOpcode(std::uint8_t number) noexcept;
/// Whether a client sends it; the others are the server's.
[[nodiscard]] bool isRequest(Opcode opcode) noexcept;

/// Bits of an envelope's flags byte.
namespace envelope_flag {
inline constexpr std::uint8_t kCompressed = 0x01;
inline constexpr std::uint8_t kTracing = 0x02;
inline constexpr std::uint8_t kCustomPayload = 0x04;
inline constexpr std::uint8_t kWarning = 0x08;
inline constexpr std::uint8_t kUseBeta = 0x10;
} // namespace envelope_flag

/// Cassandra's native_transport_max_frame_size would be 16 MiB; DESIGN.md takes 256 MiB, the
/// protocol's own bound.
inline constexpr std::uint32_t kBodyBytesMax = 256U * 1024 * 1024;
inline constexpr std::size_t kEnvelopeHeaderBytes = 9;

/// The 9 bytes in front of every message (v1 and v2 had 8).
struct EnvelopeHeader {
    std::uint8_t version = 4; ///< without the direction bit; may be one we do not speak
    bool isResponse = false;
    std::uint8_t flags = 0;
    std::int16_t stream = 0; ///< -1 for events
    std::uint8_t opcode = 0; ///< may be none we know
    std::uint32_t bodyBytes = 0;

    /// Requires kEnvelopeHeaderBytes bytes at `from`.
    [[nodiscard]] static EnvelopeHeader read(const char* from) noexcept;
    /// Requires room for kEnvelopeHeaderBytes at `to`.
    void write(char* to) const noexcept;

    [[nodiscard]] bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }
    friend bool operator==(const EnvelopeHeader&, const EnvelopeHeader&) = default;
};

/// One message as it was received: `body` is a view (see the decoder for how long it is valid),
/// already decompressed; `header` is as it was on the wire.
struct Envelope {
    EnvelopeHeader header;
    ByteView body;
};

/// Names to bytes, in the order of the wire; a missing value is null.
using CustomPayload = std::vector<std::pair<std::string, std::optional<Bytes>>>;

/// What may stand before the message in a body, told by the header's flags.
struct Prelude {
    std::optional<Uuid> tracingId;     ///< responses only
    bool traced = false;               ///< requests only: the client asks for tracing
    std::vector<std::string> warnings; ///< responses only
    CustomPayload customPayload;

    [[nodiscard]] std::uint8_t flags() const noexcept;
    friend bool operator==(const Prelude&, const Prelude&) = default;
};

/// Appends one envelope to a buffer: the constructor writes header and prelude, the caller the
/// message through body(), finish() the length. Does not compress.
///
///     EnvelopeWriter envelope{out, version, true, stream, Opcode::Ready, {}};
///     envelope.finish();
class EnvelopeWriter {
public:
    EnvelopeWriter(Bytes& out, ProtocolVersion version, bool isResponse, std::int16_t stream,
                   Opcode opcode);
    EnvelopeWriter(Bytes& out, ProtocolVersion version, bool isResponse, std::int16_t stream,
                   Opcode opcode, const Prelude& prelude);

    [[nodiscard]] ByteWriter& body() noexcept { return m_writer; }
    [[nodiscard]] std::size_t bodyBytes() const noexcept;
    void finish() noexcept;
    /// Forgets everything that was appended, for an answer that turned into an error.
    void abandon();

private:
    ByteWriter m_writer;
    std::size_t m_start;
};

/// Takes the prelude off a body; what is left of `body` is the message. ProtocolError if cut.
[[nodiscard]] Result<Prelude> readPrelude(const EnvelopeHeader& header, ByteView& body);

/// Compresses the body of the envelope that starts at `start` in `out` and sets its flag, as v3
/// and v4 do after STARTUP. `scratch` is reused between calls.
void compressEnvelope(Bytes& out, std::size_t start, Compression compression, Bytes& scratch);

/// Bytes in, envelopes out, for v3 and v4 and for what precedes segments in v5.
///
/// next() takes one whole envelope off the front of `in` or, when `in` has less than that,
/// leaves it and returns nothing; the caller keeps what is left in front of what it receives
/// next. Bodies are views of `in`, or of the decoder when the body was compressed: valid until
/// the next call. A header that breaks the rules (length above the limit) is a ProtocolError
/// as soon as it is seen, and the decoder gives the same error from then on: the stream has no
/// other place to start from. Versions and opcodes are not judged here.
class FrameDecoder {
public:
    explicit FrameDecoder(std::uint32_t bodyBytesMax = kBodyBytesMax) noexcept
        : m_bodyBytesMax(bodyBytesMax)
    {
    }

    void setCompression(Compression compression) noexcept { m_compression = compression; }
    [[nodiscard]] Result<std::optional<Envelope>> next(ByteView& in);
    /// The header of the envelope that next() failed on or is waiting for.
    [[nodiscard]] const EnvelopeHeader& header() const noexcept { return m_header; }

private:
    std::uint32_t m_bodyBytesMax;
    Compression m_compression = Compression::None;
    EnvelopeHeader m_header;
    Bytes m_plain;
    std::optional<Error> m_failure;
};

} // namespace engine::protocol
