#include "engine/cql/numbers.h"
#include "engine/schema/ddl_parts.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>

namespace engine::schema::detail {

using cql::ParsedAlterTable;

namespace {

std::string fullName(const Table::Spec& spec)
{
    return spec.keyspace + "." + spec.name;
}

Column* findColumn(Table::Spec& spec, std::string_view name)
{
    const auto at = std::find_if(spec.columns.begin(), spec.columns.end(),
                                 [&](const Column& column) { return column.name == name; });
    return at == spec.columns.end() ? nullptr : &*at;
}

Result<void> checkReAdded(const Table::Spec& spec, const Column& column)
{
    for (const DroppedColumn& dropped : spec.dropped) {
        const Column& before = *dropped.column;
        if (before.name != column.name)
            continue;
        if (!cql::sameType(before.type, expandUserTypes(column.type)))
            return invalid("Cannot re-add previously dropped column '" + column.name +
                           "' of type " + column.type->toString() +
                           ", incompatible with previous type " + before.type->toString());
        if (before.isStatic() != column.isStatic())
            return invalid("Cannot re-add previously dropped column '" + column.name +
                           "' of kind " + (column.isStatic() ? "STATIC" : "REGULAR") +
                           ", incompatible with previous kind " +
                           (before.isStatic() ? "STATIC" : "REGULAR"));
        if (before.type->isCounter())
            return invalid("Cannot re-add previously dropped counter column " + column.name);
    }
    return ok();
}

Result<void> addColumn(const cql::ColumnDefinition& definition, const Keyspace& keyspace,
                       bool ifNotExists, Table::Spec& spec)
{
    Column column;
    column.name = std::string{definition.name};
    RW_ASSIGN(column.type, resolveType(definition.type, keyspace));
    if (findColumn(spec, column.name) != nullptr) {
        if (ifNotExists)
            return ok();
        return invalid("Column with name '" + column.name + "' already exists");
    }
    if (definition.mask != nullptr)
        return invalid(
            "Cannot mask columns because dynamic data masking is not enabled. You can "
            "enable it with the dynamic_data_masking_enabled property on cassandra.yaml");
    if (definition.isStatic) {
        const bool clustered =
            std::any_of(spec.columns.begin(), spec.columns.end(),
                        [](const Column& c) { return c.kind == ColumnKind::Clustering; });
        if (!clustered)
            return invalid("Static columns are only useful (and thus allowed) if the table has at "
                           "least one clustering column");
        column.kind = ColumnKind::Static;
    }
    RW_TRY(checkReAdded(spec, column));
    if (spec.isCounter && !column.type->isCounter())
        return badConfig(fullName(spec) + ": Cannot have a non counter column (\"" + column.name +
                         "\") in a counter table");
    if (!spec.isCounter && column.type->isCounter())
        return badConfig(fullName(spec) + ": Cannot have a counter column (\"" + column.name +
                         "\") in a non counter table");
    spec.columns.push_back(std::move(column));
    return ok();
}

bool indexIsOn(const Index& index, const std::string& column)
{
    const auto target = index.options.find("target");
    if (target == index.options.end())
        return false;
    std::string name = target->second;
    if (const std::size_t open = name.find('('); open != std::string::npos && name.ends_with(")"))
        name = name.substr(open + 1, name.size() - open - 2);
    return name == column || name == "\"" + column + "\"";
}

std::string indexesOn(const Table::Spec& spec, const std::string& column)
{
    std::string names;
    for (const Index& index : spec.indexes) {
        if (indexIsOn(index, column))
            names += (names.empty() ? "" : ", ") + index.name;
    }
    return names;
}

bool hasViews(const Keyspace& keyspace, const Table::Spec& spec)
{
    return std::any_of(keyspace.views.begin(), keyspace.views.end(),
                       [&](const auto& view) { return view.second.baseId == spec.id; });
}

Result<void> dropColumn(const std::string& name, WriteTimestamp at, const Keyspace& keyspace,
                        bool ifColumnExists, Table::Spec& spec)
{
    const Column* column = findColumn(spec, name);
    if (column == nullptr) {
        if (ifColumnExists)
            return ok();
        return invalid("Column " + name + " was not found in table '" + fullName(spec) + "'");
    }
    if (column->isPrimaryKey())
        return invalid("Cannot drop PRIMARY KEY column " + name);
    if (column->type->kind() == cql::TypeKind::Udt && column->type->isMultiCell())
        return invalid("Cannot drop non-frozen column " + name + " of user type " +
                       column->type->toString());
    if (const std::string indexes = indexesOn(spec, name); !indexes.empty())
        return invalid("Cannot drop column " + name +
                       " because it has dependent secondary indexes (" + indexes + ")");
    if (hasViews(keyspace, spec))
        return invalid("Cannot drop column " + name + " on base table " + spec.name +
                       " with materialized views");
    Column recorded = *column;
    recorded.type = expandUserTypes(column->type);
    std::erase_if(spec.dropped, [&](const DroppedColumn& old) { return old.column->name == name; });
    spec.dropped.push_back({std::make_shared<const Column>(std::move(recorded)), at});
    std::erase_if(spec.columns, [&](const Column& old) { return old.name == name; });
    return ok();
}

Result<void> dropColumns(const Ddl& ddl, const ParsedAlterTable& parsed, const Keyspace& keyspace,
                         Table::Spec& spec)
{
    WriteTimestamp at = ddl.context.now;
    if (parsed.dropTimestamp != nullptr) {
        const auto given = cql::int64FromString(parsed.dropTimestamp->text);
        if (!given)
            return invalid("Invalid timestamp " + std::string{parsed.dropTimestamp->text});
        at = WriteTimestamp{*given};
    }
    for (const std::string_view name : parsed.dropped)
        RW_TRY(dropColumn(std::string{name}, at, keyspace, parsed.ifColumnExists, spec));
    return ok();
}

Result<void> renameColumns(const ParsedAlterTable& parsed, const Keyspace& keyspace,
                           Table::Spec& spec)
{
    for (const cql::Rename& rename : parsed.renames) {
        const std::string from{rename.from};
        const std::string to{rename.to};
        Column* column = findColumn(spec, from);
        if (column == nullptr) {
            if (parsed.ifColumnExists)
                continue;
            return invalid("Column " + from + " was not found in table '" + fullName(spec) + "'");
        }
        if (!column->isPrimaryKey())
            return invalid("Cannot rename non PRIMARY KEY column " + from);
        if (findColumn(spec, to) != nullptr)
            return invalid("Cannot rename column " + from + " to " + to + " in table '" +
                           fullName(spec) + "'; another column with that name already exists");
        if (const std::string indexes = indexesOn(spec, from); !indexes.empty())
            return invalid("Can't rename column " + from +
                           " because it has dependent secondary indexes (" + indexes + ")");
        if (hasViews(keyspace, spec))
            return invalid("Renaming a column of a table with materialized views is not supported "
                           "yet");
        column->name = to;
    }
    return ok();
}

Result<void> alterOptions(const ParsedAlterTable& parsed, const Keyspace& keyspace,
                          Table::Spec& spec)
{
    RW_ASSIGN(const Properties properties, readProperties(parsed.properties));
    if (properties.has("id"))
        return badConfig("Cannot alter table id.");
    RW_ASSIGN(spec.params, applyTableOptions(properties, spec.params, false));
    if (spec.isCounter && spec.params.defaultTimeToLive > 0)
        return invalid("Cannot set default_time_to_live on a table with counters");
    if (hasViews(keyspace, spec) && spec.params.gcGraceSeconds == 0)
        return invalid(
            "Cannot alter gc_grace_seconds of the base table of a materialized view to 0, "
            "since this value is used to TTL undelivered updates. Setting "
            "gc_grace_seconds too low might cause undelivered updates to expire before "
            "being replayed.");
    return ok();
}

Result<void> applyAction(const Ddl& ddl, const ParsedAlterTable& parsed, const Keyspace& keyspace,
                         Table::Spec& spec)
{
    using Action = ParsedAlterTable::Action;
    switch (parsed.action) {
    case Action::AlterType:
        return invalid("Altering column types is no longer supported");
    case Action::Mask:
    case Action::DropMask:
        for (const cql::ColumnDefinition& column : parsed.columns) {
            if (findColumn(spec, column.name) == nullptr && !parsed.ifColumnExists)
                return invalid("Column with name '" + std::string{column.name} +
                               "' doesn't exist on table '" + spec.name + "'");
        }
        return invalid(
            "Cannot mask columns because dynamic data masking is not enabled. You can "
            "enable it with the dynamic_data_masking_enabled property on cassandra.yaml");
    case Action::Add:
        for (const cql::ColumnDefinition& definition : parsed.columns)
            RW_TRY(addColumn(definition, keyspace, parsed.ifColumnExists, spec));
        return ok();
    case Action::Drop:
        return dropColumns(ddl, parsed, keyspace, spec);
    case Action::DropCompactStorage:
        return invalid("DROP COMPACT STORAGE is disabled. Enable in cassandra.yaml to use.");
    case Action::Rename:
        return renameColumns(parsed, keyspace, spec);
    case Action::With:
        return alterOptions(parsed, keyspace, spec);
    }
    return ok();
}

} // namespace

Result<SchemaTransformation> alterTable(const Ddl& ddl, const ParsedAlterTable& parsed)
{
    RW_ASSIGN(const std::string in, ddl.keyspaceOf(parsed.table));
    RW_TRY(ddl.checkModifiable(in, false));
    const KeyspacePtr before = ddl.schema->keyspace(in);
    const TablePtr table = before ? before->table(parsed.table.name) : nullptr;
    const std::string name{parsed.table.name};
    if (!table) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Table '" + in + "." + name + "' doesn't exist");
    }
    if (table->isView())
        return invalid("Cannot use ALTER TABLE on a materialized view; use ALTER MATERIALIZED VIEW "
                       "instead");
    Table::Spec spec = table->spec();
    RW_TRY(applyAction(ddl, parsed, *before, spec));
    Keyspace keyspace = *before;
    keyspace.tables[name] = Table::make(std::move(spec), table);
    return ddl.changed(
        std::move(keyspace),
        {ChangeDescription::Change::Updated, ChangeDescription::Target::Table, in, name, {}});
}

} // namespace engine::schema::detail
