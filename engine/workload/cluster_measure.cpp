#include "engine/workload/cluster_measure.h"

#include "engine/admin/node_admin.h"
#include "engine/base/real_runtime.h"
#include "engine/cql/quote.h"
#include "engine/workload/measure.h"
#include "engine/workload/model_loader.h"
#include "engine/workload/session_wait.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::workload {

using modeling::ModelTable;
using modeling::TableMeasurement;

namespace {

constexpr auto kBeansTimeout = std::chrono::seconds{10};
constexpr auto kMeasureTimeout = std::chrono::seconds{30};

/// Adds up what nodes, or ranges of them, say of one table.
class NodeSums {
public:
    void add(const TableMeasurement& from)
    {
        const double partitions = from.partitions.value_or(0);
        if (partitions <= 0)
            return;
        m_partitions += partitions;
        m_bytes += partitions * from.meanPartitionBytes.value_or(0);
        m_rows += from.rows.value_or(0);
        m_largest = std::max(m_largest, from.maximumPartitionBytes.value_or(0));
        m_span = std::max(m_span, from.writeSpanSeconds.value_or(0));
        if (from.compressionRatio) {
            m_ratio += partitions * *from.compressionRatio;
            m_ratioOf += partitions;
        }
    }
    [[nodiscard]] bool isEmpty() const noexcept { return m_partitions <= 0; }
    /// `copies`: nodes that have each partition.
    [[nodiscard]] TableMeasurement sum(double copies) const
    {
        TableMeasurement made;
        made.partitions = std::max(1.0, m_partitions / std::max(1.0, copies));
        made.meanPartitionBytes = m_bytes / m_partitions;
        if (m_rows > 0)
            made.rows = m_rows / std::max(1.0, copies);
        if (m_largest > 0)
            made.maximumPartitionBytes = m_largest;
        if (m_span > 0)
            made.writeSpanSeconds = m_span;
        if (m_ratioOf > 0)
            made.compressionRatio = m_ratio / m_ratioOf;
        return made;
    }

private:
    double m_partitions = 0;
    double m_bytes = 0;
    double m_rows = 0;
    double m_largest = 0;
    double m_span = 0;
    double m_ratio = 0;
    double m_ratioOf = 0;
};

std::string quotedText(const std::string& text)
{
    return cql::quoteString(text);
}

class ClusterMeasurer {
public:
    ClusterMeasurer(client::Session& session, const ClusterReach& reach,
                    const modeling::Model& model, const ClusterMeasureOptions& options)
        : m_session(session),
          m_reach(reach),
          m_model(model),
          m_options(options),
          m_disk(makeRealDisk())
    {
    }

    MeasuredTable measure(const ModelTable& table)
    {
        MeasuredTable made;
        made.table = table.id;
        made.name = table.keyspace + "." + table.name;
        const auto done = fill(table, made);
        if (!done)
            made.problem = done.error().detail();
        return made;
    }

private:
    Result<void> fill(const ModelTable& table, MeasuredTable& to)
    {
        RW_ASSIGN(to.measurement, partitionsOf(table));
        to.measurement.keyspace = table.keyspace;
        to.measurement.table = table.name;
        if (m_options.sampledRows > 0)
            RW_TRY(
                sampleColumns(m_session, m_model, table.id, m_options.sampledRows, to.measurement));
        RW_ASSIGN(to.comparison, modeling::compareSizes(m_model, table.id, to.measurement));
        RW_ASSIGN(const auto better, modeling::calibrate(m_model, table.id, to.measurement));
        RW_ASSIGN(to.calibrated, modeling::compareSizes(better, table.id, to.measurement));
        return ok();
    }

    Result<TableMeasurement> partitionsOf(const ModelTable& table)
    {
        if (m_reach.hasFolders())
            return byFolders(table);
        if (m_reach.hasAdmin()) {
            auto measured = byBeans(table);
            if (measured || measured.error().code() != ErrorCode::ConnectionRefused)
                return measured;
        }
        return byEstimates(table);
    }

    [[nodiscard]] double copies(const ModelTable& table, std::size_t nodes) const
    {
        const auto inputs = modeling::tableInputs(m_model, table, modeling::SizeProfile::Average);
        return std::min(inputs ? inputs->replicas : 1, static_cast<double>(nodes));
    }

    Result<TableMeasurement> byFolders(const ModelTable& table)
    {
        RW_ASSIGN(const std::string folder, folderName(table));
        NodeSums sums;
        for (const ClusterReach::Node& node : m_reach.nodes) {
            const std::string path = node.dataFolder + "/" + table.keyspace + "/" + folder;
            if (!m_disk->exists(path))
                continue;
            const auto measured = measureFolder(*m_disk, path);
            if (measured)
                sums.add(*measured);
            else if (measured.error().code() != ErrorCode::NotFound)
                return measured.error();
        }
        return summed(table, sums, m_reach.nodes.size(), "SSTable statistics");
    }

