#pragma once

#include "engine/coordination/coordinator.h"
#include "tests/support/manual_runtime.h"

#include <functional>
#include <map>
#include <optional>

namespace tests {

/// A write whose outcome a test tells. `runtime` is needed to resume in a later step.
class HeldWrite final : public engine::coordination::Decision {
public:
    explicit HeldWrite(engine::Runtime& runtime) : Decision(runtime, "held write") {}
    using Decision::decide;
};

/// One replica in memory behind the Coordinator interface: for tests of statement execution.
/// Completes without suspending. Counter updates become a running total a cell.
class MemoryCoordinator final : public engine::coordination::Coordinator {
public:
    explicit MemoryCoordinator(std::int64_t nowSeconds = 1'700'000'000) : m_nowSeconds(nowSeconds)
    {
    }

    engine::Result<std::shared_ptr<engine::coordination::Decision>>
    startWrite(const engine::rows::Mutation& mutation,
               const engine::coordination::RequestOptions& options) override;
    engine::Task<void> write(engine::rows::Mutations mutations,
                             engine::coordination::RequestOptions options) override;
    engine::Task<void> writeLogged(engine::rows::Mutations mutations,
                                   engine::coordination::RequestOptions options) override;
    engine::Task<void> writeCounters(engine::rows::Mutations mutations,
                                     engine::coordination::RequestOptions options) override;
    engine::Task<engine::coordination::ReadOutcome>
    read(engine::rows::ReadCommand command, engine::coordination::RequestOptions options) override;
    engine::Task<void> truncate(engine::schema::TablePtr table,
                                engine::coordination::RequestOptions options) override;

    /// What startWrite() gives instead of writing, if set.
    std::function<engine::Result<std::shared_ptr<engine::coordination::Decision>>()> startsWrite;
    /// What was asked for, for tests that count work.
    std::uint64_t reads = 0;
    std::uint32_t rowsOfLargestRead = 0; ///< as its limit allowed
    std::uint64_t writes = 0;
    std::uint64_t loggedBatches = 0;
    /// The partition as stored (merged, with tombstones); nullptr if there is none.
    const engine::rows::Partition* partition(const engine::schema::Table& table,
                                             engine::ByteView key) const;

private:
    using Position = std::pair<std::int64_t, engine::Bytes>;
    using Partitions = std::map<Position, engine::rows::Partition>;

    void apply(engine::rows::Partition update);
    void addCounters(engine::rows::Partition update);

    ManualRuntime m_runtime;
    std::int64_t m_nowSeconds;
    std::map<engine::schema::TableId, Partitions> m_tables;
    /// Cells refer to columns of the version that they were written with.
    std::vector<engine::schema::TablePtr> m_versions;
};

} // namespace tests
