#include "engine/modeling/mapping.h"
#include "engine/modeling/mapping_rules.h"
#include "engine/modeling/pair_check.h"

#include <algorithm>
#include <unordered_map>

/// All queries of a model at once: mapping, merging, and taking the result into the model.
namespace engine::modeling {

namespace {

/// Tables that the queries lead to, before they meet those of the model.
struct Group {
    MappedTable mapped;
    std::vector<const Query*> queries;
};

bool isKeyRole(ColumnRole role)
{
    return role == ColumnRole::PartitionKey || role == ColumnRole::Clustering;
}

std::vector<Term> keyTerms(const MappedTable& mapped)
{
    std::vector<Term> key;
    for (std::size_t i = 0; i < mapped.terms.size(); ++i) {
        if (isKeyRole(mapped.result.table.columns[i].role))
            key.push_back(mapped.terms[i]);
    }
    std::ranges::sort(key, {}, [](const Term& term) {
        return std::tuple(term.attribute, term.given, term.element);
    });
    return key;
}

/// A number for "could be merged at all": found by hash, so that 300 queries are not compared each
/// with each.
std::size_t mergeHash(const MappedTable& mapped, const Query& query)
{
    std::size_t hash = static_cast<std::size_t>(query.finds);
    for (const Term& term : keyTerms(mapped))
        hash = hash * 1000003U + static_cast<std::size_t>(term.attribute) * 4U + term.given * 2U +
               term.element;
    return hash;
}

class LogicalGenerator {
public:
    LogicalGenerator(const Model& model, const LogicalOptions& options)
        : m_index(model), m_model(model), m_options(options)
    {
        m_result.model = model;
        m_lastId = model.lastId;
    }
    LogicalResult generate();

private:
    void mapQueries();
    bool mergeInto(Group& group, MappedTable& mapped, const Query& query) const;
    void claimTables();
    void take(Group& group, ModelTable* old);
    [[nodiscard]] std::string freeName(const Group& group, ElementId self) const;
    [[nodiscard]] bool same(const ModelTable& old, const ModelTable& fresh) const;
    void renew(ModelTable& old, ModelTable fresh);
    void takeTypes(MappingResult& result);
    void takeKeyspace(const std::string& name);

