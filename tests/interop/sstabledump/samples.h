#pragma once

#include "engine/base/disk.h"
#include "engine/schema/table.h"
#include "engine/sstable/descriptor.h"

#include <cstdint>
#include <string>
#include <vector>

/// What sstable_samples writes, for run.py.
namespace samples {

/// Every compressor, and chunks that are stored as they are.
[[nodiscard]] const std::vector<engine::schema::StringMap>& compressions();
/// The folder of a table's SSTables, with its schema.cql.
[[nodiscard]] engine::Result<std::string> makeFolder(engine::Disk& disk, const std::string& root,
                                                     const engine::schema::TablePtr& table);
/// Beside an SSTable: `<name>.dump.json`, our own dump, and `<name>.stats.json`, what
/// sstablemetadata has to print.
[[nodiscard]] engine::Result<void> describeBeside(engine::Disk& disk,
                                                  const engine::sstable::Descriptor& descriptor,
                                                  const engine::schema::TablePtr& table);
/// SSTables that a LocalStore made of random tables from a seed: by flushes and by each of its
/// operations that writes some, in several data folders.
[[nodiscard]] engine::Result<void> writeWithStores(engine::Disk& disk, const std::string& root,
                                                   std::uint64_t seed);

} // namespace samples
