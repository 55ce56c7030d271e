#include "engine/launcher/ring_commands.h"

#include "engine/admin/node_admin.h"
#include "engine/launcher/launcher.h"
#include "engine/launcher/node_faults.h"
#include "engine/launcher/nodetool.h"

#include <boost/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace engine::launcher {

namespace json = boost::json;

namespace {

constexpr auto kJoinTimeout = std::chrono::minutes{30};
constexpr auto kEndTimeout = std::chrono::seconds{15};

Result<NodeStatus> findNode(const ClusterStatus& cluster, const std::string& name)
{
    for (const NodeStatus& node : cluster.nodes)
        if (node.spec.name == name)
            return node;
    return Error{ErrorCode::NotFound,
                 "the cluster '" + cluster.name + "' has no node '" + name + "'"};
}

Result<admin::JolokiaAddress> adminOf(const CommandLine& line, const NodeSpec& node)
{
    RW_ASSIGN(const std::string secret, line.folder().secret());
    return admin::JolokiaAddress{{node.address, node.adminPort}, "/jolokia/", "ringwright", secret};
}

/// The id of a node that does not run, from the first other one that does.
Result<void> removeDead(const CommandLine& line, const ClusterStatus& cluster, const NodeSpec& dead)
{
    for (const NodeStatus& other : cluster.nodes) {
        if (other.state != ProcessState::Ready)
            continue;
        RW_ASSIGN(const auto address, adminOf(line, other.spec));
        const auto admin = admin::makeJolokiaAdmin(address, std::chrono::seconds{20});
        RW_ASSIGN(const auto ring, admin->ring({}));
        for (const auto& node : ring.nodes)
            if (node.endpoint.address == dead.address && !node.hostId.empty())
                return runNodetool(address, std::vector<std::string>{"removenode", node.hostId},
                                   std::cout);
        return ok(); // it never joined
    }
    return Error{ErrorCode::Invalid, "no other node runs that could remove it; start the cluster"};
}

/// The nodes that a command line names from its word `from` on.
Result<std::vector<InetEndpoint>> peersOf(const ClusterStatus& cluster, const CommandLine& line,
                                          std::size_t from)
{
    std::vector<InetEndpoint> peers;
    for (std::size_t i = from; i < line.words.size(); ++i) {
        RW_ASSIGN(const NodeStatus peer, findNode(cluster, line.words[i]));
        if (peer.spec.name == line.node)
            return Error{ErrorCode::Invalid,
                         line.node + " has no link with itself; name other nodes"};
        peers.push_back({peer.spec.address, peer.spec.storagePort});
    }
    return peers;
}

Result<void> showFaults(const ClusterStatus& cluster, const admin::JolokiaAddress& address)
{
    RW_ASSIGN(const auto faults, linkFaults(address));
    if (faults.empty())
        std::printf("no fault\n");
    for (const LinkFaultReport& fault : faults) {
        std::string peer = fault.peer == "*" ? "all others" : fault.peer;
        for (const NodeStatus& node : cluster.nodes)
            if (InetEndpoint{node.spec.address, node.spec.storagePort}.toString() == fault.peer)
                peer = node.spec.name;
        if (fault.isCut)
            std::printf("%-12s cut\n", peer.c_str());
        else
            std::printf("%-12s %lld ms slower each way\n", peer.c_str(),
                        static_cast<long long>(fault.delay.count()));
    }
    return ok();
}

} // namespace

void printStatus(const ClusterStatus& status, bool asJson)
{
    if (asJson) {
        std::cout << json::serialize(statusToJson(status)) << "\n";
        return;
    }
    std::cout << status.name << ": " << status.state << "\n";
    for (const auto& node : status.nodes) {
        std::printf("  %-8s %-15s CQL %-6u admin %-6u %-10s", node.spec.name.c_str(),
                    node.spec.address.toString().c_str(), node.spec.cqlPort, node.spec.adminPort,
                    processStateName(node.state));
        if (node.pid > 0)
            std::printf(" pid %d, %llu MiB", node.pid,
                        static_cast<unsigned long long>(node.memoryBytes >> 20));
        if (!node.error.empty())
            std::printf(" %s", node.error.c_str());
        std::printf("\n");
    }
    std::fflush(stdout);
}

