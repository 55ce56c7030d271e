#include "engine/cql/quote.h"
#include "engine/query/definition/definition_statements.h"
#include "engine/schema/describe.h"

#include <algorithm>

namespace engine::query {

using schema::Described;
using What = cql::ParsedDescribe::What;

namespace {

bool isList(What what)
{
    return what == What::Keyspaces || what == What::Tables || what == What::Types ||
           what == What::Functions || what == What::Aggregates;
}

} // namespace

/// Finds what one DESCRIBE names; errors are DescribeStatement's.
class Describer {
public:
    Describer(const schema::Schema& schema, const cql::ParsedDescribe& parsed,
              std::string_view inUse)
        : m_schema(schema), m_parsed(parsed), m_inUse(inUse), m_name(parsed.name.name)
    {
    }
    Result<std::vector<Described>> describe();

private:
    Result<schema::KeyspacePtr> keyspaceOf(bool mustBeNamed);
    std::vector<Described> list();
    void listOf(const schema::Keyspace& keyspace, std::vector<Described>& out);
    Result<std::vector<Described>> element(const schema::Keyspace& keyspace);
    Result<std::vector<Described>> any();
    Result<std::vector<Described>> functions(const schema::Keyspace& keyspace);
    Error notFound(const char* noun, const schema::Keyspace& keyspace) const
    {
        return invalidRequest(std::string{noun} + " '" + m_name + "' not found in keyspace '" +
                              keyspace.name + "'");
    }

    const schema::Schema& m_schema;
    const cql::ParsedDescribe& m_parsed;
    std::string m_inUse;
    std::string m_name;
};

Result<schema::KeyspacePtr> Describer::keyspaceOf(bool)
{
    const std::string name =
        m_parsed.name.keyspace.empty() ? m_inUse : std::string{m_parsed.name.keyspace};
    if (name.empty())
        return invalidRequest("No keyspace specified and no current keyspace");
    schema::KeyspacePtr keyspace = m_schema.keyspace(name);
    if (!keyspace)
        return invalidRequest("'" + name + "' not found in keyspaces");
    return keyspace;
}

void Describer::listOf(const schema::Keyspace& keyspace, std::vector<Described>& out)
{
    const std::string in = cql::quote(keyspace.name);
    std::vector<Described> found;
    switch (m_parsed.what) {
    case What::Keyspaces:
        found.push_back({in, "keyspace", in, {}});
        break;
    case What::Tables:
        for (const auto& [name, table] : keyspace.tables)
            found.push_back({in, "table", cql::quote(name), {}});
        break;
    case What::Types:
        for (const auto& [name, type] : keyspace.types)
            found.push_back({in, "type", cql::quote(name), {}});
        break;
    case What::Functions:
        for (const schema::Function& function : keyspace.functions)
            found.push_back(
                {in, "function", schema::signatureText(function.name, function.argumentTypes), {}});
        break;
    default:
        for (const schema::Aggregate& aggregate : keyspace.aggregates)
            found.push_back({in,
                             "aggregate",
                             schema::signatureText(aggregate.name, aggregate.argumentTypes),
                             {}});
        break;
    }
    std::stable_sort(found.begin(), found.end(), [](const Described& a, const Described& b) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        };
        // Names are compared without quotes and case, as Cassandra's do.
        const auto bare = [&](const std::string& name) {
            std::string text;
            for (const char c : name) {
                if (c != '"')
                    text.push_back(lower(c));
            }
            return text;
        };
        return bare(a.name) < bare(b.name);
    });
    out.insert(out.end(), found.begin(), found.end());
}

std::vector<Described> Describer::list()
{
    std::vector<Described> out;
    const bool everywhere = m_inUse.empty() || m_parsed.what == What::Keyspaces;
    for (const schema::KeyspacePtr& keyspace : schema::keyspacesInDescribeOrder(m_schema)) {
        if (everywhere || keyspace->name == m_inUse)
            listOf(*keyspace, out);
    }
    return out;
}

Result<std::vector<Described>> Describer::functions(const schema::Keyspace& keyspace)
{
    const bool aggregates = m_parsed.what == What::Aggregate;
    const std::string in = cql::quote(keyspace.name);
    std::vector<Described> out;
    if (aggregates) {
        for (const schema::Aggregate& aggregate : keyspace.aggregates) {
            if (aggregate.name == m_name)
                out.push_back({in, "aggregate",
                               schema::signatureText(aggregate.name, aggregate.argumentTypes),
                               schema::describeAggregate(keyspace, aggregate)});
        }
    } else {
        for (const schema::Function& function : keyspace.functions) {
            if (function.name == m_name)
                out.push_back({in, "function",
                               schema::signatureText(function.name, function.argumentTypes),
                               schema::describeFunction(keyspace, function)});
        }
    }
    if (out.empty())
        return notFound(aggregates ? "User defined aggregate" : "User defined function", keyspace);
    return out;
}

