#include "engine/ring/ring_state.h"

#include "engine/base/assert.h"

#include <algorithm>

namespace engine::ring {

RingState::RingState(std::vector<RingNode> nodes) : m_nodes(std::move(nodes))
{
    std::sort(m_nodes.begin(), m_nodes.end(),
              [](const RingNode& a, const RingNode& b) { return a.endpoint < b.endpoint; });
    std::size_t count = 0;
    for (const RingNode& node : m_nodes)
        count += node.tokens.size();
    m_tokens.reserve(count);
    for (NodeIndex index = 0; index < m_nodes.size(); ++index) {
        RingNode& node = m_nodes[index];
        std::sort(node.tokens.begin(), node.tokens.end());
        for (const Token token : node.tokens)
            m_tokens.push_back({token, index});
        if (node.tokens.empty())
            continue;
        Datacenter& datacenter = m_datacenters[node.datacenter];
        datacenter.nodes.push_back(index);
        datacenter.racks[node.rack].push_back(index);
    }
    // The greater endpoint comes first among equals and is the one that unique() keeps.
    std::sort(m_tokens.begin(), m_tokens.end(), [](const TokenOwner& a, const TokenOwner& b) {
        return a.token != b.token ? a.token < b.token : a.node > b.node;
    });
    m_tokens.erase(
        std::unique(m_tokens.begin(), m_tokens.end(),
                    [](const TokenOwner& a, const TokenOwner& b) { return a.token == b.token; }),
        m_tokens.end());
}

std::optional<NodeIndex> RingState::find(const InetEndpoint& endpoint) const
{
    const auto at = std::lower_bound(
        m_nodes.begin(), m_nodes.end(), endpoint,
        [](const RingNode& node, const InetEndpoint& wanted) { return node.endpoint < wanted; });
    if (at == m_nodes.end() || at->endpoint != endpoint)
        return std::nullopt;
    return static_cast<NodeIndex>(at - m_nodes.begin());
}

std::size_t RingState::firstTokenIndex(Token token) const
{
    ENGINE_ASSERT(!m_tokens.empty(), "a ring without tokens has no replicas");
    const auto at = std::lower_bound(
        m_tokens.begin(), m_tokens.end(), token,
        [](const TokenOwner& owner, Token wanted) { return owner.token < wanted; });
    return at == m_tokens.end() ? 0 : static_cast<std::size_t>(at - m_tokens.begin());
}

TokenRange RingState::rangeEndingAt(std::size_t tokenIndex) const
{
    const std::size_t before = (tokenIndex == 0 ? m_tokens.size() : tokenIndex) - 1;
    return {m_tokens[before].token, m_tokens[tokenIndex].token};
}

const RingState::Datacenter* RingState::datacenter(const std::string& name) const
{
    const auto at = m_datacenters.find(name);
    return at == m_datacenters.end() ? nullptr : &at->second;
}

} // namespace engine::ring
