#include "engine/cql/diagnostics.h"

#include "engine/cql/quote.h"
#include "engine/cql/resilient_script.h"
#include "engine/cql/script.h"
#include "engine/cql/text_util.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace engine::cql {

namespace {

/// The names that are close to `name`: at most two letters differ (Levenshtein).
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

/// Checks the statements of one script against the schema, and what the script itself changes.
class SchemaChecker {
public:
    SchemaChecker(std::string_view script, const SchemaProvider& schema,
                  std::vector<Diagnostic>& out)
        : m_script(script), m_schema(schema), m_out(out), m_keyspace(schema.currentKeyspace())
    {
        for (auto& name : schema.keyspaces())
            m_keyspaces.insert(std::move(name));
    }

    void check(const Statement& statement)
    {
        switch (statement.kind) {
        case StatementKind::Use:
            use(statement.as<ParsedUse>());
            break;
        case StatementKind::CreateKeyspace:
            m_keyspaces.insert(std::string{statement.as<ParsedCreateKeyspace>().keyspace});
            break;
        case StatementKind::CreateTable:
            createTable(statement.as<ParsedCreateTable>());
            break;
        case StatementKind::AlterTable:
            // What it will look like is not worth knowing: believe what the rest of the script
            // says.
            m_unknowable.insert(key(keyspaceOf(statement.as<ParsedAlterTable>().table),
                                    statement.as<ParsedAlterTable>().table.name));
            break;
        case StatementKind::CreateView: {
            const auto& view = statement.as<ParsedCreateView>();
            m_unknowable.insert(key(keyspaceOf(view.view), view.view.name));
            (void)table(view.base);
            break;
        }
        case StatementKind::Select:
            select(statement.as<ParsedSelect>());
            break;
        case StatementKind::Insert:
            insert(statement.as<ParsedInsert>());
            break;
        case StatementKind::InsertJson:
            (void)table(statement.as<ParsedInsertJson>().table);
            break;
        case StatementKind::Update:
            update(statement.as<ParsedUpdate>());
            break;
        case StatementKind::Delete:
            deleteRows(statement.as<ParsedDelete>());
            break;
        case StatementKind::Truncate:
            (void)table(statement.as<ParsedTruncate>().table);
            break;
        case StatementKind::CreateIndex:
            (void)table(statement.as<ParsedCreateIndex>().table);
            break;
        case StatementKind::Batch:
            for (const Statement* inner : statement.as<ParsedBatch>().statements)
                check(*inner);
            break;
        default:
            break;
        }
    }

private:
    static std::string key(std::string_view keyspace, std::string_view table)
    {
        return fmt::format("{}.{}", keyspace, table);
    }
    std::string keyspaceOf(const QualifiedName& name) const
    {
        return name.keyspace.empty() ? m_keyspace : std::string{name.keyspace};
    }

    Diagnostic& report(Severity severity, SourceRange range, std::string message)
    {
        m_out.push_back({severity, range, std::move(message), {}});
        return m_out.back();
    }

    /// Offers the closest of `names` in place of `range`.
    template <class Names>
    static void suggest(Diagnostic& diagnostic, std::string_view wrong, const Names& names)
    {
        std::string best;
        std::size_t distance = wrong.size() <= 3 ? 2 : wrong.size() / 3 + 2;
        for (const auto& name : names) {
            const std::size_t found = editDistance(wrong, name);
            if (found < distance) {
                distance = found;
                best = name;
            }
        }
        if (!best.empty())
            diagnostic.fixes.push_back(
                {fmt::format("Change to {}", best), diagnostic.range, quote(best)});
    }

    void use(const ParsedUse& statement)
    {
        m_keyspace = statement.keyspace;
        if (m_keyspaces.count(m_keyspace) != 0)
            return;
        const SourceRange last = lastWord(statement.range);
        suggest(report(Severity::Error, last,
                       fmt::format("There is no keyspace {}.", quote(m_keyspace))),
                m_keyspace, m_keyspaces);
    }

