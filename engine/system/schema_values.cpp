#include "engine/system/schema_values.h"

#include <cstring>

namespace engine::system::detail {

using schema::Column;
using schema::ColumnKind;
using schema::Keyspace;
using schema::Table;

Bytes encodeInt(std::int32_t value)
{
    Bytes out;
    ByteWriter{out}.i32(value);
    return out;
}

Bytes encodeLong(std::int64_t value)
{
    Bytes out;
    ByteWriter{out}.i64(value);
    return out;
}

Bytes encodeDouble(double value)
{
    Bytes out;
    ByteWriter{out}.f64(value);
    return out;
}

Bytes encodeBool(bool value)
{
    return Bytes(1, value ? '\1' : '\0');
}

Bytes encodeList(const std::vector<std::string>& values)
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(static_cast<std::int32_t>(values.size()));
    for (const std::string& value : values)
        writer.bytes32(value);
    return out;
}

Bytes encodeMap(const std::map<std::string, std::string>& values)
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(static_cast<std::int32_t>(values.size()));
    for (const auto& [key, value] : values) {
        writer.bytes32(key);
        writer.bytes32(value);
    }
    return out;
}

Result<std::vector<std::string>> decodeList(ByteView value)
{
    ByteReader reader{value};
    const std::int32_t count = reader.i32();
    std::vector<std::string> out;
    for (std::int32_t i = 0; i < count && reader.ok(); ++i)
        out.emplace_back(reader.bytes32());
    if (!reader.ok())
        return Error{ErrorCode::Corrupt, "a list in system_schema is malformed"};
    return out;
}

Result<schema::StringMap> decodeMap(ByteView value)
{
    ByteReader reader{value};
    const std::int32_t count = reader.i32();
    schema::StringMap out;
    for (std::int32_t i = 0; i < count && reader.ok(); ++i) {
        std::string key{reader.bytes32()};
        out[std::move(key)] = std::string{reader.bytes32()};
    }
    if (!reader.ok())
        return Error{ErrorCode::Corrupt, "a map in system_schema is malformed"};
    return out;
}

