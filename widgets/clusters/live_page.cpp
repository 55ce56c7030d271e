#include "widgets/clusters/live_page.h"

namespace clusters {

namespace {

studio::ResultColumns columnsOf(const engine::client::ResultPage& page)
{
    auto columns = std::make_shared<std::vector<studio::ResultColumn>>();
    if (page.columns) {
        for (const auto& spec : *page.columns)
            columns->push_back({QString::fromStdString(spec.keyspace),
                                QString::fromStdString(spec.table),
                                QString::fromStdString(spec.name), spec.type});
    }
    return columns;
}

} // namespace

LivePage::LivePage(engine::client::ResultPagePtr page, studio::ResultColumns columns)
    : m_page(std::move(page)),
      m_columns(columns ? std::move(columns) : columnsOf(*m_page)),
      m_offsets(m_page->rowOffsets())
{
}

int LivePage::rowCount() const
{
    return m_offsets.empty() ? 0 : static_cast<int>(m_offsets.size()) - 1;
}

bool LivePage::cell(int row, int column, engine::ByteView& value) const
{
    // Values are a 32-bit length and bytes; a negative length is null.
    const auto from = m_offsets[static_cast<std::size_t>(row)];
    engine::ByteReader reader{engine::ByteView(m_page->content).substr(from)};
    for (int i = 0;; ++i) {
        const std::int32_t size = reader.i32();
        if (i < column) {
            reader.skip(size > 0 ? static_cast<std::size_t>(size) : 0);
            continue;
        }
        value = size > 0 ? reader.raw(static_cast<std::size_t>(size)) : engine::ByteView("", 0);
        return size >= 0 && reader.ok();
    }
}

qint64 LivePage::byteSize() const
{
    return static_cast<qint64>(m_page->content.capacity() +
                               m_offsets.capacity() * sizeof(std::uint32_t));
}

} // namespace clusters
