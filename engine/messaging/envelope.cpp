#include "engine/messaging/envelope.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"

#include <fmt/format.h>

namespace engine::messaging {

namespace {
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kEnvelopeOverheadBytes = 80;
} // namespace

void writeEndpoint(ByteWriter& out, const InetEndpoint& endpoint)
{
    out.u8(endpoint.address.size);
    out.raw(endpoint.address.view());
    out.u16(endpoint.port);
}

InetEndpoint readEndpoint(ByteReader& in)
{
    const std::uint8_t size = in.u8();
    auto address = InetAddress::fromBytes(in.raw(size));
    const std::uint16_t port = in.u16();
    if (!address || !in.ok()) {
        in.fail();
        return {};
    }
    return {*address, port};
}

Bytes encodeEnvelope(const Envelope& envelope, std::uint8_t version)
{
    ENGINE_ASSERT(version >= kVersionMin && version <= kVersionMax, "no such internode version");
    Bytes bytes;
    bytes.reserve(envelope.payload.size() + kEnvelopeOverheadBytes);
    ByteWriter out(bytes);
    out.u8(version);
    out.u16(static_cast<std::uint16_t>(envelope.verb));
    const bool isTraced = version >= 3 && (envelope.flags & kFlagTraced) != 0;
    out.u8(isTraced ? envelope.flags : static_cast<std::uint8_t>(envelope.flags & ~kFlagTraced));
    out.u64(envelope.id);
    writeEndpoint(out, envelope.from);
    out.i64(envelope.created.micros());
    const auto millis = std::chrono::ceil<std::chrono::milliseconds>(envelope.timeout).count();
    out.u32(static_cast<std::uint32_t>(millis < 0 ? 1 : millis));
    if (version >= 2) {
        out.u64(envelope.clock.value);
        out.u64(envelope.cause);
    }
    if (isTraced) [[unlikely]] {
        out.raw(envelope.traceId.view());
        out.bytesVint(envelope.traceEntries);
    }
    out.raw(envelope.payload);
    out.u32(crc32(bytes));
    return bytes;
}

Result<Envelope> decodeEnvelope(ByteView bytes)
{
    if (bytes.size() < 1 + kCrcBytes)
        return Error{ErrorCode::Corrupt, "An internode message is shorter than its header."};
    const auto version = static_cast<std::uint8_t>(bytes[0]);
    if (version < kVersionMin || version > kVersionMax)
        return Error{ErrorCode::VersionTooNew,
                     fmt::format("An internode message has version {}; this node reads {} to {}.",
                                 version, kVersionMin, kVersionMax)};
    const ByteView body = bytes.substr(0, bytes.size() - kCrcBytes);
    if (loadBigEndian<std::uint32_t>(bytes.data() + body.size()) != crc32(body))
        return Error{ErrorCode::Corrupt, "The checksum of an internode message does not match."};
    ByteReader in(body);
    in.skip(1);
    Envelope envelope;
    envelope.verb = static_cast<Verb>(in.u16());
    envelope.flags = in.u8();
    envelope.id = in.u64();
    envelope.from = readEndpoint(in);
    envelope.created = WallTime{std::chrono::microseconds{in.i64()}};
    envelope.timeout = std::chrono::milliseconds{in.u32()};
    if (version >= 2) {
        envelope.clock.value = in.u64();
        envelope.cause = in.u64();
    }
    if (version < 3)
        envelope.flags &= static_cast<std::uint8_t>(~kFlagTraced);
    if ((envelope.flags & kFlagTraced) != 0) [[unlikely]] {
        const ByteView traceId = in.raw(16);
        if (in.ok())
            envelope.traceId = Uuid::fromBytes(traceId);
        envelope.traceEntries = in.bytesVint();
    }
    if (!in.ok())
        return Error{ErrorCode::Corrupt, "An internode message ends within its header."};
    envelope.payload = in.rest();
    return envelope;
}

} // namespace engine::messaging
