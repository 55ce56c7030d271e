#pragma once

#include "engine/rows/row.h"

#include <cstdint>

namespace engine::storage {

/// Drops what compaction may forget (DeletionPurger, Cell.purge, Row.purge): tombstones that were
/// made before `gcBefore` and are older than any data elsewhere that they could shadow.
class Purger {
public:
    Purger(std::int64_t nowSeconds, std::int64_t gcBefore) : m_now(nowSeconds), m_gcBefore(gcBefore)
    {
    }

    /// Per partition: deletions with a smaller timestamp shadow nothing outside of the inputs.
    void setPurgeableBelow(std::int64_t timestamp) noexcept { m_purgeableBelow = timestamp; }

    [[nodiscard]] bool purges(const rows::DeletionTime& deletion) const noexcept
    {
        return deletion.isLive() || purges(deletion.markedForDeleteAt, deletion.localDeletionTime);
    }
    /// What is left of a row; its new arrays lie in `arena`. Expired cells turn into tombstones.
    [[nodiscard]] rows::Row row(const rows::Row& row, Arena& arena);
    /// What is left of a marker; false: nothing.
    [[nodiscard]] bool marker(rows::RangeTombstoneMarker& marker);

    [[nodiscard]] std::uint64_t purged() const noexcept { return m_purged; }

private:
    [[nodiscard]] bool purges(WriteTimestamp timestamp, rows::LocalDeletionTime time) const noexcept
    {
        return time < m_gcBefore && timestamp.micros < m_purgeableBelow;
    }
    /// False: the cell is gone.
    [[nodiscard]] bool cell(rows::Cell& cell);
    [[nodiscard]] bool isUntouched(const rows::Row& row) const noexcept;

    std::int64_t m_now;
    std::int64_t m_gcBefore;
    std::int64_t m_purgeableBelow = INT64_MAX;
    std::uint64_t m_purged = 0;
};

} // namespace engine::storage
