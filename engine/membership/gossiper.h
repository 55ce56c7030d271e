#pragma once

#include "engine/base/events.h"
#include "engine/base/runtime.h"
#include "engine/membership/failure_detector.h"
#include "engine/membership/gossip_messages.h"
#include "engine/messaging/messaging_service.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace engine::membership {

/// Told what gossip learns; on the node's thread (gms/IEndpointStateChangeSubscriber).
class MembershipListener {
public:
    virtual ~MembershipListener() = default;
    virtual void onEndpointJoined(const InetEndpoint&, const EndpointState&) {}
    virtual void onEndpointUp(const InetEndpoint&) {}
    virtual void onEndpointDown(const InetEndpoint&) {}
    /// Left for good.
    virtual void onEndpointLeft(const InetEndpoint&) {}
    virtual void onEndpointRestarted(const InetEndpoint&) {}
    /// A value is new. Called for each of them when an endpoint is first seen, too.
    virtual void onStateChanged(const InetEndpoint&, ApplicationState, const std::string&) {}
};

struct GossiperOptions {
    std::string clusterName;
    std::string partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
    std::set<InetEndpoint> seeds;
    std::int32_t generation = 1; ///< greater than at every earlier start: nextGeneration()
    Duration interval = std::chrono::seconds{1};
    double phiConvictThreshold = 8.0;
};

/// One endpoint as views and `nodetool gossipinfo` show it.
struct EndpointView {
    InetEndpoint endpoint;
    EndpointState state;
    bool isLocal = false;
    /// Its connections broke, but phi has not convicted it (yet).
    bool socketClosed = false;
    double phi = 0;
};

/// Spreads what nodes say of themselves, and decides who is up: a round each second, and at once
/// on start and when something of this node changes, of three messages SYN, ACK, ACK2 with
/// digests and deltas (gms/Gossiper). Targets: one live node, sometimes an unreachable one and a
/// seed. Node thread only.
class Gossiper final : public messaging::ConnectionListener {
public:
    Gossiper(Runtime& runtime, messaging::MessagingService& messaging, EventSink& events,
             GossiperOptions options);
    ~Gossiper() override;

    /// Begins to gossip with these values of the node's own (STATUS_WITH_PORT, TOKENS, DC, …).
    void start(std::map<ApplicationState, std::string> values);
    /// Tells everyone that the node shuts down (if `announce`), and ends the rounds.
    void stop(bool announce);

    /// Sets a value of this node's and gossips at once if it changed.
    void setLocalState(ApplicationState state, std::string value);
    /// An endpoint known from before a restart: to be gossiped with, unreachable until it answers.
    void addSavedEndpoint(const InetEndpoint& endpoint);
    /// Speaks for a dead endpoint: others believe it until it starts again (nodetool removenode).
    void setForeignStatus(const InetEndpoint& endpoint, std::string status);
    /// Declares an endpoint gone for good (nodetool assassinate).
    void assassinate(const InetEndpoint& endpoint);
    void addListener(MembershipListener& listener) { m_listeners.push_back(&listener); }

    [[nodiscard]] bool isAlive(const InetEndpoint& endpoint) const;
    /// Alive, but its sockets closed: ask others first.
    [[nodiscard]] bool isSuspect(const InetEndpoint& endpoint) const
    {
        return m_socketClosed.contains(endpoint);
    }
    /// Another number whenever isAlive() or isSuspect() of some endpoint may have changed; never 0.
    [[nodiscard]] std::uint64_t livenessVersion() const noexcept { return m_livenessVersion; }
    /// How long an endpoint has been down; zero if it is up or was never seen up or down.
    [[nodiscard]] Duration downtime(const InetEndpoint& endpoint) const;
    [[nodiscard]] const std::set<InetEndpoint>& live() const noexcept { return m_live; }
    [[nodiscard]] const std::map<InetEndpoint, MonoTime>& unreachable() const noexcept
    {
        return m_unreachable;
    }
    [[nodiscard]] const std::map<InetEndpoint, EndpointState>& states() const noexcept
    {
        return m_states;
    }
    [[nodiscard]] const EndpointState* find(const InetEndpoint& endpoint) const;
    /// Whether anyone has answered since start: what is known is more than this node's own.
    [[nodiscard]] bool hasHeardOthers() const noexcept { return m_heardOthers; }
    [[nodiscard]] bool isRunning() const noexcept { return m_running; }
    [[nodiscard]] const InetEndpoint& local() const noexcept { return m_local; }
    [[nodiscard]] FailureDetector& failureDetector() noexcept { return m_detector; }

