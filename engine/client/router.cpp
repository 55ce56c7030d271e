#include "engine/client/router.h"

#include <charconv>

namespace engine::client {

namespace {

std::optional<ring::Token> parseMurmur3Token(const std::string& text)
{
    ring::Token token;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), token.value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return token;
}

} // namespace

std::optional<Bytes> routingKey(const PreparedStatement& statement,
                                const std::vector<BoundValue>& values)
{
    const auto& indexes = statement.markers.partitionKeyIndexes;
    if (indexes.empty())
        return std::nullopt;
    Bytes key;
    for (const std::uint16_t index : indexes) {
        if (index >= values.size() || values[index].kind != BoundValue::Kind::Bytes)
            return std::nullopt;
        const Bytes& value = values[index].bytes;
        if (indexes.size() == 1)
            return value;
        if (value.size() > 65535)
            return std::nullopt;
        ByteWriter out{key};
        out.bytes16(value);
        out.u8(0);
    }
    return key;
}

void Router::setTopology(const Topology& topology)
{
    m_ring.reset();
    m_maps.clear();
    if (topology.partitioner.find("Murmur3Partitioner") == std::string::npos)
        return;
    std::vector<ring::RingNode> nodes;
    for (const NodeInfo& info : topology.nodes) {
        ring::RingNode node{info.address, info.hostId, info.datacenter, info.rack, {}};
        for (const std::string& text : info.tokens) {
            if (const auto token = parseMurmur3Token(text))
                node.tokens.push_back(*token);
        }
        nodes.push_back(std::move(node));
    }
    m_ring = std::make_shared<const ring::RingState>(std::move(nodes));
}

void Router::setSchema(schema::SchemaPtr schema)
{
    m_schema = std::move(schema);
    m_maps.clear();
}

ring::ReplicaMapPtr Router::mapOf(const std::string& keyspace)
{
    if (const auto known = m_maps.find(keyspace); known != m_maps.end())
        return known->second;
    ring::ReplicaMapPtr map;
    const auto definition =
        m_schema && m_ring && !m_ring->tokens().empty() ? m_schema->keyspace(keyspace) : nullptr;
    if (definition) {
        auto strategy = ring::ReplicationStrategy::make(keyspace, definition->replication);
        if (strategy)
            map = std::make_shared<const ring::ReplicaMap>(m_ring, *strategy);
    }
    m_maps.emplace(keyspace, map);
    return map;
}

std::vector<InetEndpoint> Router::replicas(const PreparedStatement& statement,
                                           const std::vector<BoundValue>& values)
{
    std::vector<InetEndpoint> found;
    const auto key = routingKey(statement, values);
    if (!key || statement.markers.columns.empty())
        return found;
    const auto map = mapOf(statement.markers.columns.front().keyspace);
    if (!map)
        return found;
    for (const ring::NodeIndex index : map->replicas(ring::murmur3Token(*key)))
        found.push_back(map->ring().node(index).endpoint);
    return found;
}

} // namespace engine::client
