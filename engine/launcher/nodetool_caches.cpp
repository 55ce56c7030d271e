// nodetool: the key and the row cache.

#include "engine/base/file_size.h"
#include "engine/launcher/nodetool_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>

namespace engine::launcher::tool {

namespace json = boost::json;

namespace {

constexpr const char* kCaches = "org.apache.cassandra.db:type=Caches";

std::string cacheBytes(const json::value& value)
{
    return formatFileSize(value.is_number() ? value.to_number<double>() : 0);
}

Result<std::uint64_t> countArgument(const Tool& tool, std::size_t index, const char* what)
{
    const std::string text = tool.argument(index);
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
        count > INT32_MAX)
        return Error{
            ErrorCode::Invalid,
            fmt::format("{} must be a whole number from 0 to {}, not '{}'", what, INT32_MAX, text)};
    return count;
}

} // namespace

Result<std::string> cacheLine(const Tool& tool, const std::string& scope)
{
    const auto figure = [&](const char* name, const char* attribute) {
        return tool.attribute(attribute, "org.apache.cassandra.metrics:type=Cache,scope=" + scope +
                                             ",name=" + name);
    };
    RW_ASSIGN(const auto entries, figure("Entries", "Value"));
    RW_ASSIGN(const auto size, figure("Size", "Value"));
    RW_ASSIGN(const auto capacity, figure("Capacity", "Value"));
    RW_ASSIGN(const auto hits, figure("Hits", "Count"));
    RW_ASSIGN(const auto requests, figure("Requests", "Count"));
    RW_ASSIGN(const auto rate, figure("HitRate", "Value"));
    RW_ASSIGN(const auto period, tool.attribute(scope + "SavePeriodInSeconds", kCaches));
    return fmt::format(
        "entries {}, size {}, capacity {}, {} hits, {} requests, {} hit rate since start, {} save "
        "period in seconds",
        plain(entries), cacheBytes(size), cacheBytes(capacity), plain(hits), plain(requests),
        rate.is_number() ? fmt::format("{:.3f}", rate.to_number<double>()) : plain(rate),
        plain(period));
}

Result<void> invalidateCacheCommand(const Tool& tool, const char* cache)
{
    RW_TRY(tool.call(fmt::format("invalidate{}()", cache), {}, kCaches));
    return ok();
}

Result<void> setCacheCapacityCommand(const Tool& tool)
{
    // key cache, row cache and counter cache, in MiB; there is no counter cache here.
    if (tool.arguments.size() != 2 && tool.arguments.size() != 3)
        return Error{ErrorCode::Invalid,
                     "setcachecapacity requires key-cache-capacity and row-cache-capacity in MiB"};
    RW_ASSIGN(const auto keys, countArgument(tool, 0, "key-cache-capacity"));
    RW_ASSIGN(const auto rows, countArgument(tool, 1, "row-cache-capacity"));
    RW_TRY(tool.call("setKeyCacheCapacityInMB(long)", {keys}, kCaches));
    RW_TRY(tool.call("setRowCacheCapacityInMB(long)", {rows}, kCaches));
    return ok();
}

Result<void> setCacheKeysToSaveCommand(const Tool& tool)
{
    if (tool.arguments.size() != 2 && tool.arguments.size() != 3)
        return Error{ErrorCode::Invalid, "setcachekeystosave requires key-cache-keys-to-save and "
                                         "row-cache-keys-to-save; 0 means all"};
    RW_ASSIGN(const auto keys, countArgument(tool, 0, "key-cache-keys-to-save"));
    RW_ASSIGN(const auto rows, countArgument(tool, 1, "row-cache-keys-to-save"));
    admin::JolokiaClient client(tool.node, kQuick);
    for (const auto& [name, count] :
         {std::pair{"KeyCacheKeysToSave", keys}, std::pair{"RowCacheKeysToSave", rows}})
        RW_TRY(client.ask({{"type", "write"},
                           {"mbean", kCaches},
                           {"attribute", name},
                           {"value", static_cast<std::int64_t>(count)}}));
    return ok();
}

} // namespace engine::launcher::tool
