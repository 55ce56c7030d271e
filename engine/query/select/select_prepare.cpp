#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
#include "engine/query/select/select_statement.h"

#include <algorithm>

namespace engine::query {

using schema::Column;
using schema::ColumnKind;

Result<void> SelectStatement::prepareLimits(const cql::ParsedSelect& parsed,
                                            PrepareContext& context)
{
    const cql::TypePtr integer = cql::Type::native(cql::TypeKind::Int);
    const auto prepareOne = [&](const cql::Term* term, const char* name,
                                std::optional<PreparedTerm>& into) -> Result<void> {
        if (term == nullptr)
            return ok();
        if (term->kind != cql::TermKind::Marker) {
            const auto value = cql::int64FromString(term->text);
            if (!value || *value <= 0)
                return invalidRequest("LIMIT must be strictly positive");
        }
        RW_ASSIGN(PreparedTerm prepared, PreparedTerm::prepare(*term, integer, name, context));
        into = std::move(prepared);
        return ok();
    };
    RW_TRY(prepareOne(parsed.perPartitionLimit, "[per_partition_limit]", m_perPartitionLimit));
    return prepareOne(parsed.limit, "[limit]", m_limit);
}

Result<void> SelectStatement::prepareOrder(const cql::ParsedSelect& parsed, PrepareContext& context)
{
    if (parsed.orderBy.empty())
        return ok();
    const schema::Table& table = *context.table;
    for (const cql::Ordering& ordering : parsed.orderBy) {
        const Column* column = table.column(ordering.column);
        if (column == nullptr)
            return invalidRequest("Undefined column name " + cql::quote(ordering.column) +
                                  " in table " + table.keyspace() + "." + table.name());
        if (ordering.ann != nullptr) {
            if (column->type->kind() != cql::TypeKind::Vector)
                return invalidRequest("Unexpected receiver type '" + column->type->toString() +
                                      "'; only list and vector are expected");
            RW_ASSIGN(const PreparedTerm target,
                      PreparedTerm::prepare(*ordering.ann, column->type, column->name, context));
            if (parsed.limit == nullptr)
                return invalidRequest(
                    "Top-K queries must have a limit specified and the limit must be "
                    "less than the query page size");
            return invalidRequest("ANN ordering by vector requires the column to be indexed");
        }
    }
    if (!m_restrictions.isKeyed())
        return invalidRequest(
            "ORDER BY is only supported when the partition key is restricted by an EQ "
            "or an IN.");
    std::size_t next = 0;
    std::optional<bool> reversed;
    for (const cql::Ordering& ordering : parsed.orderBy) {
        const Column& column = *table.column(ordering.column);
        if (column.kind != ColumnKind::Clustering)
            return invalidRequest(
                "Order by is currently only supported on the clustered columns of the "
                "PRIMARY KEY, got " +
                column.name);
        while (next != column.position) {
            if (next > column.position ||
                !m_restrictions.isRestrictedByEquality(*table.clustering()[next]))
                return invalidRequest("Order by currently only supports the ordering of columns "
                                      "following their declared order in the PRIMARY KEY");
            ++next;
        }
        ++next;
        const bool against = ordering.descending != column.isReversed();
        if (reversed && *reversed != against)
            return invalidRequest("Unsupported order by relation");
        reversed = against;
        if (m_restrictions.keyHasIn())
            m_sort.push_back({m_selection.require(column), ordering.descending});
    }
    m_isReversed = reversed.value_or(false);
    return ok();
}

Result<void> SelectStatement::prepareGroups(const cql::ParsedSelect& parsed,
                                            PrepareContext& context)
{
    const schema::Table& table = *context.table;
    std::vector<const Column*> key;
    for (const schema::ColumnPtr& column : table.partitionKey())
        key.push_back(column.get());
    for (const schema::ColumnPtr& column : table.clustering())
        key.push_back(column.get());
    std::size_t next = 0;
    for (const cql::Term& term : parsed.groupBy) {
        if (term.kind != cql::TermKind::Column)
            return notSupportedYet("GROUP BY with a function");
        const Column* column = table.column(term.text);
        if (column == nullptr)
            return invalidRequest("Undefined column name " + cql::quote(term.text) + " in table " +
                                  table.keyspace() + "." + table.name());
        if (!column->isPrimaryKey())
            return invalidRequest(
                "Group by is currently only supported on the columns of the PRIMARY "
                "KEY, got " +
                column->name);
        while (next < key.size() && key[next] != column &&
               m_restrictions.isRestrictedByEquality(*key[next]))
            ++next;
        if (next >= key.size() || key[next] != column)
            return invalidRequest(
                "Group by currently only support groups of columns following their "
                "declared order in the PRIMARY KEY");
        ++next;
        m_groupSlots.push_back(m_selection.require(*column));
    }
    if (!m_groupSlots.empty() && next < table.partitionKey().size())
        return invalidRequest("Group by is not supported on only a part of the partition key");
    if (m_isDistinct && next > table.partitionKey().size())
        return invalidRequest(
            "Grouping on clustering columns is not allowed for SELECT DISTINCT queries");
    return ok();
}

Result<void> SelectStatement::prepare(const cql::ParsedSelect& parsed, PrepareContext& context)
{
    m_isDistinct = parsed.distinct;
    RW_ASSIGN(m_selection, Selection::prepare(parsed, context));
    Restrictions::Options options;
    options.allowFiltering = parsed.allowFiltering;
    options.selectsOnlyStatics = m_selection.readsOnlyStaticsAndKey();
    RW_ASSIGN(m_restrictions, Restrictions::prepare(parsed.where, context, options));
    if (m_isDistinct)
        RW_TRY(checkDistinct(parsed, *context.table));
    if (m_selection.isAggregate() && parsed.groupBy.empty() && parsed.perPartitionLimit != nullptr)
        return invalidRequest("PER PARTITION LIMIT is not allowed with aggregate queries.");
    RW_TRY(prepareOrder(parsed, context));
    RW_TRY(prepareGroups(parsed, context));
    RW_TRY(prepareLimits(parsed, context));
    if (!m_selection.isWildcard())
        m_fetched = m_selection.fetched();
    if (m_fetched.empty() && m_selection.isAggregate())
        fetchProofOfRows(*context.table);
    return ok();
}

/// COUNT(*) reads no column: one small column is enough for the rows to come at all.
void SelectStatement::fetchProofOfRows(const schema::Table& table)
{
    const auto regulars = table.regulars();
    const auto small =
        std::find_if(regulars.begin(), regulars.end(), [](const schema::ColumnPtr& column) {
            return !column->isComplex() && column->type->fixedLength().has_value();
        });
    if (small != regulars.end())
        m_fetched.push_back(small->get());
}

Result<void> SelectStatement::checkDistinct(const cql::ParsedSelect& parsed,
                                            const schema::Table& table) const
{
    if (parsed.perPartitionLimit != nullptr)
        return invalidRequest("PER PARTITION LIMIT is not allowed with SELECT DISTINCT queries");
    if (!m_restrictions.restrictsOnlyKeyAndStatics())
        return invalidRequest(
            "SELECT DISTINCT with WHERE clause only supports restriction by partition "
            "key and/or static columns.");
    const auto slots = m_selection.slots();
    for (const ColumnSlots::Slot& slot : slots) {
        if (slot.column->kind != ColumnKind::PartitionKey && !slot.column->isStatic())
            return invalidRequest("SELECT DISTINCT queries must only request partition key columns "
                                  "and/or static columns (not " +
                                  slot.column->name + ")");
    }
    if (m_restrictions.isKeyed())
        return ok();
    for (const schema::ColumnPtr& key : table.partitionKey()) {
        if (std::none_of(slots.begin(), slots.end(),
                         [&](const auto& slot) { return slot.column == key.get(); }))
            return invalidRequest("SELECT DISTINCT queries must request all the partition key "
                                  "columns (missing " +
                                  key->name + ")");
    }
    return ok();
}

} // namespace engine::query
