#include "engine/query/definition/definition_statements.h"

#include "engine/protocol/error_extras.h"
#include "engine/ring/replication_strategy.h"
#include "engine/schema/ddl.h"

namespace engine::query {

namespace {

std::string_view keyspaceInUse(const RequestContext& request)
{
    return request.options.keyspace.value_or(request.keyspace);
}

protocol::SchemaChange onTheWire(const schema::ChangeDescription& change)
{
    protocol::SchemaChange out;
    out.change = static_cast<protocol::SchemaChange::Change>(change.change);
    out.target = static_cast<protocol::SchemaChange::Target>(change.target);
    out.keyspace = change.keyspace;
    out.name = change.name;
    out.argumentTypes = change.argumentTypes;
    return out;
}

/// AlreadyExists with the names that the protocol carries.
Error withNames(const Error& error, const cql::Statement& parsed, const std::string& keyspace)
{
    if (error.code() != ErrorCode::AlreadyExists)
        return error;
    std::string in = keyspace;
    std::string table;
    if (parsed.kind == cql::StatementKind::CreateKeyspace) {
        in = std::string{parsed.as<cql::ParsedCreateKeyspace>().keyspace};
    } else if (parsed.kind == cql::StatementKind::CreateTable) {
        const cql::QualifiedName& name = parsed.as<cql::ParsedCreateTable>().table;
        if (!name.keyspace.empty())
            in = std::string{name.keyspace};
        table = std::string{name.name};
    }
    return {error.code(), error.detail(),
            std::make_shared<protocol::AlreadyExistsExtra>(in, table)};
}

} // namespace

Task<QueryResult> UseStatement::execute(Environment& environment, RequestContext) const
{
    const std::string name{m_parsed.keyspace};
    if (!environment.schemaOwner.current()->keyspace(name))
        co_return invalidRequest("Keyspace '" + name + "' does not exist");
    co_return QueryResult{protocol::SetKeyspaceResult{name}, {}};
}

Task<QueryResult> TruncateStatement::execute(Environment& environment, RequestContext request) const
{
    const schema::TablePtr table =
        environment.schemaOwner.current()->table(m_table->keyspace(), m_table->name());
    if (!table)
        co_return invalidRequest("table " + m_table->name() + " does not exist");
    if (table->isView())
        co_return invalidRequest(
            "Cannot TRUNCATE materialized view directly; must truncate base table "
            "instead");
    if (table->isVirtual())
        co_return invalidRequest("Cannot truncate virtual tables");
    coordination::RequestOptions options = requestOptions(request);
    auto truncating = environment.coordinator.truncate(table, std::move(options));
    RW_CO_TRY(co_await truncating);
    co_return QueryResult{protocol::VoidResult{}, {}};
}

Task<QueryResult> DefinitionStatement::execute(Environment& environment,
                                               RequestContext request) const
{
    schema::DdlContext context;
    context.keyspace = std::string{keyspaceInUse(request)};
    RW_CO_ASSIGN(context.now, environment.nextTimestamp(environment.runtime.wallNow()));
    Environment* const env = &environment;
    context.newTableId = [env](const std::string&, const std::string&) {
        return schema::TableId{Uuid::timeUuid(env->timeUuids().take(1, env->runtime.wallNow()),
                                              env->timeUuids().node)};
    };
    context.prepareReplication =
        [env](const std::string& keyspace, schema::StringMap given,
              const schema::StringMap* previous) -> Result<schema::StringMap> {
        std::set<std::string> datacenters;
        if (env->settings.datacenters)
            datacenters = env->settings.datacenters();
        return ring::prepareReplication(keyspace, std::move(given), datacenters, previous);
    };
    const std::string keyspace = context.keyspace;
    const cql::Statement* const parsed = &m_parsed;
    schema::SchemaTransform transform =
        [parsed, context = std::move(context)](const schema::SchemaPtr& schema) {
            return schema::applyDdl(*parsed, schema, context);
        };
    auto changing = environment.schemaOwner.change(std::move(transform));
    auto outcome = co_await changing;
    if (!outcome)
        co_return withNames(outcome.error(), m_parsed, keyspace);
    QueryResult result;
    result.warnings = std::move(outcome->warnings);
    if (outcome->change)
        result.value = onTheWire(*outcome->change);
    co_return result;
}

} // namespace engine::query
