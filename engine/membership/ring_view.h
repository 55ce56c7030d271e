#pragma once

#include "engine/membership/gossiper.h"
#include "engine/ring/ring_state.h"
#include "engine/ring/snitch.h"

#include <functional>
#include <map>
#include <vector>

namespace engine::membership {

/// Makes the ring out of what gossip says and what the node remembers: whoever has said NORMAL
/// with tokens is a member until it has left, whether up or down. Node thread only.
class RingView final : public MembershipListener {
public:
    RingView(Gossiper& gossiper, ring::Snitch local);

    /// The newest ring; never nullptr. A new object whenever it changes.
    [[nodiscard]] const ring::RingStatePtr& ring() const noexcept { return m_ring; }
    /// A member remembered from before a restart (system.peers), or the node itself.
    void addMember(ring::RingNode member);
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
    void rebuild();

    Gossiper& m_gossiper;
    ring::Snitch m_snitch;
    std::map<InetEndpoint, ring::RingNode> m_members;
    ring::RingStatePtr m_ring;
    std::vector<std::function<void(const ring::RingStatePtr&)>> m_changed;
};

} // namespace engine::membership
