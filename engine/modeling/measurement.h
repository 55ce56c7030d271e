#pragma once

#include "engine/base/bytes.h"
#include "engine/cql/type.h"
#include "engine/modeling/sizing.h"

/// Estimate meets measurement: what a cluster has, against what the model says.
namespace engine::modeling {

/// What was found of one table on one node or in one folder. What could not be had is unset.
struct TableMeasurement {
    std::string keyspace;
    std::string table;
    std::string source; ///< "SSTable statistics of node1", "JMX of 10.0.0.1"
    std::optional<double> partitions;
    std::optional<double> meanPartitionBytes; ///< uncompressed
    std::optional<double> maximumPartitionBytes;
    std::optional<double> compressionRatio; ///< compressed/uncompressed
    std::optional<double> rows;             ///< in all partitions
    std::optional<double> rowsAPartition;   ///< on average; where `rows` is not known by itself
    std::optional<double> writeSpanSeconds; ///< from the first to the last write timestamp
    struct Column {
        std::string name;
        double averageBytes = 0; ///< of the values that are not null; all elements of a collection
        double nullShare = 0;
        double elements = 0; ///< of a collection, on average
    };
    std::vector<Column> columns; ///< from sampled rows; empty if none were read
    double sampledRows = 0;
};

/// Estimate and measurement side by side.
struct SizeComparison {
    ElementId table{};
    double estimatedBytes = 0; ///< of the average partition, by the encoder, uncompressed
    double measuredBytes = 0;
    double ratio = 1;                   ///< measured/estimated
    bool differs = false;               ///< by more than a quarter
    double estimatedRows = 0;           ///< a partition
    std::optional<double> measuredRows; ///< a partition
    /// The estimate for as many rows as were measured: what is left is about the columns.
    std::optional<double> sameRowsBytes;
    std::optional<double> sameRowsRatio; ///< measured/that
    /// Of a counter table: the shards a counter that the measured bytes fit; used in sameRows….
    std::optional<double> counterShards;
    ElementId worstColumn{}; ///< whose bytes a row differ most; None if no rows were sampled
    std::string sentence;    ///< "4.3 MB measured, 4.5 MB estimated: 4.4 % below."
};
/// Invalid if the measurement has no partition size or the table cannot be sized.
[[nodiscard]] Result<SizeComparison> compareSizes(const Model& model, ElementId table,
                                                  const TableMeasurement& measured);

/// The model with what was measured in place of what was assumed: sizes, null shares and elements
/// of columns, rows a partition, partitions, time between writes, compression ratio. The rest
/// stays. Generated data have as many rows as were asked for: with Calibrate::Columns the model
/// keeps its own rows and partitions.
enum class Calibrate : std::uint8_t { Everything, Columns };
[[nodiscard]] Result<Model> calibrate(const Model& model, ElementId table,
                                      const TableMeasurement& measured,
                                      Calibrate what = Calibrate::Everything);

/// Adds one row's values to averages of columns; `values` in the order of the table's columns in
/// the model, serialized as the server sends them, none for null.
class ColumnSampler {
public:
    /// Invalid if a type cannot be understood.
    [[nodiscard]] static Result<ColumnSampler> make(const Model& model, ElementId table);
    void add(const std::vector<std::optional<Bytes>>& values);
    /// Puts the averages into `columns` and `sampledRows`.
    void fill(TableMeasurement& to) const;

private:
    struct Sum {
        std::string name;
        cql::TypePtr type;
        double bytes = 0;
        double elements = 0;
        double present = 0;
    };
    std::vector<Sum> m_sums;
    double m_rows = 0;
};

} // namespace engine::modeling