    ModelIndex m_index;
    const Model& m_model;
    const LogicalOptions& m_options;
    LogicalResult m_result;
    std::vector<Group> m_groups;
    std::unordered_map<std::size_t, std::vector<std::size_t>> m_byKey;
    std::vector<std::size_t> m_claims; ///< by group: table in the model, or npos
    std::uint32_t m_lastId = 0;
    std::unordered_map<std::string, ElementId> m_names; ///< "keyspace.table" → table
};

/// Both tables have the same columns in their primary keys; the one that answers both queries
/// stays, with the columns of both.
bool LogicalGenerator::mergeInto(Group& group, MappedTable& mapped, const Query& query) const
{
    MappedTable& there = group.mapped;
    if (keyTerms(there) != keyTerms(mapped) ||
        isCounterTable(there.result.table) != isCounterTable(mapped.result.table))
        return false;
    for (const Query* other : group.queries) {
        if (!other->tableName.empty() && !query.tableName.empty() &&
            other->tableName != query.tableName)
            return false;
        // Another way to the same type gives other rows.
        if (other->finds != query.finds || other->givenRole != query.givenRole ||
            !std::ranges::is_permutation(other->via, query.via))
            return false;
    }
    if (there.result.path.size() != mapped.result.path.size() ||
        !std::ranges::is_permutation(there.result.path, mapped.result.path)) {
        // More types on the way may mean fewer rows; only what weak types bring along may differ.
        return false;
    }
    const auto serves = [&](const ModelTable& table, const Query& asked) {
        return answersByKey(m_index, asked, table, false);
    };
    bool keepOld = serves(there.result.table, query);
    if (!keepOld) {
        for (const Query* other : group.queries) {
            if (!serves(mapped.result.table, *other))
                return false;
        }
    }
    if (!keepOld) {
        std::swap(there, mapped);
        // The name of the first query's table stays if it was wished for.
        for (const Query* other : group.queries) {
            if (!other->tableName.empty())
                there.names = mapped.names;
        }
    } else if (!query.tableName.empty()) {
        there.names = mapped.names;
    }
    ModelTable& table = there.result.table;
    for (std::size_t i = 0; i < mapped.terms.size(); ++i) {
        TableColumn& column = mapped.result.table.columns[i];
        if (std::ranges::find(there.terms, mapped.terms[i]) != there.terms.end() ||
            std::ranges::find(table.columns, column.name, &TableColumn::name) !=
                table.columns.end())
            continue;
        if (column.role == ColumnRole::Static)
            column.role = ColumnRole::Regular; // the partition key may be another one
        table.columns.push_back(column);
        there.terms.push_back(mapped.terms[i]);
    }
    table.queries.clear();
    for (const Query* other : group.queries)
        table.queries.push_back(other->id);
    table.queries.push_back(query.id);
    if (table.comment != query.question && keepOld)
        table.comment += (table.comment.empty() ? "" : "; ") + query.question;
    else if (!keepOld)
        table.comment = mapped.result.table.comment + "; " + table.comment;
    for (UserType& type : mapped.result.types) {
        if (std::ranges::find(there.result.types, type.name, &UserType::name) ==
            there.result.types.end())
            there.result.types.push_back(std::move(type));
    }
    return true;
}

void LogicalGenerator::mapQueries()
{
    for (const Query& query : m_model.queries) {
        if (query.access != Access::Read)
            continue;
        auto mapped =
            mapOnIndex(m_index, query, m_options.mapping, {.lastId = m_lastId, .steps = false});
        if (!mapped) {
            m_result.verdicts.push_back(
                {Judgement::Broken, MappingRule::None, mapped.error().detail(), {query.id}});
            continue;
        }
        for (Verdict& verdict : mapped->result.verdicts) {
            if (verdict.judgement >= Judgement::Warning)
                m_result.verdicts.push_back(std::move(verdict));
        }
        m_lastId = std::max(m_lastId, mapped->result.lastId);
        const std::size_t hash = mergeHash(*mapped, query);
        bool merged = false;
        if (m_options.merge) {
            for (const std::size_t at : m_byKey[hash]) {
                if (!merged && mergeInto(m_groups[at], *mapped, query)) {
                    m_groups[at].queries.push_back(&query);
                    merged = true;
                }
            }
        }
        if (!merged) {
            m_byKey[hash].push_back(m_groups.size());
            m_groups.push_back({std::move(*mapped), {&query}});
        }
    }
}

/// Which table of the model each group renews: the one that has its first query, else another of
/// its queries.
void LogicalGenerator::claimTables()
{
    std::unordered_map<ElementId, std::vector<std::size_t>> byQuery;
    for (std::size_t i = 0; i < m_model.tables.size(); ++i) {
        if (m_model.tables[i].viewOf != ElementId::None)
            continue;
        for (const ElementId query : m_model.tables[i].queries)
            byQuery[query].push_back(i);
    }
    std::vector<bool> claimed(m_model.tables.size());
    m_claims.assign(m_groups.size(), std::string::npos);
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        for (const Query* query : m_groups[g].queries) {
            for (const std::size_t table : byQuery[query->id]) {
                if (claimed[table] || m_claims[g] != std::string::npos)
                    continue;
                claimed[table] = true;
                m_claims[g] = table;
            }
        }
    }
}

bool LogicalGenerator::same(const ModelTable& old, const ModelTable& fresh) const
{
    std::vector<const TableColumn*> columns;
    for (const TableColumn& column : old.columns) {
        if (column.rule != MappingRule::Bucket || !column.bucketOf.starts_with("constant("))
            if (column.rule == MappingRule::Bucket)
                continue;
        columns.push_back(&column);
    }
    if (columns.size() != fresh.columns.size())
        return false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const TableColumn& a = *columns[i];
        const TableColumn& b = fresh.columns[i];
        if (a.name != b.name || a.type != b.type || a.role != b.role ||
            a.descending != b.descending || a.attribute != b.attribute)
            return false;
    }
    return true;
}

/// Takes over columns and keys; what the mapping knows nothing of stays.
void LogicalGenerator::renew(ModelTable& old, ModelTable fresh)
{
    std::vector<TableColumn> columns;
    for (TableColumn& column : fresh.columns) {
        const auto before = std::ranges::find_if(old.columns, [&](const TableColumn& each) {
            return each.name == column.name && each.attribute == column.attribute;
        });
        if (before != old.columns.end()) {
            column.id = before->id;
            column.sizing = before->sizing;
            column.comment = before->comment;
        }
        columns.push_back(std::move(column));
    }
    // A bucket that somebody added stays in the partition key.
    const auto end = std::ranges::find_if(
        columns, [](const TableColumn& column) { return column.role != ColumnRole::PartitionKey; });
    auto at = end;
    for (const TableColumn& column : old.columns) {
        if (column.rule == MappingRule::Bucket && !column.bucketOf.starts_with("constant(") &&
            column.role == ColumnRole::PartitionKey &&
            std::ranges::find(columns, column.name, &TableColumn::name) == columns.end())
            at = std::next(columns.insert(at, column));
    }
    old.columns = std::move(columns);
    old.queries = std::move(fresh.queries);
    if (old.comment.empty())
        old.comment = std::move(fresh.comment);
    old.edited = false;
}

