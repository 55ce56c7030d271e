#pragma once

#include "engine/base/runtime.h"
#include "engine/storage/local_store.h"

#include <deque>

namespace engine::node {

/// The compactions of the last week: system.compaction_history, with the newest in memory for the
/// admin endpoint. Node thread; both references outlive it.
class CompactionHistory {
public:
    static constexpr std::size_t kInMemory = 500;

    CompactionHistory(Runtime& runtime, storage::LocalStore& store);
    ~CompactionHistory();

    /// Reads what earlier runs recorded and listens to the store from now on.
    [[nodiscard]] Task<void> start();
    /// Newest first.
    [[nodiscard]] const std::deque<storage::CompactionRecord>& records() const noexcept
    {
        return m_records;
    }

private:
    void add(const storage::CompactionRecord& record);

    Runtime& m_runtime;
    storage::LocalStore& m_store;
    std::deque<storage::CompactionRecord> m_records;
};

/// A finished compaction as a row of system.compaction_history, which expires after a week.
[[nodiscard]] rows::Mutation compactionHistoryRow(const storage::CompactionRecord& record,
                                                  WriteTimestamp timestamp);
/// The rows of system.compaction_history, newest first. What makes no sense is left out.
[[nodiscard]] std::vector<storage::CompactionRecord>
compactionHistory(const rows::Partitions& partitions, std::int64_t nowSeconds);

} // namespace engine::node
