#include "engine/modeling/buckets.h"

#include "engine/modeling/figures.h"
#include "engine/modeling/value_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine::modeling {

namespace {

/// The end of a number of rows that follows from a rate.
constexpr std::string_view kTimesBucket = " × bucket";

struct UnitFacts {
    TimeUnit unit;
    std::string_view name;
    double days; ///< of the longest one
    std::string_view type;
    std::string_view example;
};
constexpr UnitFacts kUnits[] = {
    {TimeUnit::Year, "year", 366, "int", "2026"},
    {TimeUnit::Quarter, "quarter", 92, "text", "2026-Q3"},
    {TimeUnit::Month, "month", 31, "text", "2026-07"},
    {TimeUnit::Week, "week", 7, "text", "2026-W29"},
    {TimeUnit::Day, "day", 1, "date", "2026-07-14"},
    {TimeUnit::Hour, "hour", 1.0 / 24, "timestamp", "2026-07-14 10:00"},
};

const UnitFacts& factsOf(TimeUnit unit)
{
    return kUnits[static_cast<std::size_t>(unit)];
}

const TableColumn* columnById(const ModelTable& table, ElementId id)
{
    const auto found = std::ranges::find(table.columns, id, &TableColumn::id);
    return id == ElementId::None || found == table.columns.end() ? nullptr : &*found;
}

TableColumn* bucketColumn(ModelTable& table)
{
    const auto found = std::ranges::find_if(table.columns, [](const TableColumn& column) {
        return !column.bucketOf.empty() && column.role == ColumnRole::PartitionKey;
    });
    return found == table.columns.end() ? nullptr : &*found;
}

bool holdsTime(const TableColumn& column)
{
    return column.type == "date" || column.type == "timestamp" || column.type == "timeuuid";
}

/// Where a new partition key column goes: after the last one.
std::vector<TableColumn>::iterator afterPartitionKey(ModelTable& table)
{
    return std::ranges::find_if_not(table.columns, [](const TableColumn& column) {
        return column.role == ColumnRole::PartitionKey;
    });
}

std::string freeColumnName(const ModelTable& table, const std::string& wanted)
{
    std::string name = wanted;
    for (int number = 2; std::ranges::count(table.columns, name, &TableColumn::name) > 0; ++number)
        name = wanted + std::to_string(number);
    return name;
}

/// Bytes of a bucket's values, so that sizes stay right.
void describeBucketValues(TableColumn& column, const Bucket& bucket)
{
    if (bucket.kind == Bucket::Kind::Time) {
        const UnitFacts& facts = factsOf(bucket.unit);
        column.type = facts.type;
        if (facts.type == "text")
            column.sizing.averageBytes = static_cast<double>(facts.example.size());
        else
            column.sizing.averageBytes.reset();
    } else {
        column.type = "int";
        column.sizing.averageBytes.reset();
        column.sizing.distinctValues = bucket.count;
    }
}

std::string bucketReason(const ModelTable& table, const Bucket& bucket)
{
    const TableColumn* of = columnById(table, bucket.column);
    if (bucket.kind == Bucket::Kind::Time)
        return fmt::format("Splits partitions by the {} of {}, for example {}.",
                           timeUnitName(bucket.unit), of ? of->name : "",
                           factsOf(bucket.unit).example);
    return fmt::format("Splits each partition into {} by a hash of {}.", bucket.count,
                       of ? of->name : "");
}

/// The table before any bucket: the bucket column taken out, a divided row count made whole.
void removeBucket(ModelTable& table)
{
    const TableColumn* bucket = bucketColumn(table);
    if (!bucket)
        return;
    const auto was = bucketFromText(table, bucket->bucketOf);
    const auto rejoin = [&](std::string& rows) {
        if (was && was->kind == Bucket::Kind::Hash) {
            const std::string suffix = ") / " + std::to_string(was->count);
            if (rows.starts_with('(') && rows.ends_with(suffix))
                rows = rows.substr(1, rows.size() - suffix.size() - 1);
        } else if (rows.ends_with(kTimesBucket)) {
            const bool ends =
                table.sizing.ttlSeconds || table.options.contains("default_time_to_live");
            rows = ends ? rows.substr(0, rows.size() - kTimesBucket.size()) + " × ttl" : "";
        }
    };
    rejoin(table.sizing.rows);
    rejoin(table.sizing.maximumRows);
    table.columns.erase(table.columns.begin() + (bucket - table.columns.data()));
}

/// Rows that a partition has in one bucket; the old count where nothing is known.
void spreadRows(ModelTable& table, const Bucket& bucket, const TableInputs& before)
{
    TableSizing& sizing = table.sizing;
    if (bucket.kind == Bucket::Kind::Hash) {
        const auto divide = [&](std::string& rows) {
            if (!rows.empty())
                rows = "(" + rows + ") / " + std::to_string(bucket.count);
        };
        if (sizing.rows.empty() && before.rowsKnown)
            sizing.rows = fmt::format("{}", before.rows);
        divide(sizing.rows);
        divide(sizing.maximumRows);
    } else {
        const double days = before.ttlSeconds / 86400;
        if (!sizing.rowsPerDay && days > 0)
            sizing.rowsPerDay = before.rows / days;
        sizing.rows = "rate × bucket";
        sizing.maximumRows.clear();
        // The largest partition may grow faster than the average one.
        if (before.rowsKnown && days > 0 && before.rows / days > sizing.rowsPerDay.value_or(0))
            sizing.maximumRows = fmt::format("{:.6g}{}", before.rows / days, kTimesBucket);
    }
}

/// Rows that were given for a partition of the time bucket `was`, for one of `days`: "(8,640) ×
/// 31". Nothing where they follow from the rate.
void stretchRows(TableSizing& sizing, const TableSizing& before, const Bucket& was, double days)
{
    const auto stretched = [&](const std::string& rows) {
        const double ratio = days / daysOf(was.unit);
        if (ratio == 1)
            return rows;
        return ratio > 1 ? fmt::format("({}) × {:.6g}", rows, ratio)
                         : fmt::format("({}) / {:.6g}", rows, 1 / ratio);
    };
    const auto given = [](const std::string& rows) {
        return !rows.empty() && !rows.ends_with(kTimesBucket);
    };
    if (given(before.rows))
        sizing.rows = stretched(before.rows);
    if (given(before.maximumRows))
        sizing.maximumRows = stretched(before.maximumRows);
}

void multiplyPartitions(ModelTable& table, double rowsBefore, double rowsAfter)
{
    if (table.sizing.partitions && rowsBefore > 0 && rowsAfter > 0)
        table.sizing.partitions =
            std::max(1.0, std::round(*table.sizing.partitions * rowsBefore / rowsAfter));
}

Result<Model> moveIntoKey(Model model, std::size_t at, const Bucket& bucket)
{
    ModelTable& table = model.tables[at];
    const auto moved = std::ranges::find(table.columns, bucket.column, &TableColumn::id);
    if (moved == table.columns.end() || moved->role != ColumnRole::Clustering)
        return Error{ErrorCode::Invalid,
                     "only a clustering column can move into the partition key"};
    TableColumn column = *moved;
    table.columns.erase(moved);
    column.role = ColumnRole::PartitionKey;
    column.descending = false;
    column.rule = MappingRule::Bucket;
    column.reason = "Moved from the clustering columns to make partitions smaller.";
    const double distinct = column.sizing.distinctValues.value_or(0);
    table.columns.insert(afterPartitionKey(table), std::move(column));
    if (distinct > 1) {
        const auto divide = [&](std::string& rows) {
            if (!rows.empty())
                rows = fmt::format("({}) / {}", rows, distinct);
        };
        divide(table.sizing.rows);
        divide(table.sizing.maximumRows);
        if (table.sizing.partitions)
            table.sizing.partitions = *table.sizing.partitions * distinct;
    }
    return model;
}

std::string bucketNote(const ModelTable& table, const Bucket& bucket, const std::string& column)
{
    if (bucket.kind == Bucket::Kind::Time)
        return fmt::format("{}: one partition a {}; give {} and ask once for each {} of the range.",
                           table.name, timeUnitName(bucket.unit), column,
                           timeUnitName(bucket.unit));
    return fmt::format("{}: ask for {} = 0 … {} and merge the answers.", table.name, column,
                       bucket.count - 1);
}

/// One line a table in the queries' comments; a line about the table that is there is replaced.
void noteInQueries(Model& model, const ModelTable& table, const std::string& note)
{
    const std::string prefix = table.name + ": ";
    for (Query& query : model.queries) {
        if (std::ranges::count(table.queries, query.id) == 0)
            continue;
        std::string kept;
        std::string_view rest = query.comment;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (!rest.substr(0, end).starts_with(prefix))
                kept += (kept.empty() ? "" : "\n") + std::string{rest.substr(0, end)};
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!note.empty())
            kept += (kept.empty() ? "" : "\n") + note;
        query.comment = kept;
    }
}

} // namespace

