#include "engine/coordination/hints.h"
#include "engine/node/bean_values.h"
#include "engine/sstable/reader.h"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace engine::node {

namespace json = boost::json;

namespace {

using Value = Result<json::value>;

MBean gauge(const std::string& name, std::function<json::value()> read)
{
    auto bean = MBean::named("org.apache.cassandra.metrics:" + name);
    bean.attribute("Value", "java.lang.Object",
                   [read = std::move(read)]() -> Value { return read(); });
    return bean;
}

MBean counter(const std::string& name, std::function<json::value()> read)
{
    auto bean = MBean::named("org.apache.cassandra.metrics:" + name);
    bean.attribute("Count", "long", [read = std::move(read)]() -> Value { return read(); });
    return bean;
}

MBean latency(const std::string& name, std::function<const storage::LatencyMetric*()> metric)
{
    auto bean = MBean::named("org.apache.cassandra.metrics:" + name);
    const auto add = [&](const char* attribute, auto read) {
        bean.attribute(attribute, "double", [metric, read]() -> Value {
            const auto* found = metric();
            return json::value(found != nullptr ? read(*found) : 0.0);
        });
    };
    bean.attribute("Count", "long", [metric]() -> Value {
        const auto* found = metric();
        return json::value(found != nullptr ? found->count : 0);
    });
    add("Mean", [](const storage::LatencyMetric& m) { return m.meanMicros(); });
    add("Min", [](const storage::LatencyMetric& m) {
        return m.count == 0 ? 0.0 : static_cast<double>(m.histogram.min());
    });
    add("Max", [](const storage::LatencyMetric& m) {
        return m.count == 0 ? 0.0 : static_cast<double>(m.histogram.max());
    });
    const std::pair<const char*, double> percentiles[] = {
        {"50thPercentile", 0.5},  {"75thPercentile", 0.75}, {"95thPercentile", 0.95},
        {"98thPercentile", 0.98}, {"99thPercentile", 0.99}, {"999thPercentile", 0.999}};
    for (const auto& [attribute, share] : percentiles) {
        const double wanted = share;
        add(attribute, [wanted](const storage::LatencyMetric& m) {
            return m.count == 0 ? 0.0 : static_cast<double>(m.histogram.percentile(wanted));
        });
    }
    bean.attribute("DurationUnit", "java.lang.String",
                   []() -> Value { return json::value("microseconds"); });
    return bean;
}

using Read = std::uint64_t (*)(const storage::TableMetrics&);
struct TableFigure {
    const char* name;
    bool isCounter;
    Read read;
};
constexpr TableFigure kTableFigures[] = {
    {"LiveSSTableCount", false, [](const storage::TableMetrics& m) { return m.sstableCount; }},
    {"LiveDiskSpaceUsed", true, [](const storage::TableMetrics& m) { return m.liveDiskBytes; }},
    {"TotalDiskSpaceUsed", true, [](const storage::TableMetrics& m) { return m.liveDiskBytes; }},
    {"EstimatedPartitionCount", false,
     [](const storage::TableMetrics& m) { return m.estimatedPartitions; }},
    {"MemtableLiveDataSize", false, [](const storage::TableMetrics& m) { return m.memtableBytes; }},
    {"MemtableColumnsCount", false, [](const storage::TableMetrics& m) { return m.memtableRows; }},
    {"MemtableSwitchCount", true,
     [](const storage::TableMetrics& m) { return m.memtableSwitches; }},
    {"PendingFlushes", true, [](const storage::TableMetrics& m) { return m.pendingFlushes; }},
    {"BytesFlushed", true, [](const storage::TableMetrics& m) { return m.bytesFlushed; }},
    {"CompactionBytesWritten", true,
     [](const storage::TableMetrics& m) { return m.bytesCompacted; }},
    {"RowCacheHit", true, [](const storage::TableMetrics& m) { return m.rowCacheHits; }},
    {"RowCacheMiss", true, [](const storage::TableMetrics& m) { return m.rowCacheMisses; }},
    {"RowCacheHitOutOfRange", true,
     [](const storage::TableMetrics& m) { return m.rowCacheOutOfRange; }},
    {"BloomFilterFalsePositives", false,
     [](const storage::TableMetrics& m) { return m.bloomFalsePositives; }},
    {"BloomFilterOffHeapMemoryUsed", false,
     [](const storage::TableMetrics& m) { return m.bloomFilterBytes; }},
    {"IndexSummaryOffHeapMemoryUsed", false,
     [](const storage::TableMetrics& m) { return m.indexSummaryBytes; }},
    {"CompressionMetadataOffHeapMemoryUsed", false,
     [](const storage::TableMetrics& m) { return m.chunkTableBytes; }},
};

/// What the process keeps for itself: resident, without files that are mapped. The allocator's
/// own figures would be those of one that is not in use (mimalloc takes malloc's place).
std::int64_t engineMemoryBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    std::int64_t shared = 0;
    statm >> total >> resident >> shared;
    return (resident - shared) * ::sysconf(_SC_PAGESIZE);
}

