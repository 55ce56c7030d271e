// What each way to split a partition would do.
#include "engine/modeling/buckets.h"
#include "engine/modeling/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

const TableColumn* candidateColumn(const ModelTable& table, ElementId id)
{
    const auto found = std::ranges::find(table.columns, id, &TableColumn::id);
    return found == table.columns.end() ? nullptr : &*found;
}

bool isTimeColumn(const TableColumn& column)
{
    return column.type == "date" || column.type == "timestamp" || column.type == "timeuuid";
}

bool given(const std::vector<ElementId>& attributes, const TableColumn& column)
{
    return column.attribute != ElementId::None &&
           std::ranges::count(attributes, column.attribute) > 0;
}

/// Partitions that `days` of data touch when each has `bucketDays`.
std::pair<double, double> bucketsTouched(double days, double bucketDays)
{
    const double fewest = std::max(1.0, std::ceil(days / bucketDays));
    const double most = std::max(1.0, std::floor(days / bucketDays - 1e-9) + 2);
    return {fewest, days <= 0 ? 1 : std::max(fewest, most)};
}

BucketReads timeReads(const Query& query, const Bucket& bucket, const TableColumn& column,
                      double wholeDays)
{
    BucketReads reads{query.id, 1, 1, {}};
    const double bucketDays = daysOf(bucket.unit);
    if (given(query.equality, column)) {
        reads.sentence = fmt::format("{} gives {} and reads 1 partition", query.label, column.name);
        return reads;
    }
    const bool ranged = given(query.range, column);
    const double days = ranged && query.rangeWidth ? *query.rangeWidth : wholeDays;
    if (days <= 0) {
        reads.most = 0;
        reads.sentence = fmt::format("{} reads a partition a {}; how many is not known",
                                     query.label, timeUnitName(bucket.unit));
        return reads;
    }
    std::tie(reads.fewest, reads.most) = bucketsTouched(days, bucketDays);
    const std::string over = ranged && query.rangeWidth ? " over " + durationText(days * 86400)
                                                        : " over all " + durationText(days * 86400);
    reads.sentence =
        reads.fewest == reads.most
            ? fmt::format("{}{} reads {}", query.label, over, counted(reads.most, "partition"))
            : fmt::format("{}{} reads {} or {} partitions", query.label, over,
                          grouped(reads.fewest), grouped(reads.most));
    return reads;
}

BucketReads readsOf(const Query& query, const ModelTable& table, const Bucket& bucket,
                    double wholeDays)
{
    const TableColumn* column = candidateColumn(table, bucket.column);
    BucketReads reads{query.id, 1, 1, query.label + " reads 1 partition"};
    if (!column || bucket.kind == Bucket::Kind::None)
        return reads;
    if (bucket.kind == Bucket::Kind::Time)
        return timeReads(query, bucket, *column, wholeDays);
    if (given(query.equality, *column)) {
        reads.sentence =
            fmt::format("{} gives {} and reads 1 partition", query.label, column->name);
        return reads;
    }
    const double all = bucket.kind == Bucket::Kind::Hash
                           ? bucket.count
                           : column->sizing.distinctValues.value_or(0);
    reads.fewest = reads.most = all;
    if (all <= 0)
        reads.sentence = fmt::format("{} does not give {}: it cannot be asked any more",
                                     query.label, column->name);
    else
        reads.sentence = fmt::format("{} reads {}", query.label, counted(all, "partition"));
    return reads;
}

std::string labelOf(const ModelTable& table, const Bucket& bucket)
{
    const TableColumn* column = candidateColumn(table, bucket.column);
    switch (bucket.kind) {
    case Bucket::Kind::None:
        return "none";
    case Bucket::Kind::Time:
        return std::string{timeUnitName(bucket.unit)};
    case Bucket::Kind::Hash:
        return std::to_string(bucket.count) + " hash buckets";
    case Bucket::Kind::Column:
        return (column ? column->name : "") + " in the key";
    }
    return {};
}

std::vector<Bucket> bucketsFor(const ModelTable& table)
{
    std::vector<Bucket> buckets{Bucket{}};
    const TableColumn* time = nullptr;
    const TableColumn* last = nullptr;
    for (const TableColumn& column : table.columns) {
        if (column.role != ColumnRole::Clustering)
            continue;
        if (!time && isTimeColumn(column))
            time = &column;
        last = &column;
    }
    if (time) {
        for (const TimeUnit unit : {TimeUnit::Year, TimeUnit::Quarter, TimeUnit::Month,
                                    TimeUnit::Week, TimeUnit::Day, TimeUnit::Hour}) {
            if (unit != TimeUnit::Hour || time->type != "date")
                buckets.push_back({Bucket::Kind::Time, time->id, unit, 0});
        }
    }
    if (last) {
        for (const std::uint32_t count : {4U, 8U, 16U, 32U, 64U, 128U, 256U})
            buckets.push_back({Bucket::Kind::Hash, last->id, TimeUnit::Month, count});
    }
    for (const TableColumn& column : table.columns) {
        if (column.role == ColumnRole::Clustering)
            buckets.push_back({Bucket::Kind::Column, column.id, TimeUnit::Month, 0});
    }
    return buckets;
}

/// The table without its bucket: what every candidate starts from.
Result<Model> unbucketed(const Model& model, ElementId table)
{
    return applyBucket(model, table, Bucket{});
}

