// Who is up: an endpoint that answers an echo, until phi convicts it or it says that it ends.

#include "engine/membership/gossiper.h"

#include <fmt/format.h>

namespace engine::membership {

using messaging::Verb;

namespace {

/// An echo that was not answered is asked again after this.
constexpr Duration kEchoPatience = std::chrono::seconds{2};

} // namespace

void Gossiper::markAlive(const InetEndpoint& endpoint)
{
    // Up is who answers, not who was talked about: the echo proves the way in both directions.
    const MonoTime now = m_runtime.now();
    if (m_echoing.contains(endpoint) && now - m_echoSentAt[endpoint] < kEchoPatience)
        return;
    m_echoing.insert(endpoint);
    m_echoSentAt[endpoint] = now;

    class EchoHandler final : public messaging::ResponseHandler {
    public:
        EchoHandler(Gossiper& gossiper, InetEndpoint endpoint, std::shared_ptr<bool> here)
            : m_gossiper(gossiper), m_endpoint(endpoint), m_here(std::move(here))
        {
        }
        bool onResponse(const InetEndpoint&, const Envelope&) override
        {
            if (*m_here)
                m_gossiper.reallyMarkAlive(m_endpoint);
            return true;
        }
        bool onFailure(const InetEndpoint&, protocol::FailureReason) override { return true; }
        void onDeadline() override
        {
            if (*m_here)
                m_gossiper.m_echoing.erase(m_endpoint);
        }

    private:
        Gossiper& m_gossiper;
        InetEndpoint m_endpoint;
        std::shared_ptr<bool> m_here;
    };
    const MonoTime deadline = now + kEchoPatience;
    const auto id =
        m_messaging.openRequest(std::make_shared<EchoHandler>(*this, endpoint, m_isHere), deadline);
    m_messaging.sendRequest(id, endpoint, Verb::EchoReq, {}, deadline);
}

void Gossiper::reallyMarkAlive(const InetEndpoint& endpoint)
{
    m_echoing.erase(endpoint);
    const auto at = m_states.find(endpoint);
    if (!m_running || at == m_states.end() || at->second.alive || at->second.isGone() ||
        at->second.isShutdown() || at->second.isRemoving())
        return;
    at->second.alive = true;
    at->second.updatedAt = m_runtime.now();
    m_live.insert(endpoint);
    m_unreachable.erase(endpoint);
    m_socketClosed.erase(endpoint);
    ++m_livenessVersion;
    // The echo is a sign of life: without it, a stale window would convict at once.
    m_detector.report(endpoint, m_runtime.now());
    emitEndpoint("up", endpoint);
    m_runtime.log().info("gossip", fmt::format("Node {} is now up.", endpoint.toString()));
    for (MembershipListener* listener : m_listeners)
        listener->onEndpointUp(endpoint);
    // Whoever is up learns at once of whom else is.
    gossipAtOnce();
}

void Gossiper::markDead(const InetEndpoint& endpoint, std::string_view why)
{
    const auto at = m_states.find(endpoint);
    if (at != m_states.end())
        at->second.alive = false;
    if (m_live.erase(endpoint) == 0) {
        m_unreachable.try_emplace(endpoint, m_runtime.now());
        return;
    }
    ++m_livenessVersion;
    m_unreachable[endpoint] = m_runtime.now();
    m_echoing.erase(endpoint);
    emitEndpoint("down", endpoint, why);
    m_runtime.log().info("gossip",
                         fmt::format("Node {} is now down ({}).", endpoint.toString(), why));
    for (MembershipListener* listener : m_listeners)
        listener->onEndpointDown(endpoint);
}

void Gossiper::markShutdown(const InetEndpoint& endpoint)
{
    EndpointState& state = m_states[endpoint];
    state.values[ApplicationState::StatusWithPort] = {status::shutdown(), kHighestVersion};
    state.heartBeat.version = kHighestVersion;
    markDead(endpoint, "shutdown");
    announceStateChange(endpoint, ApplicationState::StatusWithPort, status::shutdown());
}

void Gossiper::onPeerConnected(const InetEndpoint& peer)
{
    if (m_socketClosed.erase(peer) == 0)
        return;
    ++m_livenessVersion;
    emitEndpoint("socket_open", peer);
}

void Gossiper::onPeerDisconnected(const InetEndpoint& peer)
{
    if (!m_running || !m_live.contains(peer))
        return;
    // Its process may have ended; phi decides. Asking at once makes a quick restart seen quickly.
    m_socketClosed.insert(peer);
    ++m_livenessVersion;
    emitEndpoint("socket_closed", peer);
    sendSyn(peer);
}

} // namespace engine::membership
