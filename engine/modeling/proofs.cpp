#include "engine/modeling/coverage.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/modeling/notation.h"
#include "engine/modeling/table_graph.h"

#include <algorithm>

namespace engine::modeling {

namespace {

/// What the columns of a table need to be determined: all of them and the key of what is found.
std::vector<std::size_t> neededTerms(TableGraph& graph)
{
    std::vector<std::size_t> needed = graph.graph.keyOf(graph.finds);
    for (std::size_t i = 0; i < graph.terms.size(); ++i) {
        if (graph.terms[i] && !graph.nested[i])
            needed.push_back(*graph.terms[i]);
    }
    return needed;
}

/// The fewest key attributes that make the primary key determine everything.
std::vector<std::size_t> missingTerms(TableGraph& graph, const std::vector<std::size_t>& key,
                                      const std::vector<std::size_t>& needed)
{
    std::vector<std::size_t> candidates = graph.graph.keyOf(graph.finds);
    for (const std::size_t term : std::vector(needed)) {
        const Term each = graph.graph.terms()[term];
        const ElementId owner = graph.graph.index().attribute(each.attribute).owner;
        const std::vector<std::size_t> more = graph.graph.keyOf(owner, each.given);
        candidates.insert(candidates.end(), more.begin(), more.end());
        if (each.element)
            candidates.push_back(term);
    }
    std::vector<std::size_t> added;
    const auto reaches = [&](const std::vector<std::size_t>& extra) {
        std::vector<std::size_t> all = key;
        all.insert(all.end(), extra.begin(), extra.end());
        return graph.graph.closure(all);
    };
    for (const std::size_t candidate : candidates) {
        const TermSet now = reaches(added);
        if (now.hasAll(needed))
            break;
        if (!now.has(candidate))
            added.push_back(candidate);
    }
    for (std::size_t i = added.size(); i-- > 0;) {
        std::vector<std::size_t> fewer = added;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (reaches(fewer).hasAll(needed))
            added = std::move(fewer);
    }
    return added;
}

/// The two rows, and in words what happens.
void fillProof(UniquenessProof& proof, TableGraph& graph, const ModelTable& table,
               const TermSet& same, const std::vector<std::size_t>& missing)
{
    const ModelIndex& index = graph.graph.index();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const TableColumn& column = table.columns[i];
        const bool inKey =
            column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering;
        const bool equal = inKey || (graph.terms[i] && same.has(*graph.terms[i]));
        proof.columns.push_back(column.name);
        proof.first.push_back(sampleValue(column.name, column.type, 0));
        proof.second.push_back(sampleValue(column.name, column.type, equal ? 0 : 1));
    }
    std::vector<Term> terms;
    for (const std::size_t term : missing)
        terms.push_back(graph.graph.terms()[term]);
    TermTypes types{.keyspace = table.keyspace};
    const std::vector<std::string> names =
        columnNames(graph.graph, graph.finds, terms, std::vector<bool>(terms.size(), true));
    for (std::size_t i = 0; i < terms.size(); ++i) {
        // A missing key attribute may be there as a plain column, under its own name.
        const auto there = std::ranges::find(graph.terms, std::optional(missing[i]));
        if (there != graph.terms.end()) {
            proof.missing.push_back(
                table.columns[static_cast<std::size_t>(there - graph.terms.begin())].name);
            continue;
        }
        proof.missing.push_back(names[i]);
        const std::string type = termType(index, terms[i], types);
        proof.columns.push_back(names[i]);
        proof.first.push_back(sampleValue(names[i], type, 0));
        proof.second.push_back(sampleValue(names[i], type, 1));
    }
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return text;
}

} // namespace

