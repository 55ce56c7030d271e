#include "engine/modeling/mapping.h"
#include "engine/modeling/mapping_rules.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// A term on its way to become a column.
struct Placed {
    std::size_t term = 0;
    ColumnRole role = ColumnRole::Regular;
    bool descending = false;
    bool nested = false; ///< many values in one row: a set
    MappingRule rule = MappingRule::MR1;
    bool ordered = false; ///< MR4 applies, whatever put it there
    bool late = false;    ///< not there before its rule: a key attribute nobody asked for
    std::string reason;
};

std::string joinedNames(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return text;
}

/// One query through the five rules.
class RuleMapper {
public:
    RuleMapper(QueryGraph graph, const Query& query, const MappingOptions& options,
               const MappingWork& work)
        : m_graph(std::move(graph)),
          m_index(m_graph.index()),
          m_query(query),
          m_options(options),
          m_work(work),
          m_label(query.label.empty() ? "the query" : query.label)
    {
    }

    Result<MappedTable> map();

private:
    Result<void> chooseSplit();
    void placeReturned();
    void placeEquality();
    void placeRange();
    void placeOrder();
    void placeKey();
    void placeStatic();
    void settleCounters();
    void checkKeyTypes();
    void nameColumns();
    void say();
    void judge();
    void findPattern();

    [[nodiscard]] Placed* find(std::size_t term)
    {
        const auto found = std::ranges::find(m_placed, term, &Placed::term);
        return found == m_placed.end() ? nullptr : &*found;
    }
    /// Puts a term at the end of the partition key or clustering columns.
    void put(std::size_t term, ColumnRole role, MappingRule rule, std::string reason, bool late)
    {
        std::vector<std::size_t>& order =
            role == ColumnRole::PartitionKey ? m_partition : m_clustering;
        order.push_back(term);
        Placed* placed = find(term);
        if (!placed) {
            m_placed.push_back({.term = term, .late = late});
            placed = &m_placed.back();
        }
        placed->role = role;
        placed->rule = rule;
        placed->reason = std::move(reason);
    }
    [[nodiscard]] bool isPlaced(std::size_t term) const
    {
        return std::ranges::find(m_partition, term) != m_partition.end() ||
               std::ranges::find(m_clustering, term) != m_clustering.end();
    }
    [[nodiscard]] std::vector<std::size_t> primaryKey() const
    {
        std::vector<std::size_t> key = m_partition;
        key.insert(key.end(), m_clustering.begin(), m_clustering.end());
        return key;
    }
    [[nodiscard]] std::string pathOf(ElementId attribute) const
    {
        const ModelIndex::Owned& owned = m_index.attribute(attribute);
        if (!owned.attribute)
            return "an attribute";
        return m_index.nameOf(owned.owner) + "." +
               (owned.composite ? owned.composite->name + "." : "") + owned.attribute->name;
    }
    [[nodiscard]] std::string pathOf(std::size_t term) const
    {
        return pathOf(m_graph.terms()[term].attribute);
    }
    void verdict(Judgement judgement, MappingRule rule, std::string text,
                 std::vector<ElementId> elements = {})
    {
        m_verdicts.push_back({judgement, rule, std::move(text), std::move(elements)});
    }
    void step(MappingRule rule, std::string text, std::vector<std::string> columns,
              std::vector<ElementId> elements);
    [[nodiscard]] ModelTable tableAfter(MappingRule rule) const;
    [[nodiscard]] std::vector<std::string> namesOf(MappingRule rule) const;
    [[nodiscard]] const std::string& columnName(std::size_t term) const
    {
        const auto found = std::ranges::find(m_placed, term, &Placed::term);
        return m_names[static_cast<std::size_t>(found - m_placed.begin())];
    }

    QueryGraph m_graph;
    const ModelIndex& m_index;
    const Query& m_query;
    const MappingOptions& m_options;
    const MappingWork& m_work;
    std::string m_label;

    std::vector<std::size_t> m_equality; ///< terms, in the query's order
    std::vector<std::size_t> m_inPartition;
    std::vector<Placed> m_placed;
    std::vector<std::size_t> m_partition;
    std::vector<std::size_t> m_clustering;
    bool m_constantBucket = false;
    bool m_broken = false;
    std::vector<std::string> m_names; ///< of m_placed
    std::vector<std::string> m_types;
    TermTypes m_termTypes;
    std::vector<ElementId> m_excluded; ///< derived attributes and counters
    std::string m_pattern;
    std::vector<Verdict> m_verdicts;
    std::vector<MappingStep> m_steps;
    ModelTable m_table;
};

