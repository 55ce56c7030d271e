#pragma once

#include "engine/base/runtime.h"
#include "engine/base/time.h"

#include <memory>
#include <string>

namespace engine::coordination {

/// Write timestamps of one node: the wall clock's microseconds, but strictly increasing, also
/// across restarts and backward steps of the clock. A high-water mark ahead of what was handed
/// out is kept in a file; a start continues above it. Node thread only.
class TimestampSource {
public:
    /// `path`: absolute, of the file. `ordered` false (tests of the simulation only): the bare
    /// wall clock.
    TimestampSource(Runtime& runtime, std::string path, bool ordered = true);
    ~TimestampSource();

    /// Reads the mark. Before the first next(). Corrupt names the file and the way out.
    [[nodiscard]] Result<void> load();
    /// The next timestamp. `now`: what the wall clock says. Writes the mark ahead on the pool; only
    /// a forward step of the clock past the mark makes it write at once. Io if that fails.
    [[nodiscard]] Result<WriteTimestamp> next(WallTime now);

private:
    void writeAhead(std::int64_t mark);

    Runtime& m_runtime;
    std::string m_path;
    bool m_ordered;
    std::int64_t m_last = 0;
    std::int64_t m_mark = 0; ///< durable: nothing above it was handed out
    bool m_writing = false;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