std::string_view timeUnitName(TimeUnit unit) noexcept
{
    return factsOf(unit).name;
}

double daysOf(TimeUnit unit) noexcept
{
    return factsOf(unit).days;
}

std::string bucketText(const ModelTable& table, const Bucket& bucket)
{
    const TableColumn* column = columnById(table, bucket.column);
    const std::string name = column ? column->name : "";
    switch (bucket.kind) {
    case Bucket::Kind::Time:
        return std::string{timeUnitName(bucket.unit)} + "(" + name + ")";
    case Bucket::Kind::Hash:
        return "hash(" + name + ", " + std::to_string(bucket.count) + ")";
    case Bucket::Kind::Column:
    case Bucket::Kind::None:
        break;
    }
    return {};
}

std::optional<Bucket> bucketFromText(const ModelTable& table, std::string_view text)
{
    const std::size_t open = text.find('(');
    if (open == std::string_view::npos || !text.ends_with(')'))
        return std::nullopt;
    const std::string_view function = text.substr(0, open);
    std::string_view inner = text.substr(open + 1, text.size() - open - 2);
    Bucket bucket;
    if (function == "hash") {
        const std::size_t comma = inner.rfind(',');
        if (comma == std::string_view::npos)
            return std::nullopt;
        std::string_view number = inner.substr(comma + 1);
        number.remove_prefix(std::min(number.find_first_not_of(' '), number.size()));
        const auto read =
            std::from_chars(number.data(), number.data() + number.size(), bucket.count);
        if (read.ec != std::errc{} || bucket.count == 0)
            return std::nullopt;
        bucket.kind = Bucket::Kind::Hash;
        inner = inner.substr(0, comma);
    } else {
        const auto unit = std::ranges::find(kUnits, function, &UnitFacts::name);
        if (unit == std::end(kUnits))
            return std::nullopt;
        bucket.kind = Bucket::Kind::Time;
        bucket.unit = unit->unit;
    }
    const auto column = std::ranges::find(table.columns, inner, &TableColumn::name);
    if (column != table.columns.end())
        bucket.column = column->id;
    return bucket;
}

