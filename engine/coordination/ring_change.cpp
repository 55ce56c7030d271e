#include "engine/coordination/ring_change.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::coordination {

using membership::ApplicationState;
using membership::MemberPhase;
using membership::RingMember;
using messaging::Envelope;
using messaging::Verb;

namespace {

constexpr Duration kFetchAskTimeout = std::chrono::seconds{10};
constexpr Duration kChangePause = std::chrono::milliseconds{250};
constexpr Duration kBackOffMin = std::chrono::milliseconds{500};
constexpr std::uint64_t kBackOffSpreadMillis = 3000;
/// A change that an administrator asked for gives up its first step after this.
constexpr Duration kFirstStepPatience = std::chrono::seconds{30};
constexpr Duration kFetchPatience = std::chrono::minutes{30};

} // namespace

RingChange::RingChange(Context& context, membership::RingView& ring, RingChangeHooks hooks)
    : m_context(context),
      m_ring(ring),
      m_hooks(std::move(hooks)),
      m_streaming(context, m_hooks.flush)
{
    m_context.messaging.setHandler(Verb::RingBarrierReq,
                                   [this](const Envelope& m) { onBarrier(m); });
    m_context.messaging.setHandler(Verb::RingFetchReq, [this](const Envelope& m) { onFetch(m); });
    m_context.messaging.setHandler(Verb::RingRemoved, [this](const Envelope&) {
        if (m_hooks.onRemoved)
            m_hooks.onRemoved();
    });
    m_context.planner.gossiper().addListener(*this);
}

RingChange::~RingChange() = default;

void RingChange::stop() noexcept
{
    m_stopped = true;
    m_streaming.stop();
}

void RingChange::say(std::string sentence)
{
    if (sentence == m_progress.sentence)
        return;
    if (!sentence.empty())
        m_context.runtime.log().info("ring", sentence);
    m_progress.sentence = std::move(sentence);
}

RingChange::Step RingChange::stepOf(const InetEndpoint& endpoint, const Uuid& hostId,
                                    MemberPhase phase) const
{
    Step step;
    step.endpoint = endpoint;
    step.hostId = hostId;
    step.phase = phase;
    if (const auto* state = m_context.planner.gossiper().find(endpoint)) {
        step.generation = state->heartBeat.generation;
        const auto status = state->values.find(ApplicationState::StatusWithPort);
        step.version = status == state->values.end() ? 0 : status->second.version;
    }
    return step;
}

RingChange::Step RingChange::ownStep(MemberPhase phase) const
{
    return stepOf(m_context.messaging.local(), m_context.options.hostId, phase);
}

void RingChange::announce(MemberPhase phase, const std::vector<ring::Token>& tokens)
{
    namespace status = membership::status;
    auto& gossiper = m_context.planner.gossiper();
    const ring::Token first = tokens.front();
    std::string value;
    switch (phase) {
    case MemberPhase::Normal:
        value = status::normal(first);
        break;
    case MemberPhase::Joining:
    case MemberPhase::JoiningRead:
        value = status::bootstrapping(first, phase == MemberPhase::JoiningRead);
        break;
    case MemberPhase::Leaving:
    case MemberPhase::LeavingRead:
        value = status::leaving(first, phase == MemberPhase::LeavingRead);
        break;
    case MemberPhase::Gone:
        value =
            status::left(first, {m_context.runtime.wallNow().sinceEpoch + std::chrono::hours{72}});
        break;
    }
    gossiper.setLocalState(ApplicationState::Tokens, membership::encodeTokens(tokens));
    gossiper.setLocalState(ApplicationState::StatusWithPort, std::move(value));
}

std::vector<InetEndpoint> RingChange::membersBut(const Uuid& hostId) const
{
    std::vector<InetEndpoint> all;
    for (const auto& [endpoint, member] : m_ring.members())
        if (member.node.hostId != hostId)
            all.push_back(endpoint);
    return all;
}

// ---- joining ----

Task<void> RingChange::join(std::vector<ring::Token> tokens, MemberPhase phase)
{
    m_isChanging = true;
    while (phase != MemberPhase::JoiningRead) {
        auto waiting = waitToJoin(tokens);
        RW_CO_TRY(co_await waiting);
        auto trying = joinOnce(tokens);
        const auto tried = co_await trying;
        if (tried)
            break;
        if (tried.error().code() == ErrorCode::Invalid || m_stopped)
            co_return tried.error();
        // Take the announcement back, so that the other change, or the missing member, goes on.
        say("Joining has to wait: " + tried.error().detail());
        m_context.planner.gossiper().setLocalState(ApplicationState::StatusWithPort, "");
        auto pausing = m_context.runtime.sleep(
            kBackOffMin + std::chrono::milliseconds{static_cast<std::int64_t>(
                              m_context.runtime.random().below(kBackOffSpreadMillis))},
            "join again");
        RW_CO_TRY(co_await pausing);
    }
    auto finishing = finishJoin(std::move(tokens));
    RW_CO_TRY(co_await finishing);
    m_isChanging = false;
    say({});
    co_return ok();
}

