#include "engine/membership/gossiper.h"

#include "engine/base/assert.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::membership {

using messaging::Verb;

namespace {

constexpr std::int32_t kGenerationStepMax = 86400 * 365;
/// An echo that was not answered is asked again after this.
constexpr Duration kEchoPatience = std::chrono::seconds{2};
/// News goes at once to all live nodes of a small cluster, to a few of a large one.
constexpr std::size_t kTellAllMax = 5;
constexpr std::size_t kTellSome = 3;
/// Until anyone answers, a node that starts asks more often: its seed may be starting too.
constexpr Duration kLonelyInterval = std::chrono::milliseconds{200};
constexpr int kLonelyRoundsMax = 50;

} // namespace

Gossiper::Gossiper(Runtime& runtime, messaging::MessagingService& messaging, EventSink& events,
                   GossiperOptions options)
    : m_runtime(runtime),
      m_messaging(messaging),
      m_events(events),
      m_options(std::move(options)),
      m_local(messaging.local()),
      m_detector(m_options.phiConvictThreshold),
      m_isHere(std::make_shared<bool>(true))
{
    m_messaging.setHandler(Verb::GossipDigestSyn, [this](const Envelope& m) { onSyn(m); });
    m_messaging.setHandler(Verb::GossipDigestAck, [this](const Envelope& m) { onAck(m); });
    m_messaging.setHandler(Verb::GossipDigestAck2, [this](const Envelope& m) { onAck2(m); });
    m_messaging.setHandler(Verb::GossipShutdown, [this](const Envelope& m) { onShutdown(m); });
    m_messaging.setHandler(Verb::EchoReq, [this](const Envelope& m) {
        // A node that is shutting down or not yet up does not answer, so nobody marks it up.
        if (m_running)
            m_messaging.respond(messaging::MessagingService::replyTo(m), {});
    });
    m_messaging.addConnectionListener(*this);
}

Gossiper::~Gossiper()
{
    *m_isHere = false;
    if (m_running)
        m_runtime.cancel(m_timer);
}

void Gossiper::start(std::map<ApplicationState, std::string> values)
{
    ENGINE_ASSERT(!m_running, "gossip is started once");
    m_running = true;
    EndpointState& own = m_states[m_local];
    own.alive = true;
    own.heartBeat = {m_options.generation, ++m_version};
    for (auto& [state, value] : values)
        own.values[state] = {value, ++m_version};
    for (const auto& [state, value] : values)
        announceStateChange(m_local, state, value);
    scheduleRound(Duration::zero());
}

void Gossiper::stop(bool announce)
{
    if (!m_running)
        return;
    m_running = false;
    m_runtime.cancel(m_timer);
    if (!announce)
        return;
    for (const InetEndpoint& endpoint : m_live)
        m_messaging.send(endpoint, Verb::GossipShutdown, {});
}

void Gossiper::setLocalState(ApplicationState state, std::string value)
{
    EndpointState& own = m_states[m_local];
    const auto at = own.values.find(state);
    if (at != own.values.end() && at->second.value == value)
        return;
    own.values[state] = {value, ++m_version};
    announceStateChange(m_local, state, value);
    // Load changes all the time and can wait for the next round.
    if (state != ApplicationState::Load)
        gossipAtOnce();
}

void Gossiper::addSavedEndpoint(const InetEndpoint& endpoint)
{
    if (endpoint == m_local || m_states.contains(endpoint))
        return;
    // Generation 0 is older than all that anyone says.
    m_states[endpoint] = {};
    m_unreachable[endpoint] = m_runtime.now();
}

void Gossiper::setForeignStatus(const InetEndpoint& endpoint, std::string status)
{
    if (endpoint == m_local)
        return;
    EndpointState& state = m_states[endpoint];
    auto& value = state.values[ApplicationState::StatusWithPort];
    // The first word for it must be newer than all that it said itself; those that follow are of
    // the same generation.
    const bool isFirst =
        !m_spokenFor.contains(endpoint) || m_spokenFor[endpoint] != state.heartBeat.generation;
    if (isFirst) {
        state.heartBeat = {nextGeneration(state.heartBeat.generation, m_runtime.wallNow()), 1};
        for (auto& [key, other] : state.values)
            other.version = 1;
        m_spokenFor[endpoint] = state.heartBeat.generation;
    }
    const std::int32_t version = state.maxVersion() + 1;
    state.heartBeat.version = version;
    value = {std::move(status), version};
    const std::string told = value.value;
    markDead(endpoint, "being removed");
    announceStateChange(endpoint, ApplicationState::StatusWithPort, told);
    gossipAtOnce();
}

