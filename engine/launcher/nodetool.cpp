#include "engine/launcher/nodetool.h"

#include "engine/admin/node_admin.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <ostream>

namespace engine::launcher {

namespace json = boost::json;

namespace {

constexpr const char* kStorage = "org.apache.cassandra.db:type=StorageService";
constexpr auto kQuick = std::chrono::seconds{20};

/// One run: who is asked, the arguments, and where the text goes.
struct Tool {
    const admin::JolokiaAddress& node;
    std::vector<std::string> arguments; ///< without options
    std::map<std::string, std::string> options;
    std::ostream& out;

    [[nodiscard]] std::unique_ptr<admin::NodeAdmin> admin() const
    {
        return admin::makeJolokiaAdmin(node, kQuick);
    }
    [[nodiscard]] std::string argument(std::size_t index) const
    {
        return index < arguments.size() ? arguments[index] : std::string{};
    }
    [[nodiscard]] std::vector<std::string> from(std::size_t index) const
    {
        return index < arguments.size()
                   ? std::vector<std::string>(
                         arguments.begin() + static_cast<std::ptrdiff_t>(index), arguments.end())
                   : std::vector<std::string>{};
    }
    [[nodiscard]] bool has(const std::string& option) const { return options.contains(option); }
    Result<json::value> call(const std::string& signature, json::array given,
                             const char* bean = kStorage) const
    {
        // Ends when the work has: no timeout.
        admin::JolokiaClient client(node, std::chrono::milliseconds{0});
        return client.exec(bean, signature, std::move(given));
    }
    Result<json::value> attribute(const std::string& name, const std::string& bean = kStorage) const
    {
        admin::JolokiaClient client(node, kQuick);
        RW_ASSIGN(json::value read, client.read(bean, {name}));
        // Asked for in a list, it comes under its name.
        if (read.is_object() && read.as_object().contains(name))
            return read.as_object().at(name);
        return read;
    }
};

std::string plain(const json::value& value)
{
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

Result<std::vector<std::string>> keyspacesOf(const Tool& tool)
{
    if (!tool.arguments.empty())
        return std::vector<std::string>{tool.argument(0)};
    return tool.admin()->keyspaces();
}

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

Result<void> listSnapshotsCommand(const Tool& tool)
{
    RW_ASSIGN(const auto rows, tool.admin()->snapshots());
    tool.out << "Snapshot Details: \n";
    if (rows.empty()) {
        tool.out << "There are no snapshots\n";
        return ok();
    }
    tool.out << fmt::format("{:<24} {:<20} {:<28} {:<11} {:<12}\n", "Snapshot name",
                            "Keyspace name", "Column family name", "True size", "Size on disk");
    for (const auto& row : rows)
        tool.out << fmt::format("{:<24} {:<20} {:<28} {:<11} {:<12}\n", row.name, row.keyspace,
                                row.table, row.trueSize, row.sizeOnDisk);
    return ok();
}

Result<void> snapshotCommand(const Tool& tool)
{
    std::string tag;
    for (const char* name : {"-t", "--tag"})
        if (tool.has(name))
            tag = tool.options.at(name);
    if (tag.empty())
        tag = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count());
    const auto names = tool.arguments;
    tool.out << fmt::format(
        "Requested creating snapshot(s) for [{}] with snapshot name [{}]\n",
        names.empty() ? "all keyspaces" : fmt::format("{}", fmt::join(names, ", ")), tag);
    RW_TRY(tool.admin()->snapshot(tag, names));
    tool.out << "Snapshot directory: " << tag << "\n";
    return ok();
}

Result<void> clearSnapshotCommand(const Tool& tool)
{
    const bool all = tool.has("--all");
    std::string tag;
    for (const char* name : {"-t", "--tag"})
        if (tool.has(name))
            tag = tool.options.at(name);
    if (tag.empty() && !all)
        return Error{ErrorCode::Invalid, "Specify snapshot name or --all"};
    RW_TRY(tool.call("clearSnapshot(java.util.Map,java.lang.String,[Ljava.lang.String;)",
                     {json::object{}, tag, json::value_from(tool.arguments)}));
    tool.out << fmt::format("Requested clearing snapshot(s) for [{}] with {}\n",
                            tool.arguments.empty()
                                ? "all keyspaces"
                                : fmt::format("{}", fmt::join(tool.arguments, ", ")),
                            all ? "[all snapshots]" : "snapshot name [" + tag + "]");
    return ok();
}

Result<void> repairCommand(const Tool& tool)
{
    RW_ASSIGN(const auto keyspaces, keyspacesOf(tool));
    for (const std::string& keyspace : keyspaces) {
        admin::RepairOptions options;
        options.keyspace = keyspace;
        options.tables = tool.from(1);
        options.primaryRange = tool.has("-pr") || tool.has("--partitioner-range");
        std::string last;
        RW_TRY(tool.admin()->repair(options, [&](const admin::RepairProgress& progress) {
            if (!progress.message.empty() && progress.message != last)
                tool.out << progress.message << std::endl;
            last = progress.message;
            return true;
        }));
        tool.out << "Repair of keyspace " << keyspace << " completed successfully\n";
    }
    return ok();
}

Result<void> eachKeyspace(const Tool& tool,
                          const std::function<Result<void>(const std::string&)>& run)
{
    RW_ASSIGN(const auto keyspaces, keyspacesOf(tool));
    for (const std::string& keyspace : keyspaces)
        RW_TRY(run(keyspace));
    return ok();
}

Result<void> autoCompaction(const Tool& tool, const char* operation)
{
    return eachKeyspace(tool, [&](const std::string& keyspace) -> Result<void> {
        RW_TRY(tool.call(fmt::format("{}(java.lang.String,[Ljava.lang.String;)", operation),
                         {keyspace, json::value_from(tool.from(1))}));
        return ok();
    });
}

Result<void> tableStatsCommand(const Tool& tool)
{
    admin::JolokiaClient client(tool.node, kQuick);
    const std::string wanted = tool.argument(0);
    const std::string keyspace = wanted.substr(0, wanted.find('.'));
    RW_ASSIGN(
        const auto found,
        client.ask({{"type", "read"},
                    {"mbean", fmt::format("org.apache.cassandra.metrics:type=Table,keyspace={},"
                                          "scope=*,name=*",
                                          keyspace.empty() ? "*" : keyspace)}}));
    std::map<std::string, std::map<std::string, std::map<std::string, std::string>>> tables;
    for (const auto& bean : found.as_object()) {
        const std::string name{bean.key()};
        const auto property = [&](const std::string& key) {
            const auto at = name.find(key + "=");
            if (at == std::string::npos)
                return std::string{};
            const auto begin = at + key.size() + 1;
            return name.substr(begin, name.find(',', begin) - begin);
        };
        const auto& values = bean.value().as_object();
        const auto* value = values.if_contains("Value");
        if (value == nullptr)
            value = values.if_contains("Count");
        if (value != nullptr)
            tables[property("keyspace")][property("scope")][property("name")] = plain(*value);
        if (const auto* mean = values.if_contains("Mean"))
            tables[property("keyspace")][property("scope")][property("name") + "Mean"] =
                plain(*mean);
    }
    constexpr std::array<std::pair<const char*, const char*>, 14> lines{
        {{"LiveSSTableCount", "SSTable count"},
         {"LiveDiskSpaceUsed", "Space used (live)"},
         {"TotalDiskSpaceUsed", "Space used (total)"},
         {"SnapshotsSize", "Space used by snapshots (total)"},
         {"CompressionRatio", "SSTable Compression Ratio"},
         {"EstimatedPartitionCount", "Number of partitions (estimate)"},
         {"MemtableColumnsCount", "Memtable cell count"},
         {"MemtableLiveDataSize", "Memtable data size"},
         {"MemtableSwitchCount", "Memtable switch count"},
         {"ReadLatency", "Local read count"},
         {"ReadLatencyMean", "Local read latency (mean, us)"},
         {"WriteLatency", "Local write count"},
         {"WriteLatencyMean", "Local write latency (mean, us)"},
         {"BloomFilterFalsePositives", "Bloom filter false positives"}}};
    bool any = false;
    for (const auto& [name, byTable] : tables) {
        tool.out << "Keyspace : " << name << "\n";
        for (const auto& [table, values] : byTable) {
            if (const auto dot = wanted.find('.');
                dot != std::string::npos && wanted.substr(dot + 1) != table)
                continue;
            any = true;
            tool.out << "\t\tTable: " << table << "\n";
            for (const auto& [metric, title] : lines)
                if (const auto at = values.find(metric); at != values.end())
                    tool.out << "\t\t" << title << ": " << at->second << "\n";
            tool.out << "\n";
        }
        tool.out << "----------------\n";
    }
    if (!any)
        return Error{ErrorCode::NotFound, "there is no table '" + wanted + "'"};
    return ok();
}

Result<void> compactionStatsCommand(const Tool& tool)
{
    const char* bean = "org.apache.cassandra.db:type=CompactionManager";
    RW_ASSIGN(
        const auto pending,
        tool.attribute("Value", "org.apache.cassandra.metrics:type=Compaction,name=PendingTasks"));
    RW_ASSIGN(const auto running, tool.attribute("Compactions", bean));
    tool.out << fmt::format("{:<27}{}\n", "concurrent compactors", "1")
             << fmt::format("{:<27}{}\n", "pending tasks", plain(pending));
    if (!running.is_array() || running.as_array().empty())
        return ok();
    tool.out << fmt::format("{:<37}{:<16}{:<18}{:<18}{:<14}{:<14}{:<7}{}\n", "id",
                            "compaction type", "keyspace", "table", "completed", "total", "unit",
                            "progress");
    for (const auto& one : running.as_array()) {
        const auto text = [&](const char* key) {
            const auto* value = one.as_object().if_contains(key);
            return value == nullptr ? std::string{} : plain(*value);
        };
        const double done = std::strtod(text("completed").c_str(), nullptr);
        const double total = std::strtod(text("total").c_str(), nullptr);
        tool.out << fmt::format("{:<37}{:<16}{:<18}{:<18}{:<14}{:<14}{:<7}{:.2f}%\n",
                                text("compactionId"), text("taskType"), text("keyspace"),
                                text("columnfamily"), text("completed"), text("total"),
                                text("unit"), total > 0 ? done / total * 100 : 0.0);
    }
    return ok();
}

Result<void> printAttribute(const Tool& tool, const char* name, const char* prefix)
{
    RW_ASSIGN(const auto value, tool.attribute(name));
    tool.out << prefix << plain(value) << "\n";
    return ok();
}

Result<void> runningCommand(const Tool& tool, const char* name)
{
    RW_ASSIGN(const auto value, tool.attribute(name));
    tool.out << (value == json::value(true) ? "running" : "not running") << "\n";
    return ok();
}

using Command = Result<void> (*)(const Tool&);

Result<void> endpointsCommand(const Tool& tool)
{
    if (tool.arguments.size() != 3)
        return Error{ErrorCode::Invalid, "getendpoints requires keyspace, table and partition key"};
    RW_ASSIGN(const auto endpoints,
              tool.call("getNaturalEndpointsWithPort(java.lang.String,java.lang.String,"
                        "java.lang.String)",
                        {tool.argument(0), tool.argument(1), tool.argument(2)}));
    for (const auto& endpoint : endpoints.as_array()) {
        const auto parsed = InetEndpoint::parse(plain(endpoint), 0);
        tool.out << (parsed ? parsed->address.toString() : plain(endpoint)) << "\n";
    }
    return ok();
}

Result<void> removeCommand(const Tool& tool)
{
    if (tool.arguments.size() != 1)
        return Error{ErrorCode::Invalid, "removenode requires the host id of a node that is down"};
    RW_TRY(tool.call("removeNode(java.lang.String)", {tool.argument(0)}));
    return ok();
}

Result<void> traceProbabilityCommand(const Tool& tool)
{
    char* end = nullptr;
    const std::string text = tool.argument(0);
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || value < 0 || value > 1)
        return Error{ErrorCode::Invalid, "Trace probability must be between 0 and 1"};
    RW_TRY(tool.call("setTraceProbability(double)", {value}));
    return ok();
}

const std::map<std::string, Command, std::less<>>& commandTable()
{
    static const std::map<std::string, Command, std::less<>> commands{
        {"status", statusCommand},
        {"ring", ringCommand},
        {"info", infoCommand},
        {"describecluster", describeCommand},
        {"gossipinfo", gossipCommand},
        {"listsnapshots", listSnapshotsCommand},
        {"snapshot", snapshotCommand},
        {"clearsnapshot", clearSnapshotCommand},
        {"repair", repairCommand},
        {"tablestats", tableStatsCommand},
        {"cfstats", tableStatsCommand},
        {"compactionstats", compactionStatsCommand},
        {"getendpoints", endpointsCommand},
        {"removenode", removeCommand},
        {"settraceprobability", traceProbabilityCommand},
        {"gettraceprobability",
         [](const Tool& t) {
             return printAttribute(t, "TraceProbability", "Current trace probability: ");
         }},
        {"version",
         [](const Tool& t) { return printAttribute(t, "ReleaseVersion", "ReleaseVersion: "); }},
        {"statusgossip", [](const Tool& t) { return runningCommand(t, "GossipRunning"); }},
        {"statusbinary", [](const Tool& t) { return runningCommand(t, "NativeTransportRunning"); }},
        {"flush",
         [](const Tool& t) {
             return eachKeyspace(
                 t, [&](const std::string& k) { return t.admin()->flush(k, t.from(1)); });
         }},
        {"compact",
         [](const Tool& t) {
             return eachKeyspace(
                 t, [&](const std::string& k) { return t.admin()->compact(k, t.from(1)); });
         }},
        {"cleanup",
         [](const Tool& t) {
             return eachKeyspace(t, [&](const std::string& k) -> Result<void> {
                 RW_TRY(t.call("forceKeyspaceCleanup(int,java.lang.String,[Ljava.lang.String;)",
                               {0, k, json::value_from(t.from(1))}));
                 return ok();
             });
         }},
        {"enableautocompaction",
         [](const Tool& t) { return autoCompaction(t, "enableAutoCompaction"); }},
        {"disableautocompaction",
         [](const Tool& t) { return autoCompaction(t, "disableAutoCompaction"); }},
        {"drain", [](const Tool& t) { return t.admin()->drain(); }},
        {"decommission",
         [](const Tool& t) -> Result<void> {
             RW_TRY(t.call("decommission(boolean)", {t.has("-f") || t.has("--force")}));
             return ok();
         }},
        {"enablebinary",
         [](const Tool& t) -> Result<void> {
             RW_TRY(t.call("startNativeTransport()", {}));
             return ok();
         }},
        {"disablebinary",
         [](const Tool& t) -> Result<void> {
             RW_TRY(t.call("stopNativeTransport()", {}));
             return ok();
         }},
    };
    return commands;
}

} // namespace

