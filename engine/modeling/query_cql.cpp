#include "engine/modeling/query_cql.h"
#include "engine/cql/quote.h"
#include "engine/modeling/advice.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/modeling/pair_check.h"

#include <algorithm>

namespace engine::modeling {

namespace {

std::string fullName(const ModelTable& table)
{
    return cql::quote(table.keyspace) + "." + cql::quote(table.name);
}

/// A named marker has the rules of an identifier.
std::string markerFor(const std::string& name)
{
    return ":" + cql::quote(name);
}

bool isKeyColumn(const TableColumn& column)
{
    return column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering;
}

/// One "a = :a" a column that `of` takes.
template <class Takes>
std::string conditions(const ModelTable& table, Takes takes, const char* between)
{
    std::string text;
    for (const TableColumn& column : table.columns) {
        if (takes(column))
            text += (text.empty() ? "" : between) + cql::quote(column.name) + " = " +
                    markerFor(column.name);
    }
    return text;
}

std::string constantOf(const TableColumn& column)
{
    const std::size_t open = column.bucketOf.find('(');
    return column.bucketOf.substr(open + 1, column.bucketOf.size() - open - 2);
}

/// Builds SELECT for one query on one table.
class SelectText {
public:
    SelectText(const ModelIndex& index, const Query& query, const TableShape& shape)
        : m_index(index), m_query(query), m_shape(shape)
    {
    }

    std::string make()
    {
        const PairResult result = checkPair(m_index, m_query, m_shape);
        std::string columns;
        for (const ElementId id : m_query.returns) {
            const TableColumn* column = returned(id);
            if (column && columns.find(cql::quote(column->name)) == std::string::npos)
                columns += (columns.empty() ? "" : ", ") + cql::quote(column->name);
        }
        if (columns.empty())
            columns = "*";
        restrictions();
        std::string text = "SELECT " + columns + "\nFROM " + fullName(m_shape.table());
        if (!m_where.empty())
            text += "\nWHERE " + m_where;
        text += order();
        if (m_query.unique && result.cell.kind != AnswerKind::Key)
            text += "\nLIMIT 1";
        if (result.cell.kind == AnswerKind::Scan)
            text += "\nALLOW FILTERING";
        return m_comment + text + ";";
    }

private:
    const TableColumn* returned(ElementId id) const
    {
        const std::vector<const TableColumn*> columns = m_shape.columnsOf(id);
        return columns.empty() ? nullptr : columns.back();
    }
    void restrict(const std::string& text)
    {
        m_where += (m_where.empty() ? "" : "\n  AND ") + text;
    }
    void restrictions()
    {
        std::vector<std::string> done;
        const auto equal = [&](const TableColumn& column, const std::string& value) {
            if (std::ranges::find(done, column.name) != done.end())
                return;
            done.push_back(column.name);
            restrict(cql::quote(column.name) + " = " + value);
        };
        // In the order of the key, as people write it.
        for (const TableColumn& column : m_shape.table().columns) {
            if (column.role == ColumnRole::PartitionKey && !column.bucketOf.empty() &&
                !isGiven(column)) {
                if (column.bucketOf.starts_with("constant(")) {
                    equal(column, constantOf(column));
                    continue;
                }
                m_comment += "-- " + column.name + " is " + column.bucketOf +
                             ": one statement for each bucket that the range touches.\n";
                equal(column, markerFor(column.name));
                continue;
            }
            for (const ElementId id : m_query.equality) {
                if (searchColumn(m_index, m_query, m_shape, id, true) != &column)
                    continue;
                if (isCollectionType(column.type) && !isKeyColumn(column)) {
                    restrict(cql::quote(column.name) + " CONTAINS " +
                             markerFor(singularName(column.name)));
                    done.push_back(column.name);
                } else {
                    equal(column, markerFor(column.name));
                }
            }
            for (const ElementId id : m_query.range) {
                if (searchColumn(m_index, m_query, m_shape, id, false) != &column ||
                    std::ranges::find(done, column.name) != done.end())
                    continue;
                done.push_back(column.name);
                restrict(cql::quote(column.name) + " >= " + markerFor(column.name + "_from"));
                restrict(cql::quote(column.name) + " < " + markerFor(column.name + "_to"));
            }
        }
    }
    bool isGiven(const TableColumn& column) const
    {
        return column.attribute != ElementId::None &&
               std::ranges::find(m_query.equality, column.attribute) != m_query.equality.end();
    }
    /// Only where it is not the table's own order: that one needs no words.
    std::string order() const
    {
        std::string text;
        bool turned = false;
        for (const Ordering& ordering : m_query.order) {
            const TableColumn* column =
                searchColumn(m_index, m_query, m_shape, ordering.attribute, false);
            if (!column || column->role != ColumnRole::Clustering ||
                std::ranges::find(m_query.equality, ordering.attribute) != m_query.equality.end())
                continue;
            turned = turned || column->descending != ordering.descending;
            text += (text.empty() ? "\nORDER BY " : ", ") + cql::quote(column->name) +
                    (ordering.descending ? " DESC" : " ASC");
        }
        return turned ? text : std::string();
    }

