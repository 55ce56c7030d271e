#include "engine/query/restrictions.h"

#include "engine/cql/quote.h"

#include <algorithm>

namespace engine::query {

using cql::Operator;
using cql::Relation;
using schema::Column;
using schema::ColumnKind;

namespace {

constexpr const char* kNeedsFiltering =
    "Cannot execute this query as it might involve data filtering and thus may have unpredictable "
    "performance. If you want to execute this query despite the performance unpredictability, use "
    "ALLOW FILTERING";

bool isSlice(Operator op)
{
    return op == Operator::Lt || op == Operator::Lte || op == Operator::Gt || op == Operator::Gte;
}
bool isLower(Operator op)
{
    return op == Operator::Gt || op == Operator::Gte;
}
bool isPoint(Operator op)
{
    return op == Operator::Eq || op == Operator::In;
}

bool isPlainComparison(Operator op)
{
    return isSlice(op) || op == Operator::Eq;
}

std::string namesOf(const std::vector<const Column*>& columns, std::string_view between = ", ")
{
    std::string text;
    for (const Column* column : columns) {
        text += text.empty() ? "" : between;
        text += column->name;
    }
    return text;
}

} // namespace

class RestrictionsBuilder {
public:
    RestrictionsBuilder(PrepareContext& context, Restrictions::Options options)
        : m_context(context), m_options(options), m_table(*context.table)
    {
    }
    Result<Restrictions> build(std::span<const Relation> where);

private:
    Result<void> add(const Relation& relation);
    Result<Restriction> single(const Relation& relation);
    Result<Restriction> tuple(const Relation& relation);
    Result<Restriction> token(const Relation& relation);
    Result<void> checkSingle(const Relation& relation, const Column& column) const;
    Result<const Column*> find(std::string_view name) const;
    Result<void> addAlternatives(const Relation& relation, Restriction& restriction);
    Result<void> settleKey();
    Result<void> settleClustering();
    Result<void> settleOthers();
    Result<void> checkPairs(const std::vector<Restriction>& all) const;

