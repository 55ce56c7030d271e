#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/descriptor.h"

#include <string>
#include <vector>

namespace engine::launcher {

struct ImportNames {
    std::string keyspace; ///< empty: as the folder or schema.cql says
    std::string table;    ///< the same; only for one table
    std::string snapshot; ///< of several of one table, which; empty: the only one
};

/// One table of a snapshot and how it is made in a cluster.
struct PlannedTable {
    std::string folder; ///< with its SSTables
    std::vector<sstable::Descriptor> sstables;
    std::string keyspace;
    std::string table;
    bool schemaFromHeader = false; ///< there was no schema.cql: names of key columns are made up
    std::vector<std::string> statements; ///< CREATE TYPE, CREATE TABLE, ALTER TABLE … DROP
    std::vector<std::string> notes;      ///< what is left out, a sentence each
};

/// The tables below a folder: a snapshot's own, a table's, a keyspace's, a data folder, or a copy
/// of one of them. Reads schema.cql, else the headers of all its SSTables. NotFound when there are
/// no SSTables; Invalid when names are missing or several snapshots of one table are there.
[[nodiscard]] Result<std::vector<PlannedTable>> planImport(Disk& disk, const std::string& folder,
                                                           const ImportNames& names);

} // namespace engine::launcher
