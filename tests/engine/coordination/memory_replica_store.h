#pragma once

#include "engine/coordination/replica_store.h"

#include <map>

namespace tests {

/// What a MemoryReplicaStore holds; outlives the node, as a disk does.
struct MemoryData {
    using Position = std::pair<std::int64_t, engine::Bytes>;
    std::map<engine::schema::TableId, std::map<Position, engine::rows::Partition>> tables;

    /// As stored, with tombstones; nullptr if there is none.
    [[nodiscard]] const engine::rows::Partition* find(const engine::schema::Table& table,
                                                      engine::ByteView key) const;
};

/// A replica's data in memory: tests of coordination need no files. Counts what is asked of it.
class MemoryReplicaStore final : public engine::coordination::ReplicaStore {
public:
    explicit MemoryReplicaStore(MemoryData& data) : m_data(data) {}

    bool tryApply(const engine::rows::Mutation& mutation, engine::storage::WriteDone done) override;
    engine::Task<void> apply(engine::rows::Mutation mutation) override;
    std::optional<engine::Result<engine::rows::Partition>>
    tryRead(const engine::rows::ReadCommand& command) override;
    engine::Task<engine::storage::LocalRead> read(engine::rows::ReadCommand command,
                                                  engine::Priority) override;
    engine::Task<void> truncate(engine::schema::TableId table) override;

    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    bool failReads = false;
    bool failWrites = false;

private:
    [[nodiscard]] engine::storage::LocalRead readNow(const engine::rows::ReadCommand& command);
    MemoryData& m_data;
};

} // namespace tests
