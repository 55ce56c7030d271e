#include "engine/schema/ddl.h"

#include "engine/schema/ddl_parts.h"

#include <algorithm>
#include <array>

namespace engine::schema {

namespace detail {

namespace {
constexpr std::array<std::string_view, 2> kKeyspaceOptions{"durable_writes", "replication"};
constexpr std::size_t kKeyspaceNameMax = 48;
} // namespace

Error invalid(std::string text)
{
    return {ErrorCode::Invalid, std::move(text)};
}

Error badConfig(std::string text)
{
    return {ErrorCode::ConfigError, std::move(text)};
}

bool isWord(std::string_view name) noexcept
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

Result<std::string> Ddl::keyspaceOf(const cql::QualifiedName& name) const
{
    if (!name.keyspace.empty())
        return std::string{name.keyspace};
    if (context.keyspace.empty())
        return invalid("No keyspace has been specified. USE a keyspace, or explicitly specify "
                       "keyspace.tablename");
    return context.keyspace;
}

Result<void> Ddl::checkModifiable(const std::string& keyspace, bool isKeyspaceItself) const
{
    if (context.mayChangeSystem || !isSystemKeyspace(keyspace))
        return ok();
    if (isLocalSystemKeyspace(keyspace) || isVirtualKeyspace(keyspace))
        return Error{ErrorCode::Unauthorized, keyspace + " keyspace is not user-modifiable."};
    if (isKeyspaceItself)
        return ok();
    return Error{ErrorCode::Unauthorized, "Cannot change the definitions in keyspace " + keyspace};
}

SchemaTransformation Ddl::changed(Keyspace keyspace, ChangeDescription change) const
{
    return {
        schema->with(std::make_shared<const Keyspace>(std::move(keyspace))), std::move(change), {}};
}

Result<Properties> readProperties(std::span<const cql::Property> properties)
{
    Properties read;
    for (const cql::Property& property : properties) {
        if (!property.isMap) {
            RW_TRY(read.add(std::string{property.name}, std::string{property.value}));
            continue;
        }
        StringMap entries;
        for (const auto& entry : property.entries)
            entries[std::string{entry.key}] = std::string{entry.value};
        RW_TRY(read.add(std::string{property.name}, std::move(entries)));
    }
    return read;
}

Result<SchemaTransformation> createKeyspace(const Ddl& ddl, const cql::ParsedCreateKeyspace& parsed)
{
    Keyspace keyspace;
    keyspace.name = std::string{parsed.keyspace};
    RW_ASSIGN(const Properties properties, readProperties(parsed.properties));
    RW_TRY(properties.checkNames(kKeyspaceOptions));
    if (!isWord(keyspace.name) || keyspace.name.size() > kKeyspaceNameMax)
        return invalid("Keyspace name must not be empty, more than 48 characters long, or contain "
                       "non-alphanumeric-underscore characters (got '" +
                       keyspace.name + "')");
    if (!ddl.context.mayChangeSystem &&
        (isLocalSystemKeyspace(keyspace.name) || isVirtualKeyspace(keyspace.name)))
        return invalid("System keyspace '" + keyspace.name + "' is not user-modifiable");
    RW_TRY(properties.boolean("durable_writes", keyspace.durableWrites));
    if (!properties.has("replication"))
        return invalid("Missing mandatory option 'replication'");
    StringMap given;
    RW_TRY(properties.map("replication", given));
    if (ddl.schema->keyspace(keyspace.name)) {
        if (parsed.ifNotExists)
            return ddl.unchanged();
        return Error{ErrorCode::AlreadyExists,
                     "Cannot add existing keyspace \"" + keyspace.name + "\""};
    }
    RW_ASSIGN(keyspace.replication,
              ddl.context.prepareReplication(keyspace.name, std::move(given), nullptr));
    ChangeDescription change{ChangeDescription::Change::Created,
                             ChangeDescription::Target::Keyspace,
                             keyspace.name,
                             {},
                             {}};
    return ddl.changed(std::move(keyspace), std::move(change));
}

Result<SchemaTransformation> alterKeyspace(const Ddl& ddl, const cql::ParsedAlterKeyspace& parsed)
{
    const std::string name{parsed.keyspace};
    RW_ASSIGN(const Properties properties, readProperties(parsed.properties));
    RW_TRY(properties.checkNames(kKeyspaceOptions));
    RW_TRY(ddl.checkModifiable(name, true));
    const KeyspacePtr before = ddl.schema->keyspace(name);
    if (!before) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Keyspace '" + name + "' doesn't exist");
    }
    Keyspace keyspace = *before;
    RW_TRY(properties.boolean("durable_writes", keyspace.durableWrites));
    if (properties.has("replication")) {
        StringMap given;
        RW_TRY(properties.map("replication", given));
        RW_ASSIGN(keyspace.replication,
                  ddl.context.prepareReplication(name, std::move(given), &before->replication));
    }
    return ddl.changed(
        std::move(keyspace),
        {ChangeDescription::Change::Updated, ChangeDescription::Target::Keyspace, name, {}, {}});
}

Result<SchemaTransformation> dropKeyspace(const Ddl& ddl, const cql::ParsedDrop& parsed)
{
    const std::string name{parsed.name.name.empty() ? parsed.name.keyspace : parsed.name.name};
    RW_TRY(ddl.checkModifiable(name, false));
    if (!ddl.schema->keyspace(name)) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Keyspace '" + name + "' doesn't exist");
    }
    return SchemaTransformation{
        ddl.schema->without(name),
        ChangeDescription{
            ChangeDescription::Change::Dropped, ChangeDescription::Target::Keyspace, name, {}, {}},
        {}};
}

} // namespace detail

bool isDdl(cql::StatementKind kind) noexcept
{
    using K = cql::StatementKind;
    return kind >= K::CreateKeyspace && kind <= K::DropTrigger;
}

Result<SchemaTransformation> applyDdl(const cql::Statement& statement, const SchemaPtr& schema,
                                      const DdlContext& context)
{
    using K = cql::StatementKind;
    const detail::Ddl ddl{schema, context};
    switch (statement.kind) {
    case K::CreateKeyspace:
        return detail::createKeyspace(ddl, statement.as<cql::ParsedCreateKeyspace>());
    case K::AlterKeyspace:
        return detail::alterKeyspace(ddl, statement.as<cql::ParsedAlterKeyspace>());
    case K::DropKeyspace:
        return detail::dropKeyspace(ddl, statement.as<cql::ParsedDrop>());
    case K::CreateTable:
        return detail::createTable(ddl, statement.as<cql::ParsedCreateTable>());
    case K::AlterTable:
        return detail::alterTable(ddl, statement.as<cql::ParsedAlterTable>());
    case K::DropTable:
        return detail::dropTable(ddl, statement.as<cql::ParsedDrop>());
    case K::CreateType:
        return detail::createType(ddl, statement.as<cql::ParsedCreateType>());
    case K::AlterType:
        return detail::alterType(ddl, statement.as<cql::ParsedAlterType>());
    case K::DropType:
        return detail::dropType(ddl, statement.as<cql::ParsedDrop>());
    default:
        break;
    }
    return detail::invalid(std::string{cql::statementName(statement.kind)} +
                           " is not supported by this version of Ringwright yet");
}

} // namespace engine::schema
