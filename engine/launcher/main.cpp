// ringwright-cluster: bundled clusters from the command line, and the host process of one.

#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/host.h"
#include "engine/launcher/host_protocol.h"
#include "engine/launcher/import_command.h"
#include "engine/launcher/launcher.h"
#include "engine/launcher/ring_commands.h"
#include "engine/launcher/sstable_command.h"

#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>

using namespace engine;
using namespace engine::launcher;
namespace options = boost::program_options;
namespace json = boost::json;

namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr auto kStartTimeout = std::chrono::seconds{60};

constexpr const char* kUsage =
    R"(ringwright-cluster: bundled Cassandra-compatible clusters on this machine

  ringwright-cluster create NAME [--nodes 3] [--vnodes 16] [--sync periodic|batch|group]
  ringwright-cluster start NAME            starts all nodes (creates nothing)
  ringwright-cluster stop NAME             drains and ends all nodes
  ringwright-cluster start|stop|kill|pause|resume NAME/NODE
  ringwright-cluster add NAME [--dc D] [--rack R]
                                           a further node joins the running cluster
  ringwright-cluster remove NAME/NODE [--force]
                                           the node leaves the ring (if it runs), or is removed
                                           from it; then its folder with its data is removed
  ringwright-cluster nodetool NAME/NODE COMMAND [ARGUMENTS]
  ringwright-cluster fault NAME/NODE cut|slow MS|heal|show [NODE...]
                                           cuts or slows the node's links with these others, or
                                           with all; heals all that is wrong on purpose
  ringwright-cluster status NAME
  ringwright-cluster list
  ringwright-cluster destroy NAME          removes the cluster with its data
  ringwright-cluster import NAME FOLDER    copies a snapshot of any cluster into this one
  ringwright-cluster sstable inspect|dump|verify|scrub PATH…   looks into SSTables of any cluster

)";

int failed(const Error& error)
{
    std::fprintf(stderr, "error: %s\n", error.detail().c_str());
    return kExitFailed;
}

int usageError(const std::string& why)
{
    std::fprintf(stderr, "error: %s; see ringwright-cluster --help\n", why.c_str());
    return kExitUsage;
}

int create(const CommandLine& line)
{
    auto request = ClusterRequest::withNodes(line.name, line.values["nodes"].as<unsigned>());
    request.tokensPerNode = line.values["vnodes"].as<unsigned>();
    request.commitlogSync = line.values["sync"].as<std::string>();
    if (request.commitlogSync != "periodic" && request.commitlogSync != "batch" &&
        request.commitlogSync != "group")
        return usageError("--sync is periodic, batch or group, not '" + request.commitlogSync +
                          "'");
    if (const auto spec = line.folder().create(request); !spec)
        return failed(spec.error());
    const auto status = statusOf(line.folder());
    if (!status)
        return failed(status.error());
    printStatus(*status, line.json());
    return 0;
}

int actOnNode(const CommandLine& line, NodeAction action)
{
    const bool starts = action == NodeAction::Start;
    auto host =
        starts ? HostConnection::open(line.folder(), programBeside("ringwright-cluster"), false)
               : HostConnection::attach(line.folder(), false);
    if (!host)
        return failed(host.error());
    if (starts) {
        if (const auto kept = (*host)->keepRunning(true); !kept)
            return failed(kept.error());
    }
    if (const auto acted = (*host)->act(line.node, action); !acted)
        return failed(acted.error());
    return 0;
}

int startAll(const CommandLine& line)
{
    auto host = HostConnection::open(line.folder(), programBeside("ringwright-cluster"), false);
    if (!host)
        return failed(host.error());
    if (const auto kept = (*host)->keepRunning(true); !kept)
        return failed(kept.error());
    const auto started = (*host)->startAll({}, kStartTimeout);
    if (!started) {
        if (const auto now = (*host)->status(); now && now->state == "stopped")
            (void)(*host)->stopAll();
        return failed(started.error());
    }
    printStatus(*started, line.json());
    return 0;
}

int stopAll(const CommandLine& line)
{
    auto host = HostConnection::attach(line.folder(), false);
    if (!host)
        return failed(host.error());
    if (const auto stopped = (*host)->stopAll(); !stopped)
        return failed(stopped.error());
    return 0;
}

int finish(const Result<void>& outcome)
{
    return outcome ? 0 : failed(outcome.error());
}

int status(const CommandLine& line)
{
    const auto now = statusOf(line.folder());
    if (!now)
        return failed(now.error());
    printStatus(*now, line.json());
    return 0;
}

int list(const CommandLine& line)
{
    json::array all;
    const std::string clusters = line.values["dir"].as<std::string>();
    for (const auto& name : ClusterFolder::list(clusters)) {
        const auto now = statusOf(ClusterFolder(clusters, name));
        if (!now) {
            std::fprintf(stderr, "error: %s: %s\n", name.c_str(), now.error().detail().c_str());
            continue;
        }
        if (line.json())
            all.push_back(statusToJson(*now));
        else
            std::printf("%-20s %-9s %zu nodes from %s\n", name.c_str(), now->state.c_str(),
                        now->nodes.size(),
                        now->nodes.empty() ? ""
                                           : now->nodes.front().spec.address.toString().c_str());
    }
    if (line.json())
        std::cout << json::serialize(all) << "\n";
    return 0;
}

