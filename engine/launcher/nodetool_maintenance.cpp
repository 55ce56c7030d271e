// nodetool's commands for whole SSTables: verify, scrub, garbagecollect, upgradesstables, import,
// refresh, and incremental backups.

#include "engine/launcher/nodetool_command.h"

#include <boost/json.hpp>
#include <filesystem>

namespace engine::launcher::tool {

namespace json = boost::json;

namespace {

Result<void> needsKeyspace(const Tool& tool, const char* command)
{
    if (tool.arguments.empty())
        return Error{ErrorCode::Invalid, std::string{command} + " wants a keyspace, then tables"};
    return ok();
}

} // namespace

Result<void> verifyCommand(const Tool& tool)
{
    RW_TRY(needsKeyspace(tool, "verify"));
    const auto has = [&tool](const char* brief, const char* full) {
        return tool.has(brief) || tool.has(full);
    };
    RW_TRY(tool.call("verify(boolean,boolean,boolean,boolean,boolean,boolean,java.lang.String,"
                     "[Ljava.lang.String;)",
                     {has("-e", "--extended-verify"), has("-c", "--check-version"),
                      has("-d", "--dfp"), has("-r", "--rsc"), has("-t", "--check-tokens"),
                      has("-q", "--quick"), tool.argument(0), json::value_from(tool.from(1))}));
    return ok();
}

Result<void> scrubCommand(const Tool& tool)
{
    RW_TRY(needsKeyspace(tool, "scrub"));
    RW_TRY(tool.call("scrub(boolean,boolean,boolean,boolean,int,java.lang.String,"
                     "[Ljava.lang.String;)",
                     {tool.has("-ns") || tool.has("--no-snapshot"),
                      tool.has("-s") || tool.has("--skip-corrupted"),
                      !(tool.has("-n") || tool.has("--no-validate")),
                      tool.has("-r") || tool.has("--reinsert-overflowed-ttl"), 0, tool.argument(0),
                      json::value_from(tool.from(1))}));
    return ok();
}

Result<void> garbageCollectCommand(const Tool& tool)
{
    RW_TRY(needsKeyspace(tool, "garbagecollect"));
    std::string option = "ROW";
    for (const char* name : {"-g", "--granularity"}) {
        if (tool.has(name))
            option = tool.options.at(name);
    }
    RW_TRY(tool.call("garbageCollect(java.lang.String,int,java.lang.String,[Ljava.lang.String;)",
                     {option, 0, tool.argument(0), json::value_from(tool.from(1))}));
    return ok();
}

Result<void> upgradeCommand(const Tool& tool)
{
    RW_TRY(needsKeyspace(tool, "upgradesstables"));
    RW_TRY(tool.call("upgradeSSTables(java.lang.String,boolean,int,[Ljava.lang.String;)",
                     {tool.argument(0), !(tool.has("-a") || tool.has("--include-all-sstables")), 0,
                      json::value_from(tool.from(1))}));
    return ok();
}

Result<void> relocateCommand(const Tool& tool)
{
    RW_TRY(needsKeyspace(tool, "relocatesstables"));
    RW_TRY(tool.call("relocateSSTables(java.lang.String,[Ljava.lang.String;)",
                     {tool.argument(0), json::value_from(tool.from(1))}));
    return ok();
}

Result<void> importCommand(const Tool& tool)
{
    if (tool.arguments.size() < 3)
        return Error{ErrorCode::Invalid, "import wants keyspace, table and folders"};
    json::array folders;
    for (const auto& folder : tool.from(2))
        folders.emplace_back(std::filesystem::absolute(folder).lexically_normal().string());
    const std::string bean =
        "org.apache.cassandra.db:type=ColumnFamilies,keyspace=" + tool.argument(0) +
        ",columnfamily=" + tool.argument(1);
    const bool quick = tool.has("-q") || tool.has("--quick");
    RW_ASSIGN(const auto failed,
              tool.call("importNewSSTables(java.util.Set,boolean,boolean,boolean,boolean,boolean,"
                        "boolean,boolean)",
                        {folders, !(tool.has("-l") || tool.has("--keep-level")),
                         !(tool.has("-r") || tool.has("--keep-repaired")),
                         !quick && !(tool.has("-v") || tool.has("--no-verify")),
                         !quick && !(tool.has("-t") || tool.has("--no-tokens")),
                         !quick && !(tool.has("-c") || tool.has("--no-invalidate-caches")),
                         !quick && (tool.has("-e") || tool.has("--extended-verify")),
                         tool.has("-p") || tool.has("--copy-data")},
                        bean.c_str()));
    if (!failed.is_array() || failed.as_array().empty())
        return ok();
    std::string text = "Some directories failed to import, check server logs for details:";
    for (const auto& folder : failed.as_array())
        text += "\n    " + plain(folder);
    return Error{ErrorCode::Corrupt, text};
}

Result<void> refreshCommand(const Tool& tool)
{
    if (tool.arguments.size() != 2)
        return Error{ErrorCode::Invalid, "refresh wants keyspace and table"};
    RW_TRY(tool.call("loadNewSSTables(java.lang.String,java.lang.String)",
                     {tool.argument(0), tool.argument(1)}));
    return ok();
}

} // namespace engine::launcher::tool
