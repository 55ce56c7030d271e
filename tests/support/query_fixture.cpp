#include "tests/support/query_fixture.h"

#include "engine/system/system_keyspaces.h"

#include <sstream>

namespace tests {

using namespace engine;

query::NodeRow LoneNode::local() const
{
    query::NodeRow row;
    row.internode = {*InetAddress::parse("127.0.0.1"), 7000};
    row.listenAddress = row.internode.address;
    row.native = {row.internode.address, 9042};
    row.hostId = Uuid::fromHalves(0x1111111111114111, 0x8111111111111111);
    row.datacenter = "datacenter1";
    row.rack = "rack1";
    row.schemaVersion = Uuid::fromHalves(0x2222222222223222, 0x8222222222222222);
    row.tokens = {"-3074457345618258603", "3074457345618258602"};
    return row;
}

QueryFixture::QueryFixture()
    : schemaOwner(system::initialSchema()),
      virtualTables(node, schemaOwner),
      processor(runtime, coordinator, schemaOwner, &virtualTables, [this] {
          query::QuerySettings settings;
          settings.datacenters = [] { return std::set<std::string>{"datacenter1", "dc1", "dc2"}; };
          settings.guardWrite = [this](std::span<const rows::Mutation> mutations,
                                       std::vector<std::string>& warnings) -> Result<void> {
              return guardWrite ? guardWrite(mutations, warnings) : ok();
          };
          return settings;
      }())
{
}

Result<query::QueryResult> QueryFixture::run(std::string_view text)
{
    protocol::QueryOptions options;
    return run(text, options);
}

Result<query::QueryResult> QueryFixture::run(std::string_view text, protocol::QueryOptions options)
{
    query::RequestContext context;
    context.options = options;
    context.keyspace = keyspace;
    auto result = runtime.finish(processor.query(text, std::move(context)));
    if (result) {
        if (const auto* use = std::get_if<protocol::SetKeyspaceResult>(&result->value))
            keyspace = use->keyspace;
    }
    return result;
}

Result<query::QueryResult> QueryFixture::execute(ByteView id, protocol::QueryOptions options)
{
    query::RequestContext context;
    context.options = options;
    context.keyspace = keyspace;
    return runtime.finish(processor.execute(id, {}, std::move(context)));
}

std::string QueryFixture::show(std::string_view text)
{
    return show(run(text));
}

std::string QueryFixture::show(const Result<query::QueryResult>& result)
{
    if (!result)
        return std::string{"error "} + errorCodeName(result.error().code()) + ": " +
               result.error().detail();
    if (const auto* change = std::get_if<protocol::SchemaChange>(&result->value)) {
        const char* const changes[] = {"CREATED", "UPDATED", "DROPPED"};
        const char* const targets[] = {"KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE"};
        return std::string{changes[static_cast<int>(change->change)]} + " " +
               targets[static_cast<int>(change->target)] + " " + change->keyspace +
               (change->name.empty() ? "" : "." + change->name);
    }
    if (const auto* use = std::get_if<protocol::SetKeyspaceResult>(&result->value))
        return "keyspace " + use->keyspace;
    std::string warnings;
    for (const std::string& warning : result->warnings)
        warnings += "\nwarning: " + warning;
    const auto* rows = std::get_if<query::Rows>(&result->value);
    if (rows == nullptr)
        return "void" + warnings;
    std::string out;
    for (const protocol::ColumnSpec& column : *rows->metadata.columns)
        out += (out.empty() ? "" : " | ") + column.name;
    protocol::RowsReader reader{rows->content, rows->metadata.columns->size(), rows->rowCount};
    std::vector<std::optional<ByteView>> row;
    while (reader.next(row)) {
        out += '\n';
        for (std::size_t i = 0; i < row.size(); ++i)
            out += (i == 0 ? "" : " | ") +
                   (row[i] ? (*rows->metadata.columns)[i].type->toCqlLiteral(*row[i])
                           : std::string{"null"});
    }
    return out + warnings;
}

std::vector<std::string> splitStatements(const std::string& script)
{
    std::vector<std::string> statements;
    std::istringstream in{script};
    std::string line;
    std::string current;
    while (std::getline(in, line)) {
        if (line.empty() || line.starts_with("--"))
            continue;
        current += (current.empty() ? "" : "\n") + line;
        if (line.ends_with(';')) {
            current.pop_back();
            statements.push_back(std::move(current));
            current.clear();
        }
    }
    return statements;
}

} // namespace tests