/// `model` with its present bucket, which tells how many rows another one would have, and without.
struct BucketedModels {
    const Model& model;
    const Model& plain;
};

/// The model with that bucket in place of the present one. A column moves into the key of the table
/// without any.
Result<Model> rebucketed(const BucketedModels& models, ElementId table, const Bucket& bucket)
{
    if (bucketOf(*findTable(models.model, table)) == bucket)
        return models.model;
    return applyBucket(bucket.kind == Bucket::Kind::Column ? models.plain : models.model, table,
                       bucket);
}

Result<BucketCandidate> candidateFor(const BucketedModels& models, ElementId tableId,
                                     const Bucket& bucket, Depth depth, double wholeDays,
                                     const SizeOptions& options)
{
    const Model& plain = models.plain;
    RW_ASSIGN(const Model changed, rebucketed(models, tableId, bucket));
    RW_ASSIGN(const TableSize size, sizeOf(changed, tableId, SizeProfile::Largest, depth,
                                           CellFormula::Textbook, options));
    const ModelTable& table = *findTable(plain, tableId);
    BucketCandidate candidate;
    candidate.bucket = bucket;
    candidate.label = labelOf(table, bucket);
    candidate.rows = size.rows.value;
    candidate.cells = size.cells.value;
    candidate.bytes = size.bytes.value;
    candidate.light = size.light;
    candidate.partitions = size.inputs.partitions;
    candidate.sentence = counted(candidate.cells, "cell") + ", " + bytesText(candidate.bytes);
    for (const ElementId id : table.queries) {
        const Query* query = findQuery(plain, id);
        if (query && query->access == Access::Read)
            candidate.queries.push_back(readsOf(*query, table, bucket, wholeDays));
    }
    return candidate;
}

/// The coarsest that is green; if none is, the best light that there is.
void recommend(std::vector<BucketCandidate>& candidates)
{
    BucketCandidate* best = nullptr;
    const auto reads = [](const BucketCandidate& candidate) {
        double most = 0;
        for (const BucketReads& query : candidate.queries)
            most = std::max(most, query.most <= 0 ? 1e9 : query.most);
        return most;
    };
    for (BucketCandidate& candidate : candidates) {
        if (!best || candidate.light < best->light ||
            (candidate.light == best->light && candidate.bucket.kind != Bucket::Kind::None &&
             best->bucket.kind != Bucket::Kind::None && reads(candidate) < reads(*best)))
            best = &candidate;
    }
    if (best)
        best->recommended = true;
}

} // namespace

Result<std::vector<BucketCandidate>> bucketCandidates(const Model& model, ElementId tableId,
                                                      Depth depth, const SizeOptions& options)
{
    RW_ASSIGN(const Model plain, unbucketed(model, tableId));
    const ModelTable* table = findTable(plain, tableId);
    RW_ASSIGN(const TableInputs inputs, tableInputs(plain, *table, SizeProfile::Largest, options));
    const double wholeDays = inputs.rowsPerDay > 0 && inputs.rowsKnown
                                 ? inputs.rows / inputs.rowsPerDay
                                 : inputs.ttlSeconds / 86400;
    std::vector<BucketCandidate> candidates;
    std::vector<Bucket> buckets = bucketsFor(*table);
    // The one that is there stands among the others, whatever its size.
    const auto present = bucketOf(*findTable(model, tableId));
    if (present && std::ranges::count(buckets, *present) == 0)
        buckets.insert(std::ranges::find_if(buckets,
                                            [&](const Bucket& other) {
                                                return other.kind == Bucket::Kind::Column ||
                                                       (other.kind == present->kind &&
                                                        other.count > present->count);
                                            }),
                       *present);
    for (const Bucket& bucket : buckets) {
        const TableColumn* column = candidateColumn(*table, bucket.column);
        // Without a rate nobody knows what falls into a bucket of time; nor what a column divides.
        if (bucket.kind == Bucket::Kind::Time && wholeDays <= 0 && inputs.rowsPerDay <= 0)
            continue;
        if (bucket.kind == Bucket::Kind::Column &&
            (!column || column->sizing.distinctValues.value_or(0) <= 1))
            continue;
        RW_ASSIGN(BucketCandidate candidate,
                  candidateFor({model, plain}, tableId, bucket, depth, wholeDays, options));
        candidates.push_back(std::move(candidate));
    }
    recommend(candidates);
    return candidates;
}

Result<BucketCandidate> solveBucket(const Model& model, ElementId tableId, double targetBytes,
                                    double targetCells, const SizeOptions& options)
{
    RW_ASSIGN(const auto candidates, bucketCandidates(model, tableId, Depth::Exact, options));
    const BucketCandidate* best = nullptr;
    for (const BucketCandidate& candidate : candidates) {
        if (candidate.bytes <= targetBytes && candidate.cells <= targetCells &&
            (!best || candidate.bytes > best->bytes))
            best = &candidate;
    }
    if (!best)
        return Error{ErrorCode::Invalid,
                     fmt::format("no bucket brings a partition below {} and {}; the finest has {}",
                                 bytesText(targetBytes), counted(targetCells, "cell"),
                                 candidates.empty() ? "no size" : candidates.back().sentence)};
    return *best;
}

} // namespace engine::modeling
