#include "engine/schema/keyspace.h"

#include <array>
#include <functional>
#include <set>

namespace engine::schema {

namespace {

constexpr std::array<std::string_view, 2> kLocalSystem{"system", "system_schema"};
constexpr std::array<std::string_view, 3> kReplicatedSystem{"system_auth", "system_distributed",
                                                            "system_traces"};
constexpr std::array<std::string_view, 2> kVirtual{"system_views", "system_virtual_schema"};

template <std::size_t n>
bool isAmong(const std::array<std::string_view, n>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

void addTypesUsedBy(const Keyspace& keyspace, const cql::Type& type, std::set<std::string>& seen,
                    std::vector<cql::TypePtr>& out)
{
    for (const cql::TypePtr& parameter : type.parameters())
        addTypesUsedBy(keyspace, *parameter, seen, out);
    if (type.kind() != cql::TypeKind::Udt || type.keyspace() != keyspace.name)
        return;
    if (!seen.insert(type.name()).second)
        return;
    if (const auto at = keyspace.types.find(type.name()); at != keyspace.types.end())
        out.push_back(at->second);
}

} // namespace

TablePtr Keyspace::table(std::string_view tableName) const
{
    if (const auto at = tables.find(tableName); at != tables.end())
        return at->second;
    const auto view = views.find(tableName);
    return view == views.end() ? nullptr : view->second.table;
}

cql::TypePtr Keyspace::type(std::string_view typeName) const
{
    const auto at = types.find(typeName);
    return at == types.end() ? nullptr : at->second;
}

std::vector<cql::TypePtr> Keyspace::typesInDependencyOrder() const
{
    std::vector<cql::TypePtr> ordered;
    std::set<std::string> seen;
    for (const auto& [typeName, type] : types)
        addTypesUsedBy(*this, *type, seen, ordered);
    return ordered;
}

std::string Keyspace::strategyName() const
{
    constexpr std::string_view package = "org.apache.cassandra.locator.";
    const auto at = replication.find("class");
    if (at == replication.end())
        return {};
    return at->second.starts_with(package) ? at->second.substr(package.size()) : at->second;
}

bool refersToType(const cql::Type& type, std::string_view keyspace, std::string_view name)
{
    if (type.kind() == cql::TypeKind::Udt && type.keyspace() == keyspace && type.name() == name)
        return true;
    for (const cql::TypePtr& parameter : type.parameters()) {
        if (refersToType(*parameter, keyspace, name))
            return true;
    }
    return false;
}

bool isLocalSystemKeyspace(std::string_view name) noexcept
{
    return isAmong(kLocalSystem, name);
}

bool isVirtualKeyspace(std::string_view name) noexcept
{
    return isAmong(kVirtual, name);
}

bool isSystemKeyspace(std::string_view name) noexcept
{
    return isAmong(kLocalSystem, name) || isAmong(kReplicatedSystem, name) ||
           isAmong(kVirtual, name);
}

} // namespace engine::schema