/// Until nothing stands against joining: all members up, no other change, one schema.
Task<void> RingChange::waitToJoin(std::vector<ring::Token> tokens)
{
    while (!m_stopped) {
        const RingMember* taken = m_ring.find(m_context.messaging.local());
        if (taken != nullptr && taken->node.hostId != m_context.options.hostId)
            co_return Error{ErrorCode::Invalid,
                            fmt::format("the address {} belongs to node {} of the cluster; remove "
                                        "that node first, or give this one another address",
                                        m_context.messaging.local().toString(),
                                        taken->node.hostId.toString())};
        for (const auto& [endpoint, member] : m_ring.members())
            if (member.node.hostId != m_context.options.hostId)
                for (const ring::Token token : member.node.tokens)
                    if (std::find(tokens.begin(), tokens.end(), token) != tokens.end())
                        co_return Error{ErrorCode::Invalid,
                                        fmt::format("the token {} belongs to {}; leave "
                                                    "initial_token out, or give another one",
                                                    token.value, endpoint.toString())};
        std::string why;
        for (const InetEndpoint& member : membersBut(m_context.options.hostId))
            if (!m_context.isAlive(member))
                why = fmt::format("{} is down; start it, or remove it from the cluster",
                                  member.toString());
        if (const auto others = m_ring.changing(m_context.options.hostId); !others.empty())
            why = fmt::format("{} is {}", others.front().node.endpoint.toString(),
                              membership::memberPhaseName(others.front().phase));
        if (!m_hooks.schemaAgreed())
            why = "the schema is still on its way";
        if (why.empty())
            co_return ok();
        say("Waiting to join: " + why);
        auto pausing = m_context.runtime.sleep(kChangePause, "wait to join");
        RW_CO_TRY(co_await pausing);
    }
    co_return Error{ErrorCode::ShuttingDown, "the node is stopping"};
}

Task<void> RingChange::joinOnce(std::vector<ring::Token> tokens)
{
    auto remembering = m_hooks.rememberOwn(MemberPhase::Joining, tokens);
    RW_CO_TRY(co_await remembering);
    say("Joining: telling all members that writes go to this node as well");
    announce(MemberPhase::Joining, tokens);
    auto confirming = confirmStep(ownStep(MemberPhase::Joining), kFirstStepPatience);
    RW_CO_TRY(co_await confirming);
    auto fetching = fetchGains();
    RW_CO_TRY(co_await fetching);
    auto rememberingRead = m_hooks.rememberOwn(MemberPhase::JoiningRead, tokens);
    co_return co_await rememberingRead;
}

Task<void> RingChange::fetchGains()
{
    const MonoTime until = m_context.runtime.now() + kFetchPatience;
    while (true) {
        auto plan = planStreams(*m_context.planner.schema(), m_ring.ringBefore(),
                                m_ring.ringAfter(), m_context.messaging.local(),
                                [this](const InetEndpoint& e) { return m_context.isAlive(e); });
        Result<StreamProgress> fetched =
            plan ? Result<StreamProgress>{StreamProgress{}} : Result<StreamProgress>{plan.error()};
        if (plan) {
            if (plan->rangesLost != 0)
                m_context.runtime.log().warn(
                    "ring", fmt::format("{} ranges had their only replica on a node that is down: "
                                        "their data is gone",
                                        plan->rangesLost));
            say(fmt::format("Streaming {} ranges that this node takes over", plan->pieces.size()));
            auto fetching = m_streaming.fetch(
                std::move(*plan), [this](const StreamProgress& at) { m_progress.streamed = at; });
            fetched = co_await fetching;
        }
        if (fetched)
            co_return ok();
        if (m_stopped || m_context.runtime.now() > until)
            co_return fetched.error();
        say("Streaming has to wait: " + fetched.error().detail());
        auto pausing = m_context.runtime.sleep(kChangePause, "stream again");
        RW_CO_TRY(co_await pausing);
    }
}

