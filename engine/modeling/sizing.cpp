#include "engine/modeling/sizing.h"

#include "engine/modeling/figures.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr double kDaySeconds = 86400;

struct Headroom {
    std::string_view strategy;
    double share;
    std::string_view reason;
};
/// Free space beside the data that a strategy may need at its worst.
constexpr Headroom kHeadrooms[] = {
    {"LeveledCompactionStrategy", 0.1,
     "Levelled compaction rewrites about ten SSTables at a time: a tenth."},
    {"TimeWindowCompactionStrategy", 0.2,
     "Time windows are compacted one by one: room for the largest window, taken as a fifth."},
    {"UnifiedCompactionStrategy", 0.2, "Unified compaction works shard by shard: about a fifth."},
    {"SizeTieredCompactionStrategy", 1.0,
     "Size-tiered compaction may rewrite all SSTables at once: as much again."},
};

const Headroom& headroomOf(const ModelTable& table)
{
    const auto option = table.options.find("compaction");
    if (option != table.options.end()) {
        for (const Headroom& headroom : kHeadrooms) {
            if (option->second.find(headroom.strategy) != std::string::npos)
                return headroom;
        }
    }
    return kHeadrooms[std::size(kHeadrooms) - 1]; // Cassandra's default
}

Result<TableTotals> totalsOf(const Model& model, const ModelTable& table, Depth depth,
                             const SizeOptions& options)
{
    RW_ASSIGN(const TableInputs inputs, tableInputs(model, table, SizeProfile::Average, options));
    double bytes = classicalSize(inputs).bytes.result;
    if (depth == Depth::Exact) {
        RW_ASSIGN(const ExactSize exact, exactSize(model, table, inputs));
        bytes = exact.compressedBytes;
    } else {
        bytes *= table.sizing.compressionRatio.value_or(1);
    }
    const Headroom& headroom = headroomOf(table);
    TableTotals totals;
    totals.rows = inputs.rows * inputs.partitions;
    totals.bytes = bytes * inputs.partitions;
    totals.replicatedBytes = totals.bytes * inputs.replicas;
    totals.perNodeBytes = totals.replicatedBytes / std::max(1.0, options.nodes);
    totals.headroomShare = headroom.share;
    totals.perNodeDiskBytes = totals.perNodeBytes * (1 + headroom.share);
    totals.headroomSource = headroom.reason;
    return totals;
}