Result<void> RuleMapper::chooseSplit()
{
    for (const ElementId id : m_query.equality) {
        const std::size_t term = m_graph.number(m_graph.searchTerm(id, true));
        if (std::ranges::find(m_equality, term) == m_equality.end())
            m_equality.push_back(term);
    }
    const std::vector<ElementId>& wanted =
        m_options.partitionKey.empty() ? m_query.partitionKey : m_options.partitionKey;
    for (const ElementId id : wanted) {
        const std::size_t term = m_graph.number(m_graph.searchTerm(id, true));
        if (std::ranges::find(m_equality, term) == m_equality.end())
            return Error{ErrorCode::Invalid,
                         m_label + " does not give " + pathOf(id) +
                             " by equality, so it cannot be in the partition key (MR2)."};
        m_inPartition.push_back(term);
    }
    if (m_inPartition.empty())
        m_inPartition = m_equality;
    return ok();
}

/// MR1: what the table holds.
void RuleMapper::placeReturned()
{
    std::vector<std::pair<ElementId, std::string>> wanted;
    for (const ElementId id : m_query.returns)
        wanted.emplace_back(id, m_label + " returns it.");
    if (wanted.empty()) {
        const auto all = [&](ElementId type, const std::string& why) {
            for (const Attribute& attribute : m_index.attributesOf(type))
                wanted.emplace_back(attribute.id, why);
        };
        const std::string found = m_index.nameOf(m_query.finds);
        all(m_query.finds, "An attribute of " + found + ", which is found.");
        ElementId super = m_index.supertype(m_query.finds);
        for (int depth = 0; super != ElementId::None && depth < 16;
             super = m_index.supertype(super), ++depth)
            all(super, found + " inherits it from " + m_index.nameOf(super) + ".");
        for (const ElementId type : m_graph.path()) {
            if (type != m_query.finds && m_index.relationship(type))
                all(type, "An attribute of the relationship " + m_index.nameOf(type) + ".");
        }
    }
    for (auto& [id, why] : wanted) {
        const Attribute& attribute = *m_index.attribute(id).attribute;
        if (attribute.kind == AttributeKind::Derived) {
            m_excluded.push_back(id);
            continue;
        }
        const std::size_t term = m_graph.number({.attribute = id});
        if (!find(term))
            m_placed.push_back({.term = term, .reason = std::move(why)});
    }
}

/// MR2.
void RuleMapper::placeEquality()
{
    for (const std::size_t term : m_equality) {
        if (std::ranges::find(m_inPartition, term) != m_inPartition.end())
            put(term, ColumnRole::PartitionKey, MappingRule::MR2,
                m_label + " gives " + pathOf(term) +
                    " by equality, so it leads the primary key, in the partition key.",
                false);
    }
    for (const std::size_t term : m_equality) {
        if (!isPlaced(term))
            put(term, ColumnRole::Clustering, MappingRule::MR2,
                m_label + " gives " + pathOf(term) +
                    " by equality; by the chosen split it is a clustering column.",
                false);
    }
    m_constantBucket = m_partition.empty();
}

/// MR3.
void RuleMapper::placeRange()
{
    std::size_t ranges = 0;
    for (const ElementId id : m_query.range) {
        const std::size_t term = m_graph.number(m_graph.searchTerm(id, false));
        if (isPlaced(term)) {
            if (std::ranges::find(m_equality, term) != m_equality.end())
                verdict(Judgement::Note, MappingRule::MR3,
                        m_label + " gives " + pathOf(id) +
                            " both by equality and as a range; the equality decides.",
                        {id});
            continue;
        }
        put(term, ColumnRole::Clustering, MappingRule::MR3,
            m_label + " gives a range of " + pathOf(id) +
                ", so it is a clustering column after all equality columns.",
            false);
        if (++ranges == 2) {
            m_broken = true;
            verdict(Judgement::Broken, MappingRule::MR3,
                    m_label + " has a second range, of " + pathOf(id) +
                        ": after the first one CQL allows none. Filter it in the application, or "
                        "make it an equality by a bucket.",
                    {m_query.id, id});
        }
    }
}

