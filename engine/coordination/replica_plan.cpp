#include "engine/coordination/replica_plan.h"

#include "engine/coordination/request_errors.h"

#include <boost/container/small_vector.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using protocol::Consistency;

namespace {

std::int32_t quorumOf(std::uint32_t factor)
{
    return static_cast<std::int32_t>(factor / 2 + 1);
}

} // namespace

std::int32_t blockFor(Consistency consistency, const ring::ReplicationStrategy& strategy,
                      const std::string& localDatacenter)
{
    const bool byDatacenter = strategy.kind() == ring::StrategyKind::NetworkTopology;
    switch (consistency) {
    case Consistency::Two:
        return 2;
    case Consistency::Three:
        return 3;
    case Consistency::Quorum:
    case Consistency::Serial:
        return quorumOf(strategy.replicationFactor());
    case Consistency::All:
        return static_cast<std::int32_t>(strategy.replicationFactor());
    case Consistency::LocalQuorum:
    case Consistency::LocalSerial:
        return quorumOf(byDatacenter ? strategy.replicationFactor(localDatacenter)
                                     : strategy.replicationFactor());
    case Consistency::EachQuorum: {
        if (!byDatacenter)
            return quorumOf(strategy.replicationFactor());
        std::int32_t sum = 0;
        for (const std::string& datacenter : strategy.datacenters())
            sum += quorumOf(strategy.replicationFactor(datacenter));
        return sum;
    }
    case Consistency::Any:
    case Consistency::One:
    case Consistency::LocalOne:
    case Consistency::NodeLocal:
        break;
    }
    return 1;
}

Needed Needed::of(Consistency consistency, const ring::ReplicationStrategy& strategy,
                  const std::string& localDatacenter)
{
    const bool byDatacenter = strategy.kind() == ring::StrategyKind::NetworkTopology;
    Needed needed{blockFor(consistency, strategy, localDatacenter),
                  byDatacenter && protocol::isDatacenterLocal(consistency),
                  {}};
    if (byDatacenter && consistency == Consistency::EachQuorum)
        for (const std::string& datacenter : strategy.datacenters())
            needed.ofEach.push_back({datacenter, quorumOf(strategy.replicationFactor(datacenter))});
    return needed;
}

Result<void> checkEnoughAlive(Consistency consistency, const Needed& answers,
                              const Replicas& replicas)
{
    if (consistency == Consistency::Any)
        return ok(); // a hint is enough
    for (const auto& [datacenter, needed] : answers.ofEach) {
        const auto alive = static_cast<std::int32_t>(
            std::count_if(replicas.begin(), replicas.end(), [&dc = datacenter](const Replica& r) {
                return r.isAlive && r.datacenter == dc;
            }));
        if (alive < needed)
            return unavailable(consistency, needed, alive, datacenter);
    }
    const bool localOnly = answers.localOnly || consistency == Consistency::LocalOne;
    const auto alive = static_cast<std::int32_t>(
        std::count_if(replicas.begin(), replicas.end(), [&](const Replica& r) {
            return r.isAlive && (!localOnly || r.isLocalDatacenter);
        }));
    if (alive < answers.ofAll)
        return unavailable(consistency, answers.ofAll, alive);
    return ok();
}

KeyspaceReplicas::KeyspaceReplicas(ring::RingStatePtr ring, ring::ReplicationStrategyPtr strategy,
                                   const std::string& localDatacenter)
    : ReplicaMap(std::move(ring), std::move(strategy)), m_described(lists().size())
{
    for (std::size_t level = 0; level < m_needed.size(); ++level)
        m_needed[level] =
            Needed::of(static_cast<Consistency>(level), this->strategy(), localDatacenter);
}

ReplicaPlanner::ReplicaPlanner(membership::Gossiper& gossiper, membership::RingView& ring,
                               SchemaView schema)
    : m_gossiper(gossiper), m_ring(ring), m_schema(schema), m_isHere(std::make_shared<bool>(true))
{
    // Only requests that are under way may keep an older ring: see RingView::olderRingsInUse().
    ring.onChanged([this, here = m_isHere](const ring::RingStatePtr&) {
        if (!*here)
            return;
        m_cache.clear();
        m_last = m_cache.end();
    });
}

std::optional<InetEndpoint> ReplicaPlanner::endpointOf(const Uuid& hostId) const
{
    const auto* member = m_ring.find(hostId);
    return member == nullptr ? std::nullopt : std::optional{member->node.endpoint};
}

std::optional<Uuid> ReplicaPlanner::hostIdOf(const InetEndpoint& endpoint) const
{
    const auto* member = m_ring.find(endpoint);
    return member == nullptr ? std::nullopt : std::optional{member->node.hostId};
}

