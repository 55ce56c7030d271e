#include "engine/storage/partition_read.h"

#include <algorithm>
#include <array>

namespace engine::storage {

namespace {

/// Clustering columns beyond so many are not looked at when SSTables are left out.
constexpr std::size_t kPrefixMax = 16;
/// A walk over so many bytes of rows costs some microseconds; who reads the partition again is
/// spared them by a row index with blocks of half that.
constexpr std::uint64_t kWorthLearning = 4096;
constexpr std::uint32_t kLearnedBlockBytes = 2048;

/// Views of the first values of a clustering or bound; a shorter bound includes more.
template <class Values>
std::span<const ByteView> prefixOf(const Values& values, std::array<ByteView, kPrefixMax>& space)
{
    std::size_t count = 0;
    for (const auto& value : values) {
        if (count == kPrefixMax)
            break;
        space[count++] = ByteView{value};
    }
    return {space.data(), count};
}

} // namespace

PartitionRead::PartitionRead(const ReadView& view, const rows::ReadCommand& command,
                             const sstable::KeyHash& key, KeyCache* keys, CachedChunks& chunks,
                             rows::LimitCounter& counter, TableMetrics& metrics, ReadTrace* trace)
    : m_view(view),
      m_command(command),
      m_key(key),
      m_keys(keys),
      m_chunks(chunks),
      m_counter(counter),
      m_metrics(metrics),
      m_trace(trace),
      m_projection(command)
{
}

const sstable::ReaderPtr& PartitionRead::nextTable() const
{
    return (*m_view.tables)[m_view.tables->size() - 1 - m_tablesDone];
}

/// Sets m_entry, from the key cache if `mayHint`, else from the index.
Result<sstable::Step> PartitionRead::findIn(const sstable::Reader& table, bool mayHint)
{
    m_isHint = false;
    if (mayHint && m_keys != nullptr) {
        if (const auto* hint = m_keys->find(table.dataFileId(), m_key)) {
            m_entry = *hint;
            if (m_entry->rowIndex)
                m_entry->rowIndex->prefetch();
            m_isHint = true;
            noteFound(table);
            return sstable::Step::Item;
        }
    }
    RW_ASSIGN(sstable::Lookup lookup, table.find(m_key, m_chunks));
    if (lookup.step == sstable::Step::Item) {
        ++m_metrics.bloomTruePositives;
        if (m_keys != nullptr)
            m_keys->insert(table.dataFileId(), m_key, lookup.entry);
        m_entry = std::move(lookup.entry);
        noteFound(table);
    }
    return lookup.step;
}

void PartitionRead::noteFound(const sstable::Reader& table) const
{
    if (m_trace != nullptr) [[unlikely]]
        m_trace->noteFound(table, *m_entry, m_isHint);
}

/// Whether rows or static columns that the command selects may be in the table, by the clusterings
/// it begins and ends with.
bool PartitionRead::mayHaveRows(const sstable::Reader& table) const
{
    const rows::ClusteringFilter& filter = m_command.clustering;
    if (filter.selectsAll())
        return true;
    // The clusterings say nothing about static rows, of which an answer has the proof at least.
    if (m_command.table->hasStatics())
        return true;
    std::array<ByteView, kPrefixMax> first;
    std::array<ByteView, kPrefixMax> last;
    if (filter.isNames) {
        if (filter.names.empty())
            return true;
        return table.mayContainClustering(
            {rows::BoundKind::InclusiveStart, prefixOf(filter.names.front(), first)},
            {rows::BoundKind::InclusiveEnd, prefixOf(filter.names.back(), last)});
    }
    const rows::OwnedBound& start = filter.slices.front().start;
    const rows::OwnedBound& end = filter.slices.back().end;
    // Without its last values an exclusive bound would leave out more than it says.
    if (start.values.size() > kPrefixMax || end.values.size() > kPrefixMax)
        return true;
    return table.mayContainClustering({start.kind, prefixOf(start.values, first)},
                                      {end.kind, prefixOf(end.values, last)});
}

bool PartitionRead::isOutsideKeys(const sstable::Reader& table) const
{
    using sstable::KeyHash;
    return m_key.token < table.startToken() ||
           KeyHash::compare(m_key.token, m_key.key, table.firstToken(), table.firstKey()) < 0 ||
           KeyHash::compare(m_key.token, m_key.key, table.lastToken(), table.lastKey()) > 0;
}

std::optional<TableOutcome> PartitionRead::reasonToSkip(const sstable::Reader& table)
{
    m_forDeletion = false;
    if (!table.mayContain(m_key)) {
        ++m_metrics.bloomTrueNegatives;
        return m_trace != nullptr && isOutsideKeys(table) ? TableOutcome::OutsideKeys
                                                          : TableOutcome::BloomFilter;
    }
    if (!m_deletedAt.isNone() && table.stats().maxTimestamp < m_deletedAt.micros)
        return TableOutcome::Shadowed;
    // A table that is alone has the rows nearly always: the comparison would only cost.
    if (m_view.tables->size() == 1 || mayHaveRows(table))
        return std::nullopt;
    if (!table.stats().hasPartitionDeletions)
        return TableOutcome::OutsideRows;
    m_forDeletion = true;
    return std::nullopt;
}

void PartitionRead::skip(TableOutcome outcome)
{
    if (m_trace != nullptr) [[unlikely]]
        m_trace->noteTable(*nextTable(), outcome);
    ++m_tablesDone;
}

Result<Progress> PartitionRead::find()
{
    bool mayHint = true;
    while (m_tablesDone < m_view.tables->size()) {
        const sstable::ReaderPtr& table = nextTable();
        if (!m_entry) {
            if (const auto reason = reasonToSkip(*table)) {
                skip(*reason);
                continue;
            }
            RW_ASSIGN(const sstable::Step found, findIn(*table, mayHint));
            if (found == sstable::Step::NotInMemory)
                return Progress::Blocked;
            if (found == sstable::Step::End) {
                ++m_metrics.bloomFalsePositives;
                skip(TableOutcome::FalsePositive);
                continue;
            }
            m_cursors.emplace_back(table, m_chunks);
        }
        const auto& index = m_entry->rowIndex;
        RW_ASSIGN(const sstable::Step step, index && index->key == m_key.key
                                                ? m_cursors.back().openBlocks(*m_entry, m_key.key)
                                                : m_cursors.back().open(*m_entry));
        if (step == sstable::Step::NotInMemory)
            return Progress::Blocked;
        m_entry.reset();
        if (m_isHint && m_cursors.back().key() != m_key.key) {
            // Another key of the same hash: ask the index.
            m_cursors.pop_back();
            mayHint = false;
            continue;
        }
        if (m_isHint)
            ++m_metrics.bloomTruePositives;
        m_wereHints = m_wereHints && m_isHint;
        mayHint = true;
        const rows::DeletionTime& deletion = m_cursors.back().deletion();
        if (!deletion.isLive())
            m_deletedAt = std::max(m_deletedAt, deletion.markedForDeleteAt);
        if (!m_forDeletion) {
            skip(TableOutcome::Read);
        } else if (!deletion.isLive()) {
            skip(TableOutcome::DeletionOnly);
        } else {
            m_cursors.pop_back();
            skip(TableOutcome::OutsideRows);
        }
    }
    return Progress::Done;
}

void PartitionRead::findInMemory()
{
    m_soughtInMemory = true;
    for (const auto& memtable : m_view.memtables) {
        const auto* partition = memtable->find(m_key.token, m_key.key);
        if (partition == nullptr)
            continue;
        m_inputs.inMemory.push_back({memtable, partition});
        if (!partition->deletion.isLive())
            m_deletedAt = std::max(m_deletedAt, partition->deletion.markedForDeleteAt);
    }
}

Result<Progress> PartitionRead::run(std::uint32_t rowsMax)
{
    if (!m_merge) {
        if (!m_soughtInMemory)
            findInMemory();
        RW_ASSIGN(const Progress found, find());
        if (found != Progress::Done)
            return found;
        m_metrics.sstablesPerRead += m_cursors.size();
        for (sstable::PartitionCursor& cursor : m_cursors) {
            cursor.fetchOnly(m_projection, m_cursors.size() + m_inputs.inMemory.size() == 1);
            m_inputs.cursors.push_back(&cursor);
        }
        if (m_trace != nullptr) [[unlikely]]
            m_trace->noteMerge(m_inputs.inMemory.size(), m_cursors.size());
        m_merge.emplace(m_command, m_projection, m_key.key, true, m_counter, std::move(m_inputs),
                        m_metrics);
    }
    RW_ASSIGN(const Progress progress, m_merge->run(rowsMax));
    if (progress == Progress::Done && m_wereHints && m_keys != nullptr)
        learnRows();
    return progress;
}

/// A partition that is read again, far from its start, gets a row index in the key cache.
void PartitionRead::learnRows()
{
    for (sstable::PartitionCursor& cursor : m_cursors) {
        if (cursor.entry().rowIndex || cursor.passedOver() < kWorthLearning)
            continue;
        // A cursor of its own: what was read may still point into this one.
        sstable::PartitionCursor walk{cursor.reader(), m_chunks};
        // Damage behind the rows that were read is not this read's matter.
        if (auto index = walk.learn(cursor.entry(), kLearnedBlockBytes); index && *index)
            m_keys->learn(cursor.reader()->dataFileId(), m_key, std::move(*index));
    }
}

} // namespace engine::storage
