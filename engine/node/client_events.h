#pragma once

#include "engine/membership/gossiper.h"
#include "engine/protocol/responses.h"
#include "engine/schema/schema.h"

#include <functional>
#include <set>

namespace engine::node {

/// Turns what gossip and schema changes tell a node into the native protocol's events for clients
/// (transport/Server.EventNotifier): UP once a node accepts clients, not when gossip first hears
/// of it, and NEW_NODE before its first UP; each schema difference by itself. Node thread only;
/// register it with the gossiper.
class ClientEvents final : public membership::MembershipListener {
public:
    using Push = std::function<void(const protocol::Event&)>;
    /// `gossiper` outlives it.
    ClientEvents(membership::Gossiper& gossiper, Push push)
        : m_gossiper(gossiper), m_push(std::move(push))
    {
    }

    void onSchemaChanged(const schema::Schema& before, const schema::Schema& after);

    void onEndpointUp(const InetEndpoint& endpoint) override;
    void onEndpointDown(const InetEndpoint& endpoint) override;
    void onEndpointLeft(const InetEndpoint& endpoint) override;
    void onStateChanged(const InetEndpoint& endpoint, membership::ApplicationState state,
                        const std::string& value) override;

private:
    /// Where clients reach the node, if it has said so.
    [[nodiscard]] std::optional<InetEndpoint> nativeAddress(const InetEndpoint& endpoint) const;
    void tellStatus(const InetEndpoint& endpoint, protocol::StatusChange::Change change);

    membership::Gossiper& m_gossiper;
    Push m_push;
    std::set<InetEndpoint> m_announced; ///< clients know of them
};

} // namespace engine::node
