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
    [[nodiscard]] virtual bool tryApply(const rows::Mutation& mutation,
                                        storage::WriteDone done) = 0;
    [[nodiscard]] virtual Task<void> apply(rows::Mutation mutation) = 0;
    [[nodiscard]] virtual std::optional<Result<rows::Partition>>
    tryRead(const rows::ReadCommand& command) = 0;
    [[nodiscard]] virtual Task<storage::LocalRead> read(rows::ReadCommand command,
                                                        Priority priority) = 0;
    [[nodiscard]] virtual Task<void> truncate(schema::TableId table) = 0;
};

/// Passes everything to a LocalStore, which must outlive it.
class LocalReplicaStore final : public ReplicaStore {
public:
    explicit LocalReplicaStore(storage::LocalStore& store) : m_store(store) {}
    bool tryApply(const rows::Mutation& mutation, storage::WriteDone done) override
    {
        return m_store.tryApply(mutation, std::move(done));
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

private:
    storage::LocalStore& m_store;
};

/// The schema of the moment; never nullptr.
using SchemaView = std::function<schema::SchemaPtr()>;

} // namespace engine::coordination
