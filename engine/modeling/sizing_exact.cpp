// What one partition takes in an SSTable: sample rows through the encoder that writes real ones.
#include "engine/modeling/cql.h"
#include "engine/modeling/figures.h"
#include "engine/modeling/sample_rows.h"
#include "engine/modeling/sizing.h"
#include "engine/sstable/compression.h"
#include "engine/sstable/deletion_codec.h"
#include "engine/sstable/encoding_stats.h"
#include "engine/sstable/row_codec.h"
#include "engine/sstable/row_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace engine::modeling {

namespace {

/// Rows to encode, at most: enough for averages within 0.2 % (the sequences are even).
constexpr double kSampleRowsMax = 1000;
/// Bytes to encode, about: enough chunks to measure compression.
constexpr double kSampleBytesMax = 1 << 20;
constexpr double kSampleRowsMin = 32;
/// column_index_size where cassandra.yaml does not say (BigFormatPartitionWriter).
constexpr std::uint32_t kIndexBlockBytes = 65536;
constexpr double kChecksumBytes = 4; ///< after each compressed chunk

/// The table alone, as the DDL makes it: a view is a table here, indexes are none of its bytes.
Result<schema::TablePtr> tableAlone(const Model& model, const ModelTable& table)
{
    Model alone;
    ModelKeyspace keyspace;
    keyspace.name = table.keyspace;
    alone.keyspaces.push_back(keyspace);
    std::ranges::copy_if(model.types, std::back_inserter(alone.types),
                         [&](const UserType& type) { return type.keyspace == table.keyspace; });
    alone.tables.push_back(table);
    alone.tables[0].viewOf = ElementId::None;
    alone.tables[0].indexes.clear();
    RW_ASSIGN(const schema::SchemaPtr schema, schemaOf(alone));
    return schema->table(table.keyspace, table.name);
}

double uncompressedRow(const TableInputs& inputs)
{
    double bytes = 16;
    for (const ColumnSize& column : inputs.columns)
        bytes += column.bytes + 4 * column.elements;
    return bytes;
}

/// Sums over what was encoded.
struct Measured {
    double partitions = 0;
    double rows = 0;
    double headerBytes = 0;
    double rowBytes = 0;
    double markerBytes = 0;
    double prefixBytes = 0; ///< of clusterings, as the row index stores them
    double indexBytes = 0;  ///< exact ones
    double cells = 0;
    double staticCells = 0;
    double keyBytes = 0;
    Bytes data;
};

class Encoding {
public:
    Encoding(const schema::Table& table, const SampleRows& samples,
             const sstable::VersionTraits& version, const sstable::EncodingStats& stats)
        : m_version(version),
          m_header(sstable::SerializationHeader::forTable(table, stats)),
          m_encoder(version, dropUnused(table, samples, m_header), table),
          m_index(version, m_encoder, kIndexBlockBytes)
    {
    }

    Result<void> add(const SamplePartition& partition, Measured& to)
    {
        Bytes out;
        ByteWriter writer{out};
        writer.bytes16(partition.key);
        sstable::encodeDeletion(m_version, writer, {});
        if (!m_header.statics.empty())
            RW_TRY(m_encoder.row(partition.staticRow, true, 0, out));
        to.headerBytes += static_cast<double>(out.size()) + 1; // and the end of the partition
        to.keyBytes += static_cast<double>(partition.key.size());
        to.staticCells += static_cast<double>(partition.staticRow.cells.size());
        m_index.startPartition({}, out.size());
        std::size_t previous = 0;
        for (const rows::Unfiltered& unfiltered : partition.rows) {
            const std::size_t start = out.size();
            RW_TRY(m_encoder.row(unfiltered.row, false, start - previous, out));
            m_index.add(unfiltered, start, out.size());
            to.rowBytes += static_cast<double>(out.size() - start);
            to.cells += static_cast<double>(unfiltered.row.cells.size());
            previous = start;
        }
        for (const rows::Unfiltered& unfiltered : partition.markers) {
            const std::size_t start = out.size();
            RW_TRY(m_encoder.marker(unfiltered.marker, start - previous, out));
            m_index.add(unfiltered, start, out.size());
            to.markerBytes += static_cast<double>(out.size() - start);
            previous = start;
        }
        out += static_cast<char>(sstable::unfiltered_flags::kEndOfPartition);
        Bytes entry;
        m_index.finish(out.size(), entry);
        to.indexBytes += static_cast<double>(entry.size());
        if (!partition.rows.empty()) {
            Bytes prefix;
            ByteWriter prefixWriter{prefix};
            m_encoder.prefix(rows::BoundKind::Clustering, partition.rows[0].row.clustering.values,
                             prefixWriter);
            to.prefixBytes += static_cast<double>(prefix.size());
        }
        to.rows += static_cast<double>(partition.rows.size());
        to.partitions += 1;
        to.data += out;
        return ok();
    }

private:
    /// An SSTable's header has the columns that the memtable saw, not those of the table.
    static const sstable::SerializationHeader& dropUnused(const schema::Table& table,
                                                          const SampleRows& samples,
                                                          sstable::SerializationHeader& header)
    {
        const auto unused = [&](const sstable::SerializationHeader::Column& column) {
            return !samples.isUsed(*table.column(column.name));
        };
        std::erase_if(header.statics, unused);
        std::erase_if(header.regulars, unused);
        return header;
    }

