#include "engine/query/virtual/node_tables.h"

#include <tuple>

namespace engine::query {

namespace {

constexpr std::int64_t kMebibyte = 1 << 20;

void localRow(VirtualRows& out, const NodeInfo& node)
{
    const NodeRow local = node.local();
    out.row()
        .text("key", "local")
        .text("bootstrapped", "COMPLETED")
        .inet("broadcast_address", local.internode.address)
        .integer("broadcast_port", local.internode.port)
        .text("cluster_name", node.clusterName())
        .text("cql_version", "3.4.7")
        .text("data_center", local.datacenter)
        .integer("gossip_generation", node.gossipGeneration())
        .uuid("host_id", local.hostId)
        .inet("listen_address", local.listenAddress)
        .integer("listen_port", local.internode.port)
        .text("native_protocol_version", "5")
        .text("partitioner", node.partitioner())
        .text("rack", local.rack)
        .text("release_version", local.releaseVersion)
        .inet("rpc_address", local.native.address)
        .integer("rpc_port", local.native.port)
        .uuid("schema_version", local.schemaVersion)
        .texts("tokens", local.tokens);
}

void peerRows(VirtualRows& out, const NodeInfo& node)
{
    for (const NodeRow& peer : node.peers()) {
        out.row()
            .inet("peer", peer.internode.address)
            .text("data_center", peer.datacenter)
            .uuid("host_id", peer.hostId)
            .text("rack", peer.rack)
            .text("release_version", peer.releaseVersion)
            .inet("rpc_address", peer.native.address)
            .uuid("schema_version", peer.schemaVersion)
            .texts("tokens", peer.tokens);
    }
}

void peerRowsWithPorts(VirtualRows& out, const NodeInfo& node)
{
    for (const NodeRow& peer : node.peers()) {
        out.row()
            .inet("peer", peer.internode.address)
            .integer("peer_port", peer.internode.port)
            .text("data_center", peer.datacenter)
            .uuid("host_id", peer.hostId)
            .inet("native_address", peer.native.address)
            .integer("native_port", peer.native.port)
            .text("rack", peer.rack)
            .text("release_version", peer.releaseVersion)
            .uuid("schema_version", peer.schemaVersion)
            .texts("tokens", peer.tokens);
    }
}

void clientRows(VirtualRows& out, const NodeInfo& node)
{
    for (const ClientRow& client : node.clients()) {
        out.row()
            .inet("address", client.remote.address)
            .integer("port", client.remote.port)
            .text("connection_stage", client.connectionStage)
            .text("hostname", client.remote.address.toString())
            .integer("protocol_version", client.protocolVersion)
            .integer("request_count", client.requestCount)
            .boolean("ssl_enabled", client.sslEnabled)
            .text("username", client.username);
        if (!client.driverName.empty())
            out.text("driver_name", client.driverName);
        if (!client.driverVersion.empty())
            out.text("driver_version", client.driverVersion);
    }
}

void threadPoolRows(VirtualRows& out, const NodeInfo& node)
{
    for (const ThreadPoolRow& pool : node.threadPools()) {
        out.row()
            .text("name", pool.name)
            .integer("active_tasks", pool.active)
            .integer("active_tasks_limit", pool.activeLimit)
            .integer("blocked_tasks", pool.blocked)
            .integer("blocked_tasks_all_time", pool.blockedAllTime)
            .integer("completed_tasks", pool.completed)
            .integer("pending_tasks", pool.pending);
    }
}

void sizeRows(VirtualRows& out, const NodeInfo& node, std::int64_t TableSizeRow::*bytes)
{
    for (const TableSizeRow& size : node.tableSizes()) {
        out.row()
            .text("keyspace_name", size.keyspace)
            .text("table_name", size.table)
            .integer("mebibytes", size.*bytes / kMebibyte);
    }
}

void gossipRows(VirtualRows& out, const NodeInfo& node)
{
    for (const GossipRow& endpoint : node.gossip()) {
        out.row()
            .inet("address", endpoint.endpoint.address)
            .integer("port", endpoint.endpoint.port)
            .text("hostname", endpoint.endpoint.address.toString())
            .integer("generation", endpoint.generation)
            .integer("heartbeat", endpoint.heartbeat);
        for (const auto& [name, value] : endpoint.values)
            out.text(name, value);
    }
}

void settingRows(VirtualRows& out, const NodeInfo& node)
{
    for (const auto& [name, value] : node.settings())
        out.row().text("name", name).text("value", value);
}

const char* virtualKindName(schema::ColumnKind kind)
{
    switch (kind) {
    case schema::ColumnKind::PartitionKey:
        return "partition_key";
    case schema::ColumnKind::Clustering:
        return "clustering";
    case schema::ColumnKind::Static:
        return "static";
    default:
        return "regular";
    }
}

template <class Visit>
void forVirtualTables(const schema::SchemaOwner& owner, Visit visit)
{
    for (const auto& [name, keyspace] : owner.current()->keyspaces()) {
        if (!keyspace->isVirtual)
            continue;
        for (const auto& [tableName, table] : keyspace->tables)
            visit(*table);
    }
}

void virtualColumnRows(VirtualRows& out, const schema::SchemaOwner& owner)
{
    forVirtualTables(owner, [&](const schema::Table& table) {
        for (const schema::ColumnPtr& column : table.selectOrder()) {
            const bool clustered = column->kind == schema::ColumnKind::Clustering;
            out.row()
                .text("keyspace_name", table.keyspace())
                .text("table_name", table.name())
                .text("column_name", column->name)
                .text("clustering_order",
                      !clustered ? "none" : (column->isReversed() ? "desc" : "asc"))
                .text("column_name_bytes", column->name)
                .text("kind", virtualKindName(column->kind))
                .integer("position", column->isPrimaryKey() ? column->position : -1)
                .text("type", column->type->toString());
        }
    });
}

VirtualRows& estimateRow(VirtualRows& out, const SizeEstimateRow& row)
{
    return out.row()
        .text("keyspace_name", row.keyspace)
        .text("table_name", row.table)
        .text("range_start", row.rangeStart)
        .text("range_end", row.rangeEnd)
        .integer("partitions_count", row.partitions)
        .integer("mean_partition_size", row.meanPartitionBytes);
}

/// Deprecated in favour of table_estimates, and what Spark's connector reads.
void sizeEstimateRows(VirtualRows& out, const NodeInfo& node)
{
    for (const SizeEstimateRow& row : node.sizeEstimates(false))
        estimateRow(out, row);
}

void tableEstimateRows(VirtualRows& out, const NodeInfo& node)
{
    for (const bool inDatacenter : {false, true})
        for (const SizeEstimateRow& row : node.sizeEstimates(inDatacenter))
            estimateRow(out, row).text("range_type", inDatacenter ? "local_primary" : "primary");
}

} // namespace

void provideNodeTables(VirtualTables& tables, const NodeInfo& node)
{
    const NodeInfo* const from = &node;
    const auto add = [&](const char* keyspace, const char* table, auto rows) {
        tables.provide(keyspace, table, [from, rows](VirtualRows& out) { rows(out, *from); });
    };
    add("system", "local", localRow);
    add("system", "peers", peerRows);
    add("system", "peers_v2", peerRowsWithPorts);
    add("system", "size_estimates", sizeEstimateRows);
    add("system", "table_estimates", tableEstimateRows);
    add("system_views", "clients", clientRows);
    add("system_views", "thread_pools", threadPoolRows);
    add("system_views", "gossip_info", gossipRows);
    add("system_views", "settings", settingRows);
    add("system_views", "disk_usage", [](VirtualRows& out, const NodeInfo& info) {
        sizeRows(out, info, &TableSizeRow::diskBytes);
    });
    add("system_views", "max_partition_size", [](VirtualRows& out, const NodeInfo& info) {
        sizeRows(out, info, &TableSizeRow::maxPartitionBytes);
    });
}

void provideSchemaTables(VirtualTables& tables, const schema::SchemaOwner& schemaOwner)
{
    const schema::SchemaOwner* const owner = &schemaOwner;
    tables.provide("system_virtual_schema", "keyspaces", [owner](VirtualRows& out) {
        for (const auto& [name, keyspace] : owner->current()->keyspaces()) {
            if (keyspace->isVirtual)
                out.row().text("keyspace_name", name);
        }
    });
    tables.provide("system_virtual_schema", "tables", [owner](VirtualRows& out) {
        forVirtualTables(*owner, [&](const schema::Table& table) {
            out.row()
                .text("keyspace_name", table.keyspace())
                .text("table_name", table.name())
                .text("comment", table.params().comment);
        });
    });
    tables.provide("system_virtual_schema", "columns",
                   [owner](VirtualRows& out) { virtualColumnRows(out, *owner); });
}

} // namespace engine::query