void Gossiper::assassinate(const InetEndpoint& endpoint)
{
    const auto at = m_states.find(endpoint);
    if (at == m_states.end() || endpoint == m_local)
        return;
    EndpointState& state = at->second;
    const auto tokens = state.tokens();
    state.heartBeat.generation += 1;
    state.heartBeat.version = kHighestVersion - 1;
    const WallTime expiry{m_runtime.wallNow().sinceEpoch + std::chrono::hours{72}};
    auto& status = state.values[ApplicationState::StatusWithPort];
    status = {status::left(tokens.empty() ? ring::Token{} : tokens.front(), expiry),
              kHighestVersion};
    markDead(endpoint, "assassinated");
    announceStateChange(endpoint, ApplicationState::StatusWithPort, status.value);
    gossipAtOnce();
}

bool Gossiper::isAlive(const InetEndpoint& endpoint) const
{
    return endpoint == m_local || m_live.contains(endpoint);
}

Duration Gossiper::downtime(const InetEndpoint& endpoint) const
{
    const auto at = m_unreachable.find(endpoint);
    return at == m_unreachable.end() ? Duration::zero() : m_runtime.now() - at->second;
}

const EndpointState* Gossiper::find(const InetEndpoint& endpoint) const
{
    const auto at = m_states.find(endpoint);
    return at == m_states.end() ? nullptr : &at->second;
}

std::vector<EndpointView> Gossiper::view() const
{
    std::vector<EndpointView> all;
    for (const auto& [endpoint, state] : m_states)
        all.push_back({endpoint, state, endpoint == m_local, m_socketClosed.contains(endpoint),
                       m_detector.phi(endpoint, m_runtime.now())});
    return all;
}

// ---- rounds ----

void Gossiper::scheduleRound(Duration delay)
{
    m_timer = m_runtime.after(delay, "gossip round", [this, here = m_isHere] {
        if (!*here || !m_running)
            return;
        const bool lonely = !m_heardOthers && ++m_lonelyRounds < kLonelyRoundsMax;
        scheduleRound(lonely ? std::min(kLonelyInterval, m_options.interval) : m_options.interval);
        runRound();
    });
}

void Gossiper::gossipAtOnce()
{
    if (!m_running || m_roundPosted)
        return;
    // Several changes of one step make one round.
    m_roundPosted = true;
    m_runtime.post(Priority::Gossip, "gossip at once", [this, here = m_isHere] {
        if (!*here)
            return;
        m_roundPosted = false;
        if (!m_running)
            return;
        if (m_live.size() <= kTellAllMax) {
            for (const InetEndpoint& endpoint : m_live)
                sendSyn(endpoint);
            return;
        }
        const std::vector<InetEndpoint> live(m_live.begin(), m_live.end());
        for (std::size_t i = 0; i < kTellSome; ++i)
            sendSyn(pick(live));
    });
}

void Gossiper::runRound()
{
    m_states[m_local].heartBeat.version = ++m_version;

    const std::vector<InetEndpoint> live(m_live.begin(), m_live.end());
    bool toSeed = false;
    if (!live.empty()) {
        const InetEndpoint target = pick(live);
        toSeed = m_options.seeds.contains(target);
        sendSyn(target);
    }
    if (!m_unreachable.empty()) {
        const double probability =
            static_cast<double>(m_unreachable.size()) / (static_cast<double>(live.size()) + 1.0);
        if (m_runtime.random().unit() < probability) {
            std::vector<InetEndpoint> down;
            for (const auto& [endpoint, since] : m_unreachable)
                if (const auto* state = find(endpoint); state == nullptr || !state->isGone())
                    down.push_back(endpoint);
            if (!down.empty())
                sendSyn(pick(down));
        }
    }
    std::vector<InetEndpoint> seeds;
    for (const InetEndpoint& seed : m_options.seeds)
        if (seed != m_local)
            seeds.push_back(seed);
    if (!seeds.empty() && (!toSeed || live.size() < seeds.size())) {
        const double probability = static_cast<double>(m_options.seeds.size()) /
                                   static_cast<double>(live.size() + m_unreachable.size());
        if (live.empty() || m_runtime.random().unit() <= probability)
            sendSyn(pick(seeds));
    }
    checkStatuses();
}

