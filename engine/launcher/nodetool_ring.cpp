// nodetool: who is in the ring and how each is.

#include "engine/launcher/nodetool_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

namespace engine::launcher::tool {

namespace json = boost::json;

namespace {

Result<std::map<std::string, std::pair<std::string, std::string>>> placesOf(const Tool& tool)
{
    std::map<std::string, std::pair<std::string, std::string>> places;
    RW_ASSIGN(const auto gossip, tool.admin()->gossip());
    for (const auto& endpoint : gossip.endpoints) {
        auto& place = places[endpoint.endpoint.toString()];
        for (const auto& state : endpoint.states) {
            if (state.name == "DC")
                place.first = state.value;
            else if (state.name == "RACK")
                place.second = state.value;
        }
    }
    return places;
}

} // namespace

Result<void> statusCommand(const Tool& tool)
{
    std::string keyspace = tool.argument(0);
    std::string note;
    if (keyspace.empty()) {
        // As nodetool: effective ownership if all keyspaces are replicated alike; here, if there
        // is just one.
        const auto all = tool.admin()->keyspaces();
        if (all && all->size() == 1)
            keyspace = all->front();
        else
            note = "Note: Non-system keyspaces don't have the same replication settings, effective "
                   "ownership information is meaningless\n";
    }
    RW_ASSIGN(const auto ring, tool.admin()->ring(keyspace));
    RW_ASSIGN(const auto places, placesOf(tool));
    std::map<std::string, std::vector<const admin::RingReport::Node*>> byDatacenter;
    for (const auto& node : ring.nodes) {
        const auto place = places.find(node.endpoint.toString());
        byDatacenter[place == places.end() ? "?" : place->second.first].push_back(&node);
    }
    const std::string owns = keyspace.empty() ? "Owns" : "Owns (effective)";
    for (const auto& [datacenter, nodes] : byDatacenter) {
        const std::string title = "Datacenter: " + datacenter;
        tool.out << title << "\n"
                 << std::string(title.size(), '=') << "\n"
                 << "Status=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n";
        std::size_t wide = std::string("Address").size();
        for (const auto* node : nodes)
            wide = std::max(wide, node->endpoint.address.toString().size());
        tool.out << fmt::format("--  {:<{}}  {:<11}  {:<6}  {:<17}  {:<36}  Rack\n", "Address",
                                wide, "Load", "Tokens", owns, "Host ID");
        for (const auto* node : nodes) {
            const auto tokens =
                std::count_if(ring.tokens.begin(), ring.tokens.end(),
                              [&](const auto& one) { return one.second == node->endpoint; });
            const auto place = places.find(node->endpoint.toString());
            tool.out << fmt::format(
                "{}{}  {:<{}}  {:<11}  {:<6}  {:<17}  {:<36}  {}\n", node->up ? 'U' : 'D',
                node->mode, node->endpoint.address.toString(), wide,
                node->load.empty() ? "?" : node->load, tokens,
                node->owns ? fmt::format("{:.1f}%", *node->owns * 100) : "?", node->hostId,
                place == places.end() ? "?" : place->second.second);
        }
        tool.out << "\n";
    }
    tool.out << note;
    return ok();
}

Result<void> ringCommand(const Tool& tool)
{
    RW_ASSIGN(const auto ring, tool.admin()->ring(tool.argument(0)));
    RW_ASSIGN(const auto places, placesOf(tool));
    std::map<std::string, std::vector<std::pair<std::int64_t, InetEndpoint>>> byDatacenter;
    for (const auto& [token, endpoint] : ring.tokens) {
        const auto place = places.find(endpoint.toString());
        byDatacenter[place == places.end() ? "?" : place->second.first].emplace_back(token,
                                                                                     endpoint);
    }
    for (const auto& [datacenter, tokens] : byDatacenter) {
        tool.out << "\nDatacenter: " << datacenter << "\n==========\n"
                 << fmt::format("{:<15} {:<11} {:<6} {:<7} {:<15} {:<19} {}\n", "Address", "Rack",
                                "Status", "State", "Load", "Owns", "Token");
        tool.out << fmt::format("{:<78}{}\n", "", tokens.back().first);
        for (const auto& [token, endpoint] : tokens) {
            const auto node = std::find_if(ring.nodes.begin(), ring.nodes.end(),
                                           [&](const auto& n) { return n.endpoint == endpoint; });
            if (node == ring.nodes.end())
                continue;
            const auto place = places.find(endpoint.toString());
            const char* state = node->mode == 'J'   ? "Joining"
                                : node->mode == 'L' ? "Leaving"
                                : node->mode == 'M' ? "Moving"
                                                    : "Normal";
            tool.out << fmt::format(
                "{:<15} {:<11} {:<6} {:<7} {:<15} {:<19} {}\n", endpoint.address.toString(),
                place == places.end() ? "?" : place->second.second, node->up ? "Up" : "Down", state,
                node->load.empty() ? "?" : node->load,
                node->owns ? fmt::format("{:.2f}%", *node->owns * 100) : "?", token);
        }
    }
    tool.out << "\n";
    return ok();
}

Result<void> infoCommand(const Tool& tool)
{
    RW_ASSIGN(const auto ring, tool.admin()->ring({}));
    RW_ASSIGN(const auto id, tool.attribute("LocalHostId"));
    RW_ASSIGN(const auto gossips, tool.attribute("GossipRunning"));
    RW_ASSIGN(const auto binary, tool.attribute("NativeTransportRunning"));
    RW_ASSIGN(const auto load, tool.attribute("LoadString"));
    RW_ASSIGN(const auto generation, tool.attribute("CurrentGenerationNumber"));
    RW_ASSIGN(const auto places, placesOf(tool));
    std::pair<std::string, std::string> place;
    for (const auto& [endpoint, one] : places)
        if (endpoint.starts_with(tool.node.endpoint.address.toString() + ":"))
            place = one;
    const auto line = [&](const char* name, const std::string& value) {
        tool.out << fmt::format("{:<23}: {}\n", name, value);
    };
    line("ID", plain(id));
    line("Gossip active", plain(gossips));
    line("Native Transport active", plain(binary));
    line("Load", plain(load));
    line("Generation No", plain(generation));
    line("Uptime (seconds)", std::to_string(ring.uptime.count() / 1000));
    line("Heap Memory (MB)",
         fmt::format("{:.2f}", static_cast<double>(ring.memoryBytes) / (1 << 20)));
    line("Data Center", place.first);
    line("Rack", place.second);
    RW_ASSIGN(const auto keyCache, cacheLine(tool, "KeyCache"));
    line("Key Cache", keyCache);
    RW_ASSIGN(const auto rowCache, cacheLine(tool, "RowCache"));
    line("Row Cache", rowCache);
    const auto tokens = std::count_if(ring.tokens.begin(), ring.tokens.end(), [&](const auto& one) {
        return one.second.address == tool.node.endpoint.address;
    });
    line("Token", fmt::format("({} tokens; see nodetool ring)", tokens));
    return ok();
}

Result<void> describeCommand(const Tool& tool)
{
    RW_ASSIGN(const auto ring, tool.admin()->ring({}));
    RW_ASSIGN(const auto versions, tool.attribute("SchemaVersionsWithPort"));
    RW_ASSIGN(const auto snitch,
              tool.attribute("SnitchName", "org.apache.cassandra.db:type=EndpointSnitchInfo"));
    tool.out << "Cluster Information:\n\tName: " << ring.clusterName
             << "\n\tSnitch: " << plain(snitch) << "\n\tDynamicEndPointSnitch: disabled"
             << "\n\tPartitioner: " << ring.partitioner << "\n\tSchema versions:\n";
    for (const auto& version : versions.as_object()) {
        std::string nodes;
        for (const auto& node : version.value().as_array())
            nodes += (nodes.empty() ? "" : ", ") + plain(node);
        tool.out << "\t\t" << version.key() << ": [" << nodes << "]\n\n";
    }
    const auto live =
        std::count_if(ring.nodes.begin(), ring.nodes.end(), [](const auto& n) { return n.up; });
    const auto in = [&](char mode) {
        return std::count_if(ring.nodes.begin(), ring.nodes.end(),
                             [mode](const auto& n) { return n.mode == mode; });
    };
    tool.out << fmt::format("Stats for all nodes:\n\tLive: {}\n\tJoining: {}\n\tMoving: {}\n"
                            "\tLeaving: {}\n\tUnreachable: {}\n",
                            live, in('J'), in('M'), in('L'),
                            static_cast<std::ptrdiff_t>(ring.nodes.size()) - live);
    return ok();
}

Result<void> gossipCommand(const Tool& tool)
{
    RW_ASSIGN(const auto states, tool.attribute("AllEndpointStatesWithPort",
                                                "org.apache.cassandra.net:type=FailureDetector"));
    tool.out << plain(states);
    return ok();
}

} // namespace engine::launcher::tool