/// MR4.
void RuleMapper::placeOrder()
{
    std::size_t expected = m_clustering.size();
    // Clustering columns that are given by equality have one value and do not disturb an order;
    // a range's column may only come first in it.
    for (std::size_t i = 0; i < m_clustering.size(); ++i) {
        if (std::ranges::find(m_equality, m_clustering[i]) == m_equality.end()) {
            expected = i;
            break;
        }
    }
    bool said = false;
    for (const Ordering& ordering : m_query.order) {
        const std::size_t term = m_graph.number(m_graph.searchTerm(ordering.attribute, false));
        if (std::ranges::find(m_equality, term) != m_equality.end())
            continue;
        const auto at = std::ranges::find(m_clustering, term);
        const std::string how = ordering.descending ? "descending" : "ascending";
        if (at == m_clustering.end())
            put(term, ColumnRole::Clustering, MappingRule::MR4,
                m_label + " orders by " + pathOf(ordering.attribute) + ", " + how + ".", false);
        else
            find(term)->reason += " " + m_label + " orders by it, " + how + ".";
        Placed* placed = find(term);
        placed->descending = ordering.descending;
        placed->ordered = true;
        const auto place =
            static_cast<std::size_t>(std::ranges::find(m_clustering, term) - m_clustering.begin());
        if (place != expected && !said) {
            said = true;
            m_broken = true;
            verdict(Judgement::Broken, MappingRule::MR4,
                    m_label + " gives a range of " + pathOf(m_clustering[expected]) +
                        " but orders by " + pathOf(ordering.attribute) +
                        " first: rows come in the order of the range's column. Sort in the "
                        "application, or order by the range first.",
                    {m_query.id, ordering.attribute});
        }
        ++expected;
    }
}

/// MR5: the key of what is found, and of everything whose attributes are stored.
void RuleMapper::placeKey()
{
    const std::string found = m_index.nameOf(m_query.finds);
    std::vector<std::size_t> key = m_graph.keyOf(m_query.finds);
    if (m_query.unique) {
        const TermSet given = m_graph.closure(m_equality);
        if (!given.hasAll(key)) {
            // The user says that what is given tells instances apart: an alternate key.
            m_graph.determines(m_equality, key);
            verdict(Judgement::Note, MappingRule::MR5,
                    m_label +
                        " answers at most one row, because you say so: no key of the model "
                        "makes it so. Inserts with the same " +
                        pathOf(m_equality.empty() ? key[0] : m_equality[0]) + " overwrite.",
                    {m_query.id});
        }
        const TermSet once = m_graph.closure(m_equality);
        for (Placed& placed : m_placed) {
            if (placed.role == ColumnRole::Regular && !once.has(placed.term)) {
                placed.nested = true;
                placed.reason = "There are many for one " + found + ": nested as a collection.";
            }
        }
    }
    if (key.empty()) {
        m_broken = true;
        verdict(Judgement::Broken, MappingRule::MR5,
                found + " has no key: nothing keeps its rows apart. Mark its key attributes in the "
                        "conceptual model.",
                {m_query.finds});
    }
    std::vector<std::size_t> needed = key;
    for (const Placed& placed : m_placed) {
        if (!placed.nested)
            needed.push_back(placed.term);
    }
    std::vector<std::size_t> candidates = key;
    for (std::size_t i = 0; i < needed.size(); ++i) {
        const Term term = m_graph.terms()[needed[i]];
        for (const std::size_t each :
             m_graph.keyOf(m_index.attribute(term.attribute).owner, term.given)) {
            if (std::ranges::find(candidates, each) == candidates.end())
                candidates.push_back(each);
        }
        if (term.element && std::ranges::find(candidates, needed[i]) == candidates.end())
            candidates.push_back(needed[i]);
    }
    std::vector<std::size_t> added;
    const auto determined = [&](const std::vector<std::size_t>& extra) {
        std::vector<std::size_t> all = primaryKey();
        all.insert(all.end(), extra.begin(), extra.end());
        return m_graph.closure(all);
    };
    for (const std::size_t candidate : candidates) {
        const TermSet now = determined(added);
        if (now.hasAll(needed))
            break;
        if (!now.has(candidate))
            added.push_back(candidate);
    }
    for (std::size_t i = added.size(); i-- > 0;) {
        std::vector<std::size_t> fewer = added;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (determined(fewer).hasAll(needed))
            added = std::move(fewer);
    }
    for (const std::size_t term : added) {
        const std::string owner =
            m_index.nameOf(m_index.attribute(m_graph.terms()[term].attribute).owner);
        put(term, ColumnRole::Clustering, MappingRule::MR5,
            pathOf(term) + " is part of the key of " + owner +
                ": without it rows would overwrite each other.",
            !find(term));
    }
    if (!determined({}).hasAll(needed) && !key.empty()) {
        m_broken = true;
        for (const std::size_t term : needed) {
            if (determined({}).has(term))
                continue;
            verdict(Judgement::Broken, MappingRule::MR5,
                    "Nothing in the primary key determines " + pathOf(term) +
                        ": its type has no key. Mark its key attributes in the conceptual model.",
                    {m_graph.terms()[term].attribute});
            break;
        }
    }
}

