#pragma once

#include "engine/coordination/replica_store.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/protocol/consistency.h"
#include "engine/ring/replication_strategy.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine::coordination {

/// One replica as a request sees it.
struct Replica {
    InetEndpoint endpoint;
    Uuid hostId;
    std::string datacenter;
    bool isSelf = false;
    bool isAlive = false;
    bool isSuspect = false; ///< alive, but its sockets are closed
    bool isLocalDatacenter = false;
};
using Replicas = RecycledVector<Replica>;

/// How many answers a consistency level wants under a replication strategy (ConsistencyLevel
/// .blockFor).
[[nodiscard]] std::int32_t blockFor(protocol::Consistency consistency,
                                    const ring::ReplicationStrategy& strategy,
                                    const std::string& localDatacenter);
/// EACH_QUORUM under NetworkTopologyStrategy: the quorum of each datacenter; else empty.
[[nodiscard]] std::map<std::string, std::int32_t>
blockForEachDatacenter(protocol::Consistency consistency,
                       const ring::ReplicationStrategy& strategy);
/// Both of them.
struct Needed {
    std::int32_t ofAll;
    std::map<std::string, std::int32_t> ofEach;

    [[nodiscard]] static Needed of(protocol::Consistency consistency,
                                   const ring::ReplicationStrategy& strategy,
                                   const std::string& localDatacenter);
};
/// Unavailable if too few of the replicas are alive for the level. ANY is always satisfied.
[[nodiscard]] Result<void> checkEnoughAlive(protocol::Consistency consistency,
                                            const ring::ReplicationStrategy& strategy,
                                            const Needed& answers, const Replicas& replicas);

/// Finds who holds what at the moment: keeps one ReplicaMap a keyspace as long as ring and
/// replication stay. Node thread only.
class ReplicaPlanner {
public:
    ReplicaPlanner(membership::Gossiper& gossiper, membership::RingView& ring, SchemaView schema);
    ~ReplicaPlanner();

    /// Invalid if the keyspace is gone; Unavailable if the ring has no tokens yet.
    [[nodiscard]] Result<ring::ReplicaMapPtr> mapOf(const std::string& keyspace);
    /// Replicas of a token that a write must reach beside `natural`, while a node joins or leaves;
    /// each of them adds one to the answers that are waited for (ConsistencyLevel.blockForWrite).
    /// Empty in a ring that stands still.
    [[nodiscard]] Result<Replicas> pendingReplicas(const std::string& keyspace, ring::Token token,
                                                   const Replicas& natural)
    {
        if (m_ring.otherRings().empty()) [[likely]]
            return Replicas{};
        return findPendingReplicas(keyspace, token, natural);
    }
    /// The replicas of a token, nearest first, suspects after their peers of the same distance.
    [[nodiscard]] Replicas replicas(const ring::ReplicaMap& map, ring::Token token) const;
    [[nodiscard]] Replicas describe(const ring::ReplicaMap& map,
                                    std::span<const ring::NodeIndex> nodes) const;
    [[nodiscard]] schema::SchemaPtr schema() const { return m_schema(); }
    /// Finds tables by id in the schema of the moment.
    [[nodiscard]] rows::TableLookup tableLookup() const;
    /// Where a member is, also one that is joining or leaving; nullopt if it is none.
    [[nodiscard]] std::optional<InetEndpoint> endpointOf(const Uuid& hostId) const;
    [[nodiscard]] std::optional<Uuid> hostIdOf(const InetEndpoint& endpoint) const;
    /// Whether a node is joining or leaving.
    [[nodiscard]] bool ringIsChanging() const noexcept { return !m_ring.otherRings().empty(); }
    [[nodiscard]] membership::Gossiper& gossiper() const noexcept { return m_gossiper; }
    [[nodiscard]] const ring::RingStatePtr& ring() const noexcept { return m_ring.ring(); }
    [[nodiscard]] const ring::Snitch& snitch() const noexcept { return m_ring.snitch(); }

private:
    [[nodiscard]] Result<Replicas> findPendingReplicas(const std::string& keyspace,
                                                       ring::Token token, const Replicas& natural);
    [[nodiscard]] Replicas describe(const ring::RingState& ring,
                                    std::span<const ring::NodeIndex> nodes) const;

    struct Cached {
        schema::StringMap replication;
        ring::ReplicaMapPtr map;
        std::vector<ring::ReplicaMapPtr> others; ///< of RingView::otherRings()
        bool isOfSeen = false;                   ///< compared with the replication in m_seen
    };
    membership::Gossiper& m_gossiper;
    membership::RingView& m_ring;
    SchemaView m_schema;
    std::map<std::string, Cached, std::less<>> m_cache;
    schema::SchemaPtr m_seen;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
