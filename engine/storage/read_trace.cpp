#include "engine/storage/read_trace.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::storage {

std::uint64_t ReadReport::count(TableOutcome outcome) const
{
    return static_cast<std::uint64_t>(
        std::count_if(tables.begin(), tables.end(),
                      [outcome](const Table& table) { return table.outcome == outcome; }));
}

void ReadTrace::begin(const rows::ReadCommand& command)
{
    m_noted = std::make_unique<Noted>();
    m_noted->ofPartition = command.key.has_value();
}

void ReadTrace::describe(const rows::ReadCommand& command, const ReadView& view)
{
    ReadReport& report = *m_noted->report;
    for (const auto& memtable : view.memtables)
        report.memtables += memtable->partitionCount() == 0 ? 0 : 1;
    if (m_noted->ofPartition) {
        m_session->add(
            fmt::format("Executing single-partition query on {}", command.table->name()));
        m_session->add("Acquiring sstable references");
        return;
    }
    report.tablesScanned = view.tables->size();
    const rows::PartitionBound& start = command.range.start;
    const auto& end = command.range.end;
    m_session->add(fmt::format("Executing seq scan across {} sstables for {}{}, {}{}",
                               view.tables->size(), start.inclusive ? '[' : '(', start.token,
                               end ? fmt::format("{}", end->token) : "the ring's end",
                               end && !end->inclusive ? ')' : ']'));
}

void ReadTrace::noteTable(const sstable::Reader& table, TableOutcome outcome)
{
    const std::string& id = table.descriptor().generation;
    noted(id).outcome = outcome;
    switch (outcome) {
    case TableOutcome::OutsideKeys:
        m_session->add(
            fmt::format("Check against min and max keys allows skipping sstable {}", id));
        break;
    case TableOutcome::BloomFilter:
        m_session->add(fmt::format("Bloom filter allows skipping sstable {}", id));
        break;
    case TableOutcome::FalsePositive:
        m_session->add(fmt::format(
            "Partition index lookup complete (bloom filter false positive) for sstable {}", id));
        break;
    case TableOutcome::OutsideRows:
        m_session->add(fmt::format("Least and greatest clustering allow skipping sstable {}", id));
        break;
    case TableOutcome::Shadowed:
        m_session->add(
            fmt::format("A newer deletion of the partition allows skipping sstable {}", id));
        break;
    case TableOutcome::DeletionOnly:
    case TableOutcome::Read:
        break; // noteFound() has told it
    }
}

ReadReport::Table& ReadTrace::noted(const std::string& generation)
{
    auto& tables = m_noted->report->tables;
    if (tables.empty() || tables.back().generation != generation)
        tables.push_back({generation});
    return tables.back();
}

void ReadTrace::noteFound(const sstable::Reader& table, const sstable::PartitionEntry& entry,
                          bool keyCacheHit)
{
    const std::string& id = table.descriptor().generation;
    const bool indexed = entry.rowIndex && !entry.rowIndex->isLearned;
    const std::uint32_t blocks = indexed ? entry.rowIndex->blockCount : 0;
    m_session->add(fmt::format("{} for sstable {}, size = {}",
                               keyCacheHit ? "Key cache hit" : "Partition index found", id,
                               blocks));
    // A hint of the key cache that was another key's is told again, from the index.
    noted(id) = {id, TableOutcome::Read, keyCacheHit, blocks};
}

void ReadTrace::noteMerge(std::size_t memtables, std::size_t tables)
{
    const ReadReport& report = *m_noted->report;
    m_noted->report->memtablesWithRows = memtables;
    const auto deletions = report.count(TableOutcome::DeletionOnly);
    m_session->add(fmt::format(
        "Skipped {}/{} non-slice-intersecting sstables, included {} due to tombstones",
        report.count(TableOutcome::OutsideRows) + deletions, report.tables.size(), deletions));
    m_session->add(
        fmt::format("Found the partition in {} of {} memtables", memtables, report.memtables));
    m_session->add(fmt::format("Merged data from memtables and {} sstables", tables));
}

void ReadTrace::describeEnd(const ChunkUse& chunks)
{
    ReadReport& report = *m_noted->report;
    report.chunks = chunks;
    report.liveRows = m_noted->metrics.liveRowsScanned;
    report.tombstones = m_noted->metrics.tombstonesScanned;
    m_session->add(fmt::format("Read {} live rows and {} tombstone cells", report.liveRows,
                               report.tombstones));
    m_session->add(fmt::format(
        "Took {} chunks from the chunk cache, {} from the kernel's memory, {} from disk; {} bytes",
        chunks.cacheHits, chunks.kernelReads, chunks.poolReads, chunks.bytesRead));
}

std::shared_ptr<const ReadReport> ReadTrace::takeReport()
{
    return m_noted ? m_noted->report : nullptr;
}

void ReadTrace::addOwn()
{
    const TableMetrics& own = m_noted->metrics;
    m_table.bloomFalsePositives += own.bloomFalsePositives;
    m_table.bloomTruePositives += own.bloomTruePositives;
    m_table.bloomTrueNegatives += own.bloomTrueNegatives;
    m_table.tombstonesScanned += own.tombstonesScanned;
    m_table.liveRowsScanned += own.liveRowsScanned;
    m_table.sstablesPerRead += own.sstablesPerRead;
}

} // namespace engine::storage
