#pragma once

#include "engine/cql/statements.h"
#include "engine/query/expression.h"
#include "engine/rows/row.h"

#include <memory>
#include <vector>

namespace engine::query {

/// The SELECT clause: which columns are read and what is computed from them. Immutable.
class Selection {
public:
    /// Invalid in Cassandra's words.
    [[nodiscard]] static Result<Selection> prepare(const cql::ParsedSelect& parsed,
                                                   PrepareContext& context);

    [[nodiscard]] std::span<const Expression> expressions() const noexcept { return m_expressions; }
    [[nodiscard]] std::span<const ColumnSlots::Slot> slots() const noexcept
    {
        return m_slots.slots();
    }
    [[nodiscard]] const protocol::ColumnSpecsPtr& columns() const noexcept { return m_columns; }
    [[nodiscard]] bool isAggregate() const noexcept { return !m_aggregates.empty(); }
    [[nodiscard]] std::span<const Expression* const> aggregates() const noexcept
    {
        return m_aggregates;
    }
    /// Every result column is a column as it is stored: rows are encoded without evaluation.
    [[nodiscard]] bool isPlain() const noexcept { return m_isPlain; }
    [[nodiscard]] bool isJson() const noexcept { return m_isJson; }
    /// SELECT *: the names and order of expressions are the table's.
    [[nodiscard]] bool isWildcard() const noexcept { return m_isWildcard; }
    [[nodiscard]] bool readsOnlyStaticsAndKey() const noexcept;
    /// The static and regular columns among the slots.
    [[nodiscard]] RecycledVector<const schema::Column*> fetched() const;
    /// Makes sure that a column is read (for ORDER BY and GROUP BY); its slot.
    std::size_t require(const schema::Column& column) { return m_slots.slotOf(column); }

private:
    Result<void> finish(const cql::ParsedSelect& parsed, PrepareContext& context,
                        std::vector<std::string> names);
    void numberAggregates(Expression& expression);
    void listAggregates(const Expression& expression);

    std::vector<Expression> m_expressions;
    std::vector<const Expression*> m_aggregates;
    std::size_t m_aggregateCount = 0;
    ColumnSlots m_slots;
    protocol::ColumnSpecsPtr m_columns;
    std::vector<std::string> m_jsonNames;
    bool m_isPlain = false;
    bool m_isJson = false;
    bool m_isWildcard = false;

public:
    Selection() = default;
    Selection(Selection&& other) noexcept;
    Selection& operator=(Selection&& other) noexcept;
    /// The object of SELECT JSON from the values of the expressions.
    [[nodiscard]] Bytes json(std::span<const MaybeValue> values) const;
};

/// Fills slots from stored rows. One a query; reused from row to row.
class RowReader {
public:
    RowReader(const schema::Table& table, std::span<const ColumnSlots::Slot> slots, Arena& arena);

    /// Values of the partition key and static columns. `staticRow` outlives the partition's rows.
    [[nodiscard]] Result<void> beginPartition(ByteView key, const rows::Row& staticRow,
                                              std::int64_t nowSeconds);
    /// Values of clustering and regular columns. nullptr: a partition that has only statics.
    void setRow(const rows::Row* row, std::int64_t nowSeconds);
    [[nodiscard]] SlotValues values() const noexcept { return m_values; }

private:
    struct Target {
        const schema::Column* column;
        std::size_t slot;
    };
    void readCells(const rows::Row& row, std::span<const Target> targets, std::int64_t nowSeconds);
    void readComplex(const Target& target, std::span<const rows::Cell> cells,
                     std::int64_t nowSeconds);

    const schema::Table& m_table;
    std::span<const ColumnSlots::Slot> m_slots;
    Arena& m_arena;
    RecycledVector<SlotValue> m_values;
    RecycledVector<Target> m_key;
    RecycledVector<Target> m_clustering;
    RecycledVector<Target> m_statics;  ///< in compareColumns() order
    RecycledVector<Target> m_regulars; ///< in compareColumns() order
};

} // namespace engine::query
