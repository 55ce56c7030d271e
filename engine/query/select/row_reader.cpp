#include "engine/cql/type_elements.h"
#include "engine/query/select/selection.h"
#include "engine/rows/counter_context.h"

#include <algorithm>

namespace engine::query {

using schema::Column;
using schema::ColumnKind;

RowReader::RowReader(const schema::Table& table, std::span<const ColumnSlots::Slot> slots,
                     Arena& arena)
    : m_table(table), m_slots(slots), m_arena(arena), m_values(slots.size())
{
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const Target target{slots[i].column, i};
        switch (slots[i].column->kind) {
        case ColumnKind::PartitionKey:
            m_key.push_back(target);
            break;
        case ColumnKind::Clustering:
            m_clustering.push_back(target);
            break;
        case ColumnKind::Static:
            m_statics.push_back(target);
            break;
        case ColumnKind::Regular:
            m_regulars.push_back(target);
            break;
        }
    }
    const auto byColumn = [](const Target& a, const Target& b) {
        return schema::compareColumns(*a.column, *b.column) < 0;
    };
    std::sort(m_statics.begin(), m_statics.end(), byColumn);
    std::sort(m_regulars.begin(), m_regulars.end(), byColumn);
}

Result<void> RowReader::beginPartition(ByteView key, const rows::Row& staticRow,
                                       std::int64_t nowSeconds)
{
    if (!m_key.empty()) {
        if (m_table.partitionKey().size() == 1) {
            for (const Target& target : m_key)
                m_values[target.slot].value = key;
        } else {
            RW_ASSIGN(const std::vector<ByteView> parts, m_table.splitPartitionKey(key));
            for (const Target& target : m_key)
                m_values[target.slot].value = parts[target.column->position];
        }
    }
    for (const Target& target : m_statics)
        m_values[target.slot] = {};
    readCells(staticRow, m_statics, nowSeconds);
    return ok();
}

void RowReader::setRow(const rows::Row* row, std::int64_t nowSeconds)
{
    for (const Target& target : m_clustering) {
        MaybeValue& value = m_values[target.slot].value;
        if (row != nullptr && target.column->position < row->clustering.size())
            value.emplace(row->clustering.values[target.column->position]);
        else
            value.reset();
    }
    for (const Target& target : m_regulars)
        m_values[target.slot] = {};
    if (row != nullptr)
        readCells(*row, m_regulars, nowSeconds);
}

void RowReader::readCells(const rows::Row& row, std::span<const Target> targets,
                          std::int64_t nowSeconds)
{
    // Both are sorted by compareColumns(): one walk.
    const rows::Cell* cell = row.cells.data();
    const rows::Cell* const end = cell + row.cells.size();
    for (const Target& target : targets) {
        while (cell != end && cell->column != target.column &&
               schema::compareColumns(*cell->column, *target.column) < 0)
            ++cell;
        if (cell == end)
            return;
        if (cell->column != target.column &&
            schema::compareColumns(*cell->column, *target.column) != 0)
            continue;
        if (target.column->isComplex()) {
            const rows::Cell* last = cell;
            while (last != end && schema::compareColumns(*last->column, *target.column) == 0)
                ++last;
            readComplex(target, {cell, last}, nowSeconds);
            cell = last;
            continue;
        }
        if (!cell->isLive(nowSeconds))
            continue;
        SlotValue& value = m_values[target.slot];
        value.value = target.column->type->isCounter()
                          ? putNumber(m_arena, rows::counterTotal(cell->value))
                          : cell->value;
        if (m_slots[target.slot].needsTimes) {
            auto times = m_arena.makeArray<std::int64_t>(2);
            times[0] = cell->timestamp.micros;
            times[1] = cell->isExpiring() ? cell->localDeletionTime : 0;
            value.timestamps = times.subspan(0, 1);
            value.expiries = times.subspan(1, 1);
        }
    }
}

void RowReader::readComplex(const Target& target, std::span<const rows::Cell> cells,
                            std::int64_t nowSeconds)
{
    const cql::Type& type = *target.column->type;
    std::vector<cql::Element> elements;
    const bool isUdt = type.kind() == cql::TypeKind::Udt;
    const std::size_t fields = isUdt ? type.parameters().size() : 0;
    std::vector<std::int64_t> timestamps(fields, SlotValue::kNoTime);
    std::vector<std::int64_t> expiries(fields, 0);
    std::vector<ByteView> paths;
    elements.resize(fields);
    bool any = false;
    for (const rows::Cell& cell : cells) {
        if (!cell.isLive(nowSeconds))
            continue;
        any = true;
        const std::int64_t expiry = cell.isExpiring() ? cell.localDeletionTime : 0;
        if (isUdt) {
            const std::size_t field =
                cell.path.size() == 2 ? loadBigEndian<std::uint16_t>(cell.path.data()) : SIZE_MAX;
            if (field < fields) {
                elements[field] = cell.value;
                timestamps[field] = cell.timestamp.micros;
                expiries[field] = expiry;
            }
            continue;
        }
        timestamps.push_back(cell.timestamp.micros);
        expiries.push_back(expiry);
        paths.push_back(cell.path);
        if (type.kind() != cql::TypeKind::List)
            elements.emplace_back(cell.path);
        if (type.kind() != cql::TypeKind::Set)
            elements.emplace_back(cell.value);
    }
    if (!any)
        return;
    SlotValue& value = m_values[target.slot];
    value.value = m_arena.copy(cql::joinValue(type, elements));
    if (m_slots[target.slot].needsTimes) {
        value.timestamps = m_arena.copyArray<std::int64_t>(timestamps);
        value.expiries = m_arena.copyArray<std::int64_t>(expiries);
        value.paths = m_arena.copyArray<ByteView>(paths);
    }
}

} // namespace engine::query
