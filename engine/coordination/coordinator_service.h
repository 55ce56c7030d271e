#pragma once

#include "engine/coordination/coordination_options.h"
#include "engine/coordination/coordinator.h"
#include "engine/coordination/replica_store.h"
#include "engine/membership/ring_view.h"

#include <memory>

namespace engine::coordination {

class HintService;
class Batchlog;
class ReadPath;
class LocalSessions;
class RepairService;
class ReplicaPlanner;
class RingChange;
struct RingChangeHooks;
class TraceService;

/// The Coordinator of a node, and the node's answers to other coordinators: puts write path, read
/// path, counters, batchlog, hints, truncation and repair together. It registers their verbs with
/// `messaging`. Everything given outlives it; end the runtime's tasks before destroying it. Node
/// thread only.
class CoordinatorService final : public Coordinator {
public:
    CoordinatorService(Runtime& runtime, EventSink& events, messaging::MessagingService& messaging,
                       membership::Gossiper& gossiper, membership::RingView& ring,
                       ReplicaStore& store, SchemaView schema, CoordinationOptions options,
                       RingChangeHooks hooks);
    /// Without hooks: of a ring that stands still, as in tests of other parts.
    CoordinatorService(Runtime& runtime, EventSink& events, messaging::MessagingService& messaging,
                       membership::Gossiper& gossiper, membership::RingView& ring,
                       ReplicaStore& store, SchemaView schema, CoordinationOptions options);
    ~CoordinatorService() override;

    /// Reads what hints and batchlog kept over a restart. Before gossip starts.
    [[nodiscard]] Task<void> start();
    /// Starts no further background work.
    void stop();

    Result<std::shared_ptr<Decision>> startWrite(const rows::Mutation& mutation,
                                                 const RequestOptions& options) override;
    Task<void> write(rows::Mutations mutations, RequestOptions options) override;
    Task<void> writeLogged(rows::Mutations mutations, RequestOptions options) override;
    Task<void> writeCounters(rows::Mutations mutations, RequestOptions options) override;
    Task<ReadOutcome> read(rows::ReadCommand command, RequestOptions options) override;
    Task<void> truncate(schema::TablePtr table, RequestOptions options) override;

    [[nodiscard]] HintService& hints() noexcept;
    [[nodiscard]] Batchlog& batchlog() noexcept;
    [[nodiscard]] const ReadPath& reads() const noexcept;
    [[nodiscard]] RepairService& repairs() noexcept;
    [[nodiscard]] LocalSessions& repairSessions() noexcept;
    [[nodiscard]] ReplicaPlanner& planner() noexcept;
    [[nodiscard]] TraceService& tracing() noexcept;
    [[nodiscard]] RingChange& ringChange() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::coordination
