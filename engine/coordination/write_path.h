#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/coordinator.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/write_handler.h"

#include <memory>
#include <vector>

namespace engine::coordination {

/// Takes mutations to their replicas (StorageProxy.mutate), and applies those that other nodes
/// send (MUTATION_REQ, HINT_REQ, READ_REPAIR_REQ). Node thread only.
class WritePath {
public:
    WritePath(Context& context, HintService& hints);

    /// Ends when every mutation has its consistency, with the first failure otherwise.
    [[nodiscard]] Task<void> write(rows::Mutations mutations, RequestOptions options,
                                   protocol::WriteType type);
    /// Sends one mutation on its way; the handler tells the outcome. Unavailable at once.
    /// `wanted`: a deadline before the timeout's, if set. `applyLocally` false: the caller has
    /// applied it here already (counter leaders).
    [[nodiscard]] Result<std::shared_ptr<WriteHandler>>
    start(const rows::Mutation& mutation, protocol::Consistency consistency, MonoTime wanted,
          protocol::WriteType type, bool applyLocally = true,
          const std::shared_ptr<TraceSession>& trace = nullptr);
    /// Whether `start` would be Unavailable, before anything is written of a batch.
    [[nodiscard]] Result<void> check(const rows::Mutation& mutation,
                                     protocol::Consistency consistency);

private:
    struct Targets {
        Replicas replicas;
        Needed needed;
    };
    /// Adds the replicas of a ring that changes, and what they add to the answers wanted.
    [[nodiscard]] static Result<void> addPending(protocol::Consistency consistency,
                                                 const Replicas& pending, Targets& to);
    void sendToOthers(const rows::Mutation& mutation, const Replicas& replicas,
                      protocol::Consistency consistency, MonoTime deadline,
                      const std::shared_ptr<WriteHandler>& handler,
                      const std::shared_ptr<TraceSession>& trace);
    void applyHere(const rows::Mutation& mutation, const sstable::KeyHash& key,
                   std::shared_ptr<WriteHandler> handler);
    static void noteReplicas(TraceSession& trace, const Replicas& replicas,
                             const rows::Mutation& mutation);
    void onMutation(const messaging::Envelope& message);
    Task<void> applySlowly(rows::Mutation mutation, storage::WriteDone done);
    Task<void> hintForAny(Uuid hostId, InetEndpoint endpoint, std::shared_ptr<const Bytes> encoded,
                          std::shared_ptr<WriteHandler> handler);

    Context& m_context;
    HintService& m_hints;
};

} // namespace engine::coordination
