#include "engine/schema/ddl_parts.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>

namespace engine::schema::detail {

using cql::ParsedType;
using cql::Type;
using cql::TypePtr;

namespace {

using Fields = std::vector<Type::Field>;

Result<TypePtr> resolveField(const ParsedType& parsed, const Keyspace& keyspace)
{
    if (parsed.kind == ParsedType::Kind::Native && parsed.native == cql::TypeKind::Counter)
        return invalid("A user type cannot contain counters");
    if (parsed.kind == ParsedType::Kind::User && !parsed.frozen)
        return invalid("A user type cannot contain non-frozen UDTs");
    return resolveType(parsed, keyspace);
}

Fields fieldsOf(const Type& type)
{
    Fields fields;
    for (std::size_t i = 0; i < type.fieldNames().size(); ++i)
        fields.push_back({type.fieldNames()[i], type.parameters()[i]});
    return fields;
}

/// `keyspace` with the new definition of a user type wherever it is used.
void putType(Keyspace& keyspace, const TypePtr& changed)
{
    keyspace.types[changed->name()] = changed;
    for (auto& [name, type] : keyspace.types) {
        if (name != changed->name())
            type = replaceUserType(type, changed);
    }
    // Types that use it through others are used with their own new form.
    for (const TypePtr& type : keyspace.typesInDependencyOrder()) {
        for (auto& [name, other] : keyspace.types) {
            if (name != type->name())
                other = replaceUserType(other, keyspace.types[type->name()]);
        }
    }
    const auto inTable = [&](const TablePtr& table) {
        Table::Spec spec = table->spec();
        bool changes = false;
        for (Column& column : spec.columns) {
            for (const auto& [name, type] : keyspace.types) {
                const TypePtr next = replaceUserType(column.type, type);
                changes |= next != column.type && !cql::sameType(next, column.type);
                column.type = next;
            }
        }
        return changes ? Table::make(std::move(spec), table) : table;
    };
    for (auto& [name, table] : keyspace.tables)
        table = inTable(table);
    for (auto& [name, view] : keyspace.views)
        view.table = inTable(view.table);
}

ChangeDescription typeChange(ChangeDescription::Change change, const Keyspace& keyspace,
                             const std::string& name)
{
    return {change, ChangeDescription::Target::Type, keyspace.name, name, {}};
}

Result<void> addField(const Ddl&, const cql::ParsedAlterType& parsed, const Keyspace& keyspace,
                      const TypePtr& before, Fields& fields)
{
    const cql::FieldDefinition& definition = parsed.fields[0];
    const std::string field{definition.name};
    const std::string full = keyspace.name + "." + before->name();
    for (const Type::Field& existing : fields) {
        if (existing.name == field) {
            if (parsed.ifFieldExists)
                return ok();
            return invalid("Cannot add field " + field + " to type " + full +
                           ": a field with name " + field + " already exists");
        }
    }
    RW_ASSIGN(TypePtr type, resolveField(definition.type, keyspace));
    if (refersToType(*type, keyspace.name, before->name()))
        return invalid("Cannot add new field " + field + " of type frozen<" + full +
                       "> to user type " + full + " as it would create a circular reference");
    fields.push_back({field, std::move(type)});
    return ok();
}

Result<void> renameFields(const cql::ParsedAlterType& parsed, const Keyspace& keyspace,
                          const TypePtr& before, Fields& fields)
{
    for (const cql::Rename& rename : parsed.renames) {
        const auto at = std::find_if(fields.begin(), fields.end(),
                                     [&](const auto& field) { return field.name == rename.from; });
        if (at == fields.end()) {
            if (parsed.ifFieldExists)
                continue;
            return invalid("Unkown field " + std::string{rename.from} + " in user type " +
                           keyspace.name + "." + before->name());
        }
        at->name = std::string{rename.to};
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (fields[i].name == fields[k].name)
                return invalid("Duplicate field name " + fields[i].name + " in type " +
                               keyspace.name);
        }
    }
    return ok();
}

std::string namesUsing(const Keyspace& keyspace, const std::string& name, bool tables)
{
    std::string users;
    const auto add = [&](const std::string& user) { users += (users.empty() ? "" : ", ") + user; };
    if (tables) {
        for (const auto& [tableName, table] : keyspace.tables) {
            const auto columns = table->selectOrder();
            if (std::any_of(columns.begin(), columns.end(), [&](const ColumnPtr& column) {
                    return refersToType(*column->type, keyspace.name, name);
                }))
                add(tableName);
        }
        return users;
    }
    for (const auto& [typeName, type] : keyspace.types) {
        if (typeName != name && refersToType(*type, keyspace.name, name))
            add(typeName);
    }
    return users;
}

} // namespace

