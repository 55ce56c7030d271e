#include "engine/storage/compaction/early_opening.h"

#include <algorithm>
#include <utility>

namespace engine::storage {

namespace {
/// Copying memory for an opening may take this share of what is written between two.
constexpr std::uint64_t kWrittenForCopied = 8;
} // namespace

EarlyOpening::EarlyOpening(Disk& disk, std::optional<std::uint64_t> every, CacheIds ids)
    : m_disk(disk), m_every(ids == nullptr ? std::nullopt : every), m_ids(std::move(ids))
{
}

void EarlyOpening::begin()
{
    if (!m_every)
        return;
    m_used.push_back((*m_ids)++);
    m_markedToken.reset();
    m_nextAt = *m_every;
}

void EarlyOpening::consider(sstable::Writer& writer, std::int64_t done, std::int64_t next)
{
    if (!m_every || done == next)
        return;
    if (!m_markedToken && writer.dataBytes() >= m_nextAt) {
        writer.mark();
        m_markedToken = done;
    }
    // Who has not taken the last one needs no newer one yet.
    if (!m_markedToken || m_newest || !writer.canOpenEarly())
        return;
    const std::int64_t upTo = *std::exchange(m_markedToken, std::nullopt);
    m_nextAt = writer.dataBytes() + std::max(*m_every, kWrittenForCopied * writer.earlyBytes());
    if (auto opened = writer.openEarly(m_used.back()))
        publish(std::move(*opened), upTo);
}

void EarlyOpening::close(const sstable::Descriptor& made, const schema::TablePtr& table,
                         std::int64_t done, std::int64_t next)
{
    if (!m_every)
        return;
    auto opened = sstable::Reader::open(m_disk, made, table, {m_used.back()});
    if (!opened) {
        // Nothing behind a gap can be shown.
        m_every.reset();
        return;
    }
    m_complete.push_back(std::move(*opened));
    if (done != next)
        publish(nullptr, done);
}

void EarlyOpening::publish(sstable::ReaderPtr last, std::int64_t upTo)
{
    m_newest = EarlyResult{m_complete, upTo};
    if (last != nullptr)
        m_newest->tables.push_back(std::move(last));
}

std::optional<EarlyResult> EarlyOpening::take()
{
    return std::exchange(m_newest, std::nullopt);
}

} // namespace engine::storage
