#include "engine/node/bean_values.h"

namespace engine::node {

namespace json = boost::json;

std::string endpointText(const InetEndpoint& endpoint, bool withPort)
{
    return withPort ? endpoint.toString() : endpoint.address.toString();
}

json::array textArray(const std::vector<std::string>& texts)
{
    json::array array;
    for (const auto& text : texts)
        array.emplace_back(text);
    return array;
}

std::vector<std::string> stringsOf(const json::value& value)
{
    std::vector<std::string> all;
    if (const auto* array = value.if_array()) {
        for (const auto& each : *array) {
            if (each.is_string())
                all.emplace_back(each.as_string());
        }
    } else if (value.is_string()) {
        all.emplace_back(value.as_string());
    }
    return all;
}

std::string stringOf(const json::array& arguments, std::size_t index)
{
    return index < arguments.size() && arguments[index].is_string()
               ? std::string(arguments[index].as_string())
               : std::string();
}

Result<std::vector<schema::TablePtr>> tablesOf(const schema::Schema& schema,
                                               const std::string& keyspace,
                                               const std::vector<std::string>& names)
{
    const auto found = schema.keyspace(keyspace);
    if (!found)
        return javaError("java.lang.IllegalArgumentException", 400,
                         "Keyspace [" + keyspace + "] does not exist.");
    std::vector<schema::TablePtr> tables;
    if (names.empty()) {
        for (const auto& [name, table] : found->tables)
            tables.push_back(table);
        return tables;
    }
    for (const auto& name : names) {
        auto table = found->table(name);
        if (!table)
            return javaError("java.lang.IllegalArgumentException", 400,
                             "Unknown keyspace/cf pair (" + keyspace + "." + name + ")");
        tables.push_back(std::move(table));
    }
    return tables;
}

std::vector<std::string> keyspaceNames(const schema::Schema& schema, bool systemToo)
{
    std::vector<std::string> names;
    for (const auto& [name, keyspace] : schema.keyspaces()) {
        if (!keyspace->isVirtual && (systemToo || !schema::isLocalSystemKeyspace(name)))
            names.push_back(name);
    }
    return names;
}

} // namespace engine::node
