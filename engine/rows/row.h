#pragma once

#include "engine/base/arena.h"
#include "engine/base/bytes.h"
#include "engine/rows/deletion.h"
#include "engine/schema/table.h"

#include <cstdint>
#include <span>

namespace engine::rows {

/// One cell. A view: `column` belongs to the table, the bytes to whoever owns the row.
///
/// Live: localDeletionTime == kNoDeletionTime. Expiring: ttl > 0, localDeletionTime = expiry.
/// Tombstone: ttl == 0 and a local deletion time; its value is empty.
/// In a counter column the value is Cassandra's counter context.
struct Cell {
    const schema::Column* column = nullptr;
    WriteTimestamp timestamp;
    LocalDeletionTime localDeletionTime = kNoDeletionTime;
    std::int32_t ttl = kNoTtl;
    bool hasPath = false;
    ByteView path; ///< element key of a multi-cell column: list timeuuid, set value, map key,
                   ///< 16-bit field number of a user type
    ByteView value;

    [[nodiscard]] bool isTombstone() const noexcept
    {
        return localDeletionTime != kNoDeletionTime && ttl == kNoTtl;
    }
    [[nodiscard]] bool isExpiring() const noexcept { return ttl != kNoTtl; }
    [[nodiscard]] bool isLive(std::int64_t nowSeconds) const noexcept
    {
        return localDeletionTime == kNoDeletionTime ||
               (ttl != kNoTtl && nowSeconds < localDeletionTime);
    }
};

/// The deletion of a whole multi-cell column within a row (what `SET c = {…}` writes first).
struct ComplexDeletion {
    const schema::Column* column = nullptr;
    DeletionTime deletion;
};

/// The clustering values of a row, one a clustering column, each possibly null in legacy tables.
/// A static row has none. Views.
struct Clustering {
    std::span<const ByteView> values;
    [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
};

/// One row (or the static row) as a view over memory of an arena, page or buffer.
///
/// Cells are sorted by compareColumns(), then by path in the order of the collection's key type;
/// complex deletions by compareColumns(). Every Column pointer is of the row's table or of an
/// earlier version of it.
struct Row {
    Clustering clustering;
    Liveness liveness;
    DeletionTime deletion; ///< of the row
    std::span<const Cell> cells;
    std::span<const ComplexDeletion> complexDeletions;

    [[nodiscard]] bool isEmpty() const noexcept
    {
        return liveness.isEmpty() && deletion.isLive() && cells.empty() && complexDeletions.empty();
    }
    /// Whether nothing of it deletes others' data, or may delete its own.
    [[nodiscard]] bool deletesNothing() const noexcept
    {
        return deletion.isLive() && complexDeletions.empty();
    }
};

/// Where a clustering prefix stands relative to the rows that begin with it
/// (ClusteringPrefix.Kind; the values are Cassandra's ordinals on disk, never renumber).
enum class BoundKind : std::uint8_t {
    ExclusiveEnd = 0,
    InclusiveStart = 1,
    ExclusiveEndInclusiveStart = 2, ///< boundary
    StaticClustering = 3,
    Clustering = 4,
    InclusiveEndExclusiveStart = 5, ///< boundary
    InclusiveEnd = 6,
    ExclusiveStart = 7,
};

/// A clustering prefix with a position before or after what it prefixes. No values: the very
/// start or end of a partition.
struct Bound {
    BoundKind kind = BoundKind::InclusiveStart;
    std::span<const ByteView> values;

    [[nodiscard]] bool isStart() const noexcept
    {
        return kind == BoundKind::InclusiveStart || kind == BoundKind::ExclusiveStart;
    }
    [[nodiscard]] bool isEnd() const noexcept
    {
        return kind == BoundKind::InclusiveEnd || kind == BoundKind::ExclusiveEnd;
    }
    [[nodiscard]] bool isBoundary() const noexcept
    {
        return kind == BoundKind::ExclusiveEndInclusiveStart ||
               kind == BoundKind::InclusiveEndExclusiveStart;
    }
};

/// Opens, closes, or (boundary) closes one and opens the next range deletion.
struct RangeTombstoneMarker {
    Bound bound;
    DeletionTime close; ///< of the range that ends here; live if none
    DeletionTime open;  ///< of the range that starts here; live if none
};

/// What a partition is a sequence of: rows and range tombstone markers in clustering order.
struct Unfiltered {
    enum class Kind : std::uint8_t { Row, Marker } kind = Kind::Row;
    Row row;
    RangeTombstoneMarker marker;

    // Not defaulted: then a vector would fill all of it with zeros first, at each emplace_back().
    Unfiltered() noexcept {} // NOLINT(modernize-use-equals-default)
    /// A row whose views are copied into `arena`.
    Unfiltered(const Row& row, Arena& arena);
};

/// Clustering comparison of `table` (ClusteringComparator): values column by column with their
/// order; a null sorts first; a shorter prefix by its bound kind.
[[nodiscard]] int compareClustering(const schema::Table& table, std::span<const ByteView> a,
                                    std::span<const ByteView> b) noexcept;
/// Never contradicts compareClustering(): if that of `a` is less than that of `b`, `a` is before
/// `b`; if they are equal, nothing is known. See cql::Type::orderPrefix().
[[nodiscard]] std::uint64_t orderPrefix(const schema::Table& table,
                                        std::span<const ByteView> values) noexcept;
/// Where a bound stands relative to a row's clustering, or two bounds to each other.
[[nodiscard]] int compareBounds(const schema::Table& table, BoundKind aKind,
                                std::span<const ByteView> a, BoundKind bKind,
                                std::span<const ByteView> b) noexcept;
/// Orders two cells of one row.
[[nodiscard]] int compareCells(const Cell& a, const Cell& b) noexcept;

/// Which of two cells of the same column and path survives (Cells.reconcile): greater timestamp,
/// then tombstone over live, then greater expiry, then greater value; counters merge (see
/// counter_context.h), where necessary into `arena`.
[[nodiscard]] Cell reconcile(const Cell& a, const Cell& b, Arena& arena);

/// Merges rows of one clustering into one, dropping what a deletion among them (or `above`, the
/// partition or range deletion that covers them) shadows. The result lives in `arena`, or is one
/// of the inputs where nothing changes; its bytes remain those of the inputs. Row and cell
/// tombstones are kept. Requires at least one row.
[[nodiscard]] Row mergeRows(std::span<const Row> rows, const DeletionTime& above, Arena& arena);

/// How many bytes the views of a row refer to.
[[nodiscard]] std::size_t bytesOf(const Row& row) noexcept;
/// Copies a row and all bytes it refers to into `arena`.
[[nodiscard]] Row copyRow(const Row& row, Arena& arena);
[[nodiscard]] Unfiltered copyUnfiltered(const Unfiltered& unfiltered, Arena& arena);

} // namespace engine::rows