Task<void> RingChange::finishJoin(std::vector<ring::Token> tokens)
{
    say("Joining: telling all members that reads may come to this node");
    announce(MemberPhase::JoiningRead, tokens);
    auto confirming = confirmStep(ownStep(MemberPhase::JoiningRead), Duration::zero());
    RW_CO_TRY(co_await confirming);
    auto remembering = m_hooks.rememberOwn(MemberPhase::Normal, tokens);
    RW_CO_TRY(co_await remembering);
    announce(MemberPhase::Normal, tokens);
    m_context.runtime.log().info("ring", "Joined: this node is NORMAL");
    co_return ok();
}

// ---- leaving ----

Result<void> RingChange::checkEnoughLeft() const
{
    const auto& after = *m_ring.ring();
    for (const auto& [name, keyspace] : m_context.planner.schema()->keyspaces()) {
        if (keyspace->isVirtual || schema::isSystemKeyspace(name))
            continue;
        RW_ASSIGN(const auto strategy,
                  ring::ReplicationStrategy::make(name, keyspace->replication));
        const auto count = [&](const std::string& datacenter) {
            std::size_t nodes = 0;
            for (const ring::RingNode& node : after.nodes())
                if (node.hostId != m_context.options.hostId &&
                    (datacenter.empty() || node.datacenter == datacenter))
                    ++nodes;
            return nodes;
        };
        const bool byDatacenter = strategy->kind() == ring::StrategyKind::NetworkTopology;
        const std::string own = byDatacenter ? m_context.localDatacenter() : std::string{};
        const std::size_t wanted =
            byDatacenter ? strategy->replicationFactor(own) : strategy->replicationFactor();
        if (strategy->kind() != ring::StrategyKind::Local && count(own) < wanted)
            return Error{ErrorCode::Invalid,
                         fmt::format("keyspace {} wants {} replicas, and {} nodes would be left; "
                                     "lower its replication, or use --force",
                                     name, wanted, count(own))};
    }
    return ok();
}

Task<void> RingChange::decommission(bool force, bool isResumed)
{
    const Uuid own = m_context.options.hostId;
    const RingMember* self = m_ring.find(own);
    if (m_isChanging || self == nullptr)
        co_return Error{ErrorCode::Invalid, "this node is joining or leaving already"};
    if (m_ring.members().size() == 1)
        co_return Error{ErrorCode::Invalid,
                        "this is the only node of the cluster: there is nobody to take its data"};
    const std::vector<ring::Token> tokens = self->node.tokens;
    if (!isResumed) {
        if (!force)
            RW_CO_TRY(checkEnoughLeft());
        if (const auto others = m_ring.changing(own); !others.empty())
            co_return Error{ErrorCode::Invalid,
                            fmt::format("{} is {}; wait until it has ended",
                                        others.front().node.endpoint.toString(),
                                        membership::memberPhaseName(others.front().phase))};
        for (const InetEndpoint& member : membersBut(own))
            if (!m_context.isAlive(member))
                co_return Error{
                    ErrorCode::Unavailable,
                    fmt::format("{} is down; start it, or remove it first", member.toString())};
    }
    m_isChanging = true;
    if (!isResumed) {
        say("Leaving: telling all members that writes go to the new replicas as well");
        announce(MemberPhase::Leaving, tokens);
        auto confirming = confirmStep(ownStep(MemberPhase::Leaving), kFirstStepPatience);
        auto left = co_await confirming;
        if (left) {
            auto fetching = letOthersFetch(own, m_context.runtime.random().next(), kFetchPatience);
            left = co_await fetching;
        }
        if (left) {
            auto remembering = m_hooks.rememberOwn(MemberPhase::LeavingRead, tokens);
            left = co_await remembering;
        }
        if (!left) {
            // Nobody has read by the ring to be: staying is safe.
            announce(MemberPhase::Normal, tokens);
            m_isChanging = false;
            say({});
            co_return left.error().within("the node stays, as it could not leave");
        }
    }
    say("Leaving: telling all members that reads go to the new replicas");
    announce(MemberPhase::LeavingRead, tokens);
    auto confirming = confirmStep(ownStep(MemberPhase::LeavingRead), Duration::zero());
    RW_CO_TRY(co_await confirming);
    announce(MemberPhase::Gone, tokens);
    // The process may end now: somebody must have heard it who tells the rest.
    auto telling = confirmStep(ownStep(MemberPhase::Gone), kFirstStepPatience);
    (void)co_await telling;
    auto remembering = m_hooks.rememberOwn(MemberPhase::Gone, tokens);
    RW_CO_TRY(co_await remembering);
    say({});
    m_context.runtime.log().info("ring", "Left the cluster");
    co_return ok();
}

