#pragma once

#include "engine/base/task.h"
#include "engine/base/time.h"
#include "engine/base/trace.h"
#include "engine/coordination/decision.h"
#include "engine/protocol/consistency.h"
#include "engine/rows/partition.h"
#include "engine/rows/read_command.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::coordination {

struct RequestOptions {
    protocol::Consistency consistency = protocol::Consistency::One;
    protocol::Consistency serialConsistency = protocol::Consistency::Serial;
    MonoTime deadline{};
    std::shared_ptr<TraceSession> trace; ///< nullptr: the request is not traced
};

/// What a read gives back: partitions in token order, each merged over the replicas asked and
/// purged of tombstones, within the command's limits.
struct ReadOutcome {
    rows::Partitions partitions;
    /// Whether a limit ended the read, so that there may be more.
    bool limited = false;
    std::vector<std::string> warnings;
};

/// The node that a client talks to, as seen by the execution of statements: takes mutations and
/// reads to the replicas and waits for as many as the consistency level wants. Node thread only.
///
/// Failures carry Cassandra's codes with RequestFailure as their extra (request_failure.h).
class Coordinator {
public:
    virtual ~Coordinator() = default;

    /// Sends one mutation on its way; what is returned tells that it is written with its
    /// consistency, or why not. Needs the mutation no longer than the call.
    [[nodiscard]] virtual Result<std::shared_ptr<Decision>>
    startWrite(const rows::Mutation& mutation, const RequestOptions& options) = 0;
    /// Writes each mutation to its replicas; ends when every one has its consistency.
    [[nodiscard]] virtual Task<void> write(rows::Mutations mutations, RequestOptions options) = 0;
    /// The same, atomically as a logged batch (through the batchlog of two other nodes).
    [[nodiscard]] virtual Task<void> writeLogged(rows::Mutations mutations,
                                                 RequestOptions options) = 0;
    /// Counter updates: the values of their cells are deltas (8 bytes).
    [[nodiscard]] virtual Task<void> writeCounters(rows::Mutations mutations,
                                                   RequestOptions options) = 0;
    [[nodiscard]] virtual Task<ReadOutcome> read(rows::ReadCommand command,
                                                 RequestOptions options) = 0;
    /// Removes all data of a table on every node.
    [[nodiscard]] virtual Task<void> truncate(schema::TablePtr table, RequestOptions options) = 0;
};

} // namespace engine::coordination
