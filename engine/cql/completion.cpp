#include "engine/cql/completion.h"

#include "engine/cql/completion_context.h"
#include "engine/cql/native_functions.h"
#include "engine/cql/quote.h"
#include "engine/cql/text_util.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace engine::cql {

namespace {

/// Collects candidates that start with the word being typed, without doubles.
class Candidates {
public:
    explicit Candidates(std::string prefix) : m_prefix(std::move(prefix)) {}

    void add(std::string label, std::string insert, CandidateKind kind, std::string detail = {})
    {
        const std::string_view shown = label;
        if (shown.size() < m_prefix.size() ||
            !equalsIgnoringCase(shown.substr(0, m_prefix.size()), m_prefix))
            return;
        if (!m_seen.insert(fmt::format("{}/{}", static_cast<int>(kind), label)).second)
            return;
        m_all.push_back({std::move(label), std::move(insert), kind, std::move(detail)});
    }
    void name(const std::string& stored, CandidateKind kind, std::string detail = {})
    {
        add(stored, quote(stored), kind, std::move(detail));
    }
    void words(std::initializer_list<std::string_view> words)
    {
        for (const auto word : words) {
            const bool several = word.find(' ') != std::string_view::npos;
            add(std::string{word}, std::string{word},
                several ? CandidateKind::Snippet : CandidateKind::Keyword);
        }
    }
    void options(std::initializer_list<std::string_view> options)
    {
        for (const auto option : options)
            add(std::string{option}, std::string{option} + " = ", CandidateKind::Option);
    }
    std::vector<Candidate> take() { return std::move(m_all); }

private:
    std::string m_prefix;
    std::vector<Candidate> m_all;
    std::set<std::string> m_seen;
};

const char* kindName(KnownColumn::Kind kind)
{
    switch (kind) {
    case KnownColumn::Kind::PartitionKey:
        return "partition key";
    case KnownColumn::Kind::Clustering:
        return "clustering column";
    case KnownColumn::Kind::Static:
        return "static";
    default:
        return "";
    }
}

bool isKeyColumn(const KnownColumn& column)
{
    return column.kind == KnownColumn::Kind::PartitionKey ||
           column.kind == KnownColumn::Kind::Clustering;
}

/// Fills in what fits the context that CompletionContext found.
class Completer {
public:
    Completer(const CompletionContext& context, const SchemaProvider& schema)
        : m_context(context), m_schema(schema), m_out(context.prefix)
    {
        m_keyspace =
            context.tableKeyspace.empty() ? schema.currentKeyspace() : context.tableKeyspace;
        if (!context.table.empty() && !m_keyspace.empty())
            m_table = schema.table(m_keyspace, context.table);
    }

