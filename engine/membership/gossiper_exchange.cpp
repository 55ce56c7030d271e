// What a node says to others, and what it takes over from them.

#include "engine/membership/gossiper.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace engine::membership {

using messaging::Verb;

namespace {

/// A generation that is further ahead is not believed (Gossiper.MAX_GENERATION_DIFFERENCE).
constexpr std::int32_t kGenerationStepMax = 86400 * 365;

} // namespace

// ---- the three messages ----

void Gossiper::onSyn(const Envelope& message)
{
    if (!m_running)
        return;
    auto syn = decodeSyn(message.payload);
    if (!syn) {
        m_runtime.log().warn("gossip", syn.error().detail());
        return;
    }
    emitGossip("syn_received", message.from, syn->digests.size(), 0, &message);
    if (syn->clusterName != m_options.clusterName || syn->partitioner != m_options.partitioner) {
        m_runtime.log().warn(
            "gossip", fmt::format("Ignored gossip of {}: its cluster is '{}' with {}, "
                                  "this one '{}' with {}.",
                                  message.from.toString(), syn->clusterName, syn->partitioner,
                                  m_options.clusterName, m_options.partitioner));
        return;
    }
    const GossipAck ack = examine(std::move(syn->digests));
    emitGossip("ack_sent", message.from, ack.wanted.size(), ack.states.size(), &message);
    m_messaging.send(message.from, Verb::GossipDigestAck, encode(ack));
}

void Gossiper::onAck(const Envelope& message)
{
    if (!m_running)
        return;
    auto ack = decodeAck(message.payload);
    if (!ack) {
        m_runtime.log().warn("gossip", ack.error().detail());
        return;
    }
    emitGossip("ack_received", message.from, ack->wanted.size(), ack->states.size(), &message);
    m_heardOthers = true;
    takeOver(std::move(ack->states));

    GossipAck2 ack2;
    for (const GossipDigest& digest : ack->wanted) {
        // Of another generation than the one that was asked about all is new.
        const EndpointState* own = find(digest.endpoint);
        const std::int32_t above = own != nullptr && own->heartBeat.generation == digest.generation
                                       ? digest.maxVersion
                                       : 0;
        if (auto state = stateAbove(digest.endpoint, above))
            ack2.states.push_back({digest.endpoint, std::move(*state), above});
    }
    emitGossip("ack2_sent", message.from, 0, ack2.states.size(), &message);
    m_messaging.send(message.from, Verb::GossipDigestAck2, encode(ack2));
}

void Gossiper::onAck2(const Envelope& message)
{
    if (!m_running)
        return;
    auto ack2 = decodeAck2(message.payload);
    if (!ack2) {
        m_runtime.log().warn("gossip", ack2.error().detail());
        return;
    }
    emitGossip("ack2_received", message.from, 0, ack2->states.size(), &message);
    m_heardOthers = true;
    takeOver(std::move(ack2->states));
}

void Gossiper::onShutdown(const Envelope& message)
{
    if (m_running && m_states.contains(message.from))
        markShutdown(message.from);
}

GossipAck Gossiper::examine(std::vector<GossipDigest> digests)
{
    // Those that differ most come first, as a message may be cut by a bound some day.
    const auto gap = [this](const GossipDigest& digest) {
        const EndpointState* own = find(digest.endpoint);
        return std::abs(std::int64_t{digest.maxVersion} - (own == nullptr ? 0 : own->maxVersion()));
    };
    std::stable_sort(digests.begin(), digests.end(),
                     [&](const GossipDigest& a, const GossipDigest& b) { return gap(a) > gap(b); });

    GossipAck ack;
    std::set<InetEndpoint> named;
    for (const GossipDigest& digest : digests) {
        named.insert(digest.endpoint);
        const EndpointState* own = find(digest.endpoint);
        if (digest.endpoint == m_local &&
            digest.generation > m_states[m_local].heartBeat.generation) {
            // Others remember a later start of this node than it does: its own record of
            // generations was lost. Overtake it, or nobody would listen.
            m_states[m_local].heartBeat.generation = digest.generation + 1;
        }
        if (own == nullptr || digest.generation > own->heartBeat.generation) {
            if (digest.endpoint != m_local)
                ack.wanted.push_back({digest.endpoint, digest.generation, 0});
            continue;
        }
        std::int32_t above = 0;
        if (digest.generation == own->heartBeat.generation) {
            const std::int32_t ownVersion = own->maxVersion();
            if (digest.maxVersion == ownVersion)
                continue;
            if (digest.maxVersion > ownVersion) {
                if (digest.endpoint != m_local)
                    ack.wanted.push_back({digest.endpoint, digest.generation, ownVersion});
                continue;
            }
            above = digest.maxVersion;
        }
        if (auto state = stateAbove(digest.endpoint, above))
            ack.states.push_back({digest.endpoint, std::move(*state), above});
    }
    // What the other side has never heard of; Cassandra leaves this to its next round.
    for (const auto& [endpoint, state] : m_states)
        if (!named.contains(endpoint) && state.heartBeat.generation > 0)
            ack.states.push_back({endpoint, state});
    return ack;
}

std::optional<EndpointState> Gossiper::stateAbove(const InetEndpoint& endpoint,
                                                  std::int32_t version) const
{
    const EndpointState* own = find(endpoint);
    if (own == nullptr || own->heartBeat.generation == 0 || own->maxVersion() <= version)
        return std::nullopt;
    EndpointState delta;
    delta.heartBeat = own->heartBeat;
    for (const auto& [key, value] : own->values)
        if (value.version > version)
            delta.values[key] = value;
    return delta;
}

// ---- taking over what others say ----