std::string LogicalGenerator::freeName(const Group& group, ElementId self) const
{
    const ModelTable& table = group.mapped.result.table;
    const auto taken = [&](const std::string& name) {
        const auto found = m_names.find(table.keyspace + "." + name);
        return found != m_names.end() && found->second != self;
    };
    for (const std::string& name : group.mapped.names) {
        if (!taken(name))
            return name;
    }
    const std::string base = group.mapped.names.back().substr(0, 44);
    for (int suffix = 2;; ++suffix) {
        std::string name = base + "_" + std::to_string(suffix);
        if (!taken(name))
            return name;
    }
}

void LogicalGenerator::takeTypes(MappingResult& result)
{
    for (UserType& type : result.types) {
        const bool there = std::ranges::any_of(m_result.model.types, [&](const UserType& each) {
            return each.keyspace == type.keyspace && each.name == type.name;
        });
        if (there)
            continue;
        type.id = ElementId{++m_lastId};
        m_result.model.types.push_back(std::move(type));
    }
}

void LogicalGenerator::takeKeyspace(const std::string& name)
{
    const bool there =
        std::ranges::any_of(m_result.model.keyspaces,
                            [&](const ModelKeyspace& keyspace) { return keyspace.name == name; });
    if (!there)
        m_result.model.keyspaces.push_back({.id = ElementId{++m_lastId}, .name = name});
}

void LogicalGenerator::take(Group& group, ModelTable* old)
{
    ModelTable& fresh = group.mapped.result.table;
    if (!old) {
        fresh.name = freeName(group, ElementId::None);
        takeKeyspace(fresh.keyspace);
        takeTypes(group.mapped.result);
        m_names[fresh.keyspace + "." + fresh.name] = fresh.id;
        m_result.added.push_back({fresh.id, fresh.keyspace + "." + fresh.name});
        m_result.model.tables.push_back(std::move(fresh));
        return;
    }
    const std::string full = old->keyspace + "." + old->name;
    std::ranges::stable_sort(fresh.columns, {}, &TableColumn::role);
    if (same(*old, fresh)) {
        old->queries = fresh.queries;
        m_result.unchanged.push_back({old->id, full});
        return;
    }
    if (old->edited && !m_options.overwriteEdited) {
        m_result.keptEdited.push_back({old->id, full});
        return;
    }
    m_names.erase(full);
    takeTypes(group.mapped.result);
    renew(*old, std::move(fresh));
    group.mapped.result.table.keyspace = old->keyspace;
    old->name = freeName(group, old->id);
    m_names[old->keyspace + "." + old->name] = old->id;
    m_result.changed.push_back({old->id, old->keyspace + "." + old->name});
}

LogicalResult LogicalGenerator::generate()
{
    mapQueries();
    claimTables();
    for (const ModelTable& table : m_model.tables)
        m_names[table.keyspace + "." + table.name] = table.id;
    // Columns merged in come after the others of their role.
    for (Group& group : m_groups)
        std::ranges::stable_sort(group.mapped.result.table.columns, {}, &TableColumn::role);
    std::vector<bool> used(m_model.tables.size());
    for (const std::size_t claim : m_claims) {
        if (claim != std::string::npos)
            used[claim] = true;
    }
    // Renewed tables first, so that new ones get the names that become free.
    for (const bool fresh : {false, true}) {
        for (std::size_t g = 0; g < m_groups.size(); ++g) {
            if ((m_claims[g] == std::string::npos) == fresh)
                take(m_groups[g], fresh ? nullptr : &m_result.model.tables[m_claims[g]]);
        }
    }
    for (std::size_t i = 0; i < m_model.tables.size(); ++i) {
        const ModelTable& table = m_model.tables[i];
        if (used[i] || table.viewOf != ElementId::None)
            continue;
        // Its queries moved to another table, or went away.
        std::erase_if(m_result.model.tables[i].queries, [&](ElementId id) {
            const Query* query = m_index.query(id);
            return !query || query->access == Access::Read;
        });
        if (m_result.model.tables[i].queries.empty())
            m_result.unused.push_back({table.id, table.keyspace + "." + table.name});
    }
    m_result.model.lastId = m_lastId;
    return std::move(m_result);
}

} // namespace

LogicalResult generateLogical(const Model& model, const LogicalOptions& options)
{
    return LogicalGenerator(model, options).generate();
}

} // namespace engine::modeling
