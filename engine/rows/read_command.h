#pragma once

#include "engine/base/trace.h"
#include "engine/rows/row.h"
#include "engine/rows/serialization.h"

#include <optional>
#include <string>
#include <vector>

namespace engine::rows {

/// A bound that owns its values; see Bound.
struct OwnedBound {
    BoundKind kind = BoundKind::InclusiveStart;
    std::vector<Bytes> values;
};

/// A contiguous piece of a partition's clusterings. Default: everything.
struct Slice {
    OwnedBound start{BoundKind::InclusiveStart, {}};
    OwnedBound end{BoundKind::InclusiveEnd, {}};
};

/// Which rows of a partition: either the rows with exactly these clusterings, or slices, sorted
/// and disjoint. Neither: all rows.
struct ClusteringFilter {
    using Name = RecycledVector<RecycledBytes>;
    RecycledVector<Name> names; ///< full clusterings, sorted
    std::vector<Slice> slices;
    bool isNames = false;
    /// Walk from the end: limits keep the last rows. The partitions of an answer are still in
    /// clustering order, so that they merge and digest as all others; whoever shows them walks
    /// backward.
    bool reversed = false;
    [[nodiscard]] bool selectsAll() const noexcept { return !isNames && slices.empty(); }
};

/// Bounds of a result. Limits count live rows; UINT32_MAX: none.
struct DataLimits {
    std::uint32_t rows = UINT32_MAX;
    std::uint32_t rowsPerPartition = UINT32_MAX;
};

/// One end of a token range or of a key range (PartitionPosition).
struct PartitionBound {
    std::int64_t token = INT64_MIN;
    std::optional<Bytes> key; ///< with the key: exactly there; without: at the token's edge
    bool inclusive = false;
};

/// Partitions in token order from `start` to `end`; a range does not wrap. Whole ring: default.
struct PartitionRange {
    PartitionBound start;              ///< token INT64_MIN, exclusive: the ring's start
    std::optional<PartitionBound> end; ///< none: the ring's end
};

/// A simple restriction on any column, checked where the data is (ALLOW FILTERING). A null value
/// satisfies none. Of multi-cell columns only Contains, ContainsKey and `mapKey` are supported.
struct RowFilterExpression {
    enum class Operator : std::uint8_t {
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        Contains,
        ContainsKey,
        In
    };
    std::string column;
    Operator op = Operator::Equal;
    Bytes value;                 ///< for In: a frozen list
    std::optional<Bytes> mapKey; ///< for `m['k'] = v`
};

/// What to read: of one partition (`key`) or of a range of partitions. A value that travels from
/// coordinator to replica.
struct ReadCommand {
    schema::TablePtr table;
    std::optional<RecycledBytes> key;
    PartitionRange range; ///< used without `key`
    ClusteringFilter clustering;
    /// Static and regular columns to fetch, any order; empty: all. Cells of other columns may
    /// still come, without their value, where they are the proof that a row exists: ignore them.
    RecycledVector<const schema::Column*> columns;
    std::vector<RowFilterExpression> filter;
    DataLimits limits;
    std::int64_t nowSeconds = 0;
    /// Paging: continue after this clustering in the first partition (before it if reversed);
    /// its static row has been counted. None: at the partition's start.
    std::optional<ClusteringFilter::Name> resumeAfter;
    /// Where the read notes what it does; nullptr: the request is not traced. Does not travel
    /// with the command: messaging carries traces.
    std::shared_ptr<TraceSession> trace;
};

/// The wire form, versioned; see serialization.h for tables that the reader lacks.
void writeReadCommand(const ReadCommand& command, Bytes& out);
[[nodiscard]] Result<ReadCommand> readReadCommand(ByteReader& in, const TableLookup& tables);

} // namespace engine::rows
