#include "engine/launcher/host_protocol.h"

#include <boost/json.hpp>

#include <array>
#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

namespace engine::launcher {

namespace json = boost::json;

namespace {
constexpr std::array kStateNames{"stopped", "starting", "ready", "paused", "stopping", "failed"};
}

const char* processStateName(ProcessState state) noexcept
{
    return kStateNames[static_cast<std::size_t>(state)];
}

const char* nodeActionName(NodeAction action) noexcept
{
    switch (action) {
    case NodeAction::Start:
        return "start";
    case NodeAction::Stop:
        return "stop";
    case NodeAction::Kill:
        return "kill";
    case NodeAction::Pause:
        return "pause";
    case NodeAction::Resume:
        return "resume";
    }
    return "";
}

json::object statusToJson(const ClusterStatus& status)
{
    json::array nodes;
    for (const auto& node : status.nodes) {
        json::object each{{"name", node.spec.name},
                          {"address", node.spec.address.toString()},
                          {"cql_port", node.spec.cqlPort},
                          {"admin_port", node.spec.adminPort},
                          {"storage_port", node.spec.storagePort},
                          {"datacenter", node.spec.datacenter},
                          {"rack", node.spec.rack},
                          {"pid", node.pid},
                          {"state", processStateName(node.state)},
                          {"memory_bytes", node.memoryBytes},
                          {"uptime_seconds", node.uptime.count()}};
        if (!node.error.empty())
            each["error"] = node.error;
        nodes.push_back(std::move(each));
    }
    return {{"name", status.name}, {"state", status.state}, {"nodes", std::move(nodes)}};
}

Result<ClusterStatus> statusFromJson(const json::value& value)
{
    try {
        ClusterStatus status;
        status.name = json::value_to<std::string>(value.at("name"));
        status.state = json::value_to<std::string>(value.at("state"));
        for (const auto& each : value.at("nodes").as_array()) {
            NodeStatus node;
            node.spec.name = json::value_to<std::string>(each.at("name"));
            RW_ASSIGN(node.spec.address, InetAddress::parse(each.at("address").as_string()));
            node.spec.cqlPort = each.at("cql_port").to_number<std::uint16_t>();
            node.spec.adminPort = each.at("admin_port").to_number<std::uint16_t>();
            node.spec.storagePort = each.at("storage_port").to_number<std::uint16_t>();
            node.spec.datacenter = json::value_to<std::string>(each.at("datacenter"));
            node.spec.rack = json::value_to<std::string>(each.at("rack"));
            node.pid = each.at("pid").to_number<int>();
            const std::string state = json::value_to<std::string>(each.at("state"));
            for (std::size_t i = 0; i < kStateNames.size(); ++i) {
                if (state == kStateNames[i])
                    node.state = static_cast<ProcessState>(i);
            }
            node.memoryBytes = each.at("memory_bytes").to_number<std::uint64_t>();
            node.uptime = std::chrono::seconds{each.at("uptime_seconds").to_number<std::int64_t>()};
            if (const auto* error = each.as_object().if_contains("error"))
                node.error = json::value_to<std::string>(*error);
            status.nodes.push_back(std::move(node));
        }
        return status;
    } catch (const std::exception& e) {
        return Error{ErrorCode::Corrupt,
                     std::string("the host answered something unreadable: ") + e.what()};
    }
}

std::string socketName(const std::string& path, int& folderFd)
{
    folderFd = -1;
    if (path.size() < sizeof(sockaddr_un::sun_path))
        return path;
    const auto slash = path.rfind('/');
    folderFd = ::open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    return "/proc/self/fd/" + std::to_string(folderFd) + path.substr(slash);
}

} // namespace engine::launcher
