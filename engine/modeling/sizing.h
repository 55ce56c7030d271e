#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

/// How large the partitions of a model's tables get: by the textbook's formulas with every term
/// shown, and byte-exactly by the encoder that writes SSTables. Pure functions of a Model; any
/// thread. README.md has the sources of the formulas.
namespace engine::modeling {

// ---- inputs ------------------------------------------------------------------------------------

/// Which partition is meant.
enum class SizeProfile : std::uint8_t { Average, Largest };

/// What the formulas take for one column: given by the user, or the default for its type.
struct ColumnSize {
    ElementId column{};
    std::string name;
    std::string type;
    ColumnRole role = ColumnRole::Regular;
    double bytes = 0;        ///< of the value in a row that has one; of a collection all elements
    double elements = 0;     ///< of a collection; 0 for others
    double elementBytes = 0; ///< of one element (map: key and value); 0 for others
    double nullShare = 0;    ///< 0…1
    bool overridden = false; ///< `bytes` is the user's, not the type's default
    double defaultBytes = 0; ///< what `bytes` would be then
    bool isGuess = false;    ///< `bytes` is a default, of a type whose values differ in length
};

/// All inputs of one table, resolved.
struct TableInputs {
    double rows = 1;        ///< a partition; whole for the largest, at least 1 where there are any
    double rowsShare = 1;   ///< the same before it was made whole: what is divided among partitions
    std::string rowsSource; ///< one sentence: where `rows` comes from
    bool rowsKnown = true;  ///< false: nothing says how many; 1 is taken
    double rowsPerDay = 0;  ///< of one partition; 0: it does not grow
    double ttlSeconds = 0;  ///< 0: none
    double bucketDays = 0;  ///< of a time bucket in the partition key; 0: none
    double partitions = 1;
    std::string partitionsSource;
    double replicas = 1; ///< of the keyspace, all datacenters
    /// Shards in the context of a counter: one for each replica that led an increment of it. All
    /// replicas in the long run; one right after the first increment.
    double counterShards = 1;
    double overhead = 8; ///< tavg
    double limitBytes = 100e6;
    double limitCells = 100'000;
    double limitRows = 100'000;
    std::vector<ColumnSize> columns; ///< in the table's order
};

/// Limits and the cluster, where the table itself does not say.
struct SizeOptions {
    double limitBytes = 100e6;
    double limitCells = 100'000;
    double limitRows = 100'000;
    double nodes = 3; ///< of the cluster, for disk a node
};

/// Invalid, naming the field, if an expression or a type of the table cannot be understood. In
/// expressions may stand: rate (rows a day), bucket (days), ttl (days), partitions.
[[nodiscard]] Result<TableInputs> tableInputs(const Model& model, const ModelTable& table,
                                              SizeProfile profile, const SizeOptions& options = {});
/// The default size of a value of `type` in bytes; of a collection one element's. 0 if the type
/// cannot be understood.
[[nodiscard]] double defaultBytes(const Model& model, const std::string& keyspace,
                                  const std::string& type);

// ---- the classical formulas --------------------------------------------------------------------

/// One term of a formula, to show: "Σ sizeOf(ck)", "5", "hotel_id 5".
struct FormulaTerm {
    std::string symbol;
    double value = 0;
    std::string detail; ///< what it is the sum of
};

/// A formula with symbols, with numbers, and its result.
struct Formula {
    std::string symbols; ///< "Nv = Nr × (Nc − Npk − Ns) + Ns"
    std::string numbers; ///< "299,300 × (4 − 3 − 0) + 0"
    double result = 0;
    std::vector<FormulaTerm> terms;
};

/// Nv as the textbook has it, or as some course notes print it.
enum class CellFormula : std::uint8_t { Textbook, CourseNotes };

struct ClassicalSize {
    Formula cells;              ///< by the chosen formula
    Formula cellsByTextbook;    ///< Nr × (Nc − Npk − Ns) + Ns
    Formula cellsByCourseNotes; ///< Nr × (Nc − Npk − Nck) + Nr × Nsc
    std::string whyTheyDiffer;  ///< one or two sentences; empty if they agree
    Formula bytes;              ///< St
};
[[nodiscard]] ClassicalSize classicalSize(const TableInputs& inputs,
                                          CellFormula formula = CellFormula::Textbook);

// ---- byte-exact ---------------------------------------------------------------------------------

/// One partition as the BIG format (`nb`) stores it, measured on encoded sample rows.
struct ExactSize {
    double partitionBytes = 0;     ///< of Data.db, uncompressed
    double headerBytes = 0;        ///< key, partition deletion, static row, end of partition
    double rowBytes = 0;           ///< a row on average, with its share of tombstones
    double indexBytes = 0;         ///< its entry in Index.db; with row index blocks from 64 KiB on
    double compressionRatio = 1;   ///< compressed/uncompressed; given, or measured on the sample
    bool ratioMeasured = true;     ///< on sample rows, by the table's compressor and chunk length
    double compressedBytes = 0;    ///< partitionBytes × ratio
    double cells = 0;              ///< stored cells, with elements of collections, without nulls
    std::uint64_t rowsEncoded = 0; ///< fewer than `rows`: the rest is extrapolated
    std::string explanation;       ///< one sentence
};

/// Encodes sample rows of the table and measures them; takes a few milliseconds. Deterministic.
/// Invalid if the table cannot exist (the sentence of the schema), for example without a key.
[[nodiscard]] Result<ExactSize> exactSize(const Model& model, const ModelTable& table,
                                          const TableInputs& inputs);

// ---- judgement, totals, growth ------------------------------------------------------------------

/// Green below half of the limit, amber to the limit, red above.
enum class Light : std::uint8_t { Green, Amber, Red };

struct SizeVerdict {
    double value = 0;
    double limit = 0;
    double share = 0; ///< value/limit
    Light light = Light::Green;
};
[[nodiscard]] SizeVerdict judge(double value, double limit);
[[nodiscard]] Light worst(Light a, Light b);

/// A table, all its partitions and replicas.
struct TableTotals {
    double rows = 0;
    double bytes = 0;            ///< one copy, compressed
    double replicatedBytes = 0;  ///< × replicas
    double perNodeBytes = 0;     ///< ÷ nodes
    double headroomShare = 0;    ///< that the compaction strategy needs free, of the bytes
    double perNodeDiskBytes = 0; ///< with that
    std::string headroomSource;  ///< one sentence
};

/// Everything the panel shows of one table.
struct TableSize {
    ElementId table{};
    SizeProfile profile = SizeProfile::Largest;
    TableInputs inputs;
    ClassicalSize classical;
    std::optional<ExactSize> exact; ///< if asked for
    SizeVerdict rows;
    SizeVerdict cells;
    SizeVerdict bytes;          ///< exact if there, else classical
    Light light = Light::Green; ///< the worst of the three
    TableTotals totals;         ///< always of the average partition
};

enum class Depth : std::uint8_t { Formula, Exact };
/// Invalid as tableInputs() and exactSize(); Depth::Formula takes microseconds.
[[nodiscard]] Result<TableSize> sizeOf(const Model& model, ElementId table, SizeProfile profile,
                                       Depth depth, CellFormula formula = CellFormula::Textbook,
                                       const SizeOptions& options = {});

/// All tables of a model together. A table that cannot be sized is in `failed`, with the sentence.
struct ClusterTotals {
    double bytes = 0;
    double replicatedBytes = 0;
    double perNodeBytes = 0;
    double perNodeDiskBytes = 0;
    double duplicationFactor = 1; ///< bytes of all tables by bytes of the largest of each entity
    std::vector<TableSize> tables;
    std::vector<std::pair<ElementId, std::string>> failed;
};
[[nodiscard]] ClusterTotals clusterTotals(const Model& model, SizeProfile profile, Depth depth,
                                          const SizeOptions& options = {});

struct GrowthPoint {
    double day = 0;
    double rows = 0;
    double cells = 0;
    double bytes = 0;
};
/// One partition over time. With a time bucket in the key it is the current bucket's partition,
/// which starts anew with each bucket.
struct Growth {
    std::vector<GrowthPoint> points;    ///< straight lines between them
    std::optional<double> rowsLimitDay; ///< first day over the limit; none: never
    std::optional<double> cellsLimitDay;
    std::optional<double> bytesLimitDay;
    std::optional<double> plateauDay; ///< from here on the TTL removes as much as arrives
};
/// Requires inputs.rowsPerDay; without it the line is flat at inputs.rows.
[[nodiscard]] Growth growthOf(const TableSize& size, double days);

} // namespace engine::modeling
