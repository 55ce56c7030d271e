#pragma once

#include "engine/workload/copy_plan.h"
#include "engine/workload/migration.h"

#include <memory>

/// Copying and comparing tables: internal to migration.
namespace engine::workload {

/// Every page of a statement, until `take` says false.
[[nodiscard]] Result<void>
eachPage(client::Session& session, const client::PreparedPtr& statement,
         const client::RequestOptions& options,
         const std::function<Result<bool>(const client::ResultPage&)>& take);

/// A plan and the statement that reads the old table's rows for it. Write times of collection
/// elements are left out where the server does not tell them.
struct PlannedCopy {
    CopyPlan plan;
    client::PreparedPtr select;
    bool elementTimes = true;

    [[nodiscard]] static Result<PlannedCopy> make(client::Session& session,
                                                  const modeling::MigrationStep& step);
};

/// What a copy came to.
struct CopyCount {
    std::uint64_t written = 0;
    std::uint64_t skipped = 0; ///< partitions of static columns without a value for the new key
    bool elementTimes = true;
};

/// Copies a step's old table into its new one; see runMigration(). Blocks.
[[nodiscard]] Result<CopyCount> copyTable(client::Session& session,
                                          const modeling::MigrationStep& step,
                                          const MigrationOptions& options,
                                          const std::function<void(std::uint64_t)>& progress,
                                          const std::atomic<bool>& cancelled);

/// Compares the tables of the step `copy`: one sentence of what was compared, or what differs.
[[nodiscard]] Result<std::string> verifyCopy(client::Session& session,
                                             const modeling::MigrationStep& copy,
                                             const MigrationOptions& options,
                                             const std::function<void(std::uint64_t)>& progress,
                                             const std::atomic<bool>& cancelled);

} // namespace engine::workload
