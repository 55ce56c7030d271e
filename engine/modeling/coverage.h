#pragma once

#include "engine/modeling/mapping.h"
#include "engine/modeling/model.h"

#include <optional>
#include <string>
#include <vector>

/// Which query which table answers, and what breaks when a table is changed by hand.
namespace engine::modeling {

/// How a table answers a query, best first.
enum class AnswerKind : std::uint8_t {
    Key,        ///< one partition by its key, in the order asked for
    Partitions, ///< by key, but several partitions (buckets)
    Index,      ///< through a secondary index
    Scan,       ///< it has the columns, but only ALLOW FILTERING finds the rows
    None,       ///< a column is missing, or the order cannot be had
};

/// One cell of the matrix. `why` is a number for coverageReason, which makes the sentence.
struct CoverageCell {
    AnswerKind kind = AnswerKind::None;
    bool view = false;            ///< the table is a materialized view
    std::uint16_t partitions = 1; ///< to read, as far as buckets say it; 0: not known
    friend bool operator==(const CoverageCell&, const CoverageCell&) = default;
};

struct CoverageMatrix {
    std::vector<ElementId> queries;  ///< rows: the read queries, in the model's order
    std::vector<ElementId> tables;   ///< columns, in the model's order
    std::vector<CoverageCell> cells; ///< row by row
    std::vector<ElementId>
        unanswered;                  ///< queries that no table answers by key, partitions or index
    std::vector<ElementId> unused;   ///< tables that answer no query so well
    std::uint64_t pairsExamined = 0; ///< work done: pairs that needed more than a look at columns

    [[nodiscard]] const CoverageCell& at(std::size_t query, std::size_t table) const
    {
        return cells[query * tables.size() + table];
    }
    /// The best cell of a query and its table; nullopt if there are no tables.
    [[nodiscard]] std::optional<std::size_t> bestTable(std::size_t query) const;
};

[[nodiscard]] CoverageMatrix coverage(const Model& model);

/// One pair alone.
[[nodiscard]] CoverageCell answers(const Model& model, const Query& query, const ModelTable& table);

/// Why that pair is as it is: one sentence with the names of columns.
[[nodiscard]] std::string coverageReason(const Model& model, const Query& query,
                                         const ModelTable& table);

/// Two instances that a table cannot keep apart, as two rows with the same primary key.
struct UniquenessProof {
    bool unique = true;
    std::string text; ///< why it is, or what the second row overwrites
    std::vector<std::string> columns;
    std::vector<std::string> first;   ///< believable values as CQL writes them, for `columns`
    std::vector<std::string> second;  ///< the same primary key, another instance
    std::vector<std::string> missing; ///< columns that would make it unique
};

/// Whether the primary key determines all columns (MR5), and if not, the proof.
[[nodiscard]] UniquenessProof uniquenessProof(const Model& model, const ModelTable& table);

/// The statement of a query that a table cannot answer, and what Cassandra says to it.
struct FailingStatement {
    std::string cql;
    std::string error;                    ///< Cassandra's words
    MappingRule rule = MappingRule::None; ///< that was broken
};

/// nullopt if the table answers the query by key (in one or several partitions).
[[nodiscard]] std::optional<FailingStatement>
failingStatement(const Model& model, const Query& query, const ModelTable& table);

/// What a change of a table by hand breaks (or mends): rules and queries that were right before.
/// `changed` has the id of the table that it replaces. Empty: nothing.
[[nodiscard]] std::vector<Verdict> checkOverride(const Model& model, const ModelTable& changed);

/// Rows of a table's partitions, from the instances and averages of the conceptual model. What
/// cannot be known from them is unset, and `text` says which number is missing.
struct DerivedRows {
    std::optional<double> average; ///< rows a partition
    std::optional<double> maximum; ///< in the largest
    std::optional<double> partitions;
    std::string text; ///< "100 Room a Hotel × 730 Availability a Room"
};
[[nodiscard]] DerivedRows derivedRows(const Model& model, const ModelTable& table);

} // namespace engine::modeling
