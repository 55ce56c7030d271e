#include "engine/storage/partition_read.h"

#include <fmt/format.h>

namespace engine::storage {

PartitionRead::PartitionRead(const ReadView& view, const rows::ReadCommand& command,
                             const sstable::KeyHash& key, KeyCache& keys, CachedChunks& chunks,
                             rows::LimitCounter& counter, TableMetrics& metrics)
    : m_view(view),
      m_command(command),
      m_key(key),
      m_keys(keys),
      m_chunks(chunks),
      m_counter(counter),
      m_metrics(metrics),
      m_projection(command)
{
}

/// Sets m_entry, from the key cache if `mayHint`, else from the index.
Result<sstable::Step> PartitionRead::findIn(const sstable::Reader& table, bool mayHint)
{
    m_isHint = false;
    if (mayHint) {
        if (const auto* hint = m_keys.find(table.dataFileId(), m_key)) {
            m_entry = *hint;
            m_isHint = true;
            if (m_command.trace) [[unlikely]]
                noteTable("Key cache hit for SSTable");
            return sstable::Step::Item;
        }
    }
    RW_ASSIGN(sstable::Lookup lookup, table.find(m_key, m_chunks));
    if (lookup.step == sstable::Step::Item) {
        ++m_metrics.bloomTruePositives;
        if (m_command.trace) [[unlikely]]
            noteTable("Partition index has the key in SSTable");
        m_keys.insert(table.dataFileId(), m_key, lookup.entry);
        m_entry = std::move(lookup.entry);
    }
    return lookup.step;
}

Result<Progress> PartitionRead::find()
{
    const LiveTables& tables = *m_view.tables;
    bool mayHint = true;
    while (m_nextTable < tables.size()) {
        const sstable::ReaderPtr& table = tables[m_nextTable];
        if (!m_entry) {
            if (!table->mayContain(m_key)) {
                ++m_metrics.bloomTrueNegatives;
                if (m_command.trace) [[unlikely]]
                    noteTable("Bloom filter allows skipping SSTable");
                ++m_nextTable;
                continue;
            }
            RW_ASSIGN(const sstable::Step found, findIn(*table, mayHint));
            if (found == sstable::Step::NotInMemory)
                return Progress::Blocked;
            if (found == sstable::Step::End) {
                ++m_metrics.bloomFalsePositives;
                if (m_command.trace) [[unlikely]]
                    noteTable("Partition index lacks the key (bloom filter was wrong) in SSTable");
                ++m_nextTable;
                continue;
            }
            m_cursors.emplace_back(table, m_chunks);
        }
        RW_ASSIGN(const sstable::Step step, m_cursors.back().open(*m_entry));
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
        mayHint = true;
        ++m_nextTable;
    }
    return Progress::Done;
}

void PartitionRead::noteTable(const char* what) const
{
    m_command.trace->add(
        fmt::format("{} {}", what, (*m_view.tables)[m_nextTable]->descriptor().name()));
}

Result<Progress> PartitionRead::run(std::uint32_t rowsMax)
{
    if (!m_merge) {
        RW_ASSIGN(const Progress found, find());
        if (found != Progress::Done)
            return found;
        m_metrics.sstablesPerRead += m_cursors.size();
        PartitionInputs inputs;
        for (const auto& memtable : m_view.memtables) {
            if (const auto* partition = memtable->find(m_key.token, m_key.key))
                inputs.inMemory.push_back({memtable, partition});
        }
        for (sstable::PartitionCursor& cursor : m_cursors) {
            cursor.fetchOnly(m_projection, m_cursors.size() + inputs.inMemory.size() == 1);
            inputs.cursors.push_back(&cursor);
        }
        if (m_command.trace) [[unlikely]]
            m_command.trace->add(fmt::format("Merging {} memtable(s) and {} SSTable(s)",
                                             inputs.inMemory.size(), inputs.cursors.size()));
        m_merge.emplace(m_command, m_projection, m_key.key, true, m_counter, std::move(inputs),
                        m_metrics);
    }
    return m_merge->run(rowsMax);
}

} // namespace engine::storage
