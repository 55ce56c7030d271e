#include "engine/query/statement.h"

#include "engine/cql/parser.h"
#include "engine/query/definition/definition_statements.h"
#include "engine/query/modify/batch.h"
#include "engine/query/select/select_statement.h"
#include "engine/query/virtual_table.h"
#include "engine/schema/ddl.h"

#include <algorithm>

namespace engine::query {

Environment::Environment(Runtime& runtimeOf, coordination::Coordinator& coordinatorOf,
                         schema::SchemaOwner& schemaOwnerOf, VirtualTables* virtualTablesOf,
                         QuerySettings settingsOf)
    : runtime(runtimeOf),
      coordinator(coordinatorOf),
      schemaOwner(schemaOwnerOf),
      virtualTables(virtualTablesOf),
      settings(std::move(settingsOf))
{
    // Variant bits and a multicast node, as RFC 4122 wants of a random one.
    m_timeUuids.node =
        (runtime.random().next() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0100'0000'0000ULL;
}

Result<WriteTimestamp> Environment::nextTimestamp(WallTime now)
{
    if (settings.writeTimestamps)
        return settings.writeTimestamps(now);
    m_lastTimestamp = std::max(m_lastTimestamp + 1, now.micros());
    return WriteTimestamp{m_lastTimestamp};
}

Task<coordination::ReadOutcome> Environment::read(rows::ReadCommand command,
                                                  coordination::RequestOptions options)
{
    if (virtualTables != nullptr && virtualTables->has(*command.table)) {
        coordination::ReadOutcome outcome;
        outcome.partitions = virtualTables->read(command, outcome.limited);
        co_return outcome;
    }
    if (command.table->isVirtual())
        co_return notSupportedYet("The virtual table " + command.table->keyspace() + "." +
                                  command.table->name());
    auto reading = coordinator.read(std::move(command), std::move(options));
    co_return co_await reading;
}

coordination::RequestOptions requestOptions(const RequestContext& request)
{
    coordination::RequestOptions options;
    options.consistency = request.options.consistency;
    options.serialConsistency =
        request.options.serialConsistency.value_or(protocol::Consistency::Serial);
    options.deadline = request.deadline;
    options.trace = request.trace;
    return options;
}

BindContext bindContext(Environment& environment, Arena& arena, const RequestContext& request,
                        bool writes)
{
    BindContext context{request.options.values, arena, environment.runtime};
    const WallTime now = request.now ? *request.now : environment.runtime.wallNow();
    context.nowSeconds =
        request.options.nowInSeconds ? *request.options.nowInSeconds : now.seconds();
    if (request.options.timestamp) {
        context.timestampMicros = *request.options.timestamp;
    } else if (writes) {
        const auto next = environment.nextTimestamp(now);
        if (next)
            context.timestampMicros = next->micros;
        else
            context.timestampError = next.error();
    }
    context.timeUuids = &environment.timeUuids();
    return context;
}

Task<QueryResult> failed(Error error)
{
    co_return error;
}

Error notSupportedYet(std::string what)
{
    return invalidRequest(std::move(what) + " is not supported by this version of Ringwright yet");
}

Result<schema::TablePtr> findTable(const cql::QualifiedName& name, std::string_view sessionKeyspace,
                                   const schema::Schema& schema)
{
    const std::string_view in = name.keyspace.empty() ? sessionKeyspace : name.keyspace;
    if (in.empty())
        return invalidRequest(
            "No keyspace has been specified. USE a keyspace, or explicitly specify "
            "keyspace.tablename");
    if (!schema.keyspace(in))
        return invalidRequest("keyspace " + std::string{in} + " does not exist");
    schema::TablePtr table = schema.table(in, name.name);
    if (!table)
        return invalidRequest("table " + std::string{name.name} + " does not exist");
    return table;
}

/// Turns a parsed statement into a prepared one; a friend of PreparedStatement.
class StatementPreparer {
public:
    StatementPreparer(std::string_view sessionKeyspace, const schema::Schema& schema)
        : m_sessionKeyspace(sessionKeyspace), m_schema(schema)
    {
    }
    Result<PreparedStatementPtr> prepare(std::string_view text);

private:
    using Table = const cql::QualifiedName&;

    template <class Statement>
    Result<PreparedStatementPtr> finish(std::shared_ptr<Statement> statement,
                                        PrepareContext& context)
    {
        statement->m_keyspace = std::string{m_sessionKeyspace};
        for (std::optional<protocol::ColumnSpec>& marker : context.markers) {
            if (!marker)
                return invalidRequest("Cannot infer the type of a bind marker");
            statement->m_markers.push_back(std::move(*marker));
        }
        return PreparedStatementPtr{std::move(statement)};
    }
    Result<PreparedStatementPtr> select(std::shared_ptr<SelectStatement> made,
                                        const cql::ParsedSelect& parsed, PrepareContext& context);
    Result<PreparedStatementPtr> modification(std::shared_ptr<ModificationStatement> made,
                                              Table table, const cql::Statement& parsed,
                                              PrepareContext& context);

    std::string_view m_sessionKeyspace;
    const schema::Schema& m_schema;
};

Result<PreparedStatementPtr> StatementPreparer::select(std::shared_ptr<SelectStatement> made,
                                                       const cql::ParsedSelect& parsed,
                                                       PrepareContext& context)
{
    RW_ASSIGN(made->m_table, findTable(parsed.table, m_sessionKeyspace, m_schema));
    context.table = made->m_table;
    made->m_isFullyQualified = !parsed.table.keyspace.empty();
    RW_TRY(made->prepare(parsed, context));
    made->m_partitionKeyMarkers = made->keyMarkers();
    return finish(std::move(made), context);
}

Result<PreparedStatementPtr>
StatementPreparer::modification(std::shared_ptr<ModificationStatement> made, Table table,
                                const cql::Statement& parsed, PrepareContext& context)
{
    RW_ASSIGN(made->m_table, findTable(table, m_sessionKeyspace, m_schema));
    context.table = made->m_table;
    made->m_isFullyQualified = !table.keyspace.empty();
    RW_TRY(made->prepare(parsed, context));
    made->m_partitionKeyMarkers = made->keyMarkers();
    return finish(std::move(made), context);
}

Result<PreparedStatementPtr> StatementPreparer::prepare(std::string_view text)
{
    using K = cql::StatementKind;
    std::string owned{text};
    auto arena = std::make_unique<Arena>();
    // The parsed statement views its text, which must not move: keep it on the heap.
    const std::size_t size = owned.size();
    const ByteView kept = arena->copy(owned);
    const auto parsing = cql::parseStatement(std::string_view{kept.data(), size}, *arena);
    if (!parsing) {
        const auto* const place = parsing.error().extra<cql::SyntaxErrorPlace>();
        return place != nullptr ? Error{ErrorCode::SyntaxError, place->inCassandrasWords}
                                : parsing.error();
    }
    const cql::Statement* const parsed = *parsing;
    PrepareContext context{m_schema, kept, nullptr, {}};
    context.markers.resize(parsed->markers.size());
    switch (parsed->kind) {
    case K::Select:
        return select(std::make_shared<SelectStatement>(std::move(owned), std::move(arena)),
                      parsed->as<cql::ParsedSelect>(), context);
    case K::Insert:
    case K::InsertJson:
    case K::Update:
    case K::Delete: {
        auto made = std::make_shared<ModificationStatement>(std::move(owned), std::move(arena));
        const cql::QualifiedName& table =
            parsed->kind == K::Insert       ? parsed->as<cql::ParsedInsert>().table
            : parsed->kind == K::InsertJson ? parsed->as<cql::ParsedInsertJson>().table
            : parsed->kind == K::Update     ? parsed->as<cql::ParsedUpdate>().table
                                            : parsed->as<cql::ParsedDelete>().table;
        return modification(std::move(made), table, *parsed, context);
    }
    case K::Batch: {
        auto made = std::make_shared<BatchStatement>(std::move(owned), std::move(arena));
        RW_TRY(made->prepare(parsed->as<cql::ParsedBatch>(), m_sessionKeyspace, context));
        return finish(std::move(made), context);
    }
    case K::Use: {
        auto made = std::make_shared<UseStatement>(std::move(owned), std::move(arena), *parsed);
        return finish(std::move(made), context);
    }
    case K::Truncate: {
        auto made =
            std::make_shared<TruncateStatement>(std::move(owned), std::move(arena), *parsed);
        RW_ASSIGN(made->m_table,
                  findTable(parsed->as<cql::ParsedTruncate>().table, m_sessionKeyspace, m_schema));
        return finish(std::move(made), context);
    }
    case K::Describe: {
        auto made =
            std::make_shared<DescribeStatement>(std::move(owned), std::move(arena), *parsed);
        return finish(std::move(made), context);
    }
    default:
        break;
    }
    if (schema::isDdl(parsed->kind)) {
        auto made =
            std::make_shared<DefinitionStatement>(std::move(owned), std::move(arena), *parsed);
        return finish(std::move(made), context);
    }
    return notSupportedYet(std::string{cql::statementName(parsed->kind)});
}

Result<PreparedStatementPtr> prepareStatement(std::string_view text,
                                              std::string_view sessionKeyspace,
                                              const schema::Schema& schema)
{
    return StatementPreparer{sessionKeyspace, schema}.prepare(text);
}

} // namespace engine::query
