#pragma once

#include "engine/base/random.h"
#include "engine/rows/partition.h"

#include <map>
#include <optional>
#include <string>

namespace tests {

using namespace engine;

inline Bytes int32Bytes(std::int32_t value)
{
    Bytes out;
    ByteWriter{out}.i32(value);
    return out;
}

/// ks.t (pk int, c1 int, c2 int DESC, s int static, a int, b text, m map<int, int>)
inline schema::TablePtr makeTestTable()
{
    using cql::Type;
    using cql::TypeKind;
    using schema::ClusteringOrder;
    using schema::ColumnKind;
    const auto integer = Type::native(TypeKind::Int);
    schema::Table::Spec spec;
    spec.id = {Uuid::fromHalves(0x1234567812341234, 0x8234567812345678)};
    spec.keyspace = "ks";
    spec.name = "t";
    spec.columns = {
        {"pk", integer, ColumnKind::PartitionKey, 0, ClusteringOrder::None},
        {"c1", integer, ColumnKind::Clustering, 0, ClusteringOrder::Ascending},
        {"c2", integer, ColumnKind::Clustering, 1, ClusteringOrder::Descending},
        {"s", integer, ColumnKind::Static, 0, ClusteringOrder::None},
        {"a", integer, ColumnKind::Regular, 0, ClusteringOrder::None},
        {"b", Type::native(TypeKind::Text), ColumnKind::Regular, 0, ClusteringOrder::None},
        {"m", Type::map(integer, integer), ColumnKind::Regular, 0, ClusteringOrder::None},
    };
    return schema::Table::make(std::move(spec));
}

/// An update of makeTestTable() that inserts the row (`c1`, 0) with a value of column a.
inline rows::Partition oneRow(const schema::TablePtr& table, ByteView key, std::int32_t c1,
                              std::int32_t value, std::int64_t timestamp)
{
    rows::PartitionBuilder builder{table, key};
    rows::Row row;
    const auto values = builder.arena().makeArray<ByteView>(2);
    values[0] = builder.arena().copy(int32Bytes(c1));
    values[1] = builder.arena().copy(int32Bytes(0));
    row.clustering.values = values;
    row.liveness.timestamp = {timestamp};
    const auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = table->column("a");
    cells[0].timestamp = {timestamp};
    cells[0].value = builder.arena().copy(int32Bytes(value));
    row.cells = cells;
    builder.addRow(row);
    return std::move(builder).build();
}

/// What a partition means to a client: every live cell by row, column and element, computed the
/// naive way. Row markers appear under an empty column name.
struct NaiveModel {
    using RowKey = std::pair<std::int32_t, std::int32_t>; // c1, -c2: in clustering order
    struct Write {
        std::int64_t timestamp;
        rows::Cell cell; ///< for reconciling; its bytes are `path` and `value`
        Bytes value;
    };
    struct Range {
        // In units of (c1, -c2), half steps: a bound before or after a prefix.
        std::pair<std::int64_t, std::int64_t> start;
        std::pair<std::int64_t, std::int64_t> end;
        std::int64_t timestamp;
    };
    std::map<RowKey, std::map<std::string, std::map<Bytes, Write>>> cells;
    std::map<RowKey, std::map<std::string, std::int64_t>> complexDeletions;
    std::map<RowKey, std::int64_t> rowDeletions;
    std::vector<Range> ranges;
    std::int64_t partitionDeletion = INT64_MIN;

