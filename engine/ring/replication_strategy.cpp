#include "engine/ring/replication_strategy.h"

#include <algorithm>
#include <map>

namespace engine::ring {

namespace {

bool containsNode(const std::vector<NodeIndex>& nodes, NodeIndex node)
{
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

class LocalStrategy final : public ReplicationStrategy {
public:
    StrategyKind kind() const noexcept override { return StrategyKind::Local; }
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.locator.LocalStrategy";
    }
    std::uint32_t replicationFactor() const noexcept override { return 1; }
    std::uint32_t replicationFactor(const std::string&) const override { return 1; }
    std::vector<NodeIndex> replicasAt(const RingState&, std::size_t) const override { return {}; }
};

class SimpleStrategy final : public ReplicationStrategy {
public:
    explicit SimpleStrategy(std::uint32_t factor) : m_factor(factor) {}
    StrategyKind kind() const noexcept override { return StrategyKind::Simple; }
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.locator.SimpleStrategy";
    }
    std::uint32_t replicationFactor() const noexcept override { return m_factor; }
    std::uint32_t replicationFactor(const std::string&) const override { return m_factor; }
    std::vector<NodeIndex> replicasAt(const RingState& ring, std::size_t tokenIndex) const override
    {
        std::vector<NodeIndex> replicas;
        const auto tokens = ring.tokens();
        for (std::size_t i = 0; i < tokens.size() && replicas.size() < m_factor; ++i) {
            const NodeIndex node = tokens[(tokenIndex + i) % tokens.size()].node;
            if (!containsNode(replicas, node))
                replicas.push_back(node);
        }
        return replicas;
    }

private:
    std::uint32_t m_factor;
};

class NetworkTopologyStrategy final : public ReplicationStrategy {
public:
    explicit NetworkTopologyStrategy(std::map<std::string, std::uint32_t> factors)
        : m_factors(std::move(factors))
    {
    }
    StrategyKind kind() const noexcept override { return StrategyKind::NetworkTopology; }
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.locator.NetworkTopologyStrategy";
    }
    std::uint32_t replicationFactor() const noexcept override
    {
        std::uint32_t sum = 0;
        for (const auto& [datacenter, factor] : m_factors)
            sum += factor;
        return sum;
    }
    std::uint32_t replicationFactor(const std::string& datacenter) const override
    {
        const auto at = m_factors.find(datacenter);
        return at == m_factors.end() ? 0 : at->second;
    }
    std::vector<std::string> datacenters() const override
    {
        std::vector<std::string> names;
        for (const auto& [datacenter, factor] : m_factors)
            if (factor > 0)
                names.push_back(datacenter);
        return names;
    }
    std::vector<NodeIndex> replicasAt(const RingState& ring, std::size_t tokenIndex) const override
    {
        // One walk round the ring fills every datacenter: distinct racks first, and as many
        // repeated racks as the factor exceeds the number of racks.
        struct Filling {
            std::uint32_t left;
            std::int64_t rackRepeatsLeft;
            std::vector<std::string_view> racksSeen;
        };
        std::map<std::string_view, Filling> fillings;
        for (const auto& [name, factor] : m_factors)
            if (const auto* datacenter = ring.datacenter(name); datacenter != nullptr && factor > 0)
                fillings[name] = {
                    std::min(factor, static_cast<std::uint32_t>(datacenter->nodes.size())),
                    std::int64_t{factor} - static_cast<std::int64_t>(datacenter->racks.size()),
                    {}};
        std::vector<NodeIndex> replicas;
        std::size_t unfilled = fillings.size();
        const auto tokens = ring.tokens();
        for (std::size_t i = 0; i < tokens.size() && unfilled > 0; ++i) {
            const NodeIndex index = tokens[(tokenIndex + i) % tokens.size()].node;
            const RingNode& node = ring.node(index);
            const auto at = fillings.find(node.datacenter);
            if (at == fillings.end() || at->second.left == 0 || containsNode(replicas, index))
                continue;
            Filling& filling = at->second;
            const bool newRack = std::find(filling.racksSeen.begin(), filling.racksSeen.end(),
                                           node.rack) == filling.racksSeen.end();
            if (newRack)
                filling.racksSeen.push_back(node.rack);
            else if (filling.rackRepeatsLeft <= 0)
                continue;
            else
                --filling.rackRepeatsLeft;
            replicas.push_back(index);
            if (--filling.left == 0)
                --unfilled;
        }
        return replicas;
    }

private:
    std::map<std::string, std::uint32_t> m_factors;
};

} // namespace

std::shared_ptr<const ReplicationStrategy> makeLocalStrategy()
{
    return std::make_shared<LocalStrategy>();
}

std::shared_ptr<const ReplicationStrategy> makeSimpleStrategy(std::uint32_t factor)
{
    return std::make_shared<SimpleStrategy>(factor);
}

std::shared_ptr<const ReplicationStrategy>
makeNetworkTopologyStrategy(std::map<std::string, std::uint32_t> factors)
{
    return std::make_shared<NetworkTopologyStrategy>(std::move(factors));
}

ReplicaMap::ReplicaMap(RingStatePtr ring, ReplicationStrategyPtr strategy)
    : m_ring(std::move(ring)), m_strategy(std::move(strategy))
{
    std::map<std::vector<NodeIndex>, std::uint32_t> known;
    m_listOf.reserve(m_ring->tokens().size());
    for (std::size_t i = 0; i < m_ring->tokens().size(); ++i) {
        auto replicas = m_strategy->replicasAt(*m_ring, i);
        const auto [at, isNew] =
            known.try_emplace(replicas, static_cast<std::uint32_t>(m_lists.size()));
        if (isNew)
            m_lists.push_back(std::move(replicas));
        m_listOf.push_back(at->second);
    }
    if (m_lists.empty())
        m_lists.emplace_back();
}

std::span<const NodeIndex> ReplicaMap::replicas(Token token) const
{
    return m_lists[listOf(token)];
}

std::span<const NodeIndex> ReplicaMap::replicasAt(std::size_t tokenIndex) const
{
    return m_lists[m_listOf[tokenIndex]];
}

std::vector<TokenRange> ReplicaMap::rangesOf(NodeIndex node) const
{
    std::vector<TokenRange> ranges;
    for (std::size_t i = 0; i < m_listOf.size(); ++i)
        if (containsNode(m_lists[m_listOf[i]], node))
            ranges.push_back(m_ring->rangeEndingAt(i));
    return ranges;
}

} // namespace engine::ring