Result<void> addNode(const CommandLine& line)
{
    RW_ASSIGN(const auto host, HostConnection::attach(line.folder(), false));
    RW_ASSIGN(const ClusterStatus before, host->status());
    for (const NodeStatus& node : before.nodes)
        if (node.state != ProcessState::Ready)
            return Error{ErrorCode::Invalid,
                         node.spec.name + " is " + processStateName(node.state) +
                             "; all nodes must be up when one joins: start it, or remove it"};
    const auto text = [&](const char* key) {
        return line.values.count(key) > 0 ? line.values[key].as<std::string>() : std::string{};
    };
    RW_ASSIGN(const NodeSpec node, line.folder().addNode(text("dc"), text("rack")));
    RW_TRY(host->reload());
    RW_TRY(host->act(node.name, NodeAction::Start));
    if (!line.json())
        std::printf("%s joins at %s\n", node.name.c_str(), node.address.toString().c_str());
    std::fflush(stdout);
    RW_TRY(host->waitFor(node.name, ProcessState::Ready, kJoinTimeout));
    RW_ASSIGN(const ClusterStatus now, host->status());
    printStatus(now, line.json());
    return ok();
}

Result<void> removeNode(const CommandLine& line)
{
    RW_ASSIGN(const auto host, HostConnection::attach(line.folder(), false));
    RW_ASSIGN(const ClusterStatus cluster, host->status());
    RW_ASSIGN(const NodeStatus node, findNode(cluster, line.node));
    if (cluster.nodes.size() == 1)
        return Error{ErrorCode::Invalid, line.node + " is the only node; destroy the cluster"};
    if (node.state == ProcessState::Ready) {
        RW_ASSIGN(const auto address, adminOf(line, node.spec));
        std::vector<std::string> words{"decommission"};
        if (line.values.count("force") > 0)
            words.emplace_back("--force");
        RW_TRY(runNodetool(address, words, std::cout));
        RW_TRY(host->act(line.node, NodeAction::Stop));
        RW_TRY(host->waitFor(line.node, ProcessState::Stopped, kEndTimeout));
    } else if (node.pid != 0) {
        return Error{ErrorCode::Invalid, line.node + " is " + processStateName(node.state) +
                                             "; kill it first, or let it go on"};
    } else {
        RW_TRY(removeDead(line, cluster, node.spec));
    }
    RW_TRY(line.folder().removeNode(line.node));
    RW_TRY(host->reload());
    RW_ASSIGN(const ClusterStatus now, host->status());
    printStatus(now, line.json());
    return ok();
}

Result<void> nodetool(const CommandLine& line)
{
    RW_ASSIGN(const ClusterStatus cluster, statusOf(line.folder()));
    RW_ASSIGN(const NodeStatus node, findNode(cluster, line.node));
    RW_ASSIGN(const auto address, adminOf(line, node.spec));
    return runNodetool(address, line.words, std::cout);
}

Result<void> fault(const CommandLine& line)
{
    RW_ASSIGN(const ClusterStatus cluster, statusOf(line.folder()));
    RW_ASSIGN(const NodeStatus node, findNode(cluster, line.node));
    if (node.pid == 0)
        return Error{ErrorCode::Invalid, line.node + " does not run; start it first"};
    RW_ASSIGN(const auto address, adminOf(line, node.spec));
    const std::string action = line.words.empty() ? std::string{} : line.words.front();
    if (action == "show")
        return showFaults(cluster, address);
    if (action == "heal") {
        if (line.words.size() > 1)
            return Error{ErrorCode::Invalid, "heal takes no nodes: it heals all links of the node"};
        return healLinks(address);
    }
    if (action == "cut") {
        RW_ASSIGN(const auto peers, peersOf(cluster, line, 1));
        return cutLinks(address, peers);
    }
    if (action == "slow") {
        const std::string text = line.words.size() > 1 ? line.words[1] : std::string{};
        std::int64_t millis = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), millis);
        if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
            return Error{ErrorCode::Invalid,
                         "slow wants milliseconds: how much longer each message takes"};
        RW_ASSIGN(const auto peers, peersOf(cluster, line, 2));
        return slowLinks(address, std::chrono::milliseconds{millis}, peers);
    }
    return Error{ErrorCode::Invalid, "fault wants cut, slow MILLISECONDS, heal or show"};
}

} // namespace engine::launcher
