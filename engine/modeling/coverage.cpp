#include "engine/modeling/coverage.h"
#include "engine/cql/quote.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/modeling/pair_check.h"

#include <algorithm>

namespace engine::modeling {

std::optional<std::size_t> CoverageMatrix::bestTable(std::size_t query) const
{
    std::optional<std::size_t> best;
    for (std::size_t table = 0; table < tables.size(); ++table) {
        const CoverageCell& cell = at(query, table);
        if (!best || cell.kind < at(query, *best).kind)
            best = table;
    }
    return best;
}

CoverageMatrix coverage(const Model& model)
{
    const ModelIndex index(model);
    CoverageMatrix matrix;
    std::vector<TableShape> shapes;
    shapes.reserve(model.tables.size());
    for (const ModelTable& table : model.tables) {
        matrix.tables.push_back(table.id);
        shapes.emplace_back(index, table);
    }
    std::vector<bool> useful(shapes.size());
    for (const Query& query : model.queries) {
        if (query.access != Access::Read)
            continue;
        matrix.queries.push_back(query.id);
        bool answered = false;
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            // Nearly all pairs have nothing to do with each other: one look decides.
            const auto related = [&](ElementId id) { return shapes[i].has(id); };
            if (!std::ranges::all_of(query.equality, related) ||
                !std::ranges::all_of(query.range, related)) {
                matrix.cells.push_back({.view = model.tables[i].viewOf != ElementId::None});
                continue;
            }
            ++matrix.pairsExamined;
            matrix.cells.push_back(checkPair(index, query, shapes[i]).cell);
            if (matrix.cells.back().kind <= AnswerKind::Index) {
                answered = true;
                useful[i] = true;
            }
        }
        if (!answered)
            matrix.unanswered.push_back(query.id);
    }
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (!useful[i])
            matrix.unused.push_back(matrix.tables[i]);
    }
    return matrix;
}

CoverageCell answers(const Model& model, const Query& query, const ModelTable& table)
{
    const ModelIndex index(model);
    return checkPair(index, query, TableShape(index, table)).cell;
}

namespace {

std::string obstacleText(const Model& model, const Query& query, const ModelTable& table,
                         const PairResult& result)
{
    const std::string column = result.column ? result.column->name : std::string();
    switch (result.obstacle) {
    case Obstacle::None:
        return table.name + " has no partition key";
    case Obstacle::OtherRows:
        return "a row of " + table.name + " is not one " + elementName(model, query.finds);
    case Obstacle::MissingColumn:
        return table.name + " has no column for " + attributePath(model, result.attribute);
    case Obstacle::PartitionKey:
        return query.label + " does not give " + column + ", which is in the partition key";
    case Obstacle::Gap:
        return query.label + " gives " + column + " but not " + result.before->name +
               ", which comes before it among the clustering columns";
    case Obstacle::AfterRange:
        return query.label + " gives " + column + " after the range of " + result.before->name;
    case Obstacle::NotInKey:
        return query.label + " searches " + column + ", which is not in the primary key";
    case Obstacle::Order:
        return "rows do not come in the order of " + column;
    }
    return {};
}

} // namespace

std::string coverageReason(const Model& model, const Query& query, const ModelTable& table)
{
    const ModelIndex index(model);
    const PairResult result = checkPair(index, query, TableShape(index, table));
    const std::string view = result.cell.view ? " (a materialized view)" : "";
    switch (result.cell.kind) {
    case AnswerKind::Key:
        return table.name + view + " answers " + query.label + " from one partition by its key.";
    case AnswerKind::Partitions:
        return table.name + view + " answers " + query.label + " by its key, from " +
               (result.cell.partitions == 0 ? "several"
                                            : "up to " + std::to_string(result.cell.partitions)) +
               " partitions: one for each bucket.";
    case AnswerKind::Index:
        return table.name + view + " answers " + query.label + " by the index on " +
               result.index->target + ": " + obstacleText(model, query, table, result) +
               ", so every token range may be asked.";
    case AnswerKind::Scan:
        return table.name + view + " has the data, but " +
               obstacleText(model, query, table, result) +
               ": only ALLOW FILTERING reads it, by a scan.";
    case AnswerKind::None:
        break;
    }
    return table.name + view + " does not answer " + query.label + ": " +
           obstacleText(model, query, table, result) + ".";
}