/// Duplication: which entity or relationship type a table mostly tells about.
ElementId subjectOf(const Model& model, const ModelTable& table)
{
    std::map<ElementId, int> votes;
    for (const TableColumn& column : table.columns) {
        const AttributeOwner owner = findAttribute(model, column.attribute);
        if (owner.entity)
            ++votes[owner.entity->id];
        else if (owner.relationship)
            ++votes[owner.relationship->id];
    }
    const auto most = std::ranges::max_element(
        votes, [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == votes.end() ? table.id : most->first;
}

} // namespace

SizeVerdict judge(double value, double limit)
{
    SizeVerdict verdict{value, limit, limit > 0 ? value / limit : 0, Light::Green};
    if (verdict.share > 1)
        verdict.light = Light::Red;
    else if (verdict.share >= 0.5)
        verdict.light = Light::Amber;
    return verdict;
}

Light worst(Light a, Light b)
{
    return std::max(a, b);
}

Result<TableSize> sizeOf(const Model& model, ElementId tableId, SizeProfile profile, Depth depth,
                         CellFormula formula, const SizeOptions& options)
{
    const ModelTable* table = findTable(model, tableId);
    if (!table)
        return Error{ErrorCode::NotFound, "there is no such table in the model"};
    TableSize size;
    size.table = tableId;
    size.profile = profile;
    RW_ASSIGN(size.inputs, tableInputs(model, *table, profile, options));
    size.classical = classicalSize(size.inputs, formula);
    if (depth == Depth::Exact) {
        RW_ASSIGN(size.exact, exactSize(model, *table, size.inputs));
    }
    size.rows = judge(size.inputs.rows, size.inputs.limitRows);
    size.cells = judge(size.classical.cells.result, size.inputs.limitCells);
    size.bytes = judge(size.exact ? size.exact->partitionBytes : size.classical.bytes.result,
                       size.inputs.limitBytes);
    size.light = worst(size.rows.light, worst(size.cells.light, size.bytes.light));
    RW_ASSIGN(size.totals, totalsOf(model, *table, depth, options));
    return size;
}

ClusterTotals clusterTotals(const Model& model, SizeProfile profile, Depth depth,
                            const SizeOptions& options)
{
    ClusterTotals totals;
    std::map<ElementId, double> largest;
    for (const ModelTable& table : model.tables) {
        auto size = sizeOf(model, table.id, profile, depth, CellFormula::Textbook, options);
        if (!size) {
            totals.failed.emplace_back(table.id, size.error().detail());
            continue;
        }
        totals.bytes += size->totals.bytes;
        totals.replicatedBytes += size->totals.replicatedBytes;
        totals.perNodeBytes += size->totals.perNodeBytes;
        totals.perNodeDiskBytes += size->totals.perNodeDiskBytes;
        double& most = largest[subjectOf(model, table)];
        most = std::max(most, size->totals.bytes);
        totals.tables.push_back(std::move(*size));
    }
    double once = 0;
    for (const auto& [subject, bytes] : largest)
        once += bytes;
    totals.duplicationFactor = once > 0 ? totals.bytes / once : 1;
    return totals;
}

Growth growthOf(const TableSize& size, double days)
{
    const TableInputs& inputs = size.inputs;
    const double rate = inputs.rowsPerDay;
    const double perRowCells = inputs.rows > 0 ? size.classical.cells.result / inputs.rows : 0;
    const double header = size.exact ? size.exact->headerBytes : 0;
    const double perRowBytes =
        size.exact ? size.exact->rowBytes
                   : (inputs.rows > 0 ? size.classical.bytes.result / inputs.rows : 0);
    const auto at = [&](double day, double rows) {
        return GrowthPoint{day, rows, rows * perRowCells, header + rows * perRowBytes};
    };
    Growth growth;
    if (rate <= 0 || days <= 0) {
        growth.points = {at(0, inputs.rows), at(std::max(days, 1.0), inputs.rows)};
        return growth;
    }
    const double ttlDays = inputs.ttlSeconds / kDaySeconds;
    const double bucket = inputs.bucketDays;
    const double full = bucket > 0 && ttlDays > 0 ? std::min(bucket, ttlDays)
                        : bucket > 0              ? bucket
                                                  : ttlDays;
    if (bucket > 0) {
        // A saw: at most this many teeth, the rest looks the same.
        constexpr double kTeethMax = 400;
        const double period = std::max(bucket, days / kTeethMax);
        for (double start = 0; start < days; start += period) {
            const double end = std::min(days, start + std::min(bucket, full));
            growth.points.push_back(at(start, 0));
            growth.points.push_back(at(end, rate * (end - start)));
        }
    } else if (full > 0 && full < days) {
        growth.points = {at(0, 0), at(full, rate * full), at(days, rate * full)};
    } else {
        growth.points = {at(0, 0), at(days, rate * days)};
    }
    if (bucket <= 0 && ttlDays > 0)
        growth.plateauDay = ttlDays;
    const auto crossing = [&](double limit, double perRow, double start) -> std::optional<double> {
        if (perRow <= 0)
            return std::nullopt;
        const double day = std::max(0.0, (limit - start) / (rate * perRow));
        return full > 0 && day >= full ? std::nullopt : std::optional{day};
    };
    growth.rowsLimitDay = crossing(inputs.limitRows, 1, 0);
    growth.cellsLimitDay = crossing(inputs.limitCells, perRowCells, 0);
    growth.bytesLimitDay = crossing(inputs.limitBytes, perRowBytes, header);
    return growth;
}

} // namespace engine::modeling