    const sstable::VersionTraits& m_version;
    sstable::SerializationHeader m_header;
    sstable::RowEncoder m_encoder;
    sstable::RowIndexBuilder m_index;
};

Result<double> measureRatio(const schema::Table& table, const Bytes& data)
{
    RW_ASSIGN(const auto params,
              sstable::CompressionParams::fromOptions(table.params().compression));
    if (params.compressor == sstable::Compressor::None || data.empty())
        return 1.0;
    double stored = 0;
    for (std::size_t at = 0; at < data.size(); at += params.chunkLength) {
        const ByteView chunk = ByteView{data}.substr(at, params.chunkLength);
        Bytes compressed;
        RW_TRY(sstable::compress(params, chunk, compressed));
        const bool asItIs = compressed.size() >= params.compressedLengthMax;
        stored += static_cast<double>(asItIs ? chunk.size() : compressed.size()) + kChecksumBytes;
    }
    return stored / static_cast<double>(data.size());
}

/// The entry of a partition in Index.db: exact where a whole one was encoded.
double indexEntryBytes(const Measured& measured, const TableInputs& inputs, bool whole,
                       double partitionBytes)
{
    const double key = measured.keyBytes / measured.partitions;
    const auto position =
        static_cast<std::uint64_t>(std::max(0.0, partitionBytes * inputs.partitions / 2));
    double payload = measured.indexBytes / measured.partitions;
    if (!whole && partitionBytes > kIndexBlockBytes) {
        const double blocks = std::ceil(partitionBytes / kIndexBlockBytes);
        const double prefix = measured.prefixBytes / measured.partitions;
        const double offset =
            static_cast<double>(unsignedVintSize(static_cast<std::uint64_t>(partitionBytes / 2)));
        // First and last clustering, offset, width, "no open deletion", and where the block starts.
        payload = 1 + 12 + 2 + blocks * (2 * prefix + offset + 2 + 1 + 4);
    }
    return 2 + key + static_cast<double>(unsignedVintSize(position)) +
           static_cast<double>(unsignedVintSize(static_cast<std::uint64_t>(payload))) + payload;
}

struct SamplePlan {
    double rowsAPartition = 1; ///< not whole: some partitions have one more
    std::uint64_t partitions = 1;
    bool whole = true; ///< all rows of a partition are encoded
};

SamplePlan planSample(const TableInputs& inputs)
{
    const double most =
        std::clamp(kSampleBytesMax / uncompressedRow(inputs), kSampleRowsMin, kSampleRowsMax);
    SamplePlan plan;
    plan.whole = inputs.rows <= most;
    plan.rowsAPartition = plan.whole ? inputs.rows : most;
    plan.partitions = static_cast<std::uint64_t>(
        std::clamp(std::ceil(most / std::max(1.0, plan.rowsAPartition)), 1.0, most));
    return plan;
}

std::string explain(const ExactSize& size, const TableInputs& inputs, const SamplePlan& plan)
{
    std::string text = fmt::format(
        "{} encoded as format nb stores them: {} for a row on average, {} for the partition",
        counted(static_cast<double>(size.rowsEncoded), "sample row"), bytesText(size.rowBytes),
        bytesText(size.headerBytes));
    if (!plan.whole)
        text += fmt::format("; carried on to {}", counted(inputs.rows, "row"));
    return text + ".";
}

} // namespace

Result<ExactSize> exactSize(const Model& model, const ModelTable& table, const TableInputs& inputs)
{
    RW_ASSIGN(const schema::TablePtr schemaTable, tableAlone(model, table));
    RW_ASSIGN(const sstable::VersionTraits* version,
              sstable::findVersion("big", sstable::kCurrentVersion));
    const SamplePlan plan = planSample(inputs);
    SampleRows samples{schemaTable, table, inputs};
    sstable::EncodingStatsCollector stats;
    std::vector<SamplePartition> partitions;
    for (std::uint64_t i = 0; i < plan.partitions; ++i) {
        const auto rowCount =
            static_cast<std::uint64_t>(std::floor(plan.rowsAPartition + evenly(i, 11)));
        partitions.push_back(
            samples.make(i, plan.whole && plan.rowsAPartition == std::floor(plan.rowsAPartition)
                                ? static_cast<std::uint64_t>(plan.rowsAPartition)
                                : rowCount));
        stats.add(partitions.back().staticRow);
        for (const auto* list : {&partitions.back().rows, &partitions.back().markers}) {
            for (const rows::Unfiltered& unfiltered : *list)
                stats.add(unfiltered);
        }
    }
    Encoding encoding{*schemaTable, samples, *version, stats.get()};
    Measured measured;
    for (const SamplePartition& partition : partitions)
        RW_TRY(encoding.add(partition, measured));

    ExactSize size;
    size.rowsEncoded = static_cast<std::uint64_t>(measured.rows);
    size.headerBytes = measured.headerBytes / measured.partitions;
    const double markers = measured.markerBytes / measured.partitions;
    const double rowAlone = measured.rows > 0 ? measured.rowBytes / measured.rows : 0;
    size.partitionBytes = size.headerBytes + markers + inputs.rows * rowAlone;
    size.rowBytes = inputs.rows > 0 ? rowAlone + markers / inputs.rows : 0;
    size.cells = measured.staticCells / measured.partitions +
                 (measured.rows > 0 ? inputs.rows * measured.cells / measured.rows : 0);
    size.indexBytes = indexEntryBytes(measured, inputs, plan.whole, size.partitionBytes);
    size.ratioMeasured = !table.sizing.compressionRatio;
    RW_ASSIGN(const double ratio, measureRatio(*schemaTable, measured.data));
    size.compressionRatio = table.sizing.compressionRatio.value_or(ratio);
    size.compressedBytes = size.partitionBytes * size.compressionRatio;
    size.explanation = explain(size, inputs, plan);
    return size;
}

} // namespace engine::modeling