Result<std::vector<Described>> Describer::element(const schema::Keyspace& keyspace)
{
    const std::string in = cql::quote(keyspace.name);
    const bool internals = m_parsed.withInternals;
    switch (m_parsed.what) {
    case What::Table: {
        const auto at = keyspace.tables.find(m_name);
        if (at == keyspace.tables.end())
            return notFound("Table", keyspace);
        return schema::describeTableElements(keyspace, *at->second, internals);
    }
    case What::View: {
        const auto at = keyspace.views.find(m_name);
        if (at == keyspace.views.end())
            return notFound("Materialized view", keyspace);
        return std::vector<Described>{{in, "materialized_view", cql::quote(m_name),
                                       schema::describeView(keyspace, at->second, internals)}};
    }
    case What::Type: {
        const cql::TypePtr type = keyspace.type(m_name);
        if (!type)
            return notFound("User defined type", keyspace);
        return std::vector<Described>{
            {in, "type", cql::quote(m_name), schema::describeType(*type)}};
    }
    case What::Index:
        for (const auto& [name, table] : keyspace.tables) {
            for (const schema::Index& index : table->indexes()) {
                if (index.name == m_name)
                    return std::vector<Described>{
                        {in, "index", cql::quote(m_name), schema::describeIndex(*table, index)}};
            }
        }
        return invalidRequest("Table for existing index '" + m_name + "' not found in '" +
                              keyspace.name + "'");
    default:
        return functions(keyspace);
    }
}

/// DESCRIBE name: a keyspace, else a table, view or index of the keyspace.
Result<std::vector<Described>> Describer::any()
{
    if (m_parsed.name.keyspace.empty()) {
        if (const auto keyspace = m_schema.keyspace(m_name))
            return schema::describeKeyspaceElements(*keyspace, false, m_parsed.withInternals);
        if (m_inUse.empty())
            return invalidRequest("'" + m_name + "' not found in keyspaces");
    }
    RW_ASSIGN(const schema::KeyspacePtr keyspace, keyspaceOf(true));
    const std::string in = cql::quote(keyspace->name);
    if (const auto at = keyspace->tables.find(m_name); at != keyspace->tables.end())
        return schema::describeTableElements(*keyspace, *at->second, m_parsed.withInternals);
    if (const auto at = keyspace->views.find(m_name); at != keyspace->views.end())
        return std::vector<Described>{
            {in, "materialized_view", cql::quote(m_name),
             schema::describeView(*keyspace, at->second, m_parsed.withInternals)}};
    for (const auto& [name, table] : keyspace->tables) {
        for (const schema::Index& index : table->indexes()) {
            if (index.name == m_name)
                return std::vector<Described>{
                    {in, "index", cql::quote(m_name), schema::describeIndex(*table, index)}};
        }
    }
    return invalidRequest("'" + m_name + "' not found in keyspace '" + keyspace->name + "'");
}

Result<std::vector<Described>> Describer::describe()
{
    switch (m_parsed.what) {
    case What::Schema:
    case What::FullSchema:
        return schema::describeSchema(m_schema, m_parsed.what == What::FullSchema,
                                      m_parsed.withInternals);
    case What::Keyspace:
    case What::OnlyKeyspace: {
        RW_ASSIGN(const schema::KeyspacePtr keyspace, keyspaceOf(false));
        return schema::describeKeyspaceElements(*keyspace, m_parsed.what == What::OnlyKeyspace,
                                                m_parsed.withInternals);
    }
    case What::Any:
        return any();
    default:
        break;
    }
    if (isList(m_parsed.what))
        return list();
    RW_ASSIGN(const schema::KeyspacePtr keyspace, keyspaceOf(true));
    return element(*keyspace);
}

namespace {

protocol::ColumnSpecsPtr describeColumns(const std::vector<const char*>& names)
{
    auto columns = std::make_shared<protocol::ColumnSpecs>();
    for (const char* name : names)
        columns->push_back({"system", "describe", name, cql::Type::native(cql::TypeKind::Text)});
    return columns;
}

} // namespace

protocol::ColumnSpecsPtr DescribeStatement::resultColumns() const
{
    if (m_parsed.what == What::Cluster)
        return describeColumns({"cluster", "partitioner", "snitch"});
    if (isList(m_parsed.what))
        return describeColumns({"keyspace_name", "type", "name"});
    return describeColumns({"keyspace_name", "type", "name", "create_statement"});
}

Task<QueryResult> DescribeStatement::execute(Environment& environment, RequestContext request) const
{
    Rows rows;
    rows.metadata.columns = resultColumns();
    protocol::RowsEncoder encoder{rows.content};
    if (m_parsed.what == What::Cluster) {
        encoder.value(environment.settings.clusterName);
        encoder.value("Murmur3Partitioner");
        encoder.value(environment.settings.snitchName);
        encoder.endRow();
    } else {
        const schema::SchemaPtr schema = environment.schemaOwner.current();
        Describer describer{*schema, m_parsed, request.options.keyspace.value_or(request.keyspace)};
        RW_CO_ASSIGN(const std::vector<Described> all, describer.describe());
        for (const Described& one : all) {
            encoder.value(one.keyspace);
            encoder.value(one.type);
            encoder.value(one.name);
            if (rows.metadata.columns->size() == 4)
                encoder.value(one.createStatement);
            encoder.endRow();
        }
    }
    rows.rowCount = encoder.rows();
    QueryResult result;
    result.value = std::move(rows);
    co_return result;
}

} // namespace engine::query