int destroy(const CommandLine& line)
{
    if (const auto gone = line.folder().destroy(); !gone)
        return failed(gone.error());
    return 0;
}

int run(const CommandLine& line)
{
    static const std::map<std::string, NodeAction> actions{{"start", NodeAction::Start},
                                                           {"stop", NodeAction::Stop},
                                                           {"kill", NodeAction::Kill},
                                                           {"pause", NodeAction::Pause},
                                                           {"resume", NodeAction::Resume}};
    if (line.command == "list")
        return list(line);
    if (line.name.empty())
        return usageError("'" + line.command + "' wants the name of a cluster");
    const auto action = actions.find(line.command);
    static const std::map<std::string, Result<void> (*)(const CommandLine&)> ofNodes{
        {"nodetool", nodetool}, {"remove", removeNode}, {"fault", fault}};
    if (const auto found = ofNodes.find(line.command); found != ofNodes.end()) {
        if (line.node.empty())
            return usageError("'" + line.command + "' wants NAME/NODE");
        return finish(found->second(line));
    }
    if (!line.node.empty() && action == actions.end())
        return usageError("'" + line.command + "' acts on a cluster, not on a node");
    if (action != actions.end() && !line.node.empty())
        return actOnNode(line, action->second);
    if (line.command == "create")
        return create(line);
    if (line.command == "start")
        return startAll(line);
    if (line.command == "stop")
        return stopAll(line);
    if (line.command == "status")
        return status(line);
    if (line.command == "add")
        return finish(addNode(line));
    if (line.command == "destroy")
        return destroy(line);
    if (line.command == "host")
        return runHost(
            {line.folder(), programBeside("ringwright-node"), line.values["ready-fd"].as<int>()});
    if (action != actions.end())
        return usageError("'" + line.command + "' wants NAME/NODE");
    return usageError("there is no command '" + line.command + "'");
}

} // namespace

int main(int argc, char** argv)
{
    if (argc > 1 && std::string_view{argv[1]} == "sstable")
        return runSstableCommand({argv + 2, argv + argc});
    if (argc > 1 && std::string_view{argv[1]} == "import")
        return runImportCommand({argv + 2, argv + argc});
    options::options_description shown("Options");
    shown.add_options()("help,h", "show this text")("version", "show the version")("json",
                                                                                   "print JSON")(
        "dir", options::value<std::string>()->default_value(ClusterFolder::clustersFolderDefault()),
        "folder of clusters")("nodes", options::value<unsigned>()->default_value(3),
                              "create: number of nodes")(
        "vnodes", options::value<unsigned>()->default_value(16), "create: tokens of each node")(
        "sync", options::value<std::string>()->default_value("periodic"), "create: commitlog_sync")(
        "dc", options::value<std::string>(),
        "add: datacenter of the new node")("rack", options::value<std::string>(), "add: its rack")(
        "force", "remove: also if fewer nodes are left than replicas are wanted");
    options::options_description all;
    all.add(shown).add_options()("ready-fd", options::value<int>()->default_value(-1))(
        "command", options::value<std::string>())("target", options::value<std::string>());
    options::positional_options_description positions;
    positions.add("command", 1).add("target", 1);
    CommandLine line;
    std::vector<std::string> given(argv + 1, argv + argc);
    // What stands behind `nodetool NAME/NODE` is nodetool's, options too; only --dir is ours.
    if (const auto at =
            std::find_if(given.begin(), given.end(),
                         [](const auto& word) { return word == "nodetool" || word == "fault"; });
        at != given.end() && given.end() - at > 2) {
        line.words.assign(at + 2, given.end());
        given.erase(at + 2, given.end());
        if (const auto dir = std::find(line.words.begin(), line.words.end(), "--dir");
            dir != line.words.end() && line.words.end() - dir > 1) {
            given.insert(given.end(), dir, dir + 2);
            line.words.erase(dir, dir + 2);
        }
    }
    try {
        options::store(options::command_line_parser(given).options(all).positional(positions).run(),
                       line.values);
    } catch (const std::exception& e) {
        return usageError(e.what());
    }
    if (line.values.count("help") > 0) {
        std::cout << kUsage << shown;
        return 0;
    }
    if (line.values.count("version") > 0) {
        std::cout << "ringwright-cluster " RINGWRIGHT_VERSION "\n";
        return 0;
    }
    if (line.values.count("command") == 0)
        return usageError("a command is missing");
    line.command = line.values["command"].as<std::string>();
    if (line.values.count("target") > 0) {
        line.name = line.values["target"].as<std::string>();
        if (const auto slash = line.name.find('/'); slash != std::string::npos) {
            line.node = line.name.substr(slash + 1);
            line.name.resize(slash);
        }
    }
    return run(line);
}
