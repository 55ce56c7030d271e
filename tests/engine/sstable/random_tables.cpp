#include "tests/engine/sstable/random_tables.h"

#include "engine/rows/serialization.h"
#include "tests/engine/sstable/random_values.h"

#include <algorithm>

using namespace engine;
using cql::Type;
using cql::TypeKind;

namespace random_tables {

namespace {

cql::TypePtr simpleType(Random& random)
{
    constexpr TypeKind kKinds[] = {TypeKind::Int,     TypeKind::Text,    TypeKind::Bigint,
                                   TypeKind::Blob,    TypeKind::Boolean, TypeKind::Uuid,
                                   TypeKind::Smallint};
    return Type::native(kKinds[random.below(std::size(kKinds))]);
}

cql::TypePtr columnType(Random& random)
{
    switch (random.below(9)) {
    case 0:
        return Type::map(Type::native(TypeKind::Text), simpleType(random));
    case 1:
        return Type::set(Type::native(TypeKind::Int));
    case 2:
        return Type::list(simpleType(random));
    case 3:
        return Type::frozen(Type::list(Type::native(TypeKind::Int)));
    default:
        return simpleType(random);
    }
}

Bytes randomBytes(Random& random, std::size_t size)
{
    Bytes bytes(size, '\0');
    random.fill(bytes.data(), size);
    return bytes;
}

/// When what lives on expires: seconds, in the thirties of this century.
constexpr std::int64_t kStillAlive = 1'900'000'000;

/// Few distinct values, so that clusterings and collection keys collide.
Bytes value(Random& random, const Type& type, bool varied)
{
    if (const auto length = type.fixedLength(); length && !type.isMultiCell()) {
        Bytes bytes(*length, '\0');
        if (varied && *length > 1)
            random.fill(bytes.data(), bytes.size());
        else
            bytes.back() = static_cast<char>(random.below(*length == 1 ? 2 : 12));
        if (type.kind() == TypeKind::Boolean)
            bytes[0] = static_cast<char>(bytes[0] & 1);
        return bytes;
    }
    if (type.kind() == TypeKind::Smallint)
        return randomBytes(random, 2);
    if (type.kind() == TypeKind::List) { // frozen, of int
        Bytes list;
        ByteWriter out{list};
        const std::uint32_t count = static_cast<std::uint32_t>(random.below(5));
        out.u32(count);
        for (std::uint32_t i = 0; i < count; ++i)
            out.bytes32(randomBytes(random, 4));
        return list;
    }
    if (varied && type.kind() == TypeKind::Text) {
        Bytes text = randomBytes(random, random.below(random.below(20) == 0 ? 3000 : 40));
        for (char& c : text)
            c = static_cast<char>(' ' + (c & 63)); // printable
        return text;
    }
    if (varied)
        return randomBytes(random, random.below(random.below(20) == 0 ? 3000 : 40));
    return Bytes(random.below(3), static_cast<char>('a' + random.below(5)));
}

Bytes valueFor(Random& random, const Type& type, bool varied, const Shape& shape)
{
    if (type.isCounter())
        return anyCounter(random);
    return shape.everyType ? anyValue(random, type, !varied) : value(random, type, varied);
}

WriteTimestamp timestamp(Random& random)
{
    return {static_cast<std::int64_t>(1'700'000'000'000'000 + random.below(1000))};
}

rows::DeletionTime deletion(Random& random)
{
    return {timestamp(random), static_cast<std::int64_t>(1'700'000'000 + random.below(100'000))};
}

void dress(Random& random, rows::Cell& cell, const Type& valueType, Arena& arena,
           const Shape& shape)
{
    cell.timestamp = timestamp(random);
    switch (shape.counters ? random.below(6) * 6 : random.below(6)) {
    case 0: // a tombstone
        cell.localDeletionTime = static_cast<std::int64_t>(1'700'000'000 + random.below(100'000));
        cell.value = arena.copy({});
        return;
    case 1:
        cell.ttl = static_cast<std::int32_t>(1 + random.below(10'000'000));
        cell.localDeletionTime =
            (shape.everyType && random.below(2) == 0 ? kStillAlive : 1'750'000'000) + cell.ttl;
        break;
    default:
        break;
    }
    cell.value = arena.copy(valueFor(random, valueType, true, shape));
}

void addColumn(Random& random, const schema::Column& column, std::vector<rows::Cell>& cells,
               std::vector<rows::ComplexDeletion>& deletions, Arena& arena, const Shape& shape)
{
    const Type& type = *column.type;
    if (!column.isComplex()) {
        rows::Cell cell;
        cell.column = &column;
        dress(random, cell, type, arena, shape);
        cells.push_back(cell);
        return;
    }
    if (random.below(2) == 0)
        deletions.push_back({&column, deletion(random)});
    if (type.kind() == TypeKind::Udt) {
        for (std::size_t field = 0; field < type.parameters().size(); ++field) {
            if (random.below(3) == 0)
                continue;
            rows::Cell cell;
            cell.column = &column;
            cell.hasPath = true;
            cell.path = arena.copy(Bytes{'\0', static_cast<char>(field)});
            dress(random, cell, *type.parameters()[field], arena, shape);
            cells.push_back(cell);
        }
        return;
    }
    const bool isList = type.kind() == TypeKind::List;
    const auto pathType = isList ? Type::native(TypeKind::Timeuuid) : type.parameters().front();
    std::vector<Bytes> paths;
    for (std::size_t i = random.below(4); i > 0; --i) {
        paths.push_back(
            isList ? Bytes{Uuid::timeUuid(random.below(1ULL << 40), 0x8080808080808080ULL).view()}
                   : valueFor(random, *pathType, false, shape));
    }
    std::sort(paths.begin(), paths.end(),
              [&](const Bytes& a, const Bytes& b) { return pathType->compare(a, b) < 0; });
    paths.erase(
        std::unique(paths.begin(), paths.end(),
                    [&](const Bytes& a, const Bytes& b) { return pathType->compare(a, b) == 0; }),
        paths.end());
    for (const auto& path : paths) {
        rows::Cell cell;
        cell.column = &column;
        cell.hasPath = true;
        cell.path = arena.copy(path);
        dress(random, cell, *type.parameters().back(), arena, shape);
        if (type.kind() == TypeKind::Set)
            cell.value = arena.copy({});
        cells.push_back(cell);
    }
}

rows::Row row(Random& random, std::span<const schema::ColumnPtr> columns, bool isStatic,
              Arena& arena, const Shape& shape)
{
    rows::Row row;
    if (!isStatic && !shape.counters && random.below(3) > 0) {
        row.liveness.timestamp = timestamp(random);
        if (random.below(4) == 0) {
            row.liveness.ttl = static_cast<std::int32_t>(1 + random.below(1000));
            row.liveness.expiresAt = 1'750'000'000 + row.liveness.ttl;
        }
    }
    if (!isStatic && random.below(6) == 0)
        row.deletion = {{1'600'000'000'000'000}, 1'700'000'000};
    std::vector<rows::Cell> cells;
    std::vector<rows::ComplexDeletion> deletions;
    const std::uint64_t chance = 1 + random.below(5);
    for (const auto& column : columns) {
        if (random.below(chance) == 0)
            addColumn(random, *column, cells, deletions, arena, shape);
    }
    row.cells = arena.copyArray<rows::Cell>(cells);
    row.complexDeletions = arena.copyArray<rows::ComplexDeletion>(deletions);
    return row;
}

std::vector<Bytes> clusteringValues(Random& random, const schema::Table& table, std::size_t count,
                                    const Shape& shape)
{
    std::vector<Bytes> values;
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(valueFor(random, *table.clustering()[i]->type, false, shape));
    return values;
}

std::span<const ByteView> intoArena(const std::vector<Bytes>& values, Arena& arena)
{
    auto views = arena.makeArray<ByteView>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        views[i] = arena.copy(values[i]);
    return views;
}

/// Part of the key of partition number `number`.
Bytes keyPart(Random& random, const Type& type, std::size_t number, const Shape& shape)
{
    SeededRandom same{number};
    if (type.kind() == TypeKind::Text)
        return "key" + std::to_string(number) +
               Bytes((shape.sameKeys ? same : random).below(20), 'x');
    return anyValue(shape.sameKeys ? same : random, type, true);
}

} // namespace

schema::TablePtr table(Random& random, const Shape& shape, schema::StringMap compression)
{
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    spec.params.compression = std::move(compression);
    const auto add = [&](std::string name, cql::TypePtr type, schema::ColumnKind kind,
                         std::size_t position) {
        schema::Column column;
        column.name = std::move(name);
        column.type = std::move(type);
        column.kind = kind;
        column.position = static_cast<std::uint16_t>(position);
        if (kind == schema::ColumnKind::Clustering)
            column.order = random.below(2) == 0 ? schema::ClusteringOrder::Ascending
                                                : schema::ClusteringOrder::Descending;
        spec.columns.push_back(std::move(column));
    };
    const auto dataType = [&] {
        return shape.counters    ? Type::native(TypeKind::Counter)
               : shape.everyType ? anyColumnType(random)
                                 : columnType(random);
    };
    const std::size_t keys = 1 + random.below(2);
    for (std::size_t i = 0; i < keys; ++i)
        add("k" + std::to_string(i),
            shape.everyType && i > 0 ? anyKeyType(random) : Type::native(TypeKind::Text),
            schema::ColumnKind::PartitionKey, i);
    const std::size_t clusterings = shape.clustering ? 1 + random.below(3) : 0;
    for (std::size_t i = 0; i < clusterings; ++i)
        add("c" + std::to_string(i),
            shape.everyType ? anyKeyType(random)
                            : Type::native(random.below(2) == 0 ? TypeKind::Int : TypeKind::Text),
            schema::ColumnKind::Clustering, i);
    for (std::size_t i = clusterings > 0 ? random.below(3) : 0; i > 0; --i)
        add("s" + std::to_string(i), dataType(), schema::ColumnKind::Static, 0);
    for (std::size_t i = random.below(shape.regularsMax + 1) + (shape.counters ? 1 : 0); i > 0; --i)
        add("v" + std::to_string(i), dataType(), schema::ColumnKind::Regular, 0);
    spec.isCounter = shape.counters;
    return schema::Table::make(std::move(spec));
}

rows::Partitions partitions(Random& random, const schema::TablePtr& table, std::size_t count,
                            const Shape& shape)
{
    rows::Partitions made;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<Bytes> parts;
        for (std::size_t k = 0; k < table->partitionKey().size(); ++k)
            parts.push_back(keyPart(random, *table->partitionKey()[k]->type, i, shape));
        const std::vector<ByteView> views{parts.begin(), parts.end()};
        rows::PartitionBuilder builder{table, table->makePartitionKey(views)};
        if (random.below(5) == 0)
            builder.deletePartition({{1'650'000'000'000'000}, 1'700'000'000});
        if (table->hasStatics() && random.below(2) == 0)
            builder.addStaticRow(row(random, table->statics(), true, builder.arena(), shape));
        const bool clustered = !table->clustering().empty();
        for (std::size_t r = clustered ? random.below(shape.rowsMax + 1) : 1; r > 0; --r) {
            rows::Row each = row(random, table->regulars(), false, builder.arena(), shape);
            each.clustering.values =
                intoArena(clusteringValues(random, *table, table->clustering().size(), shape),
                          builder.arena());
            if (!each.isEmpty())
                builder.addRow(each);
        }
        for (std::size_t r = clustered && shape.ranges ? random.below(4) : 0; r > 0; --r) {
            rows::OwnedBound from = bound(random, *table, true, shape);
            rows::OwnedBound to = bound(random, *table, false, shape);
            const auto start = intoArena(from.values, builder.arena());
            const auto end = intoArena(to.values, builder.arena());
            if (rows::compareBounds(*table, from.kind, start, to.kind, end) < 0)
                builder.deleteRange({from.kind, start}, {to.kind, end}, deletion(random));
        }
        rows::Partition partition = std::move(builder).build();
        if (!partition.isEmpty())
            made.push_back(std::move(partition));
    }
    std::sort(made.begin(), made.end(), [](const rows::Partition& a, const rows::Partition& b) {
        const auto left = sstable::KeyHash::of(a.key());
        const auto right = sstable::KeyHash::of(b.key());
        return sstable::KeyHash::compare(left.token, left.key, right.token, right.key) < 0;
    });
    return made;
}

sstable::WriterOptions writerOptions(const sstable::Descriptor& descriptor,
                                     const schema::TablePtr& table,
                                     const rows::Partitions& partitions)
{
    sstable::EncodingStatsCollector stats;
    for (const auto& partition : partitions)
        stats.add(partition);
    sstable::WriterOptions options;
    options.descriptor = descriptor;
    options.table = table;
    options.stats = stats.get();
    options.expectedPartitions = partitions.size();
    return options;
}

rows::OwnedBound bound(Random& random, const schema::Table& table, bool start, const Shape& shape)
{
    rows::OwnedBound bound;
    bound.values =
        clusteringValues(random, table, random.below(table.clustering().size() + 1), shape);
    const bool inclusive = bound.values.empty() || random.below(2) == 0;
    bound.kind =
        start ? (inclusive ? rows::BoundKind::InclusiveStart : rows::BoundKind::ExclusiveStart)
              : (inclusive ? rows::BoundKind::InclusiveEnd : rows::BoundKind::ExclusiveEnd);
    return bound;
}

Result<rows::Partition> collect(const schema::TablePtr& table, sstable::PartitionCursor& cursor)
{
    rows::Partition partition{table, cursor.key()};
    partition.deletion = cursor.deletion();
    partition.staticRow = rows::copyRow(cursor.staticRow(), partition.arena());
    rows::Unfiltered unfiltered;
    while (true) {
        RW_ASSIGN(const auto step, cursor.next(unfiltered));
        if (step == sstable::Step::End)
            return partition;
        if (step == sstable::Step::Item)
            partition.unfiltereds.push_back(rows::copyUnfiltered(unfiltered, partition.arena()));
    }
}

Bytes bytesOf(const rows::Partition& partition)
{
    Bytes bytes;
    rows::writePartition(partition, bytes);
    return bytes;
}

} // namespace random_tables