    /// "c1/c2 column path value" a line.
    [[nodiscard]] std::string describe(std::int64_t now) const
    {
        std::string out;
        for (const auto& [key, columns] : cells) {
            std::int64_t deleted = partitionDeletion;
            if (const auto at = rowDeletions.find(key); at != rowDeletions.end())
                deleted = std::max(deleted, at->second);
            const std::pair<std::int64_t, std::int64_t> place{2 * std::int64_t{key.first},
                                                              2 * std::int64_t{key.second}};
            for (const Range& range : ranges) {
                if (range.start < place && place < range.end)
                    deleted = std::max(deleted, range.timestamp);
            }
            for (const auto& [column, paths] : columns) {
                std::int64_t columnDeleted = deleted;
                if (const auto row = complexDeletions.find(key); row != complexDeletions.end()) {
                    if (const auto at = row->second.find(column); at != row->second.end())
                        columnDeleted = std::max(columnDeleted, at->second);
                }
                for (const auto& [path, write] : paths) {
                    if (write.timestamp <= columnDeleted || !write.cell.isLive(now))
                        continue;
                    out += std::to_string(key.first) + "/" + std::to_string(-key.second) + " " +
                           column + " " + toHex(path) + " " + toHex(write.value) + "\n";
                }
            }
        }
        return out;
    }
};

inline std::string describe(const rows::Partition& partition, std::int64_t now)
{
    std::string out;
    for (const auto& unfiltered : partition.unfiltereds) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Row)
            continue;
        const auto& row = unfiltered.row;
        const std::string key =
            std::to_string(loadBigEndian<std::int32_t>(row.clustering.values[0].data())) + "/" +
            std::to_string(loadBigEndian<std::int32_t>(row.clustering.values[1].data())) + " ";
        if (row.liveness.isLive(now))
            out += key + "  \n";
        for (const auto& cell : row.cells) {
            if (cell.isLive(now))
                out += key + cell.column->name + " " + toHex(cell.path) + " " + toHex(cell.value) +
                       "\n";
        }
    }
    return out;
}

/// Makes random updates of one partition and writes them into a model as well.
class RandomUpdates {
public:
    RandomUpdates(schema::TablePtr table, std::uint64_t seed)
        : m_table(std::move(table)), m_random(seed)
    {
    }

    rows::Partition next(ByteView key, NaiveModel* model, int operations = 6)
    {
        rows::PartitionBuilder builder{m_table, key};
        for (int i = 0; i < operations; ++i)
            operation(builder, model);
        return std::move(builder).build();
    }
    SeededRandom& random() { return m_random; }

private:
    static constexpr std::int64_t kNow = 1000;
    std::int32_t small() { return static_cast<std::int32_t>(m_random.below(4)); }

