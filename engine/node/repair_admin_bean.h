#pragma once

#include "engine/coordination/local_sessions.h"
#include "engine/node/node_beans.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace engine::node {

/// A table as nodetool repair_admin sees it.
struct RepairTable {
    /// An SSTable that is set apart for a session.
    struct Pending {
        Uuid session;
        std::uint64_t bytes = 0; ///< of all its files
    };
    std::string keyspace;
    std::string name;
    schema::TableId id;
    std::vector<ring::TokenRange> ranges; ///< that this node replicates
    std::vector<Pending> pending;
};

/// The tables of a keyspace, or of "keyspace, table, table …"; without words, those of all
/// keyspaces that are replicated. Fails with Cassandra's sentence on a name that does not exist.
using RepairTables =
    std::function<Result<std::vector<RepairTable>>(const std::vector<std::string>& words)>;
/// As the node has them. `context` outlives what it gives.
[[nodiscard]] RepairTables repairTablesOf(const BeanContext& context);

/// type=RepairService (ActiveRepairServiceMBean), as far as nodetool repair_admin asks it: the
/// sessions of incremental repair that this node has a part in, cancelling one, what is set apart
/// for them, and since when what is repaired. `sessions` outlives the bean. Node thread only.
[[nodiscard]] MBean repairServiceBean(coordination::LocalSessions& sessions, RepairTables tables);

} // namespace engine::node
