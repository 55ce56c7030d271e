#include "engine/modeling/measurement.h"

#include "engine/cql/type_elements.h"
#include "engine/modeling/figures.h"
#include "engine/modeling/value_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr double kDiffersMore = 0.25; ///< than this share: amber
constexpr double kShardsMost = 9;     ///< that are tried

/// The column whose bytes a row are furthest from what the model says.
ElementId furthestColumn(const TableInputs& inputs, const TableMeasurement& measured)
{
    ElementId worst{};
    double most = 0;
    for (const TableMeasurement::Column& column : measured.columns) {
        const auto size = std::ranges::find(inputs.columns, column.name, &ColumnSize::name);
        if (size == inputs.columns.end())
            continue;
        const double estimated = size->bytes * (1 - size->nullShare);
        const double difference =
            std::abs(column.averageBytes * (1 - column.nullShare) - estimated);
        if (difference > most) {
            most = difference;
            worst = size->column;
        }
    }
    return worst;
}

double tenths(double value)
{
    return value < 100 ? std::round(value * 10) / 10 : std::round(value);
}

std::optional<double> rowsAPartition(const TableMeasurement& measured)
{
    if (measured.rows && measured.partitions && *measured.partitions > 0)
        return *measured.rows / *measured.partitions;
    return measured.rowsAPartition;
}

/// The whole number of shards a counter whose estimate comes nearest to what was measured. CQL
/// tells only sums, so the bytes are all there is to go by.
Result<double> fittedShards(const Model& model, const ModelTable& table, const TableInputs& inputs,
                            const TableMeasurement& measured)
{
    double best = 1;
    double nearest = 0;
    for (double shards = 1; shards <= std::min(inputs.replicas, kShardsMost); ++shards) {
        TableInputs trial = inputs;
        trial.counterShards = shards;
        RW_ASSIGN(const ExactSize exact, exactSize(model, table, trial));
        const double off = std::abs(exact.partitionBytes - *measured.meanPartitionBytes);
        if (shards > 1 && off >= nearest)
            continue;
        best = shards;
        nearest = off;
    }
    return best;
}

std::string shardSentence(double shards, const TableInputs& inputs)
{
    std::string text =
        fmt::format(" A counter has a shard for each replica that has led an increment of it: the "
                    "bytes fit {} of {}.",
                    grouped(shards), grouped(inputs.replicas));
    if (shards < inputs.counterShards)
        text += fmt::format(" The estimate has {}, which counters that are incremented again and "
                            "again come to.",
                            grouped(inputs.counterShards));
    return text;
}

} // namespace

Result<SizeComparison> compareSizes(const Model& model, ElementId tableId,
                                    const TableMeasurement& measured)
{
    const ModelTable* table = findTable(model, tableId);
    if (!table)
        return Error{ErrorCode::NotFound, "there is no such table in the model"};
    if (!measured.meanPartitionBytes)
        return Error{ErrorCode::Invalid, "no partition of " + table->name + " was measured"};
    RW_ASSIGN(const TableInputs inputs, tableInputs(model, *table, SizeProfile::Average));
    RW_ASSIGN(const ExactSize exact, exactSize(model, *table, inputs));
    SizeComparison comparison;
    comparison.table = tableId;
    comparison.estimatedBytes = exact.partitionBytes;
    comparison.measuredBytes = *measured.meanPartitionBytes;
    comparison.ratio = comparison.measuredBytes / std::max(1.0, exact.partitionBytes);
    comparison.differs = std::abs(comparison.ratio - 1) > kDiffersMore;
    comparison.worstColumn = furthestColumn(inputs, measured);
    comparison.sentence =
        fmt::format("{} measured, {} estimated: {:.1f} % {}.", bytesText(comparison.measuredBytes),
                    bytesText(comparison.estimatedBytes), 100 * std::abs(comparison.ratio - 1),
                    comparison.ratio < 1 ? "below" : "above");
    comparison.estimatedRows = inputs.rows;
    comparison.measuredRows = rowsAPartition(measured);
    if (!comparison.measuredRows)
        return comparison;
    TableInputs sameRows = inputs;
    sameRows.rows = std::max(1.0, *comparison.measuredRows);
    if (isCounterTable(*table) && inputs.replicas > 1) {
        RW_ASSIGN(sameRows.counterShards, fittedShards(model, *table, sameRows, measured));
        comparison.counterShards = sameRows.counterShards;
        comparison.sentence += shardSentence(sameRows.counterShards, inputs);
    }
    RW_ASSIGN(const ExactSize same, exactSize(model, *table, sameRows));
    comparison.sameRowsBytes = same.partitionBytes;
    comparison.sameRowsRatio = comparison.measuredBytes / std::max(1.0, same.partitionBytes);
    if (std::abs(sameRows.rows / std::max(1.0, inputs.rows) - 1) > kDiffersMore)
        comparison.sentence +=
            fmt::format(" A partition has {} instead of {}; for as many the estimate is {}.",
                        counted(tenths(sameRows.rows), "row"), grouped(inputs.rows),
                        bytesText(same.partitionBytes));
    return comparison;
}

