#pragma once

#include "engine/base/inet.h"
#include "engine/base/uuid.h"
#include "engine/cql/type.h"
#include "engine/schema/table.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::client {

/// A node as system.local and system.peers_v2 describe it.
struct NodeInfo {
    Uuid hostId;
    InetEndpoint address;   ///< its native address, where clients connect
    InetEndpoint broadcast; ///< its internode address; port 0 where the cluster does not say it
    std::string datacenter;
    std::string rack;
    std::string releaseVersion;
    Uuid schemaVersion;
    std::vector<std::string> tokens; ///< as the partitioner writes them
    /// What the cluster said last (STATUS_CHANGE); true until it said something.
    bool isUp = true;
    /// Whether this session has a usable connection to it now.
    bool isConnected = false;
};

/// An immutable picture of the cluster's nodes; a new one is published on every change.
struct Topology {
    std::string clusterName;
    std::string partitioner;     ///< class name
    std::string releaseVersion;  ///< of the node that the control connection talks to
    std::vector<NodeInfo> nodes; ///< by address

    /// nullptr if there is none.
    [[nodiscard]] const NodeInfo* find(const InetEndpoint& address) const noexcept;
};
using TopologyPtr = std::shared_ptr<const Topology>;

struct FunctionInfo {
    std::string name;
    std::vector<std::string> argumentNames;
    std::vector<std::string> argumentTypes; ///< as CQL writes them
    std::string returnType;
    std::string language;
    std::string body;
    bool calledOnNullInput = false;
};

struct AggregateInfo {
    std::string name;
    std::vector<std::string> argumentTypes;
    std::string returnType;
    std::string stateFunction;
    std::string stateType;
    std::string finalFunction; ///< empty: none
    std::string initialCondition;
};

/// A materialized view: its table and what it is a view of.
struct ViewInfo {
    schema::TablePtr table;
    std::string baseTable;
    std::string whereClause;
    bool includesAllColumns = false;
};

struct KeyspaceInfo {
    std::string name;
    bool durableWrites = true;
    bool isVirtual = false;
    schema::StringMap replication; ///< with "class"; empty for virtual keyspaces
    std::map<std::string, schema::TablePtr> tables;
    std::map<std::string, ViewInfo> views;
    std::map<std::string, cql::TypePtr> types;
    std::vector<FunctionInfo> functions;
    std::vector<AggregateInfo> aggregates;
};

/// An immutable picture of the cluster's schema, from system_schema.* and
/// system_virtual_schema.*; a new one is published on every change.
struct SchemaInfo {
    Uuid version;
    std::map<std::string, KeyspaceInfo> keyspaces;
    /// Definitions that were skipped because we could not read them, one sentence each.
    std::vector<std::string> unread;

    /// nullptr if there is none.
    [[nodiscard]] schema::TablePtr table(const std::string& keyspace,
                                         const std::string& name) const;
};
using SchemaPtr = std::shared_ptr<const SchemaInfo>;

} // namespace engine::client
