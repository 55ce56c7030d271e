#pragma once

#include "engine/client/session.h"
#include "engine/modeling/schema_diff.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace engine::workload {

enum class MigrationState : std::uint8_t { Running, Done, Failed };

/// What a step of a migration came to, or how far it is.
struct MigrationNews {
    std::size_t step = 0; ///< index into the steps
    MigrationState state = MigrationState::Running;
    std::string text;       ///< "3,650,000 rows copied"; of Failed the server's sentence
    std::uint64_t rows = 0; ///< done so far, of Copy and Verify
};

struct MigrationOptions {
    std::uint32_t requestsInFlight = 64;
    std::int32_t pageSize = 1000;
    std::uint32_t samplesMax = 200; ///< rows that Verify compares value by value
    protocol::Consistency read = protocol::Consistency::LocalQuorum;
    protocol::Consistency write = protocol::Consistency::LocalQuorum;
};

/// Runs the steps of a migration one after the other and stops at the first that fails.
///
/// Schema changes and drops are sent as they are, statement by statement. Copy reads the old
/// table page by page and writes each row into the new one with the write times and the remaining
/// TTLs of its cells (CopyPlan), so what the application writes to the new table meanwhile wins;
/// values of changed types are converted (modeling/value_conversion.h), bucket columns computed
/// (modeling/bucket_value.h), nulls stay unset. Counters get the difference between the old value
/// and what they have: nobody else may write them meanwhile. A copy that was interrupted may be
/// repeated and ends with the same rows. Verify counts the rows of both tables and compares
/// sampled ones with their write times. Switch does nothing here: it is the application's.
///
/// Refuses before the first step what a step says cannot be done. Blocks until it is done; `news`
/// comes on the caller's thread, at least once a step. Fails with the step's title and the server's
/// sentence; Cancelled when `cancelled` became true.
[[nodiscard]] Result<void> runMigration(client::Session& session,
                                        const std::vector<modeling::MigrationStep>& steps,
                                        const std::vector<std::size_t>& ticked,
                                        const MigrationOptions& options,
                                        const std::function<void(const MigrationNews&)>& news,
                                        const std::atomic<bool>& cancelled);

} // namespace engine::workload
