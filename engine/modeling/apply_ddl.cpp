#include "engine/modeling/apply_ddl.h"

#include "engine/cql/parser.h"
#include "engine/cql/quote.h"
#include "engine/cql/script.h"
#include "engine/modeling/cql.h"
#include "engine/ring/replication_strategy.h"
#include "engine/schema/table_options.h"

#include <algorithm>

namespace engine::modeling {

using schema::KeyspacePtr;
using schema::SchemaPtr;
using schema::TablePtr;

namespace {

Error ddlInvalid(std::string sentence)
{
    return {ErrorCode::Invalid, std::move(sentence)};
}

std::string keyspaceOfName(const cql::QualifiedName& name, const schema::DdlContext& context)
{
    return name.keyspace.empty() ? context.keyspace : std::string{name.keyspace};
}

SchemaPtr withTable(const SchemaPtr& schema, schema::Table::Spec spec)
{
    schema::Keyspace keyspace = *schema->keyspace(spec.keyspace);
    const TablePtr before = keyspace.table(spec.name);
    const std::string name = spec.name;
    keyspace.tables[name] = schema::Table::make(std::move(spec), before);
    return schema->with(std::make_shared<const schema::Keyspace>(std::move(keyspace)));
}

std::string targetText(const cql::IndexTarget& target)
{
    const std::string column = cql::quote(target.column);
    switch (target.kind) {
    case cql::IndexTarget::Kind::Values:
        return "values(" + column + ")";
    case cql::IndexTarget::Kind::Keys:
        return "keys(" + column + ")";
    case cql::IndexTarget::Kind::Entries:
        return "entries(" + column + ")";
    case cql::IndexTarget::Kind::Full:
        return "full(" + column + ")";
    case cql::IndexTarget::Kind::Simple:
        break;
    }
    return column;
}

/// The name an index gets if none is given (IndexMetadata.generateDefaultIndexName).
std::string inventedIndexName(const schema::Keyspace& keyspace, const std::string& table,
                              std::string_view column)
{
    std::string base = table + "_";
    for (const char c : column) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')
            base += c;
    }
    base += "_idx";
    const auto taken = [&](const std::string& name) {
        return std::ranges::any_of(keyspace.tables, [&](const auto& entry) {
            return std::ranges::any_of(entry.second->indexes(), [&](const schema::Index& index) {
                return index.name == name;
            });
        });
    };
    std::string name = base;
    for (int number = 1; taken(name); ++number)
        name = base + "_" + std::to_string(number);
    return name;
}

Result<SchemaPtr> createIndexOn(const cql::ParsedCreateIndex& parsed, const SchemaPtr& schema,
                                const schema::DdlContext& context)
{
    const std::string in = keyspaceOfName(parsed.table, context);
    const TablePtr table = schema->table(in, parsed.table.name);
    if (!table)
        return ddlInvalid("Table '" + in + "." + std::string{parsed.table.name} +
                          "' doesn't exist");
    if (parsed.targets.size() != 1)
        return ddlInvalid("an index has one column; " + std::to_string(parsed.targets.size()) +
                          " are given");
    const cql::IndexTarget& target = parsed.targets[0];
    const schema::Column* column = table->column(target.column);
    if (!column)
        return ddlInvalid("Column '" + std::string{target.column} + "' doesn't exist");
    if (column->kind == schema::ColumnKind::PartitionKey && table->partitionKey().size() == 1)
        return ddlInvalid("Cannot create secondary index on the only partition key column " +
                          std::string{target.column});
    if (column->type->isCounter())
        return ddlInvalid("Secondary indexes are not supported on counter columns");
    schema::Index index;
    index.name = parsed.name.empty()
                     ? inventedIndexName(*schema->keyspace(in), table->name(), target.column)
                     : std::string{parsed.name};
    for (const schema::Index& other : table->indexes()) {
        if (other.name != index.name)
            continue;
        if (parsed.ifNotExists)
            return schema;
        return Error{ErrorCode::AlreadyExists, "Index '" + index.name + "' already exists"};
    }
    if (!parsed.className.empty()) {
        index.kind = schema::IndexKind::Custom;
        index.options["class_name"] = std::string{parsed.className};
    }
    index.options["target"] = column->isComplex() &&
                                      target.kind == cql::IndexTarget::Kind::Simple &&
                                      column->type->isCollection()
                                  ? "values(" + cql::quote(target.column) + ")"
                                  : targetText(target);
    for (const cql::Property& property : parsed.properties) {
        for (const auto& entry : property.entries)
            index.options[std::string{entry.key}] = std::string{entry.value};
    }
    schema::Table::Spec spec = table->spec();
    spec.indexes.push_back(std::move(index));
    return withTable(schema, std::move(spec));
}

Result<SchemaPtr> dropIndexOf(const cql::ParsedDrop& parsed, const SchemaPtr& schema,
                              const schema::DdlContext& context)
{
    const std::string in = keyspaceOfName(parsed.name, context);
    if (const KeyspacePtr keyspace = schema->keyspace(in)) {
        for (const auto& [name, table] : keyspace->tables) {
            schema::Table::Spec spec = table->spec();
            if (std::erase_if(spec.indexes, [&](const schema::Index& index) {
                    return index.name == parsed.name.name;
                }) > 0)
                return withTable(schema, std::move(spec));
        }
    }
    if (parsed.ifExists)
        return schema;
    return ddlInvalid("Index '" + in + "." + std::string{parsed.name.name} + "' doesn't exist");
}

Result<void> addViewColumn(const schema::Table& base, std::string_view name,
                           schema::ColumnKind kind, std::uint16_t position, bool descending,
                           schema::Table::Spec& spec)
{
    const schema::Column* from = base.column(name);
    if (!from)
        return ddlInvalid("Unknown column '" + std::string{name} +
                          "' referenced in PRIMARY KEY for materialized view '" + spec.name + "'");
    if (from->isStatic())
        return ddlInvalid("Cannot include static column '" + std::string{name} +
                          "' in materialized view '" + spec.name + "'");
    schema::Column column = *from;
    column.kind = kind;
    column.position = position;
    column.order = kind != schema::ColumnKind::Clustering ? schema::ClusteringOrder::None
                   : descending                           ? schema::ClusteringOrder::Descending
                                                          : schema::ClusteringOrder::Ascending;
    spec.columns.push_back(std::move(column));
    return ok();
}

bool isIn(std::span<const std::string_view> names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

Result<void> addViewKey(const cql::ParsedCreateView& parsed, const schema::Table& base,
                        schema::Table::Spec& spec)
{
    std::uint16_t position = 0;
    for (const std::string_view name : parsed.primaryKey.partitionKey)
        RW_TRY(
            addViewColumn(base, name, schema::ColumnKind::PartitionKey, position++, false, spec));
    position = 0;
    for (const std::string_view name : parsed.primaryKey.clustering) {
        const auto order =
            std::ranges::find(parsed.clusteringOrder, name, &cql::ClusteringOrdering::column);
        RW_TRY(addViewColumn(base, name, schema::ColumnKind::Clustering, position++,
                             order != parsed.clusteringOrder.end() && order->descending, spec));
    }
    // A view's rows must be found from the base's: every key column, and at most one other.
    std::size_t others = 0;
    for (const schema::Column& column : spec.columns)
        others += base.column(column.name)->isPrimaryKey() ? 0 : 1;
    for (const auto part : {base.partitionKey(), base.clustering()}) {
        for (const schema::ColumnPtr& column : part) {
            if (!isIn(parsed.primaryKey.partitionKey, column->name) &&
                !isIn(parsed.primaryKey.clustering, column->name))
                return ddlInvalid("Cannot create Materialized View " + spec.name +
                                  " without primary key columns from base " + base.name() + " (" +
                                  column->name + ")");
        }
    }
    if (others > 1)
        return ddlInvalid("Cannot include more than one non-primary key column in materialized "
                          "view primary key (got " +
                          std::to_string(others) + ")");
    return ok();
}

std::string viewConditions(std::span<const cql::Relation> where, std::string_view text)
{
    std::string conditions;
    for (const cql::Relation& relation : where) {
        conditions += conditions.empty() ? "" : " AND ";
        if (relation.op == cql::Operator::IsNotNull && relation.names.size() == 1)
            conditions += cql::quote(relation.names[0]) + " IS NOT NULL";
        else
            conditions += std::string{
                text.substr(relation.range.begin, relation.range.end - relation.range.begin)};
    }
    return conditions;
}

Result<schema::TableParams> paramsFrom(std::span<const cql::Property> given,
                                       const schema::TableParams& before, bool isNew)
{
    schema::Properties properties;
    for (const cql::Property& property : given) {
        schema::StringMap entries;
        for (const auto& entry : property.entries)
            entries[std::string{entry.key}] = std::string{entry.value};
        if (property.isMap)
            RW_TRY(properties.add(std::string{property.name}, std::move(entries)));
        else
            RW_TRY(properties.add(std::string{property.name}, std::string{property.value}));
    }
    return schema::applyTableOptions(properties, before, isNew);
}

Result<SchemaPtr> createViewOf(const cql::ParsedCreateView& parsed, const SchemaPtr& schema,
                               const schema::DdlContext& context, std::string_view text)
{
    const std::string in = keyspaceOfName(parsed.view, context);
    const KeyspacePtr before = schema->keyspace(in);
    const TablePtr base = before ? before->table(parsed.base.name) : nullptr;
    if (!base)
        return ddlInvalid("Base table '" + std::string{parsed.base.name} + "' doesn't exist");
    if (base->isCounter())
        return ddlInvalid("Materialized views are not supported on counter tables");
    if (before->table(parsed.view.name)) {
        if (parsed.ifNotExists)
            return schema;
        return Error{ErrorCode::AlreadyExists, "Cannot add already existing table \"" +
                                                   std::string{parsed.view.name} +
                                                   "\" to keyspace \"" + in + "\""};
    }
    schema::Table::Spec spec;
    spec.keyspace = in;
    spec.name = std::string{parsed.view.name};
    spec.id = context.newTableId(in, spec.name);
    spec.isView = true;
    RW_TRY(addViewKey(parsed, *base, spec));
    const auto key = spec.columns.size();
    for (const schema::ColumnPtr& column : base->selectOrder()) {
        const bool selected =
            parsed.selectors.empty() ||
            std::ranges::any_of(parsed.selectors, [&](const cql::Selector& selector) {
                return selector.term.text == column->name;
            });
        const bool inKey = std::any_of(
            spec.columns.begin(), spec.columns.begin() + static_cast<std::ptrdiff_t>(key),
            [&](const auto& other) { return other.name == column->name; });
        if (selected && !inKey)
            RW_TRY(addViewColumn(*base, column->name, schema::ColumnKind::Regular, 0, false, spec));
    }
    RW_ASSIGN(spec.params, paramsFrom(parsed.properties, {}, true));
    schema::View view;
    view.baseId = base->id();
    view.baseTable = base->name();
    view.includesAllColumns = parsed.selectors.empty();
    view.whereClause = viewConditions(parsed.where, text);
    view.table = schema::Table::make(std::move(spec));
    schema::Keyspace keyspace = *before;
    keyspace.views[view.table->name()] = view;
    return schema->with(std::make_shared<const schema::Keyspace>(std::move(keyspace)));
}

Result<SchemaPtr> changeView(const cql::QualifiedName& name, bool ifExists,
                             const std::span<const cql::Property>* properties,
                             const SchemaPtr& schema, const schema::DdlContext& context)
{
    const std::string in = keyspaceOfName(name, context);
    const KeyspacePtr before = schema->keyspace(in);
    const auto found = before ? before->views.find(name.name) : decltype(before->views.end()){};
    if (!before || found == before->views.end()) {
        if (ifExists)
            return schema;
        return ddlInvalid("Materialized view '" + in + "." + std::string{name.name} +
                          "' doesn't exist");
    }
    schema::Keyspace keyspace = *before;
    if (!properties) {
        keyspace.views.erase(std::string{name.name});
    } else {
        schema::View& view = keyspace.views[std::string{name.name}];
        schema::Table::Spec spec = view.table->spec();
        RW_ASSIGN(spec.params, paramsFrom(*properties, spec.params, false));
        view.table = schema::Table::make(std::move(spec), view.table);
    }
    return schema->with(std::make_shared<const schema::Keyspace>(std::move(keyspace)));
}

/// Cassandra spreads replication_factor over the datacenters that it knows.
Result<schema::StringMap> prepareForModel(const std::string& keyspace, schema::StringMap given,
                                          const schema::StringMap* previous,
                                          std::set<std::string> datacenters)
{
    for (const auto* options : {&std::as_const(given), previous}) {
        if (!options)
            continue;
        for (const auto& [name, value] : *options) {
            if (name != "class" && name != "replication_factor" && options == &given)
                datacenters.insert(name);
        }
    }
    const auto named = std::ranges::count_if(given, [](const auto& entry) {
        return entry.first != "class" && entry.first != "replication_factor";
    });
    // Named datacenters without a factor for the rest: nothing is spread.
    if (named > 0 && !given.contains("replication_factor")) {
        std::erase_if(datacenters, [&](const std::string& name) { return !given.contains(name); });
    }
    return ring::prepareReplication(keyspace, std::move(given), datacenters, previous);
}

std::uint32_t lineOf(std::string_view script, std::size_t offset)
{
    return 1 + static_cast<std::uint32_t>(std::ranges::count(script.substr(0, offset), '\n'));
}

} // namespace

schema::DdlContext ddlContext(std::string keyspace, const std::set<std::string>& datacenters)
{
    schema::DdlContext context;
    context.keyspace = std::move(keyspace);
    context.now = WriteTimestamp{0};
    context.newTableId = [](const std::string& in, const std::string& table) {
        return schema::TableId{Uuid::nameFromBytes(in + "." + table)};
    };
    context.prepareReplication = [datacenters](const std::string& name, schema::StringMap given,
                                               const schema::StringMap* previous) {
        return prepareForModel(name, std::move(given), previous, datacenters);
    };
    return context;
}

Result<SchemaPtr> applyStatement(const cql::Statement& statement, const SchemaPtr& schema,
                                 const schema::DdlContext& context, std::string_view text)
{
    using K = cql::StatementKind;
    switch (statement.kind) {
    case K::CreateIndex:
        return createIndexOn(statement.as<cql::ParsedCreateIndex>(), schema, context);
    case K::DropIndex:
        return dropIndexOf(statement.as<cql::ParsedDrop>(), schema, context);
    case K::CreateView:
        return createViewOf(statement.as<cql::ParsedCreateView>(), schema, context, text);
    case K::AlterView: {
        const auto& parsed = statement.as<cql::ParsedAlterView>();
        return changeView(parsed.view, parsed.ifExists, &parsed.properties, schema, context);
    }
    case K::DropView: {
        const auto& parsed = statement.as<cql::ParsedDrop>();
        return changeView(parsed.name, parsed.ifExists, nullptr, schema, context);
    }
    default:
        break;
    }
    RW_ASSIGN(auto applied, schema::applyDdl(statement, schema, context));
    return std::move(applied.schema);
}

std::string canonicalIndexKind(const schema::Index& index)
{
    const auto found = index.options.find("class_name");
    if (found == index.options.end())
        return {};
    std::string name = found->second;
    if (const std::size_t dot = name.rfind('.'); dot != std::string::npos)
        name = name.substr(dot + 1);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return name == "sai" || name == "storageattachedindex" ? "sai" : found->second;
}

Result<SchemaPtr> schemaOf(const Model& model, const std::set<std::string>& datacenters)
{
    CqlOptions options;
    options.comments = false;
    SchemaPtr schema = std::make_shared<const schema::Schema>();
    const schema::DdlContext context = ddlContext({}, datacenters);
    Arena arena;
    for (const CqlStatement& statement : cqlStatements(model, options)) {
        const auto where = [&](const Error& error) {
            return error.within(std::string{objectKindName(statement.kind)} + " " +
                                statement.keyspace +
                                (statement.name.empty() ? "" : "." + statement.name));
        };
        const auto parsed = cql::parseStatement(statement.cql, arena);
        if (!parsed)
            return where(parsed.error());
        auto next = applyStatement(**parsed, schema, context, statement.cql);
        if (!next)
            return where(next.error());
        schema = std::move(*next);
    }
    return schema;
}

Result<SchemaPtr> schemaOfCql(std::string_view script, const SchemaPtr& base,
                              const std::set<std::string>& datacenters)
{
    SchemaPtr schema = base ? base : std::make_shared<const schema::Schema>();
    schema::DdlContext context = ddlContext({}, datacenters);
    Arena arena;
    for (const cql::ScriptStatement& part : cql::splitStatements(script)) {
        const std::string_view text = part.textIn(script);
        const std::string line = "line " + std::to_string(lineOf(script, part.range.begin));
        const auto parsed = cql::parseStatement(text, arena);
        if (!parsed)
            return parsed.error().within(line);
        if ((*parsed)->kind == cql::StatementKind::Use) {
            context.keyspace = std::string{(*parsed)->as<cql::ParsedUse>().keyspace};
            continue;
        }
        if (!schema::isDdl((*parsed)->kind))
            return ddlInvalid(std::string{cql::statementName((*parsed)->kind)} +
                              " does not define a schema; leave it out")
                .within(line);
        auto next = applyStatement(**parsed, schema, context, text);
        if (!next)
            return next.error().within(line);
        schema = std::move(*next);
    }
    return schema;
}

} // namespace engine::modeling
