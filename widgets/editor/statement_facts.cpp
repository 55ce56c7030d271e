#include "widgets/editor/statement_facts.h"

#include "engine/base/arena.h"
#include "engine/cql/parser.h"

#include <QCoreApplication>

#include <map>

namespace views {

namespace cql = engine::cql;
using cql::StatementKind;

namespace {

struct FactsTr {
    Q_DECLARE_TR_FUNCTIONS(views::StatementFacts)
};

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString fullName(const cql::QualifiedName& name, const QString& keyspace)
{
    const QString space = name.keyspace.empty() ? keyspace : textOf(name.keyspace);
    return space.isEmpty() ? textOf(name.name) : space + u'.' + textOf(name.name);
}

/// The literals that the statement equates columns with.
std::map<std::string_view, QString> equalities(const cql::Statement& statement)
{
    std::map<std::string_view, QString> found;
    const auto where = [&](std::span<const cql::Relation> relations) {
        for (const cql::Relation& relation : relations)
            if (relation.kind == cql::Relation::Kind::Column && relation.op == cql::Operator::Eq &&
                relation.value && relation.value->isLiteral())
                found[relation.names[0]] = textOf(relation.value->text);
    };
    switch (statement.kind) {
    case StatementKind::Select:
        where(statement.as<cql::ParsedSelect>().where);
        break;
    case StatementKind::Update:
        where(statement.as<cql::ParsedUpdate>().where);
        break;
    case StatementKind::Delete:
        where(statement.as<cql::ParsedDelete>().where);
        break;
    case StatementKind::Insert: {
        const auto& insert = statement.as<cql::ParsedInsert>();
        for (std::size_t i = 0; i < std::min(insert.columns.size(), insert.values.size()); ++i)
            if (insert.values[i].isLiteral())
                found[insert.columns[i]] = textOf(insert.values[i].text);
        break;
    }
    default:
        break;
    }
    return found;
}

const cql::QualifiedName* tableOf(const cql::Statement& statement)
{
    switch (statement.kind) {
    case StatementKind::Select:
        return &statement.as<cql::ParsedSelect>().table;
    case StatementKind::Update:
        return &statement.as<cql::ParsedUpdate>().table;
    case StatementKind::Delete:
        return &statement.as<cql::ParsedDelete>().table;
    case StatementKind::Insert:
        return &statement.as<cql::ParsedInsert>().table;
    default:
        return nullptr;
    }
}

} // namespace

std::optional<Destruction> destructionOf(const QString& statement, const QString& keyspace)
{
    const std::string text = statement.toStdString();
    engine::Arena arena;
    const auto parsed = cql::parseStatement(text, arena);
    if (!parsed)
        return std::nullopt;
    const cql::Statement& found = **parsed;
    const QString verb = textOf(cql::statementName(found.kind));
    switch (found.kind) {
    case StatementKind::Truncate:
        return Destruction{verb, fullName(found.as<cql::ParsedTruncate>().table, keyspace)};
    case StatementKind::DropKeyspace:
        return Destruction{verb, textOf(found.as<cql::ParsedDrop>().name.name)};
    case StatementKind::DropTable:
    case StatementKind::DropType:
    case StatementKind::DropIndex:
    case StatementKind::DropView:
        return Destruction{verb, fullName(found.as<cql::ParsedDrop>().name, keyspace)};
    case StatementKind::AlterTable: {
        const auto& alter = found.as<cql::ParsedAlterTable>();
        if (alter.action != cql::ParsedAlterTable::Action::Drop)
            return std::nullopt;
        QStringList columns;
        for (const std::string_view column : alter.dropped)
            columns += textOf(column);
        return Destruction{QStringLiteral("DROP"), fullName(alter.table, keyspace) + u'.' +
                                                       columns.join(QLatin1String(", "))};
    }
    default:
        return std::nullopt;
    }
}

std::optional<studio::PlacementQuery> partitionOf(const QString& statement,
                                                  const studio::SchemaSnapshot& schema,
                                                  const QString& keyspace, QString& problem)
{
    const std::string text = statement.toStdString();
    engine::Arena arena;
    const auto parsed = cql::parseStatement(text, arena);
    if (!parsed) {
        problem = FactsTr::tr("The statement at the caret does not parse.");
        return std::nullopt;
    }
    const cql::QualifiedName* name = tableOf(**parsed);
    if (!name) {
        problem = FactsTr::tr("The statement at the caret is not about one partition.");
        return std::nullopt;
    }
    studio::PlacementQuery query;
    query.keyspace = name->keyspace.empty() ? keyspace : textOf(name->keyspace);
    query.table = textOf(name->name);
    const studio::TableInfo* table = schema.table(query.keyspace, query.table);
    if (!table) {
        problem = FactsTr::tr("There is no table %1.").arg(fullName(*name, keyspace));
        return std::nullopt;
    }
    const auto values = equalities(**parsed);
    for (const studio::ColumnInfo* column : table->partitionKey()) {
        const std::string key = column->name.toStdString();
        const auto value = values.find(key);
        if (value == values.end()) {
            problem = FactsTr::tr("The statement gives no single value for the partition key "
                                  "column %1.")
                          .arg(column->name);
            return std::nullopt;
        }
        query.keyValues += value->second;
    }
    return query;
}

} // namespace views
