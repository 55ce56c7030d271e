#include "engine/query/virtual/node_tables.h"
#include "engine/query/virtual_table.h"
#include "engine/ring/token.h"
#include "engine/rows/filter.h"

namespace engine::query {

namespace {

bool inRange(const schema::Table& table, const rows::PartitionRange& range, ByteView key)
{
    // With a key it is where the page before ended.
    if (range.start.key && compareVirtualKeys(table, key, *range.start.key) <= 0)
        return false;
    const std::int64_t token = ring::murmur3Token(key).value;
    const auto isInside = [&](const rows::PartitionBound& bound, bool isStart) {
        if (token != bound.token)
            return isStart ? token > bound.token : token < bound.token;
        if (!bound.key)
            return bound.inclusive;
        const int order = key.compare(*bound.key);
        return order == 0 ? bound.inclusive : (isStart ? order > 0 : order < 0);
    };
    return (range.start.key || isInside(range.start, true)) &&
           (!range.end || isInside(*range.end, false));
}

} // namespace

VirtualTables::VirtualTables(const NodeInfo& node, const schema::SchemaOwner& schemaOwner)
{
    provideNodeTables(*this, node);
    provideSchemaTables(*this, schemaOwner);
}

void VirtualTables::provide(std::string keyspace, std::string table, Provider provider)
{
    m_providers[{std::move(keyspace), std::move(table)}] = std::move(provider);
}

bool VirtualTables::has(const schema::Table& table) const
{
    // Only system keyspaces have any: tables of users are found out by their first letters.
    if (!table.keyspace().starts_with("system"))
        return false;
    return m_providers.contains({table.keyspace(), table.name()});
}

rows::Partitions VirtualTables::read(const rows::ReadCommand& command, bool& limited) const
{
    VirtualRows collected{command.table};
    m_providers.at({command.table->keyspace(), command.table->name()})(collected);
    rows::Partitions out;
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    bool isFirst = true;
    for (rows::Partition& partition : std::move(collected).finish()) {
        if (counter.isDone())
            break;
        if (command.key ? partition.key() != *command.key
                        : !inRange(*command.table, command.range, partition.key()))
            continue;
        const bool resume = isFirst && command.resumeAfter.has_value();
        isFirst = false;
        rows::applyCommand(partition, command, resume, counter);
        if (!partition.unfiltereds.empty())
            out.push_back(std::move(partition));
    }
    limited = counter.isDone();
    return out;
}

} // namespace engine::query