    PrepareContext& m_context;
    Restrictions::Options m_options;
    const schema::Table& m_table;
    Restrictions m_out;
    std::vector<Restriction> m_key;
    std::vector<Restriction> m_clustering;
    std::vector<Restriction> m_others;
};

Result<const Column*> RestrictionsBuilder::find(std::string_view name) const
{
    const Column* column = m_table.column(name);
    if (column == nullptr)
        return invalidRequest("Undefined column name " + cql::quote(name) + " in table " +
                              m_table.keyspace() + "." + m_table.name());
    return column;
}

Result<void> RestrictionsBuilder::checkSingle(const Relation& relation, const Column& column) const
{
    const cql::Type& type = *column.type;
    const std::string text = m_context.textOf(relation.range);
    if (relation.op == Operator::IsNotNull)
        return invalidRequest("Unsupported restriction: " + text);
    if (relation.op == Operator::Neq)
        return invalidRequest("Unsupported \"!=\" relation: " + text);
    if (relation.op == Operator::Like)
        return invalidRequest("LIKE restriction is only supported on properly indexed columns. " +
                              text + " is not valid.");
    const bool contains = relation.op == Operator::Contains || relation.op == Operator::ContainsKey;
    if (contains && !type.isCollection())
        return invalidRequest("Cannot use " + std::string{cql::operatorText(relation.op)} +
                              " on non-collection column " + column.name);
    if (relation.op == Operator::ContainsKey && type.kind() != cql::TypeKind::Map)
        return invalidRequest("Cannot use CONTAINS KEY on non-map column " + column.name);
    if (relation.kind == Relation::Kind::MapElement) {
        if (type.kind() != cql::TypeKind::Map)
            return invalidRequest("Column " + column.name + " cannot be used as a map");
        if (relation.op != Operator::Eq)
            return invalidRequest("Only EQ relations are supported on map entries");
        return ok();
    }
    if (contains)
        return ok();
    if (type.isMultiCell() && type.isCollection())
        return invalidRequest("Collection column '" + column.name + "' (" + type.toString() +
                              ") cannot be restricted by a '" +
                              std::string{cql::operatorText(relation.op)} + "' relation");
    if (type.isMultiCell())
        return invalidRequest("Non-frozen UDT column '" + column.name + "' (" + type.toString() +
                              ") cannot be restricted by any relation");
    if (type.kind() == cql::TypeKind::Duration && isSlice(relation.op))
        return invalidRequest("Slice restrictions are not supported on duration columns");
    return ok();
}

Result<void> RestrictionsBuilder::addAlternatives(const Relation& relation,
                                                  Restriction& restriction)
{
    const Column& column = *restriction.columns[0];
    cql::TypePtr type = column.type;
    std::string name = column.name;
    if (relation.op == Operator::Contains) {
        type = type->parameters()[type->kind() == cql::TypeKind::Map ? 1 : 0];
        name = "value(" + name + ")";
    } else if (relation.op == Operator::ContainsKey) {
        type = type->parameters()[0];
        name = "key(" + name + ")";
    } else if (relation.kind == Relation::Kind::MapElement) {
        RW_ASSIGN(PreparedTerm key, PreparedTerm::prepare(*relation.key, type->parameters()[0],
                                                          "key(" + name + ")", m_context));
        restriction.mapKey = std::move(key);
        type = type->parameters()[1];
        name = "value(" + name + ")";
    }
    if (relation.op == Operator::In) {
        if (relation.value->kind == cql::TermKind::Marker) {
            RW_ASSIGN(PreparedTerm list,
                      PreparedTerm::prepare(*relation.value, cql::Type::list(type, true),
                                            "in(" + name + ")", m_context));
            restriction.whole = std::move(list);
            return ok();
        }
        for (const cql::Term& item : relation.value->items) {
            RW_ASSIGN(PreparedTerm term, PreparedTerm::prepare(item, type, name, m_context));
            restriction.alternatives.push_back({std::move(term)});
        }
        return ok();
    }
    RW_ASSIGN(PreparedTerm term, PreparedTerm::prepare(*relation.value, type, name, m_context));
    restriction.alternatives.push_back({std::move(term)});
    return ok();
}

Result<Restriction> RestrictionsBuilder::single(const Relation& relation)
{
    RW_ASSIGN(const Column* column, find(relation.names[0]));
    RW_TRY(checkSingle(relation, *column));
    Restriction restriction;
    restriction.op = relation.op;
    restriction.columns = {column};
    restriction.text = m_context.textOf(relation.range);
    RW_TRY(addAlternatives(relation, restriction));
    return restriction;
}

Result<Restriction> RestrictionsBuilder::tuple(const Relation& relation)
{
    Restriction restriction;
    restriction.op = relation.op;
    restriction.isTuple = true;
    restriction.text = m_context.textOf(relation.range);
    int previous = -1;
    std::vector<cql::TypePtr> types;
    for (const std::string_view name : relation.names) {
        RW_ASSIGN(const Column* column, find(name));
        if (column->kind != ColumnKind::Clustering)
            return invalidRequest(
                "Multi-column relations can only be applied to clustering columns but "
                "was applied to: " +
                column->name);
        if (previous == column->position)
            return invalidRequest("Column \"" + column->name +
                                  "\" appeared twice in a relation: " + restriction.text);
        if (previous >= 0 && column->position != previous + 1)
            return invalidRequest("Clustering columns must appear in the PRIMARY KEY order in "
                                  "multi-column relations: " +
                                  restriction.text);
        previous = column->position;
        restriction.columns.push_back(column);
        types.push_back(column->type);
    }
    if (!isSlice(relation.op) && !isPoint(relation.op))
        return invalidRequest("Unsupported restriction: " + restriction.text);
    const std::string name = "(" + namesOf(restriction.columns, ",") + ")";
    const auto addTuple = [&](const cql::Term& term) -> Result<void> {
        if (term.items.size() != restriction.columns.size())
            return invalidRequest("Expected " + std::to_string(restriction.columns.size()) +
                                  " elements in value tuple, but got " +
                                  std::to_string(term.items.size()) + ": " +
                                  m_context.textOf(term.range));
        std::vector<PreparedTerm> terms;
        for (std::size_t i = 0; i < term.items.size(); ++i) {
            RW_ASSIGN(PreparedTerm part,
                      PreparedTerm::prepare(term.items[i], types[i], restriction.columns[i]->name,
                                            m_context));
            terms.push_back(std::move(part));
        }
        restriction.alternatives.push_back(std::move(terms));
        return ok();
    };
    const cql::TypePtr whole = cql::Type::tuple(types);
    const bool isIn = relation.op == Operator::In;
    if (relation.value->kind == cql::TermKind::Marker) {
        RW_ASSIGN(PreparedTerm term,
                  PreparedTerm::prepare(*relation.value,
                                        isIn ? cql::Type::list(whole, true) : whole,
                                        isIn ? "in" + name : name, m_context));
        restriction.whole = std::move(term);
        return restriction;
    }
    if (!isIn) {
        RW_TRY(addTuple(*relation.value));
        return restriction;
    }
    for (const cql::Term& item : relation.value->items) {
        if (item.kind != cql::TermKind::Marker) {
            RW_TRY(addTuple(item));
            continue;
        }
        RW_ASSIGN(PreparedTerm term, PreparedTerm::prepare(item, whole, name, m_context));
        restriction.tuples.push_back(std::move(term));
    }
    return restriction;
}

Result<Restriction> RestrictionsBuilder::token(const Relation& relation)
{
    Restriction restriction;
    restriction.op = relation.op;
    restriction.text = m_context.textOf(relation.range);
    for (const std::string_view name : relation.names) {
        RW_ASSIGN(const Column* column, find(name));
        restriction.columns.push_back(column);
    }
    const auto key = m_table.partitionKey();
    const auto isKey = [](const Column* column) {
        return column->kind == ColumnKind::PartitionKey;
    };
    const auto& columns = restriction.columns;
    std::vector<const Column*> distinct = columns;
    std::sort(distinct.begin(), distinct.end());
    if (columns.size() > key.size() &&
        std::adjacent_find(distinct.begin(), distinct.end()) != distinct.end())
        return invalidRequest("The token() function contains duplicate partition key components");
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() < key.size() || !std::any_of(columns.begin(), columns.end(), isKey))
        return invalidRequest(
            "The token() function must be applied to all partition key components or "
            "none of them");
    if (!std::all_of(columns.begin(), columns.end(), isKey))
        return invalidRequest("The token() function must contains only partition key components");
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (restriction.columns[i] != key[i].get()) {
            std::string order;
            for (const schema::ColumnPtr& column : key)
                order += (order.empty() ? "" : ", ") + column->name;
            return invalidRequest(
                "The token function arguments must be in the partition key order: " + order);
        }
    }
    if (!isSlice(relation.op) && relation.op != Operator::Eq)
        return invalidRequest("Unsupported restriction: " + restriction.text);
    RW_ASSIGN(PreparedTerm term,
              PreparedTerm::prepare(*relation.value, cql::Type::native(cql::TypeKind::Bigint),
                                    "partition key token", m_context));
    restriction.alternatives.push_back({std::move(term)});
    return restriction;
}

