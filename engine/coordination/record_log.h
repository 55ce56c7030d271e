#pragma once

#include "engine/base/runtime.h"

#include <memory>
#include <string>
#include <vector>

namespace engine::coordination {

/// An append-only file of records with a length and a CRC each: what hints and the batchlog are
/// kept in. Appends of one moment are written and synced together, on the pool. Node thread only.
class RecordLog {
public:
    /// Nothing is touched before the first append or read. `path`: absolute.
    RecordLog(Runtime& runtime, std::string path);
    ~RecordLog();

    /// Ends when the record is durable.
    [[nodiscard]] Task<void> append(Bytes record);
    /// The same without waiting; a failure is logged.
    void appendLater(Bytes record);
    /// Bytes handed to append so far, with those of the file at open.
    [[nodiscard]] std::uint64_t size() const noexcept;
    [[nodiscard]] const std::string& path() const noexcept;

    /// The records of a file, up to the first that is torn or damaged (a crash may tear the last).
    /// Blocks: run it on the pool. A missing file is empty.
    [[nodiscard]] static Result<std::vector<Bytes>> readRecords(Disk& disk,
                                                                const std::string& path);

private:
    struct State;
    static void flush(const std::shared_ptr<State>& state);
    std::shared_ptr<State> m_state;
};

} // namespace engine::coordination
