// nodetool: what tables and stages of a node have done.

#include "engine/launcher/nodetool_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ostream>

namespace engine::launcher::tool {

namespace json = boost::json;

namespace {

/// "READ_REQ" of "org.apache.cassandra.metrics:type=DroppedMessage,scope=READ_REQ,name=Dropped".
std::string propertyOf(const std::string& name, const std::string& key)
{
    const auto at = name.find(key + "=");
    if (at == std::string::npos)
        return {};
    const auto begin = at + key.size() + 1;
    return name.substr(begin, name.find(',', begin) - begin);
}

double numberOf(const json::value* value)
{
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0.0;
}

/// A figure with three digits behind the point, as nodetool prints latencies.
std::string number(const json::value& value)
{
    return fmt::format("{:.3f}", numberOf(&value));
}

/// Percentiles of counts in EstimatedHistogram's buckets, which grow by a fifth.
struct Buckets {
    std::vector<double> counts;

    explicit Buckets(const json::value& value)
    {
        if (const auto* array = value.if_array())
            for (const auto& one : *array)
                counts.push_back(numberOf(&one));
    }
    /// The limit of the bucket below which `share` of the values lie.
    [[nodiscard]] double percentile(double share) const
    {
        double total = 0;
        for (const double count : counts)
            total += count;
        const double wanted = std::floor(total * share);
        double passed = 0;
        double limit = 1;
        for (const double count : counts) {
            passed += count;
            if (count > 0 && passed >= wanted)
                return limit;
            limit = std::max(limit + 1, std::round(limit * 1.2));
        }
        return 0;
    }
};

} // namespace

Result<void> tableStatsCommand(const Tool& tool)
{
    const std::string wanted = tool.argument(0);
    const std::string keyspace = wanted.substr(0, wanted.find('.'));
    RW_ASSIGN(const auto found,
              tool.matching(fmt::format("org.apache.cassandra.metrics:type=Table,keyspace={},"
                                        "scope=*,name=*",
                                        keyspace.empty() ? "*" : keyspace)));
    std::map<std::string, std::map<std::string, std::map<std::string, std::string>>> tables;
    for (const auto& bean : found) {
        const std::string name{bean.key()};
        const auto property = [&](const char* key) { return propertyOf(name, key); };
        const auto& values = bean.value().as_object();
        const auto* value = values.if_contains("Value");
        if (value == nullptr)
            value = values.if_contains("Count");
        if (value != nullptr)
            tables[property("keyspace")][property("scope")][property("name")] =
                property("name") == "PercentRepaired" ? fmt::format("{:.1f}", numberOf(value))
                                                      : plain(*value);
        if (const auto* mean = values.if_contains("Mean"))
            tables[property("keyspace")][property("scope")][property("name") + "Mean"] =
                number(*mean);
    }
    constexpr std::array<std::pair<const char*, const char*>, 22> lines{
        {{"LiveSSTableCount", "SSTable count"},
         {"LiveDiskSpaceUsed", "Space used (live)"},
         {"TotalDiskSpaceUsed", "Space used (total)"},
         {"SnapshotsSize", "Space used by snapshots (total)"},
         {"CompressionRatio", "SSTable Compression Ratio"},
         {"EstimatedPartitionCount", "Number of partitions (estimate)"},
         {"MaxPartitionSize", "Compacted partition maximum bytes"},
         {"MemtableColumnsCount", "Memtable cell count"},
         {"MemtableLiveDataSize", "Memtable data size"},
         {"MemtableSwitchCount", "Memtable switch count"},
         {"ReadLatency", "Local read count"},
         {"ReadLatencyMean", "Local read latency (mean, us)"},
         {"WriteLatency", "Local write count"},
         {"WriteLatencyMean", "Local write latency (mean, us)"},
         {"BloomFilterFalsePositives", "Bloom filter false positives"},
         {"BloomFilterOffHeapMemoryUsed", "Bloom filter off heap memory used"},
         {"IndexSummaryOffHeapMemoryUsed", "Index summary off heap memory used"},
         {"CompressionMetadataOffHeapMemoryUsed", "Compression metadata off heap memory used"},
         {"PercentRepaired", "Percent repaired"},
         {"BytesRepaired", "Bytes repaired"},
         {"BytesUnrepaired", "Bytes unrepaired"},
         {"BytesPendingRepair", "Bytes pending repair"}}};
    bool any = false;
    for (const auto& [name, byTable] : tables) {
        tool.out << "Keyspace : " << name << "\n";
        for (const auto& [table, values] : byTable) {
            if (const auto dot = wanted.find('.');
                dot != std::string::npos && wanted.substr(dot + 1) != table)
                continue;
            any = true;
            tool.out << "\t\tTable: " << table << "\n";
            for (const auto& [metric, title] : lines)
                if (const auto at = values.find(metric); at != values.end())
                    tool.out << "\t\t" << title << ": " << at->second << "\n";
            tool.out << "\n";
        }
        tool.out << "----------------\n";
    }
    if (!any)
        return Error{ErrorCode::NotFound, "there is no table '" + wanted + "'"};
    return ok();
}

Result<void> compactionStatsCommand(const Tool& tool)
{
    const char* bean = "org.apache.cassandra.db:type=CompactionManager";
    RW_ASSIGN(
        const auto pending,
        tool.attribute("Value", "org.apache.cassandra.metrics:type=Compaction,name=PendingTasks"));
    RW_ASSIGN(const auto running, tool.attribute("Compactions", bean));
    tool.out << fmt::format("{:<27}{}\n", "concurrent compactors", "1")
             << fmt::format("{:<27}{}\n", "pending tasks", plain(pending));
    if (!running.is_array() || running.as_array().empty())
        return ok();
    tool.out << fmt::format("{:<37}{:<16}{:<18}{:<18}{:<14}{:<14}{:<7}{}\n", "id",
                            "compaction type", "keyspace", "table", "completed", "total", "unit",
                            "progress");
    for (const auto& one : running.as_array()) {
        const auto text = [&](const char* key) {
            const auto* value = one.as_object().if_contains(key);
            return value == nullptr ? std::string{} : plain(*value);
        };
        const double done = std::strtod(text("completed").c_str(), nullptr);
        const double total = std::strtod(text("total").c_str(), nullptr);
        tool.out << fmt::format("{:<37}{:<16}{:<18}{:<18}{:<14}{:<14}{:<7}{:.2f}%\n",
                                text("compactionId"), text("taskType"), text("keyspace"),
                                text("columnfamily"), text("completed"), text("total"),
                                text("unit"), total > 0 ? done / total * 100 : 0.0);
    }
    return ok();
}

Result<void> tableHistogramsCommand(const Tool& tool)
{
    std::string keyspace = tool.argument(0);
    std::string table = tool.argument(1);
    if (const auto dot = keyspace.find('.'); dot != std::string::npos && table.empty()) {
        table = keyspace.substr(dot + 1);
        keyspace.resize(dot);
    }
    if (keyspace.empty() || table.empty())
        return Error{ErrorCode::Invalid, "tablehistograms requires keyspace and table"};
    const std::string at = fmt::format(
        "org.apache.cassandra.metrics:type=Table,keyspace={},scope={},name=", keyspace, table);
    const auto found = tool.matching(at + "*");
    if (!found)
        return Error{ErrorCode::NotFound, "there is no table '" + keyspace + "." + table + "'"};
    const auto metric = [&](const char* name, const char* attribute) -> const json::value* {
        for (const auto& bean : *found)
            if (propertyOf(std::string{bean.key()}, "name") == name && bean.value().is_object())
                return bean.value().as_object().if_contains(attribute);
        return nullptr;
    };
    const auto buckets = [&](const char* name) {
        const auto* value = metric(name, "Value");
        return Buckets{value == nullptr ? json::value() : *value};
    };
    const Buckets sizes = buckets("EstimatedPartitionSizeHistogram");
    const Buckets cells = buckets("EstimatedColumnCountHistogram");
    tool.out << fmt::format("{}/{} histograms\n", keyspace, table)
             << fmt::format("{:<10}{:>18}{:>18}{:>18}{:>18}\n", "Percentile", "Read Latency",
                            "Write Latency", "Partition Size", "Cell Count")
             << fmt::format("{:<10}{:>18}{:>18}{:>18}\n", "", "(micros)", "(micros)", "(bytes)");
    struct Line {
        const char* title;
        const char* attribute;
        double share;
    };
    constexpr std::array<Line, 7> lines{{{"50%", "50thPercentile", 0.5},
                                         {"75%", "75thPercentile", 0.75},
                                         {"95%", "95thPercentile", 0.95},
                                         {"98%", "98thPercentile", 0.98},
                                         {"99%", "99thPercentile", 0.99},
                                         {"Min", "Min", 0.0},
                                         {"Max", "Max", 1.0}}};
    for (const Line& line : lines)
        tool.out << fmt::format("{:<10}{:>18.2f}{:>18.2f}{:>18.0f}{:>18.0f}\n", line.title,
                                numberOf(metric("ReadLatency", line.attribute)),
                                numberOf(metric("WriteLatency", line.attribute)),
                                sizes.percentile(line.share), cells.percentile(line.share));
    return ok();
}

Result<void> poolStatsCommand(const Tool& tool)
{
    RW_ASSIGN(const auto pools,
              tool.matching("org.apache.cassandra.metrics:type=ThreadPools,path=*,scope=*,name=*"));
    std::map<std::string, std::map<std::string, double>> byPool;
    for (const auto& bean : pools) {
        const std::string name{bean.key()};
        const auto& values = bean.value().as_object();
        const auto* value = values.if_contains("Value");
        byPool[propertyOf(name, "scope")][propertyOf(name, "name")] =
            numberOf(value != nullptr ? value : values.if_contains("Count"));
    }
    tool.out << fmt::format("{:<29}{:>8}{:>9}{:>12}{:>9}{:>18}\n", "Pool Name", "Active", "Pending",
                            "Completed", "Blocked", "All time blocked");
    for (auto& [pool, figures] : byPool)
        tool.out << fmt::format("{:<29}{:>8.0f}{:>9.0f}{:>12.0f}{:>9.0f}{:>18.0f}\n", pool,
                                figures["ActiveTasks"], figures["PendingTasks"],
                                figures["CompletedTasks"], figures["CurrentlyBlockedTasks"],
                                figures["TotalBlockedTasks"]);
    RW_ASSIGN(const auto dropped,
              tool.matching("org.apache.cassandra.metrics:type=DroppedMessage,scope=*,name=*"));
    tool.out << fmt::format("\n{:<29}{:>8}\n", "Message type", "Dropped");
    for (const auto& bean : dropped)
        tool.out << fmt::format("{:<29}{:>8.0f}\n", propertyOf(std::string{bean.key()}, "scope"),
                                numberOf(bean.value().as_object().if_contains("Count")));
    return ok();
}

} // namespace engine::launcher::tool