    /// All endpoints, by address.
    [[nodiscard]] std::vector<EndpointView> view() const;

    void onPeerConnected(const InetEndpoint& peer) override;
    void onPeerDisconnected(const InetEndpoint& peer) override;

private:
    using Envelope = messaging::Envelope;

    void scheduleRound(Duration delay);
    void runRound();
    void gossipAtOnce();
    void sendSyn(const InetEndpoint& to);
    [[nodiscard]] std::vector<GossipDigest> makeDigests();
    void onSyn(const Envelope& message);
    void onAck(const Envelope& message);
    void onAck2(const Envelope& message);
    void onShutdown(const Envelope& message);

    [[nodiscard]] GossipAck examine(std::vector<GossipDigest> digests);
    /// The endpoint's state with only the values above `version`; nullopt if there are none.
    [[nodiscard]] std::optional<EndpointState> stateAbove(const InetEndpoint& endpoint,
                                                          std::int32_t version) const;
    void takeOver(std::vector<EndpointDelta> states);
    [[nodiscard]] bool fits(const EndpointDelta& delta) const;
    void notifyDetector(const std::vector<EndpointDelta>& states);
    void apply(std::vector<EndpointDelta> states);
    void applyMajorChange(const InetEndpoint& endpoint, EndpointState state);
    void applyNewValues(const InetEndpoint& endpoint, EndpointState& local,
                        const EndpointState& remote);
    void checkStatuses();
    void markAlive(const InetEndpoint& endpoint);
    void reallyMarkAlive(const InetEndpoint& endpoint);
    void markDead(const InetEndpoint& endpoint, std::string_view why);
    void markShutdown(const InetEndpoint& endpoint);
    void announceStateChange(const InetEndpoint& endpoint, ApplicationState state,
                             const std::string& value);
    void emitGossip(std::string_view name, const InetEndpoint& peer, std::size_t digests,
                    std::size_t states, const Envelope* cause);
    void emitEndpoint(std::string_view name, const InetEndpoint& endpoint,
                      std::string_view why = {});
    [[nodiscard]] InetEndpoint pick(const std::vector<InetEndpoint>& from);

    Runtime& m_runtime;
    messaging::MessagingService& m_messaging;
    EventSink& m_events;
    GossiperOptions m_options;
    InetEndpoint m_local;
    FailureDetector m_detector;
    std::vector<MembershipListener*> m_listeners;
    std::map<InetEndpoint, EndpointState> m_states;
    std::set<InetEndpoint> m_live;
    std::map<InetEndpoint, MonoTime> m_unreachable; ///< since when
    std::set<InetEndpoint> m_echoing;               ///< asked whether they are up, not yet answered
    std::map<InetEndpoint, MonoTime> m_echoSentAt;
    std::set<InetEndpoint> m_socketClosed;
    std::uint64_t m_livenessVersion = 1;              ///< of m_live and m_socketClosed
    std::map<InetEndpoint, std::int32_t> m_spokenFor; ///< generations of setForeignStatus()
    std::int32_t m_version = 0;
    bool m_running = false;
    bool m_heardOthers = false;
    bool m_roundPosted = false;
    int m_lonelyRounds = 0;
    TimerId m_timer;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::membership