    const ModelIndex& m_index;
    const Query& m_query;
    const TableShape& m_shape;
    std::string m_where;
    std::string m_comment;
};

} // namespace

std::string selectCql(const Model& model, const Query& query, const ModelTable& table)
{
    const ModelIndex index(model);
    return SelectText(index, query, TableShape(index, table)).make();
}

std::string insertCql(const ModelTable& table)
{
    if (isCounterTable(table))
        return updateCql(table); // counters are never inserted
    std::string names;
    std::string values;
    for (const TableColumn& column : table.columns) {
        names += (names.empty() ? "" : ", ") + cql::quote(column.name);
        values += (values.empty() ? "" : ", ") + (column.bucketOf.starts_with("constant(")
                                                      ? constantOf(column)
                                                      : markerFor(column.name));
    }
    return "INSERT INTO " + fullName(table) + " (" + names + ")\nVALUES (" + values + ");";
}

std::string updateCql(const ModelTable& table)
{
    std::string set;
    for (const TableColumn& column : table.columns) {
        if (isKeyColumn(column))
            continue;
        const std::string name = cql::quote(column.name);
        set += (set.empty() ? "" : ", ") + name + " = " +
               (column.type == "counter" ? name + " + " + markerFor(column.name)
                                         : markerFor(column.name));
    }
    if (set.empty())
        return {}; // all columns are in the key: there is nothing to update
    return "UPDATE " + fullName(table) + "\nSET " + set + "\nWHERE " +
           conditions(table, isKeyColumn, " AND ") + ";";
}

std::string deleteCql(const ModelTable& table)
{
    return "DELETE FROM " + fullName(table) + "\nWHERE " + conditions(table, isKeyColumn, " AND ") +
           ";";
}

std::vector<DuplicateAttribute> duplicateMap(const Model& model)
{
    std::vector<DuplicateAttribute> all;
    std::map<ElementId, std::size_t> at;
    for (const ModelTable& table : model.tables) {
        if (table.viewOf != ElementId::None)
            continue;
        for (const TableColumn& column : table.columns) {
            if (column.attribute == ElementId::None)
                continue;
            const auto [found, fresh] = at.emplace(column.attribute, all.size());
            if (fresh)
                all.push_back({.attribute = column.attribute});
            all[found->second].copies.push_back({table.id, column.id, isKeyColumn(column)});
        }
    }
    std::erase_if(all, [](const DuplicateAttribute& each) {
        return std::ranges::all_of(each.copies, [&](const DuplicateAttribute::Copy& copy) {
            return copy.table == each.copies[0].table;
        });
    });
    return all;
}

namespace {

/// Several statements as one logged batch; counters have a batch of their own.
std::string batched(const std::vector<std::string>& statements, bool counters)
{
    std::vector<std::string> there;
    for (const std::string& statement : statements) {
        if (!statement.empty())
            there.push_back(statement);
    }
    if (there.empty())
        return {};
    if (there.size() == 1)
        return there[0];
    std::string text = counters ? "BEGIN COUNTER BATCH\n" : "BEGIN BATCH\n";
    for (const std::string& statement : there) {
        text += "    ";
        for (const char c : statement)
            text += c == '\n' ? std::string("\n    ") : std::string(1, c);
        text += '\n';
    }
    return text + "APPLY BATCH;";
}

/// The plan for one type.
class PlanMaker {
public:
    PlanMaker(const ModelIndex& index, ElementId type) : m_index(index)
    {
        m_plan.of = type;
        for (const ModelTable& table : index.model().tables) {
            if (table.viewOf != ElementId::None || !holds(table))
                continue;
            m_plan.tables.push_back(table.id);
            const WriteCost cost = writeCost(index.model(), table);
            m_plan.rows += cost.rows;
            m_plan.replicaRows += cost.replicaRows;
            (isCounterTable(table) ? m_counters : m_tables).push_back(&table);
        }
        for (const Query& query : index.model().queries) {
            if (query.access == Access::Write && query.finds == type)
                m_plan.callsPerSecond += query.callsPerSecond;
        }
    }

