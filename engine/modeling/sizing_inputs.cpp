// Where the numbers that the formulas take come from.
#include "engine/modeling/buckets.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/expression.h"
#include "engine/modeling/figures.h"
#include "engine/modeling/row_spread.h"
#include "engine/modeling/sizing.h"
#include "engine/modeling/value_sizes.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr double kSecondsADay = 86400;

std::optional<double> numberOf(const std::string& text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

double replicasOf(const Model& model, const std::string& keyspaceName)
{
    const auto keyspace = std::ranges::find(model.keyspaces, keyspaceName, &ModelKeyspace::name);
    if (keyspace == model.keyspaces.end())
        return 1;
    double replicas = 0;
    double spread = 0;
    for (const auto& [name, value] : keyspace->replication) {
        if (name == "class")
            continue;
        (name == "replication_factor" ? spread : replicas) += numberOf(value).value_or(0);
    }
    return std::max(1.0, replicas > 0 ? replicas : spread);
}

double ttlOf(const ModelTable& table)
{
    if (table.sizing.ttlSeconds)
        return std::max(0.0, *table.sizing.ttlSeconds);
    const auto option = table.options.find("default_time_to_live");
    return option == table.options.end() ? 0 : numberOf(option->second).value_or(0);
}

Result<ColumnSize> columnSize(const Model& model, const ModelTable& table,
                              const TableColumn& column, SizeProfile profile)
{
    const auto type = typeOf(model, table.keyspace, column.type);
    if (!type)
        return type.error().within("column " + table.name + "." + column.name);
    const ColumnSizing& given = column.sizing;
    const bool largest = profile == SizeProfile::Largest;
    const auto chosen = [largest](const std::optional<double>& average,
                                  const std::optional<double>& maximum) {
        return largest && maximum ? maximum : average;
    };
    const std::optional<double> bytes = chosen(given.averageBytes, given.maximumBytes);
    ColumnSize size;
    size.column = column.id;
    size.name = column.name;
    size.type = column.type;
    size.role = column.role;
    const bool inKey =
        column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering;
    size.nullShare = inKey ? 0 : std::clamp(given.nullShare.value_or(0), 0.0, 1.0);
    if ((*type)->isCollection()) {
        const double perElement = elementBytes(**type).total();
        size.elements =
            std::max(0.0, chosen(given.elements, given.maximumElements).value_or(kDefaultElements));
        size.elementBytes = std::max(0.0, bytes.value_or(perElement));
        size.bytes = size.elements * size.elementBytes;
        size.defaultBytes = kDefaultElements * perElement;
        size.overridden = bytes || chosen(given.elements, given.maximumElements);
        size.isGuess = !size.overridden;
    } else {
        size.defaultBytes = valueBytes(**type).total();
        size.bytes = std::max(0.0, bytes.value_or(size.defaultBytes));
        size.overridden = bytes.has_value();
        size.isGuess = !size.overridden && valueBytes(**type).variable > 0;
    }
    return size;
}

/// Product of the distinct values of the columns with that role; none if one is not known.
std::optional<double> distinctOf(const ModelTable& table, ColumnRole role)
{
    double product = 1;
    for (const TableColumn& column : table.columns) {
        if (column.role != role)
            continue;
        if (!column.sizing.distinctValues)
            return std::nullopt;
        product *= std::max(1.0, *column.sizing.distinctValues);
    }
    return product;
}

/// Rows that differ from partition to partition: their mean, and the most.
Result<void> resolveSpread(const ModelTable& table, SizeProfile profile,
                           const std::string& expression,
                           const std::map<std::string, double, std::less<>>& names,
                           TableInputs& inputs)
{
    const auto spread = readRowSpread(expression, names);
    if (!spread)
        return spread.error().within("rows a partition of " + table.name);
    inputs.rows = profile == SizeProfile::Largest ? spread->maximum() : spread->mean();
    inputs.rowsSource = "Given as " + expression + ": " + grouped(spread->mean()) +
                        " on average, " + grouped(spread->maximum()) + " at most.";
    if (const double over = spread->shareAbove(inputs.limitRows); over > 0)
        inputs.rowsSource += " " + grouped(100 * over) + " % of the partitions have more than " +
                             grouped(inputs.limitRows) + ".";
    return ok();
}

/// A partition has whole rows: the largest so many, and one that is there at least one. An average
/// may lie between two numbers.
void wholeRows(SizeProfile profile, TableInputs& inputs)
{
    if (profile == SizeProfile::Largest) {
        inputs.rows = std::ceil(inputs.rows - 1e-6);
    } else if (inputs.rows > 0 && inputs.rows < 1) {
        inputs.rowsSource += " That is " + grouped(inputs.rows) +
                             " a partition; those that are there have one at least.";
        inputs.rows = 1;
    }
}

Result<void> resolveRows(const ModelTable& table, SizeProfile profile, const DerivedRows& derived,
                         TableInputs& inputs)
{
    const bool largest = profile == SizeProfile::Largest && !table.sizing.maximumRows.empty();
    const std::string& expression = largest ? table.sizing.maximumRows : table.sizing.rows;
    const double ttlDays = inputs.ttlSeconds / kSecondsADay;
    if (!expression.empty()) {
        std::map<std::string, double, std::less<>> names{{"partitions", inputs.partitions}};
        if (inputs.rowsPerDay > 0)
            names["rate"] = inputs.rowsPerDay;
        if (inputs.bucketDays > 0)
            names["bucket"] = inputs.bucketDays;
        if (ttlDays > 0)
            names["ttl"] = ttlDays;
        if (isRowSpread(expression))
            return resolveSpread(table, profile, expression, names, inputs);
        const auto rows = evaluate(expression, names);
        if (!rows)
            return rows.error().within("rows a partition of " + table.name);
        inputs.rows = *rows;
        inputs.rowsSource = "Given as " + expression + ".";
        return ok();
    }
    const bool clustered = std::ranges::any_of(table.columns, [](const TableColumn& column) {
        return column.role == ColumnRole::Clustering;
    });
    if (!clustered) {
        inputs.rowsSource = "Without a clustering column a partition has one row.";
        return ok();
    }
    const double days = inputs.bucketDays > 0 && ttlDays > 0 ? std::min(inputs.bucketDays, ttlDays)
                        : inputs.bucketDays > 0              ? inputs.bucketDays
                                                             : ttlDays;
    if (inputs.rowsPerDay > 0 && days > 0) {
        inputs.rows = inputs.rowsPerDay * days;
        inputs.rowsSource = grouped(inputs.rowsPerDay) + " rows a day × " + grouped(days) +
                            (inputs.bucketDays > 0 && days == inputs.bucketDays
                                 ? " days of a bucket."
                                 : " days until the TTL removes them.");
        return ok();
    }
    if (const auto rows = profile == SizeProfile::Largest && derived.maximum ? derived.maximum
                                                                             : derived.average) {
        inputs.rows = *rows;
        inputs.rowsSource = "From the conceptual model: " + derived.text + ".";
        return ok();
    }
    if (const auto distinct = distinctOf(table, ColumnRole::Clustering)) {
        inputs.rows = *distinct;
        inputs.rowsSource = "The distinct values of the clustering columns multiplied.";
        return ok();
    }
    inputs.rowsKnown = false;
    inputs.rowsSource = "Nothing says how many rows a partition has; 1 is taken.";
    return ok();
}

} // namespace

