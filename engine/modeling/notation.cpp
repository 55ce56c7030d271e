#include "engine/modeling/notation.h"
#include "engine/modeling/mapping_rules.h"

#include <algorithm>

namespace engine::modeling {

namespace {

bool hasIndex(const ModelTable& table, const TableColumn& column)
{
    return std::ranges::any_of(table.indexes, [&](const TableIndex& index) {
        std::string_view target = index.target;
        if (const std::size_t open = target.find('(');
            open != std::string_view::npos && target.ends_with(")"))
            target = target.substr(open + 1, target.size() - open - 2);
        return target == column.name || target == "\"" + column.name + "\"";
    });
}

std::string_view bareType(std::string_view type)
{
    if (type.starts_with("frozen<") && type.ends_with(">"))
        return type.substr(7, type.size() - 8);
    return type;
}

/// A name that is no native type: a user type.
bool isUserTypeName(std::string_view type)
{
    static constexpr std::string_view kNative =
        " ascii bigint blob boolean counter date decimal double duration float inet int smallint "
        "text time timestamp timeuuid tinyint uuid varchar varint ";
    if (type.empty() || type.find('<') != std::string_view::npos)
        return false;
    return kNative.find(" " + std::string(type) + " ") == std::string_view::npos;
}

std::string bracketed(const std::string& name, std::string_view type)
{
    const std::string_view bare = bareType(type);
    if (bare.starts_with("list<"))
        return "[" + name + "]";
    if (bare.starts_with("set<"))
        return "{" + name + "}";
    if (bare.starts_with("map<"))
        return "<" + name + ">";
    if (bare.starts_with("tuple<"))
        return "(" + name + ")";
    if (isUserTypeName(bare))
        return "*" + name + "*";
    return name;
}

} // namespace

ColumnNotation columnNotation(const ModelTable& table, const TableColumn& column, bool numbered)
{
    ColumnNotation notation;
    notation.name = bracketed(column.name, column.type);
    notation.type = column.type;
    std::vector<std::string> marks;
    std::vector<std::string> words;
    const auto add = [&](std::string mark, std::string word) {
        marks.push_back(std::move(mark));
        words.push_back(std::move(word));
    };
    switch (column.role) {
    case ColumnRole::PartitionKey:
        add("K", "partition key");
        notation.inKey = true;
        break;
    case ColumnRole::Clustering: {
        std::string number;
        if (numbered) {
            int place = 1;
            for (const TableColumn& each : table.columns) {
                if (&each == &column || (each.id == column.id && each.name == column.name))
                    break;
                place += each.role == ColumnRole::Clustering;
            }
            number = std::to_string(place);
        }
        add("C" + number + (column.descending ? "↓" : "↑"),
            std::string("clustering column, ") + (column.descending ? "descending" : "ascending"));
        notation.inKey = true;
        break;
    }
    case ColumnRole::Static:
        add("S", "static");
        break;
    case ColumnRole::Regular:
        break;
    }
    if (column.type == "counter")
        add("++", "counter");
    if (hasIndex(table, column))
        add("IDX", "secondary index");
    for (std::size_t i = 0; i < marks.size(); ++i) {
        notation.mark += (i ? " " : "") + marks[i];
        notation.spoken += (i ? ", " : "") + words[i];
    }
    const std::string_view bare = bareType(column.type);
    const char* kind = bare.starts_with("list<")    ? "list"
                       : bare.starts_with("set<")   ? "set"
                       : bare.starts_with("map<")   ? "map"
                       : bare.starts_with("tuple<") ? "tuple"
                       : isUserTypeName(bare)       ? "user type"
                                                    : "";
    if (*kind)
        notation.spoken += (notation.spoken.empty() ? "" : ", ") + std::string(kind);
    return notation;
}

std::vector<ColumnNotation> tableNotation(const ModelTable& table)
{
    std::vector<ColumnNotation> lines;
    for (const TableColumn& column : table.columns)
        lines.push_back(columnNotation(table, column));
    return lines;
}

std::string keyNotation(const ModelTable& table)
{
    std::string partition;
    std::string clustering;
    for (const TableColumn& column : table.columns) {
        if (column.role == ColumnRole::PartitionKey)
            partition += (partition.empty() ? "" : ", ") + column.name;
        else if (column.role == ColumnRole::Clustering)
            clustering += ", " + column.name + (column.descending ? " ↓" : " ↑");
    }
    return "((" + partition + ")" + clustering + ")";
}

std::string typeTitle(const UserType& type)
{
    return "*" + type.name + "*";
}

std::string relationshipNotation(const Model& model, const RelationshipType& relationship)
{
    const auto endText = [&](const Participation& end, bool first, const char* many) {
        const EntityType* entity = findEntity(model, end.entity);
        std::string name = entity ? entity->name : "?";
        if (!end.role.empty())
            name += " as " + end.role;
        if (entity && entity->weak)
            name += " (weak)";
        const std::string cardinality = end.cardinality == Cardinality::One ? "1" : many;
        return first ? name + " " + cardinality : cardinality + " " + name;
    };
    if (relationship.ends.empty())
        return relationship.name;
    std::string text = endText(relationship.ends[0], true, "m") + " — " + relationship.name;
    for (std::size_t i = 1; i < relationship.ends.size(); ++i)
        text += " — " + endText(relationship.ends[i], false, "n");
    return text;
}

const std::vector<LegendEntry>& notationLegend()
{
    static const std::vector<LegendEntry> kLegend{
        {"K", "partition key"},
        {"C↑", "clustering column, ascending"},
        {"C↓", "clustering column, descending"},
        {"S", "static column"},
        {"IDX", "secondary index"},
        {"++", "counter"},
        {"[ ]", "list"},
        {"{ }", "set"},
        {"< >", "map"},
        {"* *", "user type"},
        {"( )", "tuple"},
    };
    return kLegend;
}

std::string ruleName(MappingRule rule)
{
    switch (rule) {
    case MappingRule::None:
        return "";
    case MappingRule::MR1:
        return "MR1";
    case MappingRule::MR2:
        return "MR2";
    case MappingRule::MR3:
        return "MR3";
    case MappingRule::MR4:
        return "MR4";
    case MappingRule::MR5:
        return "MR5";
    case MappingRule::Bucket:
        return "bucket";
    case MappingRule::User:
        return "by hand";
    }
    return "";
}

} // namespace engine::modeling
