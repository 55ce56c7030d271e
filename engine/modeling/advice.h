#pragma once

#include "engine/modeling/sizing.h"

#include <functional>

/// The linter: what experience says against a model, why, and what to do.
namespace engine::modeling {

enum class Severity : std::uint8_t { Info, Warning, Error };

/// An edit that removes a finding.
struct Fix {
    std::string label; ///< "Add a month bucket"; empty: there is none
    std::function<Result<Model>(const Model&)> apply;
};

struct Finding {
    std::string rule; ///< "unbounded-partition"; stable, for scripts and for switching off
    Severity severity = Severity::Warning;
    ElementId element{}; ///< table, query, …; None: the whole model
    ElementId column{};  ///< if it is about one
    std::string
        sentence; ///< "available_rooms_by_hotel_date can reach 299,300 cells in one partition."
    std::string explanation; ///< why that matters
    std::string helpPage;    ///< resources/help/<helpPage>.md
    Fix fix;
};

/// All findings, errors first, then in the model's order. Takes about a millisecond for 100 tables.
[[nodiscard]] std::vector<Finding> advise(const Model& model, const SizeOptions& options = {});

/// Every rule that advise() knows, for settings and documentation.
struct Rule {
    std::string_view id;
    std::string_view title;
    std::string_view helpPage;
};
[[nodiscard]] const std::vector<Rule>& adviceRules();

/// Load by the queries' expected rates (FEATURES: workload totals).
struct QueryLoad {
    ElementId query{};
    bool read = true;
    double callsPerSecond = 0;
    double partitions = 1; ///< read or written a call
    double tables = 1;     ///< written a call: all that hold the data
};
struct TableLoad {
    ElementId table{};
    double readsPerSecond = 0;
    double writesPerSecond = 0;
};
struct WorkloadTotals {
    double readsPerSecond = 0; ///< of the application
    double writesPerSecond = 0;
    double tableWritesPerSecond = 0;   ///< with every duplicate table, index and view
    double replicaWritesPerSecond = 0; ///< × replicas
    double writeAmplification = 1;     ///< replica writes by application writes
    std::vector<QueryLoad> queries;
    std::vector<TableLoad> tables;
};
[[nodiscard]] WorkloadTotals workloadTotals(const Model& model);

/// What the write of one row of a table means: itself, an entry in each index, a row in each view.
struct WriteCost {
    double rows = 0;
    double replicaRows = 0; ///< the same on all replicas
};
[[nodiscard]] WriteCost writeCost(const Model& model, const ModelTable& table);

/// The compaction strategy that fits how a table is used, with the reason.
struct CompactionAdvice {
    std::string strategy; ///< "TimeWindowCompactionStrategy"
    std::string cql;      ///< "{'class': …}"
    std::string reason;   ///< one sentence
};
[[nodiscard]] CompactionAdvice compactionAdvice(const Model& model, const ModelTable& table);

} // namespace engine::modeling
