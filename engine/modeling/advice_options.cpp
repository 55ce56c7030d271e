#include "engine/modeling/advice_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine::modeling {

namespace {

constexpr double kManyDeletions = 0.2; ///< share of rows or cells
/// Windows that a TTL should have: enough to drop whole SSTables, few enough to read.
constexpr double kWindowsATtl = 30;

std::string windowOptions(double ttlSeconds)
{
    const double window = ttlSeconds / kWindowsATtl;
    const char* unit = window >= 86400 ? "DAYS" : window >= 3600 ? "HOURS" : "MINUTES";
    const double seconds = window >= 86400 ? 86400 : window >= 3600 ? 3600 : 60;
    return fmt::format("{{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': "
                       "'{}', 'compaction_window_size': '{:.0f}'}}",
                       unit, std::max(1.0, std::ceil(window / seconds)));
}

bool namedAsQueue(const std::string& name)
{
    for (const char* word : {"queue", "inbox", "outbox", "jobs", "pending", "todo"}) {
        if (name.find(word) != std::string::npos)
            return true;
    }
    return false;
}

void adviseDeletions(Advising& at, const ModelTable& table)
{
    const TableSizing& sizing = table.sizing;
    const double rows = sizing.deletedRows.value_or(0);
    const double cells = sizing.deletedCells.value_or(0);
    const bool ordered = std::ranges::any_of(table.columns, [](const TableColumn& column) {
        return column.role == ColumnRole::Clustering;
    });
    if (ordered && (rows >= 0.5 || (namedAsQueue(table.name) && isTimeSeries(table)))) {
        at.add("queue-table", Severity::Warning, table.id,
               table.name + " is used like a queue: rows are read in order and deleted.",
               "Each read from the front walks over the tombstones of all that was taken before, "
               "for gc_grace_seconds. Remember where the last read ended and start there, give "
               "each time bucket a partition, or use a message broker.");
    } else if (rows >= kManyDeletions || cells >= kManyDeletions) {
        at.add("tombstones", Severity::Warning, table.id,
               fmt::format("{} % of the {} of {} are tombstones.",
                           grouped(100 * std::max(rows, cells)), rows >= cells ? "rows" : "cells",
                           table.name),
               "A tombstone is stored, replicated and read like data until gc_grace_seconds have "
               "passed and compaction meets what it covers. Prefer a TTL with time windows, or "
               "delete whole partitions; leave columns out instead of writing null.");
    }
}

void adviseGcGrace(Advising& at, const ModelTable& table)
{
    const auto option = table.options.find("gc_grace_seconds");
    if (option == table.options.end() || option->second != "0")
        return;
    const auto inputs = tableInputs(at.model, table, SizeProfile::Average, at.options);
    if (!inputs || inputs->replicas < 2)
        return;
    Finding& finding =
        at.add("gc-grace", Severity::Warning, table.id,
               "gc_grace_seconds of " + table.name + " is 0 with " +
                   counted(inputs->replicas, "replica") + ".",
               "Tombstones may go before every replica has them: a replica that missed a delete "
               "then brings the rows back. Hints for this table are not kept either. Repair at "
               "least once within gc_grace_seconds.");
    finding.fix = tableFix("Set the default of ten days", table.id,
                           [](Model&, ModelTable& to) -> Result<void> {
                               to.options.erase("gc_grace_seconds");
                               return ok();
                           });
}

CompactionAdvice compactionFor(const ModelTable& table, const WorkloadTotals& load)
{
    const double ttl = timeToLive(table);
    const bool deletes = table.sizing.deletedRows.value_or(0) > 0;
    if (isTimeSeries(table) && ttl > 0 && !deletes && !table.sizing.updated)
        return {"TimeWindowCompactionStrategy", windowOptions(ttl),
                "Rows come in order of time and expire after " + durationText(ttl) +
                    ": with a window of about a thirtieth of that, whole SSTables are dropped "
                    "without being rewritten."};
    const auto of = std::ranges::find(load.tables, table.id, &TableLoad::table);
    if (of != load.tables.end() && of->readsPerSecond >= 5 * of->writesPerSecond &&
        of->readsPerSecond > 0 && of->writesPerSecond > 0)
        return {"LeveledCompactionStrategy", "{'class': 'LeveledCompactionStrategy'}",
                "It is read " + grouped(of->readsPerSecond / of->writesPerSecond) +
                    " times as often as written: levels keep each partition in few SSTables, at "
                    "the price of more rewriting."};
    return {"UnifiedCompactionStrategy",
            "{'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'T4'}",
            "Nothing speaks for another one: T4 behaves as size-tiered, works shard by shard, and "
            "can be turned towards reads (L) or writes (T) later without rewriting everything."};
}

Fix compactionFix(const ModelTable& table, const CompactionAdvice& advice)
{
    return tableFix("Use " + advice.strategy, table.id,
                    [cql = advice.cql](Model&, ModelTable& to) -> Result<void> {
                        to.options["compaction"] = cql;
                        return ok();
                    });
}

void adviseCompaction(Advising& at, const ModelTable& table)
{
    const std::string strategy = compactionOf(table);
    const bool windows = strategy == "TimeWindowCompactionStrategy";
    const bool deletes =
        table.sizing.deletedRows.value_or(0) > 0 || table.sizing.deletedCells.value_or(0) > 0;
    if (windows && (timeToLive(table) <= 0 || deletes)) {
        at.add("time-window-misuse", Severity::Warning, table.id,
               table.name + " has time windows " +
                   (deletes ? "and deletes rows." : "without a TTL."),
               "Windows pay off because whole SSTables expire at once. Deletes and late updates "
               "spread a row over windows that are never compacted together, and without a TTL "
               "nothing is ever dropped.");
        return;
    }
    const CompactionAdvice advice = compactionFor(table, at.load);
    const bool given = table.options.contains("compaction");
    if (strategy == advice.strategy || (given && advice.strategy == "UnifiedCompactionStrategy"))
        return;
    if (advice.strategy == "UnifiedCompactionStrategy" && !given)
        return; // the default is no fault
    Finding& finding = at.add("compaction", Severity::Info, table.id,
                              table.name + " fits " + advice.strategy + ".", advice.reason);
    finding.fix = compactionFix(table, advice);
}

} // namespace

