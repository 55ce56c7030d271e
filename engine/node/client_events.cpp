#include "engine/node/client_events.h"

#include "engine/node/query_handler.h"
#include "engine/schema/schema_change.h"

namespace engine::node {

using membership::ApplicationState;

std::optional<InetEndpoint> ClientEvents::nativeAddress(const InetEndpoint& endpoint) const
{
    const auto* state = m_gossiper.find(endpoint);
    const std::string* text =
        state != nullptr ? state->find(ApplicationState::NativeAddressAndPort) : nullptr;
    if (text == nullptr)
        return std::nullopt;
    const auto parsed = InetEndpoint::parse(*text, 0);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

void ClientEvents::tellStatus(const InetEndpoint& endpoint, protocol::StatusChange::Change change)
{
    if (endpoint == m_gossiper.local())
        return;
    const auto native = nativeAddress(endpoint);
    if (!native)
        return;
    if (change == protocol::StatusChange::Change::Up && m_announced.insert(endpoint).second)
        m_push(protocol::TopologyChange{protocol::TopologyChange::Change::NewNode, *native});
    m_push(protocol::StatusChange{change, *native});
}

void ClientEvents::onEndpointUp(const InetEndpoint& endpoint)
{
    const auto* state = m_gossiper.find(endpoint);
    const std::string* ready = state != nullptr ? state->find(ApplicationState::RpcReady) : nullptr;
    if (ready != nullptr && *ready == "true")
        tellStatus(endpoint, protocol::StatusChange::Change::Up);
}

void ClientEvents::onEndpointDown(const InetEndpoint& endpoint)
{
    tellStatus(endpoint, protocol::StatusChange::Change::Down);
}

void ClientEvents::onEndpointLeft(const InetEndpoint& endpoint)
{
    m_announced.erase(endpoint);
    if (const auto native = nativeAddress(endpoint))
        m_push(protocol::TopologyChange{protocol::TopologyChange::Change::RemovedNode, *native});
}

void ClientEvents::onStateChanged(const InetEndpoint& endpoint, ApplicationState state,
                                  const std::string& value)
{
    if (state == ApplicationState::RpcReady && m_gossiper.isAlive(endpoint))
        tellStatus(endpoint, value == "true" ? protocol::StatusChange::Change::Up
                                             : protocol::StatusChange::Change::Down);
}

void ClientEvents::onSchemaChanged(const schema::Schema& before, const schema::Schema& after)
{
    for (const auto& change : schema::differences(before, after))
        m_push(toWire(change));
}

} // namespace engine::node
