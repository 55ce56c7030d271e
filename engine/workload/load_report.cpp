#include "engine/workload/load_report.h"

#include "engine/modeling/figures.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engine::workload {

using modeling::bytesText;
using modeling::grouped;

namespace json = boost::json;

namespace {

constexpr double kFindingMore = 0.25; ///< off the estimate for as many rows

std::string percentText(double ratio)
{
    return fmt::format("{:+.1f} %", 100 * (ratio - 1));
}

std::string rowsText(double rows)
{
    return grouped(rows < 100 ? std::round(rows * 10) / 10 : std::round(rows));
}

bool isFinding(const MeasuredTable& table)
{
    if (!table.comparison)
        return true;
    const double ratio = table.comparison->sameRowsRatio.value_or(table.comparison->ratio);
    return std::abs(ratio - 1) > kFindingMore;
}

json::value orNull(const std::optional<double>& value)
{
    return value ? json::value(*value) : json::value(nullptr);
}

json::object comparisonObject(const modeling::SizeComparison& comparison)
{
    return {{"estimatedBytes", comparison.estimatedBytes},
            {"ratio", comparison.ratio},
            {"estimatedRows", comparison.estimatedRows},
            {"sameRowsBytes", orNull(comparison.sameRowsBytes)},
            {"sameRowsRatio", orNull(comparison.sameRowsRatio)}};
}

json::object measuredObject(const modeling::Model& model, const MeasuredTable& table)
{
    const modeling::TableMeasurement& m = table.measurement;
    json::object made{{"table", table.name}};
    if (!table.comparison) {
        made["error"] = table.problem;
        return made;
    }
    made["source"] = m.source;
    made["partitions"] = orNull(m.partitions);
    made["rows"] = orNull(table.comparison->measuredRows);
    made["bytes"] = orNull(m.meanPartitionBytes);
    made["maximumBytes"] = orNull(m.maximumPartitionBytes);
    made["compressionRatio"] = orNull(m.compressionRatio);
    made["sampledRows"] = m.sampledRows;
    made["estimate"] = comparisonObject(*table.comparison);
    if (table.calibrated)
        made["calibrated"] = comparisonObject(*table.calibrated);
    const std::string worst = modeling::elementName(model, table.comparison->worstColumn);
    made["worstColumn"] = worst.empty() ? json::value(nullptr) : json::value(worst);
    made["sentence"] = table.comparison->sentence;
    return made;
}

std::string measuredLine(const MeasuredTable& table)
{
    if (!table.comparison)
        return fmt::format("{:40} {}\n", table.name, table.problem);
    const modeling::SizeComparison& c = *table.comparison;
    return fmt::format("{:40} {:>10} {:>9} {:>9} {:>10} {:>10} {:>10} {:>10}\n", table.name,
                       grouped(std::round(table.measurement.partitions.value_or(0))),
                       c.measuredRows ? rowsText(*c.measuredRows) : "?", rowsText(c.estimatedRows),
                       bytesText(c.measuredBytes), bytesText(c.estimatedBytes),
                       c.sameRowsRatio ? percentText(*c.sameRowsRatio) : percentText(c.ratio),
                       table.calibrated ? percentText(table.calibrated->ratio) : "");
}

} // namespace

bool LoadReport::hasFindings() const
{
    return std::ranges::any_of(measured, isFinding);
}

std::string reportText(const LoadReport& report)
{
    std::string out;
    if (report.rows > 0) {
        out += fmt::format("{} rows of {} loaded into {} in {:.1f} s, seed {}\n",
                           grouped(static_cast<double>(report.rows)), report.model, report.cluster,
                           report.seconds, report.seed);
        for (const ModelDataTable& table : report.loaded)
            out += fmt::format("{:40} {:>10}  {}\n", table.name,
                               grouped(static_cast<double>(table.rows)), table.source);
        out += "\n";
    }
    out +=
        fmt::format("{:40} {:>10} {:>9} {:>9} {:>10} {:>10} {:>10} {:>10}\n", "table", "partitions",
                    "rows", "estimated", "bytes", "estimated", "same rows", "calibrated");
    for (const MeasuredTable& table : report.measured)
        out += measuredLine(table);
    out += "Rows and bytes are of a partition on average, uncompressed. \"Same rows\": against the "
           "estimate for as many rows as were measured; \"calibrated\": after calibration.\n";
    if (!report.measured.empty() && !report.measured.front().measurement.source.empty())
        out += "Measured by " + report.measured.front().measurement.source + ".\n";
    if (!report.calibratedFile.empty())
        out += "The calibrated model is in " + report.calibratedFile + ".\n";
    return out;
}

std::string reportJson(const modeling::Model& model, const LoadReport& report)
{
    json::object made{{"model", report.model}, {"cluster", report.cluster}};
    if (report.rows > 0) {
        json::array tables;
        for (const ModelDataTable& table : report.loaded)
            tables.push_back(
                {{"table", table.name}, {"rows", table.rows}, {"source", table.source}});
        made["loaded"] = json::object{{"rows", report.rows},
                                      {"seed", report.seed},
                                      {"seconds", report.seconds},
                                      {"tables", tables}};
    }
    json::array measured;
    for (const MeasuredTable& table : report.measured)
        measured.push_back(measuredObject(model, table));
    made["measured"] = measured;
    return json::serialize(made) + "\n";
}

} // namespace engine::workload
