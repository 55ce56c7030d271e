#pragma once

#include "engine/coordination/replica_store.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/protocol/consistency.h"
#include "engine/ring/replication_strategy.h"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::coordination {

/// One replica as a request sees it.
struct Replica {
    InetEndpoint endpoint;
    Uuid hostId;
    std::string_view datacenter; ///< of the ring that the replica comes from
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
/// The answers that a consistency level wants.
struct Needed {
    std::int32_t ofAll = 1;
    /// Whether answers of other datacenters do not count. SimpleStrategy knows no datacenters:
    /// there all count.
    bool localOnly = false;
    struct OfDatacenter {
        std::string name;
        std::int32_t answers;
    };
    /// EACH_QUORUM under NetworkTopologyStrategy: the quorum of each datacenter; else empty.
    std::vector<OfDatacenter> ofEach;

    /// Position in ofEach; its size if the datacenter is not there.
    [[nodiscard]] std::size_t indexOf(std::string_view datacenter) const
    {
        std::size_t at = 0;
        while (at < ofEach.size() && ofEach[at].name != datacenter)
            ++at;
        return at;
    }
    [[nodiscard]] static Needed of(protocol::Consistency consistency,
                                   const ring::ReplicationStrategy& strategy,
                                   const std::string& localDatacenter);
};
/// Unavailable if too few of the replicas are alive for the level. ANY is always satisfied.
[[nodiscard]] Result<void> checkEnoughAlive(protocol::Consistency consistency,
                                            const Needed& answers, const Replicas& replicas);

/// The replicas of a keyspace, with what requests of this node ask of them again and again. Node
/// thread only.
class KeyspaceReplicas final
    : public ring::ReplicaMap,
      public boost::intrusive_ref_counter<KeyspaceReplicas, boost::thread_unsafe_counter> {
public:
    KeyspaceReplicas(ring::RingStatePtr ring, ring::ReplicationStrategyPtr strategy,
                     const std::string& localDatacenter);

    [[nodiscard]] const Needed& needed(protocol::Consistency consistency) const noexcept
    {
        // Levels that other nodes name are not checked: an unknown one wants one answer.
        return m_needed[std::min(static_cast<std::size_t>(consistency), m_needed.size() - 1)];
    }

private:
    friend class ReplicaPlanner;
    struct Described {
        Replicas replicas;
        std::uint64_t asOf = 0; ///< of Gossiper::livenessVersion()
    };
    static constexpr auto kLevels = static_cast<std::size_t>(protocol::Consistency::NodeLocal) + 1;
    std::array<Needed, kLevels> m_needed;       ///< by consistency level
    mutable std::vector<Described> m_described; ///< by list
};
using KeyspaceReplicasPtr = boost::intrusive_ptr<const KeyspaceReplicas>;

/// Finds who holds what at the moment: keeps one KeyspaceReplicas each as long as ring and
/// replication stay. Node thread only.
class ReplicaPlanner {
public:
    ReplicaPlanner(membership::Gossiper& gossiper, membership::RingView& ring, SchemaView schema);
    ~ReplicaPlanner();

    /// Invalid if the keyspace is gone; Unavailable if the ring has no tokens yet.
    [[nodiscard]] Result<KeyspaceReplicasPtr> mapOf(const std::string& keyspace);
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
    /// The replicas of a token, nearest first, suspects last; under LocalStrategy this node. Valid
    /// until the caller suspends or asks again.
    [[nodiscard]] const Replicas& replicas(const KeyspaceReplicas& of, ring::Token token) const;
    [[nodiscard]] Replicas describe(const ring::RingState& ring,
                                    std::span<const ring::NodeIndex> nodes) const;
    [[nodiscard]] const schema::SchemaPtr& schema() const noexcept { return m_schema; }
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

    struct Cached {
        schema::StringMap replication;
        KeyspaceReplicasPtr map;
        std::vector<ring::ReplicaMapPtr> others; ///< of RingView::otherRings()
        bool isOfSeen = false;                   ///< compared with the replication in m_seen
    };
    membership::Gossiper& m_gossiper;
    membership::RingView& m_ring;
    SchemaView m_schema;
    std::map<std::string, Cached, std::less<>> m_cache;
    decltype(m_cache)::iterator m_last = m_cache.end(); ///< asked for last, and likely next
    schema::SchemaPtr m_seen;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