    std::vector<Candidate> run()
    {
        switch (m_context.place) {
        case Place::StatementStart:
            m_out.words({"SELECT", "INSERT INTO", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP",
                         "USE", "DESCRIBE", "TRUNCATE", "BEGIN BATCH", "GRANT", "REVOKE", "LIST"});
            break;
        case Place::Keyspace:
            keyspaces();
            break;
        case Place::Table:
            tables(true);
            break;
        case Place::TableInKeyspace:
            tablesOf(m_context.qualifier);
            break;
        case Place::SelectItem:
            columns({});
            m_out.words({"*", "DISTINCT", "JSON"});
            functions(true);
            m_out.words({"CAST("});
            break;
        case Place::AfterSelectItem:
            m_out.words({"FROM", "AS"});
            break;
        case Place::AfterSelectTable:
            m_out.words({"WHERE", "GROUP BY", "ORDER BY", "LIMIT", "PER PARTITION LIMIT",
                         "ALLOW FILTERING"});
            break;
        case Place::WhereColumn:
            whereColumns();
            m_out.add("token(", "token(", CandidateKind::Function, "token(partition key) → bigint");
            break;
        case Place::WhereOperator:
            m_out.words({"=", "IN", "<", "<=", ">", ">=", "CONTAINS", "CONTAINS KEY", "LIKE"});
            break;
        case Place::Value:
            values();
            break;
        case Place::AfterRelation:
            m_out.words({"AND"});
            if (m_context.verb == Keyword::Select)
                m_out.words(
                    {"ORDER BY", "LIMIT", "GROUP BY", "PER PARTITION LIMIT", "ALLOW FILTERING"});
            else
                m_out.words({"IF EXISTS", "IF"});
            break;
        case Place::OrderColumn:
            for (const auto& column : m_table ? m_table->columns : std::vector<KnownColumn>{}) {
                if (column.kind == KnownColumn::Kind::Clustering ||
                    column.type.starts_with("vector<"))
                    add(column);
            }
            break;
        case Place::AfterOrderColumn:
            m_out.words({"ASC", "DESC", "ANN OF", "LIMIT", "ALLOW FILTERING"});
            break;
        case Place::GroupColumn:
            columns({});
            break;
        case Place::InsertColumn:
            columns(m_context.named);
            break;
        case Place::AfterInsertColumns:
            m_out.words({"VALUES ("});
            break;
        case Place::AfterInsertTable:
            insertSnippet();
            m_out.words({"(", "JSON"});
            break;
        case Place::AfterInsertValues:
            m_out.words({"IF NOT EXISTS", "USING TTL", "USING TIMESTAMP"});
            break;
        case Place::Using:
            m_out.words({"TTL", "TIMESTAMP"});
            break;
        case Place::AfterUpdateTable:
            m_out.words({"SET", "USING TTL", "USING TIMESTAMP"});
            break;
        case Place::SetColumn:
            for (const auto& column : m_table ? m_table->columns : std::vector<KnownColumn>{}) {
                if (!isKeyColumn(column))
                    add(column);
            }
            break;
        case Place::AfterSet:
            m_out.words({"WHERE"});
            break;
        case Place::Type:
            types();
            break;
        case Place::CreateWhat:
            m_out.words({"TABLE", "KEYSPACE", "TYPE", "INDEX", "CUSTOM INDEX", "MATERIALIZED VIEW",
                         "FUNCTION", "AGGREGATE", "ROLE", "USER", "TRIGGER", "OR REPLACE"});
            break;
        case Place::DropWhat:
            m_out.words({"TABLE", "KEYSPACE", "TYPE", "INDEX", "MATERIALIZED VIEW", "FUNCTION",
                         "AGGREGATE", "ROLE", "USER", "TRIGGER", "IDENTITY"});
            break;
        case Place::AlterWhat:
            m_out.words({"TABLE", "KEYSPACE", "TYPE", "MATERIALIZED VIEW", "ROLE", "USER"});
            break;
        case Place::AlterTableAction:
            m_out.words({"ADD", "DROP", "RENAME", "WITH", "ALTER"});
            break;
        case Place::Column:
            columns({});
            break;
        case Place::TableOption:
            m_out.words({"CLUSTERING ORDER BY ("});
            m_out.options({"comment", "compaction", "compression", "caching",
                           "default_time_to_live", "gc_grace_seconds", "bloom_filter_fp_chance",
                           "speculative_retry", "additional_write_policy", "read_repair", "cdc",
                           "crc_check_chance", "memtable", "memtable_flush_period_in_ms",
                           "min_index_interval", "max_index_interval", "incremental_backups",
                           "allow_auto_snapshot", "extensions"});
            break;
        case Place::KeyspaceOption:
            m_out.add("replication = SimpleStrategy",
                      "replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
                      CandidateKind::Snippet);
            m_out.add("replication = NetworkTopologyStrategy",
                      "replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}",
                      CandidateKind::Snippet);
            m_out.options({"replication", "durable_writes"});
            break;
        case Place::DescribeWhat:
            m_out.words({"KEYSPACES", "KEYSPACE", "TABLES", "TABLE", "TYPES", "TYPE", "INDEX",
                         "MATERIALIZED VIEW", "FUNCTION", "FUNCTIONS", "AGGREGATE", "AGGREGATES",
                         "CLUSTER", "SCHEMA", "FULL SCHEMA"});
            keyspaces();
            tables(false);
            break;
        case Place::Keywords:
            m_out.words({"WITH", "AND", "IF NOT EXISTS", "IF EXISTS", "PRIMARY KEY", "STATIC"});
            break;
        case Place::Nothing:
            break;
        }
        return m_out.take();
    }

private:
    void keyspaces()
    {
        for (const auto& name : m_schema.keyspaces())
            m_out.name(name, CandidateKind::Keyspace, "keyspace");
    }

    void tablesOf(const std::string& keyspace)
    {
        for (const auto& table : m_schema.tables(keyspace))
            m_out.name(table.name, table.isView ? CandidateKind::View : CandidateKind::Table,
                       fmt::format("{} of {}", table.isView ? "view" : "table", keyspace));
        for (const auto& function : m_context.verb == Keyword::Select && m_context.inSelectClause
                                        ? m_schema.functions(keyspace)
                                        : std::vector<KnownFunction>{})
            m_out.add(function.name, quote(function.name) + "(", CandidateKind::Function,
                      function.signature);
    }

