#pragma once

#include "engine/base/network.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace engine::messaging {

/// What a message between nodes is for, with Cassandra's names and numbers (net/Verb.java).
/// On the wire; never renumber.
enum class Verb : std::uint16_t {
    MutationReq = 0,
    HintReq = 1,
    ReadRepairReq = 2,
    ReadReq = 3,
    BatchStoreReq = 5,
    BatchRemoveReq = 6,
    RangeReq = 9,
    GossipDigestSyn = 14,
    GossipDigestAck = 15,
    GossipDigestAck2 = 16,
    SchemaPushReq = 18,
    TruncateReq = 19,
    SchemaVersionReq = 20,
    CounterMutationReq = 24,
    SnapshotReq = 27,
    SchemaPullReq = 28,
    GossipShutdown = 29,
    EchoReq = 31,
    PaxosPrepareReq = 33,
    PaxosProposeReq = 34,
    PaxosCommitReq = 35,
    PingReq = 37,
    MutationRsp = 60,
    HintRsp = 61,
    ReadRepairRsp = 62,
    ReadRsp = 63,
    BatchStoreRsp = 65,
    BatchRemoveRsp = 66,
    RangeRsp = 69,
    TruncateRsp = 79,
    SchemaVersionRsp = 80,
    CounterMutationRsp = 84,
    SnapshotRsp = 87,
    SchemaPullRsp = 88,
    EchoRsp = 91,
    PaxosPrepareRsp = 93,
    PaxosProposeRsp = 94,
    PaxosCommitRsp = 95,
    PingRsp = 97,
    SchemaPushRsp = 98,
    FailureRsp = 99,
    RepairRsp = 100,
    ValidationReq = 101,
    ValidationRsp = 102,
    SyncReq = 103,
    SyncRsp = 104,
    PrepareConsistentReq = 108,
    PrepareConsistentRsp = 109,
    FinalizeProposeReq = 110,
    FinalizePromiseRsp = 111,
    FinalizeCommitReq = 112,
    FailedSession = 113,
    StatusReq = 114,
    StatusRsp = 115,
    // Ours: Cassandra streams over connections of their own and waits where we confirm.
    StreamReq = 250,
    StreamRsp = 251,
    RingBarrierReq = 252,
    RingBarrierRsp = 253,
    RingFetchReq = 254,
    RingFetchRsp = 255,
    RingRemoved = 256,
    FinalizeCommitRsp = 257,
    RepairDataReq = 258,
    RepairDataRsp = 259,
};

/// "MUTATION_REQ"; "UNKNOWN" for a number of a newer version.
[[nodiscard]] std::string_view verbName(Verb verb) noexcept;
[[nodiscard]] bool isKnownVerb(std::uint16_t number) noexcept;
[[nodiscard]] bool isResponse(Verb verb) noexcept;
/// The verb that answers a request. Requires a verb that has one.
[[nodiscard]] Verb responseOf(Verb request) noexcept;

/// Messages above this go over the large channel (OutboundConnections.LARGE_MESSAGE_THRESHOLD).
inline constexpr std::size_t kLargeMessageBytes = 65536;
/// Gossip and truncation are urgent, the rest goes by size.
[[nodiscard]] Channel channelFor(Verb verb, std::size_t messageBytes) noexcept;

} // namespace engine::messaging
