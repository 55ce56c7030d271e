#pragma once

#include "engine/client/result_page.h"
#include "widgets/studio/result_page.h"

#include <vector>

namespace clusters {

/// A page of the driver as the results grid reads it. The bytes stay the driver's; only where each
/// row starts is computed when the page arrives. Immutable; any thread.
class LivePage final : public studio::ResultPage {
public:
    /// `columns` is shared by the pages of one statement; made from the page if null.
    LivePage(engine::client::ResultPagePtr page, studio::ResultColumns columns);

    [[nodiscard]] const studio::ResultColumns& columns() const override { return m_columns; }
    [[nodiscard]] int rowCount() const override;
    [[nodiscard]] bool cell(int row, int column, engine::ByteView& value) const override;
    [[nodiscard]] qint64 byteSize() const override;

private:
    engine::client::ResultPagePtr m_page;
    studio::ResultColumns m_columns;
    std::vector<std::uint32_t> m_offsets;
};

} // namespace clusters