    void createTable(const ParsedCreateTable& statement)
    {
        KnownTable made;
        made.keyspace = keyspaceOf(statement.table);
        made.name = statement.table.name;
        std::vector<std::string_view> partitionKey;
        std::vector<std::string_view> clustering;
        for (const auto& primary : statement.primaryKeys) {
            partitionKey.assign(primary.partitionKey.begin(), primary.partitionKey.end());
            clustering.assign(primary.clustering.begin(), primary.clustering.end());
        }
        const auto kindOf = [&](const ColumnDefinition& column) {
            if (column.isPrimaryKey || std::find(partitionKey.begin(), partitionKey.end(),
                                                 column.name) != partitionKey.end())
                return KnownColumn::Kind::PartitionKey;
            if (std::find(clustering.begin(), clustering.end(), column.name) != clustering.end())
                return KnownColumn::Kind::Clustering;
            return column.isStatic ? KnownColumn::Kind::Static : KnownColumn::Kind::Regular;
        };
        for (const auto& column : statement.columns)
            made.columns.push_back({std::string{column.name}, "", kindOf(column), false});
        std::stable_sort(
            made.columns.begin(), made.columns.end(),
            [](const KnownColumn& a, const KnownColumn& b) { return a.kind < b.kind; });
        if (!made.keyspace.empty() && m_keyspaces.count(made.keyspace) == 0 &&
            !statement.table.keyspace.empty())
            suggest(report(Severity::Error, statement.table.range,
                           fmt::format("There is no keyspace {}.", quote(made.keyspace))),
                    made.keyspace, m_keyspaces);
        m_created[key(made.keyspace, made.name)] = std::move(made);
    }

    /// The table's definition; none if it is unknown (reported) or unknowable.
    std::optional<KnownTable> table(const QualifiedName& name)
    {
        const std::string keyspace = keyspaceOf(name);
        const SourceRange range = name.range.empty() ? SourceRange{0, 1} : name.range;
        if (keyspace.empty()) {
            auto& made =
                report(Severity::Error, range,
                       "No keyspace is chosen: write keyspace.table, or USE a keyspace first.");
            if (m_keyspaces.size() == 1)
                made.fixes.push_back({fmt::format("Use {}", *m_keyspaces.begin()),
                                      {range.begin, range.begin},
                                      quote(*m_keyspaces.begin()) + "."});
            return std::nullopt;
        }
        if (m_unknowable.count(key(keyspace, name.name)) != 0)
            return std::nullopt;
        if (const auto made = m_created.find(key(keyspace, name.name)); made != m_created.end())
            return made->second;
        if (m_keyspaces.count(keyspace) == 0) {
            const SourceRange word = firstWord(range);
            auto& made = report(Severity::Error, name.keyspace.empty() ? range : word,
                                fmt::format("There is no keyspace {}.", quote(keyspace)));
            if (!name.keyspace.empty())
                suggest(made, keyspace, m_keyspaces);
            return std::nullopt;
        }
        auto known = m_schema.table(keyspace, name.name);
        if (!known) {
            std::vector<std::string> names;
            for (const auto& other : m_schema.tables(keyspace))
                names.push_back(other.name);
            suggest(report(Severity::Error, lastWord(range),
                           fmt::format("There is no table {} in keyspace {}.", quote(name.name),
                                       quote(keyspace))),
                    name.name, names);
        }
        return known;
    }

    static const KnownColumn* find(const KnownTable& table, std::string_view name)
    {
        for (const auto& column : table.columns) {
            if (column.name == name)
                return &column;
        }
        return nullptr;
    }

    void column(const KnownTable& table, std::string_view name, SourceRange range)
    {
        if (range.empty() || find(table, name) != nullptr)
            return;
        std::vector<std::string> names;
        for (const auto& known : table.columns)
            names.push_back(known.name);
        suggest(report(Severity::Error, range,
                       fmt::format("Table {}.{} has no column {}.", quote(table.keyspace),
                                   quote(table.name), quote(name))),
                name, names);
    }

    void term(const KnownTable& table, const Term& checked)
    {
        if (checked.kind == TermKind::Column)
            column(table, checked.text, checked.range);
        for (const Term& item : checked.items)
            term(table, item);
    }

