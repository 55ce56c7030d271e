#include "engine/rows/filter.h"

#include "engine/rows/merge.h"

#include <algorithm>

namespace engine::rows {

namespace {

template <class Values>
std::span<const ByteView> viewsOf(const Values& values, Arena& arena)
{
    const auto views = arena.makeArray<ByteView>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        views[i] = values[i];
    return views;
}

int compareToBound(const schema::Table& table, const Unfiltered& unfiltered,
                   const Bound& bound) noexcept
{
    if (unfiltered.kind == Unfiltered::Kind::Row)
        return compareBounds(table, BoundKind::Clustering, unfiltered.row.clustering.values,
                             bound.kind, bound.values);
    return compareBounds(table, unfiltered.marker.bound.kind, unfiltered.marker.bound.values,
                         bound.kind, bound.values);
}

Unfiltered markerAt(const Bound& bound, const DeletionTime& before, const DeletionTime& after,
                    Arena& arena)
{
    Unfiltered marker;
    marker.kind = Unfiltered::Kind::Marker;
    marker.marker = makeMarker(bound.values, isAfterPrefix(bound.kind), before, after);
    return copyUnfiltered(marker, arena);
}

// ---- row filter ----

/// Walks the values of a serialized collection; false if it is malformed or `see` says stop.
template <class See>
void forEachElement(ByteView collection, bool isMap, See&& see)
{
    ByteReader in{collection};
    const std::int32_t count = in.i32();
    for (std::int32_t i = 0; i < count && in.ok(); ++i) {
        const ByteView first = in.bytes32();
        const ByteView second = isMap ? in.bytes32() : ByteView{};
        if (!in.ok() || !see(first, second))
            return;
    }
}

bool compareSatisfies(int order, RowFilterExpression::Operator op) noexcept
{
    using Operator = RowFilterExpression::Operator;
    switch (op) {
    case Operator::Equal:
        return order == 0;
    case Operator::NotEqual:
        return order != 0;
    case Operator::Less:
        return order < 0;
    case Operator::LessOrEqual:
        return order <= 0;
    case Operator::Greater:
        return order > 0;
    case Operator::GreaterOrEqual:
        return order >= 0;
    default:
        return false;
    }
}

bool valueSatisfies(const cql::Type& type, ByteView value, const RowFilterExpression& expression)
{
    if (expression.op == RowFilterExpression::Operator::In) {
        bool found = false;
        forEachElement(expression.value, false, [&](ByteView element, ByteView) {
            found = type.compare(value, element) == 0;
            return !found;
        });
        return found;
    }
    return compareSatisfies(type.compare(value, expression.value), expression.op);
}

bool frozenSatisfies(const cql::Type& type, ByteView value, const RowFilterExpression& expression)
{
    using Operator = RowFilterExpression::Operator;
    const bool isMap = type.kind() == cql::TypeKind::Map;
    const bool byKey = expression.op == Operator::ContainsKey;
    bool found = false;
    forEachElement(value, isMap, [&](ByteView first, ByteView second) {
        if (expression.mapKey)
            found = type.parameters().front()->compare(first, *expression.mapKey) == 0 &&
                    valueSatisfies(*type.parameters().back(), second, expression);
        else if (byKey)
            found = type.parameters().front()->compare(first, expression.value) == 0;
        else
            found =
                type.parameters().back()->compare(isMap ? second : first, expression.value) == 0;
        return !found;
    });
    return found;
}

bool complexSatisfies(const schema::Column& column, const Row& row,
                      const RowFilterExpression& expression, std::int64_t nowSeconds)
{
    using Operator = RowFilterExpression::Operator;
    const cql::Type& type = *column.type;
    for (const Cell& cell : row.cells) {
        if (schema::compareColumns(*cell.column, column) != 0 || !cell.isLive(nowSeconds))
            continue;
        bool found = false;
        if (expression.mapKey)
            found = type.parameters().front()->compare(cell.path, *expression.mapKey) == 0 &&
                    valueSatisfies(*type.parameters().back(), cell.value, expression);
        else if (expression.op == Operator::ContainsKey)
            found = type.parameters().front()->compare(cell.path, expression.value) == 0;
        else if (expression.op == Operator::Contains)
            found = type.parameters().back()->compare(
                        type.kind() == cql::TypeKind::Set ? cell.path : cell.value,
                        expression.value) == 0;
        if (found)
            return true;
    }
    return false;
}

bool satisfies(const ReadCommand& command, ByteView key, const Row& staticRow, const Row& row,
               const RowFilterExpression& expression)
{
    using Operator = RowFilterExpression::Operator;
    const schema::Column* column = command.table->column(expression.column);
    if (column == nullptr)
        return false;
    ByteView value;
    std::vector<ByteView> keyValues;
    switch (column->kind) {
    case schema::ColumnKind::PartitionKey:
        if (auto split = command.table->splitPartitionKey(key);
            split && column->position < split->size()) {
            keyValues = std::move(*split);
            value = keyValues[column->position];
        }
        break;
    case schema::ColumnKind::Clustering:
        if (column->position < row.clustering.size())
            value = row.clustering.values[column->position];
        break;
    default: {
        const Row& from = column->isStatic() ? staticRow : row;
        if (column->isComplex())
            return complexSatisfies(*column, from, expression, command.nowSeconds);
        for (const Cell& cell : from.cells) {
            if (schema::compareColumns(*cell.column, *column) == 0 &&
                cell.isLive(command.nowSeconds))
                value = cell.value;
        }
    }
    }
    if (value.data() == nullptr)
        return false;
    if (column->type->isCollection() && (expression.mapKey || expression.op == Operator::Contains ||
                                         expression.op == Operator::ContainsKey))
        return frozenSatisfies(*column->type, value, expression);
    return valueSatisfies(*column->type, value, expression);
}

} // namespace

std::span<const SliceView> slicesOf(const ReadCommand& command, bool resume, Arena& arena)
{
    const ClusteringFilter& filter = command.clustering;
    const std::size_t count =
        filter.isNames ? filter.names.size() : std::max<std::size_t>(filter.slices.size(), 1);
    const auto slices = arena.makeArray<SliceView>(count);
    for (std::size_t i = 0; i < count; ++i) {
        SliceView& slice = slices[i];
        if (filter.isNames) {
            const auto values = viewsOf(filter.names[i], arena);
            slice = {{BoundKind::InclusiveStart, values}, {BoundKind::InclusiveEnd, values}};
        } else if (filter.slices.empty()) {
            slice = {{BoundKind::InclusiveStart, {}}, {BoundKind::InclusiveEnd, {}}};
        } else {
            const Slice& from = filter.slices[i];
            slice = {{from.start.kind, viewsOf(from.start.values, arena)},
                     {from.end.kind, viewsOf(from.end.values, arena)}};
        }
    }
    if (!resume || !command.resumeAfter)
        return slices;
    const auto after = viewsOf(*command.resumeAfter, arena);
    const schema::Table& table = *command.table;
    std::size_t kept = 0;
    for (SliceView slice : slices) {
        if (filter.reversed) {
            const Bound limit{BoundKind::ExclusiveEnd, after};
            if (compareBounds(table, limit.kind, limit.values, slice.end.kind, slice.end.values) <
                0)
                slice.end = limit;
        } else {
            const Bound limit{BoundKind::ExclusiveStart, after};
            if (compareBounds(table, limit.kind, limit.values, slice.start.kind,
                              slice.start.values) > 0)
                slice.start = limit;
        }
        if (compareBounds(table, slice.start.kind, slice.start.values, slice.end.kind,
                          slice.end.values) < 0)
            slices[kept++] = slice;
    }
    return slices.first(kept);
}

void keepSlices(Partition& partition, std::span<const SliceView> slices)
{
    if (slices.size() == 1 && slices[0].start.values.empty() && slices[0].end.values.empty())
        return;
    const schema::Table& table = *partition.table();
    const Unfiltereds& all = partition.unfiltereds;
    Unfiltereds kept;
    for (const SliceView& slice : slices) {
        // All up to and including a marker at the start bound decides what is open there.
        const auto first = std::partition_point(all.begin(), all.end(), [&](const Unfiltered& u) {
            return compareToBound(table, u, slice.start) <= 0;
        });
        DeletionTime open;
        for (auto back = first; back != all.begin();) {
            --back;
            if (back->kind == Unfiltered::Kind::Marker) {
                open = back->marker.open;
                break;
            }
        }
        if (!open.isLive())
            kept.push_back(markerAt(slice.start, {}, open, partition.arena()));
        auto at = first;
        for (; at != all.end() && compareToBound(table, *at, slice.end) < 0; ++at) {
            kept.push_back(*at);
            if (at->kind == Unfiltered::Kind::Marker)
                open = at->marker.open;
        }
        if (!open.isLive())
            kept.push_back(markerAt(slice.end, open, {}, partition.arena()));
    }
    partition.unfiltereds = std::move(kept);
}

ColumnProjection::ColumnProjection(const ReadCommand& command) : m_columns(command.columns)
{
    if (m_columns.empty())
        return;
    for (const RowFilterExpression& expression : command.filter) {
        if (const auto* column = command.table->column(expression.column);
            column != nullptr && !column->isPrimaryKey())
            m_columns.push_back(column); // the coordinator filters again
    }
    std::sort(m_columns.begin(), m_columns.end(),
              [](const auto* a, const auto* b) { return schema::compareColumns(*a, *b) < 0; });
}

bool ColumnProjection::contains(const schema::Column& column) const noexcept
{
    for (const schema::Column* wanted : m_columns) {
        if (wanted == &column || schema::compareColumns(*wanted, column) == 0)
            return true;
    }
    return false;
}

bool ColumnProjection::covers(const Row& row) const noexcept
{
    return keepsAll() || std::all_of(row.cells.begin(), row.cells.end(),
                                     [this](const Cell& cell) { return contains(*cell.column); });
}

Row ColumnProjection::project(const Row& row, Arena& arena) const
{
    if (covers(row))
        return row;
    // With a row marker that does not expire, a cell not newer than it proves nothing: whatever
    // deletes the marker deletes the cell. Other cells (tombstones too: they may kill such a
    // proof from another replica) stay without value.
    const bool hasMarker = !row.liveness.isEmpty() && !row.liveness.isExpiring();
    const auto cells = arena.makeArray<Cell>(row.cells.size());
    std::size_t kept = 0;
    const schema::Column* last = nullptr;
    bool wanted = false;
    for (const Cell& cell : row.cells) {
        if (cell.column != last) {
            last = cell.column;
            wanted = contains(*last);
        }
        if (wanted) {
            cells[kept++] = cell;
        } else if (!hasMarker || cell.timestamp > row.liveness.timestamp) {
            cells[kept] = cell;
            cells[kept++].value = {"", 0};
        }
    }
    Row projected = row;
    projected.cells = cells.first(kept);
    return projected;
}

bool LimitCounter::isLive(const Row& row, std::int64_t nowSeconds) noexcept
{
    if (row.liveness.isLive(nowSeconds))
        return true;
    return std::any_of(row.cells.begin(), row.cells.end(),
                       [nowSeconds](const Cell& cell) { return cell.isLive(nowSeconds); });
}

bool staticRowCounts(const ReadCommand& command, bool resume) noexcept
{
    return command.clustering.selectsAll() && !(resume && command.resumeAfter);
}

bool matchesFilter(const ReadCommand& command, ByteView key, const Row& staticRow, const Row& row)
{
    return std::all_of(
        command.filter.begin(), command.filter.end(),
        [&](const RowFilterExpression& e) { return satisfies(command, key, staticRow, row, e); });
}

void applyFilter(Partition& partition, const ReadCommand& command)
{
    if (command.filter.empty())
        return;
    std::erase_if(partition.unfiltereds, [&](const Unfiltered& unfiltered) {
        return unfiltered.kind == Unfiltered::Kind::Row &&
               !matchesFilter(command, partition.key(), partition.staticRow, unfiltered.row);
    });
    const bool anyRow = std::any_of(partition.unfiltereds.begin(), partition.unfiltereds.end(),
                                    [](const auto& u) { return u.kind == Unfiltered::Kind::Row; });
    // A static row alone is a result only if what is asked of it and of the key holds.
    if (!anyRow && !partition.staticRow.isEmpty() &&
        !matchesFilter(command, partition.key(), partition.staticRow, Row{}))
        partition.staticRow = {};
}

void applyLimits(Partition& partition, const ReadCommand& command, bool resume,
                 LimitCounter& counter)
{
    counter.beginPartition(staticRowCounts(command, resume) &&
                           LimitCounter::isLive(partition.staticRow, command.nowSeconds));
    Unfiltereds& all = partition.unfiltereds;
    const bool reversed = command.clustering.reversed;
    const std::size_t size = all.size();
    std::size_t taken = size;
    if (counter.isPartitionDone())
        taken = 0;
    for (std::size_t i = 0; i < taken; ++i) {
        const Unfiltered& next = all[reversed ? size - 1 - i : i];
        if (next.kind == Unfiltered::Kind::Row && !counter.count(next.row))
            taken = i + 1;
    }
    counter.endPartition();
    if (taken == size)
        return;
    // A range deletion that is open at the cut is closed there.
    DeletionTime open;
    for (std::size_t i = 0; i < taken; ++i) {
        const Unfiltered& passed = all[reversed ? size - 1 - i : i];
        if (passed.kind == Unfiltered::Kind::Marker)
            open = reversed ? passed.marker.close : passed.marker.open;
    }
    const std::span<const ByteView> last =
        taken == 0 ? std::span<const ByteView>{}
                   : all[reversed ? size - taken : taken - 1].row.clustering.values;
    if (reversed) {
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(taken));
        if (!open.isLive())
            all.insert(all.begin(),
                       markerAt({BoundKind::InclusiveStart, last}, {}, open, partition.arena()));
    } else {
        all.resize(taken);
        if (!open.isLive())
            all.push_back(markerAt({BoundKind::InclusiveEnd, last}, open, {}, partition.arena()));
    }
}

void applyCommand(Partition& partition, const ReadCommand& command, bool resume,
                  LimitCounter& counter)
{
    Arena scratch;
    keepSlices(partition, slicesOf(command, resume, scratch));
    applyFilter(partition, command);
    applyLimits(partition, command, resume, counter);
}

} // namespace engine::rows