/// The counts of a histogram that the table's SSTables keep, added up.
json::value bucketCounts(const std::vector<sstable::ReaderPtr>& readers,
                         sstable::EstimatedHistogram sstable::StatsMetadata::*which)
{
    std::vector<std::int64_t> sums;
    for (const auto& reader : readers) {
        const auto& counts = (reader->stats().*which).counts();
        sums.resize(std::max(sums.size(), counts.size()));
        for (std::size_t i = 0; i < counts.size(); ++i)
            sums[i] += counts[i];
    }
    return json::value_from(sums);
}

std::int64_t maxPartitionBytes(const std::vector<sstable::ReaderPtr>& readers)
{
    std::int64_t most = 0;
    for (const auto& reader : readers)
        most = std::max(most, reader->stats().partitionSizes.max());
    return most;
}

std::int64_t minPartitionBytes(const std::vector<sstable::ReaderPtr>& readers)
{
    std::int64_t least = 0;
    for (const auto& reader : readers) {
        const std::int64_t own = reader->stats().partitionSizes.min();
        least = least == 0 ? own : std::min(least, own);
    }
    return least;
}

std::int64_t meanPartitionBytes(const std::vector<sstable::ReaderPtr>& readers)
{
    double sum = 0;
    double count = 0;
    for (const auto& reader : readers) {
        const auto& sizes = reader->stats().partitionSizes;
        const auto partitions = static_cast<double>(sizes.count());
        sum += partitions * static_cast<double>(sizes.mean());
        count += partitions;
    }
    return count > 0 ? static_cast<std::int64_t>(sum / count) : 0;
}

/// Uncompressed bytes of the SSTables that `counts` says yes to.
template <class Counts>
std::uint64_t bytesOf(const std::vector<sstable::ReaderPtr>& readers, Counts counts)
{
    std::uint64_t sum = 0;
    for (const auto& reader : readers)
        sum += counts(reader->stats()) ? reader->dataBytes() : 0;
    return sum;
}

bool isRepaired(const sstable::StatsMetadata& stats)
{
    return stats.repairedAt != 0;
}
bool isPending(const sstable::StatsMetadata& stats)
{
    return stats.pendingRepair.has_value();
}
bool isUnrepaired(const sstable::StatsMetadata& stats)
{
    return !isRepaired(stats) && !isPending(stats);
}

/// Of uncompressed bytes; 100 for a table without SSTables.
double percentRepaired(const std::vector<sstable::ReaderPtr>& readers)
{
    const std::uint64_t all = bytesOf(readers, [](const auto&) { return true; });
    return all == 0 ? 100.0
                    : 100.0 * static_cast<double>(bytesOf(readers, isRepaired)) /
                          static_cast<double>(all);
}

/// Compressed by uncompressed bytes; -1 if nothing is compressed.
double compressionRatio(const std::vector<sstable::ReaderPtr>& readers)
{
    double compressed = 0;
    double uncompressed = 0;
    for (const auto& reader : readers) {
        const double ratio = reader->stats().compressionRatio;
        if (ratio <= 0)
            continue;
        uncompressed += static_cast<double>(reader->dataBytes());
        compressed += ratio * static_cast<double>(reader->dataBytes());
    }
    return uncompressed > 0 ? compressed / uncompressed : -1;
}

/// Adds those beans of one table whose names are wanted.
class TableBeans {
public:
    TableBeans(const BeanContext& context, const ObjectName& wanted, std::vector<MBean>& out)
        : m_context(context), m_wanted(wanted), m_out(out)
    {
    }

    void add(const schema::Table& table)
    {
        m_at = "type=Table,keyspace=" + table.keyspace() + ",scope=" + table.name() + ",name=";
        addFigures(table.id());
        addHistograms(table.id());
        addRepaired(table.id());
        using storage::TableMetrics;
        addLatency("ReadLatency", table.id(), &TableMetrics::reads);
        addLatency("WriteLatency", table.id(), &TableMetrics::writes);
        addLatency("RangeLatency", table.id(), &TableMetrics::rangeReads);
    }

private:
    using Readers = std::vector<sstable::ReaderPtr>;

    void addFigures(schema::TableId id)
    {
        for (const TableFigure& figure : kTableFigures) {
            if (!m_wanted.allows("name", figure.name))
                continue;
            auto read = [&c = m_context, id, one = figure.read]() -> json::value {
                const auto* metrics = c.store.metrics(id);
                return metrics != nullptr ? one(*metrics) : 0;
            };
            m_out.push_back(figure.isCounter ? counter(m_at + figure.name, std::move(read))
                                             : gauge(m_at + figure.name, std::move(read)));
        }
    }

    /// A figure that the table's SSTables say.
    template <class Says>
    void addGauge(const char* name, schema::TableId id, Says says)
    {
        if (m_wanted.allows("name", name))
            m_out.push_back(gauge(m_at + name, [&c = m_context, id, says] {
                return json::value(says(c.store.sstables(id)));
            }));
    }

