#pragma once

#include "engine/base/arena.h"
#include "engine/modeling/sizing.h"
#include "engine/rows/row.h"

#include <deque>

/// Rows as a table's sizing describes them, for the encoder to measure: internal to sizing.
namespace engine::modeling {

/// One sampled partition. Views into the SampleRows that made it.
struct SamplePartition {
    Bytes key;
    rows::Row staticRow;
    std::vector<rows::Unfiltered> rows;
    std::vector<rows::Unfiltered> markers; ///< of range deletions; encoded after the rows
};

/// Makes partitions whose averages over many are those of the inputs. What varies (lengths, nulls,
/// number of elements, times of writes) is spread evenly, so that few rows give the average. A
/// sequence counts only what it decides about (the lengths of a column its values, its nulls the
/// rows that are left): of a sparse column in rows half of which are deleted, the few values are
/// the average too. Deterministic; nothing is random but the look of contents.
class SampleRows {
public:
    /// `source` has what TableInputs leaves out: shares of deletions, the span of writes.
    SampleRows(schema::TablePtr table, const ModelTable& source, const TableInputs& inputs);

    /// Partition number `partition` with so many rows.
    [[nodiscard]] SamplePartition make(std::uint64_t partition, std::uint64_t rowCount);

    /// Whether any row has a value for the column: one without is not in an SSTable's header.
    [[nodiscard]] bool isUsed(const schema::Column& column) const;

private:
    struct Plan {
        const schema::Column* column = nullptr;
        double nullShare = 0;
        double elements = 0;
        double scale = 1; ///< of the variable part of the value or of one element
        bool appended = false;
        std::uint32_t salt = 0;
        std::uint64_t written = 0;      ///< cells so far, deleted ones too
        std::uint64_t values = 0;       ///< cells with a value so far
        std::uint64_t elementsMade = 0; ///< of collections, in all values so far
    };
    /// When a row is written, and what that makes of its cells.
    struct Moment {
        std::int64_t micros = 0;
        std::int32_t ttl = 0;
        [[nodiscard]] std::int64_t seconds() const noexcept { return micros / 1'000'000; }
    };

    [[nodiscard]] Plan planOf(const schema::Column& column, const ModelTable& source,
                              const TableInputs& inputs, std::uint32_t salt) const;
    [[nodiscard]] Moment momentOf(double share) const;
    [[nodiscard]] ByteView keep(const Bytes& bytes);
    [[nodiscard]] std::uint64_t elementCount(const Plan& plan, std::uint64_t number) const;
    [[nodiscard]] ByteView value(const Plan& plan, std::uint64_t number);
    [[nodiscard]] ByteView value(const Plan& plan, std::uint64_t number,
                                 std::uint64_t firstElement);
    [[nodiscard]] rows::Cell cellAt(const Plan& plan, const Moment& moment) const;
    /// The cells of a column in a row (or static row) that is the `row`th that could have them.
    void addColumn(Plan& plan, std::uint64_t row, Moment moment, double deletedShare);
    void addElements(Plan& plan, std::uint64_t number, const Moment& moment);
    [[nodiscard]] rows::Row finishRow();
    [[nodiscard]] rows::Row row(std::uint64_t index);
    [[nodiscard]] std::span<const ByteView> clustering(std::uint64_t number);
    void addMarkers(std::uint64_t partition, SamplePartition& to);

    schema::TablePtr m_table;
    std::vector<Plan> m_key;
    std::vector<Plan> m_clustering;
    std::vector<Plan> m_statics;
    std::vector<Plan> m_regulars;
    double m_span = 3600;
    double m_deletedRows = 0;
    double m_deletedCells = 0;
    double m_rangeDeletions = 0;
    std::int32_t m_ttl = 0;
    bool m_rowMarker = true;
    double m_shards = 1; ///< a counter, on average
    std::uint64_t m_rowNumber = 0;
    std::uint64_t m_liveRows = 0;
    std::uint64_t m_groupNumber = 0; ///< of rows with the same first clustering columns
    Arena m_arena{65536};
    std::vector<rows::Cell> m_cells;
    std::vector<rows::ComplexDeletion> m_deletions;
};

/// Appends a value of `type` whose variable parts are `scale` times the default on average over
/// consecutive `number`s. Looks like data: words, small numbers, times in order.
void appendSampleValue(const cql::Type& type, double scale, std::uint64_t number,
                       std::uint32_t salt, Bytes& out);
/// Number `index` of an evenly spread sequence of [0, 1) that `salt` selects: the first is a half,
/// of those after it each 64 lie one in each 64th. Sequences of different salts look independent.
[[nodiscard]] double evenly(std::uint64_t index, std::uint32_t salt) noexcept;

} // namespace engine::modeling
