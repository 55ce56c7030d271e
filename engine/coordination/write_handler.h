#pragma once

#include "engine/base/trace.h"
#include "engine/coordination/decision.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/replica_plan.h"
#include "engine/messaging/pending_requests.h"
#include "engine/protocol/error_extras.h"

#include <boost/container/small_vector.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace engine::coordination {

/// Waits for the replicas of one mutation: one entry of the pending table for all of them. Tells
/// the waiter once the consistency level is reached or cannot be any more, and stays until every
/// replica has answered or the deadline passes, to leave hints for those that have not. Decided
/// with success, WriteTimeout or WriteFailure.
class WriteHandler final : public messaging::ResponseHandler, public Decision {
public:
    /// Waits for those of `replicas` that are alive. `map`, which they come from, is in use until
    /// the outcome is decided. `trace` notes the outcome; nullptr: not traced.
    WriteHandler(Runtime& runtime, HintService& hints, protocol::Consistency consistency,
                 protocol::WriteType type, const Needed& needed, const Replicas& replicas,
                 KeyspaceReplicasPtr map, std::shared_ptr<TraceSession> trace);

    /// The encoded mutation, for hints. Before the first answer can come.
    void setMutation(std::shared_ptr<const Bytes> mutation) { m_mutation = std::move(mutation); }
    /// For ANY: a durable hint counts as an answer.
    void onHintDurable();
    /// This node had written the mutation before.
    void onWrittenBefore() { acknowledge(ownAnswer(), Resume::Queued); }
    /// The outcome of this node's own write. From the ready queue, as the store's calls are.
    void onWritten(const Result<void>& outcome);

    bool onResponse(const InetEndpoint& from, const messaging::Envelope&) override;
    bool onFailure(const InetEndpoint& from, protocol::FailureReason reason) override;
    void onDeadline() override;

private:
    struct Target {
        InetEndpoint endpoint;
        Uuid hostId;
        std::uint32_t datacenter; ///< position in m_neededOfEach, if it is there
        bool isSelf;
        bool counts; ///< towards the consistency level
        bool answered = false;
    };

    /// Notes that the target of which `is` holds has answered. nullptr if that counts for nothing:
    /// it was not asked, had answered before, or is not of the level.
    template <class Is>
    [[nodiscard]] const Target* answerOf(Is&& is);
    [[nodiscard]] const Target* answerFrom(const InetEndpoint& endpoint);
    [[nodiscard]] const Target* ownAnswer();
    [[nodiscard]] bool allAnswered() const noexcept { return m_answers == m_targets.size(); }
    /// Both do nothing for nullptr.
    void acknowledge(const Target* counting, Resume resume);
    void fail(const Target* counting, protocol::FailureReason reason);
    void settle(Result<void>&& outcome, Resume resume = Resume::Queued);
    void settleIfReached(Resume resume = Resume::Queued);
    [[nodiscard]] Error failure() const;

    HintService& m_hints;
    protocol::Consistency m_consistency;
    protocol::WriteType m_type;
    std::int32_t m_blockFor;
    std::vector<std::int32_t> m_neededOfEach; ///< by datacenter, for EACH_QUORUM
    boost::container::small_vector<Target, 3> m_targets;
    std::vector<protocol::RequestFailure::Replica> m_failures;
    std::optional<Error> m_localError; ///< why this node's own write failed
    std::shared_ptr<const Bytes> m_mutation;
    std::shared_ptr<TraceSession> m_trace;
    KeyspaceReplicasPtr m_map;
    std::size_t m_answers = 0;
    std::int32_t m_received = 0;
};

} // namespace engine::coordination
