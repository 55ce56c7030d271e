#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <string>
#include <vector>

/// From queries to tables: the mapping rules MR1…MR5 of Chebotko, Kashlev, Lu (2015), in order, one
/// step at a time. The rules, how names are made and what the sources say: MAPPING.md.
///
/// What keeps rows apart is decided by functional dependencies: a key determines the attributes of
/// its entity type, an end "1" of a relationship type is determined by the other ends. A primary
/// key is right if it determines every column of its table (MR5).
namespace engine::modeling {

struct MappingOptions {
    /// Keyspace of the tables; empty: the model's first one.
    std::string keyspace;
    /// Instead of Query::partitionKey, if not empty.
    std::vector<ElementId> partitionKey;
    /// Attributes that the partition key alone determines become static columns.
    bool staticColumns = true;
};

/// One thing that a rule did, to be shown while the diagram shows what it touched.
struct MappingStep {
    MappingRule rule = MappingRule::None;
    std::string text;                 ///< one or two sentences with the names of the model
    std::vector<std::string> columns; ///< of MappingResult::table, that this step added or moved
    std::vector<ElementId> elements;  ///< of the conceptual model and the query, to highlight
    ModelTable table;                 ///< as it stands after this step
};

/// How good or bad something is. A sentence says why; never judged by colour alone.
enum class Judgement : std::uint8_t { Good, Note, Warning, Broken };

struct Verdict {
    Judgement judgement = Judgement::Good;
    MappingRule rule = MappingRule::None; ///< the rule it is about; None: none
    std::string text;                     ///< what, why, and the way out
    std::vector<ElementId> elements;      ///< queries, attributes, columns it is about
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

struct MappingResult {
    ModelTable table;            ///< with new ids after the model's lastId; never in the model yet
    std::vector<UserType> types; ///< of composite attributes, as far as the model lacks them
    std::vector<MappingStep> steps; ///< in the order MR1…MR5
    std::vector<Verdict> verdicts;
    std::vector<ElementId> path; ///< entity and relationship types that the query runs through
    std::string
        pattern; ///< the mapping pattern of the paper, e.g. "m:n relationship, given one end"
    std::uint32_t lastId = 0; ///< the model's after taking in table and types
};

/// The table for one query. Fails with one sentence if the query cannot be mapped at all: nothing
/// to find, no path between its attributes, no equality attribute and so no partition key.
[[nodiscard]] Result<MappingResult> mapQuery(const Model& model, const Query& query,
                                             const MappingOptions& options = {});

/// One legal split of the equality attributes into partition key and clustering columns.
struct Alternative {
    ModelTable table;
    bool isDefault = false;               ///< what mapQuery gives
    std::string key;                      ///< "((hotel_id, start_date), room_number ↑)"
    std::optional<double> rows;           ///< a partition, on average; unknown without instances
    std::optional<double> maximumRows;    ///< in the largest
    std::optional<double> partitions;     ///< of the table
    std::vector<ElementId> servedQueries; ///< of the model, by key in one partition
    std::vector<Verdict> verdicts;        ///< size, uniqueness, hot spots, what it serves
};

/// All legal splits (at most 63), the default first, then with ever fewer partition key columns.
[[nodiscard]] Result<std::vector<Alternative>> alternatives(const Model& model, const Query& query,
                                                            const MappingOptions& options = {});

/// What generateLogical did with a table.
struct GeneratedTable {
    ElementId table{};
    std::string name; ///< "keyspace.table"
};

struct LogicalResult {
    Model model;
    std::vector<GeneratedTable> added;
    std::vector<GeneratedTable> changed; ///< keys or columns differ from before
    std::vector<GeneratedTable> unchanged;
    std::vector<GeneratedTable> keptEdited; ///< edited by hand and differing: left as they are
    std::vector<GeneratedTable> unused;     ///< tables without a query any more: left as they are
    std::vector<Verdict> verdicts;          ///< queries that could not be mapped, and why
};

struct LogicalOptions {
    MappingOptions mapping;
    bool overwriteEdited = false;
    /// Queries that one table can serve share it.
    bool merge = true;
};

/// Makes or renews the tables of all read queries. What tables have beyond the mapping (types that
/// the user changed, options, indexes, sizes, positions, buckets) is kept.
[[nodiscard]] LogicalResult generateLogical(const Model& model, const LogicalOptions& options = {});

} // namespace engine::modeling
