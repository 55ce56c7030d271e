#include "engine/launcher/sstable_report.h"

#include "engine/schema/describe.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace engine::launcher {

namespace json = boost::json;
using namespace sstable;

namespace {

constexpr double kPercentiles[] = {0.5, 0.75, 0.95, 0.98, 0.99};

json::object histogramJson(const EstimatedHistogram& histogram)
{
    json::object shown{{"count", histogram.count()},        {"min", histogram.min()},
                       {"p50", histogram.percentile(0.5)},  {"p75", histogram.percentile(0.75)},
                       {"p95", histogram.percentile(0.95)}, {"p98", histogram.percentile(0.98)},
                       {"p99", histogram.percentile(0.99)}, {"max", histogram.max()}};
    json::array buckets;
    for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        if (histogram.counts()[i] == 0)
            continue;
        // The last bucket has no limit.
        buckets.push_back(json::array{
            i < histogram.offsets().size() ? json::value(histogram.offsets()[i]) : json::value(),
            histogram.counts()[i]});
    }
    shown["buckets"] = std::move(buckets);
    return shown;
}

json::array dropTimesJson(const TombstoneHistogram& histogram)
{
    json::array points;
    for (const auto& [seconds, count] : histogram.points())
        points.push_back(json::array{seconds, count});
    return points;
}

json::object partitionJson(const schema::Table& table, const PartitionReport& partition)
{
    return {{"key", keyText(table, partition.key)},
            {"token", partition.token},
            {"position", partition.position},
            {"bytes", partition.bytes},
            {"rows", partition.rows},
            {"cells", partition.cells},
            {"tombstones", partition.tombstones()}};
}

json::array partitionsJson(const schema::Table& table, const std::vector<PartitionReport>& all)
{
    json::array shown;
    for (const auto& each : all)
        shown.push_back(partitionJson(table, each));
    return shown;
}

json::object scanJson(const schema::Table& table, const TableReport& report)
{
    const PartitionReport& totals = report.totals;
    return {{"partitions", report.partitions},
            {"rows", totals.rows},
            {"static_rows", report.staticRows},
            {"cells", totals.cells},
            {"bytes", totals.bytes},
            {"tombstones", json::object{{"partitions", report.deletedPartitions},
                                        {"rows", totals.rowTombstones},
                                        {"ranges", totals.rangeTombstones},
                                        {"collections", totals.complexTombstones},
                                        {"cells", totals.cellTombstones}}},
            {"expiring_cells", totals.expiringCells},
            {"expired_cells", totals.expiredCells},
            {"expired_rows", totals.expiredRows},
            {"rows_per_partition", histogramJson(report.rowsPerPartition)},
            {"cells_per_partition", histogramJson(report.cellsPerPartition)},
            {"tombstones_per_partition", histogramJson(report.tombstonesPerPartition)},
            {"ttl_seconds", histogramJson(report.ttls)},
            {"tombstone_drop_times", dropTimesJson(report.dropTimes)},
            {"largest_by_bytes", partitionsJson(table, report.largestByBytes)},
            {"largest_by_rows", partitionsJson(table, report.largestByRows)},
            {"largest_by_tombstones", partitionsJson(table, report.largestByTombstones)}};
}

json::value secondsOrNull(std::int64_t seconds)
{
    return seconds == rows::kNoDeletionTime ? json::value() : json::value(seconds);
}

/// CREATE TABLE without the options, of which a header knows none.
std::string columnsText(const schema::Table& table)
{
    const std::string text = schema::describeTable(table, false);
    return text.substr(0, text.find("\n    AND "));
}

std::string compressorOf(const Reader& reader)
{
    return reader.stats().compressionRatio < 0 ? "none" : "yes";
}

std::string histogramRow(const char* name, const EstimatedHistogram& histogram)
{
    std::string row = fmt::format("  {:<24}", name);
    for (const double percentile : kPercentiles)
        row += fmt::format("{:>12}", histogram.percentile(percentile));
    return row + fmt::format("{:>12}{:>12}\n", histogram.min(), histogram.max());
}

std::string largestText(const schema::Table& table, const char* title,
                        const std::vector<PartitionReport>& all)
{
    if (all.empty())
        return {};
    std::string text = fmt::format("\n{}\n  {:>12}{:>10}{:>10}{:>12}  key\n", title, "bytes",
                                   "rows", "cells", "tombstones");
    for (const auto& each : all)
        text += fmt::format("  {:>12}{:>10}{:>10}{:>12}  {}\n", each.bytes, each.rows, each.cells,
                            each.tombstones(), keyText(table, each.key));
    return text;
}