    std::span<const ByteView> values(Arena& arena, std::initializer_list<std::int32_t> all)
    {
        const auto views = arena.makeArray<ByteView>(all.size());
        std::size_t i = 0;
        for (const std::int32_t value : all)
            views[i++] = arena.copy(int32Bytes(value));
        return views;
    }
    void cell(rows::Row& row, Arena& arena, NaiveModel* model, NaiveModel::RowKey key)
    {
        const char* const names[] = {"a", "b", "m"};
        const char* name = names[m_random.below(3)];
        rows::Cell cell;
        cell.column = m_table->column(name);
        cell.timestamp = {static_cast<std::int64_t>(m_random.below(12))};
        if (cell.column->isComplex()) {
            cell.hasPath = true;
            cell.path = arena.copy(int32Bytes(small()));
        }
        const auto shape = m_random.below(6);
        if (shape == 0) {
            cell.localDeletionTime = 500 + small();
            cell.value = {"", 0};
        } else {
            cell.value = arena.copy(int32Bytes(small()));
            if (shape == 1) {
                cell.ttl = 10;
                cell.localDeletionTime = kNow - 2 + small(); // some have expired
            }
        }
        const auto cells = arena.makeArray<rows::Cell>(1);
        cells[0] = cell;
        row.cells = cells;
        if (model == nullptr)
            return;
        auto& slot = model->cells[key][name];
        const Bytes path{cell.path};
        const NaiveModel::Write write{cell.timestamp.micros, cell, Bytes{cell.value}};
        auto [at, added] = slot.emplace(path, write);
        if (!added) {
            rows::Cell old = at->second.cell;
            old.value = at->second.value;
            rows::Cell mine = cell;
            Arena scratch;
            // Reconciling two cells is specified by its own test; here it is the atom.
            if (rows::reconcile(old, mine, scratch).value.data() != old.value.data() ||
                rows::reconcile(old, mine, scratch).localDeletionTime != old.localDeletionTime ||
                rows::reconcile(old, mine, scratch).timestamp != old.timestamp)
                at->second = write;
        }
    }
    void operation(rows::PartitionBuilder& builder, NaiveModel* model)
    {
        Arena& arena = builder.arena();
        const std::int32_t c1 = small();
        const std::int32_t c2 = small();
        const NaiveModel::RowKey key{c1, -c2};
        const auto timestamp = static_cast<std::int64_t>(m_random.below(12));
        const rows::DeletionTime deletion{{timestamp}, 500 + small()};
        rows::Row row;
        row.clustering.values = values(arena, {c1, c2});
        switch (m_random.below(12)) {
        case 0:
            row.deletion = deletion;
            if (model != nullptr)
                raise(model->rowDeletions, key, timestamp);
            break;
        case 1: {
            const auto complex = arena.makeArray<rows::ComplexDeletion>(1);
            complex[0] = {m_table->column("m"), deletion};
            row.complexDeletions = complex;
            if (model != nullptr)
                raise(model->complexDeletions[key], std::string{"m"}, timestamp);
            break;
        }
        case 2:
            return range(builder, model, deletion);
        case 3:
            if (m_random.below(4) == 0) {
                builder.deletePartition(deletion);
                if (model != nullptr)
                    model->partitionDeletion = std::max(model->partitionDeletion, timestamp);
            }
            return;
        case 4:
            row.liveness.timestamp = {timestamp};
            if (model != nullptr) {
                auto& slot = model->cells[key][""];
                NaiveModel::Write write{timestamp, {}, {}};
                write.cell.timestamp = {timestamp};
                auto [at, added] = slot.emplace(Bytes{}, write);
                if (!added && at->second.timestamp < timestamp)
                    at->second = write;
            }
            break;
        default:
            cell(row, arena, model, key);
        }
        builder.addRow(row);
    }
    void range(rows::PartitionBuilder& builder, NaiveModel* model,
               const rows::DeletionTime& deletion)
    {
        Arena& arena = builder.arena();
        const auto bound = [&](bool isStart, std::pair<std::int64_t, std::int64_t>& place) {
            const bool inclusive = m_random.below(2) == 0;
            const auto kind = isStart ? (inclusive ? rows::BoundKind::InclusiveStart
                                                   : rows::BoundKind::ExclusiveStart)
                                      : (inclusive ? rows::BoundKind::InclusiveEnd
                                                   : rows::BoundKind::ExclusiveEnd);
            const bool after = isStart != inclusive;
            const std::int32_t c1 = small();
            if (m_random.below(2) == 0) {
                place = {2 * std::int64_t{c1}, after ? INT64_MAX : INT64_MIN};
                return rows::Bound{kind, values(arena, {c1})};
            }
            const std::int32_t c2 = small();
            place = {2 * std::int64_t{c1}, -2 * std::int64_t{c2} + (after ? 1 : -1)};
            return rows::Bound{kind, values(arena, {c1, c2})};
        };
        NaiveModel::Range naive{{}, {}, deletion.markedForDeleteAt.micros};
        const auto start = bound(true, naive.start);
        const auto end = bound(false, naive.end);
        builder.deleteRange(start, end, deletion);
        if (model != nullptr && naive.start < naive.end)
            model->ranges.push_back(naive);
    }
    template <class Map, class Key>
    static void raise(Map& map, const Key& key, std::int64_t timestamp)
    {
        auto [at, added] = map.emplace(key, timestamp);
        if (!added)
            at->second = std::max(at->second, timestamp);
    }

    schema::TablePtr m_table;
    SeededRandom m_random;
};

} // namespace tests
