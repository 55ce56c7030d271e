#include "engine/protocol/segment.h"

#include "engine/base/hash.h"
#include "engine/protocol/compression.h"

namespace engine::protocol {

namespace {

constexpr std::uint32_t kCrc24Initial = 0x875060;
constexpr std::uint32_t kCrc24Polynomial = 0x1974F0B;
constexpr std::uint64_t kLengthMask = (1U << 17) - 1;
constexpr std::size_t kPlainHeaderBytes = 6;
constexpr std::size_t kLz4HeaderBytes = 8;
constexpr std::size_t kTrailerBytes = 4;

std::uint64_t loadLittleEndian(const char* from, int count) noexcept
{
    std::uint64_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = (value << 8) | static_cast<unsigned char>(from[i]);
    return value;
}

void appendLittleEndian(Bytes& out, std::uint64_t value, int count)
{
    for (int i = 0; i < count; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

Error crcMismatch(bool inHeader, std::uint32_t read, std::uint32_t computed)
{
    auto extra = std::make_shared<CrcMismatch>();
    extra->inHeader = inHeader;
    extra->read = static_cast<std::int32_t>(read);
    extra->computed = static_cast<std::int32_t>(computed);
    std::string sentence = "invalid, unrecoverable CRC mismatch detected in frame ";
    sentence += inHeader ? "header" : "body";
    sentence +=
        ". Read " + std::to_string(extra->read) + ", Computed " + std::to_string(extra->computed);
    return Error{ErrorCode::ProtocolError, std::move(sentence), std::move(extra)};
}

void writeOneSegment(Bytes& out, ByteView payload, bool selfContained, Compression compression,
                     Bytes& scratch)
{
    if (compression == Compression::None) {
        const std::uint64_t header = payload.size() | (selfContained ? 1ULL << 17 : 0);
        appendLittleEndian(out, header, 3);
        appendLittleEndian(out, crc24(header, 3), 3);
    } else {
        compressLz4Block(payload, scratch);
        // A plain length of 0 says that the payload is not compressed.
        std::uint64_t plainBytes = payload.size();
        if (scratch.size() < payload.size())
            payload = scratch;
        else
            plainBytes = 0;
        const std::uint64_t header =
            payload.size() | plainBytes << 17 | (selfContained ? 1ULL << 34 : 0);
        appendLittleEndian(out, header, 5);
        appendLittleEndian(out, crc24(header, 5), 3);
    }
    out.append(payload);
    appendLittleEndian(out, segmentCrc32(payload), 4);
}

} // namespace

std::uint32_t crc24(std::uint64_t bytes, int count) noexcept
{
    std::uint32_t crc = kCrc24Initial;
    for (int i = 0; i < count; ++i) {
        crc ^= static_cast<std::uint32_t>(bytes >> (8 * i) & 0xff) << 16;
        for (int bit = 0; bit < 8; ++bit) {
            crc <<= 1;
            if ((crc & 0x1000000) != 0)
                crc ^= kCrc24Polynomial;
        }
    }
    return crc;
}

std::uint32_t segmentCrc32(ByteView payload) noexcept
{
    // zlib's CRC-32 of fa 2d 55 ca: Cassandra starts each payload's checksum with these bytes.
    static constexpr std::uint32_t kAfterInitialBytes = 0x44777ed3;
    return crc32(payload, kAfterInitialBytes);
}

void writeSegments(Bytes& out, ByteView envelopes, Compression compression, Bytes& scratch,
                   std::size_t payloadMax)
{
    while (!envelopes.empty()) {
        std::size_t whole = 0;
        std::size_t nextBytes = 0;
        while (whole < envelopes.size()) {
            nextBytes =
                kEnvelopeHeaderBytes + loadBigEndian<std::uint32_t>(envelopes.data() + whole + 5);
            if (whole + nextBytes > payloadMax)
                break;
            whole += nextBytes;
        }
        if (whole > 0) {
            writeOneSegment(out, envelopes.substr(0, whole), true, compression, scratch);
            envelopes.remove_prefix(whole);
            continue;
        }
        ByteView large = envelopes.substr(0, nextBytes);
        envelopes.remove_prefix(nextBytes);
        while (!large.empty()) {
            const ByteView part = large.substr(0, payloadMax);
            writeOneSegment(out, part, false, compression, scratch);
            large.remove_prefix(part.size());
        }
    }
}

Result<std::optional<SegmentDecoder::Segment>> SegmentDecoder::nextSegment(ByteView& in)
{
    const bool lz4 = m_compression == Compression::Lz4;
    const std::size_t headerBytes = lz4 ? kLz4HeaderBytes : kPlainHeaderBytes;
    if (in.size() < headerBytes)
        return std::optional<Segment>{};
    const int lengthBytes = lz4 ? 5 : 3;
    const std::uint64_t header = loadLittleEndian(in.data(), lengthBytes);
    const auto readCrc = static_cast<std::uint32_t>(loadLittleEndian(in.data() + lengthBytes, 3));
    if (const std::uint32_t computed = crc24(header, lengthBytes); computed != readCrc)
        return crcMismatch(true, readCrc, computed);

    const std::size_t payloadBytes = header & kLengthMask;
    const std::size_t plainBytes = lz4 ? header >> 17 & kLengthMask : 0;
    const bool selfContained = (header >> (lz4 ? 34 : 17) & 1) != 0;
    if (in.size() < headerBytes + payloadBytes + kTrailerBytes)
        return std::optional<Segment>{};
    const ByteView payload = in.substr(headerBytes, payloadBytes);
    const auto readTrailer =
        static_cast<std::uint32_t>(loadLittleEndian(payload.data() + payloadBytes, 4));
    if (const std::uint32_t computed = segmentCrc32(payload); computed != readTrailer)
        return crcMismatch(false, readTrailer, computed);
    in.remove_prefix(headerBytes + payloadBytes + kTrailerBytes);
    if (plainBytes == 0)
        return std::optional<Segment>{Segment{payload, selfContained}};
    RW_TRY(decompressLz4Block(payload, plainBytes, m_plain));
    return std::optional<Segment>{Segment{m_plain, selfContained}};
}

Result<Envelope> SegmentDecoder::takeEnvelope()
{
    if (m_payload.size() < kEnvelopeHeaderBytes)
        return Error{ErrorCode::ProtocolError,
                     "A self contained segment ends in the middle of an envelope's header"};
    m_header = EnvelopeHeader::read(m_payload.data());
    if (m_header.bodyBytes > m_payload.size() - kEnvelopeHeaderBytes)
        return Error{ErrorCode::ProtocolError,
                     "An envelope of " + std::to_string(m_header.bodyBytes) +
                         " bytes leaves its self contained segment, in which " +
                         std::to_string(m_payload.size() - kEnvelopeHeaderBytes) + " are left"};
    const Envelope envelope{m_header, m_payload.substr(kEnvelopeHeaderBytes, m_header.bodyBytes)};
    m_payload.remove_prefix(kEnvelopeHeaderBytes + m_header.bodyBytes);
    return envelope;
}

Result<std::optional<Envelope>> SegmentDecoder::addPart(ByteView part)
{
    m_parts.append(part);
    if (m_parts.size() < kEnvelopeHeaderBytes)
        return std::optional<Envelope>{};
    m_header = EnvelopeHeader::read(m_parts.data());
    if (m_header.bodyBytes > m_bodyBytesMax)
        return Error{ErrorCode::ProtocolError,
                     "Request is too big: length " + std::to_string(m_header.bodyBytes) +
                         " exceeds maximum allowed length " + std::to_string(m_bodyBytesMax) + "."};
    const std::size_t wanted = kEnvelopeHeaderBytes + m_header.bodyBytes;
    if (m_parts.size() < wanted)
        return std::optional<Envelope>{};
    if (m_parts.size() > wanted)
        return Error{ErrorCode::ProtocolError,
                     "The segments of a large envelope hold " + std::to_string(m_parts.size()) +
                         " bytes, its header says " + std::to_string(wanted)};
    m_partsGiven = true;
    return std::optional<Envelope>{
        Envelope{m_header, ByteView{m_parts}.substr(kEnvelopeHeaderBytes)}};
}

Result<std::optional<Envelope>> SegmentDecoder::advance(ByteView& in)
{
    if (m_partsGiven) {
        m_partsGiven = false;
        m_parts.clear();
        if (m_parts.capacity() > 4 * kSegmentPayloadMax)
            m_parts.shrink_to_fit();
    }
    for (;;) {
        if (!m_payload.empty()) {
            RW_ASSIGN(const Envelope envelope, takeEnvelope());
            return std::optional<Envelope>{envelope};
        }
        RW_ASSIGN(const std::optional<Segment> segment, nextSegment(in));
        if (!segment)
            return std::optional<Envelope>{};
        if (segment->selfContained) {
            if (!m_parts.empty())
                return Error{ErrorCode::ProtocolError,
                             "A self contained segment came before the end of a large envelope"};
            m_payload = segment->payload;
            continue;
        }
        RW_ASSIGN(const std::optional<Envelope> large, addPart(segment->payload));
        if (large)
            return large;
    }
}

Result<std::optional<Envelope>> SegmentDecoder::next(ByteView& in)
{
    if (m_failure)
        return *m_failure;
    auto outcome = advance(in);
    if (!outcome)
        m_failure = outcome.error();
    return outcome;
}

} // namespace engine::protocol
