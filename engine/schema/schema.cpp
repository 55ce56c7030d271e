#include "engine/schema/schema.h"

namespace engine::schema {

KeyspacePtr Schema::keyspace(std::string_view name) const
{
    const auto at = m_keyspaces.find(name);
    return at == m_keyspaces.end() ? nullptr : at->second;
}

TablePtr Schema::table(std::string_view keyspace, std::string_view name) const
{
    const auto at = m_keyspaces.find(keyspace);
    return at == m_keyspaces.end() ? nullptr : at->second->table(name);
}

TablePtr Schema::table(const TableId& id) const
{
    const auto at = m_tables.find(id);
    return at == m_tables.end() ? nullptr : at->second;
}

SchemaPtr Schema::with(KeyspacePtr keyspace) const
{
    auto next = std::make_shared<Schema>();
    next->m_keyspaces = m_keyspaces;
    next->m_version = m_version;
    next->m_keyspaces[keyspace->name] = std::move(keyspace);
    for (const auto& [name, each] : next->m_keyspaces)
        next->index(*each);
    return next;
}

SchemaPtr Schema::without(std::string_view keyspace) const
{
    auto next = std::make_shared<Schema>();
    next->m_keyspaces = m_keyspaces;
    next->m_version = m_version;
    if (const auto at = next->m_keyspaces.find(keyspace); at != next->m_keyspaces.end())
        next->m_keyspaces.erase(at);
    for (const auto& [name, each] : next->m_keyspaces)
        next->index(*each);
    return next;
}

SchemaPtr Schema::withVersion(const Uuid& version) const
{
    auto next = std::make_shared<Schema>(*this);
    next->m_version = version;
    return next;
}

void Schema::index(const Keyspace& keyspace)
{
    for (const auto& [name, table] : keyspace.tables)
        m_tables[table->id()] = table;
    for (const auto& [name, view] : keyspace.views)
        m_tables[view.table->id()] = view.table;
}

} // namespace engine::schema