namespace {

const char* kindName(ColumnKind kind)
{
    switch (kind) {
    case ColumnKind::PartitionKey:
        return "partition_key";
    case ColumnKind::Clustering:
        return "clustering";
    case ColumnKind::Static:
        return "static";
    case ColumnKind::Regular:
        break;
    }
    return "regular";
}

const char* orderName(const Column& column)
{
    if (column.kind != ColumnKind::Clustering)
        return "none";
    return column.isReversed() ? "desc" : "asc";
}

void addParams(RowValues& row, const schema::TableParams& params)
{
    row["additional_write_policy"] = params.additionalWritePolicy;
    row["bloom_filter_fp_chance"] = encodeDouble(params.bloomFilterFpChance);
    row["caching"] = encodeMap(params.caching);
    row["comment"] = params.comment;
    row["compaction"] = encodeMap(params.compaction);
    row["compression"] = encodeMap(params.compression);
    row["crc_check_chance"] = encodeDouble(params.crcCheckChance);
    row["dclocal_read_repair_chance"] = encodeDouble(0);
    row["default_time_to_live"] = encodeInt(params.defaultTimeToLive);
    row["extensions"] = encodeMap(params.extensions);
    row["gc_grace_seconds"] = encodeInt(params.gcGraceSeconds);
    row["max_index_interval"] = encodeInt(params.maxIndexInterval);
    row["memtable_flush_period_in_ms"] = encodeInt(params.memtableFlushPeriodMs);
    row["min_index_interval"] = encodeInt(params.minIndexInterval);
    row["read_repair"] = params.readRepair;
    row["read_repair_chance"] = encodeDouble(0);
    row["speculative_retry"] = params.speculativeRetry;
    // As Cassandra, which leaves out what an older version would not understand, unless it says
    // something.
    if (params.cdc)
        row["cdc"] = encodeBool(true);
    if (params.memtable != "default")
        row["memtable"] = params.memtable;
    if (!params.incrementalBackups)
        row["incremental_backups"] = encodeBool(false);
    if (params.allowAutoSnapshot)
        row["allow_auto_snapshot"] = encodeBool(*params.allowAutoSnapshot);
}

void addColumn(KeyspaceRows& rows, const Table& table, const Column& column)
{
    RowValues& row = rows[{Of::Columns, {table.name(), column.name}}];
    row["clustering_order"] = orderName(column);
    row["column_name_bytes"] = column.name;
    row["kind"] = kindName(column.kind);
    row["position"] = encodeInt(column.isPrimaryKey() ? column.position : -1);
    row["type"] = column.type->toString();
}

/// What tables and views have in rows of other tables.
void addParts(KeyspaceRows& rows, const Table& table)
{
    for (const schema::ColumnPtr& column : table.selectOrder())
        addColumn(rows, table, *column);
    for (const schema::DroppedColumn& dropped : table.droppedColumns()) {
        RowValues& row = rows[{Of::DroppedColumns, {table.name(), dropped.column->name}}];
        row["dropped_time"] = encodeLong(dropped.droppedAt.micros / 1000);
        row["kind"] = kindName(dropped.column->kind);
        row["type"] = dropped.column->type->toString();
    }
    for (const schema::Index& index : table.indexes()) {
        RowValues& row = rows[{Of::Indexes, {table.name(), index.name}}];
        row["kind"] = index.kind == schema::IndexKind::Custom ? "CUSTOM"
                      : index.kind == schema::IndexKind::Keys ? "KEYS"
                                                              : "COMPOSITES";
        row["options"] = encodeMap(index.options);
    }
    for (const auto& [name, options] : table.spec().triggers)
        rows[{Of::Triggers, {table.name(), name}}]["options"] = encodeMap(options);
}

void addTable(KeyspaceRows& rows, const Table& table)
{
    RowValues& row = rows[{Of::Tables, {table.name()}}];
    addParams(row, table.params());
    row["id"] = Bytes{table.id().value.view()};
    std::vector<std::string> flags; // a set: sorted
    if (table.spec().isCompound)
        flags.emplace_back("compound");
    if (table.isCounter())
        flags.emplace_back("counter");
    if (table.spec().isDense)
        flags.emplace_back("dense");
    if (table.spec().isSuper)
        flags.emplace_back("super");
    row["flags"] = encodeList(flags);
    addParts(rows, table);
}

void addView(KeyspaceRows& rows, const schema::View& view)
{
    RowValues& row = rows[{Of::Views, {view.table->name()}}];
    addParams(row, view.table->params());
    row["id"] = Bytes{view.table->id().value.view()};
    row["base_table_id"] = Bytes{view.baseId.value.view()};
    row["base_table_name"] = view.baseTable;
    row["include_all_columns"] = encodeBool(view.includesAllColumns);
    row["where_clause"] = view.whereClause;
    addParts(rows, *view.table);
}

std::vector<std::string> typeNames(const std::vector<cql::TypePtr>& types)
{
    std::vector<std::string> names;
    for (const cql::TypePtr& type : types)
        names.push_back(type->toString());
    return names;
}

} // namespace

KeyspaceRows rowsOf(const Keyspace& keyspace, const Keyspace* other)
{
    KeyspaceRows rows;
    RowValues& row = rows[{Of::Keyspaces, {}}];
    row["durable_writes"] = encodeBool(keyspace.durableWrites);
    row["replication"] = encodeMap(keyspace.replication);
    for (const auto& [name, table] : keyspace.tables) {
        if (other == nullptr || other->table(name) != table)
            addTable(rows, *table);
    }
    for (const auto& [name, view] : keyspace.views)
        addView(rows, view);
    for (const auto& [name, type] : keyspace.types) {
        RowValues& typeRow = rows[{Of::Types, {name}}];
        typeRow["field_names"] = encodeList(type->fieldNames());
        typeRow["field_types"] = encodeList(typeNames(type->parameters()));
    }
    for (const schema::Function& function : keyspace.functions) {
        RowValues& to =
            rows[{Of::Functions, {function.name, encodeList(typeNames(function.argumentTypes))}}];
        to["argument_names"] = encodeList(function.argumentNames);
        to["body"] = function.body;
        to["called_on_null_input"] = encodeBool(function.calledOnNullInput);
        to["language"] = function.language;
        to["return_type"] = function.returnType->toString();
    }
    for (const schema::Aggregate& aggregate : keyspace.aggregates) {
        RowValues& to = rows[{Of::Aggregates,
                              {aggregate.name, encodeList(typeNames(aggregate.argumentTypes))}}];
        if (!aggregate.finalFunction.empty())
            to["final_func"] = aggregate.finalFunction;
        if (aggregate.initialCondition)
            to["initcond"] = *aggregate.initialCondition;
        to["return_type"] = aggregate.returnType->toString();
        to["state_func"] = aggregate.stateFunction;
        to["state_type"] = aggregate.stateType->toString();
    }
    return rows;
}

} // namespace engine::system::detail