double defaultBytes(const Model& model, const std::string& keyspace, const std::string& type)
{
    const auto resolved = typeOf(model, keyspace, type);
    return resolved ? elementBytes(**resolved).total() : 0;
}

Result<TableInputs> tableInputs(const Model& model, const ModelTable& table, SizeProfile profile,
                                const SizeOptions& options)
{
    TableInputs inputs;
    const TableSizing& given = table.sizing;
    for (const TableColumn& column : table.columns) {
        RW_ASSIGN(ColumnSize size, columnSize(model, table, column, profile));
        inputs.columns.push_back(std::move(size));
    }
    inputs.rowsPerDay = std::max(0.0, given.rowsPerDay.value_or(0));
    inputs.ttlSeconds = ttlOf(table);
    if (const auto bucket = bucketOf(table); bucket && bucket->kind == Bucket::Kind::Time)
        inputs.bucketDays = daysOf(bucket->unit);
    // Instances tell rows and partitions, as long as no bucket cuts them differently.
    const bool derives = !bucketOf(table) && (given.rows.empty() || !given.partitions);
    const DerivedRows derived = derives ? derivedRows(model, table) : DerivedRows{};
    if (given.partitions) {
        inputs.partitions = std::max(0.0, *given.partitions);
        inputs.partitionsSource = "Given.";
    } else if (derived.partitions) {
        inputs.partitions = *derived.partitions;
        inputs.partitionsSource = "From the conceptual model.";
    } else if (const auto distinct = distinctOf(table, ColumnRole::PartitionKey)) {
        inputs.partitions = *distinct;
        inputs.partitionsSource = "The distinct values of the partition key columns multiplied.";
    } else {
        inputs.partitionsSource = "Nothing says how many partitions there are; 1 is taken.";
    }
    inputs.replicas = replicasOf(model, table.keyspace);
    inputs.counterShards = inputs.replicas;
    for (const TableColumn& column : table.columns) {
        const bool own = column.type == "counter" && profile == SizeProfile::Average;
        if (own && column.sizing.elements)
            inputs.counterShards =
                std::clamp(*column.sizing.elements, 1.0, std::max(1.0, inputs.replicas));
    }
    inputs.overhead = std::max(0.0, given.averageOverhead.value_or(8));
    inputs.limitBytes = given.limitBytes.value_or(options.limitBytes);
    inputs.limitCells = given.limitCells.value_or(options.limitCells);
    inputs.limitRows = given.limitRows.value_or(options.limitRows);
    RW_TRY(resolveRows(table, profile, derived, inputs));
    inputs.rowsShare = inputs.rows;
    wholeRows(profile, inputs);
    return inputs;
}

} // namespace engine::modeling
