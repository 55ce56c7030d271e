#include "widgets/designer/canvas_index.h"

namespace views {

void RectIndex::insert(std::uint64_t id, const QRectF& rect)
{
    remove(id);
    m_rects[id] = rect;
    const Span span = spanOf(rect);
    for (std::int64_t row = span.top; row <= span.bottom; ++row)
        for (std::int64_t column = span.left; column <= span.right; ++column)
            m_cells[cellKey(column, row)].push_back({id, rect});
}

void RectIndex::remove(std::uint64_t id)
{
    const auto found = m_rects.find(id);
    if (found == m_rects.end())
        return;
    const Span span = spanOf(found->second);
    m_rects.erase(found);
    for (std::int64_t row = span.top; row <= span.bottom; ++row)
        for (std::int64_t column = span.left; column <= span.right; ++column) {
            std::erase_if(m_cells[cellKey(column, row)],
                          [id](const Entry& each) { return each.id == id; });
        }
}

const QRectF* RectIndex::find(std::uint64_t id) const
{
    const auto found = m_rects.find(id);
    return found == m_rects.end() ? nullptr : &found->second;
}

void StretchIndex::insert(const Stretch& stretch)
{
    for (std::int64_t part = partOf(stretch.low); part <= partOf(stretch.high); ++part)
        m_tracks[cellKey(trackOf(stretch.at), part)].push_back(stretch);
    const std::int64_t column = cellOf(stretch.at);
    for (std::int64_t row = cellOf(stretch.low - kTouch); row <= cellOf(stretch.high + kTouch);
         ++row)
        m_cells[cellKey(column, row)].push_back(stretch);
}

void StretchIndex::remove(const Stretch& stretch)
{
    for (std::int64_t part = partOf(stretch.low); part <= partOf(stretch.high); ++part)
        std::erase(m_tracks[cellKey(trackOf(stretch.at), part)], stretch);
    const std::int64_t column = cellOf(stretch.at);
    for (std::int64_t row = cellOf(stretch.low - kTouch); row <= cellOf(stretch.high + kTouch);
         ++row)
        std::erase(m_cells[cellKey(column, row)], stretch);
}

} // namespace views
