#include "engine/modeling/import.h"

#include "engine/cql/parser.h"
#include "engine/cql/quote.h"
#include "engine/cql/script.h"
#include "engine/modeling/apply_ddl.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/schema/table_options.h"

#include <algorithm>

namespace engine::modeling {

using cql::quote;

namespace {

/// The options that differ from those of a new table, as CQL has them.
std::map<std::string, std::string> unusualOptions(const schema::Table& table)
{
    const auto entriesOf = [&](const schema::TableParams& params) {
        std::map<std::string, std::string> entries;
        for (const std::string& option : schema::paramsAsCql(params, table.isView())) {
            const std::size_t equals = option.find(" = ");
            entries[option.substr(0, equals)] = option.substr(equals + 3);
        }
        return entries;
    };
    auto usual = schema::applyTableOptions({}, {}, true);
    const auto defaults = entriesOf(usual ? *usual : schema::TableParams{});
    auto entries = entriesOf(table.params());
    // A name without its package reads better and means the same.
    for (auto& [name, value] : entries) {
        for (const std::string_view package :
             {"org.apache.cassandra.db.compaction.", "org.apache.cassandra.io.compress."}) {
            if (const std::size_t at = value.find(package);
                at != std::string::npos && defaults.at(name) != value)
                value.erase(at, package.size());
        }
    }
    std::erase_if(entries, [&](const auto& entry) {
        return entry.first == "comment" || defaults.at(entry.first) == entry.second;
    });
    return entries;
}

ColumnRole roleOf(const schema::Column& column)
{
    switch (column.kind) {
    case schema::ColumnKind::PartitionKey:
        return ColumnRole::PartitionKey;
    case schema::ColumnKind::Clustering:
        return ColumnRole::Clustering;
    case schema::ColumnKind::Static:
        return ColumnRole::Static;
    case schema::ColumnKind::Regular:
        break;
    }
    return ColumnRole::Regular;
}

/// "keys(m)" without the quotes that the schema's text has.
std::string plainTarget(const std::string& target)
{
    const std::size_t open = target.find('(');
    if (open == std::string::npos || !target.ends_with(')'))
        return cql::unquote(target);
    const std::string function = target.substr(0, open);
    const std::string column = cql::unquote(target.substr(open + 1, target.size() - open - 2));
    return function == "values" ? column : function + "(" + column + ")";
}

void addIndexes(Model& model, const schema::Table& from, ModelTable& to)
{
    for (const schema::Index& index : from.indexes()) {
        TableIndex added;
        added.id = model.newId();
        added.name = index.name;
        added.kind.clear();
        for (const auto& [name, value] : index.options) {
            if (name == "target")
                added.target = plainTarget(value);
            else if (name == "class_name")
                added.kind = canonicalIndexKind(index);
            else
                added.options[name] = value;
        }
        // 'sai' is short for the class only where no options follow CREATE CUSTOM INDEX.
        to.indexes.push_back(std::move(added));
    }
}

ModelTable tableFrom(Model& model, const schema::Table& from)
{
    ModelTable table;
    table.id = model.newId();
    table.keyspace = from.keyspace();
    table.name = from.name();
    table.edited = true;
    table.comment = from.params().comment;
    for (const auto part :
         {from.partitionKey(), from.clustering(), from.statics(), from.regulars()}) {
        std::vector<schema::ColumnPtr> columns{part.begin(), part.end()};
        // Regular columns by name, as SELECT * has them: the order of storage tells readers
        // nothing.
        if (!columns.empty() && !columns[0]->isPrimaryKey())
            std::ranges::sort(columns, {}, [](const schema::ColumnPtr& c) { return c->name; });
        for (const schema::ColumnPtr& column : columns) {
            TableColumn added;
            added.id = model.newId();
            added.name = column->name;
            added.type = column->type->toString();
            added.role = roleOf(*column);
            added.descending = column->isReversed();
            table.columns.push_back(std::move(added));
        }
    }
    table.options = unusualOptions(from);
    addIndexes(model, from, table);
    return table;
}

void addKeyspace(Model& model, const schema::Keyspace& keyspace)
{
    ModelKeyspace added;
    added.id = model.newId();
    added.name = keyspace.name;
    added.replication = keyspace.replication;
    added.replication["class"] = keyspace.strategyName();
    added.durableWrites = keyspace.durableWrites;
    model.keyspaces.push_back(std::move(added));
    for (const cql::TypePtr& type : keyspace.typesInDependencyOrder()) {
        UserType user;
        user.id = model.newId();
        user.keyspace = keyspace.name;
        user.name = type->name();
        for (std::size_t i = 0; i < type->fieldNames().size(); ++i)
            user.fields.push_back({type->fieldNames()[i], type->parameters()[i]->toString()});
        model.types.push_back(std::move(user));
    }
    for (const auto& [name, table] : keyspace.tables)
        model.tables.push_back(tableFrom(model, *table));
    for (const auto& [name, view] : keyspace.views) {
        ModelTable table = tableFrom(model, *view.table);
        if (const ModelTable* base = findTable(model, keyspace.name, view.baseTable))
            table.viewOf = base->id;
        model.tables.push_back(std::move(table));
    }
}

/// Comment lines that stand directly above `offset`, without their marks.
std::string commentAbove(std::string_view script, std::size_t offset)
{
    std::string comment;
    std::size_t end = script.rfind('\n', offset);
    while (end != std::string_view::npos && end > 0) {
        const std::size_t before = script.rfind('\n', end - 1);
        const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
        std::string_view line = script.substr(start, end - start);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        const std::size_t mark = line.starts_with("--") || line.starts_with("//") ? 2 : 0;
        if (mark == 0)
            break;
        line.remove_prefix(mark);
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        comment = std::string{line} + (comment.empty() ? "" : "\n") + comment;
        if (before == std::string_view::npos)
            break;
        end = before;
    }
    return comment;
}

/// "Find rows given a and b", and what comes with it.
class ServableQueries {
public:
    explicit ServableQueries(const ModelTable& table) : m_table(table)
    {
        for (const TableColumn& column : table.columns) {
            if (column.role == ColumnRole::PartitionKey)
                m_partition.push_back(&column);
            else if (column.role == ColumnRole::Clustering)
                m_clustering.push_back(&column);
        }
    }

