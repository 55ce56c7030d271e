#include "engine/system/system_keyspaces.h"

#include "engine/base/assert.h"
#include "engine/cql/parser.h"
#include "engine/schema/ddl.h"
#include "engine/system/system_tables_cql.h"

namespace engine::system {

using schema::Keyspace;
using schema::KeyspacePtr;
using schema::SchemaPtr;
using schema::StringMap;
using schema::TableId;

namespace {

constexpr std::string_view kLocatorPackage = "org.apache.cassandra.locator.";

KeyspacePtr emptyKeyspace(const char* name, StringMap replication, bool isVirtual)
{
    auto keyspace = std::make_shared<Keyspace>();
    keyspace->name = name;
    if (!replication.empty())
        replication["class"].insert(0, kLocatorPackage);
    keyspace->replication = std::move(replication);
    keyspace->isVirtual = isVirtual;
    return keyspace;
}

SchemaPtr define(SchemaPtr schema, std::string_view statements)
{
    schema::DdlContext context;
    context.mayChangeSystem = true;
    context.newTableId = [](const std::string& keyspace, const std::string& table) {
        return TableId{Uuid::nameFromBytes(keyspace + table)}; // TableId.forSystemTable
    };
    statements.remove_prefix(1);
    while (!statements.empty()) {
        const std::size_t end = statements.find(";\n");
        ENGINE_ASSERT(end != std::string_view::npos, "each definition ends with a semicolon");
        Arena arena;
        const auto parsed = cql::parseStatement(statements.substr(0, end), arena);
        ENGINE_ASSERT(parsed.has_value(), "the definitions of system tables parse");
        auto next = schema::applyDdl(**parsed, schema, context);
        ENGINE_ASSERT(next.has_value(), "the definitions of system tables are valid");
        schema = next->schema;
        statements.remove_prefix(end + 2);
    }
    return schema;
}

/// The keyspace with its tables marked as virtual.
SchemaPtr makeVirtual(const SchemaPtr& schema, std::string_view name)
{
    Keyspace keyspace = *schema->keyspace(name);
    for (auto& [tableName, table] : keyspace.tables) {
        schema::Table::Spec spec = table->spec();
        spec.isVirtual = true;
        table = schema::Table::make(std::move(spec), table);
    }
    return schema->with(std::make_shared<const Keyspace>(std::move(keyspace)));
}

} // namespace

const SchemaPtr& localSchema()
{
    static const SchemaPtr schema = [] {
        SchemaPtr made = std::make_shared<schema::Schema>();
        made = made->with(emptyKeyspace("system", {{"class", "LocalStrategy"}}, false));
        made = made->with(emptyKeyspace("system_schema", {{"class", "LocalStrategy"}}, false));
        made = made->with(emptyKeyspace("system_views", {}, true));
        made = made->with(emptyKeyspace("system_virtual_schema", {}, true));
        made = define(made, detail::kSystemTables);
        made = define(made, detail::kSystemSchemaTables);
        made = define(made, detail::kVirtualTables);
        return makeVirtual(makeVirtual(made, "system_views"), "system_virtual_schema");
    }();
    return schema;
}

std::span<const KeyspacePtr> distributedKeyspaces()
{
    static const std::vector<KeyspacePtr> keyspaces = [] {
        const auto simple = [](const char* factor) {
            return StringMap{{"class", "SimpleStrategy"}, {"replication_factor", factor}};
        };
        SchemaPtr made = std::make_shared<schema::Schema>();
        made = made->with(emptyKeyspace("system_auth", simple("1"), false));
        made = made->with(emptyKeyspace("system_distributed", simple("3"), false));
        made = made->with(emptyKeyspace("system_traces", simple("2"), false));
        made = define(made, detail::kDistributedTables);
        std::vector<KeyspacePtr> all;
        for (const auto& [name, keyspace] : made->keyspaces())
            all.push_back(keyspace);
        return all;
    }();
    return keyspaces;
}

SchemaPtr initialSchema()
{
    SchemaPtr schema = localSchema();
    for (const KeyspacePtr& keyspace : distributedKeyspaces())
        schema = schema->with(keyspace);
    return schema;
}

} // namespace engine::system