Task<void> RingChange::letOthersFetch(Uuid leaving, std::uint64_t change, Duration patience)
{
    const MonoTime until = m_context.runtime.now() + patience;
    std::vector<InetEndpoint> open = membersBut(leaving);
    while (!open.empty()) {
        std::vector<InetEndpoint> still;
        std::string why;
        for (const InetEndpoint& member : open) {
            Bytes payload;
            ByteWriter{payload}.u64(change);
            auto asking = m_context.messaging.call(member, Verb::RingFetchReq, std::move(payload),
                                                   kFetchAskTimeout);
            const auto answer = co_await asking;
            ByteReader in(answer ? ByteView{*answer} : ByteView{});
            const bool isDone = in.u8() == 1;
            const std::string error{in.bytesVint()};
            m_progress.streamed.partitions = in.unsignedVint();
            if (answer && in.ok() && isDone)
                continue;
            still.push_back(member);
            why = !answer          ? answer.error().within(member.toString()).detail()
                  : !error.empty() ? error
                                   : "streaming to " + member.toString();
        }
        open = std::move(still);
        if (open.empty())
            break;
        if (m_stopped || m_context.runtime.now() > until)
            co_return Error{ErrorCode::Timeout, why};
        say(fmt::format("{} nodes still fetch what they take over: {}", open.size(), why));
        auto pausing = m_context.runtime.sleep(kChangePause, "others fetch");
        RW_CO_TRY(co_await pausing);
    }
    co_return ok();
}

void RingChange::authorRemoval(const RingMember& member, MemberPhase phase)
{
    namespace status = membership::status;
    const WallTime expiry{m_context.runtime.wallNow().sinceEpoch + std::chrono::hours{72}};
    const ring::Token first =
        member.node.tokens.empty() ? ring::Token{} : member.node.tokens.front();
    m_context.planner.gossiper().setForeignStatus(
        member.node.endpoint,
        phase == MemberPhase::Gone ? status::removed(member.node.hostId, expiry)
        : phase == MemberPhase::Joining
            ? status::bootstrapping(first, false)
            : status::removing(member.node.hostId, phase == MemberPhase::LeavingRead));
}

Task<void> RingChange::removeNode(Uuid hostId)
{
    const RingMember* found = m_ring.find(hostId);
    if (found == nullptr)
        co_return Error{ErrorCode::NotFound,
                        fmt::format("no member has the host id {}", hostId.toString())};
    const RingMember member = *found;
    const InetEndpoint endpoint = member.node.endpoint;
    if (m_isChanging || endpoint == m_context.messaging.local())
        co_return Error{ErrorCode::Invalid, "a node removes others, while it is not joining or "
                                            "leaving itself; to leave, decommission it"};
    if (m_context.isAlive(endpoint))
        co_return Error{ErrorCode::Invalid,
                        fmt::format("{} is up; decommission it instead", endpoint.toString())};
    if (const auto others = m_ring.changing(hostId); !others.empty())
        co_return Error{ErrorCode::Invalid,
                        fmt::format("{} is {}; wait until it has ended",
                                    others.front().node.endpoint.toString(),
                                    membership::memberPhaseName(others.front().phase))};
    m_isChanging = true;
    Result<void> done = ok();
    if (member.phase == MemberPhase::JoiningRead) {
        // Back to reading without it; its data was never needed before.
        authorRemoval(member, MemberPhase::Joining);
        auto confirming =
            confirmStep(stepOf(endpoint, hostId, MemberPhase::Joining), kFetchPatience);
        done = co_await confirming;
    } else if (member.phase != MemberPhase::Joining) {
        if (member.phase != MemberPhase::LeavingRead) {
            say(fmt::format("Removing {}: writes go to the new replicas as well",
                            endpoint.toString()));
            authorRemoval(member, MemberPhase::Leaving);
            auto confirming =
                confirmStep(stepOf(endpoint, hostId, MemberPhase::Leaving), kFetchPatience);
            done = co_await confirming;
            if (done) {
                auto fetching =
                    letOthersFetch(hostId, m_context.runtime.random().next(), kFetchPatience);
                done = co_await fetching;
            }
        }
        if (done) {
            say(fmt::format("Removing {}: reads go to the new replicas", endpoint.toString()));
            authorRemoval(member, MemberPhase::LeavingRead);
            auto confirming =
                confirmStep(stepOf(endpoint, hostId, MemberPhase::LeavingRead), kFetchPatience);
            done = co_await confirming;
        }
    }
    // Another node has finished this removal, and what this one said meanwhile outran its word.
    if (!done && done.error().code() == ErrorCode::NotFound)
        done = ok();
    if (done)
        authorRemoval(member, MemberPhase::Gone);
    m_isChanging = false;
    say({});
    if (!done)
        co_return done.error().within(
            fmt::format("removing {} is not finished; ask for it again", endpoint.toString()));
    co_return ok();
}

} // namespace engine::coordination
