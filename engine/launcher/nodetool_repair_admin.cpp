// nodetool repair_admin: sessions of incremental repair, laid out as the real nodetool does.

#include "engine/launcher/nodetool_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <ostream>

namespace engine::launcher::tool {

namespace json = boost::json;

namespace {

constexpr const char* kRepair = "org.apache.cassandra.db:type=RepairService";

using Lines = std::vector<std::vector<std::string>>;

/// Columns as wide as their widest cell, with " | " between them.
void printLines(const Lines& lines, std::ostream& out)
{
    std::vector<std::size_t> widths(lines.front().size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], line[i].size());
    }
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i)
            text += fmt::format("{}{:<{}}", i == 0 ? "" : " | ", line[i], widths[i]);
        out << text << "\n";
    }
}

std::string optionOf(const Tool& tool, const char* brief, const char* full)
{
    for (const char* name : {brief, full}) {
        if (tool.has(name))
            return tool.options.at(name);
    }
    return {};
}

std::string rangeOf(const Tool& tool)
{
    const std::string start = optionOf(tool, "-st", "--start-token");
    const std::string end = optionOf(tool, "-et", "--end-token");
    return start.empty() && end.empty() ? std::string{} : start + ":" + end;
}

bool isSet(const Tool& tool, const char* brief, const char* full)
{
    return tool.has(brief) || tool.has(full);
}

Result<void> listRepairs(const Tool& tool)
{
    RW_ASSIGN(const auto answer, tool.call("getSessions(boolean,java.lang.String)",
                                           {isSet(tool, "-a", "--all"), rangeOf(tool)}, kRepair));
    if (answer.as_array().empty()) {
        tool.out << "no sessions\n";
        return ok();
    }
    Lines lines{{"id", "state", "last activity", "coordinator", "participants", "participants_wp"}};
    for (const json::value& each : answer.as_array()) {
        const auto text = [&each](const char* key) { return plain(each.at(key)); };
        const std::int64_t updated = std::strtoll(text("LAST_UPDATE").c_str(), nullptr, 10);
        lines.push_back({text("SESSION_ID"), text("STATE"),
                         std::to_string(std::time(nullptr) - updated) + " (s)", text("COORDINATOR"),
                         text("PARTICIPANTS"), text("PARTICIPANTS_WP")});
    }
    printLines(lines, tool.out);
    return ok();
}

Result<void> cancelRepair(const Tool& tool)
{
    const std::string session = optionOf(tool, "-s", "--session");
    if (session.empty())
        return Error{ErrorCode::Invalid,
                     "repair_admin cancel wants the session: -s, --session <id>"};
    RW_TRY(tool.call("failSession(java.lang.String,boolean)",
                     {session, isSet(tool, "-f", "--force")}, kRepair));
    return ok();
}

std::string sizeText(double bytes)
{
    static constexpr std::pair<double, const char*> kUnits[] = {
        {1099511627776.0, "TiB"}, {1073741824.0, "GiB"}, {1048576.0, "MiB"}, {1024.0, "KiB"}};
    for (const auto& [unit, name] : kUnits) {
        if (bytes >= unit)
            return fmt::format("{:.3f} {}", bytes / unit, name);
    }
    return fmt::format("{:.0f} bytes", bytes);
}

Result<void> summarizePending(const Tool& tool)
{
    RW_ASSIGN(const auto answer,
              tool.call("getPendingStats(java.util.List,java.lang.String)",
                        {json::value_from(tool.from(1)), rangeOf(tool)}, kRepair));
    const bool verbose = isSet(tool, "-v", "--verbose");
    Lines lines{{"keyspace", "table", "total"}};
    if (verbose)
        lines.front().insert(lines.front().end(), {"pending", "finalized", "failed"});
    for (const json::value& each : answer.as_array()) {
        const auto figure = [&each](const char* kind) {
            const json::value& value = each.at(kind);
            return fmt::format("{} ({} sstables / {} sessions)",
                               sizeText(value.at("dataSize").to_number<double>()),
                               plain(value.at("numSSTables")),
                               value.at("sessions").as_array().size());
        };
        auto& line = lines.emplace_back(
            std::vector{plain(each.at("keyspace")), plain(each.at("table")), figure("total")});
        if (verbose)
            line.insert(line.end(), {figure("pending"), figure("finalized"), figure("failed")});
    }
    printLines(lines, tool.out);
    return ok();
}

Result<void> summarizeRepaired(const Tool& tool)
{
    RW_ASSIGN(const auto answer,
              tool.call("getRepairStats(java.util.List,java.lang.String)",
                        {json::value_from(tool.from(1)), rangeOf(tool)}, kRepair));
    if (answer.as_array().empty()) {
        tool.out << "no stats\n";
        return ok();
    }
    const bool verbose = isSet(tool, "-v", "--verbose");
    Lines lines{{"keyspace", "table", "min_repaired", "max_repaired"}};
    if (verbose)
        lines.front().push_back("detail");
    for (const json::value& each : answer.as_array()) {
        auto& line = lines.emplace_back(
            std::vector{plain(each.at("keyspace")), plain(each.at("table")),
                        plain(each.at("minRepaired")), plain(each.at("maxRepaired"))});
        if (!verbose)
            continue;
        std::string detail;
        for (const json::value& section : each.at("sections").as_array())
            detail +=
                fmt::format("{}({},{}]={}", detail.empty() ? "" : ", ", plain(section.at("start")),
                            plain(section.at("end")), plain(section.at("repairedAt")));
        line.push_back(detail);
    }
    printLines(lines, tool.out);
    return ok();
}

Result<void> cleanUpRepairs(const Tool& tool)
{
    tool.out << "Cleaning up data from completed sessions..." << std::endl;
    RW_ASSIGN(
        const auto answer,
        tool.call("cleanupPending(java.util.List,java.lang.String,boolean)",
                  {json::value_from(tool.from(1)), rangeOf(tool), isSet(tool, "-f", "--force")},
                  kRepair));
    Lines lines{{"keyspace", "table", "successful sessions", "unsuccessful sessions"}};
    bool isComplete = true;
    for (const json::value& each : answer.as_array()) {
        const auto count = [&each](const char* kind) { return each.at(kind).as_array().size(); };
        lines.push_back({plain(each.at("keyspace")), plain(each.at("table")),
                         std::to_string(count("successful")),
                         std::to_string(count("unsuccessful"))});
        isComplete = isComplete && count("unsuccessful") == 0;
    }
    if (!isComplete)
        tool.out << "Some tables couldn't be cleaned up completely\n";
    printLines(lines, tool.out);
    return ok();
}

} // namespace

Result<void> repairAdminCommand(const Tool& tool)
{
    const std::string what = tool.argument(0);
    if (what.empty() || what == "list")
        return listRepairs(tool);
    if (what == "cancel")
        return cancelRepair(tool);
    if (what == "cleanup")
        return cleanUpRepairs(tool);
    if (what == "summarize-pending")
        return summarizePending(tool);
    if (what == "summarize-repaired")
        return summarizeRepaired(tool);
    return Error{ErrorCode::Invalid,
                 fmt::format("repair_admin has no command '{}'; there are list, cancel, cleanup, "
                             "summarize-pending, summarize-repaired",
                             what)};
}

} // namespace engine::launcher::tool
