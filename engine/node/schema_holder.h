#pragma once

#include "engine/base/runtime.h"
#include "engine/membership/schema_sync.h"
#include "engine/schema/schema_owner.h"
#include "engine/storage/local_store.h"
#include "engine/system/schema_digest.h"
#include "engine/system/schema_rows.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine::node {

/// The node's schema: current as an object, durable as rows of system_schema in its own store.
/// Changes from here and from other nodes run one after another; each is flushed into the commit
/// log (and synced as its mode says) before it becomes current. Node thread only; end the
/// runtime's tasks before destroying it.
class SchemaHolder final : public schema::SchemaOwner, public membership::SchemaRows {
public:
    /// Told after a change is current: what it was before, what it is now.
    using Listener =
        std::function<void(const schema::SchemaPtr& before, const schema::SchemaPtr& after)>;
    /// Sends rows of a change of this node's to the others (SchemaSync::announce).
    using Announce = std::function<void(Bytes rows)>;

    SchemaHolder(Runtime& runtime, storage::LocalStore& store);
    ~SchemaHolder() override;

    /// Reads the rows from the store; a new node gets those of the system keyspaces. Once.
    [[nodiscard]] Task<void> load();
    void setAnnounce(Announce announce) { m_announce = std::move(announce); }
    void addListener(Listener listener) { m_listeners.push_back(std::move(listener)); }

    [[nodiscard]] const schema::SchemaPtr& current() const noexcept override { return m_current; }
    [[nodiscard]] Task<schema::SchemaTransformation>
    change(schema::SchemaTransform transform) override;

    [[nodiscard]] Uuid version() const override { return m_current->version(); }
    [[nodiscard]] bool isEmpty() const override { return m_hasOnlyOwnRows; }
    [[nodiscard]] Task<Bytes> all() override;
    [[nodiscard]] Task<void> merge(Bytes rows) override;

private:
    class Turn;
    [[nodiscard]] Task<void> waitForTurn();
    void endTurn();
    [[nodiscard]] Task<rows::Partitions> readRows();
    [[nodiscard]] Task<void> readInto(rows::Partitions* all, rows::ReadCommand command);
    [[nodiscard]] Task<rows::Partitions> readRowsOf(std::string keyspace,
                                                    std::set<std::string> names);
    [[nodiscard]] Task<void> applyRows(rows::Mutations mutations);
    [[nodiscard]] Task<void> applyDurably(rows::Mutations mutations);
    /// Makes what the rows say current. With the tables that a change touched only these are
    /// read: with thousands, each CREATE TABLE would otherwise cost all of them.
    [[nodiscard]] Task<void> refresh(std::optional<system::TableNames> touched);
    /// Both keep the digest of what they read; the schema has its version from that.
    [[nodiscard]] Task<schema::SchemaPtr> readAll();
    [[nodiscard]] Task<schema::SchemaPtr> readTouched(system::TableNames touched);

    Runtime& m_runtime;
    storage::LocalStore& m_store;
    schema::SchemaPtr m_current;
    system::SchemaDigest m_digest;
    Announce m_announce;
    std::vector<Listener> m_listeners;
    bool m_isBusy = false;
    std::deque<OneShot<void>::Completer> m_waiting;
    bool m_hasOnlyOwnRows = true;
    std::int64_t m_lastMicros = 0;
};

} // namespace engine::node
