#include "widgets/studio/schema_snapshot.h"

namespace studio {

namespace {
template <class Items>
auto findNamed(const Items& items, const QString& name) -> decltype(items.data())
{
    for (const auto& item : items)
        if (item.name == name)
            return &item;
    return nullptr;
}
} // namespace

const ColumnInfo* TableInfo::column(const QString& columnName) const noexcept
{
    return findNamed(columns, columnName);
}

std::vector<const ColumnInfo*> TableInfo::partitionKey() const
{
    std::vector<const ColumnInfo*> key;
    for (const ColumnInfo& column : columns)
        if (column.role == KeyRole::PartitionKey)
            key.push_back(&column);
    return key;
}

const TableInfo* KeyspaceInfo::table(const QString& tableName) const noexcept
{
    const TableInfo* found = findNamed(tables, tableName);
    return found ? found : findNamed(views, tableName);
}

const KeyspaceInfo* SchemaSnapshot::keyspace(const QString& name) const noexcept
{
    return findNamed(keyspaces, name);
}

const TableInfo* SchemaSnapshot::table(const QString& keyspaceName,
                                       const QString& tableName) const noexcept
{
    const KeyspaceInfo* found = keyspace(keyspaceName);
    return found ? found->table(tableName) : nullptr;
}

} // namespace studio
