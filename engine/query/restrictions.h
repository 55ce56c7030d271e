#pragma once

#include "engine/cql/statements.h"
#include "engine/query/expression.h"
#include "engine/rows/read_command.h"

#include <optional>
#include <vector>

namespace engine::query {

/// One relation of a WHERE clause on one column, or on several clustering columns as a tuple.
struct Restriction {
    cql::Operator op = cql::Operator::Eq;
    bool isTuple = false; ///< `(a, b) = …`, also of one column
    std::vector<const schema::Column*> columns;
    /// For single columns: alternatives of one value. For tuples: each alternative has as many
    /// terms as columns.
    std::vector<std::vector<PreparedTerm>> alternatives;
    /// The whole of IN's right side, or a tuple, as one marker or expression.
    std::optional<PreparedTerm> whole;
    /// Alternatives of a tuple's IN that are one marker each, beside `alternatives`.
    std::vector<PreparedTerm> tuples;
    std::optional<PreparedTerm> mapKey;
    std::string text; ///< as in the statement, for messages
};

/// Which partitions a statement addresses.
struct PartitionSelection {
    RecycledVector<RecycledBytes> keys; ///< serialized; only if isKeys
    bool isKeys = false;
    rows::PartitionRange range;
    bool isEmpty = false; ///< the token bounds exclude everything
};

/// The WHERE clause of one statement against its table, checked and sorted by what it restricts
/// (StatementRestrictions). Immutable.
class Restrictions {
public:
    enum class Statement : std::uint8_t { Select, Update, Delete };
    struct Options {
        Statement statement = Statement::Select;
        bool allowFiltering = false;
        bool selectsOnlyStatics = false; ///< SELECT or UPDATE of static columns alone
    };
    [[nodiscard]] static Result<Restrictions> prepare(std::span<const cql::Relation> where,
                                                      PrepareContext& context, Options options);

    /// Whether every partition key column has = or IN.
    [[nodiscard]] bool isKeyed() const noexcept { return m_isKeyed; }
    [[nodiscard]] bool keyHasIn() const noexcept { return m_keyHasIn; }
    /// Whether it is one partition whatever the values are: each column by =, and no token().
    [[nodiscard]] bool isSingleKey() const noexcept { return m_isSingleKey; }
    [[nodiscard]] bool hasClustering() const noexcept { return !m_clustering.empty(); }
    /// Every clustering column has = or IN.
    [[nodiscard]] bool namesRows() const noexcept { return m_namesRows; }
    /// Whether anything is said about the partition key: a value, a token, a filter.
    [[nodiscard]] bool restrictsPartitionKey() const noexcept;
    /// Whether only partition key and static columns are restricted.
    [[nodiscard]] bool restrictsOnlyKeyAndStatics() const noexcept;
    [[nodiscard]] bool needsFiltering() const noexcept { return !m_filters.empty(); }
    [[nodiscard]] const std::vector<Restriction>& clustering() const noexcept
    {
        return m_clustering;
    }
    /// One key and one clustering, each column by its own =.
    [[nodiscard]] bool isSingleRow() const noexcept { return m_isSingleRow; }
    /// For each partition key column in order: its bind marker; empty if one has none.
    [[nodiscard]] std::vector<std::uint16_t> keyMarkers() const;
    /// Clustering columns without = or IN, in order, for messages.
    [[nodiscard]] std::vector<std::string> missingClustering(const schema::Table& table) const;
    [[nodiscard]] bool isRestrictedByEquality(const schema::Column& column) const noexcept;

    /// With the values of one execution. Keys are in the order of their values, as the rows of
    /// IN come, without repetition.
    [[nodiscard]] Result<PartitionSelection> partitions(const schema::Table& table,
                                                        BindContext& context) const;
    /// The single key, into the request's arena; requires isSingleKey(). Hot path.
    [[nodiscard]] Result<ByteView> singleKey(BindContext& context) const;
    /// The values of the clustering columns; requires isSingleRow(). Hot path.
    [[nodiscard]] Result<void> singleClustering(BindContext& context,
                                                std::span<ByteView> out) const;
    [[nodiscard]] Result<rows::ClusteringFilter> clusteringFilter(const schema::Table& table,
                                                                  BindContext& context) const;
    [[nodiscard]] Result<std::vector<rows::RowFilterExpression>>
    filters(BindContext& context) const;

private:
    friend class RestrictionsBuilder;
    [[nodiscard]] Result<PartitionSelection> tokenRange(BindContext& context) const;
    std::vector<Restriction> m_key;        ///< by position if keyed
    std::vector<Restriction> m_clustering; ///< in order of columns
    std::vector<Restriction> m_token;
    std::vector<Restriction> m_filters;
    bool m_isKeyed = false;
    bool m_keyHasIn = false;
    bool m_isSingleKey = false;
    bool m_namesRows = false;
    bool m_isSingleRow = false;
};

/// Invalid in Cassandra's words if a partition key of these parts is empty or has more than 65,535
/// bytes (QueryProcessor.validateKey).
[[nodiscard]] Result<void> checkPartitionKey(std::span<const ByteView> parts);
/// The same for the values of a row's clustering columns, together.
[[nodiscard]] Result<void> checkClustering(std::span<const ByteView> values);

/// The slices of clusterings between two tuples of which either may be absent, for any mix of
/// ascending and descending columns. `prefix`: equal for all. Appends sorted, disjoint slices.
struct TupleBound {
    std::vector<Bytes> values;
    bool inclusive = false;
};
void appendSlices(const schema::Table& table, const std::vector<Bytes>& prefix,
                  const TupleBound* lower, const TupleBound* upper, std::vector<rows::Slice>& out);

} // namespace engine::query
