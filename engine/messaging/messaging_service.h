#pragma once

#include "engine/base/events.h"
#include "engine/base/runtime.h"
#include "engine/messaging/internode_handshake.h"
#include "engine/messaging/link_faults.h"
#include "engine/messaging/pending_requests.h"
#include "engine/messaging/timer_wheel.h"

#include <map>
#include <set>
#include <vector>

namespace engine::messaging {

/// Where an answer goes and how long it is wanted: what a verb's handler keeps of a request.
struct ReplyTo {
    InetEndpoint endpoint;
    MessageId id = 0;
    Verb verb = Verb::PingReq;
    MonoTime expiresAt{}; ///< zero: never
    /// This node's part of the request's trace, which the answer takes along; nullptr: not traced.
    std::shared_ptr<TraceSession> trace;
};

/// Told when a peer's connections come and go.
class ConnectionListener {
public:
    virtual ~ConnectionListener() = default;
    virtual void onPeerConnected(const InetEndpoint& peer) = 0;
    virtual void onPeerDisconnected(const InetEndpoint& peer) = 0;
};

/// What `nodetool tpstats` calls dropped messages, and totals for views.
struct MessagingCounters {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t sentBytes = 0;
    std::uint64_t receivedBytes = 0;
    std::uint64_t expired = 0; ///< arrived, or were about to be sent, past their time
    std::uint64_t corrupt = 0;
    std::map<Verb, std::uint64_t> droppedByVerb;
};

/// A node's mail room: encodes and routes messages between this node and others, matches answers
/// with requests, ends requests at their deadlines. Node thread only; owned by the node; must
/// outlive the network's use of it (call stop()).
class MessagingService final : public NetworkReceiver {
public:
    /// Gets a request or one-way message; the payload is valid during the call only.
    using VerbHandler = UniqueFunction<void(const Envelope& message)>;

    MessagingService(Runtime& runtime, EventSink& events, HandshakeIdentity identity);
    ~MessagingService() override;

    /// Starts to listen on the identity's endpoint. AddressInUse names it.
    [[nodiscard]] Result<void> start();
    /// Sends and takes nothing any more. Open requests end with the tasks that wait for them.
    void stop();

    [[nodiscard]] const InetEndpoint& local() const noexcept { return m_identity.local; }

    /// Requires that the verb has no handler yet.
    void setHandler(Verb verb, VerbHandler handler);
    void addConnectionListener(ConnectionListener& listener) { m_listeners.push_back(&listener); }

    /// Sends without wanting an answer. A message to the node itself arrives by the ready queue.
    void send(const InetEndpoint& to, Verb verb, ByteView payload);

    /// Opens a request; answers to messages sent under its id reach `handler` until it returns
    /// true, close() is called, or the deadline passes.
    [[nodiscard]] MessageId openRequest(std::shared_ptr<ResponseHandler> handler,
                                        MonoTime deadline);
    /// `trace`: of the request that this message is sent for, opened with openTrace().
    void sendRequest(MessageId id, const InetEndpoint& to, Verb verb, ByteView payload,
                     MonoTime deadline, const std::shared_ptr<TraceSession>& trace = nullptr);
    void closeRequest(MessageId id) { m_pending.close(id); }

    /// One request to one node; the payload of its answer. Timeout at the deadline, ServerError if
    /// the other side failed. For what is not a hot path.
    [[nodiscard]] Task<Bytes> call(InetEndpoint to, Verb verb, Bytes payload, Duration timeout,
                                   std::shared_ptr<TraceSession> trace = nullptr);

    /// From now on entries that answers bring for this trace go into the session, until
    /// closeTrace(). Does not keep the session alive.
    void openTrace(const std::shared_ptr<TraceSession>& trace) { m_traces[trace->id()] = trace; }
    void closeTrace(const Uuid& id) { m_traces.erase(id); }

    [[nodiscard]] static ReplyTo replyTo(const Envelope& request);
    /// Sends nothing if the request has expired meanwhile.
    void respond(const ReplyTo& to, ByteView payload);
    void respondFailure(const ReplyTo& to, protocol::FailureReason reason);

    /// Answers a node's requests with a failure from now on, but for gossip (or no longer): it was
    /// removed from the ring and may not know it.
    void setRefused(const InetEndpoint& peer, bool refused);
    /// Drops the connections to a node that is gone for good.
    void forget(const InetEndpoint& peer);

    /// Fault hooks: from now on messages to and from these peers are lost or late, as LinkFaults
    /// says; empty: none. Messages of the node to itself are never touched.
    void setLinkFaults(LinkFaults faults);
    [[nodiscard]] const LinkFaults& linkFaults() const noexcept { return m_linkFaults; }

    [[nodiscard]] HybridClock& clock() noexcept { return m_clock; }
    [[nodiscard]] const MessagingCounters& counters() const noexcept { return m_counters; }
    [[nodiscard]] std::size_t openRequests() const noexcept { return m_pending.size(); }
    /// The version spoken with a peer; the lowest until a handshake has told.
    [[nodiscard]] std::uint8_t versionOf(const InetEndpoint& peer) const;

    std::unique_ptr<Handshake> newHandshake(bool connecting) override;
    void onMessage(const InetEndpoint& from, Bytes message) override;
    void onConnected(const InetEndpoint& peer) override;
    void onDisconnected(const InetEndpoint& peer) override;

private:
    void transmit(const InetEndpoint& to, Envelope envelope);
    void transmitFaulty(const InetEndpoint& to, Channel channel, Bytes bytes,
                        const Envelope& envelope);
    void take(const InetEndpoint& from, Bytes message);
    void transmitTraced(const ReplyTo& to, Envelope answer);
    void dispatch(Envelope envelope);
    void dispatchResponse(const Envelope& envelope);
    void beginTrace(Envelope& request);
    void absorbTrace(const Envelope& response);
    void countDropped(const Envelope& envelope, std::string_view why);
    void emitMessage(std::string_view name, const Envelope& envelope, const InetEndpoint& other,
                     std::size_t bytes, std::string_view why);
    void armWheel(MonoTime due);

    Runtime& m_runtime;
    EventSink& m_events;
    HandshakeIdentity m_identity;
    std::map<Verb, VerbHandler> m_handlers;
    std::vector<ConnectionListener*> m_listeners;
    std::map<InetEndpoint, std::uint8_t> m_versions;
    std::set<InetEndpoint> m_refused;
    LinkFaults m_linkFaults;
    std::map<Uuid, std::weak_ptr<TraceSession>> m_traces; ///< of this node's requests
    PendingRequests m_pending;
    TimerWheel m_wheel;
    bool m_wheelArmed = false;
    MonoTime m_wheelDue; ///< if it is armed
    TimerId m_wheelTimer;
    HybridClock m_clock;
    MessagingCounters m_counters;
    bool m_stopped = false;
    std::shared_ptr<bool> m_alive; ///< for steps that are still queued when this is gone
};

} // namespace engine::messaging