void RuleMapper::placeStatic()
{
    if (!m_options.staticColumns || m_clustering.empty() || m_constantBucket)
        return;
    const TermSet once = m_graph.closure(m_partition);
    for (Placed& placed : m_placed) {
        if (placed.role != ColumnRole::Regular || placed.nested || !once.has(placed.term))
            continue;
        placed.role = ColumnRole::Static;
        placed.reason +=
            " The partition key alone determines it, so it is stored once a partition.";
    }
}

/// A table has counters alone beside its key, or none.
void RuleMapper::settleCounters()
{
    const auto isCounter = [&](const Placed& placed) {
        const Attribute* attribute =
            m_index.attribute(m_graph.terms()[placed.term].attribute).attribute;
        return attribute && attribute->type == "counter";
    };
    const auto inKey = [](const Placed& placed) {
        return placed.role == ColumnRole::PartitionKey || placed.role == ColumnRole::Clustering;
    };
    bool counters = false;
    bool others = false;
    for (const Placed& placed : m_placed) {
        if (!inKey(placed))
            (isCounter(placed) ? counters : others) = true;
    }
    if (!counters || !others)
        return;
    std::vector<std::string> names;
    for (const Placed& placed : m_placed) {
        if (!inKey(placed) && isCounter(placed)) {
            names.push_back(pathOf(placed.term));
            m_excluded.push_back(m_graph.terms()[placed.term].attribute);
        }
    }
    std::erase_if(m_placed,
                  [&](const Placed& placed) { return !inKey(placed) && isCounter(placed); });
    verdict(Judgement::Warning, MappingRule::MR1,
            "Counters cannot stand beside other columns: " + joinedNames(names) +
                " left out. Give them a query of their own that returns nothing else.",
            {m_query.id});
}

void RuleMapper::checkKeyTypes()
{
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        const Placed& placed = m_placed[i];
        if (placed.role != ColumnRole::PartitionKey && placed.role != ColumnRole::Clustering)
            continue;
        std::string& type = m_types[i];
        if (isCollectionType(type) && !type.starts_with("frozen<"))
            type = "frozen<" + type + ">";
        if (type == "counter" || (type == "duration" && placed.role == ColumnRole::Clustering)) {
            m_broken = true;
            verdict(Judgement::Broken, placed.rule,
                    m_names[i] + " is a " + type + ", which Cassandra takes in no " +
                        (type == "counter" ? "primary key." : "clustering column."),
                    {m_graph.terms()[placed.term].attribute});
        }
    }
}