Result<Model> calibrate(const Model& before, ElementId tableId, const TableMeasurement& measured,
                        Calibrate what)
{
    Model model = before;
    const auto table = std::ranges::find(model.tables, tableId, &ModelTable::id);
    if (table == model.tables.end())
        return Error{ErrorCode::NotFound, "there is no such table in the model"};
    if (measured.compressionRatio)
        table->sizing.compressionRatio = measured.compressionRatio;
    // A measurement without a partition size can be compared with nothing.
    if (isCounterTable(*table)) {
        const auto comparison = compareSizes(before, tableId, measured);
        for (TableColumn& column : table->columns) {
            if (column.type == "counter" && comparison && comparison->counterShards)
                column.sizing.elements = comparison->counterShards;
        }
    }
    if (what == Calibrate::Everything) {
        if (measured.partitions && *measured.partitions > 0)
            table->sizing.partitions = std::round(*measured.partitions);
        if (const auto rows = rowsAPartition(measured))
            table->sizing.rows = fmt::format("{:.6g}", *rows);
        if (measured.writeSpanSeconds)
            table->sizing.writeSpanSeconds = measured.writeSpanSeconds;
    }
    for (const TableMeasurement::Column& from : measured.columns) {
        const auto column = std::ranges::find(table->columns, from.name, &TableColumn::name);
        if (column == table->columns.end())
            continue;
        const auto type = typeOf(model, table->keyspace, column->type);
        const bool collection = type && (*type)->isCollection();
        if (column->role == ColumnRole::Static || column->role == ColumnRole::Regular)
            column->sizing.nullShare = from.nullShare;
        if (collection && from.elements > 0) {
            column->sizing.elements = from.elements;
            column->sizing.averageBytes = from.averageBytes / from.elements;
        } else if (!collection && type && valueBytes(**type).variable > 0) {
            column->sizing.averageBytes = from.averageBytes;
        }
    }
    return model;
}

Result<ColumnSampler> ColumnSampler::make(const Model& model, ElementId tableId)
{
    const ModelTable* table = findTable(model, tableId);
    if (!table)
        return Error{ErrorCode::NotFound, "there is no such table in the model"};
    ColumnSampler sampler;
    for (const TableColumn& column : table->columns) {
        RW_ASSIGN(cql::TypePtr type, typeOf(model, table->keyspace, column.type));
        sampler.m_sums.push_back({column.name, std::move(type)});
    }
    return sampler;
}

void ColumnSampler::add(const std::vector<std::optional<Bytes>>& values)
{
    ++m_rows;
    for (std::size_t i = 0; i < std::min(values.size(), m_sums.size()); ++i) {
        if (!values[i])
            continue;
        Sum& sum = m_sums[i];
        ++sum.present;
        if (!sum.type->isCollection()) {
            sum.bytes += static_cast<double>(values[i]->size());
            continue;
        }
        const auto elements = cql::splitValue(*sum.type, *values[i]);
        if (!elements)
            continue;
        for (const cql::Element& element : *elements)
            sum.bytes += element ? static_cast<double>(element->size()) : 0;
        sum.elements += static_cast<double>(elements->size()) /
                        (sum.type->kind() == cql::TypeKind::Map ? 2 : 1);
    }
}

void ColumnSampler::fill(TableMeasurement& to) const
{
    to.columns.clear();
    to.sampledRows = m_rows;
    if (m_rows == 0)
        return;
    for (const Sum& sum : m_sums) {
        const double present = std::max(1.0, sum.present);
        to.columns.push_back(
            {sum.name, sum.bytes / present, 1 - sum.present / m_rows, sum.elements / present});
    }
}

} // namespace engine::modeling
