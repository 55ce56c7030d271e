#pragma once

#include "engine/rows/partition.h"

#include <array>
#include <functional>

namespace engine::rows {

/// Finds the table of an id in the schema of the moment; nullptr if it is gone.
using TableLookup = std::function<schema::TablePtr(const schema::TableId&)>;

/// The own versioned binary form of partitions and mutations: for internode messages, commit log
/// records and hints. Columns travel by name, so that both ends may have different versions of
/// the table; a column that the reader does not have is skipped if it was dropped, else Corrupt.
/// A table that the reader does not have: NotFound.
void writePartition(const Partition& partition, Bytes& out);
[[nodiscard]] Result<Partition> readPartition(ByteReader& in, const TableLookup& tables);

void writeMutation(const Mutation& mutation, Bytes& out);
/// Updates of tables that are gone are left out; a mutation may come back with none.
[[nodiscard]] Result<Mutation> readMutation(ByteReader& in, const TableLookup& tables);

/// A digest over what readers would see of a partition: equal exactly when merged contents are
/// equal, regardless of the table's version, order of SSTables or build (MD5, as Cassandra's).
[[nodiscard]] std::array<std::uint8_t, 16> digest(const Partition& partition);

} // namespace engine::rows
