#include "engine/schema/ddl_parts.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>

namespace engine::schema::detail {

using cql::ParsedCreateTable;

namespace {

struct KeyColumns {
    std::vector<std::string> partition;
    std::vector<std::string> clustering;
};

std::string quotedName(std::string_view name)
{
    return "'" + std::string{name} + "'";
}

Result<void> checkDuplicates(const ParsedCreateTable& parsed)
{
    for (std::size_t i = 0; i < parsed.columns.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (parsed.columns[i].name == parsed.columns[k].name)
                return invalid("Duplicate column " + quotedName(parsed.columns[i].name) +
                               " declaration for table " + quotedName(parsed.table.name));
        }
    }
    return ok();
}

Result<KeyColumns> findPrimaryKey(const ParsedCreateTable& parsed)
{
    KeyColumns key;
    std::size_t given = parsed.primaryKeys.size();
    for (const cql::ColumnDefinition& column : parsed.columns) {
        if (column.isPrimaryKey) {
            ++given;
            key.partition = {std::string{column.name}};
        }
    }
    const std::string table = quotedName(parsed.table.name);
    if (given == 0)
        return invalid("No PRIMARY KEY specifed for table " + table + " (exactly one required)");
    if (given > 1)
        return invalid("Multiple PRIMARY KEY specified for table " + table +
                       " (exactly one required)");
    if (!parsed.primaryKeys.empty()) {
        for (const std::string_view name : parsed.primaryKeys[0].partitionKey)
            key.partition.emplace_back(name);
        for (const std::string_view name : parsed.primaryKeys[0].clustering)
            key.clustering.emplace_back(name);
    }
    std::vector<std::string> all = key.partition;
    all.insert(all.end(), key.clustering.begin(), key.clustering.end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto has = [&](const cql::ColumnDefinition& column) { return column.name == all[i]; };
        if (std::none_of(parsed.columns.begin(), parsed.columns.end(), has))
            return invalid("Unknown column " + quotedName(all[i]) +
                           " referenced in PRIMARY KEY for table " + table);
        if (std::find(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), all[i]) !=
            all.begin() + static_cast<std::ptrdiff_t>(i))
            return invalid("Duplicate column " + quotedName(all[i]) +
                           " in PRIMARY KEY clause for table " + table);
    }
    return key;
}

Result<void> checkKeyColumn(const Column& column, bool isStatic)
{
    const cql::Type& type = *column.type;
    if (isStatic)
        return invalid("Static column " + quotedName(column.name) +
                       " cannot be part of the PRIMARY KEY");
    if (type.isMultiCell() && type.isCollection())
        return invalid("Invalid non-frozen collection type " + type.toString() +
                       " for PRIMARY KEY column " + quotedName(column.name));
    if (type.isMultiCell())
        return invalid("Invalid non-frozen user-defined type \"" + type.keyspace() + "." +
                       type.name() + "\" for PRIMARY KEY column " + quotedName(column.name));
    if (type.isCounter())
        return invalid("counter type is not supported for PRIMARY KEY column " +
                       quotedName(column.name));
    if (type.kind() == cql::TypeKind::Duration)
        return invalid("duration type is not supported for PRIMARY KEY column " +
                       quotedName(column.name));
    return ok();
}

Result<void> checkClusteringOrder(const ParsedCreateTable& parsed, const KeyColumns& key)
{
    const auto& order = parsed.clusteringOrder;
    if (order.empty())
        return ok();
    for (const cql::ClusteringOrdering& ordering : order) {
        if (std::find(key.clustering.begin(), key.clustering.end(), ordering.column) ==
            key.clustering.end())
            return invalid("Only clustering key columns can be defined in CLUSTERING ORDER "
                           "directive: [" +
                           std::string{ordering.column} + "] are not clustering columns");
    }
    for (const std::string& name : key.clustering) {
        if (std::none_of(order.begin(), order.end(),
                         [&](const auto& ordering) { return ordering.column == name; }))
            return invalid("Missing CLUSTERING ORDER for column " + name);
    }
    for (std::size_t i = 0; i < order.size() && i < key.clustering.size(); ++i) {
        if (order[i].column != key.clustering[i])
            return invalid("The order of columns in the CLUSTERING ORDER directive must match that "
                           "of the clustering columns (" +
                           key.clustering[i] + " must appear before " +
                           std::string{order[i].column} + ")");
    }
    return ok();
}

void placeInKey(Column& column, const ParsedCreateTable& parsed, const KeyColumns& key)
{
    const auto partition = std::find(key.partition.begin(), key.partition.end(), column.name);
    if (partition != key.partition.end()) {
        column.kind = ColumnKind::PartitionKey;
        column.position = static_cast<std::uint16_t>(partition - key.partition.begin());
        return;
    }
    const auto clustering = std::find(key.clustering.begin(), key.clustering.end(), column.name);
    if (clustering == key.clustering.end())
        return;
    column.kind = ColumnKind::Clustering;
    column.position = static_cast<std::uint16_t>(clustering - key.clustering.begin());
    column.order = ClusteringOrder::Ascending;
    for (const cql::ClusteringOrdering& ordering : parsed.clusteringOrder) {
        if (ordering.column == column.name && ordering.descending)
            column.order = ClusteringOrder::Descending;
    }
}

