#include "engine/launcher/cluster_folder.h"

#include "engine/base/real_runtime.h"
#include "engine/launcher/ports.h"
#include "engine/ring/token_allocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine::launcher {

namespace {

constexpr unsigned kClusterIndexMax = 250;
constexpr unsigned kNodesMax = 100;
constexpr std::size_t kSecretBytes = 32;

std::vector<NodeSpec> placeNodes(const ClusterRequest& request)
{
    std::vector<NodeSpec> nodes;
    for (const auto& datacenter : request.datacenters) {
        // Nodes of different racks alternate, so that n2 stands in rack2.
        std::vector<unsigned> left = datacenter.nodesOfRack;
        for (bool any = true; any;) {
            any = false;
            for (std::size_t rack = 0; rack < left.size(); ++rack) {
                if (left[rack] == 0)
                    continue;
                --left[rack];
                any = true;
                NodeSpec node;
                node.name = fmt::format("n{}", nodes.size() + 1);
                node.datacenter = datacenter.name;
                node.rack = fmt::format("rack{}", rack + 1);
                nodes.push_back(std::move(node));
            }
        }
    }
    return nodes;
}

void assignAddresses(ClusterSpec& spec, unsigned index)
{
    spec.index = index;
    for (std::size_t i = 0; i < spec.nodes.size(); ++i)
        spec.nodes[i].address.bytes = {127, 0, static_cast<std::uint8_t>(index),
                                       static_cast<std::uint8_t>(i + 1)};
}

/// `tokens` empty: the node joins a running cluster and chooses them itself.
std::string nodeYaml(const ClusterRequest& request, const ClusterSpec& spec, const NodeSpec& node,
                     const std::string& home, const std::vector<ring::Token>& tokens)
{
    std::vector<std::string> words;
    for (const auto& token : tokens)
        words.push_back(std::to_string(token.value));
    // The first nodes are all seeds: they are known from the start, and nothing bootstraps. A node
    // that is added is none, so it does.
    std::vector<std::string> seeds;
    for (const auto& each : spec.nodes)
        if (!tokens.empty() || each.name != node.name)
            seeds.push_back(InetEndpoint{each.address, each.storagePort}.toString());
    std::string sync = request.commitlogSync == "batch" ? "commitlog_sync: batch\n"
                       : request.commitlogSync == "group"
                           ? "commitlog_sync: group\ncommitlog_sync_group_window: 15ms\n"
                           : "commitlog_sync: periodic\ncommitlog_sync_period: 10000ms\n";
    std::string text = fmt::format(
        R"(# Written by ringwright when the cluster was created; yours to change while it is stopped.
cluster_name: {name}
num_tokens: {count}
{place}
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "{seeds}"
listen_address: {address}
rpc_address: {address}
storage_port: {storage}
native_transport_port: {cql}
data_file_directories: ["{home}/data"]
commitlog_directory: {home}/commitlog
hints_directory: {home}/hints
saved_caches_directory: {home}/saved_caches
{sync})",
        fmt::arg("name", spec.name),
        fmt::arg("count", tokens.empty() ? spec.tokensPerNode : words.size()),
        fmt::arg("place", tokens.empty()
                              ? std::string{"auto_bootstrap: true"}
                              : fmt::format("initial_token: \"{}\"", fmt::join(words, ","))),
        fmt::arg("seeds", fmt::join(seeds, ",")), fmt::arg("storage", node.storagePort),
        fmt::arg("address", node.address.toString()), fmt::arg("cql", node.cqlPort),
        fmt::arg("home", home), fmt::arg("sync", sync));
    for (const auto& line : request.settings)
        text += line + "\n";
    return text;
}

} // namespace

ClusterFolder::ClusterFolder(std::string clustersFolder, std::string name)
    : m_name(std::move(name)),
      m_path(clustersFolder + "/" + m_name),
      m_clusters(std::move(clustersFolder))
{
}

std::string ClusterFolder::clustersFolderDefault()
{
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
        return std::string(data) + "/ringwright/clusters";
    const char* home = std::getenv("HOME");
    return std::string(home != nullptr ? home : "/tmp") + "/.local/share/ringwright/clusters";
}

