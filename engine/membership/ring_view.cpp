#include "engine/membership/ring_view.h"

#include <algorithm>

namespace engine::membership {

namespace {

/// What a node's status says of its place in the ring; nullopt: nothing.
std::optional<MemberPhase> phaseOfStatus(const EndpointState& state)
{
    const auto word = state.status();
    const bool readsMoved = state.statusReadsMoved();
    if (word == "NORMAL" || word == "MOVING")
        return MemberPhase::Normal;
    if (word == "BOOT")
        return readsMoved ? MemberPhase::JoiningRead : MemberPhase::Joining;
    if (word == "LEAVING" || word == "removing")
        return readsMoved ? MemberPhase::LeavingRead : MemberPhase::Leaving;
    return std::nullopt;
}

} // namespace

std::string_view memberPhaseName(MemberPhase phase) noexcept
{
    switch (phase) {
    case MemberPhase::Normal:
        return "NORMAL";
    case MemberPhase::Joining:
        return "JOINING";
    case MemberPhase::JoiningRead:
        return "JOINING_READ";
    case MemberPhase::Leaving:
        return "LEAVING";
    case MemberPhase::LeavingRead:
        return "LEAVING_READ";
    case MemberPhase::Gone:
        break;
    }
    return "GONE";
}

RingView::RingView(Gossiper& gossiper, ring::Snitch local)
    : m_gossiper(gossiper),
      m_snitch(std::move(local)),
      m_ring(std::make_shared<ring::RingState>(std::vector<ring::RingNode>{})),
      m_before(m_ring),
      m_after(m_ring)
{
    gossiper.addListener(*this);
}

void RingView::addMember(RingMember member)
{
    const InetEndpoint endpoint = member.node.endpoint;
    m_members[endpoint] = std::move(member);
    rebuild();
}

const RingMember* RingView::find(const InetEndpoint& endpoint) const
{
    const auto at = m_members.find(endpoint);
    return at == m_members.end() ? nullptr : &at->second;
}

const RingMember* RingView::find(const Uuid& hostId) const
{
    for (const auto& [endpoint, member] : m_members)
        if (member.node.hostId == hostId)
            return &member;
    return nullptr;
}

MemberPhase RingView::phaseOf(const Uuid& hostId) const
{
    const RingMember* member = find(hostId);
    return member == nullptr ? MemberPhase::Gone : member->phase;
}

std::vector<RingMember> RingView::changing(const Uuid& exceptHostId) const
{
    std::vector<RingMember> all;
    for (const auto& [endpoint, member] : m_members)
        if (member.phase != MemberPhase::Normal && member.node.hostId != exceptHostId)
            all.push_back(member);
    return all;
}

bool RingView::olderRingsInUse()
{
    std::erase_if(m_older, [](const auto& ring) { return ring.expired(); });
    return !m_older.empty();
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
    erase(endpoint);
}

void RingView::erase(const InetEndpoint& endpoint)
{
    const auto at = m_members.find(endpoint);
    if (at == m_members.end())
        return;
    m_members.erase(at);
    rebuild();
}

void RingView::refresh(const InetEndpoint& endpoint)
{
    const EndpointState* state = m_gossiper.find(endpoint);
    if (state == nullptr)
        return;
    const auto known = m_members.find(endpoint);
    const bool isKnown = known != m_members.end();
    if (state->isGone()) {
        // The host is never a member again, also if it comes back with what it remembers.
        if (isKnown && endpoint != m_snitch.self)
            m_removed.insert(known->second.node.hostId);
        erase(endpoint);
        return;
    }
    if (state->status() == "removing") {
        // Said by others, who need not know the node's own values.
        if (!isKnown)
            return;
        RingMember member = known->second;
        member.phase = *phaseOfStatus(*state);
        member.isBeingRemoved = true;
        if (!(member == known->second))
            addMember(std::move(member));
        return;
    }
    RingMember member;
    auto phase = phaseOfStatus(*state);
    // One that has shut down stays what it was; of one that joined in the meantime, NORMAL is all
    // that a shut down node can have been.
    if (!phase && state->isShutdown())
        phase = isKnown ? known->second.phase : MemberPhase::Normal;
    if (!phase) {
        // A join that was given up.
        if (isKnown && known->second.phase == MemberPhase::Joining && state->status().empty() &&
            state->heartBeat.generation != 0)
            erase(endpoint);
        return;
    }
    member.phase = *phase;
    member.node.endpoint = endpoint;
    member.node.tokens = state->tokens();
    const std::string* dc = state->find(ApplicationState::Dc);
    const std::string* rack = state->find(ApplicationState::Rack);
    const std::string* hostId = state->find(ApplicationState::HostId);
    if (member.node.tokens.empty() || dc == nullptr || rack == nullptr || hostId == nullptr)
        return;
    member.node.datacenter = *dc;
    member.node.rack = *rack;
    if (auto id = Uuid::parse(*hostId))
        member.node.hostId = *id;
    if (m_removed.contains(member.node.hostId))
        return;
    if (isKnown && known->second.isBeingRemoved && known->second.node.hostId == member.node.hostId)
        return;
    if (isKnown && known->second == member)
        return;
    addMember(std::move(member));
}

void RingView::rebuild()
{
    std::vector<ring::RingNode> before;
    std::vector<ring::RingNode> after;
    std::vector<ring::RingNode> read;
    bool isChanging = false;
    for (const auto& [endpoint, member] : m_members) {
        const MemberPhase phase = member.phase;
        isChanging = isChanging || phase != MemberPhase::Normal;
        const bool joins = phase == MemberPhase::Joining || phase == MemberPhase::JoiningRead;
        const bool leaves = phase == MemberPhase::Leaving || phase == MemberPhase::LeavingRead;
        if (!joins)
            before.push_back(member.node);
        if (!leaves)
            after.push_back(member.node);
        if (phase != MemberPhase::Joining && phase != MemberPhase::LeavingRead)
            read.push_back(member.node);
    }
    for (const auto& old : {m_ring, m_before, m_after})
        m_older.emplace_back(old);
    m_others.clear();
    m_ring = std::make_shared<ring::RingState>(std::move(read));
    m_before = m_after = m_ring;
    const auto isRead = [this](const std::vector<ring::RingNode>& nodes) {
        return std::equal(nodes.begin(), nodes.end(), m_ring->nodes().begin(),
                          m_ring->nodes().end(),
                          [](const auto& a, const auto& b) { return a.endpoint == b.endpoint; });
    };
    // With one change under way one of the two is the ring that is read by.
    for (auto [nodes, ring] : {std::pair{&before, &m_before}, std::pair{&after, &m_after}}) {
        if (!isChanging || isRead(*nodes))
            continue;
        *ring = std::make_shared<ring::RingState>(std::move(*nodes));
        m_others.push_back(*ring);
    }
    for (const auto& listener : m_changed)
        listener(m_ring);
}

} // namespace engine::membership