std::optional<Bucket> bucketOf(const ModelTable& table)
{
    for (const TableColumn& column : table.columns) {
        if (!column.bucketOf.empty() && column.role == ColumnRole::PartitionKey)
            return bucketFromText(table, column.bucketOf);
    }
    return std::nullopt;
}

namespace {

/// The model without the table's bucket, and as many partitions as there were before it.
Result<Model> withoutBucket(Model model, std::size_t at)
{
    ModelTable& table = model.tables[at];
    RW_ASSIGN(const TableInputs bucketed, tableInputs(model, table, SizeProfile::Largest));
    if (!bucketColumn(table))
        return model;
    const TableSizing given = table.sizing;
    const auto was = bucketOf(table);
    removeBucket(table);
    // What lives for a TTL fills so many buckets; without one nothing says how long it is kept.
    if (was && was->kind == Bucket::Kind::Time && bucketed.ttlSeconds > 0)
        stretchRows(table.sizing, given, *was, bucketed.ttlSeconds / 86400);
    const auto whole = tableInputs(model, table, SizeProfile::Largest);
    if (whole && whole->rowsKnown)
        multiplyPartitions(table, bucketed.rowsShare, whole->rowsShare);
    noteInQueries(model, table, {});
    return model;
}

Result<void> checkBucket(const ModelTable& table, const Bucket& bucket)
{
    const TableColumn* of = columnById(table, bucket.column);
    if (!of)
        return Error{ErrorCode::Invalid, "a bucket is made of a column of the table"};
    if (bucket.kind == Bucket::Kind::Time && !holdsTime(*of))
        return Error{ErrorCode::Invalid,
                     of->name + " is " + of->type +
                         "; a time bucket is made of a date, timestamp or timeuuid"};
    if (bucket.kind == Bucket::Kind::Hash && bucket.count < 2)
        return Error{ErrorCode::Invalid, "at least two hash buckets make sense"};
    return ok();
}

TableColumn newBucketColumn(const ModelTable& table, const Bucket& bucket, ElementId id)
{
    TableColumn column;
    column.id = id;
    column.name = freeColumnName(table, bucket.kind == Bucket::Kind::Time
                                            ? std::string{timeUnitName(bucket.unit)}
                                            : "bucket");
    column.role = ColumnRole::PartitionKey;
    column.rule = MappingRule::Bucket;
    column.reason = bucketReason(table, bucket);
    column.bucketOf = bucketText(table, bucket);
    describeBucketValues(column, bucket);
    return column;
}

} // namespace

