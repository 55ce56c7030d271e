// How the members of the ring confirm a step of a change: RingChange's other half.
#include "engine/coordination/ring_change.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using membership::MemberPhase;
using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

namespace {

constexpr Duration kBarrierTimeout = std::chrono::seconds{20};
/// How long a member looks for a step that it has not heard of before it says "not yet".
constexpr Duration kBarrierPatience = std::chrono::seconds{4};
/// No request takes longer, whatever it decides by.
constexpr Duration kOldestRequest = std::chrono::seconds{12};
constexpr Duration kBarrierPoll = std::chrono::milliseconds{25};
constexpr Duration kBarrierPause = std::chrono::milliseconds{250};

} // namespace

// ---- who leads a change ----

Task<void> RingChange::confirmStep(Step step, Duration patience)
{
    const MonoTime until = m_context.runtime.now() + patience;
    // Who has confirmed keeps to it, also over a restart; members that are new ask this node.
    std::vector<InetEndpoint> confirmed;
    while (true) {
        std::string why;
        bool isBusy = false;
        for (const InetEndpoint& member : membersBut(step.hostId)) {
            if (std::find(confirmed.begin(), confirmed.end(), member) != confirmed.end())
                continue;
            auto asking = askMember(member, step);
            const auto verdict = co_await asking;
            if (!verdict) {
                why = fmt::format("{} does not confirm: {}", member.toString(),
                                  verdict.error().detail());
            } else if (*verdict == Verdict::Confirmed) {
                confirmed.push_back(member);
            } else if (*verdict == Verdict::Removed &&
                       step.endpoint != m_context.messaging.local()) {
                co_return Error{ErrorCode::NotFound,
                                member.toString() + " knows already that it is gone"};
            } else if (*verdict == Verdict::Removed) {
                co_return Error{ErrorCode::Invalid,
                                "this node was removed from the cluster; empty its data folders "
                                "and let it join as a new one"};
            } else {
                isBusy = isBusy || *verdict == Verdict::Busy;
                why = fmt::format("{} {}", member.toString(),
                                  *verdict == Verdict::Busy ? "knows of another change of the ring"
                                                            : "has not heard of it yet");
            }
            if (m_stopped)
                co_return Error{ErrorCode::ShuttingDown, "the node is stopping"};
        }
        // The node that leads, too, must not go on by an older ring.
        if (why.empty()) {
            auto confirming = confirmHere(step, kBarrierPatience);
            const auto here = co_await confirming;
            if (here && *here == Verdict::Confirmed)
                co_return ok();
            why = here ? "this node knows of another change of the ring" : here.error().detail();
            isBusy = true;
        }
        if (patience != Duration::zero() && (isBusy || m_context.runtime.now() > until))
            co_return Error{ErrorCode::Timeout, why};
        say("Waiting for all members to confirm: " + why);
        auto pausing = m_context.runtime.sleep(kBarrierPause, "ring barrier");
        RW_CO_TRY(co_await pausing);
    }
}

Task<RingChange::Verdict> RingChange::askMember(InetEndpoint member, Step step)
{
    if (member == m_context.messaging.local()) {
        auto confirming = confirmHere(step, kBarrierPatience);
        co_return co_await confirming;
    }
    if (!m_context.isAlive(member))
        co_return Error{ErrorCode::Unavailable,
                        "it is down; start it, or remove it from the cluster"};
    Bytes payload;
    ByteWriter out(payload);
    messaging::writeEndpoint(out, step.endpoint);
    out.raw(step.hostId.view());
    out.i32(step.generation);
    out.i32(step.version);
    out.u8(static_cast<std::uint8_t>(step.phase));
    auto asking =
        m_context.messaging.call(member, Verb::RingBarrierReq, std::move(payload), kBarrierTimeout);
    const auto answer = co_await asking;
    if (!answer)
        co_return answer.error();
    ByteReader in(*answer);
    const std::uint8_t verdict = in.u8();
    if (!in.ok() || verdict > static_cast<std::uint8_t>(Verdict::Removed))
        co_return Error{ErrorCode::Corrupt, "its answer cannot be read"};
    co_return static_cast<Verdict>(verdict);
}

// ---- who confirms ----

void RingChange::onBarrier(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    Step step;
    step.endpoint = messaging::readEndpoint(in);
    const ByteView hostId = in.raw(16);
    step.generation = in.i32();
    step.version = in.i32();
    const std::uint8_t phase = in.u8();
    if (!in.ok() || phase > static_cast<std::uint8_t>(MemberPhase::Gone)) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    step.hostId = Uuid::fromBytes(hostId);
    step.phase = static_cast<MemberPhase>(phase);
    m_context.runtime.spawn(Priority::Gossip, "ring barrier", confirmAndAnswer(to, step));
}

