#include "engine/storage/commit_log_segments.h"

#include <algorithm>

namespace engine::storage {

CommitLogSegments::Segment& CommitLogSegments::begin()
{
    m_hasActive = true;
    Segment& added = m_segments.emplace_back();
    added.id = m_nextId++;
    return added;
}

CommitLogSegments::Segment* CommitLogSegments::find(std::int64_t id)
{
    // Nearly always the last one.
    for (auto at = m_segments.rbegin(); at != m_segments.rend() && at->id >= id; ++at) {
        if (at->id == id)
            return &*at;
    }
    return nullptr;
}

CommitLogSegments::Segment& CommitLogSegments::adopt(std::int64_t id, std::uint64_t bytes,
                                                     const std::vector<schema::TableId>& dirty)
{
    auto at = std::find_if(m_segments.begin(), m_segments.end(),
                           [id](const Segment& other) { return other.id >= id; });
    if (at == m_segments.end() || at->id != id) {
        Segment segment;
        segment.id = id;
        segment.bytes = bytes;
        at = m_segments.insert(at, std::move(segment));
    }
    at->isEnded = true;
    at->dirty.insert(dirty.begin(), dirty.end());
    return *at;
}

void CommitLogSegments::markClean(const schema::TableId& table, sstable::CommitLogPosition position,
                                  sstable::CommitLogPosition last)
{
    for (Segment& segment : m_segments) {
        if (segment.id < position.segment || (segment.id == position.segment && last <= position))
            segment.dirty.erase(table);
    }
}

std::vector<CommitLogSegments::Segment> CommitLogSegments::takeClean()
{
    std::vector<Segment> clean;
    for (std::size_t i = 0; i + 1 < m_segments.size();) {
        if (!m_segments[i].dirty.empty() || m_segments[i].isKept) {
            ++i;
            continue;
        }
        clean.push_back(std::move(m_segments[i]));
        m_segments.erase(m_segments.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return clean;
}

std::vector<schema::TableId> CommitLogSegments::tablesToFlush(std::uint64_t bytesMax) const
{
    std::uint64_t total = bytes();
    std::set<schema::TableId> tables;
    for (std::size_t i = 0; i + 1 < m_segments.size() && total > bytesMax; ++i) {
        tables.insert(m_segments[i].dirty.begin(), m_segments[i].dirty.end());
        total -= m_segments[i].bytes;
    }
    return {tables.begin(), tables.end()};
}

std::uint64_t CommitLogSegments::bytes() const
{
    std::uint64_t sum = 0;
    for (const Segment& segment : m_segments)
        sum += segment.bytes;
    return sum;
}

} // namespace engine::storage