Result<Model> applyBucket(const Model& before, ElementId tableId, const Bucket& bucket)
{
    Model model = before;
    const auto found = std::ranges::find(model.tables, tableId, &ModelTable::id);
    if (found == model.tables.end())
        return Error{ErrorCode::NotFound, "there is no such table in the model"};
    const auto at = static_cast<std::size_t>(found - model.tables.begin());
    if (bucket.kind == Bucket::Kind::Column)
        return moveIntoKey(std::move(model), at, bucket);
    RW_ASSIGN(const TableInputs bucketed, tableInputs(model, *found, SizeProfile::Largest));
    const TableColumn* old = bucketColumn(*found);
    const ElementId oldId = old ? old->id : ElementId::None;
    const auto was = bucketOf(*found);
    const TableSizing given = found->sizing;
    RW_ASSIGN(model, withoutBucket(std::move(model), at));
    if (bucket.kind == Bucket::Kind::None)
        return model;
    ModelTable& table = model.tables[at];
    RW_TRY(checkBucket(table, bucket));
    RW_ASSIGN(const TableInputs whole, tableInputs(model, table, SizeProfile::Largest));
    TableColumn column =
        newBucketColumn(table, bucket, oldId != ElementId::None ? oldId : model.newId());
    const std::string name = column.name;
    table.columns.insert(afterPartitionKey(table), std::move(column));
    spreadRows(table, bucket, whole);
    if (was && was->kind == Bucket::Kind::Time && bucket.kind == Bucket::Kind::Time)
        stretchRows(table.sizing, given, *was, daysOf(bucket.unit));
    if (const auto inputs = tableInputs(model, table, SizeProfile::Largest))
        multiplyPartitions(table, whole.rowsKnown ? whole.rowsShare : bucketed.rowsShare,
                           inputs->rowsShare);
    noteInQueries(model, table, bucketNote(table, bucket, name));
    return model;
}

} // namespace engine::modeling