    std::vector<ServableQuery> all()
    {
        if (m_partition.empty())
            return {};
        for (std::size_t given = 0; given <= m_clustering.size(); ++given) {
            add(given, false);
            if (given < m_clustering.size())
                add(given, true);
        }
        if (!m_clustering.empty())
            addReversed();
        for (const TableIndex& index : m_table.indexes)
            addIndexed(index);
        return std::move(m_found);
    }

private:
    [[nodiscard]] std::vector<std::string> keyColumns(std::size_t clustering) const
    {
        std::vector<std::string> names;
        for (const TableColumn* column : m_partition)
            names.push_back(column->name);
        for (std::size_t i = 0; i < clustering; ++i)
            names.push_back(m_clustering[i]->name);
        return names;
    }

    [[nodiscard]] static std::string spoken(const std::vector<std::string>& names)
    {
        std::string text;
        for (std::size_t i = 0; i < names.size(); ++i)
            text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
        return text;
    }

    [[nodiscard]] std::string selectFrom() const
    {
        return "SELECT * FROM " + quote(m_table.keyspace) + "." + quote(m_table.name) + " WHERE ";
    }

    [[nodiscard]] static std::string conditions(const std::vector<std::string>& names)
    {
        std::string text;
        for (const std::string& name : names)
            text += (text.empty() ? "" : " AND ") + quote(name) + " = ?";
        return text;
    }

