#include "engine/modeling/cql.h"

#include "engine/cql/quote.h"
#include "engine/modeling/figures.h"
#include "engine/modeling/sizing.h"

#include <algorithm>
#include <charconv>

namespace engine::modeling {

using cql::quote;
using cql::quoteString;

namespace {

std::string cqlName(std::string_view keyspace, std::string_view name)
{
    return quote(keyspace) + "." + quote(name);
}

std::string padded(std::string text, std::size_t width)
{
    // Names may be any Unicode: what counts is characters, not bytes.
    const auto characters = static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
    if (characters < width)
        text.append(width - characters, ' ');
    return text;
}

std::vector<const TableColumn*> columnsWith(const ModelTable& table, ColumnRole role)
{
    std::vector<const TableColumn*> found;
    for (const TableColumn& column : table.columns) {
        if (column.role == role)
            found.push_back(&column);
    }
    return found;
}

std::string nameList(const std::vector<const TableColumn*>& columns)
{
    std::string text;
    for (const TableColumn* column : columns)
        text += (text.empty() ? "" : ", ") + quote(column->name);
    return text;
}

std::string primaryKeyClause(const ModelTable& table)
{
    const auto partition = columnsWith(table, ColumnRole::PartitionKey);
    const auto clustering = columnsWith(table, ColumnRole::Clustering);
    std::string text = "PRIMARY KEY (";
    text += clustering.empty() && partition.size() == 1 ? nameList(partition)
                                                        : "(" + nameList(partition) + ")";
    if (!clustering.empty())
        text += ", " + nameList(clustering);
    return text + ")";
}

/// "Q4. Available rooms by date", "Q1. …; Q3. …".
std::string queriesTitle(const Model& model, const ModelTable& table)
{
    std::string title;
    for (const ElementId id : table.queries) {
        if (const Query* query = findQuery(model, id))
            title += (title.empty() ? "" : "; ") + query->label +
                     (query->question.empty() ? "" : ". " + query->question);
    }
    return title;
}

std::string tableComment(const Model& model, const ModelTable& table)
{
    return table.comment.empty() ? queriesTitle(model, table) : table.comment;
}

/// A comment of CQL never ends early: line by line.
std::string asComment(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += (out.empty() ? "-- " : "\n-- ") + std::string{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string besideColumn(const Model& model, const ModelTable& table, const TableColumn& column)
{
    if (!column.bucketOf.empty()) {
        std::string text = "bucket " + column.bucketOf;
        if (const auto size = sizeOf(model, table.id, SizeProfile::Largest, Depth::Formula);
            size && size->inputs.rowsKnown)
            text += ", " + grouped(size->cells.value) + " cells at most";
        return text;
    }
    return column.comment;
}

struct OptionLine {
    std::string text;
    std::string comment;
};

std::vector<OptionLine> optionLines(const Model& model, const ModelTable& table)
{
    std::vector<OptionLine> lines;
    const auto clustering = columnsWith(table, ColumnRole::Clustering);
    if (!clustering.empty()) {
        std::string order;
        for (const TableColumn* column : clustering)
            order += (order.empty() ? "" : ", ") + quote(column->name) +
                     (column->descending ? " DESC" : " ASC");
        lines.push_back({"CLUSTERING ORDER BY (" + order + ")", {}});
    }
    for (const auto& [name, value] : table.options) {
        if (name == "comment" || value.empty())
            continue;
        std::string comment;
        double seconds = 0;
        if (name == "default_time_to_live" &&
            std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc{} &&
            seconds >= 60)
            comment = durationText(seconds);
        lines.push_back({name + " = " + value, comment});
    }
    const auto given = table.options.find("comment");
    if (given != table.options.end())
        lines.push_back({"comment = " + given->second, {}});
    else if (const std::string comment = tableComment(model, table); !comment.empty())
        lines.push_back({"comment = " + quoteString(comment), {}});
    return lines;
}

std::string withClause(const Model& model, const ModelTable& table, bool comments)
{
    const std::vector<OptionLine> lines = optionLines(model, table);
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += (i == 0 ? " WITH " : "  AND ") + lines[i].text;
        if (i + 1 == lines.size())
            break; // the ';' follows here: no room for a comment
        if (comments && !lines[i].comment.empty())
            text += "   -- " + lines[i].comment;
        text += '\n';
    }
    return text;
}

std::string createTableCql(const Model& model, const ModelTable& table, const CqlOptions& options)
{
    std::string text = std::string{"CREATE TABLE "} +
                       (options.ifNotExists ? "IF NOT EXISTS " : "") +
                       cqlName(table.keyspace, table.name) + " (\n";
    const auto partition = columnsWith(table, ColumnRole::PartitionKey);
    const bool inlineKey =
        partition.size() == 1 && columnsWith(table, ColumnRole::Clustering).empty();
    std::size_t nameWidth = 0;
    std::size_t lineWidth = 0;
    for (const TableColumn& column : table.columns)
        nameWidth = std::max(nameWidth, quote(column.name).size());
    std::vector<std::string> lines;
    for (const TableColumn& column : table.columns) {
        std::string line = "    " + padded(quote(column.name), nameWidth) + "  " + column.type;
        if (column.role == ColumnRole::Static)
            line += " static";
        if (inlineKey && column.role == ColumnRole::PartitionKey)
            line += " PRIMARY KEY";
        lineWidth = std::max(lineWidth, line.size() + 1);
        lines.push_back(std::move(line));
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string line = lines[i] + (inlineKey && i + 1 == lines.size() ? "" : ",");
        if (options.comments) {
            const std::string comment = besideColumn(model, table, table.columns[i]);
            if (!comment.empty() && comment.find('\n') == std::string::npos)
                line = padded(line, lineWidth) + "  -- " + comment;
        }
        text += line + "\n";
    }
    if (!inlineKey)
        text += "    " + primaryKeyClause(table) + "\n";
    return text + ")" + withClause(model, table, options.comments);
}

std::string createViewCql(const Model& model, const ModelTable& view, const ModelTable& base,
                          const CqlOptions& options)
{
    std::vector<const TableColumn*> all;
    std::string conditions;
    for (const TableColumn& column : view.columns) {
        all.push_back(&column);
        if (column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering)
            conditions += (conditions.empty() ? "" : " AND ") + quote(column.name) + " IS NOT NULL";
    }
    return std::string{"CREATE MATERIALIZED VIEW "} +
           (options.ifNotExists ? "IF NOT EXISTS " : "") + cqlName(view.keyspace, view.name) +
           " AS\n    SELECT " + nameList(all) + "\n    FROM " + cqlName(base.keyspace, base.name) +
           "\n    WHERE " + conditions + "\n    " + primaryKeyClause(view) +
           withClause(model, view, options.comments);
}

/// "keys(m)" → keys("M"); a plain name is quoted where it must be.
std::string indexTarget(const ModelTable& table, const std::string& target)
{
    const auto isColumn = [&](std::string_view name) {
        return std::ranges::any_of(table.columns,
                                   [&](const TableColumn& column) { return column.name == name; });
    };
    const std::size_t open = target.find('(');
    if (!isColumn(target) && open != std::string::npos && target.ends_with(')'))
        return target.substr(0, open) + "(" +
               quote(target.substr(open + 1, target.size() - open - 2)) + ")";
    return quote(target);
}

std::string createIndexCql(const ModelTable& table, const TableIndex& index,
                           const CqlOptions& options)
{
    const bool custom =
        !index.kind.empty() && index.kind != "sai" && index.kind != "legacy_local_table";
    std::string text = custom ? "CREATE CUSTOM INDEX " : "CREATE INDEX ";
    if (options.ifNotExists)
        text += "IF NOT EXISTS ";
    if (!index.name.empty())
        text += quote(index.name) + " ";
    text +=
        "ON " + cqlName(table.keyspace, table.name) + " (" + indexTarget(table, index.target) + ")";
    if (!index.kind.empty())
        text += " USING " + quoteString(index.kind);
    std::string given;
    for (const auto& [name, value] : index.options)
        given += (given.empty() ? "" : ", ") + quoteString(name) + ": " + quoteString(value);
    return given.empty() ? text : text + " WITH OPTIONS = {" + given + "}";
}

std::string createKeyspaceCql(const ModelKeyspace& keyspace, const CqlOptions& options)
{
    std::string replication;
    const auto add = [&](const std::string& name, const std::string& value) {
        const bool number = !value.empty() && value.size() < 6 &&
                            std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
        replication += (replication.empty() ? "" : ", ") + quoteString(name) + ": " +
                       (number ? value : quoteString(value));
    };
    if (const auto found = keyspace.replication.find("class"); found != keyspace.replication.end())
        add("class", found->second);
    for (const auto& [name, value] : keyspace.replication) {
        if (name != "class")
            add(name, value);
    }
    return std::string{"CREATE KEYSPACE "} + (options.ifNotExists ? "IF NOT EXISTS " : "") +
           quote(keyspace.name) + "\n    WITH replication = {" + replication + "}" +
           (keyspace.durableWrites ? "" : "\n    AND durable_writes = false");
}

std::string createTypeCql(const UserType& type, const CqlOptions& options)
{
    std::string text = std::string{"CREATE TYPE "} + (options.ifNotExists ? "IF NOT EXISTS " : "") +
                       cqlName(type.keyspace, type.name) + " (\n";
    std::size_t width = 0;
    for (const TypeField& field : type.fields)
        width = std::max(width, quote(field.name).size());
    for (std::size_t i = 0; i < type.fields.size(); ++i)
        text += "    " + padded(quote(type.fields[i].name), width) + "  " + type.fields[i].type +
                (i + 1 < type.fields.size() ? ",\n" : "\n");
    return text + ")";
}

bool mentions(const UserType& type, std::string_view name)
{
    const auto isWord = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    for (const TypeField& field : type.fields) {
        const std::string& text = field.type;
        for (std::size_t at = text.find(name); at != std::string::npos;
             at = text.find(name, at + 1)) {
            const std::size_t end = at + name.size();
            if ((at == 0 || !isWord(text[at - 1])) && (end == text.size() || !isWord(text[end])))
                return true;
        }
    }
    return false;
}

/// Each after those that its fields use; the model's order otherwise. What goes round stays where
/// it is: the schema then says so.
std::vector<const UserType*> typesInOrder(const Model& model)
{
    std::vector<const UserType*> left;
    for (const UserType& type : model.types)
        left.push_back(&type);
    std::vector<const UserType*> order;
    while (!left.empty()) {
        auto next = std::ranges::find_if(left, [&](const UserType* type) {
            return std::ranges::none_of(left, [&](const UserType* other) {
                return other != type && other->keyspace == type->keyspace &&
                       mentions(*type, other->name);
            });
        });
        if (next == left.end())
            next = left.begin();
        order.push_back(*next);
        left.erase(next);
    }
    return order;
}

void addTable(const Model& model, const ModelTable& table, const CqlOptions& options,
              std::vector<CqlStatement>& out)
{
    const ModelTable* base = findTable(model, table.viewOf);
    CqlStatement statement;
    statement.kind = base ? ObjectKind::View : ObjectKind::Table;
    statement.element = table.id;
    statement.keyspace = table.keyspace;
    statement.name = table.name;
    statement.comment = asComment(queriesTitle(model, table));
    statement.cql =
        base ? createViewCql(model, table, *base, options) : createTableCql(model, table, options);
    out.push_back(std::move(statement));
    for (const TableIndex& index : table.indexes)
        out.push_back({ObjectKind::Index,
                       table.id,
                       table.keyspace,
                       index.name,
                       {},
                       createIndexCql(table, index, options)});
}

std::string asScript(const std::vector<CqlStatement>& statements, bool comments)
{
    std::string text;
    for (const CqlStatement& statement : statements) {
        if (!text.empty())
            text += '\n';
        if (comments && !statement.comment.empty())
            text += statement.comment + "\n";
        text += statement.cql + ";\n";
    }
    return text;
}

} // namespace

std::string_view objectKindName(ObjectKind kind) noexcept
{
    switch (kind) {
    case ObjectKind::Keyspace:
        return "keyspace";
    case ObjectKind::Type:
        return "type";
    case ObjectKind::Table:
        return "table";
    case ObjectKind::Index:
        return "index";
    case ObjectKind::View:
        return "materialized view";
    }
    return "";
}

std::vector<CqlStatement> cqlStatements(const Model& model, const CqlOptions& options)
{
    std::vector<CqlStatement> out;
    if (options.keyspaces) {
        for (const ModelKeyspace& keyspace : model.keyspaces)
            out.push_back({ObjectKind::Keyspace,
                           keyspace.id,
                           keyspace.name,
                           {},
                           {},
                           createKeyspaceCql(keyspace, options)});
    }
    for (const UserType* type : typesInOrder(model))
        out.push_back({ObjectKind::Type,
                       type->id,
                       type->keyspace,
                       type->name,
                       {},
                       createTypeCql(*type, options)});
    for (const bool views : {false, true}) {
        for (const ModelTable& table : model.tables) {
            if ((findTable(model, table.viewOf) != nullptr) == views)
                addTable(model, table, options, out);
        }
    }
    return out;
}

std::string cqlOf(const Model& model, const CqlOptions& options)
{
    return asScript(cqlStatements(model, options), options.comments);
}

std::string cqlOf(const Model& model, const ModelTable& table, const CqlOptions& options)
{
    std::vector<CqlStatement> statements;
    addTable(model, table, options, statements);
    return asScript(statements, options.comments);
}

} // namespace engine::modeling