void RuleMapper::nameColumns()
{
    // Partition key, clustering, static, regular: each in its order.
    std::vector<Placed> sorted;
    for (const auto* order : {&m_partition, &m_clustering}) {
        for (const std::size_t term : *order)
            sorted.push_back(*find(term));
    }
    for (const ColumnRole role : {ColumnRole::Static, ColumnRole::Regular}) {
        for (const Placed& placed : m_placed) {
            if (placed.role == role)
                sorted.push_back(placed);
        }
    }
    m_placed = std::move(sorted);
    std::vector<Term> terms;
    std::vector<Term> plain;
    std::vector<bool> inKey;
    for (const Placed& placed : m_placed) {
        terms.push_back(m_graph.terms()[placed.term]);
        if (placed.nested)
            continue;
        plain.push_back(terms.back());
        inKey.push_back(placed.role == ColumnRole::PartitionKey ||
                        placed.role == ColumnRole::Clustering);
    }
    // A nested collection does not make it a table of several entity types.
    const std::vector<std::string> names = columnNames(m_graph, m_query.finds, plain, inKey);
    std::size_t next = 0;
    for (const Placed& placed : m_placed)
        m_names.push_back(placed.nested ? std::string() : names[next++]);
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        std::string type = termType(m_index, terms[i], m_termTypes);
        if (m_placed[i].nested) {
            const ElementId owner = m_index.attribute(terms[i].attribute).owner;
            const std::string attribute =
                snakeName(m_index.attribute(terms[i].attribute).attribute->name);
            // The POIs of a hotel by their name: "pois", not "poi_names".
            const std::vector<std::size_t> key = m_graph.keyOf(owner);
            const bool isKey = key.size() == 1 && key[0] == m_placed[i].term;
            std::string name = pluralName(isKey ? snakeName(m_index.nameOf(owner)) : attribute);
            while (std::ranges::find(m_names, name) != m_names.end())
                name = snakeName(m_index.nameOf(owner)) + "_" + name;
            m_names[i] = std::move(name);
            if (isCollectionType(type))
                type = "frozen<" + type + ">";
            type = "set<" + type + ">";
        }
        m_types.push_back(std::move(type));
    }
}

ModelTable RuleMapper::tableAfter(MappingRule rule) const
{
    ModelTable table = m_table;
    table.columns.clear();
    const std::size_t shift = m_constantBucket ? 1 : 0;
    for (std::size_t i = 0; i < m_table.columns.size(); ++i) {
        const bool later = i < shift ? rule < MappingRule::MR2
                                     : m_placed[i - shift].late && m_placed[i - shift].rule > rule;
        if (!later)
            table.columns.push_back(m_table.columns[i]);
    }
    for (TableColumn& column : table.columns) {
        if (column.rule > rule && column.rule != MappingRule::Bucket) {
            column.role = ColumnRole::Regular;
            column.rule = MappingRule::MR1;
        }
        if (rule < MappingRule::MR4)
            column.descending = false;
        if (column.role == ColumnRole::Static && rule < MappingRule::Bucket)
            column.role = ColumnRole::Regular;
    }
    std::ranges::stable_sort(table.columns, {}, &TableColumn::role);
    return table;
}

std::vector<std::string> RuleMapper::namesOf(MappingRule rule) const
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        const Placed& placed = m_placed[i];
        if (placed.rule == rule || (rule == MappingRule::MR4 && placed.ordered))
            names.push_back(m_names[i]);
    }
    return names;
}

void RuleMapper::step(MappingRule rule, std::string text, std::vector<std::string> columns,
                      std::vector<ElementId> elements)
{
    m_steps.push_back({rule, std::move(text), std::move(columns), std::move(elements),
                       tableAfter(rule == MappingRule::None ? MappingRule::User : rule)});
}