void Gossiper::takeOver(std::vector<EndpointDelta> states)
{
    std::erase_if(states, [this](const EndpointDelta& delta) { return !fits(delta); });
    notifyDetector(states);
    apply(std::move(states));
}

/// Whether a delta leaves no gap. It does when it answers what this node said before a restart:
/// its first values, the tokens among them, would never be asked for again.
bool Gossiper::fits(const EndpointDelta& delta) const
{
    const EndpointState* own = find(delta.endpoint);
    const std::int32_t generation = delta.state.heartBeat.generation;
    if (own == nullptr || own->heartBeat.generation < generation)
        return delta.above == 0;
    return own->heartBeat.generation > generation || own->maxVersion() >= delta.above;
}

void Gossiper::notifyDetector(const std::vector<EndpointDelta>& states)
{
    const MonoTime now = m_runtime.now();
    for (const auto& [endpoint, remote, above] : states) {
        const auto at = m_states.find(endpoint);
        if (endpoint == m_local || at == m_states.end())
            continue;
        EndpointState& own = at->second;
        if (remote.heartBeat.generation > own.heartBeat.generation) {
            // A new life: intervals of the old one would skew the mean.
            if (!own.alive)
                m_detector.remove(endpoint);
            own.updatedAt = now;
            m_detector.report(endpoint, now);
        } else if (remote.heartBeat.generation == own.heartBeat.generation &&
                   remote.heartBeat.version > own.maxVersion()) {
            own.updatedAt = now;
            m_detector.report(endpoint, now);
        }
    }
}

void Gossiper::apply(std::vector<EndpointDelta> states)
{
    for (auto& [endpoint, remote, above] : states) {
        if (endpoint == m_local)
            continue;
        const auto at = m_states.find(endpoint);
        if (at == m_states.end()) {
            applyMajorChange(endpoint, std::move(remote));
            m_detector.report(endpoint, m_runtime.now());
            continue;
        }
        EndpointState& own = at->second;
        const std::int32_t generation = own.heartBeat.generation;
        if (generation != 0 &&
            remote.heartBeat.generation > std::int64_t{generation} + kGenerationStepMax) {
            m_runtime.log().warn(
                "gossip",
                fmt::format("Ignored generation {} of {}: over a year ahead of {}.",
                            remote.heartBeat.generation, endpoint.toString(), generation));
        } else if (remote.heartBeat.generation > generation) {
            applyMajorChange(endpoint, std::move(remote));
        } else if (remote.heartBeat.generation == generation) {
            if (remote.maxVersion() > own.maxVersion())
                applyNewValues(endpoint, own, remote);
            if (!own.alive && !own.isGone() && !own.isShutdown() && !own.isRemoving())
                markAlive(endpoint);
        }
    }
}

void Gossiper::applyMajorChange(const InetEndpoint& endpoint, EndpointState state)
{
    const auto before = m_states.find(endpoint);
    const bool known = before != m_states.end() && before->second.heartBeat.generation != 0;
    const bool wasAlive = m_live.contains(endpoint);
    state.alive = false;
    state.updatedAt = m_runtime.now();
    EndpointState& own = m_states[endpoint] = std::move(state);
    // A copy: listeners may set values of this node's, which changes the map.
    const auto values = own.values;
    emitEndpoint(known ? "restarted" : "joined", endpoint);
    if (known)
        for (MembershipListener* listener : m_listeners)
            listener->onEndpointRestarted(endpoint);
    if (wasAlive)
        markDead(endpoint, "restarted");
    else
        m_unreachable.try_emplace(endpoint, m_runtime.now());
    for (MembershipListener* listener : m_listeners)
        listener->onEndpointJoined(endpoint, own);
    for (const auto& [key, value] : values)
        announceStateChange(endpoint, key, value.value);
    m_socketClosed.erase(endpoint);
    ++m_livenessVersion;
    m_echoing.erase(endpoint);
    if (own.isGone() || own.isShutdown() || own.isRemoving())
        return;
    markAlive(endpoint);
}

void Gossiper::applyNewValues(const InetEndpoint& endpoint, EndpointState& local,
                              const EndpointState& remote)
{
    local.heartBeat = remote.heartBeat;
    std::vector<std::pair<ApplicationState, std::string>> changed;
    for (const auto& [key, value] : remote.values) {
        VersionedValue& own = local.values[key];
        if (value.version <= own.version)
            continue;
        const bool isNew = own.value != value.value || own.version == 0;
        own = value;
        if (isNew)
            changed.emplace_back(key, value.value);
    }
    for (const auto& [key, value] : changed)
        announceStateChange(endpoint, key, value);
    if (local.isGone() || local.isShutdown() || local.isRemoving())
        markDead(endpoint, local.isGone()       ? "left"
                           : local.isRemoving() ? "being removed"
                                                : "shutdown");
}

void Gossiper::announceStateChange(const InetEndpoint& endpoint, ApplicationState state,
                                   const std::string& value)
{
    if (m_events.wants(EventKind::Endpoint))
        m_events.emit(EventKind::Endpoint, "state",
                      fmt::format(R"({{"endpoint":"{}","state":"{}"}})", endpoint.toString(),
                                  applicationStateName(state)),
                      {});
    for (MembershipListener* listener : m_listeners)
        listener->onStateChanged(endpoint, state, value);
    if (state != ApplicationState::StatusWithPort)
        return;
    const auto* now = find(endpoint);
    if (now != nullptr && now->isGone() && endpoint != m_local) {
        emitEndpoint("left", endpoint);
        for (MembershipListener* listener : m_listeners)
            listener->onEndpointLeft(endpoint);
    }
}

} // namespace engine::membership
