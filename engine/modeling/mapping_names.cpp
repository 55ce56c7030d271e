#include "engine/modeling/mapping_rules.h"

#include <algorithm>
#include <array>

/// Names of columns and tables; the rules are in MAPPING.md.
namespace engine::modeling {

namespace {

bool isGenericName(const std::string& name)
{
    static constexpr std::array kGeneric{"id", "uuid", "name", "number", "code", "key", "no"};
    return std::ranges::find(kGeneric, name) != kGeneric.end();
}

/// `prefix_name`, but never the prefix twice.
std::string prefixedName(const std::string& prefix, const std::string& name)
{
    // "username" says already that it is a user's.
    if (prefix.empty() || name == prefix || name.starts_with(prefix + "_") ||
        (prefix.size() > 2 && name.starts_with(prefix)))
        return name;
    return prefix + "_" + name;
}

/// What may stand in a name of a table.
std::string tableNamePart(const std::string& name)
{
    std::string part;
    for (const char c : name) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
            part += c;
    }
    return part;
}

std::string termBaseName(const ModelIndex& index, const Term& term)
{
    const ModelIndex::Owned& owned = index.attribute(term.attribute);
    if (!owned.attribute)
        return "bucket";
    const std::string name = snakeName(owned.attribute->name);
    return term.element ? singularName(name) : name;
}

class ColumnNamer {
public:
    ColumnNamer(const QueryGraph& graph, ElementId finds) : m_graph(graph), m_finds(finds) {}

    std::string name(const Term& term, bool inKey, bool severalTypes) const
    {
        const ModelIndex& index = m_graph.index();
        const std::string base = termBaseName(index, term);
        const ElementId owner = index.attribute(term.attribute).owner;
        if (term.given)
            return prefixedName(givenPrefix(), base);
        if (!severalTypes || !index.entity(owner))
            return base;
        const bool own = owner == m_finds || inherits(m_finds, owner);
        if (!own || (inKey && isGenericName(base)))
            return prefixedName(snakeName(index.nameOf(owner)), base);
        return base;
    }

    /// With its owner in front in any case.
    std::string longName(const Term& term, bool inKey, bool severalTypes) const
    {
        const ModelIndex& index = m_graph.index();
        const ModelIndex::Owned& owned = index.attribute(term.attribute);
        if (!owned.attribute || term.given)
            return name(term, inKey, severalTypes);
        std::string name = termBaseName(index, term);
        if (owned.composite)
            name = snakeName(owned.composite->name) + "_" + name;
        return prefixedName(snakeName(index.nameOf(owned.owner)), name);
    }

private:
    std::string givenPrefix() const
    {
        const Participation& end = m_graph.recursive()->ends[m_graph.givenEnd()];
        if (!end.role.empty())
            return snakeName(end.role);
        return snakeName(m_graph.recursive()->name);
    }
    bool inherits(ElementId type, ElementId from) const
    {
        for (int depth = 0; depth < 16 && type != ElementId::None; ++depth) {
            type = m_graph.index().supertype(type);
            if (type == from)
                return true;
        }
        return false;
    }

    const QueryGraph& m_graph;
    ElementId m_finds;
};

} // namespace

std::vector<std::string> columnNames(const QueryGraph& graph, ElementId finds,
                                     const std::vector<Term>& terms, const std::vector<bool>& inKey)
{
    const ModelIndex& index = graph.index();
    bool several = graph.recursive() != nullptr;
    for (const Term& term : terms) {
        const ElementId owner = index.attribute(term.attribute).owner;
        several = several || (index.entity(owner) && owner != finds);
    }
    const ColumnNamer namer(graph, finds);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        std::string name = namer.name(terms[i], inKey[i], several);
        names.push_back(name.empty() ? "column" : std::move(name));
    }
    // Those that are equal take their owner's name; what is still equal takes a number.
    const std::vector<std::string> shortNames = names;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (std::ranges::count(shortNames, shortNames[i]) > 1) {
            if (std::string name = namer.longName(terms[i], inKey[i], several); !name.empty())
                names[i] = std::move(name);
        }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string base = names[i];
        for (int suffix = 2;
             std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
             names.begin() + static_cast<std::ptrdiff_t>(i);
             ++suffix)
            names[i] = base + "_" + std::to_string(suffix);
    }
    return names;
}

