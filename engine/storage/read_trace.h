#pragma once

#include "engine/base/trace.h"
#include "engine/rows/read_command.h"
#include "engine/storage/read_view.h"
#include "engine/storage/table_metrics.h"

#include <memory>

namespace engine::storage {

/// Tells a traced read's session what the read looked at: memtables, SSTables, tombstones. For a
/// read that is not traced it is one pointer and does nothing.
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
        if (m_own) [[unlikely]]
            addOwn();
    }
    ReadTrace(const ReadTrace&) = delete;

    /// What the read counts into.
    [[nodiscard]] TableMetrics& metrics() noexcept { return m_own ? *m_own : m_table; }
    void noteView(const ReadView& view)
    {
        if (m_session != nullptr) [[unlikely]]
            describe(view);
    }
    void noteChunks(std::uint64_t count)
    {
        if (m_session != nullptr) [[unlikely]]
            describeChunks(count);
    }
    /// The read has ended well.
    void noteEnd()
    {
        if (m_session != nullptr) [[unlikely]]
            describeEnd();
    }

private:
    void begin(const rows::ReadCommand& command);
    void describe(const ReadView& view);
    void describeChunks(std::uint64_t count);
    void describeEnd();
    void addOwn();

    TraceSession* m_session;
    TableMetrics& m_table;
    std::unique_ptr<TableMetrics> m_own;
};

} // namespace engine::storage