ReplicaPlanner::~ReplicaPlanner()
{
    *m_isHere = false;
}

Result<Replicas> ReplicaPlanner::findPendingReplicas(const std::string& keyspace, ring::Token token,
                                                     const Replicas& natural)
{
    RW_ASSIGN(const auto map, mapOf(keyspace));
    Replicas pending;
    if (map->strategy().kind() == ring::StrategyKind::Local)
        return pending;
    Cached& cached = m_cache[keyspace];
    if (cached.others.empty())
        for (const ring::RingStatePtr& other : m_ring.otherRings()) {
            RW_ASSIGN(auto strategy, ring::ReplicationStrategy::make(keyspace, cached.replication));
            cached.others.push_back(
                std::make_shared<const ring::ReplicaMap>(other, std::move(strategy)));
        }
    const auto isIn = [](const Replicas& all, const Replica& one) {
        return std::any_of(all.begin(), all.end(),
                           [&](const Replica& r) { return r.endpoint == one.endpoint; });
    };
    for (const ring::ReplicaMapPtr& other : cached.others)
        if (!other->ring().tokens().empty())
            for (const Replica& replica : describe(other->ring(), other->replicas(token)))
                if (!isIn(natural, replica) && !isIn(pending, replica))
                    pending.push_back(replica);
    return pending;
}

Result<KeyspaceReplicasPtr> ReplicaPlanner::mapOf(const std::string& keyspaceName)
{
    if (schema() != m_seen) {
        m_seen = schema();
        for (auto& [name, cached] : m_cache)
            cached.isOfSeen = false;
    }
    const auto found = m_last != m_cache.end() && m_last->first == keyspaceName
                           ? m_last
                           : m_cache.find(keyspaceName);
    m_last = found;
    const bool hasMap = found != m_cache.end() && found->second.map &&
                        found->second.map->ringPtr() == m_ring.ring();
    if (hasMap && found->second.isOfSeen) [[likely]]
        return found->second.map;
    const auto keyspace = m_seen->keyspace(keyspaceName);
    if (keyspace == nullptr)
        return Error{ErrorCode::Invalid, fmt::format("Keyspace {} does not exist", keyspaceName)};
    if (hasMap && found->second.replication == keyspace->replication) {
        found->second.isOfSeen = true;
        return found->second.map;
    }
    Cached& cached = m_cache[keyspaceName];
    RW_ASSIGN(auto strategy, ring::ReplicationStrategy::make(keyspaceName, keyspace->replication));
    cached.map = new KeyspaceReplicas(m_ring.ring(), std::move(strategy), snitch().datacenter);
    cached.others.clear();
    cached.replication = keyspace->replication;
    cached.isOfSeen = true;
    return cached.map;
}

const Replicas& ReplicaPlanner::replicas(const KeyspaceReplicas& of, ring::Token token) const
{
    const std::size_t list = of.listOf(token);
    KeyspaceReplicas::Described& known = of.m_described[list];
    if (known.asOf != m_gossiper.livenessVersion()) [[unlikely]] {
        known.asOf = m_gossiper.livenessVersion();
        known.replicas = describe(of.ring(), of.lists()[list]);
        if (of.strategy().kind() == ring::StrategyKind::Local) {
            Replica self;
            self.endpoint = snitch().self;
            self.isSelf = self.isAlive = self.isLocalDatacenter = true;
            known.replicas = {self};
        }
    }
    return known.replicas;
}

Replicas ReplicaPlanner::describe(const ring::RingState& ring,
                                  std::span<const ring::NodeIndex> nodes) const
{
    const auto& snitch = m_ring.snitch();
    boost::container::small_vector<ring::NodeIndex, 16> order(nodes.begin(), nodes.end());
    snitch.sortByProximity(ring, {order.data(), order.size()});
    Replicas all;
    all.reserve(order.size());
    for (const ring::NodeIndex index : order) {
        const ring::RingNode& node = ring.node(index);
        Replica replica;
        replica.endpoint = node.endpoint;
        replica.hostId = node.hostId;
        replica.datacenter = node.datacenter;
        replica.isSelf = node.endpoint == snitch.self;
        replica.isAlive = replica.isSelf || m_gossiper.isAlive(node.endpoint);
        replica.isSuspect = !replica.isSelf && m_gossiper.isSuspect(node.endpoint);
        replica.isLocalDatacenter = snitch.isLocalDatacenter(node);
        all.push_back(replica);
    }
    std::stable_partition(all.begin(), all.end(), [](const Replica& r) { return !r.isSuspect; });
    return all;
}

rows::TableLookup ReplicaPlanner::tableLookup() const
{
    return [schema = m_schema.get()](const schema::TableId& id) { return schema->table(id); };
}

} // namespace engine::coordination