std::vector<std::string> nodetoolCommands()
{
    std::vector<std::string> names;
    for (const auto& [name, command] : commandTable())
        names.push_back(name);
    return names;
}

Result<void> runNodetool(const admin::JolokiaAddress& node, const std::vector<std::string>& words,
                         std::ostream& out)
{
    if (words.empty())
        return Error{ErrorCode::Invalid, fmt::format("nodetool wants a command: {}",
                                                     fmt::join(nodetoolCommands(), ", "))};
    const auto command = commandTable().find(words.front());
    if (command == commandTable().end())
        return Error{ErrorCode::Invalid,
                     fmt::format("nodetool has no command '{}' here; there are {}", words.front(),
                                 fmt::join(nodetoolCommands(), ", "))};
    Tool tool{node, {}, {}, out};
    for (std::size_t i = 1; i < words.size(); ++i) {
        const bool takesValue = words[i] == "-t" || words[i] == "--tag";
        if (words[i].size() > 1 && words[i][0] == '-' && i + (takesValue ? 1 : 0) < words.size()) {
            const std::string name = words[i];
            tool.options[name] = takesValue ? words[++i] : std::string{};
        } else {
            tool.arguments.push_back(words[i]);
        }
    }
    return command->second(tool);
}

} // namespace engine::launcher