UniquenessProof uniquenessProof(const Model& model, const ModelTable& table)
{
    UniquenessProof proof;
    const ModelIndex index(model);
    Result<TableGraph> made = tableGraph(index, table);
    if (!made) {
        proof.text = "Its columns come from no conceptual model, so nothing says whether " +
                     keyNotation(table) + " keeps rows apart.";
        return proof;
    }
    TableGraph& graph = *made;
    const std::string found = index.nameOf(graph.finds);
    // A column of the user's own in the key may keep rows apart in a way that the model cannot
    // know.
    const bool ownKeyColumn = std::ranges::any_of(table.columns, [](const TableColumn& column) {
        return (column.role == ColumnRole::PartitionKey || column.role == ColumnRole::Clustering) &&
               column.attribute == ElementId::None && column.bucketOf.empty();
    });
    const std::vector<std::size_t> key = graph.primaryKey(table);
    const std::vector<std::size_t> needed = neededTerms(graph);
    const std::vector<std::size_t> missing = missingTerms(graph, key, needed);
    const TermSet same = graph.graph.closure(key);
    if (same.hasAll(needed) || ownKeyColumn) {
        // A static column has one value a partition: the partition key must determine it.
        const std::vector<std::size_t> partition = graph.termsOf(table, ColumnRole::PartitionKey);
        const TermSet once = graph.graph.closure(partition);
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (table.columns[i].role != ColumnRole::Static || !graph.terms[i] || graph.nested[i] ||
                once.has(*graph.terms[i]))
                continue;
            proof.unique = false;
            fillProof(proof, graph, table, once, {});
            for (std::size_t k = 0; k < table.columns.size(); ++k) {
                if (table.columns[k].role == ColumnRole::Clustering)
                    proof.second[k] = sampleValue(proof.columns[k], table.columns[k].type, 1);
            }
            proof.text = table.columns[i].name +
                         " is static, but one partition has several: writing the second row "
                         "changes it for the first. Make it a regular column.";
            return proof;
        }
        proof.text = ownKeyColumn && !same.hasAll(needed)
                         ? "A key column of your own keeps rows apart; the model cannot check it."
                         : "The primary key " + keyNotation(table) +
                               " determines every column: no " + found + " overwrites another.";
        return proof;
    }
    proof.unique = false;
    fillProof(proof, graph, table, same, missing);
    proof.text = "Two different " + pluralName(snakeName(found)) + " have the same primary key " +
                 keyNotation(table) + ": the second INSERT silently overwrites the first row.";
    proof.text += proof.missing.empty() ? " " + found + " has no key: mark its key attributes."
                                        : " Add " + listed(proof.missing) + " to the primary key.";
    return proof;
}

std::vector<Verdict> checkOverride(const Model& model, const ModelTable& changed)
{
    std::vector<Verdict> verdicts;
    const ModelTable* before = findTable(model, changed.id);
    const UniquenessProof now = uniquenessProof(model, changed);
    const UniquenessProof was = before ? uniquenessProof(model, *before) : UniquenessProof{};
    if (!now.unique && was.unique)
        verdicts.push_back({Judgement::Broken, MappingRule::MR5, now.text, {changed.id}});
    else if (now.unique && !was.unique)
        verdicts.push_back({Judgement::Good, MappingRule::MR5, now.text, {changed.id}});
    const ModelIndex index(model);
    const TableShape shape(index, changed);
    for (const Query& query : model.queries) {
        if (query.access != Access::Read)
            continue;
        const CoverageCell cell = checkPair(index, query, shape).cell;
        const CoverageCell cellBefore =
            before ? checkPair(index, query, TableShape(index, *before)).cell : CoverageCell{};
        if (cell.kind == cellBefore.kind && cell.partitions == cellBefore.partitions)
            continue;
        const bool better =
            cell.kind < cellBefore.kind ||
            (cell.kind == cellBefore.kind && cell.partitions != 0 &&
             (cellBefore.partitions == 0 || cell.partitions < cellBefore.partitions));
        const bool byKeyBefore = cellBefore.kind <= AnswerKind::Partitions;
        MappingRule rule = MappingRule::MR2;
        std::string text = coverageReason(model, query, changed);
        if (const auto failing = failingStatement(model, query, changed); failing && !better) {
            rule = failing->rule;
            text += " Cassandra says: " + failing->error;
        }
        const Judgement judgement = better                                ? Judgement::Good
                                    : cell.kind <= AnswerKind::Partitions ? Judgement::Note
                                    : byKeyBefore                         ? Judgement::Broken
                                                                          : Judgement::Warning;
        verdicts.push_back({judgement, rule, std::move(text), {query.id, changed.id}});
    }
    std::ranges::stable_sort(verdicts, std::greater<>(), &Verdict::judgement);
    return verdicts;
}

} // namespace engine::modeling