    std::optional<WritePlan> make()
    {
        if (m_plan.tables.empty())
            return std::nullopt;
        m_plan.insert = text(insertCql);
        m_plan.update = text(updateCql);
        m_plan.erase = text(deleteCql);
        m_plan.advice = advice() + elsewhere();
        return std::move(m_plan);
    }

private:
    /// Whether a row of it is one instance of the type.
    bool holds(const ModelTable& table) const
    {
        for (const ElementId id : table.queries) {
            const Query* query = m_index.query(id);
            if (query && query->finds == m_plan.of)
                return true;
        }
        return false;
    }
    std::string text(std::string (*statement)(const ModelTable&)) const
    {
        std::vector<std::string> plain;
        std::vector<std::string> counters;
        for (const ModelTable* table : m_tables)
            plain.push_back(statement(*table));
        for (const ModelTable* table : m_counters)
            counters.push_back(statement(*table));
        const std::string first = batched(plain, false);
        const std::string second = batched(counters, true);
        return first.empty() || second.empty() ? first + second : first + "\n\n" + second;
    }
    /// Copies in rows that are something else: a guest's name in each reservation.
    std::string elsewhere() const
    {
        std::string copies;
        for (const ModelTable& table : m_index.model().tables) {
            if (table.viewOf != ElementId::None ||
                std::ranges::find(m_plan.tables, table.id) != m_plan.tables.end())
                continue;
            for (const TableColumn& column : table.columns) {
                const ModelIndex::Owned& owned = m_index.attribute(column.attribute);
                if (!owned.attribute || owned.attribute->key || owned.owner != m_plan.of)
                    continue;
                copies += (copies.empty() ? "" : ", ") + table.name + "." + column.name +
                          (isKeyColumn(column) ? " (in the key)" : "");
            }
        }
        if (copies.empty())
            return {};
        return " Rows of other tables copy it: " + copies +
               ". A change there is one statement a row, found by a query of its own.";
    }
    std::string advice() const
    {
        const std::string name = m_index.nameOf(m_plan.of);
        const std::size_t copies = m_tables.size();
        if (copies <= 1)
            return m_counters.empty()
                       ? "One table holds " + name + ": a single statement, no batch."
                       : "Counters are updated by their own statement, never in a batch with "
                         "other columns, and not safely repeated after a timeout.";
        std::string text =
            "A write of " + name + " goes to " + std::to_string(copies) +
            " tables in one logged batch: all copies or none, at the cost of writing the batch to "
            "two other nodes first. It spans partitions, so keep it to these statements.";
        std::vector<std::string> moving;
        for (const ModelTable* table : m_tables) {
            for (const TableColumn& column : table->columns) {
                const ModelIndex::Owned& owned = m_index.attribute(column.attribute);
                if (isKeyColumn(column) && owned.attribute && !owned.attribute->key &&
                    owned.owner == m_plan.of &&
                    std::ranges::find(moving, column.name) == moving.end())
                    moving.push_back(column.name);
            }
        }
        if (!moving.empty()) {
            text += " To change ";
            for (std::size_t i = 0; i < moving.size(); ++i)
                text += (i ? ", " : "") + moving[i];
            text += ", which is in a key, read the old value, then delete the old row and insert "
                    "the new one in the same batch; guard it with IF on the table of its own key "
                    "where two writers may meet.";
        }
        return text;
    }

    const ModelIndex& m_index;
    WritePlan m_plan;
    std::vector<const ModelTable*> m_tables;
    std::vector<const ModelTable*> m_counters;
};

} // namespace

std::vector<WritePlan> writePlans(const Model& model)
{
    const ModelIndex index(model);
    std::vector<WritePlan> plans;
    const auto add = [&](ElementId type) {
        if (auto plan = PlanMaker(index, type).make())
            plans.push_back(std::move(*plan));
    };
    for (const EntityType& entity : model.entities)
        add(entity.id);
    for (const RelationshipType& relationship : model.relationships)
        add(relationship.id);
    return plans;
}

std::string queryStatements(const Model& model, const Query& query)
{
    const ModelIndex index(model);
    if (query.access == Access::Write) {
        const auto plan = PlanMaker(index, query.finds).make();
        return plan ? plan->insert : "-- No table holds " + index.nameOf(query.finds) + " yet.";
    }
    const ModelTable* best = nullptr;
    CoverageCell bestCell;
    for (const ModelTable& table : model.tables) {
        const CoverageCell cell = checkPair(index, query, TableShape(index, table)).cell;
        if (cell.kind != AnswerKind::None && (!best || cell.kind < bestCell.kind)) {
            best = &table;
            bestCell = cell;
        }
    }
    if (!best)
        return "-- No table answers " + query.label + ".";
    return SelectText(index, query, TableShape(index, *best)).make();
}

} // namespace engine::modeling
