#include "engine/storage/partition_read.h"

#include <fmt/format.h>

namespace engine::storage {

PartitionRead::PartitionRead(const ReadView& view, const rows::ReadCommand& command,
                             const sstable::KeyHash& key, CachedChunks& chunks,
                             rows::LimitCounter& counter, TableMetrics& metrics)
    : m_view(view),
      m_command(command),
      m_key(key),
      m_chunks(chunks),
      m_counter(counter),
      m_metrics(metrics),
      m_projection(command)
{
}

Result<Progress> PartitionRead::find()
{
    const LiveTables& tables = *m_view.tables;
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
            RW_ASSIGN(const sstable::Lookup lookup, table->find(m_key, m_chunks));
            if (lookup.step == sstable::Step::NotInMemory)
                return Progress::Blocked;
            if (lookup.step == sstable::Step::End) {
                ++m_metrics.bloomFalsePositives;
                if (m_command.trace) [[unlikely]]
                    noteTable("Partition index lacks the key (bloom filter was wrong) in SSTable");
                ++m_nextTable;
                continue;
            }
            ++m_metrics.bloomTruePositives;
            if (m_command.trace) [[unlikely]]
                noteTable("Partition index has the key in SSTable");
            m_entry = lookup.entry;
            m_cursors.push_back(std::make_unique<sstable::PartitionCursor>(table, m_chunks));
        }
        RW_ASSIGN(const sstable::Step step, m_cursors.back()->open(*m_entry));
        if (step == sstable::Step::NotInMemory)
            return Progress::Blocked;
        m_entry.reset();
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
        for (const auto& cursor : m_cursors)
            inputs.cursors.push_back(cursor.get());
        if (m_command.trace) [[unlikely]]
            m_command.trace->add(fmt::format("Merging {} memtable(s) and {} SSTable(s)",
                                             inputs.inMemory.size(), inputs.cursors.size()));
        m_merge.emplace(m_command, m_projection, m_key.key, true, m_counter, std::move(inputs),
                        m_metrics);
    }
    return m_merge->run(rowsMax);
}

} // namespace engine::storage