    void addHistograms(schema::TableId id)
    {
        using sstable::StatsMetadata;
        addGauge("EstimatedPartitionSizeHistogram", id, [](const Readers& readers) {
            return bucketCounts(readers, &StatsMetadata::partitionSizes);
        });
        addGauge("EstimatedColumnCountHistogram", id, [](const Readers& readers) {
            return bucketCounts(readers, &StatsMetadata::cellsPerPartition);
        });
        addGauge("MaxPartitionSize", id, maxPartitionBytes);
        addGauge("MinPartitionSize", id, minPartitionBytes);
        addGauge("MeanPartitionSize", id, meanPartitionBytes);
    }

    void addRepaired(schema::TableId id)
    {
        addGauge("BytesRepaired", id, [](const Readers& all) { return bytesOf(all, isRepaired); });
        addGauge("BytesUnrepaired", id,
                 [](const Readers& all) { return bytesOf(all, isUnrepaired); });
        addGauge("BytesPendingRepair", id,
                 [](const Readers& all) { return bytesOf(all, isPending); });
        addGauge("PercentRepaired", id, percentRepaired);
        addGauge("CompressionRatio", id, compressionRatio);
    }

    void addLatency(const char* name, schema::TableId id,
                    storage::LatencyMetric storage::TableMetrics::*which)
    {
        if (m_wanted.allows("name", name))
            m_out.push_back(latency(m_at + name,
                                    [&c = m_context, id, which]() -> const storage::LatencyMetric* {
                                        const auto* metrics = c.store.metrics(id);
                                        return metrics != nullptr ? &(metrics->*which) : nullptr;
                                    }));
    }

    const BeanContext& m_context;
    const ObjectName& m_wanted;
    std::vector<MBean>& m_out;
    std::string m_at;
};

} // namespace

std::vector<MBean> tableBeans(const BeanContext& c, const ObjectName& wanted)
{
    std::vector<MBean> beans;
    if (!wanted.allowsDomain("org.apache.cassandra.metrics") || !wanted.allows("type", "Table"))
        return beans;
    TableBeans make{c, wanted, beans};
    for (const auto& [keyspaceName, keyspace] : c.schema.current()->keyspaces()) {
        if (keyspace->isVirtual || !wanted.allows("keyspace", keyspaceName))
            continue;
        for (const auto& [tableName, table] : keyspace->tables) {
            if (wanted.allows("scope", tableName))
                make.add(*table);
        }
    }
    return beans;
}

std::vector<MBean> storageMetricBeans(const BeanContext& c)
{
    std::vector<MBean> beans;
    beans.push_back(
        counter("type=Storage,name=Load", [&c] { return json::value(c.store.load()); }));
    beans.push_back(counter("type=Storage,name=TotalHints",
                            [&c] { return json::value(c.coordinator.hints().counters().stored); }));
    beans.push_back(counter("type=HintsService,name=HintsSucceeded", [&c] {
        return json::value(c.coordinator.hints().counters().dispatched);
    }));
    beans.push_back(counter("type=HintsService,name=HintsFailed",
                            [&c] { return json::value(c.coordinator.hints().counters().failed); }));
    beans.push_back(gauge("type=Compaction,name=PendingTasks",
                          [&c] { return json::value(c.store.pendingCompactions()); }));
    beans.push_back(gauge("type=CommitLog,name=TotalCommitLogSize",
                          [&c] { return json::value(c.store.metrics().commitLogBytes); }));
    beans.push_back(counter("type=Cache,scope=ChunkCache,name=Hits",
                            [&c] { return json::value(c.store.metrics().chunkCacheHits); }));
    beans.push_back(counter("type=Cache,scope=ChunkCache,name=Misses",
                            [&c] { return json::value(c.store.metrics().chunkCacheMisses); }));
    beans.push_back(gauge("type=Cache,scope=ChunkCache,name=Size",
                          [&c] { return json::value(c.store.metrics().chunkCacheBytes); }));
    return beans;
}

std::vector<MBean> javaLangBeans(const BeanContext& c)
{
    // No JVM here: what an administrator reads of it has its counterpart in the process.
    std::vector<MBean> beans;
    auto memory = MBean::named("java.lang:type=Memory");
    memory.attribute("HeapMemoryUsage", "javax.management.openmbean.CompositeData", []() -> Value {
        const auto used = engineMemoryBytes();
        return json::value(
            json::object{{"init", 0}, {"used", used}, {"committed", used}, {"max", -1}});
    });
    beans.push_back(std::move(memory));
    auto runtime = MBean::named("java.lang:type=Runtime");
    runtime.attribute("Uptime", "long", [&c]() -> Value {
        return json::value(
            std::chrono::duration_cast<std::chrono::milliseconds>(c.runtime.now() - c.startedAt)
                .count());
    });
    runtime.attribute("VmName", "java.lang.String",
                      []() -> Value { return json::value("Ringwright (no JVM)"); });
    beans.push_back(std::move(runtime));
    return beans;
}

} // namespace engine::node
