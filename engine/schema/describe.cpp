#include "engine/schema/describe.h"

#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
#include "engine/schema/table_options.h"

#include <algorithm>
#include <cctype>

namespace engine::schema {

using cql::quote;
using cql::quoteString;

namespace {

int compareIgnoringCase(std::string_view a, std::string_view b)
{
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        const int x = std::tolower(static_cast<unsigned char>(a[i]));
        const int y = std::tolower(static_cast<unsigned char>(b[i]));
        if (x != y)
            return x - y;
    }
    return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

template <class Map>
auto inDescribeOrder(const Map& map)
{
    std::vector<typename Map::const_iterator> order;
    for (auto at = map.begin(); at != map.end(); ++at)
        order.push_back(at);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return compareIgnoringCase(a->first, b->first) < 0;
    });
    return order;
}

/// Where Java's HashMap keeps a key: the order in which Cassandra writes replication options.
std::uint32_t javaBucket(std::string_view key, std::size_t buckets)
{
    std::uint32_t hash = 0;
    for (const char c : key)
        hash = hash * 31 + static_cast<unsigned char>(c);
    return (hash ^ (hash >> 16)) & static_cast<std::uint32_t>(buckets - 1);
}

std::string qualified(std::string_view keyspace, std::string_view name)
{
    return quote(keyspace) + "." + quote(name);
}

std::string columnList(std::span<const ColumnPtr> columns)
{
    std::string text;
    for (const ColumnPtr& column : columns)
        text += (text.empty() ? "" : ", ") + quote(column->name);
    return text;
}

std::string primaryKeyText(const Table& table)
{
    std::string text = "    PRIMARY KEY (";
    const std::string partition = columnList(table.partitionKey());
    text += table.partitionKey().size() > 1 ? "(" + partition + ")" : partition;
    if (!table.clustering().empty())
        text += ", " + columnList(table.clustering());
    return text + ")";
}

std::string typeText(const Column& column)
{
    return column.type->toString();
}

void appendColumn(std::string& out, const Column& column, bool isWholeKey)
{
    out += "    " + quote(column.name) + " " + typeText(column);
    if (column.isStatic())
        out += " static";
    if (isWholeKey)
        out += " PRIMARY KEY";
}

std::string columnsText(const Table& table, bool withInternals)
{
    const bool single = table.partitionKey().size() == 1 && table.clustering().empty();
    std::string out;
    const auto add = [&](const Column& column, bool isWholeKey) {
        if (!out.empty())
            out += ",\n";
        appendColumn(out, column, isWholeKey);
    };
    for (const ColumnPtr& column : table.partitionKey())
        add(*column, single);
    for (const auto part : {table.clustering(), table.statics(), table.regulars()}) {
        for (const ColumnPtr& column : part)
            add(*column, false);
    }
    if (withInternals) {
        for (const DroppedColumn& dropped : table.droppedColumns()) {
            if (table.column(dropped.column->name) == nullptr)
                add(*dropped.column, false);
        }
    }
    if (!single)
        out += ",\n" + primaryKeyText(table);
    return out + "\n";
}

std::string clusteringOrderText(const Table& table)
{
    std::string text;
    for (const ColumnPtr& column : table.clustering())
        text += (text.empty() ? "" : ", ") + quote(column->name) +
                (column->isReversed() ? " DESC" : " ASC");
    return "CLUSTERING ORDER BY (" + text + ")";
}

std::string optionsText(const Table& table, bool withInternals)
{
    std::vector<std::string> parts;
    if (withInternals)
        parts.push_back("ID = " + table.id().value.toString());
    if (!table.clustering().empty())
        parts.push_back(clusteringOrderText(table));
    if (table.isVirtual())
        parts.push_back("comment = " + quoteString(table.params().comment));
    else
        for (std::string& option : paramsAsCql(table.params(), table.isView()))
            parts.push_back(std::move(option));
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "\n    AND ") + part;
    return text;
}

std::string virtualComment(std::string_view kind, std::string_view name,
                           const std::string& structure)
{
    return "/*\nWarning: " + std::string{kind} + " " + std::string{name} + " is a virtual " +
           (kind == "Keyspace" ? "keyspace" : "table") +
           " and cannot be recreated with CQL.\nStructure, for reference:\n" + structure + "\n*/";
}

