#include "engine/cql/quote.h"
#include "engine/query/modify/modification_statement.h"

#include <algorithm>

namespace engine::query {

using schema::Column;

namespace {

Result<const Column*> columnNamed(const schema::Table& table, std::string_view name)
{
    const Column* column = table.column(name);
    if (column == nullptr)
        return invalidRequest("Undefined column name " + cql::quote(name) + " in table " +
                              table.keyspace() + "." + table.name());
    return column;
}

Error conditionsNotSupported()
{
    return notSupportedYet("A conditional update (IF …)");
}

std::string commaJoined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

void ModificationStatement::addOperation(ColumnOperation operation)
{
    (operation.column().isStatic() ? m_touchesStatics : m_touchesRegulars) = true;
    m_needsRead |= operation.needsRead();
    m_operations.push_back(std::move(operation));
}

void ModificationStatement::sortOperations()
{
    // In the order of a row's cells, so that writing needs no sorting. Stable: `m['a'] = 1,
    // m['b'] = 2` stay in order.
    std::stable_sort(m_operations.begin(), m_operations.end(),
                     [](const ColumnOperation& a, const ColumnOperation& b) {
                         return schema::compareColumns(a.column(), b.column()) < 0;
                     });
}

Result<void> ModificationStatement::prepareUsing(const cql::UsingClause& usings,
                                                 PrepareContext& context)
{
    if (usings.timestamp != nullptr) {
        if (m_isCounter)
            return invalidRequest("Cannot provide custom timestamp for counter updates");
        RW_ASSIGN(PreparedTerm term,
                  PreparedTerm::prepare(*usings.timestamp, cql::Type::native(cql::TypeKind::Bigint),
                                        "[timestamp]", context));
        m_timestamp = std::move(term);
    }
    if (usings.ttl != nullptr) {
        if (m_isCounter)
            return invalidRequest("Cannot provide custom TTL for counter updates");
        RW_ASSIGN(PreparedTerm term,
                  PreparedTerm::prepare(*usings.ttl, cql::Type::native(cql::TypeKind::Int), "[ttl]",
                                        context));
        m_ttl = std::move(term);
    }
    return ok();
}

Result<void> ModificationStatement::prepareInsert(const cql::ParsedInsert& parsed,
                                                  PrepareContext& context)
{
    const schema::Table& table = *m_table;
    if (m_isCounter)
        return invalidRequest(
            "INSERT statements are not allowed on counter tables, use UPDATE instead");
    if (parsed.columns.size() != parsed.values.size())
        return invalidRequest("Unmatched column names/values");
    std::vector<cql::Relation> key;
    for (std::size_t i = 0; i < parsed.columns.size(); ++i) {
        if (std::find(parsed.columns.begin(),
                      parsed.columns.begin() + static_cast<std::ptrdiff_t>(i),
                      parsed.columns[i]) != parsed.columns.begin() + static_cast<std::ptrdiff_t>(i))
            return invalidRequest("The column names contains duplicates");
        RW_ASSIGN(const Column* column, columnNamed(table, parsed.columns[i]));
        if (!column->isPrimaryKey()) {
            RW_ASSIGN(ColumnOperation operation,
                      ColumnOperation::set(parsed.values[i], *column, context));
            addOperation(std::move(operation));
            continue;
        }
        cql::Relation relation;
        relation.names = parsed.columns.subspan(i, 1);
        relation.value = &parsed.values[i];
        relation.range = parsed.values[i].range;
        key.push_back(relation);
    }
    Restrictions::Options options;
    options.statement = Restrictions::Statement::Update;
    RW_ASSIGN(m_restrictions, Restrictions::prepare(key, context, options));
    // An INSERT without clustering columns is one of static columns.
    const bool onlyStatics =
        m_touchesStatics && !m_touchesRegulars && !m_restrictions.hasClustering();
    const auto missing = m_restrictions.missingClustering(table);
    if (!missing.empty() && !onlyStatics)
        return invalidRequest("Some clustering keys are missing: " + commaJoined(missing));
    m_touchesRegulars = !onlyStatics;
    RW_TRY(prepareUsing(parsed.usings, context));
    return parsed.ifNotExists ? Result<void>{conditionsNotSupported()} : ok();
}

Result<void> ModificationStatement::prepareInsertJson(const cql::ParsedInsertJson& parsed,
                                                      PrepareContext& context)
{
    if (m_isCounter)
        return invalidRequest(
            "INSERT statements are not allowed on counter tables, use UPDATE instead");
    RW_ASSIGN(PreparedTerm term,
              PreparedTerm::prepare(parsed.value, cql::Type::native(cql::TypeKind::Text), "[json]",
                                    context));
    m_json = std::move(term);
    m_jsonDefaultUnset = parsed.defaultUnset;
    RW_TRY(prepareUsing(parsed.usings, context));
    return parsed.ifNotExists ? Result<void>{conditionsNotSupported()} : ok();
}

Result<void> ModificationStatement::checkRows(PrepareContext&)
{
    const auto missing = m_restrictions.missingClustering(*m_table);
    if (m_touchesStatics && !m_touchesRegulars) {
        if (m_restrictions.hasClustering())
            return invalidRequest("Invalid restrictions on clustering columns since the " +
                                  std::string{m_kind == Kind::Update ? "UPDATE" : "DELETE"} +
                                  " statement modifies only static columns");
        return ok();
    }
    if (missing.empty())
        return ok();
    if (m_kind == Kind::Delete)
        return m_operations.empty()
                   ? ok()
                   : Result<void>{
                         invalidRequest("Range deletions are not supported for specific columns")};
    return invalidRequest("Some clustering keys are missing: " + commaJoined(missing));
}

Result<void> ModificationStatement::prepareUpdate(const cql::ParsedUpdate& parsed,
                                                  PrepareContext& context)
{
    RW_TRY(prepareUsing(parsed.usings, context));
    for (const cql::Assignment& assignment : parsed.assignments) {
        RW_ASSIGN(const Column* column, columnNamed(*m_table, assignment.column));
        if (column->isPrimaryKey())
            return invalidRequest("PRIMARY KEY part " + column->name + " found in SET part");
        RW_ASSIGN(ColumnOperation operation, ColumnOperation::assign(assignment, *column, context));
        addOperation(std::move(operation));
    }
    Restrictions::Options options;
    options.statement = Restrictions::Statement::Update;
    RW_ASSIGN(m_restrictions, Restrictions::prepare(parsed.where, context, options));
    RW_TRY(checkRows(context));
    return parsed.ifExists || !parsed.conditions.empty() ? Result<void>{conditionsNotSupported()}
                                                         : ok();
}

Result<void> ModificationStatement::prepareDelete(const cql::ParsedDelete& parsed,
                                                  PrepareContext& context)
{
    RW_TRY(prepareUsing(parsed.usings, context));
    for (const cql::Deletion& deletion : parsed.deletions) {
        RW_ASSIGN(const Column* column, columnNamed(*m_table, deletion.column));
        if (column->isPrimaryKey())
            return invalidRequest("Invalid identifier " + column->name +
                                  " for deletion (should not be a PRIMARY KEY part)");
        RW_ASSIGN(ColumnOperation operation, ColumnOperation::remove(deletion, *column, context));
        addOperation(std::move(operation));
    }
    Restrictions::Options options;
    options.statement = Restrictions::Statement::Delete;
    RW_ASSIGN(m_restrictions, Restrictions::prepare(parsed.where, context, options));
    RW_TRY(checkRows(context));
    return parsed.ifExists || !parsed.conditions.empty() ? Result<void>{conditionsNotSupported()}
                                                         : ok();
}

Result<void> ModificationStatement::prepare(const cql::Statement& parsed, PrepareContext& context)
{
    m_isCounter = m_table->isCounter();
    if (m_table->isView())
        return invalidRequest("Cannot directly modify a materialized view");
    if (m_table->isVirtual())
        return invalidRequest("Modification is not supported by table " + m_table->keyspace() +
                              "." + m_table->name());
    switch (parsed.kind) {
    case cql::StatementKind::Insert:
        m_kind = Kind::Insert;
        RW_TRY(prepareInsert(parsed.as<cql::ParsedInsert>(), context));
        break;
    case cql::StatementKind::InsertJson:
        m_kind = Kind::InsertJson;
        RW_TRY(prepareInsertJson(parsed.as<cql::ParsedInsertJson>(), context));
        break;
    case cql::StatementKind::Update:
        m_kind = Kind::Update;
        RW_TRY(prepareUpdate(parsed.as<cql::ParsedUpdate>(), context));
        break;
    default:
        m_kind = Kind::Delete;
        RW_TRY(prepareDelete(parsed.as<cql::ParsedDelete>(), context));
        break;
    }
    sortOperations();
    const bool deletesPartition =
        m_kind == Kind::Delete && m_operations.empty() && m_table->clustering().empty();
    m_isSingleRow = m_kind != Kind::InsertJson && m_restrictions.isSingleRow() && !m_needsRead &&
                    !deletesPartition;
    return ok();
}

std::vector<std::uint16_t> ModificationStatement::keyMarkers() const
{
    return m_kind == Kind::InsertJson ? std::vector<std::uint16_t>{} : m_restrictions.keyMarkers();
}

} // namespace engine::query