bool isTimeSeries(const ModelTable& table)
{
    for (const TableColumn& column : table.columns) {
        if (column.role == ColumnRole::Clustering)
            return column.type == "timestamp" || column.type == "timeuuid" || column.type == "date";
    }
    return false;
}

double timeToLive(const ModelTable& table)
{
    if (table.sizing.ttlSeconds)
        return *table.sizing.ttlSeconds;
    const auto option = table.options.find("default_time_to_live");
    double seconds = 0;
    if (option != table.options.end())
        (void)std::from_chars(option->second.data(), option->second.data() + option->second.size(),
                              seconds);
    return seconds;
}

std::string compactionOf(const ModelTable& table)
{
    const auto option = table.options.find("compaction");
    if (option != table.options.end()) {
        for (const char* name : {"TimeWindowCompactionStrategy", "LeveledCompactionStrategy",
                                 "UnifiedCompactionStrategy", "SizeTieredCompactionStrategy"}) {
            if (option->second.find(name) != std::string::npos)
                return name;
        }
    }
    return "SizeTieredCompactionStrategy";
}

CompactionAdvice compactionAdvice(const Model& model, const ModelTable& table)
{
    return compactionFor(table, workloadTotals(model));
}

void adviseOptions(Advising& at, const ModelTable& table)
{
    adviseDeletions(at, table);
    adviseGcGrace(at, table);
    if (table.viewOf == ElementId::None)
        adviseCompaction(at, table);
}

} // namespace engine::modeling