std::string argumentTypes(const std::vector<cql::TypePtr>& types)
{
    std::string text;
    for (const cql::TypePtr& type : types) {
        std::string name = type->toString();
        // Arguments are written without the frozen<> that tuples have as columns.
        if (type->kind() == cql::TypeKind::Tuple && name.starts_with("frozen<"))
            name = name.substr(7, name.size() - 8);
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

} // namespace

std::string signatureText(std::string_view name, const std::vector<cql::TypePtr>& arguments)
{
    return quote(name) + "(" + argumentTypes(arguments) + ")";
}

std::string describeKeyspaceOnly(const Keyspace& keyspace)
{
    if (keyspace.isVirtual)
        return virtualComment("Keyspace", quote(keyspace.name),
                              "VIRTUAL KEYSPACE " + quote(keyspace.name) + ";");
    std::vector<std::pair<std::string, std::string>> options;
    for (const auto& [key, value] : keyspace.replication) {
        if (key != "class")
            options.emplace_back(key, value);
    }
    std::size_t buckets = 16;
    while (options.size() > buckets * 3 / 4)
        buckets *= 2;
    std::stable_sort(options.begin(), options.end(), [&](const auto& a, const auto& b) {
        return javaBucket(a.first, buckets) < javaBucket(b.first, buckets);
    });
    std::string text = "CREATE KEYSPACE " + quote(keyspace.name) +
                       " WITH replication = {'class': " + quoteString(keyspace.strategyName());
    for (const auto& [key, value] : options)
        text += ", " + quoteString(key) + ": " + quoteString(value);
    return text + "}  AND durable_writes = " + (keyspace.durableWrites ? "true" : "false") + ";";
}

std::string describeTable(const Table& table, bool withInternals)
{
    const std::string name = qualified(table.keyspace(), table.name());
    std::string body = name + " (\n" + columnsText(table, withInternals) + ") WITH " +
                       optionsText(table, withInternals) + ";";
    if (table.isVirtual())
        return virtualComment("Table", name, "VIRTUAL TABLE " + body);
    body.insert(0, "CREATE TABLE ");
    if (withInternals) {
        for (const DroppedColumn& dropped : table.droppedColumns()) {
            const std::string column = quote(dropped.column->name);
            body += "\nALTER TABLE " + name + " DROP " + column + " USING TIMESTAMP " +
                    std::to_string(dropped.droppedAt.micros) + ";";
            if (const Column* again = table.column(dropped.column->name))
                body += "\nALTER TABLE " + name + " ADD " + column + " " + typeText(*again) +
                        (again->isStatic() ? " static" : "") + ";";
        }
    }
    return body;
}

std::string describeView(const Keyspace& keyspace, const View& view, bool withInternals)
{
    const Table& table = *view.table;
    std::string selected = "*";
    if (!view.includesAllColumns) {
        selected.clear();
        for (const auto part : {table.partitionKey(), table.clustering(), table.regulars()}) {
            for (const ColumnPtr& column : part)
                selected += (selected.empty() ? "" : ", ") + quote(column->name);
        }
    }
    return "CREATE MATERIALIZED VIEW " + qualified(keyspace.name, table.name()) +
           " AS\n    SELECT " + selected + "\n    FROM " +
           qualified(keyspace.name, view.baseTable) + "\n    WHERE " + view.whereClause + "\n" +
           primaryKeyText(table) + "\n WITH " + optionsText(table, withInternals) + ";";
}

std::string describeType(const cql::Type& type)
{
    std::string text = "CREATE TYPE " + qualified(type.keyspace(), type.name()) + " (\n";
    for (std::size_t i = 0; i < type.fieldNames().size(); ++i)
        text += "    " + quote(type.fieldNames()[i]) + " " + type.parameters()[i]->toString() +
                (i + 1 < type.fieldNames().size() ? ",\n" : "\n");
    return text + ");";
}

std::string describeIndex(const Table& table, const Index& index)
{
    const auto option = [&](const char* key) {
        const auto at = index.options.find(key);
        return at == index.options.end() ? std::string{} : at->second;
    };
    const bool custom = index.kind == IndexKind::Custom;
    std::string text = custom ? "CREATE CUSTOM INDEX " : "CREATE INDEX ";
    text += quote(index.name) + " ON " + qualified(table.keyspace(), table.name()) + " (" +
            option("target") + ")";
    if (custom) {
        text += " USING " + quoteString(option("class_name"));
        std::string options;
        for (const auto& [key, value] : index.options) {
            if (key != "target" && key != "class_name")
                options +=
                    (options.empty() ? "" : ", ") + quoteString(key) + ": " + quoteString(value);
        }
        if (!options.empty())
            text += " WITH OPTIONS = {" + options + "}";
    }
    return text + ";";
}

std::string describeFunction(const Keyspace& keyspace, const Function& function)
{
    std::string arguments;
    for (std::size_t i = 0; i < function.argumentTypes.size(); ++i)
        arguments += (i == 0 ? "" : ", ") + quote(function.argumentNames[i]) + " " +
                     argumentTypes({function.argumentTypes[i]});
    return "CREATE FUNCTION " + qualified(keyspace.name, function.name) + "(" + arguments +
           ")\n    " + (function.calledOnNullInput ? "CALLED" : "RETURNS NULL") +
           " ON NULL INPUT\n    RETURNS " + argumentTypes({function.returnType}) +
           "\n    LANGUAGE " + function.language + "\n    AS $$" + function.body + "$$;";
}

std::string describeAggregate(const Keyspace& keyspace, const Aggregate& aggregate)
{
    std::string text = "CREATE AGGREGATE " + quote(keyspace.name) + "." +
                       signatureText(aggregate.name, aggregate.argumentTypes) + "\n    SFUNC " +
                       quote(aggregate.stateFunction) + "\n    STYPE " +
                       argumentTypes({aggregate.stateType});
    if (!aggregate.finalFunction.empty())
        text += "\n    FINALFUNC " + quote(aggregate.finalFunction);
    if (aggregate.initialCondition)
        text += "\n    INITCOND " + *aggregate.initialCondition;
    return text + ";";
}

std::vector<Described> describeTableElements(const Keyspace& keyspace, const Table& table,
                                             bool withInternals)
{
    const std::string in = quote(keyspace.name);
    std::vector<Described> out;
    out.push_back({in, "table", quote(table.name()), describeTable(table, withInternals)});
    std::vector<const Index*> indexes;
    for (const Index& index : table.indexes())
        indexes.push_back(&index);
    std::stable_sort(indexes.begin(), indexes.end(), [](const Index* a, const Index* b) {
        return compareIgnoringCase(a->name, b->name) < 0;
    });
    for (const Index* index : indexes)
        out.push_back({in, "index", quote(index->name), describeIndex(table, *index)});
    for (const auto& at : inDescribeOrder(keyspace.views)) {
        if (at->second.baseId == table.id())
            out.push_back({in, "materialized_view", quote(at->first),
                           describeView(keyspace, at->second, withInternals)});
    }
    return out;
}

std::vector<Described> describeKeyspaceElements(const Keyspace& keyspace, bool only,
                                                bool withInternals)
{
    const std::string in = quote(keyspace.name);
    std::vector<Described> out;
    out.push_back({in, "keyspace", in, describeKeyspaceOnly(keyspace)});
    if (only)
        return out;
    for (const cql::TypePtr& type : keyspace.typesInDependencyOrder())
        out.push_back({in, "type", quote(type->name()), describeType(*type)});
    const auto bySignature = [](const auto* a, const auto* b) {
        return compareIgnoringCase(signatureText(a->name, a->argumentTypes),
                                   signatureText(b->name, b->argumentTypes)) < 0;
    };
    std::vector<const Function*> functions;
    for (const Function& function : keyspace.functions)
        functions.push_back(&function);
    std::stable_sort(functions.begin(), functions.end(), bySignature);
    for (const Function* function : functions)
        out.push_back({in, "function", signatureText(function->name, function->argumentTypes),
                       describeFunction(keyspace, *function)});
    std::vector<const Aggregate*> aggregates;
    for (const Aggregate& aggregate : keyspace.aggregates)
        aggregates.push_back(&aggregate);
    std::stable_sort(aggregates.begin(), aggregates.end(), bySignature);
    for (const Aggregate* aggregate : aggregates)
        out.push_back({in, "aggregate", signatureText(aggregate->name, aggregate->argumentTypes),
                       describeAggregate(keyspace, *aggregate)});
    for (const auto& at : inDescribeOrder(keyspace.tables)) {
        for (Described& element : describeTableElements(keyspace, *at->second, withInternals))
            out.push_back(std::move(element));
    }
    return out;
}

std::vector<KeyspacePtr> keyspacesInDescribeOrder(const Schema& schema)
{
    std::vector<KeyspacePtr> order;
    for (const auto& [name, keyspace] : schema.keyspaces())
        order.push_back(keyspace);
    std::stable_sort(order.begin(), order.end(), [](const KeyspacePtr& a, const KeyspacePtr& b) {
        return compareIgnoringCase(a->name, b->name) < 0;
    });
    return order;
}

std::vector<Described> describeSchema(const Schema& schema, bool full, bool withInternals)
{
    std::vector<Described> out;
    for (const KeyspacePtr& keyspace : keyspacesInDescribeOrder(schema)) {
        if (!full && isSystemKeyspace(keyspace->name))
            continue;
        for (Described& element : describeKeyspaceElements(*keyspace, false, withInternals))
            out.push_back(std::move(element));
    }
    return out;
}

} // namespace engine::schema