std::vector<std::string> ClusterFolder::list(const std::string& clustersFolder)
{
    const auto disk = makeRealDisk();
    std::vector<std::string> names;
    if (const auto entries = disk->list(clustersFolder)) {
        for (const auto& entry : *entries) {
            if (entry.isDirectory &&
                disk->exists(clustersFolder + "/" + entry.name + "/cluster.json"))
                names.push_back(entry.name);
        }
    }
    return names;
}

Result<ClusterSpec> ClusterFolder::create(const ClusterRequest& request) const
{
    RW_TRY(checkClusterName(m_name));
    const unsigned count = request.nodeCount();
    if (count == 0 || count > kNodesMax)
        return Error{ErrorCode::Invalid,
                     fmt::format("a cluster has 1 to {} nodes, not {}", kNodesMax, count)};
    if (request.tokensPerNode == 0 || request.tokensPerNode > 1024)
        return Error{ErrorCode::Invalid,
                     fmt::format("num_tokens is 1 to 1024, not {}", request.tokensPerNode)};
    const auto disk = makeRealDisk();
    if (disk->exists(m_path))
        return Error{ErrorCode::AlreadyExists,
                     "there is already a cluster '" + m_name + "' in " + m_clusters};

    std::set<unsigned> taken;
    for (const auto& other : list(m_clusters)) {
        if (const auto spec = ClusterFolder(m_clusters, other).load())
            taken.insert(spec->index);
    }
    ClusterSpec spec;
    spec.name = m_name;
    spec.tokensPerNode = request.tokensPerNode;
    spec.nodes = placeNodes(request);
    Result<void> fits =
        Error{ErrorCode::AddressInUse, "no free loopback addresses 127.0.x.1 are left"};
    for (unsigned index = 0; index <= kClusterIndexMax && !fits; ++index) {
        if (taken.contains(index))
            continue;
        assignAddresses(spec, index);
        auto free = checkPortsFree(spec);
        if (free || free.error().code() != ErrorCode::AddressInUse || index == kClusterIndexMax)
            fits = free;
    }
    RW_TRY(fits);

    std::vector<ring::NodePlace> places;
    for (const auto& node : spec.nodes)
        places.push_back({node.datacenter, node.rack, request.tokensPerNode});
    const auto tokens = ring::allocateTokens(places);

    const auto write = [&]() -> Result<void> {
        RW_TRY(disk->createDirectories(m_path));
        ::chmod(m_path.c_str(), 0700);
        Bytes secret(kSecretBytes, '\0');
        makeRealRandom()->fill(secret.data(), secret.size());
        const int fd = ::open(secretPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        const std::string hex = toHex(secret) + "\n";
        const bool written =
            fd >= 0 && ::write(fd, hex.data(), hex.size()) == static_cast<ssize_t>(hex.size());
        if (fd >= 0)
            ::close(fd);
        if (!written)
            return Error{ErrorCode::Io, "cannot write " + secretPath()};
        for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
            const auto& node = spec.nodes[i];
            const std::string home = nodePath(node.name);
            RW_TRY(disk->createDirectories(home + "/conf"));
            RW_TRY(disk->replaceFile(configPath(node.name),
                                     nodeYaml(request, spec, node, home, tokens[i])));
            RW_TRY(disk->replaceFile(home + "/conf/cassandra-rackdc.properties",
                                     "dc=" + node.datacenter + "\nrack=" + node.rack + "\n"));
        }
        return disk->replaceFile(m_path + "/cluster.json", toJson(spec) + "\n");
    };
    if (const auto written = write(); !written) {
        (void)disk->removeAll(m_path);
        return written.error().within("cannot create the cluster '" + m_name + "'");
    }
    return spec;
}