std::string scanText(const schema::Table& table, const TableReport& report)
{
    const PartitionReport& totals = report.totals;
    std::string text = fmt::format(
        "\nContents\n  partitions {}, rows {}, static rows {}, cells {}\n"
        "  tombstones: {} of partitions, {} of rows, {} of ranges, {} of collections, {} of cells\n"
        "  {} cells with a TTL, of which {} have expired; {} expired rows\n",
        report.partitions, totals.rows, report.staticRows, totals.cells, report.deletedPartitions,
        totals.rowTombstones, totals.rangeTombstones, totals.complexTombstones,
        totals.cellTombstones, totals.expiringCells, totals.expiredCells, totals.expiredRows);
    text += histogramRow("rows a partition", report.rowsPerPartition);
    text += histogramRow("tombstones a partition", report.tombstonesPerPartition);
    if (report.ttls.count() > 0)
        text += histogramRow("TTL (s)", report.ttls);
    text += largestText(table, "Largest partitions", report.largestByBytes);
    text += largestText(table, "Partitions with the most rows", report.largestByRows);
    text += largestText(table, "Partitions with the most tombstones", report.largestByTombstones);
    return text;
}

} // namespace

json::object inspectionJson(const Reader& reader, const TableReport* scanned)
{
    const StatsMetadata& stats = reader.stats();
    const schema::Table& table = *reader.table();
    json::object shown{
        {"file", reader.descriptor().path(Component::Data)},
        {"format", reader.descriptor().format},
        {"version", reader.descriptor().version},
        {"keyspace", table.keyspace()},
        {"table", table.name()},
        {"schema", columnsText(table)},
        {"partitioner", reader.statistics().partitioner},
        {"bytes_on_disk", reader.bytesOnDisk()},
        {"data_bytes", reader.dataBytes()},
        {"compression_ratio",
         stats.compressionRatio < 0 ? json::value() : json::value(stats.compressionRatio)},
        {"bloom_filter_fp_chance", reader.statistics().bloomFilterFpChance},
        {"level", stats.level},
        {"repaired_at", stats.repairedAt},
        {"pending_repair",
         stats.pendingRepair ? json::value(stats.pendingRepair->toString()) : json::value()},
        {"originating_host",
         stats.originatingHost ? json::value(stats.originatingHost->toString()) : json::value()},
        {"min_timestamp", stats.minTimestamp},
        {"max_timestamp", stats.maxTimestamp},
        {"min_local_deletion_time", secondsOrNull(stats.minLocalDeletionTime)},
        {"max_local_deletion_time", secondsOrNull(stats.maxLocalDeletionTime)},
        {"min_ttl", stats.minTtl},
        {"max_ttl", stats.maxTtl},
        {"first_key", keyText(table, reader.firstKey())},
        {"first_token", reader.firstToken()},
        {"last_key", keyText(table, reader.lastKey())},
        {"last_token", reader.lastToken()},
        {"estimated_cardinality", reader.statistics().cardinality.estimate()},
        {"total_rows", stats.totalRows},
        {"total_columns_set", stats.totalColumns},
        {"partition_size", histogramJson(stats.partitionSizes)},
        {"cells_per_partition", histogramJson(stats.cellsPerPartition)},
        {"tombstone_drop_times", dropTimesJson(stats.tombstoneDropTimes)}};
    if (scanned != nullptr)
        shown["contents"] = scanJson(table, *scanned);
    return shown;
}

std::string inspectionText(const Reader& reader, const TableReport* scanned)
{
    const StatsMetadata& stats = reader.stats();
    const schema::Table& table = *reader.table();
    const auto time = [](std::int64_t seconds) {
        return seconds == rows::kNoDeletionTime ? std::string{"none"} : fmt::format("{}", seconds);
    };
    std::string text = fmt::format(
        "{}\n  {}.{}, format {}, version {}\n  {} bytes on disk, {} bytes of rows, compressed: "
        "{}{}\n  level {}, repaired at {}, bloom filter chance {}\n"
        "  timestamps {} to {}\n  deletion times {} to {}, TTL {} to {} s\n"
        "  keys {} ({}) to {} ({}), about {} partitions, {} rows, {} columns set\n\n{}\n\n"
        "Histograms{:>28}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}\n",
        reader.descriptor().path(Component::Data), table.keyspace(), table.name(),
        reader.descriptor().format, reader.descriptor().version, reader.bytesOnDisk(),
        reader.dataBytes(), compressorOf(reader),
        stats.compressionRatio < 0 ? "" : fmt::format(", to {:.3f}", stats.compressionRatio),
        stats.level, stats.repairedAt, reader.statistics().bloomFilterFpChance, stats.minTimestamp,
        stats.maxTimestamp, time(stats.minLocalDeletionTime), time(stats.maxLocalDeletionTime),
        stats.minTtl, stats.maxTtl, keyText(table, reader.firstKey()), reader.firstToken(),
        keyText(table, reader.lastKey()), reader.lastToken(),
        reader.statistics().cardinality.estimate(), stats.totalRows, stats.totalColumns,
        columnsText(table), "50 %", "75 %", "95 %", "98 %", "99 %", "min", "max");
    text += histogramRow("partition size (bytes)", stats.partitionSizes);
    text += histogramRow("cells a partition", stats.cellsPerPartition);
    const auto& points = stats.tombstoneDropTimes.points();
    if (!points.empty())
        text += fmt::format("  tombstones can go from {} to {} (seconds since 1970), {} points\n",
                            points.begin()->first, points.rbegin()->first, points.size());
    if (scanned != nullptr)
        text += scanText(table, *scanned);
    return text;
}

} // namespace engine::launcher
