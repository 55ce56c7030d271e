#include "engine/query/select/selection.h"

#include "engine/cql/literals.h"
#include "engine/cql/quote.h"

#include <algorithm>

namespace engine::query {

using cql::TermKind;
using schema::Column;

namespace {

/// A value whose type nothing tells.
bool isBareLiteral(const cql::Term& term)
{
    return term.isLiteral() || term.kind == TermKind::Null || term.kind == TermKind::List ||
           term.kind == TermKind::Set || term.kind == TermKind::Map || term.kind == TermKind::Udt ||
           (term.kind == TermKind::Tuple &&
            std::all_of(term.items.begin(), term.items.end(), isBareLiteral));
}

} // namespace

Selection::Selection(Selection&& other) noexcept
{
    *this = std::move(other);
}

Selection& Selection::operator=(Selection&& other) noexcept
{
    m_expressions = std::move(other.m_expressions);
    m_slots = std::move(other.m_slots);
    m_columns = std::move(other.m_columns);
    m_jsonNames = std::move(other.m_jsonNames);
    m_aggregateCount = other.m_aggregateCount;
    m_isPlain = other.m_isPlain;
    m_isJson = other.m_isJson;
    m_isWildcard = other.m_isWildcard;
    m_aggregates.clear();
    for (const Expression& expression : m_expressions)
        listAggregates(expression);
    return *this;
}

void Selection::numberAggregates(Expression& expression)
{
    if (expression.kind == Expression::Kind::Aggregate)
        expression.aggregateIndex = m_aggregateCount++;
    for (Expression& argument : expression.arguments)
        numberAggregates(argument);
}

void Selection::listAggregates(const Expression& expression)
{
    if (expression.kind == Expression::Kind::Aggregate) {
        m_aggregates.resize(std::max(m_aggregates.size(), expression.aggregateIndex + 1));
        m_aggregates[expression.aggregateIndex] = &expression;
    }
    for (const Expression& argument : expression.arguments)
        listAggregates(argument);
}

Result<Selection> Selection::prepare(const cql::ParsedSelect& parsed, PrepareContext& context)
{
    Selection selection;
    std::vector<std::string> names;
    if (parsed.selectors.empty()) {
        selection.m_isWildcard = true;
        const schema::Table& table = *context.table;
        const auto all = parsed.distinct ? table.partitionKey() : table.selectOrder();
        for (const schema::ColumnPtr& column : all) {
            Expression expression;
            expression.kind = Expression::Kind::Column;
            expression.slot = selection.m_slots.slotOf(*column);
            expression.type = column->type;
            expression.name = column->name;
            names.push_back(column->name);
            selection.m_expressions.push_back(std::move(expression));
        }
        // A wildcard with DISTINCT reads the statics too.
        for (const schema::ColumnPtr& column :
             parsed.distinct ? table.statics() : std::span<const schema::ColumnPtr>{}) {
            Expression expression;
            expression.kind = Expression::Kind::Column;
            expression.slot = selection.m_slots.slotOf(*column);
            expression.type = column->type;
            expression.name = column->name;
            names.push_back(column->name);
            selection.m_expressions.push_back(std::move(expression));
        }
    }
    for (const cql::Selector& selector : parsed.selectors) {
        if (isBareLiteral(selector.term))
            return invalidRequest("Cannot infer type for term " + cql::termText(selector.term) +
                                  " in selection clause (try using a cast to force a type)");
        RW_ASSIGN(Expression expression, compileExpression(selector.term, nullptr, "[selection]",
                                                           context, &selection.m_slots));
        names.push_back(selector.alias.empty() ? expression.name : std::string{selector.alias});
        selection.m_expressions.push_back(std::move(expression));
    }
    RW_TRY(selection.finish(parsed, context, std::move(names)));
    return selection;
}

Result<void> Selection::finish(const cql::ParsedSelect& parsed, PrepareContext& context,
                               std::vector<std::string> names)
{
    m_isJson = parsed.json;
    m_isPlain = !m_isJson;
    for (Expression& expression : m_expressions) {
        numberAggregates(expression);
        m_isPlain &= expression.kind == Expression::Kind::Column;
    }
    for (const Expression& expression : m_expressions)
        listAggregates(expression);
    auto columns = std::make_shared<protocol::ColumnSpecs>();
    const std::string& keyspace = context.table->keyspace();
    const std::string& table = context.table->name();
    if (m_isJson) {
        m_jsonNames = std::move(names);
        columns->push_back({keyspace, table, "[json]", cql::Type::native(cql::TypeKind::Text)});
    } else {
        for (std::size_t i = 0; i < m_expressions.size(); ++i)
            columns->push_back({keyspace, table, std::move(names[i]), m_expressions[i].type});
    }
    m_columns = std::move(columns);
    return ok();
}

bool Selection::readsOnlyStaticsAndKey() const noexcept
{
    const auto slots = m_slots.slots();
    bool hasStatic = false;
    for (const ColumnSlots::Slot& slot : slots) {
        if (slot.column->isStatic())
            hasStatic = true;
        else if (slot.column->kind != schema::ColumnKind::PartitionKey)
            return false;
    }
    return hasStatic && !isAggregate();
}

RecycledVector<const Column*> Selection::fetched() const
{
    RecycledVector<const Column*> columns;
    for (const ColumnSlots::Slot& slot : m_slots.slots()) {
        if (!slot.column->isPrimaryKey())
            columns.push_back(slot.column);
    }
    return columns;
}

Bytes Selection::json(std::span<const MaybeValue> values) const
{
    Bytes out = "{";
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::string name = m_jsonNames[i];
        // A name that is not lower case keeps its quotes (SELECT JSON, CASSANDRA-7970).
        if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
            name = "\"" + name + "\"";
        const cql::TypePtr text = cql::Type::native(cql::TypeKind::Text);
        out += (i == 0 ? "" : ", ") + text->toJson(name) + ": " +
               (values[i] ? m_expressions[i].type->toJson(*values[i]) : std::string{"null"});
    }
    return out + "}";
}

} // namespace engine::query
