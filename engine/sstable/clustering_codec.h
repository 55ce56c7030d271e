#pragma once

#include "engine/base/bytes.h"
#include "engine/cql/type.h"

#include <cstdint>
#include <span>
#include <vector>

namespace engine::sstable {

/// The values of a clustering prefix as rows, row indexes and statistics store them: for each 32
/// values a vint with two bits a value (1 empty, 2 null), then the others; those of types without
/// a fixed length behind their length (ClusteringPrefix.Serializer). `lengths`: of each clustering
/// column's type, storedFixedLength().
void encodeClustering(std::span<const ByteView> values, std::span<const std::int32_t> lengths,
                      ByteWriter& out);
/// `values` become views of the input. More values than lengths, or a short input, fail the reader.
void decodeClustering(ByteReader& in, std::span<const std::int32_t> lengths, std::size_t count,
                      std::vector<ByteView>& values);

/// The length of values of `type` where rows store none, else -1.
[[nodiscard]] std::int32_t storedFixedLength(const cql::Type& type) noexcept;

} // namespace engine::sstable
