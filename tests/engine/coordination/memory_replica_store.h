#pragma once

#include "engine/coordination/replica_store.h"

#include <map>

namespace tests {

/// What a MemoryReplicaStore holds; outlives the node, as a disk does.
struct MemoryData {
    using Position = std::pair<std::int64_t, engine::Bytes>;
    using Table = std::map<Position, engine::rows::Partition>;
    using Tables = std::map<engine::schema::TableId, Table>;
    Tables tables; ///< all of it
    // The same by what repair has said of it:
    Tables unrepaired;
    Tables repaired;
    std::map<engine::Uuid, Tables> pending;

    /// As stored, with tombstones; nullptr if there is none.
    [[nodiscard]] const engine::rows::Partition* find(const engine::schema::Table& table,
                                                      engine::ByteView key) const;
};

/// A replica's data in memory: tests of coordination need no files. Counts what is asked of it.
class MemoryReplicaStore final : public engine::coordination::ReplicaStore {
public:
    explicit MemoryReplicaStore(MemoryData& data) : m_data(data) {}

    /// Has the mutation at once: what a test begins with.
    void put(const engine::rows::Mutation& mutation);
    bool tryApply(const engine::rows::Mutation& mutation, const engine::sstable::KeyHash& key,
                  engine::storage::WriteDone& done) override;
    engine::Task<void> apply(engine::rows::Mutation mutation) override;
    std::optional<engine::Result<engine::rows::Partition>>
    tryRead(const engine::rows::ReadCommand& command) override;
    engine::Task<engine::storage::LocalRead> read(engine::rows::ReadCommand command,
                                                  engine::Priority) override;
    engine::Task<void> truncate(engine::schema::TableId table) override;
    engine::Task<void> sync() override;
    engine::Task<void> anticompact(engine::schema::TableId table,
                                   std::vector<std::pair<std::int64_t, std::int64_t>> ranges,
                                   engine::Uuid session) override;
    engine::Task<void> addPending(engine::schema::TableId table,
                                  engine::rows::Partitions partitions,
                                  engine::Uuid session) override;
    engine::Task<engine::storage::LocalRead> readPending(engine::rows::ReadCommand command,
                                                         engine::Uuid session) override;
    engine::Task<void> endRepair(engine::Uuid session, std::int64_t repairedAt) override;
    std::set<engine::Uuid> pendingRepairs() const override;

    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    bool failReads = false;
    bool stallReads = false; ///< they never end
    std::uint64_t stalled = 0;
    bool failWrites = false;
    bool failAnticompaction = false;
    bool failPending = false; ///< addPending()

private:
    [[nodiscard]] engine::storage::LocalRead readNow(const engine::rows::ReadCommand& command,
                                                     const MemoryData::Table& from);
    MemoryData& m_data;
};

} // namespace tests
