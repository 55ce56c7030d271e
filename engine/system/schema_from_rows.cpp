#include "engine/base/arena.h"
#include "engine/cql/parser.h"
#include "engine/schema/schema_change.h"
#include "engine/schema/type_resolver.h"
#include "engine/system/schema_rows.h"
#include "engine/system/schema_values.h"

#include <algorithm>

namespace engine::system {

using detail::KeyspaceRows;
using detail::Of;
using detail::RowKey;
using detail::RowValues;
using schema::Keyspace;
using schema::Table;

namespace {

Error corrupt(std::string text)
{
    return {ErrorCode::Corrupt, "system_schema: " + std::move(text)};
}

/// Reads one row's values with defaults for what is null.
class Fields {
public:
    explicit Fields(const RowValues& values) : m_values(values) {}

    [[nodiscard]] std::string text(const char* name, const std::string& otherwise = {}) const
    {
        const Bytes* value = find(name);
        return value == nullptr ? otherwise : *value;
    }
    [[nodiscard]] std::int32_t integer(const char* name, std::int32_t otherwise = 0) const
    {
        const Bytes* value = find(name);
        return value != nullptr && value->size() == 4 ? loadBigEndian<std::int32_t>(value->data())
                                                      : otherwise;
    }
    [[nodiscard]] std::int64_t big(const char* name) const
    {
        const Bytes* value = find(name);
        return value != nullptr && value->size() == 8 ? loadBigEndian<std::int64_t>(value->data())
                                                      : 0;
    }
    [[nodiscard]] double real(const char* name, double otherwise) const
    {
        const Bytes* value = find(name);
        return value != nullptr && value->size() == 8 ? ByteReader{*value}.f64() : otherwise;
    }
    [[nodiscard]] bool boolean(const char* name, bool otherwise) const
    {
        const Bytes* value = find(name);
        return value != nullptr && value->size() == 1 ? (*value)[0] != 0 : otherwise;
    }
    [[nodiscard]] bool has(const char* name) const { return find(name) != nullptr; }
    [[nodiscard]] Result<std::vector<std::string>> list(const char* name) const
    {
        const Bytes* value = find(name);
        if (value == nullptr)
            return std::vector<std::string>{};
        return detail::decodeList(*value);
    }
    [[nodiscard]] Result<schema::StringMap> map(const char* name) const
    {
        const Bytes* value = find(name);
        if (value == nullptr)
            return schema::StringMap{};
        return detail::decodeMap(*value);
    }
    [[nodiscard]] Result<Uuid> uuid(const char* name) const
    {
        const Bytes* value = find(name);
        if (value == nullptr || value->size() != 16)
            return corrupt(std::string{"a row has no "} + name);
        return Uuid::fromBytes(*value);
    }

private:
    [[nodiscard]] const Bytes* find(const char* name) const
    {
        const auto at = m_values.find(name);
        return at == m_values.end() ? nullptr : &at->second;
    }
    const RowValues& m_values;
};

Result<schema::TableParams> paramsFrom(const Fields& row)
{
    schema::TableParams params;
    params.additionalWritePolicy =
        row.text("additional_write_policy", params.additionalWritePolicy);
    params.bloomFilterFpChance = row.real("bloom_filter_fp_chance", params.bloomFilterFpChance);
    RW_ASSIGN(params.caching, row.map("caching"));
    params.comment = row.text("comment");
    RW_ASSIGN(params.compaction, row.map("compaction"));
    RW_ASSIGN(params.compression, row.map("compression"));
    params.crcCheckChance = row.real("crc_check_chance", params.crcCheckChance);
    params.defaultTimeToLive = row.integer("default_time_to_live");
    RW_ASSIGN(const schema::StringMap extensions, row.map("extensions"));
    params.extensions = extensions;
    params.gcGraceSeconds = row.integer("gc_grace_seconds", params.gcGraceSeconds);
    params.maxIndexInterval = row.integer("max_index_interval", params.maxIndexInterval);
    params.memtableFlushPeriodMs = row.integer("memtable_flush_period_in_ms");
    params.minIndexInterval = row.integer("min_index_interval", params.minIndexInterval);
    params.readRepair = row.text("read_repair", params.readRepair);
    params.speculativeRetry = row.text("speculative_retry", params.speculativeRetry);
    params.cdc = row.boolean("cdc", false);
    params.memtable = row.text("memtable", params.memtable);
    params.incrementalBackups = row.boolean("incremental_backups", true);
    if (row.has("allow_auto_snapshot"))
        params.allowAutoSnapshot = row.boolean("allow_auto_snapshot", true);
    return params;
}

Result<cql::TypePtr> typeFrom(const std::string& text, const Keyspace& keyspace)
{
    Arena arena;
    const auto parsed = cql::parseType(text, arena);
    if (!parsed)
        return corrupt("cannot read the type \"" + text + "\" in keyspace " + keyspace.name);
    return schema::resolveType(**parsed, keyspace);
}

Result<std::vector<cql::TypePtr>> typesFrom(const std::vector<std::string>& texts,
                                            const Keyspace& keyspace)
{
    std::vector<cql::TypePtr> types;
    for (const std::string& text : texts) {
        RW_ASSIGN(cql::TypePtr type, typeFrom(text, keyspace));
        types.push_back(std::move(type));
    }
    return types;
}

/// Rows of one table of system_schema within a keyspace.
template <class Visit>
Result<void> forRows(const KeyspaceRows& rows, Of table, Visit visit)
{
    for (auto at = rows.lower_bound({table, {}}); at != rows.end() && at->first.table == table;
         ++at)
        RW_TRY(visit(at->first.clustering, Fields{at->second}));
    return ok();
}

/// Only those whose clustering begins with `name`.
template <class Visit>
Result<void> forRowsOf(const std::string& name, const KeyspaceRows& rows, Of table, Visit visit)
{
    for (auto at = rows.lower_bound({table, {name}});
         at != rows.end() && at->first.table == table && at->first.clustering[0] == name; ++at)
        RW_TRY(visit(at->first.clustering, Fields{at->second}));
    return ok();
}

Result<void> readTypes(const KeyspaceRows& rows, Keyspace& keyspace)
{
    // A type may use others: go round until none is left that could be resolved.
    std::map<std::string, RowValues> waiting;
    for (auto at = rows.lower_bound({Of::Types, {}});
         at != rows.end() && at->first.table == Of::Types; ++at)
        waiting[at->first.clustering[0]] = at->second;
    while (!waiting.empty()) {
        const std::size_t before = waiting.size();
        for (auto at = waiting.begin(); at != waiting.end();) {
            const Fields row{at->second};
            RW_ASSIGN(const auto names, row.list("field_names"));
            RW_ASSIGN(const auto texts, row.list("field_types"));
            const auto types = typesFrom(texts, keyspace);
            if (!types || types->size() != names.size()) {
                ++at;
                continue;
            }
            std::vector<cql::Type::Field> fields;
            for (std::size_t i = 0; i < names.size(); ++i)
                fields.push_back({names[i], (*types)[i]});
            keyspace.types[at->first] =
                cql::Type::udt(keyspace.name, at->first, std::move(fields), false);
            at = waiting.erase(at);
        }
        if (waiting.size() == before)
            return corrupt("the user type " + keyspace.name + "." + waiting.begin()->first +
                           " uses a type that does not exist");
    }
    return ok();
}

schema::ColumnKind kindFrom(const std::string& text)
{
    if (text == "partition_key")
        return schema::ColumnKind::PartitionKey;
    if (text == "clustering")
        return schema::ColumnKind::Clustering;
    return text == "static" ? schema::ColumnKind::Static : schema::ColumnKind::Regular;
}

Result<void> readColumns(const KeyspaceRows& rows, const Keyspace& keyspace, Table::Spec& spec)
{
    const auto readColumn = [&](const auto& key, const Fields& row) -> Result<void> {
        schema::Column column;
        column.name = key[1];
        column.kind = kindFrom(row.text("kind"));
        if (column.isPrimaryKey())
            column.position = static_cast<std::uint16_t>(row.integer("position"));
        RW_ASSIGN(column.type, typeFrom(row.text("type"), keyspace));
        if (column.isPrimaryKey())
            column.type = cql::Type::frozen(column.type);
        if (column.kind == schema::ColumnKind::Clustering)
            column.order = row.text("clustering_order") == "desc"
                               ? schema::ClusteringOrder::Descending
                               : schema::ClusteringOrder::Ascending;
        spec.columns.push_back(std::move(column));
        return ok();
    };
    const auto readDropped = [&](const auto& key, const Fields& row) -> Result<void> {
        schema::Column column;
        column.name = key[1];
        column.kind = kindFrom(row.text("kind"));
        RW_ASSIGN(column.type, typeFrom(row.text("type"), keyspace));
        spec.dropped.push_back({std::make_shared<const schema::Column>(std::move(column)),
                                WriteTimestamp{row.big("dropped_time") * 1000}});
        return ok();
    };
    const auto readIndex = [&](const auto& key, const Fields& row) -> Result<void> {
        schema::Index index;
        index.name = key[1];
        const std::string kind = row.text("kind");
        index.kind = kind == "CUSTOM" ? schema::IndexKind::Custom
                     : kind == "KEYS" ? schema::IndexKind::Keys
                                      : schema::IndexKind::Composites;
        RW_ASSIGN(index.options, row.map("options"));
        spec.indexes.push_back(std::move(index));
        return ok();
    };
    RW_TRY(forRowsOf(spec.name, rows, Of::Columns, readColumn));
    RW_TRY(forRowsOf(spec.name, rows, Of::DroppedColumns, readDropped));
    RW_TRY(forRowsOf(spec.name, rows, Of::Indexes, readIndex));
    return forRowsOf(spec.name, rows, Of::Triggers,
                     [&](const auto& key, const Fields& row) -> Result<void> {
                         RW_ASSIGN(spec.triggers[key[1]], row.map("options"));
                         return ok();
                     });
}

Result<schema::TablePtr> makeTable(Table::Spec spec, const schema::SchemaPtr& previous)
{
    const bool keyed =
        std::any_of(spec.columns.begin(), spec.columns.end(), [](const auto& column) {
            return column.kind == schema::ColumnKind::PartitionKey;
        });
    if (!keyed)
        return corrupt("the table " + spec.keyspace + "." + spec.name + " has no partition key");
    const schema::TablePtr old = previous ? previous->table(spec.id) : nullptr;
    schema::TablePtr made = Table::make(std::move(spec), old);
    // Sharing spares prepared statements of other tables from being prepared again.
    return old && schema::sameTable(old, made) ? old : made;
}

Result<void> readTables(const KeyspaceRows& rows, Keyspace& keyspace,
                        const schema::SchemaPtr& previous)
{
    RW_TRY(forRows(rows, Of::Tables, [&](const auto& key, const Fields& row) -> Result<void> {
        Table::Spec spec;
        spec.keyspace = keyspace.name;
        spec.name = key[0];
        RW_ASSIGN(spec.id.value, row.uuid("id"));
        RW_ASSIGN(spec.params, paramsFrom(row));
        RW_ASSIGN(const auto flags, row.list("flags"));
        const auto has = [&](const char* flag) {
            return std::find(flags.begin(), flags.end(), flag) != flags.end();
        };
        spec.isCompound = has("compound");
        spec.isCounter = has("counter");
        spec.isDense = has("dense");
        spec.isSuper = has("super");
        RW_TRY(readColumns(rows, keyspace, spec));
        RW_ASSIGN(keyspace.tables[key[0]], makeTable(std::move(spec), previous));
        return ok();
    }));
    return forRows(rows, Of::Views, [&](const auto& key, const Fields& row) -> Result<void> {
        Table::Spec spec;
        spec.keyspace = keyspace.name;
        spec.name = key[0];
        spec.isView = true;
        RW_ASSIGN(spec.id.value, row.uuid("id"));
        RW_ASSIGN(spec.params, paramsFrom(row));
        RW_TRY(readColumns(rows, keyspace, spec));
        schema::View view;
        RW_ASSIGN(view.baseId.value, row.uuid("base_table_id"));
        view.baseTable = row.text("base_table_name");
        view.includesAllColumns = row.boolean("include_all_columns", false);
        view.whereClause = row.text("where_clause");
        RW_ASSIGN(view.table, makeTable(std::move(spec), previous));
        keyspace.views[key[0]] = std::move(view);
        return ok();
    });
}

Result<void> readFunctions(const KeyspaceRows& rows, Keyspace& keyspace)
{
    RW_TRY(forRows(rows, Of::Functions, [&](const auto& key, const Fields& row) -> Result<void> {
        schema::Function function;
        function.name = key[0];
        RW_ASSIGN(const auto texts, detail::decodeList(key[1]));
        RW_ASSIGN(function.argumentTypes, typesFrom(texts, keyspace));
        RW_ASSIGN(function.argumentNames, row.list("argument_names"));
        function.argumentNames.resize(function.argumentTypes.size());
        function.body = row.text("body");
        function.calledOnNullInput = row.boolean("called_on_null_input", false);
        function.language = row.text("language");
        RW_ASSIGN(function.returnType, typeFrom(row.text("return_type"), keyspace));
        keyspace.functions.push_back(std::move(function));
        return ok();
    }));
    return forRows(rows, Of::Aggregates, [&](const auto& key, const Fields& row) -> Result<void> {
        schema::Aggregate aggregate;
        aggregate.name = key[0];
        RW_ASSIGN(const auto texts, detail::decodeList(key[1]));
        RW_ASSIGN(aggregate.argumentTypes, typesFrom(texts, keyspace));
        aggregate.stateFunction = row.text("state_func");
        aggregate.finalFunction = row.text("final_func");
        if (row.has("initcond"))
            aggregate.initialCondition = row.text("initcond");
        RW_ASSIGN(aggregate.returnType, typeFrom(row.text("return_type"), keyspace));
        RW_ASSIGN(aggregate.stateType, typeFrom(row.text("state_type"), keyspace));
        keyspace.aggregates.push_back(std::move(aggregate));
        return ok();
    });
}

/// Adds a partition's live rows.
void collect(const rows::Partition& partition, KeyspaceRows& into)
{
    const auto names = detail::kSchemaTableNames;
    const auto name = std::find(names.begin(), names.end(), partition.table()->name());
    if (name == names.end())
        return;
    const auto which = static_cast<Of>(name - names.begin());
    for (const rows::Unfiltered& unfiltered : partition.unfiltereds) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Row || !isLiveRow(unfiltered.row))
            continue;
        const rows::Row& row = unfiltered.row;
        RowValues values;
        for (const rows::Cell& cell : row.cells) {
            if (!cell.isTombstone())
                values[cell.column->name] = Bytes{cell.value};
        }
        RowKey key{which, {}};
        for (const ByteView value : row.clustering.values)
            key.clustering.emplace_back(value);
        into[std::move(key)] = std::move(values);
    }
}

} // namespace

