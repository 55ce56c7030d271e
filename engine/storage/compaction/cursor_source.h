#pragma once

#include "engine/rows/row.h"
#include "engine/sstable/reader.h"

#include <optional>

namespace engine::storage {

/// One input's current partition as a source of rows::UnfilteredMerger.
class CursorSource {
public:
    CursorSource() = default;
    explicit CursorSource(sstable::PartitionCursor& cursor) : m_cursor(&cursor) { next(); }

    [[nodiscard]] const rows::Unfiltered* peek() const noexcept
    {
        return m_has ? &m_current : nullptr;
    }
    void next()
    {
        m_has = false;
        auto step = m_cursor->next(m_current);
        if (!step)
            m_error = step.error();
        else
            m_has = *step == sstable::Step::Item;
    }
    /// A source that failed looks as if it had ended.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

private:
    sstable::PartitionCursor* m_cursor = nullptr;
    rows::Unfiltered m_current;
    bool m_has = false;
    std::optional<Error> m_error;
};

} // namespace engine::storage
