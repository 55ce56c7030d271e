#pragma once

#include "engine/storage/local_store.h"

#include <functional>
#include <memory>
#include <optional>

namespace engine::coordination {

/// The local data as coordination uses it: what this node does as a replica. LocalReplicaStore
/// is the real one; tests have one in memory. Node thread only. The calls mean what they mean in
/// storage::LocalStore.
class ReplicaStore {
public:
    virtual ~ReplicaStore() = default;
    [[nodiscard]] virtual bool tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key,
                                        storage::WriteDone& done) = 0;
    [[nodiscard]] virtual Task<void> apply(rows::Mutation mutation) = 0;
    [[nodiscard]] virtual std::optional<Result<rows::Partition>>
    tryRead(const rows::ReadCommand& command) = 0;
    [[nodiscard]] virtual Task<storage::LocalRead> read(rows::ReadCommand command,
                                                        Priority priority) = 0;
    [[nodiscard]] virtual Task<void> truncate(schema::TableId table) = 0;
    [[nodiscard]] virtual Task<void> sync() = 0;

    // For incremental repair:
    [[nodiscard]] virtual Task<void>
    anticompact(schema::TableId table, std::vector<std::pair<std::int64_t, std::int64_t>> ranges,
                Uuid session) = 0;
    [[nodiscard]] virtual Task<void> addPending(schema::TableId table, rows::Partitions partitions,
                                                Uuid session) = 0;
    [[nodiscard]] virtual Task<storage::LocalRead> readPending(rows::ReadCommand command,
                                                               Uuid session) = 0;
    [[nodiscard]] virtual Task<void> endRepair(Uuid session, std::int64_t repairedAt) = 0;
    [[nodiscard]] virtual std::set<Uuid> pendingRepairs() const = 0;
};

/// Passes everything to a LocalStore, which must outlive it.
class LocalReplicaStore final : public ReplicaStore {
public:
    explicit LocalReplicaStore(storage::LocalStore& store) : m_store(store) {}
    bool tryApply(const rows::Mutation& mutation, const sstable::KeyHash& key,
                  storage::WriteDone& done) override
    {
        return m_store.tryApply(mutation, key, done);
    }
    Task<void> apply(rows::Mutation mutation) override
    {
        return m_store.apply(std::move(mutation));
    }
    std::optional<Result<rows::Partition>> tryRead(const rows::ReadCommand& command) override
    {
        return m_store.tryRead(command);
    }
    Task<storage::LocalRead> read(rows::ReadCommand command, Priority priority) override
    {
        return m_store.read(std::move(command), priority);
    }
    Task<void> truncate(schema::TableId table) override { return m_store.truncate(table); }
    Task<void> sync() override { return m_store.sync(); }
    Task<void> anticompact(schema::TableId table,
                           std::vector<std::pair<std::int64_t, std::int64_t>> ranges,
                           Uuid session) override
    {
        return m_store.anticompact(table, std::move(ranges), session);
    }
    Task<void> addPending(schema::TableId table, rows::Partitions partitions, Uuid session) override
    {
        return m_store.addPending(table, std::move(partitions), session);
    }
    Task<storage::LocalRead> readPending(rows::ReadCommand command, Uuid session) override
    {
        return m_store.readPending(std::move(command), session);
    }
    Task<void> endRepair(Uuid session, std::int64_t repairedAt) override
    {
        return m_store.endRepair(session, repairedAt);
    }
    std::set<Uuid> pendingRepairs() const override { return m_store.pendingRepairs(); }

private:
    storage::LocalStore& m_store;
};

/// Where the schema of the moment stands; never nullptr. It outlives who looks there.
using SchemaView = std::reference_wrapper<const schema::SchemaPtr>;

} // namespace engine::coordination
