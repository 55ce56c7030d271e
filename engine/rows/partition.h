#pragma once

#include "engine/rows/row.h"

#include <memory>
#include <vector>

namespace engine::rows {

class Partition;
struct Mutation;
using Unfiltereds = RecycledVector<Unfiltered>;
using Partitions = RecycledVector<Partition>;
using Mutations = RecycledVector<Mutation>;

/// A key, its deletion, its static row and its rows and range tombstones in clustering order,
/// with the memory they live in. What a mutation writes to one partition of one table, what a
/// replica answers, and what a merge yields. Movable, not copyable; no thread affinity.
class Partition {
public:
    Partition(schema::TablePtr table, ByteView key)
        : m_table(std::move(table)), m_key(m_arena.copy(key))
    {
    }
    Partition(Partition&&) noexcept = default;
    Partition& operator=(Partition&&) noexcept = default;

    /// Gives an empty one its key, which is not copied: it lives in arena(), or longer than this
    /// is used.
    void become(const schema::TablePtr& table, ByteView key)
    {
        if (m_table != table)
            m_table = table;
        m_key = key;
    }
    /// Drops all but the table, and keeps the memory for what comes next.
    void clear() noexcept;

    [[nodiscard]] const schema::TablePtr& table() const noexcept { return m_table; }
    [[nodiscard]] ByteView key() const noexcept { return m_key; }
    [[nodiscard]] Arena& arena() noexcept { return m_arena; }

    /// Memory outside arena() that rows of this partition refer to; released with it. What it
    /// holds must not change any more.
    void keepAlive(std::shared_ptr<const void> memory) { m_kept.push_back(std::move(memory)); }

    DeletionTime deletion;   ///< of the whole partition
    Row staticRow;           ///< empty if none
    Unfiltereds unfiltereds; ///< sorted; markers balanced

    [[nodiscard]] bool isEmpty() const noexcept
    {
        return deletion.isLive() && staticRow.isEmpty() && unfiltereds.empty();
    }
    [[nodiscard]] Partition clone() const;

private:
    schema::TablePtr m_table;
    Arena m_arena;
    ByteView m_key;
    RecycledVector<std::shared_ptr<const void>> m_kept;
};

/// Writes to one partition key of one keyspace, possibly in several tables: the unit of the
/// commit log, of replication and of hints. All updates have the same key bytes.
struct Mutation {
    std::string keyspace;
    Partitions updates;

    [[nodiscard]] ByteView key() const noexcept { return updates.front().key(); }
};

/// Builds one partition's update row by row, in any order; build() sorts, merges rows of one
/// clustering, and turns range deletions into balanced markers (PartitionUpdate.Builder,
/// RangeTombstoneList).
class PartitionBuilder {
public:
    PartitionBuilder(schema::TablePtr table, ByteView key);

    [[nodiscard]] Arena& arena() noexcept { return m_partition.arena(); }
    [[nodiscard]] ByteView key() const noexcept { return m_partition.key(); }
    [[nodiscard]] const schema::TablePtr& table() const noexcept { return m_partition.table(); }
    void deletePartition(DeletionTime deletion);
    /// The views in `row` must live in arena() (copyRow() into it first otherwise).
    void addRow(const Row& row);
    void addStaticRow(const Row& row);
    /// Bounds' views must live in arena().
    void deleteRange(const Bound& start, const Bound& end, DeletionTime deletion);
    /// The partition, to be moved out of this builder.
    [[nodiscard]] Partition&& build() &&;

private:
    struct Range {
        Bound start;
        Bound end;
        DeletionTime deletion;
    };
    void sortRows();
    void applyDeletions();
    void addMarkers();

    Partition m_partition; ///< until it is built, with the rows in the order they came in
    RecycledVector<Range> m_ranges;
};

/// Merges several versions of one partition (same table id, same key) into one: what the read
/// path, read repair and compaction do. `nowSeconds` only turns expired cells into tombstones.
[[nodiscard]] Partition mergePartitions(const schema::TablePtr& table, ByteView key,
                                        std::span<const Partition* const> versions,
                                        std::int64_t nowSeconds);

/// Drops from `partition` tombstones and expired data that a client must not see: what is left
/// is live (range markers vanish). For the coordinator, after merging replicas.
void purgeForClient(Partition& partition, std::int64_t nowSeconds);

} // namespace engine::rows