InetEndpoint Gossiper::pick(const std::vector<InetEndpoint>& from)
{
    return from[m_runtime.random().below(from.size())];
}

std::vector<GossipDigest> Gossiper::makeDigests()
{
    std::vector<GossipDigest> digests;
    digests.reserve(m_states.size());
    for (const auto& [endpoint, state] : m_states)
        digests.push_back({endpoint, state.heartBeat.generation, state.maxVersion()});
    return digests;
}

void Gossiper::sendSyn(const InetEndpoint& to)
{
    GossipSyn syn{m_options.clusterName, m_options.partitioner, makeDigests()};
    emitGossip("syn_sent", to, syn.digests.size(), 0, nullptr);
    m_messaging.send(to, Verb::GossipDigestSyn, encode(syn));
}

void Gossiper::checkStatuses()
{
    const MonoTime now = m_runtime.now();
    m_detector.beginRound(now);
    const std::set<InetEndpoint> live = m_live;
    for (const InetEndpoint& endpoint : live)
        if (m_detector.convicts(endpoint, now))
            markDead(endpoint, "phi");
}

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
    notifyDetector(ack->states);
    apply(std::move(ack->states));

    GossipAck2 ack2;
    for (const GossipDigest& digest : ack->wanted)
        if (auto state = stateAbove(digest.endpoint, digest.maxVersion))
            ack2.states.emplace_back(digest.endpoint, std::move(*state));
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
    notifyDetector(ack2->states);
    apply(std::move(ack2->states));
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
            ack.states.emplace_back(digest.endpoint, std::move(*state));
    }
    // What the other side has never heard of; Cassandra leaves this to its next round.
    for (const auto& [endpoint, state] : m_states)
        if (!named.contains(endpoint) && state.heartBeat.generation > 0)
            ack.states.emplace_back(endpoint, state);
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

void Gossiper::notifyDetector(const std::vector<EndpointDelta>& states)
{
    const MonoTime now = m_runtime.now();
    for (const auto& [endpoint, remote] : states) {
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
    for (auto& [endpoint, remote] : states) {
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

// ---- up and down ----

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
    if (m_socketClosed.erase(peer) != 0)
        emitEndpoint("socket_open", peer);
}

void Gossiper::onPeerDisconnected(const InetEndpoint& peer)
{
    if (!m_running || !m_live.contains(peer))
        return;
    // Its process may have ended; phi decides. Asking at once makes a quick restart seen quickly.
    m_socketClosed.insert(peer);
    emitEndpoint("socket_closed", peer);
    sendSyn(peer);
}

// ---- events ----

void Gossiper::emitGossip(std::string_view name, const InetEndpoint& peer, std::size_t digests,
                          std::size_t states, const Envelope* cause)
{
    if (!m_events.wants(EventKind::Gossip))
        return;
    m_events.emit(EventKind::Gossip, name,
                  fmt::format(R"({{"peer":"{}","digests":{},"states":{}}})", peer.toString(),
                              digests, states),
                  cause != nullptr && cause->cause != 0
                      ? fmt::format("{}/{}", cause->from.toString(), cause->cause)
                      : std::string{});
}

void Gossiper::emitEndpoint(std::string_view name, const InetEndpoint& endpoint,
                            std::string_view why)
{
    if (!m_events.wants(EventKind::Endpoint))
        return;
    m_events.emit(EventKind::Endpoint, name,
                  fmt::format(R"({{"endpoint":"{}","phi":{:.3f},"why":"{}"}})", endpoint.toString(),
                              m_detector.phi(endpoint, m_runtime.now()), why),
                  {});
}

} // namespace engine::membership
