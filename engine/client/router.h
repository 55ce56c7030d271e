#pragma once

#include "engine/client/cluster_info.h"
#include "engine/client/session.h"
#include "engine/ring/replication_strategy.h"

#include <map>
#include <string>
#include <vector>

namespace engine::client {

/// Knows which nodes hold a partition key, from the tokens and the schema that a cluster told.
/// Client thread only.
class Router {
public:
    void setTopology(const Topology& topology);
    void setSchema(schema::SchemaPtr schema);

    /// The replicas of what a bound statement asks for, primary first; empty if it cannot be told
    /// (a key column is not bound, another partitioner, an unknown keyspace).
    [[nodiscard]] std::vector<InetEndpoint> replicas(const PreparedStatement& statement,
                                                     const std::vector<BoundValue>& values);

private:
    [[nodiscard]] ring::ReplicaMapPtr mapOf(const std::string& keyspace);

    ring::RingStatePtr m_ring; ///< endpoints are native addresses; nullptr: unknown
    schema::SchemaPtr m_schema;
    std::map<std::string, ring::ReplicaMapPtr> m_maps; ///< nullptr: cannot be told
};

/// The serialized partition key of bound values; nullopt if one of its columns is not bound.
[[nodiscard]] std::optional<Bytes> routingKey(const PreparedStatement& statement,
                                              const std::vector<BoundValue>& values);

} // namespace engine::client
