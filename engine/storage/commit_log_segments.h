#pragma once

#include "engine/schema/table.h"
#include "engine/sstable/statistics.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

namespace engine::storage {

/// Which segments of the commit log exist and who still needs them. Pure: touches no file.
/// Ids ascend; the last one is written to once begin() or advance() made it.
class CommitLogSegments {
public:
    struct Segment {
        std::int64_t id = 0;
        std::uint64_t bytes = 0;         ///< on disk
        std::set<schema::TableId> dirty; ///< tables with writes here that are in no SSTable yet
        bool holdsCdc = false;           ///< writes of tables with cdc = true
        bool isEnded = false;            ///< nothing is written to it any more, all is synced
        bool isKept = false;             ///< stays until it has been archived
        bool isBeingArchived = false;
    };

    explicit CommitLogSegments(std::int64_t nextId) : m_nextId(nextId) {}

    /// Makes the next segment the one that is written to.
    Segment& begin();
    [[nodiscard]] bool hasActive() const noexcept { return m_hasActive; }
    /// Requires: hasActive().
    [[nodiscard]] Segment& active() { return m_segments.back(); }
    [[nodiscard]] const Segment& active() const { return m_segments.back(); }
    /// The id that the next segment will have, unless advance() raises it.
    [[nodiscard]] std::int64_t nextId() const noexcept { return m_nextId; }
    void raiseNextId(std::int64_t atLeast) { m_nextId = std::max(m_nextId, atLeast); }
    /// nullptr if there is none (any more).
    [[nodiscard]] Segment* find(std::int64_t id);

    /// Takes charge of a segment of an earlier run, dirty for these tables too.
    Segment& adopt(std::int64_t id, std::uint64_t bytes, const std::vector<schema::TableId>& dirty);
    /// All writes of the table up to `position` are in SSTables; `last`: its last write of all.
    void markClean(const schema::TableId& table, sstable::CommitLogPosition position,
                   sstable::CommitLogPosition last);
    /// Takes out the segments that nobody needs. The last one stays even when clean: the next
    /// start knows by it which ids were used.
    [[nodiscard]] std::vector<Segment> takeClean();
    /// The tables whose flush makes the log shrink to `bytesMax`; empty if it is below.
    [[nodiscard]] std::vector<schema::TableId> tablesToFlush(std::uint64_t bytesMax) const;

    [[nodiscard]] std::uint64_t bytes() const;
    [[nodiscard]] std::size_t size() const noexcept { return m_segments.size(); }
    [[nodiscard]] std::vector<Segment>& all() noexcept { return m_segments; }

private:
    std::vector<Segment> m_segments;
    bool m_hasActive = false;
    std::int64_t m_nextId;
};

} // namespace engine::storage
