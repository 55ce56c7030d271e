#include "engine/launcher/cluster_spec.h"

#include <boost/json.hpp>

#include <cctype>

namespace engine::launcher {

namespace {

namespace json = boost::json;
constexpr const char* kSpecMagic = "ringwright-cluster";
constexpr int kSpecVersion = 1;
constexpr std::size_t kClusterNameMax = 48;

} // namespace

ClusterRequest ClusterRequest::withNodes(std::string name, unsigned count)
{
    ClusterRequest request;
    request.name = std::move(name);
    auto& racks = request.datacenters.front().nodesOfRack;
    racks.assign(std::min(count, 3U), 0);
    for (unsigned i = 0; i < count; ++i)
        ++racks[i % racks.size()];
    return request;
}

unsigned ClusterRequest::nodeCount() const
{
    unsigned count = 0;
    for (const auto& datacenter : datacenters) {
        for (const unsigned nodes : datacenter.nodesOfRack)
            count += nodes;
    }
    return count;
}

Result<void> checkClusterName(const std::string& name)
{
    bool fine = !name.empty() && name.size() <= kClusterNameMax &&
                std::isalnum(static_cast<unsigned char>(name.front())) != 0;
    for (const char c : name)
        fine = fine && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_');
    if (!fine)
        return Error{ErrorCode::Invalid,
                     "'" + name.substr(0, 64) +
                         "' cannot name a cluster: use 1 to 48 letters, digits, '-' or "
                         "'_', beginning with a letter or digit"};
    return ok();
}

std::string toJson(const ClusterSpec& spec)
{
    json::array nodes;
    for (const auto& node : spec.nodes)
        nodes.push_back(json::object{{"name", node.name},
                                     {"address", node.address.toString()},
                                     {"datacenter", node.datacenter},
                                     {"rack", node.rack},
                                     {"cql_port", node.cqlPort},
                                     {"admin_port", node.adminPort},
                                     {"storage_port", node.storagePort}});
    return json::serialize(json::object{{"magic", kSpecMagic},
                                        {"version", kSpecVersion},
                                        {"name", spec.name},
                                        {"index", spec.index},
                                        {"tokens_per_node", spec.tokensPerNode},
                                        {"nodes", nodes}});
}

Result<ClusterSpec> clusterSpecFromJson(const std::string& text)
{
    try {
        const json::value root = json::parse(text);
        if (root.at("magic").as_string() != kSpecMagic)
            return Error{ErrorCode::Corrupt, "it is not the description of a Ringwright cluster"};
        if (root.at("version").to_number<int>() > kSpecVersion)
            return Error{ErrorCode::VersionTooNew,
                         "it was written by a newer Ringwright; update this one to open it"};
        ClusterSpec spec;
        spec.name = json::value_to<std::string>(root.at("name"));
        spec.index = root.at("index").to_number<unsigned>();
        spec.tokensPerNode = root.at("tokens_per_node").to_number<unsigned>();
        for (const auto& each : root.at("nodes").as_array()) {
            NodeSpec node;
            node.name = json::value_to<std::string>(each.at("name"));
            RW_ASSIGN(node.address, InetAddress::parse(each.at("address").as_string()));
            node.datacenter = json::value_to<std::string>(each.at("datacenter"));
            node.rack = json::value_to<std::string>(each.at("rack"));
            node.cqlPort = each.at("cql_port").to_number<std::uint16_t>();
            node.adminPort = each.at("admin_port").to_number<std::uint16_t>();
            node.storagePort = each.at("storage_port").to_number<std::uint16_t>();
            spec.nodes.push_back(std::move(node));
        }
        return spec;
    } catch (const std::exception& e) {
        return Error{ErrorCode::Corrupt, std::string("it cannot be read: ") + e.what()};
    }
}

} // namespace engine::launcher
