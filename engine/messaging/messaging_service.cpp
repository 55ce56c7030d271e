#include "engine/messaging/messaging_service.h"

#include "engine/base/assert.h"

#include <fmt/format.h>

namespace engine::messaging {

namespace {

/// The one waiter of MessagingService::call().
class CallHandler final : public ResponseHandler {
public:
    explicit CallHandler(OneShot<Bytes>::Completer completer) : m_completer(std::move(completer)) {}
    bool onResponse(const InetEndpoint&, const Envelope& response) override
    {
        m_completer.complete(Bytes{response.payload});
        return true;
    }
    bool onFailure(const InetEndpoint& from, protocol::FailureReason reason) override
    {
        m_completer.complete(
            Error{ErrorCode::ServerError, fmt::format("Node {} failed with {}.", from.toString(),
                                                      protocol::failureReasonName(reason))});
        return true;
    }
    void onDeadline() override
    {
        m_completer.complete(Error{ErrorCode::Timeout, "The node did not answer in time."});
    }

private:
    OneShot<Bytes>::Completer m_completer;
};

} // namespace

MessagingService::MessagingService(Runtime& runtime, EventSink& events, HandshakeIdentity identity)
    : m_runtime(runtime),
      m_events(events),
      m_identity(std::move(identity)),
      m_pending(static_cast<std::uint32_t>(runtime.random().next())),
      m_wheel(runtime.now()),
      m_alive(std::make_shared<bool>(true))
{
}

MessagingService::~MessagingService()
{
    *m_alive = false;
    if (m_wheelArmed)
        m_runtime.cancel(m_wheelTimer);
}

Result<void> MessagingService::start()
{
    return m_runtime.network().listen(m_identity.local, *this);
}

void MessagingService::stop()
{
    if (m_stopped)
        return;
    m_stopped = true;
    m_runtime.network().stop();
}

void MessagingService::setHandler(Verb verb, VerbHandler handler)
{
    ENGINE_ASSERT(!m_handlers.contains(verb), "a verb has one handler");
    m_handlers[verb] = std::move(handler);
}

void MessagingService::send(const InetEndpoint& to, Verb verb, ByteView payload)
{
    Envelope envelope;
    envelope.verb = verb;
    envelope.payload = payload;
    transmit(to, envelope);
}

MessageId MessagingService::openRequest(std::shared_ptr<ResponseHandler> handler, MonoTime deadline)
{
    const MessageId id = m_pending.open(std::move(handler));
    armWheel(m_wheel.add(id, deadline));
    return id;
}

void MessagingService::sendRequest(MessageId id, const InetEndpoint& to, Verb verb,
                                   ByteView payload, MonoTime deadline,
                                   const std::shared_ptr<TraceSession>& trace)
{
    Envelope envelope;
    envelope.verb = verb;
    envelope.id = id;
    if (trace) [[unlikely]] {
        envelope.flags = kFlagTraced;
        envelope.traceId = trace->id();
        envelope.trace = trace;
    }
    envelope.payload = payload;
    envelope.timeout = deadline - m_runtime.now();
    if (envelope.timeout <= Duration::zero()) {
        countDropped(envelope, "expired before it was sent");
        return;
    }
    transmit(to, envelope);
}

Task<Bytes> MessagingService::call(InetEndpoint to, Verb verb, Bytes payload, Duration timeout,
                                   std::shared_ptr<TraceSession> trace)
{
    if (m_stopped)
        co_return Error{ErrorCode::ShuttingDown, "The node is stopping."};
    OneShot<Bytes> answer{m_runtime, Priority::Request, "call"};
    const MonoTime deadline = m_runtime.now() + timeout;
    const MessageId id = openRequest(std::make_shared<CallHandler>(answer.completer()), deadline);
    sendRequest(id, to, verb, payload, deadline, trace);
    co_return co_await answer;
}

ReplyTo MessagingService::replyTo(const Envelope& request)
{
    return {request.from, request.id, request.verb, request.expiresAt, request.trace};
}

void MessagingService::respond(const ReplyTo& to, ByteView payload)
{
    Envelope envelope;
    envelope.verb = responseOf(to.verb);
    envelope.id = to.id;
    envelope.payload = payload;
    if (to.expiresAt != MonoTime{} && to.expiresAt <= m_runtime.now()) {
        countDropped(envelope, "nobody waits for the answer any more");
        return;
    }
    if (to.trace) [[unlikely]]
        transmitTraced(to, envelope);
    else
        transmit(to.endpoint, envelope);
}

void MessagingService::respondFailure(const ReplyTo& to, protocol::FailureReason reason)
{
    Bytes payload;
    ByteWriter{payload}.u16(static_cast<std::uint16_t>(reason));
    Envelope envelope;
    envelope.verb = Verb::FailureRsp;
    envelope.id = to.id;
    envelope.payload = payload;
    if (to.trace) [[unlikely]]
        transmitTraced(to, envelope);
    else
        transmit(to.endpoint, envelope);
}

void MessagingService::transmitTraced(const ReplyTo& to, Envelope answer)
{
    to.trace->add(fmt::format("Sending {} to {}", verbName(answer.verb), to.endpoint.toString()));
    const Bytes entries = encodeTraceEntries(to.trace->take());
    answer.flags = kFlagTraced;
    answer.traceId = to.trace->id();
    answer.traceEntries = entries;
    transmit(to.endpoint, answer);
}

void MessagingService::setRefused(const InetEndpoint& peer, bool refused)
{
    if (refused)
        m_refused.insert(peer);
    else
        m_refused.erase(peer);
}

void MessagingService::setLinkFaults(LinkFaults faults)
{
    m_linkFaults = std::move(faults);
}

void MessagingService::forget(const InetEndpoint& peer)
{
    m_versions.erase(peer);
    m_runtime.network().disconnect(peer);
}

std::uint8_t MessagingService::versionOf(const InetEndpoint& peer) const
{
    const auto at = m_versions.find(peer);
    return at == m_versions.end() ? m_identity.versionMin : at->second;
}

void MessagingService::transmit(const InetEndpoint& to, Envelope envelope)
{
    if (m_stopped)
        return;
    envelope.from = m_identity.local;
    envelope.created = m_runtime.wallNow();
    envelope.clock = m_clock.tick(envelope.created);
    if (m_events.wants(EventKind::Message)) {
        emitMessage("sent", envelope, to, envelope.payload.size(), {});
        envelope.cause = m_events.lastSequence();
    }
    ++m_counters.sent;
    const bool toSelf = to == m_identity.local;
    const std::uint8_t version = toSelf ? m_identity.versionMax : versionOf(to);
    Bytes bytes = encodeEnvelope(envelope, version);
    if (envelope.trace) [[unlikely]] {
        envelope.trace->add(fmt::format("Sending {} to {} ({} bytes)", verbName(envelope.verb),
                                        to.toString(), bytes.size()));
        if (version >= 3)
            envelope.trace->messageSent();
    }
    m_counters.sentBytes += bytes.size();
    if (toSelf) {
        m_runtime.post(Priority::Request, "message to itself",
                       [this, alive = m_alive, bytes = std::move(bytes)]() mutable {
                           if (*alive)
                               onMessage(m_identity.local, std::move(bytes));
                       });
        return;
    }
    const Channel channel = channelFor(envelope.verb, bytes.size());
    if (!m_linkFaults.empty()) [[unlikely]] {
        transmitFaulty(to, channel, std::move(bytes), envelope);
        return;
    }
    m_runtime.network().send(to, channel, std::move(bytes));
}

void MessagingService::transmitFaulty(const InetEndpoint& to, Channel channel, Bytes bytes,
                                      const Envelope& envelope)
{
    const LinkFault fault = m_linkFaults.of(to);
    if (fault.isCut) {
        if (m_events.wants(EventKind::Message))
            emitMessage("dropped", envelope, to, bytes.size(), "the link is cut");
        return;
    }
    if (fault.delay <= Duration::zero()) {
        m_runtime.network().send(to, channel, std::move(bytes));
        return;
    }
    m_runtime.after(fault.delay, "slow link",
                    [this, alive = m_alive, to, channel, bytes = std::move(bytes)]() mutable {
                        if (*alive && !m_stopped)
                            m_runtime.network().send(to, channel, std::move(bytes));
                    });
}

std::unique_ptr<Handshake> MessagingService::newHandshake(bool connecting)
{
    return std::make_unique<InternodeHandshake>(
        m_identity, connecting, m_runtime.random(),
        [this, alive = m_alive](const InetEndpoint& peer, std::uint8_t version) {
            if (*alive)
                m_versions[peer] = version;
        });
}

void MessagingService::onMessage(const InetEndpoint& from, Bytes message)
{
    if (!m_linkFaults.empty() && from != m_identity.local) [[unlikely]] {
        const LinkFault fault = m_linkFaults.of(from);
        if (fault.isCut)
            return;
        if (fault.delay > Duration::zero()) {
            m_runtime.after(fault.delay, "slow link",
                            [this, alive = m_alive, from, message = std::move(message)]() mutable {
                                if (*alive)
                                    take(from, std::move(message));
                            });
            return;
        }
    }
    take(from, std::move(message));
}

void MessagingService::take(const InetEndpoint& from, Bytes message)
{
    if (m_stopped)
        return;
    auto decoded = decodeEnvelope(message);
    if (!decoded || decoded->from != from) {
        ++m_counters.corrupt;
        m_runtime.log().warn(
            "messaging",
            fmt::format("Dropped a message from {}: {}", from.toString(),
                        decoded ? "it names another sender." : decoded.error().detail()));
        return;
    }
    ++m_counters.received;
    m_counters.receivedBytes += message.size();
    m_clock.observe(decoded->clock);
    if (decoded->timeout > Duration::zero())
        decoded->expiresAt = m_runtime.now() + decoded->timeout;
    if (m_events.wants(EventKind::Message))
        emitMessage("received", *decoded, from, message.size(), {});
    if ((decoded->flags & kFlagTraced) != 0) [[unlikely]] {
        if (isResponse(decoded->verb))
            absorbTrace(*decoded);
        else
            beginTrace(*decoded);
    }
    dispatch(*decoded);
}

void MessagingService::beginTrace(Envelope& request)
{
    request.trace = std::make_shared<TraceSession>(m_runtime, request.traceId, m_identity.local);
    request.trace->add(
        fmt::format("Received {} from {}", verbName(request.verb), request.from.toString()));
}

void MessagingService::absorbTrace(const Envelope& response)
{
    const auto at = m_traces.find(response.traceId);
    const auto trace = at == m_traces.end() ? nullptr : at->second.lock();
    if (!trace)
        return;
    if (const auto absorbed = trace->absorb(response.traceEntries); !absorbed)
        m_runtime.log().warn("messaging",
                             absorbed.error().within(response.from.toString()).detail());
    trace->add(
        fmt::format("Received {} from {}", verbName(response.verb), response.from.toString()));
    trace->answerArrived();
}

void MessagingService::dispatch(Envelope envelope)
{
    if (isResponse(envelope.verb)) {
        dispatchResponse(envelope);
        return;
    }
    if (!m_refused.empty() && m_refused.contains(envelope.from) && envelope.id != 0) [[unlikely]] {
        respondFailure(replyTo(envelope), protocol::FailureReason::NodeDown);
        return;
    }
    const auto handler = m_handlers.find(envelope.verb);
    if (handler == m_handlers.end()) {
        // A verb of a newer version, or a part that is not running: the sender hears it at once.
        countDropped(envelope, "no handler");
        if (envelope.id != 0)
            respondFailure(replyTo(envelope), protocol::FailureReason::Unknown);
        return;
    }
    handler->second(envelope);
}

void MessagingService::dispatchResponse(const Envelope& envelope)
{
    const auto handler = m_pending.find(envelope.id);
    if (!handler) {
        ++m_counters.expired;
        if (m_events.wants(EventKind::Message))
            emitMessage("dropped", envelope, envelope.from, envelope.payload.size(), "late answer");
        return;
    }
    bool ended = false;
    if (envelope.verb == Verb::FailureRsp) {
        ByteReader in(envelope.payload);
        const std::uint16_t reason = in.u16();
        ended = handler->onFailure(envelope.from, in.ok() && reason <= 7
                                                      ? static_cast<protocol::FailureReason>(reason)
                                                      : protocol::FailureReason::Unknown);
    } else {
        ended = handler->onResponse(envelope.from, envelope);
    }
    if (ended)
        m_pending.close(envelope.id);
}

void MessagingService::countDropped(const Envelope& envelope, std::string_view why)
{
    ++m_counters.expired;
    ++m_counters.droppedByVerb[envelope.verb];
    if (m_events.wants(EventKind::Message))
        emitMessage("dropped", envelope, envelope.from, envelope.payload.size(), why);
}

void MessagingService::emitMessage(std::string_view name, const Envelope& envelope,
                                   const InetEndpoint& other, std::size_t bytes,
                                   std::string_view why)
{
    Bytes json = fmt::format(R"({{"verb":"{}","peer":"{}","id":{},"bytes":{},"hlc":{})",
                             verbName(envelope.verb), other.toString(), envelope.id, bytes,
                             envelope.clock.value);
    if (!why.empty())
        json += fmt::format(R"(,"why":"{}")", why);
    json += '}';
    const std::string cause = name == "received" && envelope.cause != 0
                                  ? fmt::format("{}/{}", envelope.from.toString(), envelope.cause)
                                  : std::string{};
    m_events.emit(EventKind::Message, name, std::move(json), cause);
}

void MessagingService::onConnected(const InetEndpoint& peer)
{
    for (ConnectionListener* listener : m_listeners)
        listener->onPeerConnected(peer);
}

void MessagingService::onDisconnected(const InetEndpoint& peer)
{
    // The peer may come back in an older version.
    m_versions.erase(peer);
    for (ConnectionListener* listener : m_listeners)
        listener->onPeerDisconnected(peer);
}

/// Wakes at `due`, or when it would have woken before.
void MessagingService::armWheel(MonoTime due)
{
    if (m_wheelArmed && m_wheelDue <= due)
        return;
    if (m_wheelArmed)
        m_runtime.cancel(m_wheelTimer);
    m_wheelArmed = true;
    m_wheelDue = due;
    const Duration delay = due - m_runtime.now();
    m_wheelTimer = m_runtime.after(delay, "request deadlines", [this, alive = m_alive] {
        if (!*alive)
            return;
        m_wheelArmed = false;
        m_wheel.advance(m_runtime.now(), [this](MessageId id) {
            if (const auto handler = m_pending.close(id))
                handler->onDeadline();
        });
        if (const auto next = m_wheel.nextDue())
            armWheel(*next);
    });
}

} // namespace engine::messaging
