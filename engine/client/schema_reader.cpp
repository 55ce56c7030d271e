#include "engine/client/schema_reader.h"

#include "engine/system/schema_values.h"

namespace engine::client {

namespace {

using system::detail::KeyspaceRows;
using system::detail::Of;
using system::detail::RowKey;

/// The clustering columns of the tables of system_schema, which do not change between versions.
std::vector<const char*> clusteringOf(Of table)
{
    switch (table) {
    case Of::Keyspaces:
        return {};
    case Of::Tables:
        return {"table_name"};
    case Of::Columns:
    case Of::DroppedColumns:
        return {"table_name", "column_name"};
    case Of::Triggers:
        return {"table_name", "trigger_name"};
    case Of::Views:
        return {"view_name"};
    case Of::Types:
        return {"type_name"};
    case Of::Functions:
        return {"function_name", "argument_types"};
    case Of::Aggregates:
        return {"aggregate_name", "argument_types"};
    case Of::Indexes:
        return {"table_name", "index_name"};
    }
    return {};
}

std::optional<Of> tableNamed(std::string_view name)
{
    const auto& names = system::detail::kSchemaTableNames;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i])
            return static_cast<Of>(i);
    }
    return std::nullopt;
}

void collect(const SchemaQuery& query, const std::vector<NamedRow>& rows,
             std::map<std::string, KeyspaceRows>& keyspaces)
{
    const auto table = tableNamed(query.table);
    if (!table)
        return;
    for (const NamedRow& row : rows) {
        const std::string keyspace = textOf(row, "keyspace_name");
        RowKey key{*table, {}};
        system::detail::RowValues values = row;
        for (const char* column : clusteringOf(*table)) {
            key.clustering.push_back(textOf(row, column));
            values.erase(column);
        }
        values.erase("keyspace_name");
        // Virtual tables have no id; drivers make one of the name.
        if (query.isVirtual && *table == Of::Tables)
            values["id"] = Uuid::nameFromBytes(keyspace + '.' + key.clustering.front()).view();
        keyspaces[keyspace][std::move(key)] = std::move(values);
    }
}

} // namespace

const std::vector<SchemaQuery>& schemaQueries()
{
    static const std::vector<SchemaQuery> kQueries{{"keyspaces"},
                                                   {"tables"},
                                                   {"columns"},
                                                   {"views"},
                                                   {"types"},
                                                   {"functions"},
                                                   {"aggregates"},
                                                   {"indexes"},
                                                   {"triggers"},
                                                   {"dropped_columns"},
                                                   {"keyspaces", true, true},
                                                   {"tables", true, true},
                                                   {"columns", true, true}};
    return kQueries;
}

std::string textOf(const SchemaQuery& query)
{
    return std::string("SELECT * FROM ") +
           (query.isVirtual ? "system_virtual_schema." : "system_schema.") + query.table;
}

SchemaInfoPtr readSchema(const std::vector<std::vector<NamedRow>>& answers,
                         const schema::SchemaPtr& previous)
{
    std::map<std::string, KeyspaceRows> real;
    std::map<std::string, KeyspaceRows> virtuals;
    const auto& queries = schemaQueries();
    for (std::size_t i = 0; i < queries.size() && i < answers.size(); ++i)
        collect(queries[i], answers[i], queries[i].isVirtual ? virtuals : real);

    auto info = std::make_shared<SchemaInfo>();
    info->schema = std::make_shared<const schema::Schema>();
    for (const bool isVirtual : {false, true}) {
        for (const auto& [name, rows] : isVirtual ? virtuals : real) {
            auto keyspace = system::detail::keyspaceFromRows(name, rows, previous);
            if (!keyspace) {
                info->unread.push_back("keyspace " + name + ": " + keyspace.error().detail());
                continue;
            }
            keyspace->isVirtual = isVirtual;
            info->schema =
                info->schema->with(std::make_shared<const schema::Keyspace>(std::move(*keyspace)));
        }
    }
    return info;
}

std::vector<std::string> textsOf(const NamedRow& row, const std::string& column)
{
    const auto at = row.find(column);
    if (at == row.end())
        return {};
    const auto list = system::detail::decodeList(at->second);
    return list ? *list : std::vector<std::string>{};
}

std::string textOf(const NamedRow& row, const std::string& column)
{
    const auto at = row.find(column);
    return at == row.end() ? std::string{} : at->second;
}

Uuid uuidOf(const NamedRow& row, const std::string& column)
{
    const auto at = row.find(column);
    return at == row.end() || at->second.size() != 16 ? Uuid{} : Uuid::fromBytes(at->second);
}

std::optional<InetAddress> inetOf(const NamedRow& row, const std::string& column)
{
    const auto at = row.find(column);
    if (at == row.end())
        return std::nullopt;
    const auto address = InetAddress::fromBytes(at->second);
    return address ? std::optional{*address} : std::nullopt;
}

std::int64_t intOf(const NamedRow& row, const std::string& column)
{
    const auto at = row.find(column);
    if (at == row.end())
        return 0;
    if (at->second.size() == 4)
        return loadBigEndian<std::int32_t>(at->second.data());
    return at->second.size() == 8 ? loadBigEndian<std::int64_t>(at->second.data()) : 0;
}

} // namespace engine::client
