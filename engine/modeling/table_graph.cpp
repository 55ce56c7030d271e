#include "engine/modeling/table_graph.h"
#include "engine/modeling/mapping_rules.h"

#include <algorithm>

namespace engine::modeling {

std::vector<std::size_t> TableGraph::termsOf(const ModelTable& table, ColumnRole role) const
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].role == role && terms[i])
            found.push_back(*terms[i]);
    }
    return found;
}

std::vector<std::size_t> TableGraph::primaryKey(const ModelTable& table) const
{
    std::vector<std::size_t> key = termsOf(table, ColumnRole::PartitionKey);
    const std::vector<std::size_t> clustering = termsOf(table, ColumnRole::Clustering);
    key.insert(key.end(), clustering.begin(), clustering.end());
    return key;
}

namespace {

/// What a table without queries holds: the owner of most of its columns.
ElementId likelyFind(const ModelIndex& index, const ModelTable& table)
{
    std::vector<std::pair<ElementId, std::size_t>> owners;
    for (const TableColumn& column : table.columns) {
        const ElementId owner = index.attribute(column.attribute).owner;
        if (owner == ElementId::None)
            continue;
        const auto found =
            std::ranges::find(owners, owner, &std::pair<ElementId, std::size_t>::first);
        if (found == owners.end())
            owners.emplace_back(owner, 1);
        else
            ++found->second;
    }
    const auto most =
        std::ranges::max_element(owners, {}, &std::pair<ElementId, std::size_t>::second);
    return most == owners.end() ? ElementId::None : most->first;
}

} // namespace

Result<TableGraph> tableGraph(const ModelIndex& index, const ModelTable& table)
{
    Query query;
    bool first = true;
    std::vector<const Query*> madeFor;
    for (const ElementId id : table.queries) {
        const Query* made = index.query(id);
        if (!made)
            continue;
        madeFor.push_back(made);
        if (first)
            query = *made;
        first = false;
    }
    if (first) {
        query.label = table.name;
        query.finds = likelyFind(index, table);
    }
    for (const TableColumn& column : table.columns) {
        if (index.attribute(column.attribute).attribute)
            query.returns.push_back(column.attribute);
    }
    RW_ASSIGN(QueryGraph graph, QueryGraph::make(index, query));
    TableGraph result{std::move(graph), query.finds, {}, {}};
    TermTypes types{.keyspace = table.keyspace};
    std::vector<ElementId> seen;
    for (const TableColumn& column : table.columns) {
        const ModelIndex::Owned& owned = index.attribute(column.attribute);
        result.nested.push_back(false);
        if (!owned.attribute) {
            result.terms.emplace_back();
            continue;
        }
        Term term{.attribute = column.attribute};
        const bool collection = isCollectionType(column.type);
        const bool inKey =
            column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering;
        term.element = owned.attribute->kind == AttributeKind::MultiValued && !collection;
        if (result.graph.recursive() && owned.owner == result.graph.recursiveEntity() && inKey &&
            std::ranges::find(seen, column.attribute) == seen.end())
            term.given =
                std::ranges::find(query.equality, column.attribute) != query.equality.end();
        seen.push_back(column.attribute);
        if (collection && !inKey && owned.attribute->kind != AttributeKind::MultiValued)
            result.nested.back() = !isCollectionType(termType(index, term, types));
        result.terms.emplace_back(result.graph.number(term));
    }
    for (const Query* made : madeFor) {
        if (!made->unique)
            continue;
        std::vector<std::size_t> given;
        for (const ElementId id : made->equality)
            given.push_back(result.graph.number(result.graph.searchTerm(id, true)));
        if (!given.empty())
            result.graph.determines(std::move(given), result.graph.keyOf(result.finds));
    }
    return result;
}

// ---- believable values ------------------------------------------------------------------------

