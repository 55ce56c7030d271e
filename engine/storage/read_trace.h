#pragma once

#include "engine/base/trace.h"
#include "engine/rows/read_command.h"
#include "engine/storage/read_report.h"
#include "engine/storage/read_view.h"
#include "engine/storage/table_metrics.h"

#include <memory>

namespace engine::storage {

/// Makes the report of a traced read and tells it to the read's session, in Cassandra's words
/// where it has some (SSTableReadsListener, SinglePartitionReadCommand). For a read that is not
/// traced it is one pointer and does nothing.
///
/// While it lives, `metrics()` are those of the read alone, so that the last note has exact
/// figures; they are added to the table's at the end. Node thread only; must not outlive the
/// table's metrics or the command.
class ReadTrace {
public:
    ReadTrace(const rows::ReadCommand& command, TableMetrics& table)
        : m_session(command.trace.get()), m_table(table)
    {
        if (m_session != nullptr) [[unlikely]]
            begin(command);
    }
    ~ReadTrace()
    {
        if (m_noted) [[unlikely]]
            addOwn();
    }
    ReadTrace(const ReadTrace&) = delete;

    /// nullptr for a read that is not traced: what looks at single SSTables asks this first.
    [[nodiscard]] ReadTrace* ifOn() noexcept { return m_session != nullptr ? this : nullptr; }
    /// What the read counts into.
    [[nodiscard]] TableMetrics& metrics() noexcept { return m_noted ? m_noted->metrics : m_table; }

    void noteView(const rows::ReadCommand& command, const ReadView& view)
    {
        if (m_session != nullptr) [[unlikely]]
            describe(command, view);
    }
    /// The read has ended well.
    void noteEnd(const ChunkUse& chunks)
    {
        if (m_session != nullptr) [[unlikely]]
            describeEnd(chunks);
    }

    // ---- of a read that is traced ----

    /// An SSTable that has been dealt with; `entry` of those that have the key.
    void noteTable(const sstable::Reader& table, TableOutcome outcome);
    void noteFound(const sstable::Reader& table, const sstable::PartitionEntry& entry,
                   bool keyCacheHit);
    void noteMerge(std::size_t memtables, std::size_t tables);
    /// The report; whoever asks first gets it. nullptr if the read is not traced.
    [[nodiscard]] std::shared_ptr<const ReadReport> takeReport();

private:
    struct Noted {
        TableMetrics metrics;
        std::shared_ptr<ReadReport> report = std::make_shared<ReadReport>();
        bool ofPartition = false;
    };
    void begin(const rows::ReadCommand& command);
    /// The report's line of the SSTable that was dealt with last, or a new one.
    ReadReport::Table& noted(const std::string& generation);
    void describe(const rows::ReadCommand& command, const ReadView& view);
    void describeEnd(const ChunkUse& chunks);
    void addOwn();

    TraceSession* m_session;
    TableMetrics& m_table;
    std::unique_ptr<Noted> m_noted;
};

} // namespace engine::storage