Task<void> RingChange::confirmAndAnswer(messaging::ReplyTo to, Step step)
{
    auto confirming = confirmHere(step, kBarrierPatience);
    const auto verdict = co_await confirming;
    if (!verdict) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        co_return ok();
    }
    Bytes payload;
    ByteWriter{payload}.u8(static_cast<std::uint8_t>(*verdict));
    m_context.messaging.respond(to, payload);
    co_return ok();
}

Task<RingChange::Verdict> RingChange::confirmHere(Step step, Duration patience)
{
    const MonoTime until = m_context.runtime.now() + patience;
    const auto isSeen = [&] {
        const auto* state = m_context.planner.gossiper().find(step.endpoint);
        if (state == nullptr || m_ring.phaseOf(step.hostId) != step.phase)
            return false;
        const auto status = state->values.find(membership::ApplicationState::StatusWithPort);
        return state->heartBeat.generation > step.generation ||
               (state->heartBeat.generation == step.generation && status != state->values.end() &&
                status->second.version >= step.version);
    };
    if (!m_context.options.switches.ringBarrier)
        co_return Verdict::Confirmed;
    while (!isSeen()) {
        if (step.phase != MemberPhase::Gone && m_ring.removed().contains(step.hostId))
            co_return Verdict::Removed;
        if (m_context.runtime.now() >= until)
            co_return Verdict::NotYet;
        auto pausing = m_context.runtime.sleep(kBarrierPoll, "ring barrier");
        RW_CO_TRY(co_await pausing);
    }
    if (!m_ring.changing(step.hostId).empty())
        co_return Verdict::Busy;
    const MonoTime oldest = m_context.runtime.now() + kOldestRequest;
    while (m_ring.olderRingsInUse() && m_context.runtime.now() < oldest) {
        auto pausing = m_context.runtime.sleep(kBarrierPoll, "ring barrier");
        RW_CO_TRY(co_await pausing);
    }
    auto persisting = m_hooks.persistMembers();
    RW_CO_TRY(co_await persisting);
    // Things may have moved on meanwhile.
    if (!isSeen())
        co_return Verdict::NotYet;
    co_return m_ring.changing(step.hostId).empty() ? Verdict::Confirmed : Verdict::Busy;
}

// ---- who takes over ranges of a node that leaves ----

void RingChange::onFetch(const Envelope& message)
{
    const auto to = MessagingService::replyTo(message);
    ByteReader in(message.payload);
    const std::uint64_t change = in.u64();
    if (!in.ok()) {
        m_context.messaging.respondFailure(to, protocol::FailureReason::Unknown);
        return;
    }
    if (m_fetch.id != change)
        m_fetch = {change, false, m_fetch.isRunning, {}, {}};
    const std::string error = std::exchange(m_fetch.error, {});
    Bytes payload;
    ByteWriter out(payload);
    out.u8(m_fetch.isDone ? 1 : 0);
    out.bytesVint(error);
    out.unsignedVint(m_fetch.streamed.partitions);
    m_context.messaging.respond(to, payload);
    if (!m_fetch.isDone && !m_fetch.isRunning) {
        m_fetch.isRunning = true;
        m_context.runtime.spawn(Priority::Background, "fetch ranges", fetchFor(change));
    }
}

Task<void> RingChange::fetchFor(std::uint64_t change)
{
    auto plan = planStreams(*m_context.planner.schema(), m_ring.ringBefore(), m_ring.ringAfter(),
                            m_context.messaging.local(),
                            [this](const InetEndpoint& e) { return m_context.isAlive(e); });
    Result<StreamProgress> fetched =
        plan ? Result<StreamProgress>{StreamProgress{}} : Result<StreamProgress>{plan.error()};
    if (plan) {
        if (plan->rangesLost != 0)
            m_context.runtime.log().warn(
                "ring", fmt::format("{} ranges had their only replica on a node that is down: "
                                    "their data is gone",
                                    plan->rangesLost));
        auto fetching = m_streaming.fetch(
            std::move(*plan), [this](const StreamProgress& at) { m_fetch.streamed = at; });
        fetched = co_await fetching;
    }
    m_fetch.isRunning = false;
    // Another change may have begun since: it asks again, and starts its own.
    if (m_fetch.id == change) {
        m_fetch.isDone = fetched.has_value();
        m_fetch.error = fetched ? std::string{} : fetched.error().detail();
    }
    co_return ok();
}

// ---- nodes that were removed and come back ----

void RingChange::onStateChanged(const InetEndpoint& endpoint, membership::ApplicationState state,
                                const std::string& value)
{
    if (state != membership::ApplicationState::HostId || endpoint == m_context.messaging.local())
        return;
    const auto id = Uuid::parse(value);
    const bool isRemoved = id && m_ring.removed().contains(*id);
    m_context.messaging.setRefused(endpoint, isRemoved);
    if (isRemoved)
        m_context.messaging.send(endpoint, Verb::RingRemoved, {});
}

} // namespace engine::coordination
