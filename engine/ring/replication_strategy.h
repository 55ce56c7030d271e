#pragma once

#include "engine/base/result.h"
#include "engine/ring/ring_state.h"

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace engine::ring {

/// A keyspace's replication: `class` and the strategy's options, as in system_schema.keyspaces.
using ReplicationOptions = std::map<std::string, std::string>;

enum class StrategyKind : std::uint8_t { Local, Simple, NetworkTopology };

/// Decides which nodes hold a token (AbstractReplicationStrategy). Immutable; any thread.
/// Cassandra 5.0 has SimpleStrategy, NetworkTopologyStrategy and, for system keyspaces,
/// LocalStrategy; there is no EverywhereStrategy in it.
class ReplicationStrategy {
public:
    virtual ~ReplicationStrategy() = default;
    [[nodiscard]] virtual StrategyKind kind() const noexcept = 0;
    /// The full class name, as system_schema stores it.
    [[nodiscard]] virtual std::string_view className() const noexcept = 0;
    /// Copies of each row in all datacenters together; LocalStrategy: 1.
    [[nodiscard]] virtual std::uint32_t replicationFactor() const noexcept = 0;
    /// Copies in one datacenter. SimpleStrategy does not know datacenters and gives all.
    [[nodiscard]] virtual std::uint32_t replicationFactor(const std::string& datacenter) const = 0;
    /// Datacenters with replicas; empty for strategies that do not name them.
    [[nodiscard]] virtual std::vector<std::string> datacenters() const { return {}; }
    /// The natural replicas of tokens in the range that ends at ring token `tokenIndex`, primary
    /// first, without repetition. LocalStrategy gives none: every node has its own data.
    [[nodiscard]] virtual std::vector<NodeIndex> replicasAt(const RingState& ring,
                                                            std::size_t tokenIndex) const = 0;

    /// Reads options that are known to be valid in form; ConfigError with Cassandra's sentence if
    /// they are not. Does not check that datacenters exist.
    [[nodiscard]] static Result<std::shared_ptr<const ReplicationStrategy>>
    make(const std::string& keyspace, const ReplicationOptions& options);
};

using ReplicationStrategyPtr = std::shared_ptr<const ReplicationStrategy>;

/// What CREATE and ALTER KEYSPACE do to the options before they store them: writes the class with
/// its package, spreads `replication_factor` of NetworkTopologyStrategy over `datacenters`
/// (options of `previous` win), checks all with Cassandra's sentences (ConfigError, Invalid).
[[nodiscard]] Result<ReplicationOptions>
prepareReplication(const std::string& keyspace, ReplicationOptions options,
                   const std::set<std::string>& datacenters,
                   const ReplicationOptions* previous = nullptr);

/// The replicas of every range of one ring under one strategy, computed once: what requests look
/// up. Immutable; any thread. Ranges with equal replicas share their list.
class ReplicaMap {
public:
    ReplicaMap(RingStatePtr ring, ReplicationStrategyPtr strategy);

    [[nodiscard]] const RingState& ring() const noexcept { return *m_ring; }
    [[nodiscard]] const RingStatePtr& ringPtr() const noexcept { return m_ring; }
    [[nodiscard]] const ReplicationStrategy& strategy() const noexcept { return *m_strategy; }
    /// Primary first. Empty for LocalStrategy or a ring without tokens. Valid as long as this.
    [[nodiscard]] std::span<const NodeIndex> replicas(Token token) const;
    [[nodiscard]] std::span<const NodeIndex> replicasAt(std::size_t tokenIndex) const;
    /// The distinct lists of replicas, one at least, and which of them a token has.
    [[nodiscard]] std::span<const std::vector<NodeIndex>> lists() const noexcept { return m_lists; }
    [[nodiscard]] std::size_t listOf(Token token) const
    {
        return m_lists.size() == 1 ? 0 : m_listOf[m_ring->firstTokenIndex(token)];
    }
    /// The ranges that a node holds a replica of, ascending by end.
    [[nodiscard]] std::vector<TokenRange> rangesOf(NodeIndex node) const;

private:
    RingStatePtr m_ring;
    ReplicationStrategyPtr m_strategy;
    std::vector<std::vector<NodeIndex>> m_lists; ///< distinct replica lists
    std::vector<std::uint32_t> m_listOf;         ///< by token index
};

using ReplicaMapPtr = std::shared_ptr<const ReplicaMap>;

} // namespace engine::ring