Result<Keyspace> detail::keyspaceFromRows(const std::string& name, const KeyspaceRows& rows,
                                          const schema::SchemaPtr& previous)
{
    const auto own = rows.find({Of::Keyspaces, {}});
    if (own == rows.end())
        return corrupt("the keyspace " + name + " has no row of its own");
    Keyspace keyspace;
    keyspace.name = name;
    const Fields row{own->second};
    keyspace.durableWrites = row.boolean("durable_writes", true);
    RW_ASSIGN(keyspace.replication, row.map("replication"));
    RW_TRY(readTypes(rows, keyspace));
    RW_TRY(readTables(rows, keyspace, previous));
    RW_TRY(readFunctions(rows, keyspace));
    return keyspace;
}

Result<schema::SchemaPtr> schemaFromRows(std::span<const rows::Partition> partitions,
                                         const schema::SchemaPtr& base,
                                         const schema::SchemaPtr& previous)
{
    std::map<std::string, KeyspaceRows> keyspaces;
    for (const rows::Partition& partition : partitions) {
        if (schema::isLocalSystemKeyspace(partition.key()))
            continue;
        collect(partition, keyspaces[std::string{partition.key()}]);
    }
    schema::SchemaPtr schema = base;
    for (const auto& [name, rows] : keyspaces) {
        const auto own = rows.find({Of::Keyspaces, {}});
        if (own == rows.end())
            continue; // its rows are all that a drop has left
        RW_ASSIGN(Keyspace keyspace, detail::keyspaceFromRows(name, rows, previous));
        schema = schema->with(std::make_shared<const Keyspace>(std::move(keyspace)));
    }
    return schema;
}

Result<schema::SchemaPtr> schemaWithTables(const schema::SchemaPtr& schema,
                                           const std::string& keyspace,
                                           const std::set<std::string>& names,
                                           std::span<const rows::Partition> partitions)
{
    KeyspaceRows rows;
    for (const rows::Partition& partition : partitions) {
        if (partition.key() == keyspace)
            collect(partition, rows);
    }
    auto next = std::make_shared<Keyspace>(*schema->keyspace(keyspace));
    for (const std::string& name : names) {
        next->tables.erase(name);
        next->views.erase(name);
    }
    RW_TRY(readTables(rows, *next, schema));
    return schema->with(std::move(next));
}

} // namespace engine::system
