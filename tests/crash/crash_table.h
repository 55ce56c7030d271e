#pragma once

#include "engine/rows/partition.h"
#include "engine/schema/schema.h"
#include "engine/storage/store_options.h"

#include <string>

namespace tests {

using namespace engine;

/// crash.numbers (n bigint PRIMARY KEY, v blob)
inline schema::TablePtr makeNumbersTable()
{
    schema::Table::Spec spec;
    spec.id = {Uuid::fromHalves(0x1111111111111111, 0x8222222222222222)};
    spec.keyspace = "crash";
    spec.name = "numbers";
    spec.columns = {
        {"n", cql::Type::native(cql::TypeKind::Bigint), schema::ColumnKind::PartitionKey},
        {"v", cql::Type::native(cql::TypeKind::Blob), schema::ColumnKind::Regular}};
    return schema::Table::make(std::move(spec));
}

inline schema::SchemaPtr makeNumbersSchema(const schema::TablePtr& table)
{
    auto keyspace = std::make_shared<schema::Keyspace>();
    keyspace->name = "crash";
    keyspace->tables.emplace(table->name(), table);
    return schema::Schema{}.with(keyspace);
}

inline Bytes numberKey(std::int64_t n)
{
    Bytes key;
    ByteWriter{key}.i64(n);
    return key;
}

inline Bytes numberValue(std::int64_t n)
{
    return Bytes(static_cast<std::size_t>(20 + n % 200), static_cast<char>('a' + n % 26));
}

inline rows::Mutation numberMutation(const schema::TablePtr& table, std::int64_t n)
{
    rows::PartitionBuilder builder{table, numberKey(n)};
    rows::Row row;
    row.liveness.timestamp = {n + 1};
    const auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = table->column("v");
    cells[0].timestamp = {n + 1};
    cells[0].value = builder.arena().copy(numberValue(n));
    row.cells = cells;
    builder.addRow(row);
    rows::Mutation mutation;
    mutation.keyspace = "crash";
    mutation.updates.push_back(std::move(builder).build());
    return mutation;
}

/// Small limits, so that segments change and memtables are flushed and compacted all the time.
inline storage::StoreOptions crashOptions(const std::string& folder, storage::CommitLogSync sync)
{
    storage::StoreOptions options;
    options.dataFolders = {folder + "/data", folder + "/more_data"};
    options.commitLogFolder = folder + "/commitlog";
    options.commitLogSync = sync;
    options.commitLogSegmentBytes = 64 << 10;
    options.memtableBytes = 512 << 10;
    return options;
}

} // namespace tests