    /// "<table>-<32 digits of its id>": a table that was dropped and created anew has two.
    Result<std::string> folderName(const ModelTable& table)
    {
        client::RequestOptions options;
        options.timeout = kMeasureTimeout;
        options.idempotent = true;
        RW_ASSIGN(const auto page,
                  executeAndWait(m_session,
                                 "SELECT id FROM system_schema.tables WHERE keyspace_name = " +
                                     quotedText(table.keyspace) +
                                     " AND table_name = " + quotedText(table.name),
                                 options));
        const auto offsets = page->rowOffsets();
        if (page->rowCount == 0 || offsets.empty())
            return Error{ErrorCode::NotFound, "the cluster has no such table; load the model "
                                              "first"};
        std::string name = table.name + "-";
        const auto values = page->rowAt(offsets[0]);
        for (const char byte : values.at(0).value_or(ByteView{}))
            name += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        return name;
    }

    Result<TableMeasurement> byBeans(const ModelTable& table)
    {
        NodeSums sums;
        for (const ClusterReach::Node& node : m_reach.nodes) {
            const auto report = admin::makeJolokiaAdmin(node.admin, kBeansTimeout)
                                    ->partitions(table.keyspace, table.name);
            if (!report)
                return report.error().within(node.name);
            if (report->meanBytes <= 0)
                continue;
            TableMeasurement measured;
            measured.partitions = report->partitions;
            measured.meanPartitionBytes = report->meanBytes;
            measured.maximumPartitionBytes = report->maximumBytes;
            measured.compressionRatio = report->compressionRatio;
            sums.add(measured);
        }
        return summed(table, sums, m_reach.nodes.size(), "beans of the table");
    }

    Result<TableMeasurement> byEstimates(const ModelTable& table)
    {
        const auto topology = m_session.topology();
        NodeSums sums;
        std::size_t nodes = 0;
        for (const client::NodeInfo& node :
             topology ? topology->nodes : std::vector<client::NodeInfo>{}) {
            client::RequestOptions options;
            options.timeout = kMeasureTimeout;
            options.idempotent = true;
            options.coordinator = node.address;
            RW_ASSIGN(const auto page,
                      executeAndWait(m_session,
                                     "SELECT mean_partition_size, partitions_count FROM "
                                     "system.size_estimates WHERE keyspace_name = " +
                                         quotedText(table.keyspace) +
                                         " AND table_name = " + quotedText(table.name),
                                     options));
            addEstimates(*page, sums);
            ++nodes;
        }
        // Estimates are of primary ranges: no partition counts twice.
        return summed(table, sums, nodes, "system.size_estimates", 1);
    }

    static void addEstimates(const client::ResultPage& page, NodeSums& to)
    {
        auto offsets = page.rowOffsets();
        if (!offsets.empty())
            offsets.pop_back();
        for (const std::uint32_t offset : offsets) {
            const auto values = page.rowAt(offset);
            if (values.size() != 2 || !values[0] || !values[1] || values[0]->size() != 8 ||
                values[1]->size() != 8)
                continue;
            TableMeasurement range;
            range.meanPartitionBytes =
                static_cast<double>(loadBigEndian<std::int64_t>(values[0]->data()));
            range.partitions = static_cast<double>(loadBigEndian<std::int64_t>(values[1]->data()));
            to.add(range);
        }
    }

    Result<TableMeasurement> summed(const ModelTable& table, const NodeSums& sums,
                                    std::size_t nodes, const std::string& source,
                                    std::optional<double> knownCopies = std::nullopt) const
    {
        if (sums.isEmpty())
            return Error{ErrorCode::NotFound,
                         "nothing of it is on disk: load rows, then flush (--flush)"};
        TableMeasurement made = sums.sum(knownCopies.value_or(copies(table, nodes)));
        made.source = fmt::format("{} of {} {}", source, nodes, nodes == 1 ? "node" : "nodes");
        return made;
    }

    client::Session& m_session;
    const ClusterReach& m_reach;
    const modeling::Model& m_model;
    ClusterMeasureOptions m_options;
    std::unique_ptr<Disk> m_disk;
};

} // namespace

Result<std::vector<MeasuredTable>>
measureCluster(client::Session& session, const ClusterReach& reach, const modeling::Model& model,
               const ClusterMeasureOptions& options,
               const std::function<void(const std::string&)>& progress,
               const std::atomic<bool>& cancelled)
{
    ClusterMeasurer measurer{session, reach, model, options};
    std::vector<MeasuredTable> tables;
    for (const ModelTable& table : model.tables) {
        if (table.viewOf != modeling::ElementId::None)
            continue;
        if (cancelled)
            return Error{ErrorCode::Cancelled, "measuring was cancelled"};
        progress(table.keyspace + "." + table.name);
        tables.push_back(measurer.measure(table));
    }
    return tables;
}

Result<modeling::Model> calibrateAll(const modeling::Model& model,
                                     const std::vector<MeasuredTable>& tables,
                                     modeling::Calibrate what)
{
    modeling::Model made = model;
    for (const MeasuredTable& table : tables) {
        if (table.comparison) {
            RW_ASSIGN(made, modeling::calibrate(made, table.table, table.measurement, what));
        }
    }
    return made;
}

} // namespace engine::workload
