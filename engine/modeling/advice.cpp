#include "engine/modeling/advice_rules.h"

#include <algorithm>

namespace engine::modeling {

Finding& Advising::add(std::string_view rule, Severity severity, ElementId element,
                       std::string sentence, std::string explanation)
{
    Finding finding;
    finding.rule = rule;
    finding.severity = severity;
    finding.element = element;
    finding.sentence = std::move(sentence);
    finding.explanation = std::move(explanation);
    for (const Rule& known : adviceRules()) {
        if (known.id == rule)
            finding.helpPage = known.helpPage;
    }
    findings.push_back(std::move(finding));
    return findings.back();
}

Fix tableFix(std::string label, ElementId table,
             std::function<Result<void>(Model&, ModelTable&)> edit)
{
    return {std::move(label),
            [table, edit = std::move(edit)](const Model& before) -> Result<Model> {
                Model model = before;
                const auto found = std::ranges::find(model.tables, table, &ModelTable::id);
                if (found == model.tables.end())
                    return Error{ErrorCode::NotFound, "the table is not in the model any more"};
                RW_TRY(edit(model, *found));
                return model;
            }};
}

const std::vector<Rule>& adviceRules()
{
    static const std::vector<Rule> kRules{
        {"unbounded-partition", "Partitions that grow without end", "partition-size"},
        {"partition-near-limit", "Partitions near their limit", "partition-size"},
        {"low-cardinality-key", "Partition keys with few values", "hot-spots"},
        {"hot-partition", "Partitions that take most of the load", "hot-spots"},
        {"missing-uniqueness", "Rows that overwrite each other", "uniqueness"},
        {"queue-table", "Tables used as queues", "queues"},
        {"tombstones", "Tombstone-heavy tables", "tombstones"},
        {"growing-collection", "Collections that grow", "collections"},
        {"list-read-before-write", "Lists that are read before they are written", "collections"},
        {"counter-ttl", "Counters with a TTL", "counters"},
        {"large-value", "Large values", "large-values"},
        {"many-columns", "Tables with many columns", "large-values"},
        {"allow-filtering", "Queries that scan", "allow-filtering"},
        {"index-scan", "Queries that ask every node", "indexes"},
        {"unanswered-query", "Queries without a table", "allow-filtering"},
        {"index-cardinality", "Indexes on columns with too few or too many values", "indexes"},
        {"index-kind", "Indexes of an old kind", "indexes"},
        {"view-experimental", "Materialized views", "views"},
        {"too-many-views", "Too many views of a table", "views"},
        {"multi-partition-batch", "Writes to many tables", "batches"},
        {"unused-table", "Tables that no query needs", "duplicates"},
        {"compaction", "A compaction strategy that fits better", "compaction"},
        {"time-window-misuse", "Time windows without a TTL, or with deletes", "compaction"},
        {"gc-grace", "Tombstones that go before they are everywhere", "tombstones"},
        {"replication", "Replication that loses data or availability", "replication"},
        {"many-tables", "Many tables", "many-tables"},
        {"cannot-be-created", "What the server would refuse", "types"},
    };
    return kRules;
}

std::vector<Finding> advise(const Model& model, const SizeOptions& options)
{
    std::vector<Finding> findings;
    Advising at{model, options, coverage(model), workloadTotals(model), findings};
    for (const ModelTable& table : model.tables) {
        advisePartitions(at, table);
        adviseColumns(at, table);
        adviseOptions(at, table);
        adviseIndexes(at, table);
    }
    adviseAccess(at);
    std::ranges::stable_sort(
        findings, [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    return findings;
}

} // namespace engine::modeling
