#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/streaming.h"
#include "engine/membership/ring_view.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace engine::coordination {

/// What the node does for RingChange: what it remembers on disk, and what it waits for.
struct RingChangeHooks {
    /// Makes the phase and tokens of this node durable, before anyone hears them.
    std::function<Task<void>(membership::MemberPhase, std::vector<ring::Token>)> rememberOwn;
    /// Ends when all that RingView shows now is durable.
    std::function<Task<void>()> persistMembers;
    /// Whether every live node has this node's schema.
    std::function<bool()> schemaAgreed;
    std::function<Task<void>(schema::TableId)> flush;
    /// This node was removed by others; it must serve nothing any more.
    std::function<void()> onRemoved;
};

struct RingChangeProgress {
    std::string sentence; ///< what is being done or waited for; empty: nothing
    StreamProgress streamed;
};

/// Changes the ring while requests go on: this node joins or leaves, or a dead one is removed
/// (StorageService.bootstrap, decommission, removenode), without losing an acknowledged write or
/// showing a QUORUM read older than one before.
///
/// A change has two steps (membership/ring_member.h). The status in gossip tells all members of a
/// step; before the next begins, each of them confirms (RING_BARRIER_REQ) that it has seen it,
/// that it will still know it after a crash, and that no request of its own still decides by an
/// older ring. So while one coordinator reads by the old ring, all write to old and new replicas,
/// with as many acknowledgements more as there are pending replicas; and when the first one
/// writes to the new replicas alone, all read from these. Cassandra 5.0 waits for a fixed time
/// (ring_delay) instead; the steps are those of its successor's transactional metadata.
///
/// One change at a time; a second one waits or is refused. All members must be up, but for a
/// node that is being removed. An interrupted change goes on when its node starts again, or when
/// the removal is asked for again. Node thread only; end its tasks before destroying it.
class RingChange final : public membership::MembershipListener {
public:
    RingChange(Context& context, membership::RingView& ring, RingChangeHooks hooks);
    ~RingChange() override;

    /// Joins with these tokens: streams, and ends when this node is NORMAL. Waits as long as it
    /// takes for members that are down and for other changes, saying so in the log and in
    /// progress(). `phase`: how far an earlier life of the node had come. Invalid if this node
    /// cannot join at all: its address is taken, or it was removed meanwhile.
    [[nodiscard]] Task<void> join(std::vector<ring::Token> tokens, membership::MemberPhase phase);

    /// Streams this node's data to those who take over its ranges, and leaves. Ends when it is
    /// LEFT; the node can only be ended afterwards. Refuses if a member is down, another change is
    /// under way, or fewer nodes would be left than a keyspace wants replicas (unless `force`);
    /// the node then stays as it was. `isResumed`: reads had moved already before a restart.
    [[nodiscard]] Task<void> decommission(bool force, bool isResumed = false);

    /// Takes a dead node out of the ring; those who take over its ranges stream them from the
    /// other replicas. NotFound; Invalid if it is up. Asked for again after a failure it goes on.
    [[nodiscard]] Task<void> removeNode(Uuid hostId);

    [[nodiscard]] const RingChangeProgress& progress() const noexcept { return m_progress; }
    void stop() noexcept;

    void onStateChanged(const InetEndpoint& endpoint, membership::ApplicationState state,
                        const std::string& value) override;

private:
    enum class Verdict : std::uint8_t { Confirmed = 0, NotYet = 1, Busy = 2, Removed = 3 };
    /// What the members are asked to confirm.
    struct Step {
        InetEndpoint endpoint;
        Uuid hostId;
        std::int32_t generation = 0; ///< of the endpoint's state that tells the step
        std::int32_t version = 0;    ///< of its status
        membership::MemberPhase phase = membership::MemberPhase::Normal;
    };
    struct Fetch {
        std::uint64_t id = 0; ///< of the change, chosen by who leads it
        bool isDone = false;
        bool isRunning = false;
        std::string error;
        StreamProgress streamed;
    };

    [[nodiscard]] Step stepOf(const InetEndpoint& endpoint, const Uuid& hostId,
                              membership::MemberPhase phase) const;
    [[nodiscard]] Step ownStep(membership::MemberPhase phase) const;
    void say(std::string sentence);
    void announce(membership::MemberPhase phase, const std::vector<ring::Token>& tokens);
    Task<void> waitToJoin(std::vector<ring::Token> tokens);
    Task<void> joinOnce(std::vector<ring::Token> tokens);
    Task<void> finishJoin(std::vector<ring::Token> tokens);
    Task<void> fetchGains();
    /// All members confirm; `patience` zero: as long as it takes. Busy: another change goes on.
    Task<void> confirmStep(Step step, Duration patience);
    Task<Verdict> askMember(InetEndpoint member, Step step);
    Task<Verdict> confirmHere(Step step, Duration patience);
    /// Has every member fetch what it gains, and waits.
    Task<void> letOthersFetch(Uuid leaving, std::uint64_t change, Duration patience);
    [[nodiscard]] std::vector<InetEndpoint> membersBut(const Uuid& hostId) const;
    [[nodiscard]] Result<void> checkEnoughLeft() const;
    void authorRemoval(const membership::RingMember& member, membership::MemberPhase phase);

    void onBarrier(const messaging::Envelope& message);
    Task<void> confirmAndAnswer(messaging::ReplyTo to, Step step);
    void onFetch(const messaging::Envelope& message);
    Task<void> fetchFor(std::uint64_t change);

    Context& m_context;
    membership::RingView& m_ring;
    RingChangeHooks m_hooks;
    Streaming m_streaming;
    RingChangeProgress m_progress;
    Fetch m_fetch;
    bool m_isChanging = false;
    bool m_stopped = false;
};

} // namespace engine::coordination
