#pragma once

#include "engine/base/inet.h"
#include "engine/base/time.h"

#include <map>
#include <optional>

namespace engine::messaging {

/// What is wrong, on purpose, with the link between this node and another; both directions.
struct LinkFault {
    bool isCut = false; ///< nothing gets through, though the sockets stay open
    Duration delay{};   ///< each message takes so much longer, each way
    friend bool operator==(const LinkFault&, const LinkFault&) = default;
};

/// The faults of a node's links: for demonstrations and tests (fault hooks). A value.
class LinkFaults {
public:
    /// `peer` nullopt: all links that have no fault of their own.
    void set(const std::optional<InetEndpoint>& peer, LinkFault fault)
    {
        if (peer)
            m_byPeer[*peer] = fault;
        else
            m_others = fault;
    }
    void clear()
    {
        m_byPeer.clear();
        m_others.reset();
    }
    [[nodiscard]] bool empty() const noexcept { return m_byPeer.empty() && !m_others; }
    [[nodiscard]] LinkFault of(const InetEndpoint& peer) const
    {
        const auto at = m_byPeer.find(peer);
        return at != m_byPeer.end() ? at->second : m_others.value_or(LinkFault{});
    }
    [[nodiscard]] const std::map<InetEndpoint, LinkFault>& byPeer() const noexcept
    {
        return m_byPeer;
    }
    [[nodiscard]] const std::optional<LinkFault>& others() const noexcept { return m_others; }

private:
    std::map<InetEndpoint, LinkFault> m_byPeer;
    std::optional<LinkFault> m_others;
};

} // namespace engine::messaging