Result<void> RestrictionsBuilder::add(const Relation& relation)
{
    switch (relation.kind) {
    case Relation::Kind::Expression:
        return invalidRequest("Custom index expressions are not supported by this version of "
                              "Ringwright yet");
    case Relation::Kind::Token: {
        RW_ASSIGN(Restriction restriction, token(relation));
        m_out.m_token.push_back(std::move(restriction));
        return ok();
    }
    case Relation::Kind::Tuple: {
        RW_ASSIGN(Restriction restriction, tuple(relation));
        m_clustering.push_back(std::move(restriction));
        return ok();
    }
    case Relation::Kind::Column:
    case Relation::Kind::MapElement:
        break;
    }
    RW_ASSIGN(Restriction restriction, single(relation));
    switch (restriction.columns[0]->kind) {
    case ColumnKind::PartitionKey:
        m_key.push_back(std::move(restriction));
        break;
    case ColumnKind::Clustering:
        m_clustering.push_back(std::move(restriction));
        break;
    default:
        m_others.push_back(std::move(restriction));
        break;
    }
    return ok();
}

/// Two relations on the same columns: at most a lower and an upper bound.
Result<void> RestrictionsBuilder::checkPairs(const std::vector<Restriction>& all) const
{
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            const Restriction& a = all[k];
            const Restriction& b = all[i];
            const bool overlap =
                std::any_of(a.columns.begin(), a.columns.end(), [&](const Column* column) {
                    return std::find(b.columns.begin(), b.columns.end(), column) != b.columns.end();
                });
            if (!overlap || a.mapKey || b.mapKey || a.op == Operator::Contains ||
                a.op == Operator::ContainsKey || b.op == Operator::Contains ||
                b.op == Operator::ContainsKey)
                continue;
            const std::string names = namesOf(a.columns);
            if (isPoint(a.op) || isPoint(b.op))
                return invalidRequest(
                    names + " cannot be restricted by more than one relation if it includes " +
                    (a.op == Operator::In || b.op == Operator::In ? "a IN" : "an Equal"));
            if (isLower(a.op) == isLower(b.op))
                return invalidRequest("More than one restriction was found for the " +
                                      std::string{isLower(a.op) ? "start" : "end"} + " bound on " +
                                      names);
        }
    }
    return ok();
}

