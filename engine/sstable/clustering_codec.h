#pragma once

#include "engine/base/bytes.h"
#include "engine/cql/type.h"

#include <cstdint>
#include <span>

namespace engine::sstable {

namespace clustering_header {
inline constexpr std::size_t kValues = 32;
inline constexpr std::uint64_t kEmpty = 1;
inline constexpr std::uint64_t kNull = 2;
} // namespace clustering_header

/// The values of a clustering prefix as rows, row indexes and statistics store them: for each 32
/// values a vint with two bits a value (1 empty, 2 null), then the others; those of types without
/// a fixed length behind their length (ClusteringPrefix.Serializer). `lengths`: of each clustering
/// column's type, storedFixedLength().
void encodeClustering(std::span<const ByteView> values, std::span<const std::int32_t> lengths,
                      ByteWriter& out);
/// `values` (a vector) become views of the input. More values than lengths, or a short input, fail
/// the reader. Inline: reads look for their rows by it.
template <class Values>
void decodeClustering(ByteReader& in, std::span<const std::int32_t> lengths, std::size_t count,
                      Values& values)
{
    if (count > lengths.size()) {
        values.clear();
        in.fail();
        return;
    }
    values.resize(count);
    std::uint64_t header = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = i % clustering_header::kValues;
        if (place == 0)
            header = in.unsignedVint();
        const std::uint64_t state = header >> (2 * place) & 3;
        if (state == 0) [[likely]]
            values[i] =
                lengths[i] >= 0 ? in.raw(static_cast<std::size_t>(lengths[i])) : in.bytesVint();
        else
            values[i] = (state & clustering_header::kNull) != 0 ? ByteView{} : ByteView{"", 0};
    }
}

/// The length of values of `type` where rows store none, else -1.
[[nodiscard]] std::int32_t storedFixedLength(const cql::Type& type) noexcept;

} // namespace engine::sstable