    void add(std::size_t given, bool range)
    {
        ServableQuery query;
        query.table = m_table.id;
        query.equality = keyColumns(given);
        query.unique = given == m_clustering.size();
        query.question = (query.unique ? "Find the row of " : "Find rows of ") + m_table.name +
                         " given " + spoken(query.equality);
        query.cql = selectFrom() + conditions(query.equality);
        if (range) {
            query.range = m_clustering[given]->name;
            query.question += " and a range of " + query.range;
            query.cql += " AND " + quote(query.range) + " >= ? AND " + quote(query.range) + " < ?";
        }
        for (std::size_t i = given; i < m_clustering.size(); ++i)
            query.order.push_back(m_clustering[i]->name +
                                  (m_clustering[i]->descending ? " DESC" : " ASC"));
        query.cql += ";";
        m_found.push_back(std::move(query));
    }

    void addReversed()
    {
        ServableQuery query;
        query.table = m_table.id;
        query.equality = keyColumns(0);
        query.question = "Find rows of " + m_table.name + " given " + spoken(query.equality) +
                         ", in reversed order";
        std::string order;
        for (const TableColumn* column : m_clustering) {
            const std::string direction = column->descending ? " ASC" : " DESC";
            query.order.push_back(column->name + direction);
            order += (order.empty() ? "" : ", ") + quote(column->name) + direction;
        }
        query.cql = selectFrom() + conditions(query.equality) + " ORDER BY " + order + ";";
        m_found.push_back(std::move(query));
    }

    void addIndexed(const TableIndex& index)
    {
        const std::size_t open = index.target.find('(');
        const bool plain = open == std::string::npos;
        const std::string column =
            plain ? index.target : index.target.substr(open + 1, index.target.size() - open - 2);
        const auto of = std::ranges::find(m_table.columns, column, &TableColumn::name);
        if (of == m_table.columns.end())
            return;
        const std::string function = plain ? "" : index.target.substr(0, open);
        ServableQuery query;
        query.table = m_table.id;
        query.equality = {column};
        query.byIndex = true;
        query.question =
            "Find rows of " + m_table.name + " given " + column + ", in all partitions";
        const bool collection = isCollectionType(of->type) && !of->type.starts_with("frozen<");
        const std::string condition = function == "keys"      ? " CONTAINS KEY ?"
                                      : function == "entries" ? "[?] = ?"
                                      : function == "full"    ? " = ?"
                                      : collection            ? " CONTAINS ?"
                                                              : " = ?";
        query.cql = selectFrom() + quote(column) + condition + ";";
        m_found.push_back(std::move(query));
    }

