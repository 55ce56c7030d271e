#pragma once

#include "engine/membership/gossiper.h"
#include "engine/membership/ring_member.h"
#include "engine/ring/ring_state.h"
#include "engine/ring/snitch.h"

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace engine::membership {

/// Makes the ring out of what gossip says and what the node remembers: whoever has said NORMAL
/// with tokens is a member until it has left, whether up or down; who is joining or leaving is
/// one in its phase (ring_member.h). Node thread only.
class RingView final : public MembershipListener {
public:
    RingView(Gossiper& gossiper, ring::Snitch local);

    /// The newest ring: who owns what, and who is read from; never nullptr. A new object whenever
    /// anything of the ring changes. Requests keep it, directly or by a ReplicaMap, as long as
    /// they decide by it: see olderRingsInUse().
    [[nodiscard]] const ring::RingStatePtr& ring() const noexcept { return m_ring; }
    /// Rings whose replicas a write must reach as well, while a node joins or leaves; else empty.
    [[nodiscard]] const std::vector<ring::RingStatePtr>& otherRings() const noexcept
    {
        return m_others;
    }
    /// The ring without the changes under way, and with them; equal to ring() when there are none.
    [[nodiscard]] const ring::RingStatePtr& ringBefore() const noexcept { return m_before; }
    [[nodiscard]] const ring::RingStatePtr& ringAfter() const noexcept { return m_after; }
    /// Whether a request may still be deciding by a ring that is not the newest.
    [[nodiscard]] bool olderRingsInUse();

    /// A member remembered from before a restart (system.peers), or the node itself.
    void addMember(RingMember member);
    void addMember(ring::RingNode node)
    {
        addMember({std::move(node), MemberPhase::Normal, false});
    }
    /// A node that has been removed for good, remembered from before a restart.
    void addRemoved(const Uuid& hostId) { m_removed.insert(hostId); }

    [[nodiscard]] const std::map<InetEndpoint, RingMember>& members() const noexcept
    {
        return m_members;
    }
    /// nullptr if there is none.
    [[nodiscard]] const RingMember* find(const InetEndpoint& endpoint) const;
    [[nodiscard]] const RingMember* find(const Uuid& hostId) const;
    /// The phase of a node: Gone if it is not a member.
    [[nodiscard]] MemberPhase phaseOf(const Uuid& hostId) const;
    /// Members that are joining or leaving, but for one.
    [[nodiscard]] std::vector<RingMember> changing(const Uuid& exceptHostId = {}) const;
    [[nodiscard]] const std::set<Uuid>& removed() const noexcept { return m_removed; }

    /// Called after each change of the ring, for persisting peers and dropping caches.
    void onChanged(std::function<void(const ring::RingStatePtr&)> listener)
    {
        m_changed.push_back(std::move(listener));
    }
    [[nodiscard]] const ring::Snitch& snitch() const noexcept { return m_snitch; }

    void onStateChanged(const InetEndpoint& endpoint, ApplicationState state,
                        const std::string& value) override;
    void onEndpointLeft(const InetEndpoint& endpoint) override;

private:
    void refresh(const InetEndpoint& endpoint);
    void erase(const InetEndpoint& endpoint);
    void rebuild();

    Gossiper& m_gossiper;
    ring::Snitch m_snitch;
    std::map<InetEndpoint, RingMember> m_members;
    std::set<Uuid> m_removed;
    ring::RingStatePtr m_ring;
    ring::RingStatePtr m_before;
    ring::RingStatePtr m_after;
    std::vector<ring::RingStatePtr> m_others;
    std::vector<std::weak_ptr<const ring::RingState>> m_older;
    std::vector<std::function<void(const ring::RingStatePtr&)>> m_changed;
};

} // namespace engine::membership