    void relations(const KnownTable& table, std::span<const Relation> where)
    {
        for (const auto& relation : where) {
            if (relation.kind == Relation::Kind::Expression)
                continue;
            for (const auto name : relation.names) {
                const SourceRange range =
                    relation.names.size() == 1 && relation.kind != Relation::Kind::Token
                        ? firstWord(relation.range)
                        : relation.range;
                column(table, name, range);
            }
        }
    }

    /// The partition-key columns that no relation names.
    static std::vector<std::string> missingKey(const KnownTable& table,
                                               std::span<const Relation> where)
    {
        std::vector<std::string> out;
        for (const auto& known : table.columns) {
            if (known.kind != KnownColumn::Kind::PartitionKey)
                continue;
            const bool named =
                std::any_of(where.begin(), where.end(), [&](const Relation& relation) {
                    return std::find(relation.names.begin(), relation.names.end(), known.name) !=
                           relation.names.end();
                });
            if (!named)
                out.push_back(known.name);
        }
        return out;
    }

    static std::string listed(const std::vector<std::string>& names)
    {
        std::string out;
        for (const auto& name : names)
            out += (out.empty() ? "" : ", ") + quote(name);
        return out;
    }

    static std::string comparisons(const std::vector<std::string>& names)
    {
        std::string out;
        for (const auto& name : names)
            out += (out.empty() ? "" : " AND ") + quote(name) + " = ?";
        return out;
    }

    void select(const ParsedSelect& statement)
    {
        const auto known = table(statement.table);
        if (!known)
            return;
        for (const auto& selector : statement.selectors)
            term(*known, selector.term);
        for (const auto& group : statement.groupBy)
            term(*known, group);
        for (const auto& ordering : statement.orderBy)
            column(*known, ordering.column, firstWord(ordering.range));
        relations(*known, statement.where);
        if (statement.where.empty() || statement.allowFiltering)
            return;
        const auto missing = missingKey(*known, statement.where);
        if (missing.empty())
            return;
        // A token() range, an indexed column or a custom expression can do without the key.
        for (const auto& relation : statement.where) {
            if (relation.kind == Relation::Kind::Expression)
                return;
            for (const auto name : relation.names) {
                const auto* named = find(*known, name);
                if (named == nullptr || named->indexed)
                    return;
            }
        }
        auto& made =
            report(Severity::Error, statement.where.front().range,
                   fmt::format("WHERE names no value for {}, which {} the partition key: Cassandra "
                               "would have to read every "
                               "partition.",
                               listed(missing), missing.size() == 1 ? "belongs to" : "belong to"));
        const SourceRange first = statement.where.front().range;
        made.fixes.push_back({fmt::format("Add {}", comparisons(missing)),
                              {first.begin, first.begin},
                              comparisons(missing) + " AND "});
        made.fixes.push_back({"Add ALLOW FILTERING",
                              {statement.range.end, statement.range.end},
                              " ALLOW FILTERING"});
    }

    void insert(const ParsedInsert& statement)
    {
        const auto known = table(statement.table);
        if (statement.columns.size() != statement.values.size())
            report(Severity::Error, statement.range,
                   fmt::format("{} columns, but {} values.", statement.columns.size(),
                               statement.values.size()));
        if (!known)
            return;
        for (std::size_t i = 0; i < statement.columns.size(); ++i)
            column(*known, statement.columns[i], statement.columnRanges[i]);
        std::vector<std::string> missing;
        for (const auto& expected : known->columns) {
            const bool key = expected.kind == KnownColumn::Kind::PartitionKey ||
                             expected.kind == KnownColumn::Kind::Clustering;
            if (expected.kind == KnownColumn::Kind::Clustering &&
                onlyStatics(*known, statement.columns))
                continue;
            if (key && std::find(statement.columns.begin(), statement.columns.end(),
                                 expected.name) == statement.columns.end())
                missing.push_back(expected.name);
        }
        if (!missing.empty())
            report(Severity::Error, statement.table.range,
                   fmt::format("INSERT needs every column of the primary key; missing: {}.",
                               listed(missing)));
    }

    static bool onlyStatics(const KnownTable& table, std::span<const std::string_view> columns)
    {
        return std::all_of(columns.begin(), columns.end(), [&](std::string_view name) {
            const auto* known = find(table, name);
            return known != nullptr && (known->kind == KnownColumn::Kind::PartitionKey ||
                                        known->kind == KnownColumn::Kind::Static);
        });
    }

