#include "engine/client/result_page.h"

namespace engine::client {

std::vector<std::uint32_t> ResultPage::rowOffsets() const
{
    const std::size_t count = columns ? columns->size() : 0;
    std::vector<std::uint32_t> offsets;
    offsets.reserve(static_cast<std::size_t>(rowCount) + 1);
    ByteReader in{content};
    for (std::int32_t row = 0; row < rowCount; ++row) {
        offsets.push_back(static_cast<std::uint32_t>(in.cursor() - content.data()));
        for (std::size_t i = 0; i < count; ++i) {
            if (const std::int32_t size = in.i32(); size > 0)
                in.skip(static_cast<std::size_t>(size));
        }
        if (!in.ok())
            return {};
    }
    offsets.push_back(static_cast<std::uint32_t>(in.cursor() - content.data()));
    return offsets;
}

std::vector<std::optional<ByteView>> ResultPage::rowAt(std::uint32_t offset) const
{
    std::vector<std::optional<ByteView>> row;
    const ByteView from = ByteView{content}.substr(std::min<std::size_t>(offset, content.size()));
    protocol::RowsReader reader{from, columns ? columns->size() : 0, 1};
    if (!reader.next(row))
        row.clear();
    return row;
}

} // namespace engine::client
