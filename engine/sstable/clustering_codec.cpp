#include "engine/sstable/clustering_codec.h"

#include <algorithm>

namespace engine::sstable {

std::int32_t storedFixedLength(const cql::Type& type) noexcept
{
    if (type.isMultiCell() || type.isCounter())
        return -1;
    const auto length = type.fixedLength();
    return length ? static_cast<std::int32_t>(*length) : -1;
}

void encodeClustering(std::span<const ByteView> values, std::span<const std::int32_t> lengths,
                      ByteWriter& out)
{
    for (std::size_t start = 0; start < values.size(); start += clustering_header::kValues) {
        const std::size_t end = std::min(values.size(), start + clustering_header::kValues);
        std::uint64_t header = 0;
        for (std::size_t i = start; i < end; ++i) {
            if (values[i].data() == nullptr)
                header |= clustering_header::kNull << (2 * (i - start));
            else if (values[i].empty())
                header |= clustering_header::kEmpty << (2 * (i - start));
        }
        out.unsignedVint(header);
        for (std::size_t i = start; i < end; ++i) {
            if (values[i].empty())
                continue;
            if (lengths[i] < 0)
                out.unsignedVint(values[i].size());
            out.raw(values[i]);
        }
    }
}

} // namespace engine::sstable
