#pragma once

#include "engine/base/inet.h"
#include "engine/base/runtime.h"
#include "engine/base/uuid.h"
#include "engine/coordination/coordinator_service.h"
#include "engine/membership/gossiper.h"
#include "engine/membership/ring_view.h"
#include "engine/messaging/messaging_service.h"
#include "engine/node/mbeans.h"
#include "engine/query/node_info.h"
#include "engine/schema/schema_owner.h"
#include "engine/storage/local_store.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace engine::node {

class CompactionHistory;
class DiskUsageGuardrail;

/// What the managed objects read and act on. All outlive them. Node thread only.
struct BeanContext {
    Runtime& runtime;
    storage::LocalStore& store;
    membership::Gossiper& gossiper;
    membership::RingView& ring;
    schema::SchemaOwner& schema;
    coordination::CoordinatorService& coordinator;

    const CompactionHistory* compactionHistory = nullptr; ///< nullptr: none is kept

    std::string clusterName;
    std::string partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
    Uuid hostId;
    InetEndpoint local; ///< internode
    std::vector<std::string> dataFolders;
    std::string systemFolder; ///< of the node's own tables; empty: the first of these
    std::string commitLogFolder;
    std::string savedCachesFolder;
    MonoTime startedAt;

    std::function<std::string()> operationMode; ///< "NORMAL", "DRAINED", …
    std::function<bool()> nativeTransportRunning;
    std::function<Task<void>()> drain;
    std::function<Task<void>(bool force)> decommission;
    std::function<Result<void>(bool running)> setNativeTransport;
    std::function<std::vector<query::ThreadPoolRow>()> threadPools;
    const messaging::MessagingService* messaging = nullptr; ///< for its counters
    DiskUsageGuardrail* diskUsage = nullptr;                ///< nullptr: no Guardrails bean
};

/// Cassandra's managed objects of one node, under its names and signatures: StorageService,
/// FailureDetector, Gossiper, EndpointSnitchInfo, CompactionManager, the metrics of tables and of
/// storage, and java.lang's Runtime and Memory as far as an administrator asks them. It must
/// outlive the registry's last answer: the beans of tables are made by it when asked for.
///
/// Repairs that are started here run on; their status is kept for the life of the node.
class NodeBeans {
public:
    NodeBeans(MBeanRegistry& registry, BeanContext context);
    ~NodeBeans();

    /// Where progress notifications go; set once the agent exists.
    void setNotifier(std::function<void(const ObjectName&, const boost::json::object&)> notify);
    /// The same figures as Prometheus text.
    [[nodiscard]] std::string prometheus() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::node