/// The trace in words.
void RuleMapper::say()
{
    std::vector<std::string> entities;
    std::vector<std::string> relationships;
    for (const ElementId type : m_graph.path())
        (m_index.entity(type) ? entities : relationships).push_back(m_index.nameOf(type));
    std::vector<std::string> all;
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        if (!m_placed[i].late)
            all.push_back(m_names[i]);
    }
    std::string text =
        (entities.size() == 1 ? "Entity type " : "Entity types ") + joinedNames(entities);
    if (!relationships.empty())
        text += (relationships.size() == 1 ? ", connected by relationship " : ", connected by ") +
                joinedNames(relationships) + ",";
    text += " map to table " + m_table.name + ". A row is one " + m_index.nameOf(m_query.finds) +
            "; its attributes become columns.";
    if (!m_excluded.empty()) {
        std::vector<std::string> names;
        for (const ElementId id : m_excluded)
            names.push_back(pathOf(id));
        text += " Left out: " + joinedNames(names) + ".";
    }
    step(MappingRule::MR1, text, all, m_graph.path());

    const std::vector<std::string> equality = namesOf(MappingRule::MR2);
    std::vector<std::string> partition;
    for (const std::size_t term : m_partition)
        partition.push_back(columnName(term));
    if (m_constantBucket && equality.empty())
        text = m_label + " gives nothing by equality: a constant column bucket is the partition "
                         "key, and all rows share one partition.";
    else if (partition.size() == equality.size())
        text = "Equality attributes lead the primary key: " + joinedNames(equality) +
               (equality.size() == 1 ? " is" : " are together") +
               " the partition key, because the query always gives " +
               (equality.size() == 1 ? "it." : "all of them.");
    else
        text = "Equality attributes lead the primary key: " + joinedNames(partition) +
               (partition.size() == 1 ? " is" : " are") +
               " the partition key by the chosen split, the others are the first clustering "
               "columns.";
    step(MappingRule::MR2, text, equality, m_query.equality);

    const std::vector<std::string> range = namesOf(MappingRule::MR3);
    step(MappingRule::MR3,
         range.empty() ? m_label + " has no range: nothing to do."
                       : "The range of " + joinedNames(range) +
                             " becomes a clustering column, after all equality columns.",
         range, m_query.range);

    std::vector<ElementId> ordered;
    for (const Ordering& ordering : m_query.order)
        ordered.push_back(ordering.attribute);
    const std::vector<std::string> order = namesOf(MappingRule::MR4);
    text = m_label + " asks for no order: nothing to do.";
    if (!order.empty()) {
        std::vector<std::string> directions;
        for (std::size_t i = 0; i < m_placed.size(); ++i) {
            if (m_placed[i].ordered)
                directions.push_back(m_names[i] +
                                     (m_placed[i].descending ? " descending" : " ascending"));
        }
        text =
            "Rows are kept in the order asked for: clustering by " + joinedNames(directions) + ".";
    }
    step(MappingRule::MR4, text, order, ordered);

    const std::vector<std::string> key = namesOf(MappingRule::MR5);
    std::vector<ElementId> keyAttributes;
    for (const std::size_t term : m_graph.keyOf(m_query.finds))
        keyAttributes.push_back(m_graph.terms()[term].attribute);
    step(MappingRule::MR5,
         key.empty() ? "The primary key already tells rows apart: nothing to add."
                     : joinedNames(key) + (key.size() == 1 ? " joins" : " join") +
                           " the primary key as clustering column" + (key.size() == 1 ? "" : "s") +
                           ": otherwise inserts would silently overwrite rows.",
         key, keyAttributes);

    std::vector<std::string> statics;
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        if (m_placed[i].role == ColumnRole::Static)
            statics.push_back(m_names[i]);
    }
    if (!statics.empty())
        step(MappingRule::None,
             "The partition key alone determines " + joinedNames(statics) +
                 ": stored once a partition.",
             statics, {});
}

void RuleMapper::judge()
{
    if (!m_graph.ambiguity().empty() && m_query.via.empty())
        verdict(Judgement::Warning, MappingRule::MR1,
                "There are two ways: " + m_graph.ambiguity() +
                    ". The first is taken; say which by the relationships the query goes via.",
                {m_query.id});
    if (m_constantBucket)
        verdict(Judgement::Warning, MappingRule::MR2,
                m_label + " gives nothing by equality, so all rows share one partition on one "
                          "replica set. Fine for a few thousand rows; else bucket by a hash.",
                {m_query.id});
    if (!m_broken && !m_constantBucket)
        verdict(Judgement::Good, MappingRule::MR2,
                "One partition answers " + m_label + ", and no row overwrites another.",
                {m_query.id});
}

void RuleMapper::findPattern()
{
    std::vector<const RelationshipType*> relationships;
    for (const ElementId type : m_graph.path()) {
        if (const RelationshipType* relationship = m_index.relationship(type))
            relationships.push_back(relationship);
    }
    if (relationships.empty()) {
        std::vector<std::size_t> given = m_equality;
        std::vector<std::size_t> key = m_graph.keyOf(m_query.finds);
        std::ranges::sort(given);
        std::ranges::sort(key);
        m_pattern = given == key ? "entity by its key" : "entity by another attribute";
        return;
    }
    if (relationships.size() > 1) {
        m_pattern = "path of " + std::to_string(relationships.size()) + " relationships";
        return;
    }
    const RelationshipType& relationship = *relationships[0];
    const auto many = std::ranges::count_if(relationship.ends, [](const Participation& end) {
        return end.cardinality == Cardinality::Many;
    });
    if (relationship.ends.size() > 2) {
        m_pattern = "n-ary relationship";
        return;
    }
    m_pattern = many == 0   ? "1:1 relationship"
                : many == 1 ? "1:n relationship"
                            : "m:n relationship";
    if (many != 1)
        return;
    for (const Participation& end : relationship.ends) {
        if (end.entity == m_query.finds)
            m_pattern += end.cardinality == Cardinality::Many ? ", given the one end"
                                                              : ", given the many end";
    }
}

