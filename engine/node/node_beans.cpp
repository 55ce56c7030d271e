#include "engine/node/node_beans.h"

#include "engine/coordination/hints.h"
#include "engine/node/bean_values.h"
#include "engine/node/repair_admin_bean.h"
#include "engine/node/repair_bean.h"

#include <fmt/format.h>

namespace engine::node {

struct NodeBeans::Impl {
    Impl(MBeanRegistry& beans, BeanContext with) : registry(beans), context(std::move(with)) {}

    MBeanRegistry& registry;
    BeanContext context;
    RepairBean repair{context};
};

NodeBeans::NodeBeans(MBeanRegistry& registry, BeanContext context)
    : m_impl(std::make_unique<Impl>(registry, std::move(context)))
{
    const BeanContext& c = m_impl->context;
    auto storageService = MBean::named("org.apache.cassandra.db:type=StorageService");
    addStorageServiceReads(storageService, c);
    addStorageServiceOperations(storageService, c);
    addCompactionOperations(storageService, c);
    addMaintenanceOperations(storageService, c);
    m_impl->repair.addOperations(storageService);
    registry.add(std::move(storageService));
    registry.add(repairServiceBean(c.coordinator.repairSessions(), repairTablesOf(c)));
    registry.add(compactionManagerBean(c));
    registry.add(failureDetectorBean(c));
    registry.add(gossiperBean(c));
    registry.add(snitchBean(c));
    if (c.diskUsage != nullptr)
        registry.add(guardrailsBean(c));
    for (auto& bean : javaLangBeans(c))
        registry.add(std::move(bean));
    for (auto& bean : storageMetricBeans(c))
        registry.add(std::move(bean));
    for (auto& bean : cacheBeans(c))
        registry.add(std::move(bean));
    for (auto& bean : stageBeans(c))
        registry.add(std::move(bean));
    registry.addSource([&c](const ObjectName& wanted) { return tableBeans(c, wanted); });
    registry.addSource([&c](const ObjectName& wanted) { return tableOperationBeans(c, wanted); });
}

NodeBeans::~NodeBeans() = default;

void NodeBeans::setNotifier(
    std::function<void(const ObjectName&, const boost::json::object&)> notify)
{
    const auto name = MBean::named("org.apache.cassandra.db:type=StorageService").name;
    m_impl->repair.setNotify(
        [name, notify = std::move(notify)](const boost::json::object& notification) {
            notify(name, notification);
        });
}

std::string NodeBeans::prometheus() const
{
    const BeanContext& c = m_impl->context;
    const auto& store = c.store.metrics();
    std::string text;
    const auto add = [&](const char* name, const char* kind, const std::string& labels,
                         auto value) {
        text += fmt::format("# TYPE {0} {1}\n{0}{2} {3}\n", name, kind, labels, value);
    };
    const auto bare = [&](const char* name, const char* kind, auto value) {
        add(name, kind, "", value);
    };
    bare("cassandra_storage_load", "gauge", c.store.load());
    bare("cassandra_storage_total_hints", "counter", c.coordinator.hints().counters().stored);
    bare("cassandra_compaction_pending_tasks", "gauge", c.store.pendingCompactions());
    bare("cassandra_commit_log_total_commit_log_size", "gauge", store.commitLogBytes);
    bare("cassandra_cache_key_cache_hits", "counter", store.keyCacheHits);
    bare("cassandra_cache_key_cache_misses", "counter", store.keyCacheMisses);
    bare("cassandra_cache_row_cache_hits", "counter", store.rowCacheHits);
    bare("cassandra_cache_row_cache_misses", "counter", store.rowCacheMisses);
    bare("cassandra_cache_row_cache_size", "gauge", store.rowCacheBytes);
    bare("cassandra_cache_chunk_cache_hits", "counter", store.chunkCacheHits);
    bare("cassandra_cache_chunk_cache_misses", "counter", store.chunkCacheMisses);
    std::int64_t up = 0;
    std::int64_t down = 0;
    for (const auto& view : c.gossiper.view())
        (view.isLocal || view.state.alive ? up : down) += 1;
    bare("cassandra_endpoint_up_count", "gauge", up);
    bare("cassandra_endpoint_down_count", "gauge", down);
    for (const auto& [keyspaceName, keyspace] : c.schema.current()->keyspaces()) {
        if (keyspace->isVirtual || schema::isLocalSystemKeyspace(keyspaceName))
            continue;
        for (const auto& [tableName, table] : keyspace->tables) {
            const auto* metrics = c.store.metrics(table->id());
            if (metrics == nullptr)
                continue;
            const std::string labels =
                fmt::format("{{keyspace=\"{}\",table=\"{}\"}}", keyspaceName, tableName);
            const auto line = [&](const char* name, auto value) {
                text += fmt::format("{}{} {}\n", name, labels, value);
            };
            line("cassandra_table_live_ss_table_count", metrics->sstableCount);
            line("cassandra_table_live_disk_space_used", metrics->liveDiskBytes);
            line("cassandra_table_memtable_live_data_size", metrics->memtableBytes);
            line("cassandra_table_read_latency_count", metrics->reads.count);
            line("cassandra_table_write_latency_count", metrics->writes.count);
        }
    }
    return text;
}

} // namespace engine::node