Result<void> addColumns(const ParsedCreateTable& parsed, const Keyspace& keyspace,
                        const KeyColumns& key, Table::Spec& spec)
{
    bool hasStatic = false;
    bool hasCounter = false;
    bool hasOther = false;
    for (const cql::ColumnDefinition& definition : parsed.columns) {
        if (definition.mask != nullptr)
            return invalid(
                "Cannot mask columns because dynamic data masking is not enabled. You can "
                "enable it with the dynamic_data_masking_enabled property on "
                "cassandra.yaml");
        Column column;
        column.name = std::string{definition.name};
        RW_ASSIGN(column.type, resolveType(definition.type, keyspace));
        placeInKey(column, parsed, key);
        if (column.isPrimaryKey()) {
            RW_TRY(checkKeyColumn(column, definition.isStatic));
            column.type = cql::Type::frozen(column.type);
        } else {
            (column.type->isCounter() ? hasCounter : hasOther) = true;
            if (definition.isStatic)
                column.kind = ColumnKind::Static;
            hasStatic |= definition.isStatic;
        }
        spec.columns.push_back(std::move(column));
    }
    if (hasStatic && key.clustering.empty())
        return invalid(
            "Static columns are only useful (and thus allowed) if the table has at least "
            "one clustering column");
    if (hasCounter && hasOther)
        return invalid("Cannot mix counter and non counter columns in the same table");
    spec.isCounter = hasCounter;
    return ok();
}

Result<TableId> idFrom(const Properties& properties, const Ddl& ddl, const Table::Spec& spec)
{
    if (!properties.has("id"))
        return ddl.context.newTableId(spec.keyspace, spec.name);
    std::string given;
    RW_TRY(properties.text("id", given));
    const auto id = Uuid::parse(given);
    if (!id)
        return badConfig("Invalid table id");
    return TableId{*id};
}

} // namespace

Result<SchemaTransformation> createTable(const Ddl& ddl, const ParsedCreateTable& parsed)
{
    Table::Spec spec;
    RW_ASSIGN(spec.keyspace, ddl.keyspaceOf(parsed.table));
    RW_TRY(ddl.checkModifiable(spec.keyspace, false));
    spec.name = std::string{parsed.table.name};
    RW_ASSIGN(const Properties properties, readProperties(parsed.properties));
    RW_TRY(checkDuplicates(parsed));
    const KeyspacePtr before = ddl.schema->keyspace(spec.keyspace);
    if (!before)
        return invalid("Keyspace '" + spec.keyspace + "' doesn't exist");
    if (before->table(spec.name)) {
        if (parsed.ifNotExists)
            return ddl.unchanged();
        return Error{ErrorCode::AlreadyExists, "Cannot add already existing table \"" + spec.name +
                                                   "\" to keyspace \"" + spec.keyspace + "\""};
    }
    RW_ASSIGN(const KeyColumns key, findPrimaryKey(parsed));
    RW_TRY(addColumns(parsed, *before, key, spec));
    RW_TRY(checkClusteringOrder(parsed, key));
    if (parsed.compactStorage) {
        if (spec.columns.size() == key.partition.size() + key.clustering.size())
            return invalid("No definition found that is not part of the PRIMARY KEY");
        return invalid("COMPACT STORAGE tables are not supported; leave out WITH COMPACT STORAGE");
    }
    RW_ASSIGN(spec.params, applyTableOptions(properties, {}, true));
    if (spec.isCounter && spec.params.defaultTimeToLive > 0)
        return invalid("Cannot set default_time_to_live on a table with counters");
    RW_ASSIGN(spec.id, idFrom(properties, ddl, spec));
    if (!isWord(spec.name))
        return badConfig(spec.keyspace + "." + spec.name +
                         ": Table name must not be empty, more than 48 characters long, or contain "
                         "non-alphanumeric-underscore characters (got \"" +
                         spec.name + "\")");
    Keyspace keyspace = *before;
    const std::string name = spec.name;
    keyspace.tables[name] = Table::make(std::move(spec));
    ChangeDescription change{ChangeDescription::Change::Created,
                             ChangeDescription::Target::Table,
                             keyspace.name,
                             name,
                             {}};
    return ddl.changed(std::move(keyspace), std::move(change));
}

Result<SchemaTransformation> dropTable(const Ddl& ddl, const cql::ParsedDrop& parsed)
{
    RW_ASSIGN(const std::string in, ddl.keyspaceOf(parsed.name));
    RW_TRY(ddl.checkModifiable(in, false));
    const KeyspacePtr before = ddl.schema->keyspace(in);
    const TablePtr table = before ? before->table(parsed.name.name) : nullptr;
    const std::string name{parsed.name.name};
    if (!table) {
        if (parsed.ifExists)
            return ddl.unchanged();
        return invalid("Table '" + in + "." + name + "' doesn't exist");
    }
    if (table->isView())
        return invalid("Cannot use DROP TABLE on a materialized view. Please use DROP MATERIALIZED "
                       "VIEW instead.");
    for (const auto& [viewName, view] : before->views) {
        if (view.baseId == table->id())
            return invalid("Cannot drop a table when materialized views still depend on it (" + in +
                           ")");
    }
    Keyspace keyspace = *before;
    keyspace.tables.erase(name);
    return ddl.changed(
        std::move(keyspace),
        {ChangeDescription::Change::Dropped, ChangeDescription::Target::Table, in, name, {}});
}

} // namespace engine::schema::detail
