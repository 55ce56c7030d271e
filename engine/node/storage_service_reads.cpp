#include "engine/base/file_size.h"
#include "engine/coordination/trace_service.h"
#include "engine/membership/endpoint_state.h"
#include "engine/node/bean_values.h"
#include "engine/ring/ownership.h"

namespace engine::node {

namespace json = boost::json;
using membership::ApplicationState;

namespace {

using Value = Result<json::value>;

/// Endpoints of a state, as a list for JMX.
json::value endpointsWhere(const BeanContext& context, bool withPort,
                           const std::function<bool(const membership::EndpointView&)>& wanted)
{
    json::array all;
    for (const auto& view : context.gossiper.view()) {
        if (!view.state.isGone() && wanted(view))
            all.emplace_back(endpointText(view.endpoint, withPort));
    }
    return all;
}

json::value loadMap(const BeanContext& context, bool withPort)
{
    json::object loads;
    for (const auto& view : context.gossiper.view()) {
        if (view.state.isGone())
            continue;
        if (view.isLocal)
            loads[endpointText(view.endpoint, withPort)] =
                formatFileSize(static_cast<double>(context.store.load()));
        else if (const auto* load = view.state.find(ApplicationState::Load))
            loads[endpointText(view.endpoint, withPort)] =
                formatFileSize(std::strtod(load->c_str(), nullptr));
    }
    return loads;
}

json::value hostIds(const BeanContext& context, bool withPort, bool byHost)
{
    json::object ids;
    for (const auto& [address, member] : context.ring.members()) {
        const ring::RingNode& node = member.node;
        const std::string endpoint = endpointText(node.endpoint, withPort);
        if (byHost)
            ids[node.hostId.toString()] = endpoint;
        else
            ids[endpoint] = node.hostId.toString();
    }
    return ids;
}

json::value tokenMap(const BeanContext& context, bool withPort)
{
    json::object tokens;
    // Also of nodes that are joining, as Cassandra.
    for (const auto& [endpoint, member] : context.ring.members())
        for (const ring::Token token : member.node.tokens)
            tokens[std::to_string(token.value)] = endpointText(endpoint, withPort);
    return tokens;
}

json::value ownership(const BeanContext& context, bool withPort)
{
    json::object shares;
    const auto& ring = *context.ring.ring();
    const auto owned = ring::primaryOwnership(ring);
    for (std::size_t i = 0; i < owned.size(); ++i)
        shares["/" + endpointText(ring.nodes()[i].endpoint, withPort)] = owned[i];
    return shares;
}

json::value schemaVersions(const BeanContext& context, bool withPort)
{
    std::map<std::string, std::vector<std::string>> versions;
    for (const auto& view : context.gossiper.view()) {
        const auto* version = view.state.find(ApplicationState::Schema);
        versions[view.isLocal || view.state.alive ? (version != nullptr ? *version : "UNKNOWN")
                                                  : "UNREACHABLE"]
            .push_back(endpointText(view.endpoint, withPort));
    }
    json::object all;
    for (const auto& [version, endpoints] : versions)
        all[version] = textArray(endpoints);
    return all;
}

json::value ownTokens(const BeanContext& context)
{
    json::array tokens;
    for (const auto& node : context.ring.ring()->nodes()) {
        if (node.endpoint == context.local) {
            for (const auto& token : node.tokens)
                tokens.emplace_back(std::to_string(token.value));
        }
    }
    return tokens;
}

} // namespace

void addStorageServiceReads(MBean& bean, const BeanContext& c)
{
    const auto add = [&](const char* name, const char* type, auto read) {
        bean.attribute(name, type, [&c, read]() -> Value { return json::value(read(c)); });
    };
    for (const bool port : {false, true}) {
        const std::string suffix = port ? "WithPort" : "";
        const auto both = [&](const std::string& name, const char* type, auto read) {
            bean.attribute(name + suffix, type,
                           [&c, port, read]() -> Value { return json::value(read(c, port)); });
        };
        both("LiveNodes", "java.util.List", [](const BeanContext& x, bool p) {
            return endpointsWhere(x, p, [](const auto& v) { return v.isLocal || v.state.alive; });
        });
        both("UnreachableNodes", "java.util.List", [](const BeanContext& x, bool p) {
            return endpointsWhere(x, p, [](const auto& v) { return !v.isLocal && !v.state.alive; });
        });
        both("JoiningNodes", "java.util.List", [](const BeanContext& x, bool p) {
            return endpointsWhere(x, p, [](const auto& v) { return v.state.status() == "BOOT"; });
        });
        both("LeavingNodes", "java.util.List", [](const BeanContext& x, bool p) {
            return endpointsWhere(x, p,
                                  [](const auto& v) { return v.state.status() == "LEAVING"; });
        });
        both("MovingNodes", "java.util.List", [](const BeanContext& x, bool p) {
            return endpointsWhere(x, p, [](const auto& v) { return v.state.status() == "MOVING"; });
        });
        both("LoadMap", "java.util.Map", loadMap);
        both("Ownership", "java.util.Map", ownership);
        both("SchemaVersions", "java.util.Map", schemaVersions);
        bean.attribute("EndpointToHostId", "java.util.Map",
                       [&c]() -> Value { return hostIds(c, false, false); });
        bean.attribute("EndpointWithPortToHostId", "java.util.Map",
                       [&c]() -> Value { return hostIds(c, true, false); });
        bean.attribute("HostIdToEndpoint", "java.util.Map",
                       [&c]() -> Value { return hostIds(c, false, true); });
        bean.attribute("HostIdToEndpointWithPort", "java.util.Map",
                       [&c]() -> Value { return hostIds(c, true, true); });
        bean.attribute("TokenToEndpointMap", "java.util.Map",
                       [&c]() -> Value { return tokenMap(c, false); });
        bean.attribute("TokenToEndpointWithPortMap", "java.util.Map",
                       [&c]() -> Value { return tokenMap(c, true); });
    }
    add("ClusterName", "java.lang.String", [](const BeanContext& x) { return x.clusterName; });
    add("PartitionerName", "java.lang.String", [](const BeanContext& x) { return x.partitioner; });
    add("ReleaseVersion", "java.lang.String", [](const BeanContext&) { return "5.0.4"; });
    add("OperationMode", "java.lang.String",
        [](const BeanContext& x) { return x.operationMode(); });
    add("SchemaVersion", "java.lang.String",
        [](const BeanContext& x) { return x.schema.current()->version().toString(); });
    add("LocalHostId", "java.lang.String",
        [](const BeanContext& x) { return x.hostId.toString(); });
    add("LoadString", "java.lang.String",
        [](const BeanContext& x) { return formatFileSize(static_cast<double>(x.store.load())); });
    add("Tokens", "java.util.List", ownTokens);
    add("Keyspaces", "java.util.List",
        [](const BeanContext& x) { return textArray(keyspaceNames(*x.schema.current(), true)); });
    add("NonSystemKeyspaces", "java.util.List",
        [](const BeanContext& x) { return textArray(keyspaceNames(*x.schema.current(), false)); });
    add("NonLocalStrategyKeyspaces", "java.util.List",
        [](const BeanContext& x) { return textArray(keyspaceNames(*x.schema.current(), false)); });
    add("TraceProbability", "double",
        [](const BeanContext& x) { return x.coordinator.tracing().probability(); });
    add("GossipRunning", "boolean", [](const BeanContext& x) { return x.gossiper.isRunning(); });
    add("NativeTransportRunning", "boolean",
        [](const BeanContext& x) { return x.nativeTransportRunning(); });
    add("Initialized", "boolean", [](const BeanContext&) { return true; });
    add("Joined", "boolean", [](const BeanContext&) { return true; });
    add("Starting", "boolean", [](const BeanContext&) { return false; });
    add("Drained", "boolean", [](const BeanContext& x) { return x.operationMode() == "DRAINED"; });
    add("Draining", "boolean",
        [](const BeanContext& x) { return x.operationMode() == "DRAINING"; });
    add("CurrentGenerationNumber", "int", [](const BeanContext& x) {
        const auto* state = x.gossiper.find(x.local);
        return state != nullptr ? state->heartBeat.generation : 0;
    });
    add("AllDataFileLocations", "[Ljava.lang.String;", [](const BeanContext& x) {
        auto all = x.dataFolders;
        if (!x.systemFolder.empty())
            all.insert(all.begin(), x.systemFolder);
        return textArray(all);
    });
    add("LocalSystemKeyspacesDataFileLocations", "[Ljava.lang.String;", [](const BeanContext& x) {
        return textArray({x.systemFolder.empty() ? x.dataFolders.front() : x.systemFolder});
    });
    add("NonLocalSystemKeyspacesDataFileLocations", "[Ljava.lang.String;",
        [](const BeanContext& x) { return textArray(x.dataFolders); });
    add("CommitLogLocation", "java.lang.String",
        [](const BeanContext& x) { return x.commitLogFolder; });
    add("SavedCachesLocation", "java.lang.String",
        [](const BeanContext& x) { return x.savedCachesFolder; });
}

} // namespace engine::node
