#include "engine/storage/read_trace.h"

#include <fmt/format.h>

namespace engine::storage {

void ReadTrace::begin(const rows::ReadCommand& command)
{
    m_own = std::make_unique<TableMetrics>();
    m_session->add(fmt::format("Executing {} read on {}.{}",
                               command.key ? "single-partition" : "range",
                               command.table->keyspace(), command.table->name()));
}

void ReadTrace::describe(const ReadView& view)
{
    std::size_t filled = 0;
    for (const auto& memtable : view.memtables)
        filled += memtable->partitionCount() == 0 ? 0 : 1;
    m_session->add(fmt::format("Looking at {} memtable(s) with data and {} SSTable(s)", filled,
                               view.tables->size()));
}

void ReadTrace::describeChunks(std::uint64_t count)
{
    m_session->add(fmt::format("Reading up to {} chunk(s) that are not in the chunk cache", count),
                   "pool");
}

void ReadTrace::describeEnd()
{
    m_session->add(fmt::format("Read {} live row(s) and {} tombstone(s)", m_own->liveRowsScanned,
                               m_own->tombstonesScanned));
}

void ReadTrace::addOwn()
{
    m_table.bloomFalsePositives += m_own->bloomFalsePositives;
    m_table.bloomTruePositives += m_own->bloomTruePositives;
    m_table.bloomTrueNegatives += m_own->bloomTrueNegatives;
    m_table.tombstonesScanned += m_own->tombstonesScanned;
    m_table.liveRowsScanned += m_own->liveRowsScanned;
    m_table.sstablesPerRead += m_own->sstablesPerRead;
}

} // namespace engine::storage
