#include "engine/modeling/coverage.h"
#include "engine/modeling/table_graph.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

/// A number, its largest value, and how they were found.
struct Factor {
    std::optional<double> average;
    std::optional<double> maximum;
    std::string text;
};

std::string roundedNumber(double value)
{
    const double rounded = value >= 100 ? std::round(value) : std::round(value * 100) / 100;
    std::string text = std::to_string(rounded);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

/// Counts along the path of one table.
class RowCounter {
public:
    RowCounter(const ModelTable& table, TableGraph& graph)
        : m_table(table), m_graph(graph), m_index(graph.graph.index())
    {
    }

    DerivedRows count();

private:
    [[nodiscard]] Factor perOther(const RelationshipType& relationship, std::size_t end,
                                  std::size_t other) const;
    [[nodiscard]] std::optional<double> instancesOf(ElementId entity, int depth = 0) const;
    void findAnchors();
    void walk();
    [[nodiscard]] std::size_t slotOf(ElementId type) const
    {
        const auto found = std::ranges::find(m_graph.graph.path(), type);
        return static_cast<std::size_t>(found - m_graph.graph.path().begin());
    }
    [[nodiscard]] const TableColumn& columnOf(std::size_t term) const
    {
        const auto found = std::ranges::find(m_graph.terms, std::optional(term));
        return m_table.columns[static_cast<std::size_t>(found - m_graph.terms.begin())];
    }
    void countPartitions(DerivedRows& rows);
    void applyBucket(DerivedRows& rows) const;

    const ModelTable& m_table;
    TableGraph& m_graph;
    const ModelIndex& m_index;
    std::vector<std::size_t> m_partition;
    std::vector<ElementId> m_anchors; ///< entity types that the partition key determines
    std::vector<ElementId> m_from;    ///< by slot of the path: where walk() came from
    std::vector<Factor> m_factors;    ///< by slot: instances for one of where it came from
    std::vector<bool> m_reached;
    ElementId m_spread{}; ///< without an anchor: the owner of the partition key's attribute
    std::optional<double> m_perPartition; ///< of m_spread
    std::string m_missing;
};

/// Instances at `end` for one instance at `other`.
Factor RowCounter::perOther(const RelationshipType& relationship, std::size_t end,
                            std::size_t other) const
{
    const Participation& here = relationship.ends[end];
    const std::string names =
        m_index.nameOf(here.entity) + " for one " + m_index.nameOf(relationship.ends[other].entity);
    if (here.cardinality == Cardinality::One)
        return {1, 1, {}};
    Factor factor{here.average, here.maximum, {}};
    if (!factor.average) {
        const auto mine = instancesOf(here.entity);
        const auto others = instancesOf(relationship.ends[other].entity);
        if (mine && others && *others > 0 &&
            relationship.ends[other].cardinality == Cardinality::One)
            factor.average = *mine / *others;
    }
    if (!factor.maximum)
        factor.maximum = factor.average;
    if (!factor.average)
        factor.average = factor.maximum;
    factor.text = factor.average ? roundedNumber(*factor.average) + " " + names : "? " + names;
    return factor;
}

std::optional<double> RowCounter::instancesOf(ElementId entity, int depth) const
{
    const EntityType* type = m_index.entity(entity);
    if (!type || depth > 16)
        return std::nullopt;
    if (type->instances)
        return type->instances;
    if (const RelationshipType* identifying = m_index.identifying(entity)) {
        for (const Participation& end : identifying->ends) {
            if (end.entity != entity)
                continue;
            for (const Participation& owner : identifying->ends) {
                const auto owners =
                    owner.entity == entity ? std::nullopt : instancesOf(owner.entity, depth + 1);
                if (owners && end.average)
                    return *owners * *end.average;
            }
        }
    }
    return std::nullopt;
}

void RowCounter::findAnchors()
{
    for (const ElementId type : m_graph.graph.path()) {
        if (!m_index.entity(type))
            continue;
        const std::vector<std::size_t> key =
            m_graph.graph.keyOf(type, type == m_graph.graph.recursiveEntity());
        if (!key.empty() && m_graph.graph.closure(m_partition).hasAll(key))
            m_anchors.push_back(type);
    }
    if (!m_anchors.empty() || m_partition.empty())
        return;
    const std::size_t term = m_partition[0];
    const TableColumn& column = columnOf(term);
    const Term each = m_graph.graph.terms()[term];
    m_spread = m_index.attribute(each.attribute).owner;
    const auto instances = instancesOf(m_spread);
    const auto distinct = column.sizing.distinctValues;
    if (!distinct || *distinct <= 0)
        m_missing = "how many different " + column.name + " there are";
    else if (!instances)
        m_missing = "how many instances " + m_index.nameOf(m_spread) + " has";
    else
        m_perPartition = *instances / *distinct;
}

/// From the anchors along the path, noting how many of each type there are for one before.
void RowCounter::walk()
{
    const std::vector<ElementId>& path = m_graph.graph.path();
    m_from.resize(path.size());
    m_factors.resize(path.size());
    m_reached.resize(path.size());
    std::vector<ElementId> queue = m_anchors;
    if (m_spread != ElementId::None)
        queue.push_back(m_spread);
    for (const ElementId type : queue)
        m_reached[slotOf(type)] = true;
    for (std::size_t head = 0; head < queue.size(); ++head) {
        const ElementId type = queue[head];
        for (const ElementId next : m_index.neighbours(type)) {
            if (!m_graph.graph.onPath(next) || m_reached[slotOf(next)])
                continue;
            m_reached[slotOf(next)] = true;
            m_from[slotOf(next)] = type;
            Factor factor{1, 1, {}};
            if (const RelationshipType* relationship = m_index.relationship(type);
                relationship && m_index.entity(next)) {
                const ElementId before = m_from[slotOf(type)];
                std::size_t end = relationship->ends.size();
                std::size_t other = 0;
                for (std::size_t i = 0; i < relationship->ends.size(); ++i) {
                    if (relationship->ends[i].entity == next)
                        end = i;
                    else if (relationship->ends[i].entity == before)
                        other = i;
                }
                factor = perOther(*relationship, end, other);
            }
            m_factors[slotOf(next)] = factor;
            queue.push_back(next);
        }
    }
}

void RowCounter::countPartitions(DerivedRows& rows)
{
    if (m_anchors.empty()) {
        if (m_spread != ElementId::None)
            rows.partitions = columnOf(m_partition[0]).sizing.distinctValues;
        return;
    }
    // The anchor with the longest key; what is in the partition key beside it multiplies.
    const auto last = std::ranges::max_element(
        m_anchors, {}, [&](ElementId type) { return m_graph.graph.keyOf(type).size(); });
    rows.partitions = instancesOf(*last);
    const TermSet once =
        m_graph.graph.closure(m_graph.graph.keyOf(*last, *last == m_graph.graph.recursiveEntity()));
    for (const std::size_t term : m_partition) {
        if (once.has(term))
            continue;
        const auto distinct = columnOf(term).sizing.distinctValues;
        rows.partitions = rows.partitions && distinct ? std::optional(*rows.partitions * *distinct)
                                                      : std::nullopt;
    }
}

/// A bucket column splits what was counted.
void RowCounter::applyBucket(DerivedRows& rows) const
{
    for (const TableColumn& column : m_table.columns) {
        if (column.role != ColumnRole::PartitionKey || column.bucketOf.empty())
            continue;
        const BucketSource source = bucketSource(m_table, column);
        if (source.constant)
            continue;
        double buckets = source.count;
        if (source.daysOrZero > 0 && source.column) {
            const ElementId owner = m_index.attribute(source.column->attribute).owner;
            const std::size_t slot = slotOf(owner);
            // One instance a day is what a date in a key means.
            if (source.column->type == "date" && slot < m_factors.size() && m_factors[slot].average)
                buckets = *m_factors[slot].average / source.daysOrZero;
        }
        if (buckets <= 0) {
            rows.average.reset();
            rows.maximum.reset();
            rows.partitions.reset();
            rows.text += "; not known how many " + column.bucketOf + " there are";
            return;
        }
        buckets = std::max(buckets, 1.0);
        for (std::optional<double>* value : {&rows.average, &rows.maximum}) {
            if (*value)
                *value = std::max(1.0, **value / buckets);
        }
        if (rows.partitions)
            *rows.partitions *= buckets;
        rows.text += " in " + roundedNumber(buckets) + " buckets " + column.bucketOf;
    }
}

DerivedRows RowCounter::count()
{
    DerivedRows rows;
    m_partition = m_graph.termsOf(m_table, ColumnRole::PartitionKey);
    findAnchors();
    walk();
    countPartitions(rows);
    rows.average = 1;
    rows.maximum = 1;
    const TermSet once = m_graph.graph.closure(m_partition);
    std::vector<bool> counted(m_factors.size());
    const auto multiply = [&](const Factor& factor) {
        rows.average = rows.average && factor.average
                           ? std::optional(*rows.average * *factor.average)
                           : std::nullopt;
        rows.maximum = rows.maximum && factor.maximum
                           ? std::optional(*rows.maximum * *factor.maximum)
                           : std::nullopt;
        if (!factor.text.empty())
            rows.text += (rows.text.empty() ? "" : " × ") + factor.text;
    };
    const bool clustered = std::ranges::any_of(m_table.columns, [](const TableColumn& column) {
        return column.role == ColumnRole::Clustering;
    });
    if (m_spread != ElementId::None && clustered) {
        Factor factor{m_perPartition, m_perPartition, {}};
        if (m_perPartition)
            factor.text = roundedNumber(*m_perPartition) + " " + m_index.nameOf(m_spread) +
                          " for one " + columnOf(m_partition[0]).name;
        multiply(factor);
        if (!m_perPartition)
            rows.text = "not known: " + m_missing;
    }
    for (const std::size_t term : m_graph.termsOf(m_table, ColumnRole::Clustering)) {
        if (once.has(term))
            continue;
        const Term each = m_graph.graph.terms()[term];
        if (each.element)
            multiply({columnOf(term).sizing.elements, columnOf(term).sizing.maximumElements, {}});
        ElementId type = m_index.attribute(each.attribute).owner;
        std::vector<ElementId> owners{type};
        if (const RelationshipType* relationship = m_index.relationship(type)) {
            for (const Participation& end : relationship->ends)
                owners.push_back(end.entity);
        }
        for (ElementId owner : owners) {
            for (; owner != ElementId::None && m_graph.graph.onPath(owner) &&
                   m_reached[slotOf(owner)] && !counted[slotOf(owner)];
                 owner = m_from[slotOf(owner)]) {
                counted[slotOf(owner)] = true;
                if (m_from[slotOf(owner)] != ElementId::None)
                    multiply(m_factors[slotOf(owner)]);
            }
        }
    }
    if (m_anchors.empty() && m_spread == ElementId::None) {
        // A constant bucket: everything is in one partition.
        rows.partitions = 1;
        rows.average = rows.maximum = instancesOf(m_graph.finds);
        rows.text = rows.average
                        ? "all " + m_index.nameOf(m_graph.finds)
                        : "not known: how many instances " + m_index.nameOf(m_graph.finds) + " has";
    }
    if (!clustered) {
        rows.average = rows.maximum = 1;
        rows.text = "one row: the primary key is the partition key";
    } else if (!rows.average && rows.text.find("not known") == std::string::npos) {
        rows.text = "not known: " + (rows.text.empty() ? "an average" : rows.text);
    } else if (rows.text.empty()) {
        rows.text = "one row";
    }
    applyBucket(rows);
    return rows;
}

} // namespace

DerivedRows derivedRows(const Model& model, const ModelTable& table)
{
    const ModelIndex index(model);
    Result<TableGraph> graph = tableGraph(index, table);
    if (!graph)
        return {.text = "not known: its columns come from no conceptual model"};
    return RowCounter(table, *graph).count();
}

} // namespace engine::modeling