Result<void> RestrictionsBuilder::settleKey()
{
    const auto columns = m_table.partitionKey();
    RW_TRY(checkPairs(m_out.m_token));
    RW_TRY(checkPairs(m_key));
    const bool forWrite = m_options.statement != Restrictions::Statement::Select;
    std::vector<std::string> missing;
    bool allPoints = true;
    for (const schema::ColumnPtr& column : columns) {
        const auto at =
            std::find_if(m_key.begin(), m_key.end(), [&](const Restriction& restriction) {
                return restriction.columns[0] == column.get();
            });
        if (at == m_key.end())
            missing.push_back(column->name);
        else if (!isPoint(at->op))
            allPoints = false;
    }
    if (forWrite) {
        if (!m_out.m_token.empty())
            return invalidRequest("The token function cannot be used in WHERE clauses for " +
                                  std::string{m_options.statement == Restrictions::Statement::Update
                                                  ? "UPDATE"
                                                  : "DELETE"} +
                                  " statements");
        if (!missing.empty()) {
            std::string names;
            for (const std::string& name : missing)
                names += (names.empty() ? "" : ", ") + name;
            return invalidRequest("Some partition key parts are missing: " + names);
        }
        if (!allPoints)
            return invalidRequest(
                "Only EQ and IN relation are supported on the partition key (unless "
                "you use the token() function)");
    }
    if (missing.empty() && allPoints) {
        m_out.m_isKeyed = true;
        std::sort(m_key.begin(), m_key.end(), [](const Restriction& a, const Restriction& b) {
            return a.columns[0]->position < b.columns[0]->position;
        });
        for (const Restriction& restriction : m_key)
            m_out.m_keyHasIn |= restriction.op == Operator::In;
        m_out.m_isSingleKey = !m_out.m_keyHasIn && m_out.m_token.empty();
        m_out.m_key = std::move(m_key);
        return ok();
    }
    if (m_key.empty())
        return ok();
    if (!m_options.allowFiltering)
        return invalidRequest(kNeedsFiltering);
    for (Restriction& restriction : m_key)
        m_out.m_filters.push_back(std::move(restriction));
    return ok();
}

Result<void> RestrictionsBuilder::settleClustering()
{
    RW_TRY(checkPairs(m_clustering));
    std::stable_sort(m_clustering.begin(), m_clustering.end(),
                     [](const Restriction& a, const Restriction& b) {
                         return a.columns[0]->position < b.columns[0]->position;
                     });
    if (!m_clustering.empty() && m_options.selectsOnlyStatics &&
        m_options.statement == Restrictions::Statement::Select)
        return invalidRequest(
            "Cannot restrict clustering columns when selecting only static columns");
    const bool mayFilter = m_options.allowFiltering;
    std::size_t next = 0;
    const Restriction* slice = nullptr;
    for (Restriction& restriction : m_clustering) {
        const Column& first = *restriction.columns[0];
        const bool sameSlice = slice != nullptr && slice->columns[0] == restriction.columns[0] &&
                               isSlice(restriction.op);
        if (!isSlice(restriction.op) && !isPoint(restriction.op)) {
            if (!mayFilter)
                return invalidRequest(kNeedsFiltering);
            m_out.m_filters.push_back(std::move(restriction));
            continue;
        }
        if (sameSlice || (slice == nullptr && first.position == next)) {
            if (isSlice(restriction.op)) {
                m_out.m_clustering.push_back(std::move(restriction));
                slice = &m_out.m_clustering.back();
            } else {
                next += restriction.columns.size();
                m_out.m_clustering.push_back(std::move(restriction));
            }
            continue;
        }
        if (mayFilter) {
            if (restriction.isTuple && isSlice(restriction.op))
                return invalidRequest(
                    "Multi-column slice restrictions cannot be used for filtering.");
            if (restriction.columns.size() > 1 && restriction.op == Operator::In)
                return invalidRequest("Multicolumn IN filters are not supported");
            m_out.m_filters.push_back(std::move(restriction));
            continue;
        }
        if (slice != nullptr)
            return invalidRequest("Clustering column \"" + first.name +
                                  "\" cannot be restricted (preceding column \"" +
                                  slice->columns[0]->name +
                                  "\" is restricted by a non-EQ relation)");
        return invalidRequest("PRIMARY KEY column \"" + first.name +
                              "\" cannot be restricted as preceding column \"" +
                              m_table.clustering()[next]->name + "\" is not restricted");
    }
    if (!m_clustering.empty() && !m_out.m_isKeyed && !mayFilter)
        return invalidRequest(kNeedsFiltering);
    m_out.m_namesRows = slice == nullptr && next == m_table.clustering().size();
    return ok();
}

