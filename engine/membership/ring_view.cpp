#include "engine/membership/ring_view.h"

namespace engine::membership {

RingView::RingView(Gossiper& gossiper, ring::Snitch local)
    : m_gossiper(gossiper),
      m_snitch(std::move(local)),
      m_ring(std::make_shared<ring::RingState>(std::vector<ring::RingNode>{}))
{
    gossiper.addListener(*this);
}

void RingView::addMember(ring::RingNode member)
{
    const InetEndpoint endpoint = member.endpoint;
    m_members[endpoint] = std::move(member);
    rebuild();
}

void RingView::onStateChanged(const InetEndpoint& endpoint, ApplicationState state,
                              const std::string&)
{
    switch (state) {
    case ApplicationState::StatusWithPort:
    case ApplicationState::Tokens:
    case ApplicationState::Dc:
    case ApplicationState::Rack:
    case ApplicationState::HostId:
        refresh(endpoint);
        break;
    default:
        break;
    }
}

void RingView::onEndpointLeft(const InetEndpoint& endpoint)
{
    if (m_members.erase(endpoint) != 0)
        rebuild();
}

void RingView::refresh(const InetEndpoint& endpoint)
{
    const EndpointState* state = m_gossiper.find(endpoint);
    if (state == nullptr)
        return;
    const auto status = state->status();
    // A node that joins owns nothing yet; one that has shut down or is leaving still does.
    if (status != "NORMAL" && status != "LEAVING" && status != "MOVING" && status != "shutdown")
        return;
    ring::RingNode node;
    node.endpoint = endpoint;
    node.tokens = state->tokens();
    const std::string* dc = state->find(ApplicationState::Dc);
    const std::string* rack = state->find(ApplicationState::Rack);
    const std::string* hostId = state->find(ApplicationState::HostId);
    if (node.tokens.empty() || dc == nullptr || rack == nullptr || hostId == nullptr)
        return;
    node.datacenter = *dc;
    node.rack = *rack;
    if (auto id = Uuid::parse(*hostId))
        node.hostId = *id;
    const auto at = m_members.find(endpoint);
    if (at != m_members.end() && at->second.tokens == node.tokens &&
        at->second.datacenter == node.datacenter && at->second.rack == node.rack &&
        at->second.hostId == node.hostId)
        return;
    m_members[endpoint] = std::move(node);
    rebuild();
}

void RingView::rebuild()
{
    std::vector<ring::RingNode> nodes;
    nodes.reserve(m_members.size());
    for (const auto& [endpoint, node] : m_members)
        nodes.push_back(node);
    m_ring = std::make_shared<ring::RingState>(std::move(nodes));
    for (const auto& listener : m_changed)
        listener(m_ring);
}

} // namespace engine::membership
