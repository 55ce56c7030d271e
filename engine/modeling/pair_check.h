#pragma once

#include "engine/modeling/coverage.h"
#include "engine/modeling/mapping_graph.h"

/// One query against one table, by the restrictions of CQL. Private to this folder's .cpp files.
namespace engine::modeling {

/// A table with its columns by attribute, for looking at many queries.
class TableShape {
public:
    explicit TableShape(const ModelIndex& index, const ModelTable& table);

    [[nodiscard]] const ModelTable& table() const { return *m_table; }
    [[nodiscard]] const std::vector<const TableColumn*>& partition() const { return m_partition; }
    [[nodiscard]] const std::vector<const TableColumn*>& clustering() const { return m_clustering; }
    /// Columns of that attribute, in the table's order.
    [[nodiscard]] std::vector<const TableColumn*> columnsOf(ElementId attribute) const;
    [[nodiscard]] bool has(ElementId attribute) const;
    /// What the queries find that it was made for; empty if there are none.
    [[nodiscard]] const std::vector<const Query*>& madeFor() const { return m_madeFor; }

private:
    const ModelTable* m_table;
    std::vector<const TableColumn*> m_partition;
    std::vector<const TableColumn*> m_clustering;
    std::vector<std::pair<ElementId, std::uint32_t>> m_byAttribute; ///< sorted
    std::vector<const Query*> m_madeFor;
};

/// What keeps a table from answering a query by its key, or nothing.
enum class Obstacle : std::uint8_t {
    None,
    OtherRows,     ///< its rows are something else
    MissingColumn, ///< `attribute`
    PartitionKey,  ///< `column` is not given
    Gap,           ///< clustering column `column` is given, `before` is not
    AfterRange,    ///< `column` is given after the range of `before`
    NotInKey,      ///< `column` is searched and not in the key
    Order,         ///< rows do not come in the order of `attribute`
};

struct PairResult {
    CoverageCell cell;
    Obstacle obstacle = Obstacle::None;
    const TableColumn* column = nullptr;
    const TableColumn* before = nullptr;
    ElementId attribute{};
    const TableIndex* index = nullptr; ///< that serves, for AnswerKind::Index
};

struct PairOptions {
    bool allColumns = true; ///< what the query returns must be there
};

[[nodiscard]] PairResult checkPair(const ModelIndex& index, const Query& query,
                                   const TableShape& shape, const PairOptions& options = {});

/// The table's column that holds what the query gives; nullptr if there is none.
[[nodiscard]] const TableColumn* searchColumn(const ModelIndex& index, const Query& query,
                                              const TableShape& shape, ElementId attribute,
                                              bool equality);

/// The attribute a bucket column is made of ("month(date)" → date's column), and how many buckets
/// there are; nullptr if it is a constant or no bucket.
struct BucketSource {
    const TableColumn* column = nullptr;
    bool constant = false;
    double count = 0;      ///< of a hash; 0 otherwise
    double daysOrZero = 0; ///< of a time bucket
};
[[nodiscard]] BucketSource bucketSource(const ModelTable& table, const TableColumn& column);

/// What is returned if the query does not say: attributes of what it finds, without derived ones
/// and, beside others, counters.
[[nodiscard]] std::vector<ElementId> returnedAttributes(const ModelIndex& index,
                                                        const Query& query);

} // namespace engine::modeling
