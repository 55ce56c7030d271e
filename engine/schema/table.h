#pragma once

#include "engine/base/strong_id.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/schema/column.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace engine::schema {

struct TableIdTag;
using TableId = StrongId<Uuid, TableIdTag>;

using StringMap = std::map<std::string, std::string>;

/// Table options with Cassandra 5.0's names and defaults.
struct TableParams {
    std::string comment;
    double bloomFilterFpChance = 0.01; ///< 0.1 under LeveledCompactionStrategy
    StringMap caching{{"keys", "ALL"}, {"rows_per_partition", "NONE"}};
    bool cdc = false;
    StringMap compaction{
        {"class", "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy"},
        {"max_threshold", "32"},
        {"min_threshold", "4"}};
    StringMap compression{{"chunk_length_in_kb", "16"},
                          {"class", "org.apache.cassandra.io.compress.LZ4Compressor"}};
    std::string memtable = "default";
    double crcCheckChance = 1.0;
    std::int32_t defaultTimeToLive = 0; ///< seconds, 0: none
    std::map<std::string, Bytes> extensions;
    std::int32_t gcGraceSeconds = 864000;
    bool incrementalBackups = true;
    std::int32_t maxIndexInterval = 2048;
    std::int32_t memtableFlushPeriodMs = 0;
    std::int32_t minIndexInterval = 128;
    std::string readRepair = "BLOCKING";
    std::string speculativeRetry = "99p";
    std::string additionalWritePolicy = "99p";
    std::optional<bool> allowAutoSnapshot;

    friend bool operator==(const TableParams&, const TableParams&) = default;
};

enum class IndexKind : std::uint8_t { Keys, Custom, Composites };

struct Index {
    std::string name;
    IndexKind kind = IndexKind::Composites;
    StringMap options; ///< always has "target"

    friend bool operator==(const Index&, const Index&) = default;
};

struct DroppedColumn {
    ColumnPtr column; ///< its type frozen as Cassandra records it
    WriteTimestamp droppedAt;
};

class Table;
using TablePtr = std::shared_ptr<const Table>;

/// The definition of one table, view or virtual table. Immutable; every ALTER makes a new one
/// with the same id. Any thread.
class Table {
public:
    struct Spec {
        TableId id;
        std::string keyspace;
        std::string name;
        std::vector<Column> columns; ///< any order; `position` decides within the key
        TableParams params;
        bool isCounter = false;
        bool isDense = false; ///< legacy COMPACT STORAGE flags, kept for DESCRIBE
        bool isCompound = true;
        bool isSuper = false;
        bool isVirtual = false;
        bool isView = false;
        std::vector<Index> indexes;
        std::vector<DroppedColumn> dropped;
        std::map<std::string, StringMap> triggers; ///< name -> options
    };
    /// Reuses the Column objects of `previous` (an earlier version of the table) that are
    /// unchanged. Requires at least one partition-key column.
    [[nodiscard]] static TablePtr make(Spec spec, const TablePtr& previous = nullptr);

    [[nodiscard]] TableId id() const noexcept { return m_spec.id; }
    [[nodiscard]] const std::string& keyspace() const noexcept { return m_spec.keyspace; }
    [[nodiscard]] const std::string& name() const noexcept { return m_spec.name; }
    [[nodiscard]] const TableParams& params() const noexcept { return m_spec.params; }
    [[nodiscard]] const std::vector<Index>& indexes() const noexcept { return m_spec.indexes; }
    [[nodiscard]] const std::vector<DroppedColumn>& droppedColumns() const noexcept
    {
        return m_spec.dropped;
    }
    [[nodiscard]] bool isCounter() const noexcept { return m_spec.isCounter; }
    [[nodiscard]] bool isVirtual() const noexcept { return m_spec.isVirtual; }
    [[nodiscard]] bool isView() const noexcept { return m_spec.isView; }
    [[nodiscard]] bool hasStatics() const noexcept { return !m_statics.empty(); }
    /// A copy of everything, to change and give to make().
    [[nodiscard]] const Spec& spec() const noexcept { return m_spec; }

    /// By position.
    [[nodiscard]] std::span<const ColumnPtr> partitionKey() const noexcept
    {
        return m_partitionKey;
    }
    [[nodiscard]] std::span<const ColumnPtr> clustering() const noexcept { return m_clustering; }
    /// In compareColumns() order.
    [[nodiscard]] std::span<const ColumnPtr> statics() const noexcept { return m_statics; }
    [[nodiscard]] std::span<const ColumnPtr> regulars() const noexcept { return m_regulars; }
    /// As SELECT * gives them: partition key, clustering, then static and regular each by name.
    [[nodiscard]] std::span<const ColumnPtr> selectOrder() const noexcept { return m_selectOrder; }
    /// nullptr if there is none.
    [[nodiscard]] const Column* column(std::string_view name) const noexcept;

    /// The serialized partition key of these values: the value itself for one column, else
    /// CompositeType (16-bit length, bytes, zero byte, for each).
    [[nodiscard]] Bytes makePartitionKey(std::span<const ByteView> values) const;
    /// The values in a serialized partition key, as views of it; Corrupt if malformed.
    [[nodiscard]] Result<std::vector<ByteView>> splitPartitionKey(ByteView key) const;

private:
    Table() = default;

    Spec m_spec;
    std::vector<ColumnPtr> m_partitionKey;
    std::vector<ColumnPtr> m_clustering;
    std::vector<ColumnPtr> m_statics;
    std::vector<ColumnPtr> m_regulars;
    std::vector<ColumnPtr> m_selectOrder;
    std::vector<std::pair<std::string_view, const Column*>> m_byName; ///< sorted
};

} // namespace engine::schema