Result<NodeSpec> ClusterFolder::addNode(std::string datacenter, std::string rack) const
{
    RW_ASSIGN(ClusterSpec spec, load());
    if (spec.nodes.size() >= kNodesMax)
        return Error{ErrorCode::Invalid, fmt::format("a cluster has at most {} nodes", kNodesMax)};
    if (datacenter.empty())
        datacenter = spec.nodes.front().datacenter;
    std::map<std::string, int> nodesOfRack;
    std::set<unsigned> numbers;
    for (const NodeSpec& node : spec.nodes) {
        numbers.insert(node.address.bytes[3]);
        if (node.datacenter == datacenter)
            ++nodesOfRack[node.rack];
    }
    if (rack.empty()) {
        rack = "rack1";
        for (const auto& [name, count] : nodesOfRack)
            if (!nodesOfRack.contains(rack) || count < nodesOfRack[rack])
                rack = name;
    }
    // An address is not given again at once: the others still remember who had it.
    const unsigned number = *numbers.rbegin() + 1;
    if (number > 254)
        return Error{ErrorCode::Invalid, "no loopback addresses are left for this cluster"};
    NodeSpec node;
    node.name = fmt::format("n{}", number);
    node.datacenter = datacenter;
    node.rack = rack;
    node.address = spec.nodes.front().address;
    node.address.bytes[3] = static_cast<std::uint8_t>(number);
    for (const std::uint16_t port : {node.cqlPort, node.adminPort, node.storagePort})
        RW_TRY(checkPortFree({node.address, port}));
    spec.nodes.push_back(node);
    const auto disk = makeRealDisk();
    const std::string home = nodePath(node.name);
    ClusterRequest request;
    request.name = spec.name;
    // Whatever the others were told to do about durability holds for the new one.
    if (const auto yaml = disk->readAll(configPath(spec.nodes.front().name)))
        for (const char* mode : {"batch", "group"})
            if (yaml->find(std::string("commitlog_sync: ") + mode) != std::string::npos)
                request.commitlogSync = mode;
    RW_TRY(disk->createDirectories(home + "/conf"));
    RW_TRY(disk->replaceFile(configPath(node.name), nodeYaml(request, spec, node, home, {})));
    RW_TRY(disk->replaceFile(home + "/conf/cassandra-rackdc.properties",
                             "dc=" + node.datacenter + "\nrack=" + node.rack + "\n"));
    RW_TRY(disk->replaceFile(m_path + "/cluster.json", toJson(spec) + "\n"));
    return node;
}

Result<void> ClusterFolder::removeNode(const std::string& name) const
{
    RW_ASSIGN(ClusterSpec spec, load());
    const auto at = std::find_if(spec.nodes.begin(), spec.nodes.end(),
                                 [&](const NodeSpec& node) { return node.name == name; });
    if (at == spec.nodes.end())
        return Error{ErrorCode::NotFound,
                     "the cluster '" + m_name + "' has no node '" + name + "'"};
    const std::string seed = InetEndpoint{at->address, at->storagePort}.toString();
    spec.nodes.erase(at);
    const auto disk = makeRealDisk();
    for (const NodeSpec& other : spec.nodes) {
        RW_ASSIGN(std::string yaml, disk->readAll(configPath(other.name)));
        bool changed = false;
        for (const std::string& text : {seed + ",", "," + seed})
            if (const auto found = yaml.find(text); found != std::string::npos) {
                yaml.erase(found, text.size());
                changed = true;
            }
        if (changed)
            RW_TRY(disk->replaceFile(configPath(other.name), yaml));
    }
    RW_TRY(disk->replaceFile(m_path + "/cluster.json", toJson(spec) + "\n"));
    return disk->removeAll(nodePath(name));
}

Result<ClusterSpec> ClusterFolder::load() const
{
    const auto text = makeRealDisk()->readAll(m_path + "/cluster.json");
    if (!text && text.error().code() == ErrorCode::NotFound)
        return Error{ErrorCode::NotFound, "there is no cluster '" + m_name + "' in " + m_clusters};
    if (!text)
        return text.error();
    auto spec = clusterSpecFromJson(*text);
    if (!spec)
        return spec.error().within(m_path + "/cluster.json");
    return spec;
}

Result<void> ClusterFolder::destroy() const
{
    RW_ASSIGN(const auto spec, load());
    if (isHosted())
        return Error{ErrorCode::Invalid, "the cluster '" + m_name + "' is running; stop it first"};
    return makeRealDisk()->removeAll(m_path);
}

Result<std::string> ClusterFolder::secret() const
{
    RW_ASSIGN(std::string text, makeRealDisk()->readAll(secretPath()));
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

bool ClusterFolder::isHosted() const
{
    const int fd = ::open(lockPath().c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool held = ::flock(fd, LOCK_EX | LOCK_NB) != 0;
    ::close(fd);
    return held;
}

} // namespace engine::launcher