    const ModelTable& m_table;
    std::vector<const TableColumn*> m_partition;
    std::vector<const TableColumn*> m_clustering;
    std::vector<ServableQuery> m_found;
};

/// A collection is an attribute with several values; of a set that is its element's type.
void setTypeOf(Attribute& attribute, const std::string& type)
{
    attribute.type = type;
    if (attribute.key || !isCollectionType(type))
        return;
    attribute.kind = AttributeKind::MultiValued;
    const std::string element = collectionElement(type);
    if (type == "set<" + element + ">" && !isCollectionType(element))
        attribute.type = element;
}

/// An entity type with the columns of a table; its key is the table's.
EntityType entityOf(Model& model, const ModelTable& table, std::vector<ElementId>& attributes)
{
    EntityType entity;
    entity.id = model.newId();
    entity.name = table.name;
    entity.comment = "Recovered from table " + table.keyspace + "." + table.name + ".";
    for (const TableColumn& column : table.columns) {
        Attribute attribute;
        attribute.id = model.newId();
        attribute.name = column.name;
        attribute.key =
            column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering;
        setTypeOf(attribute, column.type);
        attributes.push_back(attribute.id);
        entity.attributes.push_back(std::move(attribute));
    }
    return entity;
}

std::string nextQueryLabel(const Model& model)
{
    for (std::size_t number = model.queries.size() + 1;; ++number) {
        const std::string label = "Q" + std::to_string(number);
        if (std::ranges::count(model.queries, label, &Query::label) == 0)
            return label;
    }
}

void recoverQueries(Model& model, ModelTable& table)
{
    std::vector<ElementId> attributes;
    const EntityType entity = entityOf(model, table, attributes);
    const auto attributeOf = [&](const std::string& column) {
        const auto at = std::ranges::find(entity.attributes, column, &Attribute::name);
        return at == entity.attributes.end() ? ElementId::None : at->id;
    };
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        table.columns[i].attribute = attributes[i];
    for (const ServableQuery& servable : servableQueries(model, table.id)) {
        // One question for the partition, one for the row: the rest are refinements of these.
        const bool reversed = servable.question.ends_with("order");
        if (!servable.range.empty() || reversed)
            continue;
        Query query;
        query.id = model.newId();
        query.label = nextQueryLabel(model);
        query.question = servable.question;
        query.finds = entity.id;
        query.unique = servable.unique;
        for (const std::string& column : servable.equality)
            query.equality.push_back(attributeOf(column));
        for (const std::string& order : servable.order) {
            const std::size_t space = order.rfind(' ');
            query.order.push_back({attributeOf(order.substr(0, space)), order.ends_with(" DESC")});
        }
        table.queries.push_back(query.id);
        model.queries.push_back(std::move(query));
    }
    model.entities.push_back(entity);
}

} // namespace

Result<Model> modelOf(const schema::Schema& schema, const std::vector<std::string>& keyspaces)
{
    Model model;
    for (const std::string& name : keyspaces) {
        if (!schema.keyspace(name))
            return Error{ErrorCode::NotFound, "there is no keyspace " + name};
    }
    for (const auto& [name, keyspace] : schema.keyspaces()) {
        const bool wanted = keyspaces.empty() ? !schema::isSystemKeyspace(name)
                                              : std::ranges::count(keyspaces, name) > 0;
        if (wanted)
            addKeyspace(model, *keyspace);
    }
    if (model.keyspaces.size() == 1)
        model.name = model.keyspaces[0].name;
    return model;
}

Result<Model> modelOfCql(std::string_view script)
{
    RW_ASSIGN(const schema::SchemaPtr schema, schemaOfCql(script));
    RW_ASSIGN(Model model, modelOf(*schema));
    std::string keyspace;
    Arena arena;
    for (const cql::ScriptStatement& part : cql::splitStatements(script)) {
        const auto parsed = cql::parseStatement(part.textIn(script), arena);
        if (!parsed)
            continue;
        if ((*parsed)->kind == cql::StatementKind::Use)
            keyspace = std::string{(*parsed)->as<cql::ParsedUse>().keyspace};
        if ((*parsed)->kind != cql::StatementKind::CreateTable)
            continue;
        const cql::QualifiedName& name = (*parsed)->as<cql::ParsedCreateTable>().table;
        const std::string in = name.keyspace.empty() ? keyspace : std::string{name.keyspace};
        for (ModelTable& table : model.tables) {
            if (table.keyspace == in && table.name == name.name && table.comment.empty())
                table.comment = commentAbove(script, part.range.begin);
        }
    }
    return model;
}

std::vector<ServableQuery> servableQueries(const Model& model, ElementId id)
{
    const ModelTable* table = findTable(model, id);
    return table ? ServableQueries{*table}.all() : std::vector<ServableQuery>{};
}

Model withRecoveredQueries(const Model& before)
{
    Model model = before;
    for (ModelTable& table : model.tables) {
        const bool bare = table.queries.empty() &&
                          std::ranges::all_of(table.columns, [](const TableColumn& column) {
                              return column.attribute == ElementId::None;
                          });
        if (bare && table.viewOf == ElementId::None)
            recoverQueries(model, table);
    }
    return model;
}

} // namespace engine::modeling
