#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/merkle_tree.h"

#include <functional>
#include <string>
#include <vector>

namespace engine::coordination {

struct RepairOptions {
    std::string keyspace;
    std::vector<std::string> tables; ///< empty: all of the keyspace
    bool primaryRangeOnly = false;   ///< nodetool repair -pr
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
/// compared, and where they differ the contents are exchanged both ways as mutations, until all
/// hold the same. Full repair only. Node thread only; end its tasks before destroying it.
class RepairService {
public:
    explicit RepairService(Context& context);

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
    [[nodiscard]] Result<std::vector<Session>> plan(const RepairOptions& options);
    Task<void> run(Session session, RepairSummary* summary);
    Task<std::vector<MerkleHash>>
    validate(schema::TablePtr table, std::vector<ring::TokenRange> leaves, std::int64_t nowSeconds);
    Task<std::vector<MerkleHash>> validateAt(InetEndpoint endpoint, schema::TablePtr table,
                                             std::vector<ring::TokenRange> leaves,
                                             std::int64_t nowSeconds);
    Task<void> pull(InetEndpoint from, schema::TablePtr table, ring::TokenRange range,
                    RepairSummary* summary);
    Task<void> push(InetEndpoint to, schema::TablePtr table, ring::TokenRange range,
                    RepairSummary* summary);
    Task<storage::LocalRead> readRange(schema::TablePtr table, ring::TokenRange range,
                                       std::int64_t nowSeconds);
    void onValidation(const messaging::Envelope& message);
    void onSync(const messaging::Envelope& message);
    Task<void> validateAndAnswer(messaging::ReplyTo to, schema::TablePtr table,
                                 std::vector<ring::TokenRange> leaves, std::int64_t nowSeconds);
    Task<void> syncAndAnswer(messaging::ReplyTo to, schema::TablePtr table, ring::TokenRange range);
    void emitRepair(const RepairProgress& progress, const RepairOptions& options);

    Context& m_context;
    std::uint64_t m_cancellations = 0;
};

} // namespace engine::coordination
