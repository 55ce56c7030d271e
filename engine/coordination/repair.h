#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/merkle_tree.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace engine::coordination {

struct LocalSession;
class LocalSessions;

struct RepairOptions {
    std::string keyspace;
    std::vector<std::string> tables; ///< empty: all of the keyspace
    bool primaryRangeOnly = false;   ///< nodetool repair -pr
    bool incremental = false;        ///< only what no repair has seen yet; what it sees, it marks
};

struct RepairProgress {
    std::uint32_t done = 0;
    std::uint32_t total = 0;
    std::string sentence;
};

struct RepairSummary {
    std::uint32_t sessions = 0;       ///< one for each table and set of replicas
    std::uint64_t rangesCompared = 0; ///< leaves of Merkle trees
    std::uint64_t rangesDiffering = 0;
    std::uint64_t partitionsPulled = 0;
    std::uint64_t partitionsPushed = 0;
};

/// Anti-entropy repair: replicas of a range hash what they hold into Merkle trees, the trees are
/// compared, and where they differ the contents are exchanged both ways, until all hold the same.
///
/// A full repair compares everything and exchanges mutations. An incremental one first has all
/// replicas set apart what is unrepaired (LocalSessions), compares only that, adds what a replica
/// lacks to what it has set apart, and then has all of them mark it as repaired, or none
/// (CoordinatorSession). Node thread only; end its tasks before destroying it.
class RepairService {
public:
    RepairService(Context& context, LocalSessions& sessions);

    /// Told on the node's thread after each step.
    using OnProgress = std::function<void(const RepairProgress&)>;
    /// Fails if a replica is down or does not answer: nothing is repaired by halves unsaid.
    /// Invalid: no such keyspace or table.
    [[nodiscard]] Task<RepairSummary> repair(RepairOptions options, OnProgress progress = {});
    /// Repairs under way stop after their current step, with Cancelled.
    void cancelAll() { ++m_cancellations; }
    void setStopped() { cancelAll(); }

private:
    /// Ranges that the same nodes hold, this one among them.
    struct Session {
        schema::TablePtr table;
        std::vector<InetEndpoint> others;
        std::vector<ring::TokenRange> ranges;
    };
    /// What is compared and exchanged: all, or what is set apart for a session.
    using Scope = std::optional<Uuid>;
    struct Command {
        RepairOptions options;
        OnProgress progress;
        std::uint64_t cancellations = 0; ///< when it began
    };
    using Ranges = std::vector<ring::TokenRange>;

    [[nodiscard]] Result<std::vector<Session>> plan(const RepairOptions& options);
    Task<void> runAll(std::vector<Session> sessions, Scope scope, Command command,
                      RepairSummary* summary);
    Task<void> run(Session session, Scope scope, RepairSummary* summary);
    [[nodiscard]] Result<void> checkGoesOn(std::uint64_t cancellations) const;
    void emitRepair(const RepairProgress& progress, const RepairOptions& options);

    // repair_exchange.cpp
    Task<Bytes> ask(InetEndpoint replica, messaging::Verb verb, Bytes payload, Duration timeout);
    Task<std::vector<MerkleHash>> validate(schema::TablePtr table, Ranges leaves, Scope scope,
                                           std::int64_t nowSeconds);
    Task<std::vector<MerkleHash>> validateAt(InetEndpoint endpoint, schema::TablePtr table,
                                             Ranges leaves, Scope scope, std::int64_t nowSeconds);
    Task<void> pull(InetEndpoint from, schema::TablePtr table, Ranges ranges, Scope scope,
                    RepairSummary* summary);
    Task<void> applyPulled(schema::TablePtr table, rows::Partitions partitions, Scope scope);
    Task<void> push(InetEndpoint to, schema::TablePtr table, Ranges ranges, Scope scope,
                    RepairSummary* summary);
    Task<void> pushMutations(InetEndpoint to, schema::TablePtr table, rows::Partitions partitions);
    Task<void> pushPending(InetEndpoint to, Bytes message);
    Task<storage::LocalRead> readRange(schema::TablePtr table, ring::TokenRange range, Scope scope,
                                       std::int64_t nowSeconds);
    void onValidation(const messaging::Envelope& message);
    void onSync(const messaging::Envelope& message);
    Task<void> validateAndAnswer(messaging::ReplyTo to, schema::TablePtr table, Ranges leaves,
                                 Scope scope, std::int64_t nowSeconds);
    Task<void> syncAndAnswer(messaging::ReplyTo to, schema::TablePtr table, ring::TokenRange range,
                             Scope scope);

    // incremental_repair.cpp
    Task<RepairSummary> repairIncrementally(std::vector<Session> sessions, RepairOptions options,
                                            OnProgress progress);
    [[nodiscard]] LocalSession describe(const std::vector<Session>& sessions);
    Task<void> prepareAll(LocalSession session, std::vector<Session> sessions,
                          std::uint64_t cancellations);
    Task<void> waitUntilPrepared(InetEndpoint replica, Uuid id, std::uint64_t cancellations);
    Task<void> promiseAll(LocalSession session, std::vector<Session> sessions, Command command);
    [[nodiscard]] Result<void> checkReplicasStay(const std::vector<Session>& sessions,
                                                 const RepairOptions& options);
    Task<void> commitAll(LocalSession session);
    Task<void> failAll(LocalSession session, std::string reason);

    Context& m_context;
    LocalSessions& m_sessions;
    std::uint64_t m_cancellations = 0;
};

} // namespace engine::coordination
