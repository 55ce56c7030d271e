#pragma once

#include "engine/storage/compaction/compaction_task.h"
#include "engine/storage/compaction/table_folders.h"
#include "engine/storage/read_view.h"

#include <memory>
#include <vector>

namespace engine::storage {

/// A compaction of a table that reads see before its end (Cassandra's SSTableRewriter). Node
/// thread.
struct EarlyCompaction {
    LiveTables inputs; ///< by descriptor: ALTER TABLE gives them new readers
    EarlyResult soFar;
};
using EarlyCompactions = std::vector<std::shared_ptr<const EarlyCompaction>>;

/// What reads of a table go to: the live SSTables, but of the inputs of each compaction in `early`
/// only what lies behind its result so far, and that result. All of the inputs, as if there were no
/// result, unless all of them are live, all of the result lies in the table's folders and can be
/// read as the table is now. By generation; `live` itself if nothing is early.
[[nodiscard]] std::shared_ptr<const LiveTables>
tablesToRead(const std::shared_ptr<const LiveTables>& live, const EarlyCompactions& early,
             const schema::TablePtr& table, const TableFolders& folders);

/// Those of `toRead`, which tablesToRead() has made of `live`, that no live SSTable stands for.
[[nodiscard]] LiveTables earlyTablesOf(const LiveTables& toRead, const LiveTables& live);

} // namespace engine::storage
