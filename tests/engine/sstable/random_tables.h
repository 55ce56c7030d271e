#pragma once

#include "engine/base/random.h"
#include "engine/rows/partition.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/writer.h"

#include <vector>

/// Random schemas and contents, from a seed.
namespace random_tables {

struct Shape {
    std::size_t regularsMax = 8;
    std::size_t rowsMax = 12;
    bool clustering = true;
    bool ranges = true;
    bool everyType = false; ///< random_values.h; else a few simple ones, and collections of them
    bool counters = false;  ///< a counter table
    bool sameKeys = false;  ///< partition number n has the same key in every call
};

[[nodiscard]] engine::schema::TablePtr table(engine::Random& random, const Shape& shape,
                                             engine::schema::StringMap compression);
/// Partitions of the table in token order, none empty.
[[nodiscard]] engine::rows::Partitions partitions(engine::Random& random,
                                                  const engine::schema::TablePtr& table,
                                                  std::size_t count, const Shape& shape);
/// What a Writer of just these partitions is told; the rest is as a test wants it.
[[nodiscard]] engine::sstable::WriterOptions
writerOptions(const engine::sstable::Descriptor& descriptor, const engine::schema::TablePtr& table,
              const engine::rows::Partitions& partitions);
/// A random clustering bound of one of the partition's rows or near it.
[[nodiscard]] engine::rows::OwnedBound bound(engine::Random& random,
                                             const engine::schema::Table& table, bool start,
                                             const Shape& shape = {});

/// Reads what is left of an open cursor into a partition, asking again when it says NotInMemory.
[[nodiscard]] engine::Result<engine::rows::Partition>
collect(const engine::schema::TablePtr& table, engine::sstable::PartitionCursor& cursor);
/// All of a partition as bytes, for comparing.
[[nodiscard]] engine::Bytes bytesOf(const engine::rows::Partition& partition);

} // namespace random_tables
