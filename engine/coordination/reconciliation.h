#pragma once

#include "engine/coordination/coordinator.h"
#include "engine/coordination/read_round.h"

#include <map>
#include <vector>

namespace engine::coordination {

/// What full answers of several replicas come to.
struct Reconciled {
    ReadOutcome outcome;
    /// What each replica lacks of the merged contents.
    std::map<InetEndpoint, rows::Partitions> repairs;
    /// A replica ended at its limit before the place to which the result is needed: rows of others
    /// beyond it may be deleted there. Ask again with a greater limit (short-read protection).
    bool isShort = false;
};

/// Merges the data of `answers` partition by partition, compares each answer with the result, and
/// applies `command` (what the client asked for: filter, limits) to it. Pure.
/// Requires: the answers are to the same command without columns, filter and rowsPerPartition.
[[nodiscard]] Reconciled reconcileAnswers(const rows::ReadCommand& command,
                                          std::vector<ReadRound::Answer>& answers);

/// One replica's answer, purged and cut to what the client asked for.
[[nodiscard]] ReadOutcome finishSingle(const rows::ReadCommand& command, storage::LocalRead data);
/// The same for what this node's own store read of one partition: it is cut already. Hot path.
[[nodiscard]] ReadOutcome finishLocal(const rows::ReadCommand& command, rows::Partition partition);

} // namespace engine::coordination