namespace {

/// "start_date" → "date": the last word says what a point in time is.
std::string headWord(const std::string& name)
{
    static constexpr std::array kHeads{"_date", "_time", "_timestamp", "_day", "_month", "_year"};
    for (const std::string_view head : kHeads) {
        if (name.ends_with(head))
            return std::string(head.substr(1));
    }
    return name;
}

/// What the equality attributes are called in a table's name.
class GivenNames {
public:
    GivenNames(QueryGraph& graph, const Query& query) : m_graph(graph), m_query(query) {}

    std::vector<std::string> make()
    {
        const ModelIndex& index = m_graph.index();
        for (const ElementId id : m_query.equality)
            m_open.push_back(m_graph.searchTerm(id, true));
        // The key of a type stands for the type; the longest key first: a room's has the hotel's.
        std::vector<ElementId> types;
        for (const ElementId type : m_graph.path()) {
            if (index.entity(type) && type != m_query.finds)
                types.push_back(type);
        }
        std::ranges::stable_sort(types, [&](ElementId a, ElementId b) {
            return m_graph.keyOf(a).size() > m_graph.keyOf(b).size();
        });
        for (const ElementId type : types)
            takeKey(type);
        for (const Term& term : m_open) {
            const ElementId owner = index.attribute(term.attribute).owner;
            if (term.given)
                add(term, snakeName(m_graph.recursive()->ends[m_graph.givenEnd()].role));
            else if (index.entity(owner) && owner != m_query.finds)
                add(term, snakeName(index.nameOf(owner)));
            else
                add(term, headWord(termBaseName(index, term)));
        }
        std::ranges::stable_sort(m_parts, {}, &Part::at);
        std::vector<std::string> names;
        for (const Part& part : m_parts) {
            if (!part.name.empty() && std::ranges::find(names, part.name) == names.end())
                names.push_back(part.name);
        }
        return names;
    }

private:
    struct Part {
        std::size_t at;
        std::string name;
    };
    void add(const Term& term, std::string name)
    {
        const auto found = std::ranges::find(m_query.equality, term.attribute);
        m_parts.push_back(
            {static_cast<std::size_t>(found - m_query.equality.begin()),
             tableNamePart(name.empty() ? termBaseName(m_graph.index(), term) : name)});
    }
    void takeKey(ElementId type)
    {
        const std::vector<std::size_t> key = m_graph.keyOf(type);
        if (key.empty())
            return;
        std::vector<std::size_t> found;
        for (const std::size_t term : key) {
            const auto at = std::ranges::find(m_open, m_graph.terms()[term]);
            if (at == m_open.end())
                return;
            found.push_back(static_cast<std::size_t>(at - m_open.begin()));
        }
        add(m_open[*std::ranges::min_element(found)], snakeName(m_graph.index().nameOf(type)));
        std::ranges::sort(found, std::greater<>());
        for (const std::size_t at : found)
            m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(at));
    }

    QueryGraph& m_graph;
    const Query& m_query;
    std::vector<Term> m_open;
    std::vector<Part> m_parts;
};

} // namespace

std::vector<std::string> tableNames(QueryGraph& graph, const Query& query)
{
    std::vector<std::string> names;
    if (!query.tableName.empty())
        names.push_back(query.tableName);
    const ModelIndex& index = graph.index();
    std::string base = tableNamePart(pluralName(snakeName(index.nameOf(query.finds))));
    if (base.empty() || (base[0] >= '0' && base[0] <= '9'))
        base = "table_" + base;
    std::vector<std::size_t> given;
    for (const ElementId id : query.equality)
        given.push_back(graph.number(graph.searchTerm(id, true)));
    std::vector<std::size_t> key = graph.keyOf(query.finds);
    std::ranges::sort(given);
    std::ranges::sort(key);
    if (given == key || given.empty())
        names.push_back(base);
    std::string name = base;
    const std::vector<std::string> parts = GivenNames(graph, query).make();
    for (std::size_t i = 0; i < parts.size(); ++i)
        name += (i == 0 ? "_by_" : "_") + parts[i];
    names.push_back(name);
    for (const ElementId id : query.range)
        name += "_" + tableNamePart(termBaseName(index, {.attribute = id}));
    names.push_back(name);
    for (const Ordering& ordering : query.order) {
        if (std::ranges::find(query.range, ordering.attribute) == query.range.end())
            name += "_" + tableNamePart(termBaseName(index, {.attribute = ordering.attribute}));
    }
    names.push_back(name);
    // 48 characters are what Cassandra allows.
    for (std::string& each : names) {
        if (each.size() > 48)
            each.resize(48);
    }
    return names;
}

} // namespace engine::modeling
