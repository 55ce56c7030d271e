#include "engine/launcher/nodetool.h"

#include "engine/launcher/nodetool_command.h"

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
using namespace tool;

Result<json::value> Tool::call(const std::string& signature, json::array given,
                               const char* bean) const
{
    admin::JolokiaClient client(node, std::chrono::milliseconds{0});
    return client.exec(bean, signature, std::move(given));
}

Result<json::value> Tool::attribute(const std::string& name, const std::string& bean) const
{
    admin::JolokiaClient client(node, kQuick);
    RW_ASSIGN(json::value read, client.read(bean, {name}));
    // Asked for in a list, it comes under its name.
    if (read.is_object() && read.as_object().contains(name))
        return read.as_object().at(name);
    return read;
}

Result<json::object> Tool::matching(const std::string& pattern) const
{
    admin::JolokiaClient client(node, kQuick);
    RW_ASSIGN(json::value read, client.ask({{"type", "read"}, {"mbean", pattern}}));
    if (!read.is_object())
        return Error{ErrorCode::Corrupt, "the node answered " + pattern + " with no object"};
    return std::move(read.as_object());
}

std::string tool::plain(const json::value& value)
{
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

namespace {

Result<std::vector<std::string>> keyspacesOf(const Tool& tool)
{
    if (!tool.arguments.empty())
        return std::vector<std::string>{tool.argument(0)};
    return tool.admin()->keyspaces();
}

Result<void> listSnapshotsCommand(const Tool& tool)
{
    RW_ASSIGN(const auto rows, tool.admin()->snapshots());
    tool.out << "Snapshot Details: \n";
    if (rows.empty()) {
        tool.out << "There are no snapshots\n";
        return ok();
    }
    const bool withExpiring = !tool.has("-nt") && !tool.has("--no-ttl");
    std::vector<std::array<std::string, 7>> table{
        {"Snapshot name", "Keyspace name", "Column family name", "True size", "Size on disk",
         "Creation time", "Expiration time"}};
    for (const auto& row : rows) {
        if (withExpiring || row.expires.empty())
            table.push_back({row.name, row.keyspace, row.table, row.trueSize, row.sizeOnDisk,
                             row.created, row.expires});
    }
    std::array<std::size_t, 7> widths{};
    for (const auto& line : table) {
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], line[i].size());
    }
    for (const auto& line : table) {
        for (std::size_t i = 0; i < line.size(); ++i)
            tool.out << fmt::format("{:<{}} ", line[i], widths[i]);
        tool.out << "\n";
    }
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
    if (tool.has("--ttl"))
        RW_TRY(tool.call(
            "takeSnapshot(java.lang.String,java.util.Map,[Ljava.lang.String;)",
            {tag, json::object{{"ttl", tool.options.at("--ttl")}}, json::value_from(names)}));
    else
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
    json::object age;
    for (const auto& [option, key] :
         {std::pair{"--older-than", "older_than"},
          std::pair{"--older-than-timestamp", "older_than_timestamp"}}) {
        if (tool.has(option))
            age[key] = tool.options.at(option);
    }
    RW_TRY(tool.call("clearSnapshot(java.util.Map,java.lang.String,[Ljava.lang.String;)",
                     {age, tag, json::value_from(tool.arguments)}));
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
        options.incremental = !tool.has("-full") && !tool.has("--full");
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
        {"repair_admin", repairAdminCommand},
        {"tablestats", tableStatsCommand},
        {"cfstats", tableStatsCommand},
        {"compactionstats", compactionStatsCommand},
        {"tablehistograms", tableHistogramsCommand},
        {"cfhistograms", tableHistogramsCommand},
        {"tpstats", poolStatsCommand},
        {"getendpoints", endpointsCommand},
        {"removenode", removeCommand},
        {"verify", verifyCommand},
        {"scrub", scrubCommand},
        {"garbagecollect", garbageCollectCommand},
        {"upgradesstables", upgradeCommand},
        {"relocatesstables", relocateCommand},
        {"import", importCommand},
        {"refresh", refreshCommand},
        {"invalidatekeycache", [](const Tool& t) { return invalidateCacheCommand(t, "KeyCache"); }},
        {"invalidaterowcache", [](const Tool& t) { return invalidateCacheCommand(t, "RowCache"); }},
        {"setcachecapacity", setCacheCapacityCommand},
        {"setcachekeystosave", setCacheKeysToSaveCommand},
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

/// Whether the word after `option` is its value.
bool takesAValue(std::string_view command, std::string_view option)
{
    const auto isOneOf = [option](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, option) != names.end();
    };
    if (command.ends_with("snapshot"))
        return isOneOf({"-t", "--tag", "--ttl"}) || option.starts_with("--older-than");
    if (command == "garbagecollect")
        return isOneOf({"-g", "--granularity"});
    return command == "repair_admin" &&
           isOneOf({"-s", "--session", "-st", "--start-token", "-et", "--end-token"});
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
        const bool takesValue = takesAValue(words.front(), words[i]);
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
