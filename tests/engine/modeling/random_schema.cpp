#include "tests/engine/modeling/random_schema.h"

#include <algorithm>

namespace tests {

namespace {

using Column = RandomSchema::Column;
using Table = RandomSchema::Table;

const char* const kPlain[] = {"int",  "text",     "uuid",   "bigint", "date",
                              "time", "smallint", "double", "blob",   "timestamp"};
const char* const kRich[] = {"set<int>",
                             "list<text>",
                             "map<text, int>",
                             "frozen<list<int>>",
                             "frozen<map<int, text>>",
                             "tuple<int, text>",
                             "vector<float, 3>"};

std::string plainType(Dice& dice)
{
    return kPlain[dice.below(std::size(kPlain))];
}

std::string anyType(Dice& dice, const RandomSchema& schema)
{
    if (!schema.types.empty() && dice.oneIn(4)) {
        const std::string& name = schema.types[dice.below(schema.types.size())].name;
        return dice.oneIn(2) ? "frozen<" + name + ">" : name;
    }
    return dice.oneIn(3) ? kRich[dice.below(std::size(kRich))] : plainType(dice);
}

std::string freshName(Dice& dice, const Table& table)
{
    for (;;) {
        const std::string name = std::string(1, static_cast<char>('a' + dice.below(26))) +
                                 (dice.oneIn(6) ? "Mixed" : std::to_string(dice.below(90)));
        if (std::ranges::count(table.columns, name, &Column::name) == 0)
            return name;
    }
}

std::string options(Dice& dice)
{
    switch (dice.below(5)) {
    case 0:
        return "default_time_to_live = " + std::to_string(dice.below(9) * 86400);
    case 1:
        return "gc_grace_seconds = " + std::to_string((1 + dice.below(9)) * 3600);
    case 2:
        return "compaction = {'class': 'LeveledCompactionStrategy'}";
    case 3:
        return "comment = 'number " + std::to_string(dice.below(9)) + "'";
    default:
        return "compression = {'class': 'ZstdCompressor'}";
    }
}

Table randomTable(Dice& dice, const RandomSchema& schema, std::string name)
{
    Table table;
    table.name = std::move(name);
    const std::size_t partition = 1 + dice.below(2);
    const std::size_t clustering = dice.below(3);
    const auto add = [&](char role, const std::string& type) {
        table.columns.push_back({freshName(dice, table), type, role, role == 'c' && dice.oneIn(2)});
    };
    for (std::size_t i = 0; i < partition; ++i)
        add('p', plainType(dice));
    for (std::size_t i = 0; i < clustering; ++i)
        add('c', plainType(dice));
    if (clustering > 0 && dice.oneIn(3))
        add('s', anyType(dice, schema));
    for (std::size_t i = dice.below(4); i > 0; --i)
        add('r', anyType(dice, schema));
    if (dice.oneIn(2))
        table.options = options(dice);
    return table;
}

bool isPlain(const std::string& type)
{
    return std::ranges::find(kPlain, type) != std::end(kPlain);
}

/// Indexes and views only of plain regular columns, so that every server accepts them.
void decorate(Dice& dice, Table& table)
{
    table.indexed.clear();
    table.view = false;
    for (const Column& column : table.columns) {
        if (column.role == 'r' && isPlain(column.type)) {
            if (dice.oneIn(4))
                table.indexed.push_back(column.name);
            table.view |= dice.oneIn(5);
        }
    }
}

void mutateTable(Dice& dice, RandomSchema& schema, Table& table)
{
    switch (dice.below(7)) {
    case 0:
        table.columns.push_back({freshName(dice, table), anyType(dice, schema), 'r', false});
        break;
    case 1:
        if (table.columns.back().role == 'r')
            table.columns.pop_back();
        break;
    case 2: {
        Column& column = table.columns[dice.below(table.columns.size())];
        column.type =
            column.role == 'r' || column.role == 's' ? anyType(dice, schema) : plainType(dice);
        break;
    }
    case 3:
        table.options = options(dice);
        break;
    case 4: {
        Column& column = table.columns[dice.below(table.columns.size())];
        column.name = freshName(dice, table);
        break;
    }
    case 5: {
        Column column{freshName(dice, table), plainType(dice), 'p', false};
        table.columns.insert(table.columns.begin(), column);
        break;
    }
    default:
        decorate(dice, table);
        return;
    }
    decorate(dice, table);
}

std::string quoted(const std::string& name)
{
    return '"' + name + '"';
}

std::string keyOf(const Table& table)
{
    std::string partition;
    std::string clustering;
    for (const Column& column : table.columns) {
        if (column.role == 'p')
            partition += (partition.empty() ? "" : ", ") + quoted(column.name);
        if (column.role == 'c')
            clustering += ", " + quoted(column.name);
    }
    return "PRIMARY KEY ((" + partition + ")" + clustering + ")";
}

void appendTable(const Table& table, std::string& out)
{
    std::string order;
    out += "CREATE TABLE k." + table.name + " (";
    for (const Column& column : table.columns) {
        out +=
            quoted(column.name) + " " + column.type + (column.role == 's' ? " static" : "") + ", ";
        if (column.role == 'c')
            order += (order.empty() ? "" : ", ") + quoted(column.name) +
                     (column.descending ? " DESC" : " ASC");
    }
    out += keyOf(table) + ")";
    std::string with = order.empty() ? "" : "CLUSTERING ORDER BY (" + order + ")";
    if (!table.options.empty())
        with += (with.empty() ? "" : " AND ") + table.options;
    out += (with.empty() ? "" : " WITH " + with) + ";\n";
    for (const std::string& column : table.indexed)
        out += "CREATE INDEX " + quoted(table.name + "_by_" + column) + " ON k." + table.name +
               " (" + quoted(column) + ") USING 'sai';\n";
}

void appendView(const Table& table, std::string& out)
{
    const auto by = std::ranges::find_if(table.columns, [](const Column& column) {
        return column.role == 'r' && isPlain(column.type);
    });
    if (!table.view || by == table.columns.end())
        return;
    std::string key = "((" + quoted(by->name) + ")";
    std::string conditions = quoted(by->name) + " IS NOT NULL";
    std::string selected = quoted(by->name);
    for (const Column& column : table.columns) {
        if (column.role == 'p' || column.role == 'c') {
            key += ", " + quoted(column.name);
            conditions += " AND " + quoted(column.name) + " IS NOT NULL";
            selected += ", " + quoted(column.name);
        }
    }
    out += "CREATE MATERIALIZED VIEW k." + table.name + "_mv AS SELECT " + selected + " FROM k." +
           table.name + " WHERE " + conditions + " PRIMARY KEY " + key + ");\n";
}

} // namespace

RandomSchema RandomSchema::make(Dice& dice)
{
    RandomSchema schema;
    schema.replicas = 1 + static_cast<int>(dice.below(3));
    for (std::size_t i = dice.below(3); i > 0; --i) {
        Type type;
        type.name = "ty" + std::to_string(schema.types.size());
        for (std::size_t f = 1 + dice.below(3); f > 0; --f)
            type.fields.emplace_back("f" + std::to_string(type.fields.size()),
                                     dice.oneIn(3) && !schema.types.empty()
                                         ? "frozen<" + schema.types[0].name + ">"
                                         : plainType(dice));
        schema.types.push_back(std::move(type));
    }
    for (std::size_t i = 1 + dice.below(4); i > 0; --i) {
        schema.tables.push_back(
            randomTable(dice, schema, "t" + std::to_string(schema.tables.size())));
        decorate(dice, schema.tables.back());
    }
    return schema;
}

void RandomSchema::mutate(Dice& dice)
{
    for (std::size_t i = 1 + dice.below(5); i > 0; --i) {
        switch (dice.below(8)) {
        case 0:
            tables.push_back(
                randomTable(dice, *this, "n" + std::to_string(i) + std::to_string(tables.size())));
            break;
        case 1:
            if (tables.size() > 1)
                tables.erase(tables.begin() +
                             static_cast<std::ptrdiff_t>(dice.below(tables.size())));
            break;
        case 2:
            replicas = 1 + static_cast<int>(dice.below(4));
            break;
        case 3:
            if (!types.empty()) {
                auto& fields = types[dice.below(types.size())].fields;
                switch (dice.below(3)) {
                case 0:
                    fields.emplace_back("g" + std::to_string(fields.size()), plainType(dice));
                    break;
                case 1:
                    fields.back().first += "x";
                    break;
                default:
                    fields.back().second = plainType(dice);
                    break;
                }
            }
            break;
        default:
            if (!tables.empty())
                mutateTable(dice, *this, tables[dice.below(tables.size())]);
            break;
        }
    }
}

std::string RandomSchema::cql() const
{
    std::string text = "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', "
                       "'replication_factor': " +
                       std::to_string(replicas) + "};\n";
    for (const Type& type : types) {
        std::string fields;
        for (const auto& [name, of] : type.fields)
            fields += (fields.empty() ? "" : ", ") + name + " " + of;
        text += "CREATE TYPE k." + type.name + " (" + fields + ");\n";
    }
    for (const Table& table : tables)
        appendTable(table, text);
    for (const Table& table : tables)
        appendView(table, text);
    return text;
}

} // namespace tests
