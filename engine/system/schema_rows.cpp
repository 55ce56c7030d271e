#include "engine/system/schema_rows.h"

#include "engine/base/assert.h"
#include "engine/rows/serialization.h"
#include "engine/system/schema_values.h"
#include "engine/system/system_keyspaces.h"

#include <algorithm>

namespace engine::system {

using detail::KeyspaceRows;
using detail::Of;
using detail::RowKey;
using detail::RowValues;
using rows::Partition;
using rows::PartitionBuilder;

namespace {

const schema::TablePtr& tableOf(Of which)
{
    return schemaTables()[static_cast<std::size_t>(which)];
}

/// Collects what one keyspace's mutation writes to each table of system_schema.
class MutationBuilder {
public:
    MutationBuilder(std::string keyspaceName, WriteTimestamp timestamp, std::int64_t nowSeconds)
        : m_key(std::move(keyspaceName)), m_timestamp(timestamp), m_nowSeconds(nowSeconds)
    {
        m_builders.resize(schemaTables().size());
    }

    void put(const RowKey& key, const RowValues& values, const RowValues& previous)
    {
        PartitionBuilder& builder = of(key.table);
        Arena& arena = builder.arena();
        const schema::Table& table = *tableOf(key.table);
        std::vector<rows::Cell> cells;
        for (const schema::ColumnPtr& column : table.regulars()) {
            const auto at = values.find(column->name);
            if (at != values.end()) {
                rows::Cell cell;
                cell.column = column.get();
                cell.timestamp = m_timestamp;
                cell.value = arena.copy(at->second);
                cells.push_back(cell);
            } else if (previous.contains(column->name)) {
                rows::Cell cell;
                cell.column = column.get();
                cell.timestamp = m_timestamp;
                cell.localDeletionTime = m_nowSeconds;
                cells.push_back(cell);
            }
        }
        rows::Row row = emptyRow(key, arena);
        row.liveness.timestamp = m_timestamp;
        row.cells = arena.copyArray<rows::Cell>(cells);
        builder.addRow(row);
    }

    void remove(const RowKey& key)
    {
        PartitionBuilder& builder = of(key.table);
        rows::Row row = emptyRow(key, builder.arena());
        row.deletion = {m_timestamp, m_nowSeconds};
        builder.addRow(row);
    }

    void removeAll()
    {
        for (std::size_t i = 0; i < schemaTables().size(); ++i)
            of(static_cast<Of>(i)).deletePartition({m_timestamp, m_nowSeconds});
    }

    [[nodiscard]] bool isEmpty() const noexcept { return m_isEmpty; }

    [[nodiscard]] rows::Mutation build() &&
    {
        rows::Mutation mutation;
        mutation.keyspace = "system_schema";
        for (auto& builder : m_builders) {
            if (builder)
                mutation.updates.push_back(std::move(*builder).build());
        }
        return mutation;
    }

private:
    PartitionBuilder& of(Of which)
    {
        auto& slot = m_builders[static_cast<std::size_t>(which)];
        if (!slot)
            slot.emplace(tableOf(which), m_key);
        m_isEmpty = false;
        return *slot;
    }

    static rows::Row emptyRow(const RowKey& key, Arena& arena)
    {
        std::vector<ByteView> values;
        for (const Bytes& value : key.clustering)
            values.push_back(arena.copy(value));
        rows::Row row;
        row.clustering.values = arena.copyArray<ByteView>(values);
        return row;
    }

    std::string m_key;
    WriteTimestamp m_timestamp;
    std::int64_t m_nowSeconds;
    std::vector<std::optional<PartitionBuilder>> m_builders;
    bool m_isEmpty = true;
};

bool isReplicatedAsSchema(const schema::Keyspace& keyspace)
{
    return !keyspace.isVirtual && !schema::isLocalSystemKeyspace(keyspace.name);
}

void addDifference(MutationBuilder& builder, const KeyspaceRows& before, const KeyspaceRows& after)
{
    const RowValues nothing;
    for (const auto& [key, values] : after) {
        const auto old = before.find(key);
        if (old == before.end() || old->second != values)
            builder.put(key, values, old == before.end() ? nothing : old->second);
    }
    for (const auto& [key, values] : before) {
        if (!after.contains(key))
            builder.remove(key);
    }
}

} // namespace

std::span<const schema::TablePtr> schemaTables()
{
    static const std::vector<schema::TablePtr> tables = [] {
        std::vector<schema::TablePtr> all;
        for (const char* name : detail::kSchemaTableNames) {
            all.push_back(localSchema()->table("system_schema", name));
            ENGINE_ASSERT(all.back() != nullptr, "system_schema has all its tables");
        }
        return all;
    }();
    return tables;
}

rows::Mutations schemaDifference(const schema::Schema& before, const schema::Schema& after,
                                 WriteTimestamp timestamp, std::int64_t nowSeconds)
{
    rows::Mutations mutations;
    for (const auto& [name, keyspace] : before.keyspaces()) {
        if (isReplicatedAsSchema(*keyspace) && !after.keyspace(name)) {
            MutationBuilder builder{name, timestamp, nowSeconds};
            builder.removeAll();
            mutations.push_back(std::move(builder).build());
        }
    }
    for (const auto& [name, keyspace] : after.keyspaces()) {
        const schema::KeyspacePtr old = before.keyspace(name);
        if (!isReplicatedAsSchema(*keyspace) || old == keyspace)
            continue;
        MutationBuilder builder{name, timestamp, nowSeconds};
        addDifference(builder, old ? detail::rowsOf(*old, keyspace.get()) : KeyspaceRows{},
                      detail::rowsOf(*keyspace, old.get()));
        if (!builder.isEmpty())
            mutations.push_back(std::move(builder).build());
    }
    return mutations;
}

rows::Mutation keyspaceRows(const schema::Keyspace& keyspace, WriteTimestamp timestamp)
{
    MutationBuilder builder{keyspace.name, timestamp, 0};
    addDifference(builder, {}, detail::rowsOf(keyspace));
    return std::move(builder).build();
}

bool isPartOfTable(const schema::Table& schemaTable)
{
    for (const Of which :
         {Of::Tables, Of::Columns, Of::DroppedColumns, Of::Triggers, Of::Views, Of::Indexes}) {
        if (tableOf(which)->id() == schemaTable.id())
            return true;
    }
    return false;
}

bool isLiveRow(const rows::Row& row)
{
    return !row.liveness.isEmpty() ||
           std::any_of(row.cells.begin(), row.cells.end(),
                       [](const rows::Cell& cell) { return !cell.isTombstone(); });
}

std::optional<TableNames> touchedTables(std::span<const rows::Mutation> mutations)
{
    TableNames touched;
    for (const rows::Mutation& mutation : mutations) {
        for (const Partition& update : mutation.updates) {
            if (!isPartOfTable(*update.table()) || !update.deletion.isLive())
                return std::nullopt;
            std::set<std::string>& names = touched[std::string{update.key()}];
            for (const rows::Unfiltered& unfiltered : update.unfiltereds) {
                if (unfiltered.kind != rows::Unfiltered::Kind::Row)
                    return std::nullopt;
                names.emplace(unfiltered.row.clustering.values.front());
            }
        }
    }
    return touched;
}

} // namespace engine::system