    void tables(bool andKeyspaces)
    {
        if (const std::string current = m_schema.currentKeyspace(); !current.empty())
            tablesOf(current);
        if (!andKeyspaces)
            return;
        for (const auto& name : m_schema.keyspaces())
            m_out.add(name, quote(name) + ".", CandidateKind::Keyspace, "keyspace");
    }

    void add(const KnownColumn& column)
    {
        std::string detail = column.type;
        if (const std::string kind = kindName(column.kind); !kind.empty())
            detail += (detail.empty() ? "" : " · ") + kind;
        m_out.name(column.name,
                   isKeyColumn(column) ? CandidateKind::KeyColumn : CandidateKind::Column,
                   std::move(detail));
    }

    void columns(const std::vector<std::string>& without)
    {
        if (!m_table)
            return;
        for (const auto& column : m_table->columns) {
            if (std::find(without.begin(), without.end(), column.name) == without.end())
                add(column);
        }
    }

    /// What is missing in the key first: without it the query reads every partition.
    void whereColumns()
    {
        if (!m_table)
            return;
        const auto named = [&](const KnownColumn& column) {
            return std::find(m_context.named.begin(), m_context.named.end(), column.name) !=
                   m_context.named.end();
        };
        for (const auto& column : m_table->columns) {
            if (column.kind == KnownColumn::Kind::PartitionKey && !named(column))
                add(column);
        }
        for (const auto& column : m_table->columns) {
            if (column.kind == KnownColumn::Kind::Clustering && !named(column)) {
                add(column);
                break;
            }
        }
        for (const auto& column : m_table->columns) {
            if (column.indexed)
                add(column);
        }
        columns({});
    }

    void functions(bool aggregates)
    {
        for (const auto& function : nativeFunctions()) {
            if (aggregates || !function.isAggregate)
                m_out.add(std::string{function.name}, std::string{function.name} + "(",
                          CandidateKind::Function, std::string{function.signature});
        }
        if (m_keyspace.empty())
            return;
        for (const auto& function : m_schema.functions(m_keyspace))
            m_out.add(function.name, quote(function.name) + "(", CandidateKind::Function,
                      function.signature);
    }

    void values()
    {
        m_out.words({"?"});
        if (m_table) {
            for (const auto& column : m_table->columns) {
                if (column.name != m_context.valueColumn)
                    continue;
                if (column.type == "boolean")
                    m_out.words({"true", "false"});
                else if (column.type == "timeuuid")
                    m_out.add("now()", "now()", CandidateKind::Function, "now() → timeuuid");
                else if (column.type == "uuid")
                    m_out.add("uuid()", "uuid()", CandidateKind::Function, "uuid() → uuid");
                else if (column.type == "timestamp")
                    m_out.add("current_timestamp()", "current_timestamp()", CandidateKind::Function,
                              "current_timestamp() → timestamp");
            }
        }
        m_out.words({"null"});
        functions(false);
    }

    void types()
    {
        for (const auto word :
             {"text",     "int",     "bigint",  "uuid",   "timeuuid", "timestamp", "date",
              "time",     "boolean", "decimal", "double", "float",    "blob",      "inet",
              "smallint", "tinyint", "varint",  "ascii",  "duration", "counter",   "varchar"})
            m_out.add(word, word, CandidateKind::Type);
        for (const auto word : {"list<", "set<", "map<", "tuple<", "frozen<", "vector<"})
            m_out.add(word, word, CandidateKind::Type);
        if (m_keyspace.empty())
            return;
        for (const auto& type : m_schema.types(m_keyspace))
            m_out.name(type, CandidateKind::UserType, fmt::format("type of {}", m_keyspace));
    }

    /// All columns and as many markers, as one candidate.
    void insertSnippet()
    {
        if (!m_table || m_table->columns.empty())
            return;
        std::string names;
        std::string markers;
        for (const auto& column : m_table->columns) {
            names += (names.empty() ? "" : ", ") + quote(column.name);
            markers += markers.empty() ? "?" : ", ?";
        }
        m_out.add("(all columns)", fmt::format("({}) VALUES ({})", names, markers),
                  CandidateKind::Snippet, names);
    }

    const CompletionContext& m_context;
    const SchemaProvider& m_schema;
    Candidates m_out;
    std::string m_keyspace;
    std::optional<KnownTable> m_table;
};

} // namespace

Completion complete(std::string_view text, std::size_t caret, const SchemaProvider& schema)
{
    const CompletionContext context = findCompletionContext(text, std::min(caret, text.size()));
    Completion out;
    out.replace = context.replace;
    out.candidates = Completer{context, schema}.run();
    return out;
}

} // namespace engine::cql
