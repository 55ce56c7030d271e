#include "engine/membership/gossiper.h"

#include "engine/base/assert.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::membership {

using messaging::Verb;

namespace {

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