Result<MappedTable> RuleMapper::map()
{
    RW_TRY(chooseSplit());
    m_table.keyspace = m_options.keyspace;
    if (m_table.keyspace.empty() && !m_index.model().keyspaces.empty())
        m_table.keyspace = m_index.model().keyspaces[0].name;
    if (m_table.keyspace.empty())
        m_table.keyspace = snakeName(m_index.model().name);
    if (m_table.keyspace.empty())
        m_table.keyspace = "app";
    m_termTypes.keyspace = m_table.keyspace;
    m_termTypes.lastId = std::max(m_index.model().lastId, m_work.lastId);
    placeReturned();
    placeEquality();
    placeRange();
    placeOrder();
    placeKey();
    placeStatic();
    settleCounters();
    nameColumns();
    checkKeyTypes();

    std::vector<std::string> names = tableNames(m_graph, m_query);
    const auto taken = [&](const std::string& name) {
        const ModelTable* table = findTable(m_index.model(), m_table.keyspace, name);
        return table && std::ranges::find(table->queries, m_query.id) == table->queries.end() &&
               !table->queries.empty();
    };
    const auto free = std::ranges::find_if_not(names, taken);
    m_table.name = free == names.end() ? names.back() : *free;
    m_table.comment = m_query.question;
    if (m_query.id != ElementId::None)
        m_table.queries.push_back(m_query.id);
    std::uint32_t lastId = m_termTypes.lastId;
    m_table.id = ElementId{++lastId};
    std::vector<Term> terms;
    if (m_constantBucket) {
        m_table.columns.push_back({.id = ElementId{++lastId},
                                   .name = "bucket",
                                   .role = ColumnRole::PartitionKey,
                                   .rule = MappingRule::Bucket,
                                   .reason = m_label + " gives nothing by equality: one constant "
                                                       "partition for all rows.",
                                   .bucketOf = "constant('all')"});
        if (std::ranges::find(m_names, "bucket") != m_names.end())
            m_table.columns[0].name = "all_bucket";
        terms.emplace_back();
    }
    for (std::size_t i = 0; i < m_placed.size(); ++i) {
        const Placed& placed = m_placed[i];
        terms.push_back(m_graph.terms()[placed.term]);
        m_table.columns.push_back({.id = ElementId{++lastId},
                                   .name = m_names[i],
                                   .type = m_types[i],
                                   .role = placed.role,
                                   .descending = placed.descending,
                                   .attribute = terms.back().attribute,
                                   .rule = placed.rule,
                                   .reason = placed.reason});
    }
    findPattern();
    judge();
    if (m_work.steps)
        say();
    MappedTable mapped{{}, std::move(terms), std::move(names), std::move(m_graph)};
    mapped.result = {std::move(m_table),
                     std::move(m_termTypes.fresh),
                     std::move(m_steps),
                     std::move(m_verdicts),
                     mapped.graph.path(),
                     std::move(m_pattern),
                     lastId};
    return mapped;
}

} // namespace

Result<MappedTable> mapOnIndex(const ModelIndex& index, const Query& query,
                               const MappingOptions& options, const MappingWork& work)
{
    RW_ASSIGN(QueryGraph graph, QueryGraph::make(index, query));
    return RuleMapper(std::move(graph), query, options, work).map();
}

Result<MappingResult> mapQuery(const Model& model, const Query& query,
                               const MappingOptions& options)
{
    const ModelIndex index(model);
    RW_ASSIGN(MappedTable mapped, mapOnIndex(index, query, options, {.lastId = model.lastId}));
    return std::move(mapped.result);
}

} // namespace engine::modeling
