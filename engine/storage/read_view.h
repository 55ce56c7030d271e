#pragma once

#include "engine/sstable/reader.h"
#include "engine/storage/memtable.h"

#include <memory>
#include <vector>

namespace engine::storage {

/// The SSTables of a table at one moment. Immutable.
using LiveTables = std::vector<sstable::ReaderPtr>;

/// Everything of one table at one moment, for a read: it keeps what it refers to alive and does
/// not see what is published later (the newest memtable goes on growing under it).
struct ReadView {
    RecycledVector<std::shared_ptr<const Memtable>> memtables; ///< oldest first
    std::shared_ptr<const LiveTables> tables;
};

} // namespace engine::storage
