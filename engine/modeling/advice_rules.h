#pragma once

#include "engine/modeling/advice.h"
#include "engine/modeling/coverage.h"
#include "engine/modeling/figures.h"

/// The parts of the linter, one a group of rules: internal to advice.
namespace engine::modeling {

/// What all rules look at, computed once.
struct Advising {
    const Model& model;
    const SizeOptions& options;
    CoverageMatrix coverage;
    WorkloadTotals load;
    std::vector<Finding>& findings;

    Finding& add(std::string_view rule, Severity severity, ElementId element, std::string sentence,
                 std::string explanation);
};

/// Partition sizes, keys, hot spots, uniqueness.
void advisePartitions(Advising& at, const ModelTable& table);
/// Columns: collections, counters, large values.
void adviseColumns(Advising& at, const ModelTable& table);
/// Options: compaction, TTL, tombstones, queues.
void adviseOptions(Advising& at, const ModelTable& table);
/// Indexes and views of a table.
void adviseIndexes(Advising& at, const ModelTable& table);
/// Queries: answers, batches; keyspaces; the whole model.
void adviseAccess(Advising& at);

/// A fix that edits one table; nothing happens if it is gone meanwhile.
[[nodiscard]] Fix tableFix(std::string label, ElementId table,
                           std::function<Result<void>(Model&, ModelTable&)> edit);

/// Whether the first clustering column is a date, timestamp or timeuuid.
[[nodiscard]] bool isTimeSeries(const ModelTable& table);
/// Seconds after which rows expire; 0: never.
[[nodiscard]] double timeToLive(const ModelTable& table);
/// "SizeTieredCompactionStrategy" if the table does not say.
[[nodiscard]] std::string compactionOf(const ModelTable& table);

} // namespace engine::modeling