namespace {

std::string textSample(const std::string& name, unsigned variant)
{
    static const std::vector<std::pair<const char*, std::vector<const char*>>> kWords{
        {"last_name", {"Nguyen", "Rossi"}},
        {"first_name", {"Mai", "Luca"}},
        {"hotel", {"AZ123", "NY229"}},
        {"poi", {"Old Town Bridge", "City Museum"}},
        {"amenity", {"wifi", "minibar"}},
        {"venue", {"BigData Congress", "VLDB"}},
        {"author", {"A. Chebotko", "S. Lu"}},
        {"symbol", {"AAPL", "MSFT"}},
        {"account", {"joe001", "joe002"}},
        {"confirm", {"RS2G0Z", "K7QX41"}},
        {"email", {"mai@example.org", "luca@example.org"}},
        {"phone", {"+1-480-555-0101", "+1-480-555-0177"}},
        {"user", {"mai", "luca"}},
        {"city", {"Tempe", "Lyon"}},
        {"country", {"US", "FR"}},
        {"title", {"A Study of Rings", "Notes on Gossip"}},
        {"subject", {"Lunch", "Budget"}},
        {"folder", {"inbox", "work"}},
        {"label", {"inbox", "work"}},
        {"region", {"north", "south"}},
        {"sensor", {"s1001", "s2002"}},
        {"network", {"forest-net", "volcano-net"}},
        {"status", {"ok", "failed"}},
        {"type", {"buy", "sell"}},
        {"genre", {"jazz", "folk"}},
        {"name", {"Alder", "Birch"}},
    };
    for (const auto& [part, words] : kWords) {
        if (name.find(part) != std::string::npos)
            return words[variant % words.size()];
    }
    return name + " " + std::string(1, static_cast<char>('A' + variant % 26));
}

std::string hexDigits(std::uint64_t value, int digits)
{
    std::string text;
    for (int i = digits - 1; i >= 0; --i)
        text += "0123456789abcdef"[(value >> (4 * i)) & 15U];
    return text;
}

std::uint64_t mixed(const std::string& name, unsigned variant)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL + variant;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return hash;
}

} // namespace

std::string sampleValue(const std::string& name, const std::string& type, unsigned variant)
{
    const std::uint64_t hash = mixed(name, variant);
    if (type == "text" || type == "varchar" || type == "ascii")
        return "'" + textSample(name, variant) + "'";
    if (type == "uuid" || type == "timeuuid")
        return hexDigits(hash >> 32U, 8) + "-" + hexDigits(hash >> 16U, 4) +
               (type == "uuid" ? "-4" : "-1") + hexDigits(hash, 3) + "-8" +
               hexDigits(hash >> 8U, 3) + "-" + hexDigits(hash ^ (hash >> 24U), 12);
    if (type == "date")
        return variant % 2 == 0 ? "'2027-03-01'" : "'2027-06-18'";
    if (type == "timestamp")
        return variant % 2 == 0 ? "'2027-03-01 14:05:00+0000'" : "'2027-06-18 09:30:00+0000'";
    if (type == "time")
        return variant % 2 == 0 ? "'14:05:00'" : "'09:30:00'";
    if (type == "boolean")
        return variant % 2 == 0 ? "true" : "false";
    if (type == "int" || type == "smallint" || type == "bigint" || type == "varint" ||
        type == "counter")
        return name.find("year") != std::string::npos ? std::to_string(2027 - variant)
                                                      : std::to_string(101 + 111 * (variant % 7));
    if (type == "tinyint")
        return std::to_string(1 + variant % 100);
    if (type == "double" || type == "float" || type == "decimal")
        return variant % 2 == 0 ? "20.5" : "31.75";
    if (type == "inet")
        return variant % 2 == 0 ? "'192.0.2.7'" : "'192.0.2.80'";
    if (type == "blob")
        return "0x" + hexDigits(hash, 6);
    if (type == "duration")
        return variant % 2 == 0 ? "2h" : "3d";
    if (isCollectionType(type)) {
        const std::string element =
            sampleValue(singularName(name), collectionElement(type), variant);
        if (type.find("map<") != std::string::npos)
            return "{" + element + ": …}";
        return type.find("list<") != std::string::npos ? "[" + element + "]" : "{" + element + "}";
    }
    return variant % 2 == 0 ? "{…}" : "{… other}";
}

} // namespace engine::modeling
