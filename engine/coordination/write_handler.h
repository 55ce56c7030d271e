#pragma once

#include "engine/base/trace.h"
#include "engine/coordination/await_on.h"
#include "engine/coordination/hints.h"
#include "engine/messaging/pending_requests.h"
#include "engine/protocol/error_extras.h"
#include "engine/ring/replication_strategy.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace engine::coordination {

/// Waits for the replicas of one mutation: one entry of the pending table for all of them. Tells
/// the waiter once the consistency level is reached or cannot be any more, and stays until every
/// replica has answered or the deadline passes, to leave hints for those that have not.
class WriteHandler final : public messaging::ResponseHandler {
public:
    struct Target {
        InetEndpoint endpoint;
        Uuid hostId;
        std::string datacenter; ///< only filled when the level counts by datacenter
        bool counts = true;     ///< towards the consistency level
        bool answered = false;
    };

    WriteHandler(Runtime& runtime, HintService* hints, protocol::Consistency consistency,
                 protocol::WriteType type, std::int32_t blockFor,
                 std::map<std::string, std::int32_t> blockForEach)
        : m_done(runtime, Priority::Request, "write"),
          m_hints(hints),
          m_consistency(consistency),
          m_type(type),
          m_blockFor(blockFor),
          m_needed(std::move(blockForEach))
    {
    }

    /// How many targets are to come, at most.
    void expectTargets(std::size_t count) { m_targets.reserve(count); }
    void addTarget(Target target);
    /// The encoded mutation, for hints. Before the first answer can come.
    void setMutation(std::shared_ptr<const Bytes> mutation) { m_mutation = std::move(mutation); }
    /// The ring that the targets come from: in use until the outcome is decided.
    void keepRing(ring::ReplicaMapPtr map) { m_map = std::move(map); }
    /// What notes the outcome; nullptr: not traced.
    void setTrace(const std::shared_ptr<TraceSession>& trace) { m_trace = trace; }
    /// The outcome of the local write, for the trace only.
    /// Told before acknowledge() or onFailure() of this node.
    void noteLocal(const Result<void>& outcome)
    {
        if (!outcome) [[unlikely]]
            m_localError = outcome.error();
        if (m_trace) [[unlikely]]
            m_trace->add(outcome ? std::string{"The commit log has taken the mutation here"}
                                 : "The write here failed: " + outcome.error().detail());
    }
    /// For ANY: a durable hint counts as an answer.
    void onHintDurable();

    bool onResponse(const InetEndpoint& from, const messaging::Envelope&) override
    {
        return acknowledge(from);
    }
    bool onFailure(const InetEndpoint& from, protocol::FailureReason reason) override;
    void onDeadline() override;
    /// The local replica's outcome; as if it had come by message. AtOnce is for calls from the
    /// ready queue, as the store's are: see OneShot.
    bool acknowledge(const InetEndpoint& from, Resume resume = Resume::Queued);

    /// Awaitable once: success, WriteTimeout or WriteFailure.
    [[nodiscard]] AwaitOn<void> done() noexcept { return {&m_done}; }
    [[nodiscard]] bool isDecided() const noexcept { return m_decided; }

private:
    Target* find(const InetEndpoint& endpoint);
    [[nodiscard]] bool allAnswered() const noexcept { return m_answers == m_targets.size(); }
    void decide(Result<void> outcome, Resume resume = Resume::Queued);
    void decideIfReached(Resume resume = Resume::Queued);
    [[nodiscard]] Error failure() const;

    OneShot<void> m_done;
    HintService* m_hints; ///< nullptr: leave none
    protocol::Consistency m_consistency;
    protocol::WriteType m_type;
    std::int32_t m_blockFor;
    std::map<std::string, std::int32_t> m_needed; ///< by datacenter, for EACH_QUORUM
    RecycledVector<Target> m_targets;
    std::vector<protocol::RequestFailure::Replica> m_failures;
    std::optional<Error> m_localError; ///< why this node's own write failed
    std::shared_ptr<const Bytes> m_mutation;
    std::shared_ptr<TraceSession> m_trace;
    ring::ReplicaMapPtr m_map;
    std::size_t m_answers = 0;
    std::int32_t m_received = 0;
    bool m_decided = false;
};

} // namespace engine::coordination