Result<void> RestrictionsBuilder::settleOthers()
{
    if (m_others.empty())
        return ok();
    if (m_options.statement != Restrictions::Statement::Select) {
        std::string names;
        for (const Restriction& restriction : m_others)
            names += restriction.columns[0]->name + " ";
        return invalidRequest("Non PRIMARY KEY columns found in where clause: " + names);
    }
    RW_TRY(checkPairs(m_others));
    if (!m_options.allowFiltering)
        return invalidRequest(kNeedsFiltering);
    for (const Restriction& restriction : m_others) {
        if (!restriction.alternatives.empty() && restriction.alternatives[0][0].isNull() &&
            isPlainComparison(restriction.op))
            return invalidRequest("Unsupported null value for column " +
                                  restriction.columns[0]->name);
    }
    for (Restriction& restriction : m_others)
        m_out.m_filters.push_back(std::move(restriction));
    return ok();
}

Result<Restrictions> RestrictionsBuilder::build(std::span<const Relation> where)
{
    m_clustering.reserve(where.size());
    m_out.m_clustering.reserve(where.size());
    for (const Relation& relation : where)
        RW_TRY(add(relation));
    // Writes name their stray columns before they count their keys, as Cassandra does.
    if (m_options.statement != Restrictions::Statement::Select)
        RW_TRY(settleOthers());
    RW_TRY(settleKey());
    RW_TRY(settleClustering());
    if (m_options.statement == Restrictions::Statement::Select)
        RW_TRY(settleOthers());
    const auto isPlain = [](const Restriction& restriction) {
        return restriction.op == Operator::Eq && restriction.columns.size() == 1 &&
               !restriction.whole;
    };
    m_out.m_isSingleRow =
        m_out.m_isSingleKey && m_out.m_namesRows &&
        std::all_of(m_out.m_key.begin(), m_out.m_key.end(), isPlain) &&
        std::all_of(m_out.m_clustering.begin(), m_out.m_clustering.end(), isPlain);
    return std::move(m_out);
}

Result<Restrictions> Restrictions::prepare(std::span<const Relation> where, PrepareContext& context,
                                           Options options)
{
    return RestrictionsBuilder{context, options}.build(where);
}

std::vector<std::string> Restrictions::missingClustering(const schema::Table& table) const
{
    std::vector<std::string> missing;
    for (const schema::ColumnPtr& column : table.clustering()) {
        const bool restricted = std::any_of(
            m_clustering.begin(), m_clustering.end(), [&](const Restriction& restriction) {
                return isPoint(restriction.op) &&
                       std::find(restriction.columns.begin(), restriction.columns.end(),
                                 column.get()) != restriction.columns.end();
            });
        if (!restricted)
            missing.push_back(column->name);
    }
    return missing;
}

bool Restrictions::restrictsPartitionKey() const noexcept
{
    return m_isKeyed || !m_token.empty() ||
           std::any_of(m_filters.begin(), m_filters.end(), [](const Restriction& filter) {
               return filter.columns[0]->kind == ColumnKind::PartitionKey;
           });
}

bool Restrictions::restrictsOnlyKeyAndStatics() const noexcept
{
    return m_clustering.empty() &&
           std::all_of(m_filters.begin(), m_filters.end(), [](const Restriction& filter) {
               return filter.columns[0]->kind == ColumnKind::PartitionKey ||
                      filter.columns[0]->isStatic();
           });
}

std::vector<std::uint16_t> Restrictions::keyMarkers() const
{
    std::vector<std::uint16_t> markers;
    if (!m_isKeyed)
        return markers;
    for (const Restriction& restriction : m_key) {
        if (restriction.op != Operator::Eq || !restriction.alternatives[0][0].isMarker())
            return {};
        markers.push_back(restriction.alternatives[0][0].marker());
    }
    return markers;
}

bool Restrictions::isRestrictedByEquality(const Column& column) const noexcept
{
    const auto has = [&](const Restriction& restriction) {
        return restriction.op == Operator::Eq &&
               std::find(restriction.columns.begin(), restriction.columns.end(), &column) !=
                   restriction.columns.end();
    };
    return std::any_of(m_key.begin(), m_key.end(), has) ||
           std::any_of(m_clustering.begin(), m_clustering.end(), has);
}

} // namespace engine::query
