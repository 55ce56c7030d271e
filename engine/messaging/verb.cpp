#include "engine/messaging/verb.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <array>

namespace engine::messaging {

namespace {

struct VerbRow {
    Verb verb;
    std::string_view name;
};

constexpr std::array kVerbRows{
    VerbRow{Verb::MutationReq, "MUTATION_REQ"},
    VerbRow{Verb::HintReq, "HINT_REQ"},
    VerbRow{Verb::ReadRepairReq, "READ_REPAIR_REQ"},
    VerbRow{Verb::ReadReq, "READ_REQ"},
    VerbRow{Verb::BatchStoreReq, "BATCH_STORE_REQ"},
    VerbRow{Verb::BatchRemoveReq, "BATCH_REMOVE_REQ"},
    VerbRow{Verb::RangeReq, "RANGE_REQ"},
    VerbRow{Verb::GossipDigestSyn, "GOSSIP_DIGEST_SYN"},
    VerbRow{Verb::GossipDigestAck, "GOSSIP_DIGEST_ACK"},
    VerbRow{Verb::GossipDigestAck2, "GOSSIP_DIGEST_ACK2"},
    VerbRow{Verb::SchemaPushReq, "SCHEMA_PUSH_REQ"},
    VerbRow{Verb::TruncateReq, "TRUNCATE_REQ"},
    VerbRow{Verb::SchemaVersionReq, "SCHEMA_VERSION_REQ"},
    VerbRow{Verb::CounterMutationReq, "COUNTER_MUTATION_REQ"},
    VerbRow{Verb::SnapshotReq, "SNAPSHOT_REQ"},
    VerbRow{Verb::SchemaPullReq, "SCHEMA_PULL_REQ"},
    VerbRow{Verb::GossipShutdown, "GOSSIP_SHUTDOWN"},
    VerbRow{Verb::EchoReq, "ECHO_REQ"},
    VerbRow{Verb::PaxosPrepareReq, "PAXOS_PREPARE_REQ"},
    VerbRow{Verb::PaxosProposeReq, "PAXOS_PROPOSE_REQ"},
    VerbRow{Verb::PaxosCommitReq, "PAXOS_COMMIT_REQ"},
    VerbRow{Verb::PingReq, "PING_REQ"},
    VerbRow{Verb::MutationRsp, "MUTATION_RSP"},
    VerbRow{Verb::HintRsp, "HINT_RSP"},
    VerbRow{Verb::ReadRepairRsp, "READ_REPAIR_RSP"},
    VerbRow{Verb::ReadRsp, "READ_RSP"},
    VerbRow{Verb::BatchStoreRsp, "BATCH_STORE_RSP"},
    VerbRow{Verb::BatchRemoveRsp, "BATCH_REMOVE_RSP"},
    VerbRow{Verb::RangeRsp, "RANGE_RSP"},
    VerbRow{Verb::TruncateRsp, "TRUNCATE_RSP"},
    VerbRow{Verb::SchemaVersionRsp, "SCHEMA_VERSION_RSP"},
    VerbRow{Verb::CounterMutationRsp, "COUNTER_MUTATION_RSP"},
    VerbRow{Verb::SnapshotRsp, "SNAPSHOT_RSP"},
    VerbRow{Verb::SchemaPullRsp, "SCHEMA_PULL_RSP"},
    VerbRow{Verb::EchoRsp, "ECHO_RSP"},
    VerbRow{Verb::PaxosPrepareRsp, "PAXOS_PREPARE_RSP"},
    VerbRow{Verb::PaxosProposeRsp, "PAXOS_PROPOSE_RSP"},
    VerbRow{Verb::PaxosCommitRsp, "PAXOS_COMMIT_RSP"},
    VerbRow{Verb::PingRsp, "PING_RSP"},
    VerbRow{Verb::SchemaPushRsp, "SCHEMA_PUSH_RSP"},
    VerbRow{Verb::FailureRsp, "FAILURE_RSP"},
    VerbRow{Verb::RepairRsp, "REPAIR_RSP"},
    VerbRow{Verb::ValidationReq, "VALIDATION_REQ"},
    VerbRow{Verb::ValidationRsp, "VALIDATION_RSP"},
    VerbRow{Verb::SyncReq, "SYNC_REQ"},
    VerbRow{Verb::SyncRsp, "SYNC_RSP"},
    VerbRow{Verb::PrepareConsistentReq, "PREPARE_CONSISTENT_REQ"},
    VerbRow{Verb::PrepareConsistentRsp, "PREPARE_CONSISTENT_RSP"},
    VerbRow{Verb::FinalizeProposeReq, "FINALIZE_PROPOSE_MSG"},
    VerbRow{Verb::FinalizePromiseRsp, "FINALIZE_PROMISE_MSG"},
    VerbRow{Verb::FinalizeCommitReq, "FINALIZE_COMMIT_MSG"},
    VerbRow{Verb::FailedSession, "FAILED_SESSION_MSG"},
    VerbRow{Verb::StatusReq, "STATUS_REQ"},
    VerbRow{Verb::StatusRsp, "STATUS_RSP"},
    VerbRow{Verb::StreamReq, "STREAM_REQ"},
    VerbRow{Verb::StreamRsp, "STREAM_RSP"},
    VerbRow{Verb::RingBarrierReq, "RING_BARRIER_REQ"},
    VerbRow{Verb::RingBarrierRsp, "RING_BARRIER_RSP"},
    VerbRow{Verb::RingFetchReq, "RING_FETCH_REQ"},
    VerbRow{Verb::RingFetchRsp, "RING_FETCH_RSP"},
    VerbRow{Verb::RingRemoved, "RING_REMOVED"},
    VerbRow{Verb::FinalizeCommitRsp, "FINALIZE_COMMIT_RSP"},
    VerbRow{Verb::RepairDataReq, "REPAIR_DATA_REQ"},
    VerbRow{Verb::RepairDataRsp, "REPAIR_DATA_RSP"},
};

struct VerbPair {
    Verb request;
    Verb response;
};

/// Those whose numbers are not 60 apart.
constexpr std::array kOddPairs{
    VerbPair{Verb::SchemaPushReq, Verb::SchemaPushRsp},
    VerbPair{Verb::ValidationReq, Verb::ValidationRsp},
    VerbPair{Verb::SyncReq, Verb::SyncRsp},
    VerbPair{Verb::PrepareConsistentReq, Verb::PrepareConsistentRsp},
    VerbPair{Verb::FinalizeProposeReq, Verb::FinalizePromiseRsp},
    VerbPair{Verb::FinalizeCommitReq, Verb::FinalizeCommitRsp},
    VerbPair{Verb::StatusReq, Verb::StatusRsp},
    VerbPair{Verb::StreamReq, Verb::StreamRsp},
    VerbPair{Verb::RingBarrierReq, Verb::RingBarrierRsp},
    VerbPair{Verb::RingFetchReq, Verb::RingFetchRsp},
    VerbPair{Verb::RepairDataReq, Verb::RepairDataRsp},
};

const VerbRow* findVerbRow(std::uint16_t number) noexcept
{
    const auto at = std::lower_bound(kVerbRows.begin(), kVerbRows.end(), number,
                                     [](const VerbRow& row, std::uint16_t wanted) {
                                         return static_cast<std::uint16_t>(row.verb) < wanted;
                                     });
    return at != kVerbRows.end() && static_cast<std::uint16_t>(at->verb) == number ? &*at : nullptr;
}

} // namespace

std::string_view verbName(Verb verb) noexcept
{
    const VerbRow* row = findVerbRow(static_cast<std::uint16_t>(verb));
    return row != nullptr ? row->name : "UNKNOWN";
}

bool isKnownVerb(std::uint16_t number) noexcept
{
    return findVerbRow(number) != nullptr;
}

bool isResponse(Verb verb) noexcept
{
    const auto number = static_cast<std::uint16_t>(verb);
    return (number >= 60 && number <= 100) ||
           std::any_of(kOddPairs.begin(), kOddPairs.end(),
                       [verb](const VerbPair& pair) { return pair.response == verb; });
}

Verb responseOf(Verb request) noexcept
{
    for (const VerbPair& pair : kOddPairs) {
        if (pair.request == request)
            return pair.response;
    }
    const auto number = static_cast<std::uint16_t>(static_cast<std::uint16_t>(request) + 60);
    ENGINE_ASSERT(isKnownVerb(number), "this verb has no response");
    return static_cast<Verb>(number);
}

Channel channelFor(Verb verb, std::size_t messageBytes) noexcept
{
    switch (verb) {
    case Verb::GossipDigestSyn:
    case Verb::GossipDigestAck:
    case Verb::GossipDigestAck2:
    case Verb::GossipShutdown:
    case Verb::EchoReq:
    case Verb::EchoRsp:
    case Verb::TruncateReq:
    case Verb::TruncateRsp:
    case Verb::RingBarrierReq:
    case Verb::RingBarrierRsp:
    case Verb::RingRemoved:
        return Channel::Urgent;
    default:
        return messageBytes > kLargeMessageBytes ? Channel::Large : Channel::Small;
    }
}

} // namespace engine::messaging
