#include "engine/sstable/clustering_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

constexpr std::size_t kValuesPerHeader = 32;
constexpr std::uint64_t kEmptyValue = 1;
constexpr std::uint64_t kNullValue = 2;

} // namespace

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
    for (std::size_t start = 0; start < values.size(); start += kValuesPerHeader) {
        const std::size_t end = std::min(values.size(), start + kValuesPerHeader);
        std::uint64_t header = 0;
        for (std::size_t i = start; i < end; ++i) {
            if (values[i].data() == nullptr)
                header |= kNullValue << (2 * (i - start));
            else if (values[i].empty())
                header |= kEmptyValue << (2 * (i - start));
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

void decodeClustering(ByteReader& in, std::span<const std::int32_t> lengths, std::size_t count,
                      std::vector<ByteView>& values)
{
    values.clear();
    if (count > lengths.size()) {
        in.fail();
        return;
    }
    std::uint64_t header = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = i % kValuesPerHeader;
        if (place == 0)
            header = in.unsignedVint();
        const std::uint64_t state = header >> (2 * place) & 3;
        if ((state & kNullValue) != 0)
            values.emplace_back();
        else if (state == kEmptyValue)
            values.emplace_back("", 0);
        else if (lengths[i] >= 0)
            values.push_back(in.raw(static_cast<std::size_t>(lengths[i])));
        else
            values.push_back(in.bytesVint());
    }
}

} // namespace engine::sstable