std::optional<FailingStatement> failingStatement(const Model& model, const Query& query,
                                                 const ModelTable& table)
{
    const ModelIndex index(model);
    const TableShape shape(index, table);
    const PairResult result = checkPair(index, query, shape);
    if (result.cell.kind <= AnswerKind::Partitions || result.obstacle == Obstacle::OtherRows)
        return std::nullopt;
    const auto columnText = [&](ElementId id, bool equality) {
        const TableColumn* column = searchColumn(index, query, shape, id, equality);
        const Attribute* attribute = index.attribute(id).attribute;
        return cql::quote(column      ? column->name
                          : attribute ? snakeName(attribute->name)
                                      : std::string("unknown"));
    };
    std::string columns;
    if (!query.returns.empty()) {
        for (const ElementId id : query.returns)
            columns += (columns.empty() ? "" : ", ") + columnText(id, false);
    } else if (result.obstacle == Obstacle::MissingColumn) {
        columns = columnText(result.attribute, false);
    } else {
        columns = "*";
    }
    std::string where;
    const auto restrict = [&](const std::string& text) {
        where += (where.empty() ? " WHERE " : " AND ") + text;
    };
    for (const ElementId id : query.equality)
        restrict(columnText(id, true) + " = ?");
    for (const ElementId id : query.range) {
        restrict(columnText(id, false) + " >= ?");
        restrict(columnText(id, false) + " < ?");
    }
    std::string order;
    for (const Ordering& ordering : query.order)
        order += (order.empty() ? " ORDER BY " : ", ") + columnText(ordering.attribute, false) +
                 (ordering.descending ? " DESC" : " ASC");
    FailingStatement failing;
    failing.cql = "SELECT " + columns + " FROM " + cql::quote(table.keyspace) + "." +
                  cql::quote(table.name) + where + order + ";";
    const std::string column = result.column ? result.column->name : std::string();
    static const std::string kFiltering =
        "Cannot execute this query as it might involve data filtering and thus may have "
        "unpredictable performance. If you want to execute this query despite the performance "
        "unpredictability, use ALLOW FILTERING";
    switch (result.obstacle) {
    case Obstacle::MissingColumn:
        failing.rule = MappingRule::MR1;
        failing.error = "Undefined column name " + columnText(result.attribute, false) +
                        " in table " + cql::quote(table.keyspace) + "." + cql::quote(table.name);
        break;
    case Obstacle::Gap:
        failing.rule = std::ranges::find(query.range, result.column->attribute) != query.range.end()
                           ? MappingRule::MR3
                           : MappingRule::MR2;
        failing.error = "PRIMARY KEY column \"" + column +
                        "\" cannot be restricted as preceding column \"" + result.before->name +
                        "\" is not restricted";
        break;
    case Obstacle::AfterRange:
        failing.rule = MappingRule::MR3;
        failing.error = "Clustering column \"" + column +
                        "\" cannot be restricted (preceding column \"" + result.before->name +
                        "\" is restricted by a non-EQ relation)";
        break;
    case Obstacle::Order:
        failing.rule = MappingRule::MR4;
        failing.error =
            result.column->role == ColumnRole::Clustering
                ? "Order by currently only supports the ordering of columns following their "
                  "declared order in the PRIMARY KEY"
                : "Order by is currently only supported on the clustered columns of the PRIMARY "
                  "KEY, got " +
                      column;
        break;
    default:
        failing.rule = MappingRule::MR2;
        failing.error = query.order.empty() || result.obstacle != Obstacle::PartitionKey
                            ? kFiltering
                            : "ORDER BY is only supported when the partition key is restricted by "
                              "an EQ or an IN.";
    }
    return failing;
}

} // namespace engine::modeling
