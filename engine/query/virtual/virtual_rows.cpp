#include "engine/base/assert.h"
#include "engine/cql/type_elements.h"
#include "engine/query/virtual_table.h"
#include "engine/ring/token.h"

#include <algorithm>
#include <cstring>

namespace engine::query {

using schema::Column;

namespace {

Bytes wholeNumber(cql::TypeKind kind, std::int64_t value)
{
    Bytes out;
    ByteWriter writer{out};
    switch (kind) {
    case cql::TypeKind::Tinyint:
        writer.i8(static_cast<std::int8_t>(value));
        break;
    case cql::TypeKind::Smallint:
        writer.i16(static_cast<std::int16_t>(value));
        break;
    case cql::TypeKind::Int:
        writer.i32(static_cast<std::int32_t>(value));
        break;
    default:
        writer.i64(value);
        break;
    }
    return out;
}

/// Elements of a virtual row's multi-cell value become cells.
void addVirtualCells(const Column& column, ByteView value, Arena& arena,
                     std::vector<rows::Cell>& cells)
{
    const auto add = [&](bool hasPath, ByteView path, ByteView bytes) {
        rows::Cell cell;
        cell.column = &column;
        cell.timestamp = WriteTimestamp{0};
        cell.hasPath = hasPath;
        cell.path = hasPath ? arena.copy(path) : ByteView{};
        cell.value = arena.copy(bytes);
        cells.push_back(cell);
    };
    if (!column.isComplex()) {
        add(false, {}, value);
        return;
    }
    const auto elements = cql::splitValue(*column.type, value);
    ENGINE_ASSERT(elements.has_value(), "virtual tables make well-formed values");
    const cql::TypeKind kind = column.type->kind();
    for (std::size_t i = 0; i < elements->size(); i += kind == cql::TypeKind::Map ? 2 : 1) {
        const ByteView element = (*elements)[i].value_or(ByteView{});
        if (kind == cql::TypeKind::Map)
            add(true, element, (*elements)[i + 1].value_or(ByteView{}));
        else if (kind == cql::TypeKind::Set)
            add(true, element, {});
        else
            add(true, Uuid::timeUuid(i, 0).view(), element);
    }
}

} // namespace

VirtualRows& VirtualRows::row()
{
    m_rows.emplace_back();
    return *this;
}

VirtualRows& VirtualRows::set(std::string_view name, Bytes serialized)
{
    const Column* column = m_table->column(name);
    ENGINE_ASSERT(column != nullptr, "a virtual table has the columns that are set");
    m_rows.back().emplace_back(column, std::move(serialized));
    return *this;
}

VirtualRows& VirtualRows::text(std::string_view name, std::string_view value)
{
    return set(name, Bytes{value});
}

VirtualRows& VirtualRows::integer(std::string_view name, std::int64_t value)
{
    const Column* column = m_table->column(name);
    ENGINE_ASSERT(column != nullptr, "a virtual table has the columns that are set");
    return set(name, wholeNumber(column->type->kind(), value));
}

VirtualRows& VirtualRows::boolean(std::string_view name, bool value)
{
    return set(name, Bytes(1, value ? '\1' : '\0'));
}

VirtualRows& VirtualRows::real(std::string_view name, double value)
{
    Bytes out;
    ByteWriter{out}.f64(value);
    return set(name, std::move(out));
}

VirtualRows& VirtualRows::uuid(std::string_view name, const Uuid& value)
{
    return set(name, Bytes{value.view()});
}

VirtualRows& VirtualRows::inet(std::string_view name, const InetAddress& value)
{
    return set(name, Bytes{value.view()});
}

VirtualRows& VirtualRows::texts(std::string_view name, const std::vector<std::string>& values)
{
    std::vector<std::string> sorted = values;
    const Column* column = m_table->column(name);
    ENGINE_ASSERT(column != nullptr, "a virtual table has the columns that are set");
    if (column->type->kind() == cql::TypeKind::Set) {
        std::sort(sorted.begin(), sorted.end());
        sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    }
    const std::vector<cql::Element> elements{sorted.begin(), sorted.end()};
    return set(name, cql::joinValue(*column->type, elements));
}

VirtualRows& VirtualRows::textMap(std::string_view name,
                                  const std::map<std::string, std::string>& values)
{
    std::vector<cql::Element> elements;
    for (const auto& [key, value] : values) {
        elements.emplace_back(key);
        elements.emplace_back(value);
    }
    const Column* column = m_table->column(name);
    ENGINE_ASSERT(column != nullptr, "a virtual table has the columns that are set");
    return set(name, cql::joinValue(*column->type, elements));
}

int compareVirtualKeys(const schema::Table& table, ByteView a, ByteView b)
{
    if (table.isVirtual()) {
        const auto x = table.splitPartitionKey(a);
        const auto y = table.splitPartitionKey(b);
        for (std::size_t i = 0; x && y && i < x->size() && i < y->size(); ++i) {
            const int order = table.partitionKey()[i]->type->compare((*x)[i], (*y)[i]);
            if (order != 0)
                return order;
        }
        return a.compare(b);
    }
    const auto x = ring::murmur3Token(a);
    const auto y = ring::murmur3Token(b);
    if (x != y)
        return x < y ? -1 : 1;
    return a.compare(b);
}

rows::Partitions VirtualRows::finish() &&
{
    const auto valueOf = [](const RowValues& row, const Column& column) -> ByteView {
        for (const auto& [given, value] : row) {
            if (given == &column)
                return value;
        }
        return {};
    };
    const auto comesBefore = [this](const Bytes& a, const Bytes& b) {
        return compareVirtualKeys(*m_table, a, b) < 0;
    };
    std::map<Bytes, std::vector<const RowValues*>, decltype(comesBefore)> partitions{comesBefore};
    for (const RowValues& row : m_rows) {
        std::vector<ByteView> key;
        for (const schema::ColumnPtr& column : m_table->partitionKey())
            key.push_back(valueOf(row, *column));
        partitions[m_table->makePartitionKey(key)].push_back(&row);
    }
    rows::Partitions out;
    for (const auto& [key, members] : partitions) {
        rows::PartitionBuilder builder{m_table, key};
        Arena& arena = builder.arena();
        for (const RowValues* values : members) {
            rows::Row row;
            std::vector<ByteView> clustering;
            for (const schema::ColumnPtr& column : m_table->clustering())
                clustering.push_back(arena.copy(valueOf(*values, *column)));
            row.clustering.values = arena.copyArray<ByteView>(clustering);
            row.liveness.timestamp = WriteTimestamp{0};
            std::vector<rows::Cell> cells;
            for (const auto& [column, value] : *values) {
                if (!column->isPrimaryKey())
                    addVirtualCells(*column, value, arena, cells);
            }
            std::stable_sort(cells.begin(), cells.end(),
                             [](const rows::Cell& a, const rows::Cell& b) {
                                 return rows::compareCells(a, b) < 0;
                             });
            row.cells = arena.copyArray<rows::Cell>(cells);
            builder.addRow(row);
        }
        out.push_back(std::move(builder).build());
    }
    return out;
}

} // namespace engine::query
