#include "engine/schema/table.h"

#include "engine/base/assert.h"

#include <algorithm>

namespace engine::schema {

namespace {

bool sameColumn(const Column& a, const Column& b)
{
    return a.name == b.name && a.kind == b.kind && a.position == b.position && a.order == b.order &&
           cql::sameType(a.type, b.type);
}

ColumnPtr shareColumn(const Column& wanted, const TablePtr& previous)
{
    if (previous) {
        for (const ColumnPtr& old : previous->selectOrder()) {
            if (sameColumn(*old, wanted))
                return old;
        }
    }
    return std::make_shared<const Column>(wanted);
}

bool byPosition(const ColumnPtr& a, const ColumnPtr& b)
{
    return a->position < b->position;
}

bool byName(const ColumnPtr& a, const ColumnPtr& b)
{
    return a->name < b->name;
}

bool byComparison(const ColumnPtr& a, const ColumnPtr& b)
{
    return compareColumns(*a, *b) < 0;
}

} // namespace

TablePtr Table::make(Spec spec, const TablePtr& previous)
{
    const std::shared_ptr<Table> table{new Table};
    for (const Column& wanted : spec.columns) {
        ENGINE_ASSERT(wanted.type != nullptr, "a column has a type");
        ColumnPtr column = shareColumn(wanted, previous);
        switch (wanted.kind) {
        case ColumnKind::PartitionKey:
            table->m_partitionKey.push_back(std::move(column));
            break;
        case ColumnKind::Clustering:
            table->m_clustering.push_back(std::move(column));
            break;
        case ColumnKind::Static:
            table->m_statics.push_back(std::move(column));
            break;
        case ColumnKind::Regular:
            table->m_regulars.push_back(std::move(column));
            break;
        }
    }
    ENGINE_ASSERT(!table->m_partitionKey.empty(), "a table has a partition key");
    std::sort(table->m_partitionKey.begin(), table->m_partitionKey.end(), byPosition);
    std::sort(table->m_clustering.begin(), table->m_clustering.end(), byPosition);
    auto& select = table->m_selectOrder;
    for (auto* part : {&table->m_statics, &table->m_regulars}) {
        std::sort(part->begin(), part->end(), byName);
    }
    for (const auto* part :
         {&table->m_partitionKey, &table->m_clustering, &table->m_statics, &table->m_regulars})
        select.insert(select.end(), part->begin(), part->end());
    for (auto* part : {&table->m_statics, &table->m_regulars})
        std::sort(part->begin(), part->end(), byComparison);

    for (const ColumnPtr& column : select)
        table->m_byName.emplace_back(column->name, column.get());
    std::sort(table->m_byName.begin(), table->m_byName.end());
    table->m_spec = std::move(spec);
    return table;
}

const Column* Table::column(std::string_view name) const noexcept
{
    const auto at = std::lower_bound(
        m_byName.begin(), m_byName.end(), name,
        [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    return at != m_byName.end() && at->first == name ? at->second : nullptr;
}

Bytes Table::makePartitionKey(std::span<const ByteView> values) const
{
    ENGINE_ASSERT(values.size() == m_partitionKey.size(), "a value for each partition key column");
    if (values.size() == 1)
        return Bytes{values[0]};
    Bytes key;
    ByteWriter writer{key};
    for (const ByteView value : values) {
        ENGINE_ASSERT(value.size() <= UINT16_MAX, "partition key values are checked before");
        writer.bytes16(value);
        writer.u8(0);
    }
    return key;
}

Result<std::vector<ByteView>> Table::splitPartitionKey(ByteView key) const
{
    std::vector<ByteView> values;
    if (m_partitionKey.size() == 1) {
        values.push_back(key);
        return values;
    }
    values.reserve(m_partitionKey.size());
    ByteReader reader{key};
    for (std::size_t i = 0; i < m_partitionKey.size(); ++i) {
        values.push_back(reader.bytes16());
        reader.u8();
    }
    if (!reader.ok() || !reader.atEnd())
        return Error{ErrorCode::Corrupt, "the partition key 0x" + toHex(key) + " of table " +
                                             keyspace() + "." + name() + " is not made of " +
                                             std::to_string(m_partitionKey.size()) + " values"};
    return values;
}

} // namespace engine::schema
