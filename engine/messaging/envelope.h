#pragma once

#include "engine/base/bytes.h"
#include "engine/base/inet.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/base/trace.h"
#include "engine/messaging/hybrid_clock.h"
#include "engine/messaging/verb.h"

#include <cstdint>

namespace engine::messaging {

/// Versions of the internode protocol. Version 1 carries neither clock nor cause, version 2 no
/// traces; they are kept so that mixed clusters are tested from the start. On the wire; never
/// renumber.
inline constexpr std::uint8_t kVersionMin = 1;
inline constexpr std::uint8_t kVersionMax = 3;

/// Names a request among those that a node has open; the response carries it back.
using MessageId = std::uint64_t;

/// The request is traced: the session's id follows the header and, in an answer, what the sender
/// noted.
inline constexpr std::uint8_t kFlagTraced = 0x01;

/// One message between nodes. `payload` is a view of the received buffer or of the sender's.
///
/// `timeout` is what was left of the request's time when the message was sent, zero: none. The
/// receiver counts it from arrival on its own monotonic clock, so that clocks that disagree do
/// not expire good messages.
struct Envelope {
    Verb verb = Verb::PingReq;
    std::uint8_t flags = 0;
    MessageId id = 0;
    InetEndpoint from;
    WallTime created{};      ///< the sender's clock; for people
    Duration timeout{};      ///< whole milliseconds on the wire
    HybridTime clock;        ///< zero in version 1
    std::uint64_t cause = 0; ///< sequence of the sender's event that led to this, 0: none
    ByteView payload;
    Uuid traceId;                        ///< with kFlagTraced; lost in versions 1 and 2
    ByteView traceEntries;               ///< encodeTraceEntries(), in answers with kFlagTraced
    MonoTime expiresAt{};                ///< set by the receiver; zero: never
    std::shared_ptr<TraceSession> trace; ///< this node's part; nullptr: not traced
};

/// The wire form in one version: version, verb, flags, id, sender, times, [clock, cause,]
/// [trace's id and entries,] payload, CRC-32 of all before. Requires kVersionMin <= version <=
/// kVersionMax.
[[nodiscard]] Bytes encodeEnvelope(const Envelope& envelope, std::uint8_t version);
/// Reads a message of any version in kVersionMin..kVersionMax; the payload is a view of `bytes`.
/// VersionTooNew, or Corrupt (CRC, length).
[[nodiscard]] Result<Envelope> decodeEnvelope(ByteView bytes);

void writeEndpoint(ByteWriter& out, const InetEndpoint& endpoint);
/// Fails the reader on a wrong size.
[[nodiscard]] InetEndpoint readEndpoint(ByteReader& in);

} // namespace engine::messaging