Result<SchemaTransformation> createType(const Ddl& ddl, const cql::ParsedCreateType& parsed)
{
    RW_ASSIGN(const std::string in, ddl.keyspaceOf(parsed.type));
    RW_TRY(ddl.checkModifiable(in, false));
    const KeyspacePtr before = ddl.schema->keyspace(in);
    if (!before)
        return invalid("Keyspace '" + in + "' doesn't exist");
    const std::string name{parsed.type.name};
    if (before->type(name)) {
        if (parsed.ifNotExists)
            return ddl.unchanged();
        return invalid("A user type with name '" + name + "' already exists");
    }
    Fields fields;
    for (const cql::FieldDefinition& definition : parsed.fields) {
        for (const Type::Field& earlier : fields) {
            if (earlier.name == definition.name)
                return invalid("Duplicate field name '" + earlier.name + "' in type '" + name +
                               "'");
        }
        RW_ASSIGN(TypePtr type, resolveField(definition.type, *before));
        fields.push_back({std::string{definition.name}, std::move(type)});
    }
    Keyspace keyspace = *before;
    keyspace.types[name] = Type::udt(in, name, std::move(fields), false);
    auto change = typeChange(ChangeDescription::Change::Created, keyspace, name);
    return ddl.changed(std::move(keyspace), std::move(change));
}

Result<SchemaTransformation> alterType(const Ddl& ddl, const cql::ParsedAlterType& parsed)
{
    RW_ASSIGN(const std::string in, ddl.keyspaceOf(parsed.type));
    RW_TRY(ddl.checkModifiable(in, false));
    const KeyspacePtr before = ddl.schema->keyspace(in);
    const std::string name{parsed.type.name};
    const TypePtr type = before ? before->type(name) : nullptr;
    if (!type) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Type " + in + "." + name + " doesn't exist");
    }
    Fields fields = fieldsOf(*type);
    switch (parsed.action) {
    case cql::ParsedAlterType::Action::AlterField:
        return invalid("Altering field types is no longer supported");
    case cql::ParsedAlterType::Action::AddField:
        RW_TRY(addField(ddl, parsed, *before, type, fields));
        break;
    case cql::ParsedAlterType::Action::RenameFields:
        RW_TRY(renameFields(parsed, *before, type, fields));
        break;
    }
    Keyspace keyspace = *before;
    putType(keyspace, Type::udt(in, name, std::move(fields), false));
    auto change = typeChange(ChangeDescription::Change::Updated, keyspace, name);
    return ddl.changed(std::move(keyspace), std::move(change));
}

Result<SchemaTransformation> dropType(const Ddl& ddl, const cql::ParsedDrop& parsed)
{
    RW_ASSIGN(const std::string in, ddl.keyspaceOf(parsed.name));
    RW_TRY(ddl.checkModifiable(in, false));
    const KeyspacePtr before = ddl.schema->keyspace(in);
    const std::string name{parsed.name.name};
    if (!before || !before->type(name)) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Type '" + in + "." + name + "' doesn't exist");
    }
    for (const Function& function : before->functions) {
        const auto uses = [&](const TypePtr& t) { return refersToType(*t, in, name); };
        if (uses(function.returnType) ||
            std::any_of(function.argumentTypes.begin(), function.argumentTypes.end(), uses))
            return invalid("Cannot drop user type '" + in + "." + name +
                           "' as it is still used by functions " + function.name);
    }
    if (const std::string users = namesUsing(*before, name, false); !users.empty())
        return invalid("Cannot drop user type '" + in + "." + name +
                       "' as it is still used by user types " + users);
    if (const std::string users = namesUsing(*before, name, true); !users.empty())
        return invalid("Cannot drop user type '" + in + "." + name +
                       "' as it is still used by tables " + users);
    Keyspace keyspace = *before;
    keyspace.types.erase(name);
    auto change = typeChange(ChangeDescription::Change::Dropped, keyspace, name);
    return ddl.changed(std::move(keyspace), std::move(change));
}

} // namespace engine::schema::detail
