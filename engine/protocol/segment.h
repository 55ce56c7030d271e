#pragma once

#include "engine/protocol/envelope.h"

namespace engine::protocol {

/// The payload of a segment has a 17-bit length (Cassandra's FrameEncoder.Payload.MAX_SIZE).
inline constexpr std::size_t kSegmentPayloadMax = 131071;
/// What Cassandra's server puts into one (PipelineConfigurator's flusher leaves 17 bytes).
inline constexpr std::size_t kServerSegmentPayloadMax = 131054;

/// CRC-24 of a segment's header (Cassandra's Crc.crc24: polynomial 0x1974F0B, initial 0x875060).
[[nodiscard]] std::uint32_t crc24(std::uint64_t bytes, int count) noexcept;
/// CRC-32 of a segment's payload: zlib's, after the four initial bytes fa 2d 55 ca.
[[nodiscard]] std::uint32_t segmentCrc32(ByteView payload) noexcept;

/// A segment whose checksum does not fit, with what Cassandra's message names.
struct CrcMismatch final : ErrorExtra {
    bool inHeader = false;
    std::int32_t read = 0;
    std::int32_t computed = 0;
};

/// Wraps finished envelopes (one after the other in `envelopes`) into segments, appended to
/// `out`: as many whole envelopes in a self-contained segment as fit; one that does not fit in
/// any is cut over several. With Lz4 a payload that does not shrink is sent as it is.
void writeSegments(Bytes& out, ByteView envelopes, Compression compression, Bytes& scratch,
                   std::size_t payloadMax = kSegmentPayloadMax);

/// Segments in, envelopes out: v5 after STARTUP. The use is that of FrameDecoder, but the bytes
/// of `in` must stay where they are until next() has returned nothing. A bad checksum is a
/// ProtocolError with CrcMismatch as its extra, a length above the limit or an envelope that
/// leaves its self-contained segment a ProtocolError; each is final.
class SegmentDecoder {
public:
    explicit SegmentDecoder(Compression compression,
                            std::uint32_t bodyBytesMax = kBodyBytesMax) noexcept
        : m_bodyBytesMax(bodyBytesMax), m_compression(compression)
    {
    }

    [[nodiscard]] Result<std::optional<Envelope>> next(ByteView& in);
    /// The header of the envelope that next() last gave or failed on.
    [[nodiscard]] const EnvelopeHeader& header() const noexcept { return m_header; }

private:
    struct Segment {
        ByteView payload;
        bool selfContained = true;
    };
    [[nodiscard]] Result<std::optional<Segment>> nextSegment(ByteView& in);
    [[nodiscard]] Result<std::optional<Envelope>> advance(ByteView& in);
    [[nodiscard]] Result<Envelope> takeEnvelope();
    [[nodiscard]] Result<std::optional<Envelope>> addPart(ByteView part);

    std::uint32_t m_bodyBytesMax;
    Compression m_compression;
    EnvelopeHeader m_header;
    ByteView m_payload; ///< what is left of a self-contained segment
    Bytes m_plain;      ///< a decompressed payload
    Bytes m_parts;      ///< an envelope that spans segments, so far
    bool m_partsGiven = false;
    std::optional<Error> m_failure;
};

} // namespace engine::protocol