    void keyOfModification(const KnownTable& known, std::span<const Relation> where,
                           const char* verb)
    {
        relations(known, where);
        const auto missing = missingKey(known, where);
        if (missing.empty() || where.empty())
            return;
        const SourceRange first = where.front().range;
        auto& made = report(Severity::Error, first,
                            fmt::format("{} needs the whole partition key in WHERE; missing: {}.",
                                        verb, listed(missing)));
        made.fixes.push_back({fmt::format("Add {}", comparisons(missing)),
                              {first.begin, first.begin},
                              comparisons(missing) + " AND "});
    }

    void update(const ParsedUpdate& statement)
    {
        const auto known = table(statement.table);
        if (!known)
            return;
        for (const auto& assignment : statement.assignments)
            column(*known, assignment.column, assignment.range);
        keyOfModification(*known, statement.where, "UPDATE");
    }

    void deleteRows(const ParsedDelete& statement)
    {
        const auto known = table(statement.table);
        if (!known)
            return;
        for (const auto& deletion : statement.deletions)
            column(*known, deletion.column, deletion.range);
        keyOfModification(*known, statement.where, "DELETE");
    }

    /// The first or last token of a range.
    SourceRange firstWord(SourceRange range) const
    {
        const Token token = nextToken(m_script, range.begin);
        return {range.begin, std::min(range.end, token.range.end)};
    }
    SourceRange lastWord(SourceRange range) const
    {
        SourceRange last = range;
        for (Token token = nextToken(m_script, range.begin);
             token.kind != TokenKind::End && token.range.begin < range.end;
             token = nextToken(m_script, token.range.end)) {
            if (!token.isTrivia())
                last = token.range;
        }
        return last;
    }

    std::string_view m_script;
    const SchemaProvider& m_schema;
    std::vector<Diagnostic>& m_out;
    std::string m_keyspace;
    std::set<std::string> m_keyspaces;
    std::map<std::string, KnownTable> m_created;
    std::set<std::string> m_unknowable;
};

/// A range to underline: never empty, inside of the script.
SourceRange visible(std::string_view script, SourceRange range)
{
    const auto size = static_cast<std::uint32_t>(script.size());
    range.begin = std::min(range.begin, size);
    range.end = std::clamp(range.end, range.begin, size);
    if (!range.empty() || size == 0)
        return range;
    // At the end of the text the last thing that was written is what is incomplete.
    std::uint32_t end = range.begin;
    while (end > 0 && (script[end - 1] == ' ' || script[end - 1] == '\n' ||
                       script[end - 1] == '\t' || script[end - 1] == '\r'))
        --end;
    if (end == 0)
        return {0, size};
    std::uint32_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(script[begin]) & 0xc0) == 0x80)
        --begin;
    return {begin, end};
}

} // namespace

std::vector<Diagnostic> diagnose(std::string_view script, const SchemaProvider* schema)
{
    std::vector<Diagnostic> out;
    const ResilientScript parsed{script};
    for (const auto& error : parsed.errors)
        out.push_back({Severity::Error, visible(script, error.range), error.message, {}});
    if (schema == nullptr)
        return out;
    const auto parts = splitStatements(script);
    SchemaChecker checker{script, *schema, out};
    std::size_t part = 0;
    std::size_t error = 0;
    for (const Statement* statement : parsed.statements) {
        // The splitter knows where a broken statement ends. All three lists stand in the order of
        // the text, so one walk is enough for scripts of any length.
        while (part + 1 < parts.size() && parts[part].range.end <= statement->range.begin)
            ++part;
        const SourceRange whole = part < parts.size() ? parts[part].range : statement->range;
        while (error < parsed.errors.size() && parsed.errors[error].range.begin < whole.begin)
            ++error;
        const bool broken =
            error < parsed.errors.size() && parsed.errors[error].range.begin <= whole.end;
        if (!broken)
            checker.check(*statement);
    }
    for (auto& diagnostic : out)
        diagnostic.range = visible(script, diagnostic.range);
    std::stable_sort(out.begin(), out.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return a.range.begin < b.range.begin;
    });
    return out;
}

} // namespace engine::cql
